/*
 * search_query.h - what a user asks, as a question to FTS5
 *
 *	question = group { "OR" group }
 *	group    = part { ["AND"] part }
 *	part     = [ "-" | "NOT" ] ( word | word "*" | '"' words '"' )
 *
 * A part that comes to several words ("twenty-one", a run of Han) is a phrase.  All parts of a
 * group must be there, those with "-" must not.  What is neither a letter nor a digit only parts
 * words.  Nothing of the user's reaches FTS5 but folded words between quotes of ours; at most
 * LIMIT_QUERY_BYTES and LIMIT_QUERY_WORDS.  Pure.
 */
#ifndef TRIBUTARY_STORE_SEARCH_QUERY_H
#define TRIBUTARY_STORE_SEARCH_QUERY_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */
struct error; /* base/log.h */

/* A word that the answer holds: what a passage shows. */
struct search_term {
	struct slice text; /* folded */
	bool is_prefix;
};

struct search_question {
	struct slice expression; /* FTS5's, section 3 of its documentation */
	struct search_term *terms;
	size_t n_terms;
};

/* False, and `err` with the place (in characters, from 1) and what is wrong there. */
bool search_question_read(
	struct slice asked, struct arena *a, struct search_question *out, struct error *err);

#endif
