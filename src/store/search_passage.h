/*
 * search_passage.h - the words that were searched for, where they stand in a text
 *
 * Pure.  Texts in `a`.
 */
#ifndef TRIBUTARY_STORE_SEARCH_PASSAGE_H
#define TRIBUTARY_STORE_SEARCH_PASSAGE_H

#include "store/read.h" /* passage */

struct arena;           /* base/arena.h */
struct search_question; /* store/search_query.h */

/*
 * One line of at most SEARCH_PASSAGE_BYTES out of `text`, where most of the words stand together;
 * its beginning where none does.
 */
#define SEARCH_PASSAGE_BYTES 240
struct passage search_passage(
	struct slice text, const struct search_question *question, struct arena *a);

#endif
