/*
 * date_words.h - what a date's words mean, in some forty languages
 *
 * Private to parse/date*.c.  One word may mean several things ("mar" is March in Spanish and
 * Tuesday in French, "at" a preposition and the Atlantic's time): all are given, and its place
 * among the others decides.
 */
#ifndef TRIBUTARY_PARSE_DATE_WORDS_H
#define TRIBUTARY_PARSE_DATE_WORDS_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

enum date_half { NO_HALF, AM, PM };

/* What a number counts, and whether it stands before the word or after it. */
enum date_unit {
	NO_UNIT,
	YEAR_AFTER,
	MONTH_AFTER,
	DAY_AFTER,
	HOUR_AFTER,
	MINUTE_AFTER,
	SECOND_AFTER,
	YEAR_BEFORE,
	MONTH_BEFORE,
	DAY_BEFORE,
};

/* Who sets clocks forward in summer: nobody; as in the USA since 2007; as in Europe since 1996. */
enum date_summer { FIXED, AMERICA, EUROPE };

struct date_zone {
	const char *name;
	int minutes; /* east of Greenwich, in winter */
	enum date_summer summer;
};

struct date_word {
	bool known;   /* it means any of what follows */
	int month;    /* 1 to 12, or 0 */
	bool weekday; /* or the beginning of one */
	bool filler;  /* it may stand anywhere and says nothing */
	enum date_half half;
	enum date_unit unit;
	const struct date_zone *zone; /* or NULL */
};

/* Looks `word` up, its case aside.  `a` is for scratch. */
struct date_word date_word(struct arena *a, struct slice word);

#endif
