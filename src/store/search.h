/*
 * search.h - the index of words: filled at idle, asked in the order of the stream
 *
 * One table of FTS5 over title and text, without content.  A row's number is the item's place and
 * number (SEARCH_ROW), so that hits come as the stream's places do, newest first, and a page of a
 * word that stands in every item costs no more than that of a rare one.
 *
 * `searched` in meta is the number up to which all items are indexed.  One of those whose text or
 * visibility changes goes into search_due, with the text that the index holds: store_write_search
 * takes that out and puts the new one in.  Both lie in one commit with what they describe, so
 * there is no instant at which a crash leaves a gap or a double.
 */
#ifndef TRIBUTARY_STORE_SEARCH_H
#define TRIBUTARY_STORE_SEARCH_H

#include "base/slice.h" /* slice */
#include "store/read.h" /* place */

struct arena;        /* base/arena.h */
struct buf;          /* base/buf.h */
struct error;        /* base/log.h */
struct search;       /* a question that is being answered */
struct store;        /* store/store.h */
struct store_writer; /* store/writer.h */

/*
 * A row's number: 34 bits of place (seconds since 1970, to the year 2514), 29 of the item's number.
 * SEARCH_ROW is the same in SQL, of an item `i`.
 */
#define SEARCH_NUMBER_BITS 29
#define SEARCH_NUMBER_MOST ((INT64_C(1) << SEARCH_NUMBER_BITS) - 1)
#define SEARCH_ROW         "((max(i.place, 0) << 29) + i.number)"

/* --- the reader's */

/*
 * Begins to ask for `words` (store/search_query.h), SEARCH_WEIGHED for weights too.  NULL, and
 * `err`: they cannot be asked for.
 * What it holds lies in `a`; its statement is let go with the snapshot.
 */
enum search_kind { SEARCH_PLACES, SEARCH_WEIGHED };
struct search *search_open(struct store *s, struct slice words, enum search_kind kind,
	struct arena *a, struct error *err);

/* The newest hit that is not newer than `from`, which never goes back.  1, 0 none, -1 and `err`. */
int search_find(struct search *s, struct place from, struct place *hit_out, struct error *err);

/* How much the last hit is about the words, from 0. */
double search_weight(const struct search *s);

/* Is this item a hit?  1, 0, or -1 and `err`. */
int search_has(struct search *s, struct place item, struct error *err);

/*
 * From search_limit on, what is asked of the store ends after LIMIT_QUERY_MS with an error (where
 * there are words to search for).  search_unlimit ends that, and has a better word in `err` where
 * it has come to it.
 */
void search_limit(struct store *s, struct slice words);
void search_unlimit(struct store *s, struct error *err);

/* --- the writer's */

/* In the open group, before an item's text changes, or it is let go to readers, or removed. */
int search_note(struct store_writer *w, int64_t number, struct error *err);

#endif
