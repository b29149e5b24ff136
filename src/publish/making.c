/* making.c - route, read, render: what all kinds share, and the feeds */
#include "publish/making.h"
#include "base/limits.h"
#include "publish/gather.h"
#include "publish/making_kinds.h"

#include <inttypes.h>
#include <stdlib.h>

#define HEAD_BYTES ((size_t)1 << 20)

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

static uint64_t sign_sources(const struct making_sources *s)
{
	uint64_t sign = 0;

	for (size_t i = 0; i < s->n; i++) {
		sign = digest_fast(sign, s->at[i].name);
		for (size_t k = 0; k < s->at[i].tags.n; k++)
			sign = digest_fast(sign, s->at[i].tags.at[k]);
	}
	return sign;
}

unsigned making_sources(struct making *m, bool fresh)
{
	struct making_sources *s = m->sources;

	if (fresh)
		making_forget(s);
	if (s->at == NULL) {
		if (store_read_sources(m->reader, false, &s->arena, &s->at, &s->n, &m->err) < 0)
			return 503;
		if (s->n > 0)
			qsort(s->at, s->n, sizeof *s->at, by_number);
		s->sign = sign_sources(s);
	}
	m->outlet.sources = s->at;
	m->outlet.n_sources = s->n;
	return 0;
}

struct slice making_url(struct making *m, const char *format, ...)
{
	struct buf text;
	struct slice url;
	va_list args;

	buf_init(&text, LIMIT_URL_BYTES);
	buf_put_slice(&text, m->conf->base_url);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	url = slice_copy(m->arena, buf_slice(&text));
	buf_clear(&text);
	return url;
}

void making_outlet(struct making *m)
{
	struct outlet *o = &m->outlet;

	o->base_url = m->conf->base_url;
	o->home_url = making_url(m, "/");
	o->self_url = making_url(m, "%.*s", SLICE_ARG(m->target));
	o->title = o->site = m->conf->title;
	o->zone = m->conf->timezone;
	o->topics = m->conf->topics;
	o->n_topics = m->conf->n_topics;
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

static bool knows_topics(const struct site_conf *c, const struct item_query *asked)
{
	for (size_t i = 0; i < asked->n_topics; i++) {
		size_t n = 0;

		while (n < c->n_topics && !slice_equal(c->topics[n].name, asked->topics[i]))
			n++;
		if (n == c->n_topics)
			return false;
	}
	return true;
}

static unsigned refuse(struct making *m, const char *why)
{
	m->why = why;
	return 400;
}

/* Words that cannot be searched for: what is wrong with them is said. */
static unsigned refuse_words(struct making *m, const struct error *err)
{
	struct buf why;

	buf_init(&why, LIMIT_URL_BYTES);
	buf_printf(&why, "q: %s", err->text);
	m->why = slice_string(m->arena, buf_slice(&why));
	buf_clear(&why);
	return 400;
}

unsigned making_failed(struct making *m)
{
	if (!store_read_is_too_broad(m->reader))
		return 503;
	m->err.text[0] = '\0';
	return refuse(m, "q: too much matches to be looked through; more or longer words find it");
}

unsigned making_ask(
	struct making *m, struct item_query *query, struct gathering *g, bool *empty_out)
{
	const struct item_query *asked = &m->route->query;
	const struct view *v = NULL;
	struct error err = {{0}};
	unsigned status;

	if (m->route->name.len > 0 && (v = find_view(m->conf, m->route->name)) == NULL)
		return 404;
	if (v != NULL)
		m->outlet.title = v->title.len > 0 ? v->title : v->name;
	if (!knows_topics(m->conf, asked))
		return refuse(m, "topic: there is no topic of that name");
	if ((status = set_uuid(m, v)) != 0)
		return status;
	switch (view_query(v, m->route, m->sources->at, m->sources->n, m->arena, query)) {
	case VIEW_UNKNOWN:
		return refuse(m, "source: there is no source of that name");
	case VIEW_TOO_LONG:
		return refuse(m, "q: with the view's own words it is too long");
	case VIEW_EMPTY:
		*empty_out = true;
		break;
	case VIEW_OK:
		break;
	}
	if (query->q.len > 0 && !store_read_words(query->q, &err))
		return refuse_words(m, &err);
	if (v != NULL && v->n_topics > 0) {
		g->topics = asked->topics;
		g->n_topics = asked->n_topics;
	}
	m->outlet.one_per_story = query->one_per_story;
	m->outlet.title =
		view_title(m->outlet.title, m->route, m->sources->at, m->sources->n, m->arena);
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

/* A quarter of the time that usually lies between two of its entries, within bounds. */
static int rhythm(const struct gathering *g)
{
	instant gap = g->n > 1 ? (g->changed - g->oldest) / (instant)(4 * g->n) : 0;

	if (gap < LIMIT_FRESH_S)
		return LIMIT_FRESH_S;
	return gap > LIMIT_FRESH_MOST_S ? LIMIT_FRESH_MOST_S : (int)gap;
}

void making_ends(struct making *m, const struct gathering *g, size_t limit)
{
	bool any = g->updated != INSTANT_NONE;
	struct buf next;

	m->outlet.updated = any ? g->updated : newest_source(&m->outlet);
	m->last_modified = any ? g->changed : m->outlet.updated;
	m->serial = g->serial;
	m->max_age_s = rhythm(g);
	if (!g->more)
		return;
	buf_init(&next, LIMIT_URL_BYTES * 4);
	buf_put_slice(&next, m->outlet.base_url);
	route_put(&next, m->route->path, m->route->filter, limit, &g->last);
	m->outlet.next_url = slice_copy(m->arena, buf_slice(&next));
	buf_clear(&next);
}

void making_put(struct making *m, struct buf *entries)
{
	const struct rendering *form = m->route->form;

	buf_init(&m->body, entries->len + HEAD_BYTES);
	form->begin(&m->body, &m->outlet);
	buf_put_slice(&m->body, buf_slice(entries));
	form->end(&m->body, &m->outlet);
	if (entries->full)
		m->body.full = true;
	m->media_type = form->media_type;
}

static void put_entry(void *data, const struct stored_item *i, size_t n, struct buf *entries)
{
	const struct making *m = data;

	m->route->form->item(entries, &m->outlet, i, n);
}

/* The merged feed as it is leads to its archives (RFC 5005 section 4). */
static unsigned set_archive(struct making *m)
{
	int64_t closed;

	if (m->route->name.len > 0 || m->route->filter.len > 0 || m->route->query.after != NULL)
		return 0;
	if (store_read_archives(m->reader, &closed, &m->err) < 0)
		return 503;
	if (closed > 0)
		m->outlet.prev_archive_url = making_url(m, "/archive/%" PRId64 ".atom", closed);
	return 0;
}

unsigned make_feed(struct making *m)
{
	struct gathering g = {.put = put_entry, .data = m, .changed_after = m->changed_after};
	struct item_query query;
	bool empty = false;
	unsigned status = making_sources(m, false);

	if (status == 0)
		status = making_ask(m, &query, &g, &empty);
	if (status == 0)
		status = set_archive(m);
	if (status != 0)
		return status;
	gathering_init(&g);
	if (!empty && gather(m->reader, &query, &g, &m->err) < 0) {
		gathering_clear(&g);
		return making_failed(m);
	}
	making_ends(m, &g, m->route->query.limit);
	if (query.q.len > 0)
		m->serial = 0; /* an item can be sought only some time after it came: no deltas */
	making_put(m, &g.entries);
	gathering_clear(&g);
	return 0;
}

unsigned make_nothing(struct making *m)
{
	(void)m;
	return 404;
}

static maker *const makers[] = {
	[ROUTE_FEED] = make_feed,
	[ROUTE_PAGE] = make_page,
	[ROUTE_ITEM] = make_item,
	[ROUTE_STORY] = make_story,
	[ROUTE_ARCHIVE] = make_archive,
	[ROUTE_SOURCES] = make_sources,
	[ROUTE_OPML] = make_opml,
	[ROUTE_STATUS] = make_status,
	[ROUTE_METRICS] = make_metrics,
	[ROUTE_HEALTH] = make_health,
	[ROUTE_EVENTS] = make_nothing, /* the server's own */
	[ROUTE_STYLE] = make_style,
};

/*
 * By date, clients ask whether anything has changed since: that is so with each commit that
 * changed anything, for an edit, a topic or a withdrawal need not be of the date of an entry.
 * Pages show more than the commit: they have no date.
 */
static int set_date(struct making *m)
{
	if (m->kind == DOCUMENT_PAGE)
		m->last_modified = INSTANT_NONE;
	if (m->kind != DOCUMENT_FEED || m->last_modified == INSTANT_NONE)
		return 0;
	return store_read_changed(m->reader, &m->last_modified, &m->err);
}

unsigned making_run(struct making *m)
{
	unsigned status;

	m->last_modified = m->until = INSTANT_NONE;
	m->max_age_s = LIMIT_FRESH_S;
	making_outlet(m);
	status = makers[m->route->kind](m);
	if (m->kind == DOCUMENT_PAGE)
		m->max_age_s = LIMIT_FRESH_S; /* people press reload */
	if (status == 0 && set_date(m) < 0)
		status = 503;
	return status == 0 && m->body.full ? 503 : status;
}
