/*
 * date_parts.c - which number is the day, which the hour
 */
#include "parse/date_parts.h"

#define LOOSE_MOST 2

struct reader {
	const struct date_token *tokens;
	size_t n, at;
	enum date_order order;
	bool month_may_be_a_day; /* "mar" came first, and may be a Tuesday */
	size_t loose_before_month;
	const struct date_token
		*loose[LOOSE_MOST]; /* numbers that nothing explains: day and year */
	size_t n_loose;
	struct date_parts parts;
};

/* The token `ahead` of the next one; past the end one that is nothing. */
static const struct date_token *peek(const struct reader *r, size_t ahead)
{
	static const struct date_token nothing = {.kind = DATE_MARK};

	return r->at + ahead < r->n ? &r->tokens[r->at + ahead] : &nothing;
}

static bool is_mark(const struct reader *r, size_t ahead, char mark)
{
	return peek(r, ahead)->kind == DATE_MARK && peek(r, ahead)->mark == mark;
}

/* A number of `least` to `most` digits? */
static bool is_number(const struct reader *r, size_t ahead, size_t least, size_t most)
{
	const struct date_token *t = peek(r, ahead);

	return t->kind == DATE_NUMBER && t->digits >= least && t->digits <= most;
}

static bool is_unit(const struct reader *r, size_t ahead, enum date_unit unit)
{
	return peek(r, ahead)->kind == DATE_WORD && peek(r, ahead)->word.unit == unit;
}

/* RFC 5322 section 4.3. */
static int64_t full_year(const struct date_token *t)
{
	if (t->digits == 2)
		return t->value + (t->value < 50 ? 2000 : 1900);
	return t->digits == 3 ? t->value + 1900 : t->value;
}

static bool set(int64_t *part, int64_t value)
{
	if (*part != 0 && *part != value)
		return false;
	*part = value;
	return true;
}

/* ---- zones ---- */

/* "+0530", "+05:30", "-5": a sign with its number close behind it. */
static bool read_offset(struct reader *r)
{
	const struct date_token *number = peek(r, 1);
	int64_t hours = number->value;
	int64_t minutes = 0;
	size_t used = 2;

	if (!(is_mark(r, 0, '+') || is_mark(r, 0, '-')) || !is_number(r, 1, 1, 4) || !number->glued)
		return false;
	if (number->digits > 2) {
		minutes = hours % 100;
		hours /= 100;
	} else if (is_mark(r, 2, ':') && is_number(r, 3, 2, 2)) {
		minutes = peek(r, 3)->value;
		used = 4;
	}
	/* What no clock shows is no offset that a sum may hide. */
	r->parts.offset_minutes = hours > 23 || minutes > 59 ? INT64_MAX : 60 * hours + minutes;
	if (is_mark(r, 0, '-') && r->parts.offset_minutes != INT64_MAX)
		r->parts.offset_minutes = -r->parts.offset_minutes;
	r->parts.has_zone = true;
	r->parts.zone = NULL;
	r->at += used;
	return true;
}

/* A name, a military letter (all are -0000: RFC 5322 section 4.3), "GMT+1", "+0200 CEST". */
static bool read_zone(struct reader *r)
{
	const struct date_token *t = peek(r, 0);

	if (read_offset(r)) {
		if (peek(r, 0)->kind == DATE_WORD && peek(r, 0)->word.zone != NULL)
			r->at++;
		return true;
	}
	if (t->kind != DATE_WORD || (t->word.zone == NULL && t->letter == '\0'))
		return false;
	r->at++;
	if (t->word.zone == NULL || t->word.zone->minutes != 0 || !read_offset(r))
		r->parts.zone = t->word.zone;
	r->parts.has_zone = true;
	return true;
}

/* ---- times ---- */

/* What may stand behind a time: "Uhr", "pm", a zone. */
static bool end_time(struct reader *r)
{
	r->parts.has_time = true;
	if (is_unit(r, 0, HOUR_AFTER))
		r->at++;
	if (peek(r, 0)->kind == DATE_WORD && peek(r, 0)->word.half != NO_HALF) {
		r->parts.half = peek(r, 0)->word.half;
		r->at++;
	}
	if (!r->parts.has_zone)
		(void)read_zone(r);
	return true;
}

static void skip_fraction(struct reader *r)
{
	if ((is_mark(r, 0, '.') || is_mark(r, 0, ',')) && peek(r, 0)->glued &&
		is_number(r, 1, 1, SIZE_MAX) && peek(r, 1)->glued)
		r->at += 2;
}

/* "18:30", "18:30:02.25"; "18.30" behind a date or before "Uhr". */
static bool read_clock(struct reader *r, char mark)
{
	if (!is_number(r, 0, 1, 2) || !is_mark(r, 1, mark) || !is_number(r, 2, 1, 2))
		return false;
	r->parts.hour = peek(r, 0)->value;
	r->parts.minute = peek(r, 2)->value;
	r->at += 3;
	if (is_mark(r, 0, mark) && is_number(r, 1, 1, 2) && peek(r, 1)->glued) {
		r->parts.second = peek(r, 1)->value;
		r->at += 2;
		skip_fraction(r);
	}
	return end_time(r);
}

static bool date_is_known(const struct reader *r)
{
	return r->parts.day != 0 || r->parts.day_of_year != 0 || r->parts.week != 0 ||
	       (r->parts.month != 0 && r->n_loose == 2);
}

/* "14h05", "14時05分30秒", "8 pm". */
static bool read_spoken_clock(struct reader *r)
{
	if (!is_number(r, 0, 1, 2))
		return false;
	if (peek(r, 1)->kind == DATE_WORD && peek(r, 1)->word.half != NO_HALF) {
		r->parts.hour = peek(r, 0)->value;
		r->at++;
		return end_time(r);
	}
	if (!is_unit(r, 1, HOUR_AFTER))
		return false;
	r->parts.hour = peek(r, 0)->value;
	r->at += 2;
	if (is_number(r, 0, 1, 2) &&
		(is_unit(r, 1, MINUTE_AFTER) || peek(r, 0)->glued || date_is_known(r))) {
		r->parts.minute = peek(r, 0)->value;
		r->at += is_unit(r, 1, MINUTE_AFTER) ? 2 : 1;
	}
	if (is_number(r, 0, 1, 2) && is_unit(r, 1, SECOND_AFTER)) {
		r->parts.second = peek(r, 0)->value;
		r->at += 2;
	}
	return end_time(r);
}

/* "183002", "1830", "18" of ISO 8601's basic form. */
static bool read_basic_clock(struct reader *r)
{
	const struct date_token *t = peek(r, 0);
	int64_t value = t->value;

	for (size_t digits = t->digits; digits < 6; digits += 2)
		value *= 100;
	r->parts.hour = value / 10000;
	r->parts.minute = value / 100 % 100;
	r->parts.second = value % 100;
	r->at++;
	skip_fraction(r);
	return end_time(r);
}

static bool read_time(struct reader *r)
{
	const struct date_token *before = r->at > 0 ? &r->tokens[r->at - 1] : NULL;

	if (r->parts.has_time)
		return false;
	if (read_clock(r, ':') || read_spoken_clock(r))
		return true;
	if (before != NULL && before->letter == 't' && date_is_known(r) &&
		(is_number(r, 0, 2, 2) || is_number(r, 0, 4, 4) || is_number(r, 0, 6, 6)))
		return read_basic_clock(r);
	if ((date_is_known(r) || is_unit(r, 3, HOUR_AFTER)) && is_number(r, 2, 2, 2) &&
		peek(r, 2)->glued && !is_mark(r, 3, '.'))
		return read_clock(r, '.');
	return false;
}

/* ---- dates ---- */

/* "2026-11-23", "23.11.2026", "11/23/2026", "26-11-23": `mark` says who writes so. */
static bool set_three(struct reader *r, const struct date_token *const part[3], char mark)
{
	size_t year = 2;
	size_t month = 1;
	size_t day = 0;

	if (part[0]->digits > 2 || (mark == '-' && part[2]->digits <= 2)) {
		year = 0;
		day = 2;
	} else if (part[0]->value <= 12 &&
		   (part[1]->value > 12 || (mark == '/' && r->order == MONTH_FIRST))) {
		month = 0;
		day = 1;
	}
	return set(&r->parts.year, full_year(part[year])) &&
	       set(&r->parts.month, part[month]->value) && set(&r->parts.day, part[day]->value);
}

/* "2026-11", "2026-327", "11/2026". */
static bool set_two(
	struct reader *r, const struct date_token *first, const struct date_token *second)
{
	r->parts.year = first->digits == 4 ? first->value : second->value;
	if (first->digits == 4 && second->digits == 3)
		return set(&r->parts.day_of_year, second->value);
	return set(&r->parts.month, first->digits == 4 ? second->value : first->value);
}

/* "2026-W48-1", "2026W48". */
static bool read_week(struct reader *r)
{
	size_t dash = is_mark(r, 1, '-') ? 1 : 0;
	const struct date_token *number = peek(r, 2 + dash);

	if (!is_number(r, 0, 4, 4) || peek(r, 1 + dash)->letter != 'w' || !number->glued)
		return false;
	if (number->kind != DATE_NUMBER || number->digits < 2 || number->digits > 3)
		return false;
	r->parts.year = peek(r, 0)->value;
	r->parts.week = number->digits == 2 ? number->value : number->value / 10;
	r->parts.day_of_week = number->digits == 2 ? 1 : number->value % 10;
	r->at += 3 + dash;
	if (number->digits == 2 && is_mark(r, 0, '-') && is_number(r, 1, 1, 1)) {
		r->parts.day_of_week = peek(r, 1)->value;
		r->at += 2;
	}
	return true;
}

/* Numbers with the same mark between them; a dot or slash may have a space behind it. */
static bool read_group(struct reader *r)
{
	char mark = peek(r, 1)->mark;
	const struct date_token *part[3] = {peek(r, 0), peek(r, 2), peek(r, 4)};

	if ((mark != '-' && mark != '/' && mark != '.') || part[1]->kind != DATE_NUMBER ||
		(mark == '-' && !part[1]->glued))
		return false;
	if (is_mark(r, 3, mark) && part[2]->kind == DATE_NUMBER &&
		(mark != '-' || part[2]->glued)) {
		r->at += 5;
		return set_three(r, part, mark);
	}
	if (!part[1]->glued || (part[0]->digits == 4 ? part[1]->digits > (mark == '-' ? 3 : 2)
						     : part[0]->digits > 2 || part[1]->digits != 4))
		return false;
	r->at += 3;
	return set_two(r, part[0], part[1]);
}

/* "20261123", "202611231830", "20261123183002". */
static bool read_basic_date(struct reader *r)
{
	struct date_parts *p = &r->parts;
	const struct date_token *t = peek(r, 0);
	int64_t value = t->value;

	if (t->digits != 8 && t->digits != 12 && t->digits != 14)
		return false;
	r->at++;
	for (size_t digits = t->digits; digits < 14; digits += 2)
		value *= 100;
	p->day = value / 1000000 % 100;
	p->month = value / 100000000 % 100;
	p->year = value / 10000000000;
	if (t->digits == 8)
		return true;
	p->hour = value / 10000 % 100;
	p->minute = value / 100 % 100;
	p->second = value % 100;
	return end_time(r);
}

/* "2026年", "11月", "23日". */
static bool read_counted(struct reader *r)
{
	const struct date_token *t = peek(r, 0);
	enum date_unit unit = peek(r, 1)->word.unit;

	r->at += 2;
	if (unit == YEAR_AFTER)
		return set(&r->parts.year, full_year(t));
	return set(unit == MONTH_AFTER ? &r->parts.month : &r->parts.day, t->value);
}

static bool read_loose(struct reader *r)
{
	if (r->n_loose < LOOSE_MOST) {
		r->loose[r->n_loose++] = peek(r, 0);
		r->at++;
		return true;
	}
	/* "31 Dec 99 1420 GMT" */
	return is_number(r, 0, 4, 4) && !r->parts.has_time && r->parts.month != 0 &&
	       read_basic_clock(r) && r->parts.has_zone;
}

static bool read_number(struct reader *r)
{
	bool fresh =
		r->parts.year == 0 && r->parts.month == 0 && r->parts.day == 0 && r->n_loose == 0;

	if (read_time(r))
		return true;
	if (fresh && (read_week(r) || read_group(r) || read_basic_date(r)))
		return true;
	if (is_unit(r, 1, YEAR_AFTER) || is_unit(r, 1, MONTH_AFTER) || is_unit(r, 1, DAY_AFTER))
		return read_counted(r);
	return read_loose(r);
}

/* ---- words and marks ---- */

static bool read_month(struct reader *r, const struct date_word *word)
{
	bool replace = r->parts.month == 0 || r->month_may_be_a_day;

	if (replace) {
		r->parts.month = word->month;
		r->loose_before_month = r->n_loose;
		r->month_may_be_a_day = word->weekday;
	}
	return replace || word->weekday || r->parts.month == word->month;
}

/* "ngày 23 tháng 11 năm 2026", but not "ngày 23/11/2026" */
static bool read_counted_behind(struct reader *r, enum date_unit unit)
{
	const struct date_token *t = peek(r, 0);

	if (t->kind != DATE_NUMBER ||
		(peek(r, 1)->kind == DATE_MARK && peek(r, 2)->kind == DATE_NUMBER))
		return true;
	r->at++;
	if (unit == YEAR_BEFORE)
		return set(&r->parts.year, full_year(t));
	return set(unit == MONTH_BEFORE ? &r->parts.month : &r->parts.day, t->value);
}

/* "오후 2:05": a half of the day with a time close behind it. */
static bool leads_a_time(const struct reader *r, const struct date_word *word)
{
	return word->half != NO_HALF && !word->filler && !word->weekday && is_number(r, 0, 1, 2) &&
	       (is_mark(r, 1, ':') || is_unit(r, 1, HOUR_AFTER));
}

static bool read_word(struct reader *r)
{
	const struct date_token *t = peek(r, 0);
	const struct date_word *word = &t->word;

	if (r->parts.has_time && !r->parts.has_zone && read_zone(r))
		return true;
	r->at++;
	if (word->month != 0)
		return read_month(r, word);
	if (word->unit >= YEAR_BEFORE)
		return read_counted_behind(r, word->unit);
	if (leads_a_time(r, word)) {
		r->parts.half = word->half;
		r->parts.zone = word->zone; /* until another is named */
		return true;
	}
	return word->weekday || word->filler || (word->zone != NULL && r->parts.has_zone);
}

/* A minus with a number close behind it and a space before it is a sign, not a dash. */
static bool read_mark(struct reader *r)
{
	const struct date_token *t = peek(r, 0);

	if (t->mark == '+' ||
		(t->mark == '-' && is_number(r, 1, 1, SIZE_MAX) && peek(r, 1)->glued && !t->glued))
		return r->parts.has_time && !r->parts.has_zone && read_offset(r);
	r->at++;
	return strchr(",.;/-|@()'", t->mark) != NULL;
}

static bool place_year(struct reader *r, const struct date_token *t)
{
	r->parts.year = full_year(t);
	r->parts.is_short_year = t->digits < 4;
	return t->digits >= 2;
}

/* The numbers that nothing explained. */
static bool place_loose(struct reader *r)
{
	struct date_parts *p = &r->parts;
	const struct date_token *first = r->loose[0];
	const struct date_token *second = r->loose[1];

	switch (r->n_loose) {
	case 0:
		return true;
	case 1:
		if (p->year != 0)
			return p->month != 0 && set(&p->day, first->value);
		return place_year(r, first) &&
		       (p->day != 0 || first->digits == 4 || (p->month != 0 && first->digits == 3));
	default:
		if (p->month == 0 || p->year != 0 || p->day != 0)
			return false;
		/* "2026 November 23", but neither "2026, 3 May" nor "May 2026, 3" */
		if (first->digits > 2)
			return second->digits <= 2 && r->loose_before_month == 1 &&
			       set(&p->day, second->value) && place_year(r, first);
		return set(&p->day, first->value) && place_year(r, second);
	}
}

bool date_parts(const struct date_token *tokens, size_t n, enum date_order order,
	struct date_parts *parts_out)
{
	struct reader r = {.tokens = tokens, .n = n, .order = order};

	while (r.at < r.n) {
		enum date_token_kind kind = peek(&r, 0)->kind;

		if (!(kind == DATE_NUMBER       ? read_number(&r)
			    : kind == DATE_WORD ? read_word(&r)
						: read_mark(&r)))
			return false;
	}
	if (!place_loose(&r))
		return false;
	*parts_out = r.parts;
	return true;
}
