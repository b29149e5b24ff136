/* making_page.c - the pages for people: the river, the sources, the style sheet */
#include "base/limits.h"
#include "publish/filters.h"
#include "publish/gather.h"
#include "publish/making_kinds.h"
#include "publish/words.h"
#include "publish/zone.h"

#define RIVER_ENTRIES 100
#define RIVER_BYTES   ((size_t)47 << 10) /* of entries: with head, filters and style 60 KB */
#define COMPLAINT     "q: "              /* what a mistake in the search begins with */
#define SOURCES_MOST  1000               /* on their page */
#define STYLE_BYTES   ((size_t)64 << 10)

/* The river while it is gathered. */
struct flow {
	struct making *m;
	struct river river;
	instant before; /* the place of the entry before */
};

static void put_entry(void *data, const struct stored_item *i, size_t n, struct buf *entries)
{
	struct flow *f = data;

	(void)n;
	render_river_entry(entries, &f->m->outlet, &f->river, i, f->before);
	f->before = i->place;
}

static void set_views(struct making *m, struct river *r)
{
	const struct site_conf *c = m->conf;
	struct view_name *views = arena_array(m->arena, c->n_views, sizeof *views);

	for (size_t i = 0; i < c->n_views; i++)
		views[i] = (struct view_name){c->views[i].name,
			c->views[i].title.len > 0 ? c->views[i].title : c->views[i].name};
	r->views = views;
	r->n_views = c->n_views;
}

/* The feeds of the page show what it shows: one entry a story, where it does. */
static void set_feed_query(struct making *m, struct river *r, bool one_per_story)
{
	struct buf query;

	r->feed_query = r->filter;
	if (!one_per_story || m->route->stories == STORIES_ONE)
		return;
	buf_init(&query, (size_t)LIMIT_URL_BYTES * 4);
	buf_put_slice(&query, r->filter);
	buf_puts(&query, r->filter.len > 0 ? "&stories=one" : "stories=one");
	r->feed_query = slice_copy(m->arena, buf_slice(&query));
	buf_clear(&query);
}

static void set_river(struct making *m, struct river *r, struct item_query *query)
{
	query->one_per_story = m->route->stories != STORIES_ALL;
	m->outlet.one_per_story = query->one_per_story;
	if (query->limit == 0)
		query->limit = RIVER_ENTRIES;
	*r = (struct river){.asked = &m->route->query,
		.filter = m->route->filter,
		.view = m->route->name,
		.shows_all = m->route->stories == STORIES_ALL};
	set_views(m, r);
	set_feed_query(m, r, query->one_per_story);
	m->outlet.title = filters_title(&m->outlet, r, m->arena);
}

static void put_page(struct making *m, const struct flow *f, const struct gathering *g)
{
	buf_init(&m->body, g->entries.len + MAKING_BYTES);
	render_river_begin(&m->body, &m->outlet, &f->river);
	buf_put_slice(&m->body, buf_slice(&g->entries));
	render_river_end(&m->body, &m->outlet, &f->river, g->kept);
	m->media_type = "text/html; charset=utf-8";
	m->kind = DOCUMENT_PAGE;
	m->until = m->now + LIMIT_FRESH_S; /* the sources' state moves without the store's serial */
}

/* A search that cannot be made is told on the page, beside its form: 400 is no answer to people. */
static unsigned put_complaint(struct making *m, struct flow *f, struct gathering *g)
{
	struct slice why = slice_of(m->why);
	struct item_query query = {.limit = 1};

	set_river(m, &f->river, &query);
	f->river.complaint = slice_skip(why, strlen(COMPLAINT));
	f->river.feed_query = f->river.filter = SLICE_NONE;
	m->why = NULL;
	put_page(m, f, g);
	return 0;
}

static unsigned gather_page(struct making *m, struct flow *f, struct gathering *g)
{
	struct item_query query;
	bool empty = false;
	unsigned status = making_ask(m, &query, g, &empty);

	if (status != 0)
		return status;
	set_river(m, &f->river, &query);
	if (!empty && gather(m->reader, &query, g, &m->err) < 0)
		return making_failed(m);
	making_ends(m, g, m->route->query.limit);
	put_page(m, f, g);
	return 0;
}

unsigned make_page(struct making *m)
{
	struct flow f = {.m = m, .before = INSTANT_NONE};
	struct gathering g = {.put = put_entry, .data = &f};
	unsigned status = making_sources(m, true);

	if (status != 0)
		return status;
	gathering_init(&g);
	if (m->route->query.limit == 0)
		g.most_bytes = RIVER_BYTES;
	status = gather_page(m, &f, &g);
	if (status == 400 && slice_starts(slice_of(m->why), COMPLAINT)) {
		gathering_clear(&g);
		gathering_init(&g);
		status = put_complaint(m, &f, &g);
	}
	gathering_clear(&g);
	return status;
}

/* The last day is that on which a source was last asked: it is what the store knows, not now. */
static instant first_day(const struct outlet *o)
{
	instant last = 0;

	for (size_t i = 0; i < o->n_sources; i++)
		if (o->sources[i].last_poll > last)
			last = o->sources[i].last_poll;
	return zone_midnight(last) - (instant)(RHYTHM_DAYS - 1) * 86400;
}

/* Up to SOURCES_MOST of them, those that are well only where there is room. */
static size_t list_sources(const struct outlet *o, const struct stored_source **list)
{
	size_t n = 0;

	for (int unwell = 1; unwell >= 0; unwell--)
		for (size_t i = 0; i < o->n_sources && n < SOURCES_MOST; i++)
			if (words_is_unwell(&o->sources[i]) == (unwell == 1))
				list[n++] = &o->sources[i];
	return n;
}

static int read_rhythms(
	struct making *m, const struct stored_source *const *list, size_t n, struct rhythm *rhythms)
{
	instant from = first_day(&m->outlet);

	for (size_t i = 0; i < n; i++) {
		rhythms[i].from = from;
		if (store_read_rhythm(m->reader, list[i]->number, from, RHYTHM_DAYS,
			    rhythms[i].items, &m->err) < 0)
			return -1;
	}
	return 0;
}

unsigned make_sources(struct making *m)
{
	const struct stored_source **at =
		arena_array(m->arena, SOURCES_MOST, sizeof(struct stored_source *));
	struct rhythm *rhythms = arena_array(m->arena, SOURCES_MOST, sizeof *rhythms);
	struct source_list list = {.at = at, .rhythms = rhythms};
	unsigned status = making_sources(m, true);

	if (status != 0)
		return status;
	list.n = list_sources(&m->outlet, at);
	if (read_rhythms(m, at, list.n, rhythms) < 0)
		return 503;
	m->outlet.title = SLICE("Sources");
	buf_init(&m->body, MAKING_BYTES);
	render_sources(&m->body, &m->outlet, &list);
	m->media_type = "text/html; charset=utf-8";
	m->kind = DOCUMENT_PAGE;
	m->until = m->now + LIMIT_FRESH_S;
	return 0;
}

unsigned make_opml(struct making *m)
{
	unsigned status = making_sources(m, true);

	if (status != 0)
		return status;
	buf_init(&m->body, MAKING_BYTES);
	render_opml(&m->body, &m->outlet);
	m->media_type = "text/x-opml; charset=utf-8";
	m->until = m->now + LIMIT_FRESH_S;
	return 0;
}

unsigned make_style(struct making *m)
{
	buf_init(&m->body, STYLE_BYTES);
	render_style(&m->body);
	m->media_type = "text/css; charset=utf-8";
	return 0;
}
