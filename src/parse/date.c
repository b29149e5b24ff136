/*
 * date.c - from a text's parts to its instant
 */
#include "parse/date.h"

#include "base/limits.h"
#include "parse/date_shape.h"

#define DAY_S         INT64_C(86400)
#define WINDOW_TOKENS 24 /* the longest date that date_find looks for */

/* What a reading of tokens came to. */
struct finding {
	enum date_verdict verdict;
	instant at;
	bool has_day; /* it is more than a month or a year */
};

/* Midnight of the Sunday that is the `nth` of its month, or its last for 0. */
static instant sunday(int year, int month, int nth)
{
	instant first = instant_of_civil(year, month, 1, 0, 0, 0);
	instant next =
		month == 12 ? first + 31 * DAY_S : instant_of_civil(year, month + 1, 1, 0, 0, 0);
	instant from = nth > 0 ? first + 7 * DAY_S * (nth - 1) : next - 7 * DAY_S;
	int64_t weekday = ((from / DAY_S + 4) % 7 + 7) % 7; /* 1970 began on a Thursday */

	return from + (7 - weekday) % 7 * DAY_S;
}

/* Are the clocks of a zone set forward at `local`, which its clocks show?  Autumn's hour that
 * comes twice is taken for the second. */
static bool is_summer(const struct date_zone *zone, instant local)
{
	instant utc = local - 60 * (instant)zone->minutes; /* by winter's clock */
	int year;
	int month;
	int day;

	instant_civil(local, &year, &month, &day);
	switch (zone->summer) {
	case FIXED:
		return false;
	case AMERICA: /* second Sunday of March to first of November, 2:00 local time */
		return local >= sunday(year, 3, 2) + 7200 && local < sunday(year, 11, 1) + 3600;
	case EUROPE: /* last Sunday of March to last of October, 1:00 UTC */
		return utc >= sunday(year, 3, 0) + 3600 && utc < sunday(year, 10, 0) + 3600;
	}
	return false;
}

/* Day 1 of ISO 8601's week 1 holds the year's first Thursday. */
static instant week_date(const struct date_parts *p)
{
	instant fourth = instant_of_civil((int)p->year, 1, 4, 0, 0, 0);
	int64_t weekday = ((fourth / DAY_S + 3) % 7 + 7) % 7; /* 0 Monday */

	if (p->week < 1 || p->week > 53 || p->day_of_week < 1 || p->day_of_week > 7)
		return INSTANT_NONE;
	return fourth + (7 * (p->week - 1) + p->day_of_week - 1 - weekday) * DAY_S;
}

static instant ordinal_date(const struct date_parts *p)
{
	instant first = instant_of_civil((int)p->year, 1, 1, 0, 0, 0);
	instant at = first + (p->day_of_year - 1) * DAY_S;
	int year;
	int month;
	int day;

	if (p->day_of_year < 1 || p->day_of_year > 366)
		return INSTANT_NONE;
	instant_civil(at, &year, &month, &day);
	return year == p->year ? at : INSTANT_NONE;
}

/* Midnight of the day; what is not given is the first. */
static instant day_of(const struct date_parts *p)
{
	if (p->year > 9999 || p->month > 12 || p->day > 31)
		return INSTANT_NONE;
	if (p->week != 0)
		return week_date(p);
	if (p->day_of_year != 0)
		return ordinal_date(p);
	return instant_of_civil((int)p->year, p->month == 0 ? 1 : (int)p->month,
		p->day == 0 ? 1 : (int)p->day, 0, 0, 0);
}

/* Seconds since midnight: to 24:00:00, with 60 for a leap second, which counts as 59. */
static int64_t time_of(const struct date_parts *p)
{
	int64_t hour = p->hour;
	int64_t second = p->second == 60 ? 59 : p->second;

	if (p->half == PM && hour < 12)
		hour += 12;
	if (p->half == AM && hour == 12)
		hour = 0;
	if (hour > 24 || p->minute > 59 || second > 59 || (hour == 24 && p->minute + second > 0))
		return -1;
	return 3600 * hour + 60 * p->minute + second;
}

static int64_t offset_of(const struct date_parts *p, instant local)
{
	if (p->zone == NULL)
		return 60 * p->offset_minutes;
	return 60 * (int64_t)p->zone->minutes + (is_summer(p->zone, local) ? 3600 : 0);
}

static struct finding finding_of(const struct date_parts *p)
{
	struct finding f = {.verdict = DATE_UNREADABLE};
	int64_t seconds = time_of(p);
	instant day;

	f.has_day = p->day != 0 || p->day_of_year != 0 || p->week != 0;
	if (p->year == 0 || (p->has_time && !f.has_day) || (p->day != 0 && p->month == 0))
		return f;
	f.verdict = DATE_OUT_OF_RANGE;
	day = day_of(p);
	if (day == INSTANT_NONE || seconds < 0 || p->offset_minutes == INT64_MAX)
		return f;
	f.at = day + seconds;
	f.at -= offset_of(p, f.at);
	if (f.at >= INSTANT_MIN && f.at <= INSTANT_MAX)
		f.verdict = DATE_OK;
	return f;
}

static bool parts_of(struct slice text, struct date_parts *parts_out)
{
	struct date_token tokens[DATE_TOKENS];
	bool cut;
	size_t n;

	if (text.len == 0 || text.len > LIMIT_DATE_BYTES)
		return false;
	n = date_tokens(text, true, tokens, &cut);
	return !cut && date_parts(tokens, n, MONTH_FIRST, parts_out);
}

enum date_verdict date_parse(struct slice text, instant *at_out)
{
	struct date_parts parts;
	struct finding f;

	text = slice_trim(text);
	if (!date_shape(text, &parts) && !parts_of(text, &parts))
		return DATE_UNREADABLE;
	f = finding_of(&parts);
	if (f.verdict == DATE_OK)
		*at_out = f.at;
	return f.verdict;
}

/* The longest date that begins with the first token; how many it has, or 0. */
static size_t longest(const struct date_token *tokens, size_t n, enum date_order order,
	bool needs_day, instant *at_out)
{
	size_t most = 0;

	while (most < n && most < WINDOW_TOKENS &&
		(tokens[most].kind != DATE_WORD || tokens[most].word.known ||
			tokens[most].letter != '\0'))
		most++;
	for (size_t len = most; len > 0; len--) {
		struct date_parts parts;
		struct finding f;

		if (tokens[len - 1].kind == DATE_MARK || !date_parts(tokens, len, order, &parts))
			continue;
		f = finding_of(&parts);
		if (f.verdict != DATE_OK || (needs_day && !f.has_day) || parts.month == 0 ||
			parts.is_short_year)
			continue;
		*at_out = f.at;
		return len;
	}
	return 0;
}

/* Unix time: ten digits are seconds, thirteen milliseconds. */
static bool find_epoch(struct slice text, instant *at_out)
{
	if ((text.len != 10 && text.len != 13) || !slice_int(text, 0, INT64_MAX, at_out))
		return false;
	if (text.len == 13)
		*at_out /= 1000;
	return true;
}

/* "en", "en-US" and those who do not say put the month first. */
static enum date_order order_of(struct slice lang)
{
	return lang.len == 0 || slice_is_fold(lang, "en") || slice_is_fold(lang, "en-us")
		       ? MONTH_FIRST
		       : DAY_FIRST;
}

enum date_verdict date_find(struct slice text, struct slice lang, instant *at_out)
{
	struct date_token tokens[DATE_TOKENS];
	bool cut;
	size_t n;

	text = slice_utf8_head(slice_trim(text), LIMIT_DATE_LINE_BYTES);
	if (find_epoch(text, at_out))
		return DATE_OK;
	n = date_tokens(text, false, tokens, &cut);
	for (int needs_day = 1; needs_day >= 0; needs_day--)
		for (size_t i = 0; i < n; i++)
			if (tokens[i].kind != DATE_MARK &&
				longest(tokens + i, n - i, order_of(lang), needs_day, at_out) > 0)
				return DATE_OK;
	return DATE_UNREADABLE;
}
