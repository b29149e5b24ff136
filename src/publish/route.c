/* route.c - a table of paths, a table of parameters */
#include "publish/route.h"
#include "base/arena.h"
#include "base/limits.h"
#include "publish/out.h"

#include <inttypes.h>
#include <stdio.h>

/* Which parameters a kind of path takes. */
enum takes { TAKES_NOTHING, TAKES_QUERY };

/* What ends the path stands in for `*`; a row without one is the whole path. */
static const struct {
	const char *before, *after; /* around the name; after NULL: the path is `before` */
	enum route_kind kind;
	const struct rendering *form;
	enum takes takes;
} paths[] = {
	{"/", NULL, ROUTE_PAGE, NULL, TAKES_QUERY},
	{"/feed.atom", NULL, ROUTE_FEED, &render_atom, TAKES_QUERY},
	{"/feed.json", NULL, ROUTE_FEED, &render_json, TAKES_QUERY},
	{"/feed.rss", NULL, ROUTE_FEED, &render_rss, TAKES_QUERY},
	{"/sources.opml", NULL, ROUTE_OPML, NULL, TAKES_NOTHING},
	{"/status.json", NULL, ROUTE_STATUS, NULL, TAKES_NOTHING},
	{"/style.css", NULL, ROUTE_STYLE, NULL, TAKES_NOTHING},
	{"/view/", ".atom", ROUTE_FEED, &render_atom, TAKES_QUERY},
	{"/view/", ".json", ROUTE_FEED, &render_json, TAKES_QUERY},
	{"/view/", ".rss", ROUTE_FEED, &render_rss, TAKES_QUERY},
	{"/item/", ".atom", ROUTE_ITEM, &render_atom, TAKES_NOTHING},
	{"/item/", ".json", ROUTE_ITEM, &render_json, TAKES_NOTHING},
	{"/item/", "", ROUTE_ITEM, NULL, TAKES_NOTHING},
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decoded, in `a`; a '%' that leads nothing stands for itself. */
static struct slice decode(struct arena *a, struct slice s, bool plus_is_space)
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

struct slice route_origin_form(struct slice target)
{
	target = slice_head(target, slice_find_byte(target, '#'));
	if (slice_starts_fold(target, "http://") || slice_starts_fold(target, "https://")) {
		target = slice_skip(target, slice_find(target, SLICE("://")) + 3);
		while (target.len > 0 && target.at[0] != '/' && target.at[0] != '?')
			target = slice_skip(target, 1);
	}
	return target.len > 0 ? target : SLICE("/");
}

static bool match(struct slice path, size_t row, struct slice *name_out)
{
	size_t before = strlen(paths[row].before);

	if (paths[row].after == NULL)
		return slice_is(path, paths[row].before);
	if (!slice_starts(path, paths[row].before) || !slice_ends(path, paths[row].after))
		return false;
	if (path.len <= before + strlen(paths[row].after))
		return false;
	*name_out =
		slice_head(slice_skip(path, before), path.len - before - strlen(paths[row].after));
	return slice_find_byte(*name_out, '/') == name_out->len;
}

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
	struct slice values[3][LIMIT_PARAMETER_VALUES]; /* sources, tags, langs */
	size_t n[3];
	bool seen[4]; /* limit, after, since, until */
};

enum { LIST_SOURCE, LIST_TAG, LIST_LANG };
enum { ONE_LIMIT, ONE_AFTER, ONE_SINCE, ONE_UNTIL };

static bool take_list(struct reading *r, const char *name, size_t list, struct slice value)
{
	if (value.len == 0 || value.len > LIMIT_NAME_BYTES || !slice_utf8_valid(value))
		return wrong(r->route, name, "a name is expected");
	if (r->n[list] == LIMIT_PARAMETER_VALUES)
		return wrong(r->route, name, "it stands too often");
	r->values[list][r->n[list]++] = value;
	return true;
}

static bool take_one(struct reading *r, const char *name, size_t which, struct slice value)
{
	struct item_query *q = &r->route->query;
	struct place *after;
	int64_t number;

	if (r->seen[which])
		return wrong(r->route, name, "it stands twice");
	r->seen[which] = true;
	switch (which) {
	case ONE_LIMIT:
		if (!slice_int(value, 1, LIMIT_PAGE_ENTRIES, &number) || value.at[0] == '+')
			return wrong(r->route, name, "a number from 1 to 1000 is expected");
		q->limit = (size_t)number;
		return true;
	case ONE_AFTER:
		after = arena_alloc(r->arena, sizeof *after);
		q->after = after;
		return read_cursor(value, after) ||
		       wrong(r->route, name, "a cursor out of a `next` link is expected");
	default:
		return read_instant(value, which == ONE_SINCE ? &q->since : &q->until) ||
		       wrong(r->route, name,
			       "a date is expected: 2024-05-31 or 2024-05-31T12:00:00Z");
	}
}

/* One `name=value`; the name is told back only where it is a word of ours. */
static bool take(struct reading *r, struct slice name, struct slice value)
{
	static const struct {
		const char *name;
		bool is_list;
		size_t which;
	} rows[] = {
		{"after", false, ONE_AFTER},
		{"lang", true, LIST_LANG},
		{"limit", false, ONE_LIMIT},
		{"since", false, ONE_SINCE},
		{"source", true, LIST_SOURCE},
		{"tag", true, LIST_TAG},
		{"until", false, ONE_UNTIL},
	};
	char safe[64];
	size_t n = 0;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_is(name, rows[i].name))
			return rows[i].is_list ? take_list(r, rows[i].name, rows[i].which, value)
					       : take_one(r, rows[i].name, rows[i].which, value);
	for (size_t i = 0; i < name.len && n + 1 < sizeof safe; i++)
		safe[n++] = (char)(name.at[i] > ' ' && name.at[i] < 0x7F ? name.at[i] : '?');
	safe[n] = '\0';
	return wrong(r->route, safe, "there is no such parameter here");
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
	static const char *const names[] = {"source", "tag", "lang"};
	struct slice filter;
	struct buf out;

	buf_init(&out, 4 * LIMIT_TARGET_BYTES);
	for (size_t list = 0; list < COUNT(names); list++)
		for (size_t i = 0; i < r->n[list]; i++)
			put_parameter(&out, names[list], r->values[list][i]);
	put_instant(&out, "since", r->route->query.since);
	put_instant(&out, "until", r->route->query.until);
	filter = slice_copy(r->arena, buf_slice(&out));
	buf_clear(&out);
	return filter;
}

static struct slice *keep_list(struct reading *r, size_t list)
{
	struct slice *kept = arena_array(r->arena, r->n[list], sizeof *kept);

	for (size_t i = 0; i < r->n[list]; i++)
		kept[i] = r->values[list][i];
	return kept;
}

static bool read_query(struct slice query, enum takes takes, struct reading *r)
{
	struct slice pair;

	while (slice_cut(&query, '&', &pair)) {
		size_t equals = slice_find_byte(pair, '=');
		struct slice name = decode(r->arena, slice_head(pair, equals), true);
		struct slice value = decode(r->arena, slice_skip(pair, equals + 1), true);

		if (pair.len == 0)
			continue;
		if (takes == TAKES_NOTHING)
			return wrong(r->route, "query", "no parameter is known here");
		if (!take(r, name, value))
			return false;
	}
	r->route->query.sources = keep_list(r, LIST_SOURCE);
	r->route->query.n_sources = r->n[LIST_SOURCE];
	r->route->query.tags = keep_list(r, LIST_TAG);
	r->route->query.n_tags = r->n[LIST_TAG];
	r->route->query.langs = keep_list(r, LIST_LANG);
	r->route->query.n_langs = r->n[LIST_LANG];
	r->route->filter = put_filter(r);
	return true;
}

enum route_verdict route_parse(struct slice target, struct arena *a, struct route *route_out)
{
	struct slice origin = route_origin_form(target), name = SLICE_NONE;
	size_t mark = slice_find_byte(origin, '?');
	struct reading r = {.arena = a, .route = route_out};

	*route_out = (struct route){.path = slice_head(origin, mark),
		.query = {.since = INSTANT_NONE, .until = INSTANT_NONE}};
	for (size_t i = 0; i < COUNT(paths); i++) {
		if (!match(route_out->path, i, &name))
			continue;
		route_out->kind = paths[i].kind;
		route_out->form = paths[i].form;
		name = decode(a, name, false);
		if (paths[i].kind == ROUTE_ITEM)
			route_out->id = name;
		else
			route_out->name = name;
		return read_query(slice_skip(origin, mark + 1), paths[i].takes, &r) ? ROUTE_OK
										    : ROUTE_BAD;
	}
	return ROUTE_UNKNOWN;
}

void route_put(struct buf *out, struct slice path, struct slice filter, size_t limit,
	const struct place *after)
{
	char mark = '?';

	buf_put_slice(out, path);
	if (filter.len > 0) {
		buf_putc(out, mark);
		buf_put_slice(out, filter);
		mark = '&';
	}
	if (limit > 0) {
		buf_printf(out, "%climit=%zu", mark, limit);
		mark = '&';
	}
	if (after != NULL)
		buf_printf(out, "%cafter=%" PRId64 ".%" PRId64, mark, after->at, after->number);
}
