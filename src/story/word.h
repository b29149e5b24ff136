/*
 * word.h - a plain text as words that can be compared: what stories and topics are made of
 *
 * A word is a run of letters and digits, whole (nobody's prefix yet) and folded (letter.h).
 * "'s" is off; "1,300" and "1 300" with a narrow space are the number 1300; "U.N." is "un".
 * Scripts without spaces, and hangul, come as overlapping pairs of letters: three of them in a
 * run are two words; one alone is one word of one letter.  Any valid UTF-8 will do; time is
 * linear in the text, memory is the reader's own.
 *
 *	struct word_reader r;
 *	struct word w;
 *
 *	word_begin(&r, text);
 *	while (word_next(&r, &w))
 *		...
 */
#ifndef TRIBUTARY_STORY_WORD_H
#define TRIBUTARY_STORY_WORD_H

#include "base/letter.h" /* letter_script */
#include "base/slice.h"  /* slice */

#include <stdbool.h>
#include <stdint.h>

#define WORD_BYTES                                                                                 \
	128 /* of a folded word that are kept: what follows in it is read and left out             \
	     */

enum word_kind {
	WORD_PLAIN,  /* letters, or letters and digits */
	WORD_NUMBER, /* digits alone */
	WORD_PAIR,   /* two letters of a run, or a run of one */
};

struct word {
	struct slice text; /* folded, never empty; lies in the reader until the next word */
	uint32_t place;    /* in the text, from 0: two words of a phrase differ by 1 */
	uint32_t letters;  /* code points of `text` */
	enum word_kind kind;
	enum letter_script script; /* of its first letter */
	bool capital;              /* it begins with a capital */
	bool upper;   /* it is an acronym: capitals and digits only, two or more, in a text that is
			 not written so throughout */
	bool first;   /* it begins the text or a sentence */
	bool dropped; /* it says nothing of what the text is about: one letter, or a function word
			 that is no acronym ("who", but not "WHO") */
};

struct word_reader {
	struct slice text;
	size_t at;
	uint32_t place;
	bool in_run;   /* of pairs: the letter at `at` was the second of a pair */
	bool stopped;  /* a sentence ended since the last word */
	bool shouting; /* mostly capitals */
	size_t len;
	char folded[WORD_BYTES];
};

/* `text` is borrowed until the last word_next. */
void word_begin(struct word_reader *r, struct slice text);

/* The next word; false at the end, then `*out` is untouched. */
bool word_next(struct word_reader *r, struct word *out);

#endif
