/*
 * diff.h - what changed between two texts, word by word
 *
 * Pure.  E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), on words; where
 * no spaces part words (Han, kana, Thai) on characters.  Bounded: texts of more than DIFF_WORDS
 * words, or more than DIFF_EDITS words apart, differ in one piece between what they begin and
 * end with alike.
 */
#ifndef TRIBUTARY_PUBLISH_DIFF_H
#define TRIBUTARY_PUBLISH_DIFF_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

#define DIFF_WORDS 8000
#define DIFF_EDITS 400

enum diff_kind { DIFF_SAME, DIFF_GONE, DIFF_NEW };

/* Words in a row, with the white space behind them: of the old text where gone, else the new. */
struct diff_run {
	enum diff_kind kind;
	struct slice text;
};

struct diff {
	struct diff_run *runs; /* in `a`; between two that are the same first what went */
	size_t n;
	size_t gone, added; /* words */
};

/* UTF-8; the runs borrow from both texts. */
void diff_words(struct slice old, struct slice new, struct arena *a, struct diff *diff_out);

#endif
