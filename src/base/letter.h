/*
 * letter.h - one code point of a word: what it is, and what it folds to
 *
 * What stories, topics and searches read words with (Unicode Standard Annex 44: General_Category,
 * decompositions, case folding).
 */
#ifndef TRIBUTARY_BASE_LETTER_H
#define TRIBUTARY_BASE_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum letter_kind {
	LETTER_NONE,  /* no part of a word: white space, punctuation, symbols */
	LETTER_STOP,  /* the same, and it ends a sentence */
	LETTER_LOWER, /* a letter, or a mark that stands within a word */
	LETTER_UPPER, /* a capital */
	LETTER_DIGIT, /* a decimal digit of any script */
	LETTER_PAIR,  /* of a script without spaces between words (and hangul): read in pairs */
	LETTER_JOIN,  /* invisible within a word (soft hyphen, joiners), none elsewhere */
};

enum letter_script {
	SCRIPT_OTHER,
	SCRIPT_LATIN,
	SCRIPT_CYRILLIC,
	SCRIPT_ARABIC,
	SCRIPT_HAN,
	SCRIPT_KANA,
	SCRIPT_HANGUL,
	SCRIPT_COUNT
};

/* The most code points that one folds to. */
#define LETTER_FOLDED 8

enum letter_kind letter_kind(uint32_t c);
enum letter_script letter_script(uint32_t c);

/*
 * What `c`, which is no LETTER_NONE, is compared as: case and compatibility forms folded,
 * diacritics of Latin, Greek, Cyrillic, Arabic and Hebrew dropped, tatweel too, the forms of
 * alef, ta marbuta, ya and kaf joined, digits of every script to ASCII.  Returns how many code
 * points; 0 where nothing is left.
 */
size_t letter_fold(uint32_t c, uint32_t folded[LETTER_FOLDED]);

/* Writes `c` as UTF-8; returns how many bytes. */
size_t letter_put(char to[4], uint32_t c);

#endif
