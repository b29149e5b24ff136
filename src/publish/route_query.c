/* route_query.c - a table of parameters */
#include "publish/route_query.h"
#include "base/arena.h"
#include "base/limits.h"
#include "publish/out.h"
#include "publish/route.h"

#include <stdio.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoded, in `a`; a '%' that leads nothing stands for itself. */
struct slice route_query_decode(struct arena *a, struct slice s, bool plus_is_space)
{
	char *to = arena_alloc(a, s.len);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int high = i + 2 < s.len && s.at[i] == '%' ? hex_digit(s.at[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(s.at[i + 2]) : -1;

		if (low >= 0) {
			to[n++] = (char)(high * 16 + low);
			i += 2;
		} else {
			to[n++] = (char)(plus_is_space && s.at[i] == '+' ? ' ' : s.at[i]);
		}
	}
	return slice_from(to, n);
}

enum list { LIST_SOURCE, LIST_TAG, LIST_LANG, LIST_TOPIC, LISTS };

static bool wrong(struct route *r, const char *name, const char *expected)
{
	(void)snprintf(r->why, sizeof r->why, "%s: %s", name, expected);
	return false;
}

/* The number of `width` digits at `*at`, or -1. */
static int digits(struct slice s, size_t *at, size_t width)
{
	int64_t number;

	if (*at + width > s.len || s.at[*at] == '-' || s.at[*at] == '+' ||
		!slice_int(slice_from(s.at + *at, width), 0, 9999, &number))
		return -1;
	*at += width;
	return (int)number;
}

static bool skip_byte(struct slice s, size_t *at, const char *any)
{
	if (*at >= s.len || s.at[*at] == '\0' || strchr(any, s.at[*at]) == NULL)
		return false;
	(*at)++;
	return true;
}

/* Z, or ±hh:mm to the end; a '+' in a query has become a space. */
static bool read_zone(struct slice s, size_t at, int64_t *offset_out)
{
	bool west = at < s.len && s.at[at] == '-';
	int hours, minutes;

	*offset_out = 0;
	if (skip_byte(s, &at, "Zz"))
		return at == s.len;
	if (!skip_byte(s, &at, "+- "))
		return false;
	hours = digits(s, &at, 2);
	if (hours < 0 || hours > 23 || !skip_byte(s, &at, ":"))
		return false;
	minutes = digits(s, &at, 2);
	*offset_out = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return minutes >= 0 && minutes < 60 && at == s.len;
}

/* RFC 3339: full-date, which is its midnight in UTC, or date-time to the second. */
static bool read_instant(struct slice s, instant *at_out)
{
	size_t at = 0;
	int64_t offset = 0;
	int part[6] = {0};

	for (int i = 0; i < 3; i++)
		if ((i > 0 && !skip_byte(s, &at, "-")) ||
			(part[i] = digits(s, &at, i == 0 ? 4 : 2)) < 0)
			return false;
	if (at < s.len) {
		for (int i = 3; i < 6; i++)
			if (!skip_byte(s, &at, i == 3 ? "Tt" : ":") ||
				(part[i] = digits(s, &at, 2)) < 0)
				return false;
		if (!read_zone(s, at, &offset))
			return false;
	}
	*at_out = instant_of_civil(part[0], part[1], part[2], part[3], part[4], part[5]);
	if (*at_out == INSTANT_NONE)
		return false;
	*at_out -= offset; /* which may leave the years that have four digits */
	return *at_out >= INSTANT_MIN && *at_out <= INSTANT_MAX;
}

/* A cursor as route_put writes it: place and number. */
static bool read_cursor(struct slice s, struct place *place_out)
{
	size_t dot = slice_find_byte(s, '.');

	return dot < s.len &&
	       slice_int(slice_head(s, dot), INSTANT_MIN, INSTANT_MAX, &place_out->at) &&
	       slice_int(slice_skip(s, dot + 1), 0, INT64_MAX, &place_out->number);
}

struct reading {
	struct arena *arena;
	struct route *route;
	struct slice values[LISTS][LIMIT_PARAMETER_VALUES];
	size_t n[LISTS];
};

static bool take_list(struct reading *r, const char *name, enum list list, struct slice value)
{
	if (value.len == 0 || value.len > LIMIT_NAME_BYTES || !slice_utf8_valid(value))
		return wrong(r->route, name, "a name is expected");
	if (r->n[list] == LIMIT_PARAMETER_VALUES)
		return wrong(r->route, name, "it stands too often");
	r->values[list][r->n[list]++] = value;
	return true;
}

static bool take_limit(struct reading *r, const char *name, struct slice value)
{
	int64_t number;

	if (!slice_int(value, 1, LIMIT_PAGE_ENTRIES, &number) || value.at[0] == '+')
		return wrong(r->route, name, "a number from 1 to 1000 is expected");
	r->route->query.limit = (size_t)number;
	return true;
}

static bool take_cursor(struct reading *r, const char *name, struct slice value)
{
	struct place *after = arena_alloc(r->arena, sizeof *after);

	r->route->query.after = after;
	return read_cursor(value, after) ||
	       wrong(r->route, name, "a cursor out of a `next` link is expected");
}

static bool take_date(struct reading *r, const char *name, struct slice value, instant *to)
{
	return read_instant(value, to) ||
	       wrong(r->route, name, "a date is expected: 2024-05-31 or 2024-05-31T12:00:00Z");
}

static bool take_since(struct reading *r, const char *name, struct slice value)
{
	return take_date(r, name, value, &r->route->query.since);
}

static bool take_until(struct reading *r, const char *name, struct slice value)
{
	return take_date(r, name, value, &r->route->query.until);
}

static size_t count_words(struct slice text)
{
	struct slice word;
	size_t n = 0;

	while (slice_cut(&text, ' ', &word))
		n += word.len > 0;
	return n;
}

/* A form for searching that was sent empty asks for everything. */
static bool take_words(struct reading *r, const char *name, struct slice value)
{
	value = slice_trim(value);
	if (value.len > LIMIT_QUERY_BYTES || !slice_utf8_valid(value) ||
		count_words(value) > LIMIT_QUERY_WORDS)
		return wrong(r->route, name, "at most 16 words and 200 bytes are expected");
	r->route->query.q = value;
	return true;
}

static bool take_stories(struct reading *r, const char *name, struct slice value)
{
	if (!slice_is(value, "one") && !slice_is(value, "all"))
		return wrong(r->route, name, "`one` or `all` is expected");
	r->route->stories = slice_is(value, "one") ? STORIES_ONE : STORIES_ALL;
	return true;
}

/* The number of an event. */
static bool take_number(struct reading *r, const char *name, struct slice value)
{
	if (!slice_int(value, 0, INT64_MAX, &r->route->number) || value.at[0] == '+')
		return wrong(r->route, name, "the number of an event is expected");
	return true;
}

/* Lists may stand often, the others once. */
static const struct {
	const char *name;
	enum route_takes where;
	enum list list; /* where take is NULL */
	bool (*take)(struct reading *r, const char *name, struct slice value);
} rows[] = {
	{"after", TAKES_QUERY, LISTS, take_cursor},
	{"after", TAKES_NUMBER, LISTS, take_number},
	{"lang", TAKES_QUERY, LIST_LANG, NULL},
	{"limit", TAKES_QUERY, LISTS, take_limit},
	{"q", TAKES_QUERY, LISTS, take_words},
	{"since", TAKES_QUERY, LISTS, take_since},
	{"source", TAKES_QUERY, LIST_SOURCE, NULL},
	{"stories", TAKES_QUERY, LISTS, take_stories},
	{"tag", TAKES_QUERY, LIST_TAG, NULL},
	{"topic", TAKES_QUERY, LIST_TOPIC, NULL},
	{"until", TAKES_QUERY, LISTS, take_until},
};

/* The name is told back only where it is a word of ours. */
static bool refuse_name(struct route *route, struct slice name)
{
	char safe[64];
	size_t n = 0;

	for (size_t i = 0; i < name.len && n + 1 < sizeof safe; i++)
		safe[n++] = (char)(name.at[i] > ' ' && name.at[i] < 0x7F ? name.at[i] : '?');
	safe[n] = '\0';
	return wrong(route, safe, "there is no such parameter here");
}

/* One `name=value`; `seen` has a bit for each row that was. */
static bool take(struct reading *r, enum route_takes takes, struct slice name, struct slice value,
	uint32_t *seen)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].where != takes || !slice_is(name, rows[i].name))
			continue;
		if (rows[i].take == NULL)
			return take_list(r, rows[i].name, rows[i].list, value);
		if ((*seen & (UINT32_C(1) << i)) != 0)
			return wrong(r->route, rows[i].name, "it stands twice");
		*seen |= UINT32_C(1) << i;
		return rows[i].take(r, rows[i].name, value);
	}
	return refuse_name(r->route, name);
}

static void put_parameter(struct buf *out, const char *name, struct slice value)
{
	if (out->len > 0)
		buf_putc(out, '&');
	buf_puts(out, name);
	buf_putc(out, '=');
	out_url_part(out, value);
}

static void put_instant(struct buf *out, const char *name, instant at)
{
	char text[INSTANT_TEXT_BYTES];

	if (at != INSTANT_NONE)
		put_parameter(out, name, slice_of(instant_put_rfc3339(text, at)));
}

/* The filter in one fixed order: the same question is the same text. */
static struct slice put_filter(struct reading *r)
{
	static const char *const names[LISTS] = {"source", "tag", "lang", "topic"};
	const struct route *route = r->route;
	struct slice filter;
	struct buf out;

	buf_init(&out, 4 * LIMIT_TARGET_BYTES);
	for (size_t list = 0; list < LISTS; list++)
		for (size_t i = 0; i < r->n[list]; i++)
			put_parameter(&out, names[list], r->values[list][i]);
	if (route->query.q.len > 0)
		put_parameter(&out, "q", route->query.q);
	if (route->stories != STORIES_AS_VIEW)
		put_parameter(&out, "stories",
			route->stories == STORIES_ONE ? SLICE("one") : SLICE("all"));
	put_instant(&out, "since", route->query.since);
	put_instant(&out, "until", route->query.until);
	filter = slice_copy(r->arena, buf_slice(&out));
	buf_clear(&out);
	return filter;
}

static const struct slice *keep_list(struct reading *r, enum list list, size_t *n_out)
{
	struct slice *kept = arena_array(r->arena, r->n[list], sizeof *kept);

	for (size_t i = 0; i < r->n[list]; i++)
		kept[i] = r->values[list][i];
	*n_out = r->n[list];
	return kept;
}

bool route_query_read(
	struct slice query, enum route_takes takes, struct arena *a, struct route *route_out)
{
	struct item_query *q = &route_out->query;
	struct reading r = {.arena = a, .route = route_out};
	uint32_t seen = 0;
	struct slice pair;

	while (slice_cut(&query, '&', &pair)) {
		size_t equals = slice_find_byte(pair, '=');
		struct slice name = route_query_decode(a, slice_head(pair, equals), true);
		struct slice value = route_query_decode(a, slice_skip(pair, equals + 1), true);

		if (pair.len == 0)
			continue;
		if (takes == TAKES_NOTHING)
			return wrong(route_out, "query", "no parameter is known here");
		if (!take(&r, takes, name, value, &seen))
			return false;
	}
	q->sources = keep_list(&r, LIST_SOURCE, &q->n_sources);
	q->tags = keep_list(&r, LIST_TAG, &q->n_tags);
	q->langs = keep_list(&r, LIST_LANG, &q->n_langs);
	q->topics = keep_list(&r, LIST_TOPIC, &q->n_topics);
	route_out->filter = put_filter(&r);
	return true;
}
