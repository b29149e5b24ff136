/* site.c - route, read, render, keep */
#include "publish/site.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "publish/document.h"
#include "publish/gather.h"
#include "publish/parts.h"
#include "publish/shelf.h"

#include <stdio.h>
#include <stdlib.h>

#define RIVER_ENTRIES 60 /* on a page for people */
#define HEAD_BYTES    ((size_t)1 << 20)
#define TEXT_BYTES    ((size_t)64 << 20) /* OPML and status of 100 000 sources */

struct site {
	char *state;
	struct store_reader *reader; /* NULL: not open */
	instant tried;               /* when it was last opened, or asked for its serial */
	bool rang;
	int64_t serial;
	struct shelf *shelf;
	struct arena conf_arena;
	struct site_conf conf;
	struct arena sources_arena;
	struct stored_source *sources; /* by number; NULL: to be read */
	size_t n_sources;
};

/* What one document is made with. */
struct making {
	struct site *site;
	const struct route *route;
	struct arena *arena;
	instant now;
	struct outlet outlet;
	struct buf body;
	const char *media_type;
	enum document_kind kind;
	instant last_modified;
	instant until;
	struct error err;
};

/* 0 made, else the status to answer. */
typedef unsigned maker(struct making *m);

static void forget_sources(struct site *s)
{
	arena_reset(&s->sources_arena);
	s->sources = NULL;
	s->n_sources = 0;
}

static int by_number(const void *a, const void *b)
{
	const struct stored_source *one = a, *other = b;

	return (one->number > other->number) - (one->number < other->number);
}

/* 503 where the store does not answer. */
static unsigned need_sources(struct making *m, bool fresh)
{
	struct site *s = m->site;

	if (fresh)
		forget_sources(s);
	if (s->sources == NULL) {
		if (store_read_sources(s->reader, false, &s->sources_arena, &s->sources,
			    &s->n_sources, &m->err) < 0)
			return 503;
		if (s->n_sources > 0)
			qsort(s->sources, s->n_sources, sizeof *s->sources, by_number);
	}
	m->outlet.sources = s->sources;
	m->outlet.n_sources = s->n_sources;
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

static void set_addresses(struct making *m, struct slice target)
{
	struct outlet *o = &m->outlet;

	o->base_url = m->site->conf.base_url;
	o->home_url = join(m->arena, o->base_url, SLICE("/"));
	o->self_url = join(m->arena, o->base_url, target);
	o->title = m->site->conf.title;
}

static const struct view *find_view(const struct site *s, struct slice name)
{
	for (size_t i = 0; i < s->conf.n_views; i++)
		if (slice_equal(s->conf.views[i].name, name))
			return &s->conf.views[i];
	return NULL;
}

/* The stored UUID of the merged feed or a view; of what it is filtered to, one derived from it. */
static unsigned set_uuid(struct making *m, const struct view *v)
{
	struct store_identity identity;
	char *text = arena_alloc(m->arena, UUID_TEXT_BYTES);
	struct slice parts[2];

	if (store_read_identity(m->site->reader, &identity, &m->err) < 0)
		return 503;
	memcpy(text, identity.merged_uuid, UUID_TEXT_BYTES);
	if (v != NULL && !store_read_view_uuid(m->site->reader, v->name, text)) {
		(void)error_set(&m->err, "the view has no UUID yet");
		return 503;
	}
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

	if (m->route->name.len > 0 && (v = find_view(m->site, m->route->name)) == NULL)
		return 404;
	if (v != NULL)
		m->outlet.title = v->title.len > 0 ? v->title : v->name;
	if ((status = set_uuid(m, v)) != 0)
		return status;
	switch (view_query(v, m->route, m->site->sources, m->site->n_sources, m->arena, query)) {
	case VIEW_UNKNOWN:
		return 400;
	case VIEW_EMPTY:
		*empty_out = true;
		break;
	case VIEW_OK:
		break;
	}
	m->outlet.title = view_title(
		m->outlet.title, m->route, m->site->sources, m->site->n_sources, m->arena);
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
	if (!empty && gather(m->site->reader, &query, &g, &m->err) < 0) {
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
	if (!empty && gather(m->site->reader, &query, &g, &m->err) < 0) {
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
	found = store_read_item(m->site->reader, m->route->id, m->arena, &item, &m->err);
	if (found <= 0)
		return found < 0 ? 503 : 404;
	if (store_read_revisions(m->site->reader, item.number, m->arena, &revisions, &n, &m->err) <
		0)
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

	if (store_read_count(m->site->reader, &totals.items, &m->err) < 0 ||
		store_read_sources(m->site->reader, true, m->arena, &sources, &n, &m->err) < 0)
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

static void close_store(struct site *s, const struct error *err)
{
	log_event(LOG_ERROR, "publish.store", "error=%s", log_safe(slice_of(err->text)));
	forget_sources(s);
	store_read_close(&s->reader);
}

bool site_open(struct site *s, struct error *err)
{
	if (s->reader == NULL)
		s->reader = store_read_open(s->state, err);
	s->rang = true;
	return s->reader != NULL;
}

/* The same for a request: at most once a second. */
static bool open_again(struct site *s, instant now)
{
	struct error err = {{0}};

	if (s->reader != NULL || s->tried == now)
		return s->reader != NULL;
	s->tried = now;
	if (site_open(s, &err))
		return true;
	log_event(LOG_WARNING, "publish.store", "error=%s", log_safe(slice_of(err.text)));
	return false;
}

/* Asks for the serial when the bell rang, else once a second; drops what is of an older one. */
static void look_whether_changed(struct site *s, instant now)
{
	struct error err = {{0}};
	int64_t serial;

	if (!open_again(s, now) || (!s->rang && s->tried == now))
		return;
	s->tried = now;
	s->rang = false;
	if (store_read_serial(s->reader, &serial, &err) < 0) {
		close_store(s, &err);
		return;
	}
	if (serial == s->serial)
		return;
	s->serial = serial;
	forget_sources(s);
	shelf_clear(s->shelf);
}

static void refuse(struct answer *answer, unsigned status, const char *why)
{
	answer->status = status;
	(void)snprintf(answer->text, sizeof answer->text, "%s", why);
}

/* One snapshot, one document. */
static struct document *make(
	struct site *s, const struct route *route, const struct request *r, struct answer *answer)
{
	struct arena arena;
	struct making m = {.site = s,
		.route = route,
		.arena = &arena,
		.now = r->now,
		.last_modified = INSTANT_NONE,
		.until = INSTANT_NONE};
	struct document *d = NULL;
	unsigned status = 503;

	arena_init(&arena);
	buf_init(&m.body, 0);
	set_addresses(&m, r->target);
	if (s->reader != NULL && store_read_begin(s->reader, &m.err) == 0) {
		status = makers[route->kind](&m);
		store_read_end(s->reader);
	}
	if (status == 0 && m.body.full)
		status = 503;
	if (status == 0) {
		d = document_new(&m.body, m.media_type, m.kind, m.last_modified);
		shelf_put(s->shelf, r->target, d, m.until);
	} else {
		refuse(answer, status,
			status == 400 ? "source: there is no source of that name" : "");
	}
	if (m.err.text[0] != '\0' && s->reader != NULL)
		close_store(s, &m.err);
	buf_clear(&m.body);
	arena_clear(&arena);
	return d;
}

void site_answer(void *data, const struct request *r, struct answer *answer_out)
{
	struct site *s = data;
	struct arena arena;
	struct route route;

	look_whether_changed(s, r->now);
	answer_out->document = shelf_get(s->shelf, r->target, r->now);
	if (answer_out->document != NULL)
		return;
	arena_init(&arena);
	switch (route_parse(r->target, &arena, &route)) {
	case ROUTE_UNKNOWN:
		refuse(answer_out, 404, "");
		break;
	case ROUTE_BAD:
		refuse(answer_out, 400, route.why);
		break;
	case ROUTE_OK:
		answer_out->document = make(s, &route, r, answer_out);
		break;
	}
	arena_clear(&arena);
}

struct site *site_new(const char *state)
{
	struct site *s = calloc(1, sizeof *s);

	if (s == NULL || (s->state = strdup(state)) == NULL)
		die("out of memory (a site)");
	s->shelf = shelf_new();
	s->serial = -1;
	s->tried = INSTANT_NONE;
	arena_init(&s->conf_arena);
	arena_init(&s->sources_arena);
	return s;
}

void site_free(struct site **s)
{
	struct site *gone = *s;

	*s = NULL;
	if (gone == NULL)
		return;
	shelf_free(&gone->shelf);
	store_read_close(&gone->reader);
	arena_clear(&gone->sources_arena);
	arena_clear(&gone->conf_arena);
	free(gone->state);
	free(gone);
}

void site_ring(struct site *s)
{
	s->rang = true;
}

static struct slice *copy_list(struct arena *a, const struct slice *list, size_t n)
{
	struct slice *copy = arena_array(a, n, sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = slice_copy(a, list[i]);
	return copy;
}

void site_configure(struct site *s, const struct site_conf *conf)
{
	struct arena *a = &s->conf_arena;
	struct view *views;

	shelf_clear(s->shelf);
	forget_sources(s);
	arena_reset(a);
	s->conf.title = slice_copy(a, conf->title);
	s->conf.base_url = slice_copy(a, conf->base_url);
	s->conf.n_views = conf->n_views;
	s->conf.views = views = arena_array(a, conf->n_views, sizeof *views);
	for (size_t i = 0; i < conf->n_views; i++) {
		const struct view *v = &conf->views[i];

		views[i] = *v;
		views[i].name = slice_copy(a, v->name);
		views[i].title = slice_copy(a, v->title);
		views[i].sources = copy_list(a, v->sources, v->n_sources);
		views[i].tags = copy_list(a, v->tags, v->n_tags);
		views[i].langs = copy_list(a, v->langs, v->n_langs);
	}
}
