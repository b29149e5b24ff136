/* making.c - route, read, render: one function for each kind of document */
#include "publish/making.h"
#include "base/limits.h"
#include "publish/gather.h"
#include "publish/parts.h"

#include <stdlib.h>

#define RIVER_ENTRIES 60 /* on a page for people */
#define HEAD_BYTES    ((size_t)1 << 20)
#define TEXT_BYTES    ((size_t)64 << 20) /* OPML and status of 100 000 sources */

/* 0 made, else the status to answer. */
typedef unsigned maker(struct making *m);

void making_forget(struct making_sources *s)
{
	arena_reset(&s->arena);
	s->at = NULL;
	s->n = 0;
}

static int by_number(const void *a, const void *b)
{
	const struct stored_source *one = a, *other = b;

	return (one->number > other->number) - (one->number < other->number);
}

/* 503 where the store does not answer. */
static unsigned need_sources(struct making *m, bool fresh)
{
	struct making_sources *s = m->sources;

	if (fresh)
		making_forget(s);
	if (s->at == NULL) {
		if (store_read_sources(m->reader, false, &s->arena, &s->at, &s->n, &m->err) < 0)
			return 503;
		if (s->n > 0)
			qsort(s->at, s->n, sizeof *s->at, by_number);
	}
	m->outlet.sources = s->at;
	m->outlet.n_sources = s->n;
	return 0;
}

static struct slice join(struct arena *a, struct slice one, struct slice other)
{
	char *text = arena_alloc(a, one.len + other.len);

	if (one.len > 0)
		memcpy(text, one.at, one.len);
	if (other.len > 0)
		memcpy(text + one.len, other.at, other.len);
	return slice_from(text, one.len + other.len);
}

static void set_addresses(struct making *m)
{
	struct outlet *o = &m->outlet;

	o->base_url = m->conf->base_url;
	o->home_url = join(m->arena, o->base_url, SLICE("/"));
	o->self_url = join(m->arena, o->base_url, m->target);
	o->title = m->conf->title;
}

static const struct view *find_view(const struct site_conf *c, struct slice name)
{
	for (size_t i = 0; i < c->n_views; i++)
		if (slice_equal(c->views[i].name, name))
			return &c->views[i];
	return NULL;
}

/* The stored UUID of the merged feed or a view; of what it is filtered to, one derived from it. */
static unsigned set_uuid(struct making *m, const struct view *v)
{
	struct store_identity identity;
	char *text = arena_alloc(m->arena, UUID_TEXT_BYTES);
	struct slice parts[2];

	if (store_read_identity(m->reader, &identity, &m->err) < 0)
		return 503;
	memcpy(text, identity.merged_uuid, UUID_TEXT_BYTES);
	if (v != NULL && !store_read_view_uuid(m->reader, v->name, text))
		return 503; /* the poller gives it one as soon as it has the configuration */
	m->outlet.uuid = slice_of(text);
	if (m->route->filter.len == 0)
		return 0;
	parts[0] = slice_of(slice_string(m->arena, m->outlet.uuid));
	parts[1] = m->route->filter;
	m->outlet.uuid = slice_of(digest_uuid5(text, parts, COUNT(parts)));
	return 0;
}

/* The sources' newest change, for a feed without entries. */
static instant newest_source(const struct outlet *o)
{
	instant newest = 0;

	for (size_t i = 0; i < o->n_sources; i++)
		if (o->sources[i].last_new > newest)
			newest = o->sources[i].last_new;
	return newest;
}

static void set_ends(struct making *m, const struct gathering *g, size_t limit)
{
	struct buf next;

	m->outlet.updated = g->n > 0 ? g->updated : newest_source(&m->outlet);
	m->last_modified = g->n > 0 ? g->changed : m->outlet.updated;
	if (!g->more)
		return;
	buf_init(&next, LIMIT_URL_BYTES * 4);
	buf_put_slice(&next, m->outlet.base_url);
	route_put(&next, m->route->path, m->route->filter, limit, &g->last);
	m->outlet.next_url = slice_copy(m->arena, buf_slice(&next));
	buf_clear(&next);
}

static void put_entry(void *data, const struct stored_item *i, size_t n, struct buf *entries)
{
	const struct making *m = data;

	m->route->form->item(entries, &m->outlet, i, n);
}

/* Head, entries, end: the head says what is known when the entries are there. */
static void put_whole(struct making *m, const struct rendering *form, struct buf *entries)
{
	buf_init(&m->body, entries->len + HEAD_BYTES);
	form->begin(&m->body, &m->outlet);
	buf_put_slice(&m->body, buf_slice(entries));
	form->end(&m->body, &m->outlet);
	if (entries->full)
		m->body.full = true;
	m->media_type = form->media_type;
}

/* What both the feeds and the page are made of; *view_out is NULL for the merged feed. */
static unsigned ask(struct making *m, struct item_query *query, bool *empty_out)
{
	const struct view *v = NULL;
	unsigned status;

	if (m->route->name.len > 0 && (v = find_view(m->conf, m->route->name)) == NULL)
		return 404;
	if (v != NULL)
		m->outlet.title = v->title.len > 0 ? v->title : v->name;
	if ((status = set_uuid(m, v)) != 0)
		return status;
	switch (view_query(v, m->route, m->sources->at, m->sources->n, m->arena, query)) {
	case VIEW_UNKNOWN:
		return 400;
	case VIEW_EMPTY:
		*empty_out = true;
		break;
	case VIEW_OK:
		break;
	}
	m->outlet.title =
		view_title(m->outlet.title, m->route, m->sources->at, m->sources->n, m->arena);
	return 0;
}

static unsigned make_feed(struct making *m)
{
	struct gathering g = {.put = put_entry, .data = m};
	struct item_query query;
	bool empty = false;
	unsigned status = need_sources(m, false);

	if (status == 0)
		status = ask(m, &query, &empty);
	if (status != 0)
		return status;
	gathering_init(&g);
	if (!empty && gather(m->reader, &query, &g, &m->err) < 0) {
		gathering_clear(&g);
		return 503;
	}
	set_ends(m, &g, m->route->query.limit);
	put_whole(m, m->route->form, &g.entries);
	gathering_clear(&g);
	return 0;
}

/* Copies what the river shows of an item; its text can be a megabyte. */
static void keep_entry(void *data, const struct stored_item *i, size_t n, struct buf *entries)
{
	struct river_keeping *k = data;

	(void)entries;
	river_keep(k, i, n);
}

static unsigned make_page(struct making *m)
{
	struct river_keeping keeping = {.arena = m->arena, .most = RIVER_ENTRIES};
	struct gathering g = {.put = keep_entry, .data = &keeping};
	struct item_page page = {0};
	const struct item_query *q = &m->route->query;
	struct river river = {.page = &page, .query = m->route->filter};
	struct item_query query;
	bool empty = false;
	unsigned status = need_sources(m, true);

	if (status == 0)
		status = ask(m, &query, &empty);
	if (status != 0)
		return status;
	if (query.limit == 0)
		query.limit = RIVER_ENTRIES;
	keeping.most = query.limit;
	gathering_init(&g);
	if (!empty && gather(m->reader, &query, &g, &m->err) < 0) {
		gathering_clear(&g);
		return 503;
	}
	set_ends(m, &g, q->limit);
	page = (struct item_page){.items = keeping.items, .n = g.n, .more = g.more, .last = g.last};
	river.source = q->n_sources > 0 ? q->sources[0] : SLICE_NONE;
	river.tag = q->n_tags > 0 ? q->tags[0] : SLICE_NONE;
	river.lang = q->n_langs > 0 ? q->langs[0] : SLICE_NONE;
	gathering_clear(&g);
	buf_init(&m->body, TEXT_BYTES);
	render_page(&m->body, &m->outlet, &river);
	m->media_type = "text/html; charset=utf-8";
	m->kind = DOCUMENT_PAGE;
	m->until = m->now + LIMIT_FRESH_S; /* the sources' state moves without the store's serial */
	return 0;
}

static void set_item_uuid(struct making *m, const struct stored_item *i)
{
	struct slice parts[] = {SLICE("item"), i->public_id};
	char *text = arena_alloc(m->arena, UUID_TEXT_BYTES);

	m->outlet.uuid = slice_of(digest_uuid5(text, parts, COUNT(parts)));
}

static unsigned make_item(struct making *m)
{
	struct stored_revision *revisions = NULL;
	struct stored_item item;
	struct buf entries, title;
	size_t n = 0;
	unsigned status = need_sources(m, false);
	int found;

	if (status != 0)
		return status;
	found = store_read_item(m->reader, m->route->id, m->arena, &item, &m->err);
	if (found <= 0)
		return found < 0 ? 503 : 404;
	if (store_read_revisions(m->reader, item.number, m->arena, &revisions, &n, &m->err) < 0)
		return 503;
	set_item_uuid(m, &item);
	m->outlet.updated = item.updated;
	m->last_modified = item.updated > item.first_seen ? item.updated : item.first_seen;
	buf_init(&title, LIMIT_URL_BYTES);
	parts_title(&title, &item.item);
	m->outlet.title = slice_copy(m->arena, buf_slice(&title));
	buf_clear(&title);
	buf_init(&entries, TEXT_BYTES);
	if (m->route->form != NULL) {
		m->route->form->item(&entries, &m->outlet, &item, 0);
		put_whole(m, m->route->form, &entries);
	} else {
		buf_init(&m->body, TEXT_BYTES);
		render_item(&m->body, &m->outlet, &item, revisions, n);
		m->media_type = "text/html; charset=utf-8";
		m->kind = DOCUMENT_PAGE;
	}
	buf_clear(&entries);
	return 0;
}

static unsigned make_opml(struct making *m)
{
	unsigned status = need_sources(m, true);

	if (status != 0)
		return status;
	buf_init(&m->body, TEXT_BYTES);
	render_opml(&m->body, &m->outlet);
	m->media_type = "text/x-opml; charset=utf-8";
	m->until = m->now + LIMIT_FRESH_S;
	return 0;
}

static unsigned make_status(struct making *m)
{
	struct status_totals totals = {.now = INSTANT_NONE};
	struct stored_source *sources;
	size_t n;

	if (store_read_count(m->reader, &totals.items, &m->err) < 0 ||
		store_read_sources(m->reader, true, m->arena, &sources, &n, &m->err) < 0)
		return 503;
	buf_init(&m->body, TEXT_BYTES);
	render_status(&m->body, sources, n, &totals);
	m->media_type = "application/json";
	m->kind = DOCUMENT_LIVE;
	m->until = m->now;
	return 0;
}

static unsigned make_style(struct making *m)
{
	struct slice style = render_style();

	buf_init(&m->body, style.len);
	buf_put_slice(&m->body, style);
	m->media_type = "text/css; charset=utf-8";
	return 0;
}

static maker *const makers[] = {
	[ROUTE_FEED] = make_feed,
	[ROUTE_PAGE] = make_page,
	[ROUTE_ITEM] = make_item,
	[ROUTE_OPML] = make_opml,
	[ROUTE_STATUS] = make_status,
	[ROUTE_STYLE] = make_style,
};

unsigned making_run(struct making *m)
{
	unsigned status;

	m->last_modified = m->until = INSTANT_NONE;
	set_addresses(m);
	status = makers[m->route->kind](m);
	return status == 0 && m->body.full ? 503 : status;
}
