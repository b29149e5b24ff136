/*
 * date.h - the instants that feeds write
 *
 * RFC 5322 section 3.3 with its obsolete forms (4.3), RFC 3339, W3CDTF, asctime, ISO 8601 week
 * and ordinal dates, and the mistakes that feeds really make: missing or wrong week days, one
 * digit where two belong, named zones, a space for the T, a zone after a space, two-digit
 * years, month names in the languages of the corpora.
 */
#ifndef TRIBUTARY_PARSE_DATE_H
#define TRIBUTARY_PARSE_DATE_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

enum date_verdict {
	DATE_OK,
	DATE_UNREADABLE,   /* no date that we know */
	DATE_OUT_OF_RANGE, /* a date's form, but month 13, hour 25, or no year 1 to 9999 */
};

/*
 * Reads all of `text` (white space around it aside).  A date without a zone is in UTC, but one
 * whose clock speaks Korean.
 */
enum date_verdict date_parse(struct slice text, instant *at_out);

/* Finds a date anywhere within a page's line ("Posted: 3 mai 2026, 14:05"); `lang` may be empty. */
enum date_verdict date_find(struct slice text, struct slice lang, instant *at_out);

#endif
