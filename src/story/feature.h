/*
 * feature.h - an item's text as terms to compare
 *
 * A term is a word's first FEATURE_PREFIX letters (a number or a pair of letters whole), or two
 * words side by side, as 32 bits under its language: never 0.  Pure; the cost is bounded by the
 * words that are looked at.
 */
#ifndef TRIBUTARY_STORY_FEATURE_H
#define TRIBUTARY_STORY_FEATURE_H

#include "base/slice.h" /* slice */

#define FEATURE_PREFIX        6
#define FEATURE_TITLE_WORDS   60
#define FEATURE_SUMMARY_WORDS 200
#define FEATURE_CONTENT_WORDS 80
#define FEATURE_MOST          (2 * (FEATURE_TITLE_WORDS + FEATURE_SUMMARY_WORDS + FEATURE_CONTENT_WORDS))
#define FEATURE_SLOTS         1024 /* a power of two, more than FEATURE_MOST */

struct feature {
	uint32_t term;
	float tf; /* how often it stands there, weighed by where and how */
};

struct feature_set {
	struct feature at[FEATURE_MOST];
	size_t n;
	uint16_t slots[FEATURE_SLOTS]; /* feature.c's: term to 1 + its index */
};

/* `lang`: a number for the language.  Fills *out; the same texts always give the same. */
void feature_read(struct feature_set *out, uint32_t lang, struct slice title, struct slice summary,
	struct slice content);

#endif
