/*
 * count.h - in how many items each term stood
 *
 * At most COUNT_TERMS terms are counted; where there is no room for another, one of the rarest is
 * forgotten.  Which one depends on the terms and their counts alone, so that what was written and
 * read back goes on in the same way.
 *
 * Counts fade: count_halve halves them all, by writing none.  A count is kept with the number of
 * halvings at which it was last changed, and both are its `value`.
 *
 * Not uthash: a term takes 64 bytes there and 8 here, and there are a million.
 */
#ifndef TRIBUTARY_STORY_COUNT_H
#define TRIBUTARY_STORY_COUNT_H

#include <stddef.h>
#include <stdint.h>

#define COUNT_TERMS (UINT32_C(1) << 20)

struct counts;

struct counts *count_new(void);
void count_free(struct counts **c);

uint32_t count_of(const struct counts *c, uint32_t term); /* 0: none, or forgotten */
void count_add(struct counts *c, uint32_t term);          /* one more; term is not 0 */
void count_halve(struct counts *c);

/* The halvings so far, and given back; before any term is. */
uint32_t count_halvings(const struct counts *c);
void count_restore_halvings(struct counts *c, uint32_t halvings);

/* What changed since count_clean: the i-th term and its value; 0: it is forgotten. */
size_t count_dirty(const struct counts *c);
void count_dirty_at(const struct counts *c, size_t i, uint32_t *term_out, uint32_t *value_out);
void count_clean(struct counts *c);

/* A term and its value, as they were written. */
void count_restore(struct counts *c, uint32_t term, uint32_t value);

#endif
