/* route.c - a table of paths; the parameters are route_query.c's */
#include "publish/route.h"
#include "base/arena.h"
#include "publish/route_query.h"

#include <inttypes.h>

/* What ends the path stands in for `*`; a row without one is the whole path. */
static const struct {
	const char *before, *after; /* around the name; after NULL: the path is `before` */
	enum route_kind kind;
	const struct rendering *form;
	enum route_takes takes;
} paths[] = {
	{"/", NULL, ROUTE_PAGE, NULL, TAKES_QUERY},
	{"/feed.atom", NULL, ROUTE_FEED, &render_atom, TAKES_QUERY},
	{"/feed.json", NULL, ROUTE_FEED, &render_json, TAKES_QUERY},
	{"/feed.rss", NULL, ROUTE_FEED, &render_rss, TAKES_QUERY},
	{"/sources", NULL, ROUTE_SOURCES, NULL, TAKES_NOTHING},
	{"/sources.opml", NULL, ROUTE_OPML, NULL, TAKES_NOTHING},
	{"/status.json", NULL, ROUTE_STATUS, NULL, TAKES_NOTHING},
	{"/metrics", NULL, ROUTE_METRICS, NULL, TAKES_NOTHING},
	{"/health.atom", NULL, ROUTE_HEALTH, &render_atom, TAKES_NOTHING},
	{"/events", NULL, ROUTE_EVENTS, NULL, TAKES_NUMBER},
	{"/style.css", NULL, ROUTE_STYLE, NULL, TAKES_NOTHING},
	{"/view/", ".atom", ROUTE_FEED, &render_atom, TAKES_QUERY},
	{"/view/", ".json", ROUTE_FEED, &render_json, TAKES_QUERY},
	{"/view/", ".rss", ROUTE_FEED, &render_rss, TAKES_QUERY},
	{"/view/", "", ROUTE_PAGE, NULL, TAKES_QUERY},
	{"/archive/", ".atom", ROUTE_ARCHIVE, &render_atom, TAKES_NOTHING},
	{"/item/", ".atom", ROUTE_ITEM, &render_atom, TAKES_NOTHING},
	{"/item/", ".json", ROUTE_ITEM, &render_json, TAKES_NOTHING},
	{"/item/", "", ROUTE_ITEM, NULL, TAKES_NOTHING},
	{"/story/", ".atom", ROUTE_STORY, &render_atom, TAKES_NOTHING},
	{"/story/", ".json", ROUTE_STORY, &render_json, TAKES_NOTHING},
	{"/story/", "", ROUTE_STORY, NULL, TAKES_NOTHING},
};

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

/* What stands for `*` in the path is a view's name, an archive's number, or an id. */
static bool take_name(struct route *r, struct slice name)
{
	if (r->kind == ROUTE_ARCHIVE)
		return name.at[0] >= '1' && name.at[0] <= '9' &&
		       slice_int(name, 1, INT64_MAX, &r->number);
	if (r->kind == ROUTE_ITEM || r->kind == ROUTE_STORY)
		r->id = name;
	else
		r->name = name;
	return true;
}

enum route_verdict route_parse(struct slice target, struct arena *a, struct route *route_out)
{
	struct slice origin = route_origin_form(target), name = SLICE_NONE;
	size_t mark = slice_find_byte(origin, '?');

	*route_out = (struct route){.path = slice_head(origin, mark),
		.query = {.since = INSTANT_NONE, .until = INSTANT_NONE},
		.number = -1};
	for (size_t i = 0; i < COUNT(paths); i++) {
		if (!match(route_out->path, i, &name))
			continue;
		route_out->kind = paths[i].kind;
		route_out->form = paths[i].form;
		if (paths[i].after != NULL &&
			!take_name(route_out, route_query_decode(a, name, false)))
			return ROUTE_UNKNOWN;
		return route_query_read(slice_skip(origin, mark + 1), paths[i].takes, a, route_out)
			       ? ROUTE_OK
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
