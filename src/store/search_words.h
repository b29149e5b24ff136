/*
 * search_words.h - a text as the words that are searched for
 *
 * The index and the questions are made of the same words, so that FTS5 has nothing left to fold:
 * runs of letters and digits, folded as base/letter.h says.  "U.N." is "un".  Scripts without
 * spaces between words, and hangul, come as overlapping pairs, and each run of them ends in its
 * last letter alone: a question of one letter is then answered by what begins with it.
 *
 * What is indexed must be told to FTS5 again, to the byte, when it is removed: a change of any
 * word here raises SEARCH_WORDS_VERSION, on which the index is made anew.
 */
#ifndef TRIBUTARY_STORE_SEARCH_WORDS_H
#define TRIBUTARY_STORE_SEARCH_WORDS_H

#include "base/slice.h" /* slice */

#define SEARCH_WORDS_VERSION 1
#define SEARCH_WORD_BYTES    96 /* of a folded word that count: what follows in it is left out */

struct buf; /* base/buf.h */

struct search_word {
	struct slice text; /* folded, never empty; lies in the reader until the next word */
	size_t from, to;   /* where it stands in the text */
	bool is_paired;    /* of a script that is read in pairs */
	bool is_tail;      /* the last letter of a run of those, again, or all of a run of one */
};

struct search_reader {
	struct slice text;
	size_t at;
	size_t len;
	char folded[SEARCH_WORD_BYTES];
};

/* `text`, any bytes, is borrowed until the last search_words_next. */
void search_words_begin(struct search_reader *r, struct slice text);

/* The next word; false at the end. */
bool search_words_next(struct search_reader *r, struct search_word *out);

/* Appends all words of `text`, each led by a space: what FTS5 is given. */
void search_words_put(struct buf *out, struct slice text);

#endif
