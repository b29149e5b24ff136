/*
 * posting.h - which of the last items have a term
 *
 * An index in memory over a queue of items: added at one end, dropped at the other.  Items are
 * named by `seq`, a counter that wraps at POSTING_SEQ.  Answers are the newest items first.
 *
 * Not uthash: its entry takes 56 bytes beside the key and the allocation, and an index of 57,000
 * items with 16 terms each has some 500,000 of them: 45 MB, here 8 and 4.
 */
#ifndef TRIBUTARY_STORY_POSTING_H
#define TRIBUTARY_STORY_POSTING_H

#include <stddef.h>
#include <stdint.h>

struct posting;

#define POSTING_SEQ (UINT32_C(1) << 24) /* more than ever live at once */

/*
 * `each_log2`: an item has at most so many terms, as a power of two, up to 8.  `seed`: see
 * cluster_new.
 */
struct posting *posting_new(unsigned each_log2, uint64_t seed);
void posting_free(struct posting **p);

/* The next item, with `n` terms, none of them 0.  Returns its seq. */
uint32_t posting_add(struct posting *p, const uint32_t *terms, size_t n);

/* Forgets the oldest item; there must be one. */
void posting_drop(struct posting *p);

/* Its items and the seq of the oldest. */
uint32_t posting_count(const struct posting *p);
uint32_t posting_oldest(const struct posting *p);

/* At most `most` items that have `term`, the newest first.  Returns how many. */
size_t posting_find(const struct posting *p, uint32_t term, uint32_t *seqs, size_t most);

#endif
