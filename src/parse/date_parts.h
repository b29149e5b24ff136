/*
 * date_parts.h - which number is the day, which the hour
 *
 * Private to parse/date*.c.  Words say much (a month's name, "pm", a zone), marks the rest (colons
 * belong to times, equal marks between three numbers to dates); what is left over is a day or a
 * year by its digits and its place.
 */
#ifndef TRIBUTARY_PARSE_DATE_PARTS_H
#define TRIBUTARY_PARSE_DATE_PARTS_H

#include "base/clock.h"       /* instant */
#include "parse/date_token.h" /* date_token */

struct date_parts {
	int64_t year, month, day; /* 0: not given */
	bool is_short_year;  /* of less than four digits, and only its place says that it is one */
	int64_t day_of_year; /* ISO 8601's ordinal dates; else 0 */
	int64_t week, day_of_week; /* ISO 8601's week dates; else 0 */
	int64_t hour, minute, second;
	bool has_time;
	enum date_half half;
	bool has_zone;
	int64_t offset_minutes;       /* east of Greenwich */
	const struct date_zone *zone; /* NULL: the offset is all */
};

/* How the three numbers of 3/4/2026 stand where none is above 12. */
enum date_order { MONTH_FIRST, DAY_FIRST };

/*
 * All `n` tokens as one date; false where they are none.  Numbers are as they were written, but
 * years of two and three digits are completed (RFC 5322 section 4.3).
 */
bool date_parts(const struct date_token *tokens, size_t n, enum date_order order,
	struct date_parts *parts_out);

#endif
