/*
 * date_token.h - a date's text as numbers, words and marks
 *
 * Private to parse/date*.c.  Digits of all scripts that our corpora write dates in become
 * numbers, dashes of all lengths "-", and the full-width marks of Chinese and Japanese their
 * ASCII kin.
 */
#ifndef TRIBUTARY_PARSE_DATE_TOKEN_H
#define TRIBUTARY_PARSE_DATE_TOKEN_H

#include "parse/date_words.h" /* date_word */

#define DATE_TOKENS 128 /* a date has about ten */

enum date_token_kind {
	DATE_NUMBER,
	DATE_WORD,
	DATE_MARK, /* an ASCII character, '?' for what has no kin there */
};

struct date_token {
	enum date_token_kind kind;
	bool glued;            /* to the one before */
	char mark;             /* of a mark; else NUL */
	char letter;           /* of a word of one ASCII letter: it, lower case; else NUL */
	int64_t value;         /* of a number: at most 10^15, whatever was written */
	size_t digits;         /* so many it had */
	struct date_word word; /* of a word */
};

/*
 * `text` as at most DATE_TOKENS tokens; what follows them is left out and `*cut_out` says so.
 * With `comments`, RFC 5322's comments in parentheses are white space.
 */
size_t date_tokens(
	struct slice text, bool comments, struct date_token tokens[DATE_TOKENS], bool *cut_out);

#endif
