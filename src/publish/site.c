/* site.c - what is kept, what is made, whether the store is there */
#include "publish/site.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "publish/document.h"
#include "publish/making.h"
#include "publish/shelf.h"
#include "publish/zone.h"

#include <stdio.h>
#include <stdlib.h>

struct site {
	char *state;
	struct store_reader *reader; /* NULL: not open */
	instant tried;               /* when it was last opened, or asked for its serial */
	bool rang;
	int64_t serial;
	struct shelf *shelf;
	struct arena conf_arena;
	uint64_t sign; /* of the configuration: a tag of another one tells nothing */
	struct site_conf conf;
	struct making_sources sources;
};

static void close_store(struct site *s, const struct error *err)
{
	log_event(LOG_ERROR, "publish.store", "error=%s", log_safe(slice_of(err->text)));
	making_forget(&s->sources);
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
	making_forget(&s->sources);
	shelf_clear(s->shelf);
}

static void refuse(struct answer *answer, unsigned status, const char *why)
{
	answer->status = status;
	(void)snprintf(answer->text, sizeof answer->text, "%s", why);
}

/* What a feed is, in a word: serials of another one say nothing about it. */
static uint32_t key_of(const struct site *s, const struct making *m)
{
	uint64_t sign = s->sign ^ digest_fast(s->sources.sign, m->outlet.uuid);

	return (uint32_t)digest_fast(sign, m->target);
}

/* A document is kept by its target, a delta by that and the tag that it starts from. */
static void keep(struct site *s, const struct request *r, struct document *d, instant until)
{
	struct buf name;

	buf_init(&name, SIZE_MAX);
	buf_put_slice(&name, r->target);
	if (r->changed_after > 0) {
		buf_putc(&name, '\n');
		buf_put_slice(&name, r->base);
	}
	shelf_put(s->shelf, buf_slice(&name), d, until);
	buf_clear(&name);
}

static struct document *new_document(
	struct site *s, struct making *m, const struct request *r, struct arena *a)
{
	struct document_facts facts = {.media_type = m->media_type,
		.kind = m->kind,
		.last_modified = m->last_modified,
		.max_age_s = m->max_age_s,
		.serial = m->serial,
		.key = m->serial > 0 ? key_of(s, m) : 0};
	struct document *d;

	if (r->changed_after > 0) {
		facts.kind = DOCUMENT_DELTA;
		facts.etag = document_etag(r->whole);
		facts.base = slice_string(a, r->base);
	}
	/* A date to come is none (RFC 9110 section 8.8.2.1): made again, it has one. */
	if (facts.last_modified != INSTANT_NONE && facts.last_modified > r->now) {
		if (m->until == INSTANT_NONE || m->until > facts.last_modified)
			m->until = facts.last_modified;
		facts.last_modified = INSTANT_NONE;
	}
	d = document_new(&m->body, &facts);
	keep(s, r, d, m->until);
	return d;
}

/* One snapshot, one document. */
static struct document *make(
	struct site *s, const struct route *route, const struct request *r, struct answer *answer)
{
	struct arena arena;
	struct making m = {.reader = s->reader,
		.conf = &s->conf,
		.sources = &s->sources,
		.route = route,
		.target = r->target,
		.state = s->state,
		.figures = r->figures,
		.changed_after = r->changed_after,
		.arena = &arena,
		.now = r->now};
	struct document *d = NULL;
	unsigned status = 503;

	arena_init(&arena);
	buf_init(&m.body, 0);
	if (document_living() > LIMIT_LENT_BYTES)
		shelf_clear(s->shelf);
	if (s->reader != NULL && document_living() <= LIMIT_LENT_BYTES &&
		store_read_begin(s->reader, &m.err) == 0) {
		status = making_run(&m);
		store_read_end(s->reader);
	}
	if (status == 0) {
		d = new_document(s, &m, r, &arena);
	} else {
		refuse(answer, status, m.why != NULL ? m.why : "");
	}
	if (m.err.text[0] != '\0' && s->reader != NULL)
		close_store(s, &m.err);
	buf_clear(&m.body);
	arena_clear(&arena);
	return d;
}

static struct document *find(struct site *s, const struct request *r)
{
	struct document *d;
	struct buf name;

	if (r->changed_after == 0)
		return shelf_get(s->shelf, r->target, r->now);
	buf_init(&name, SIZE_MAX);
	buf_put_slice(&name, r->target);
	buf_putc(&name, '\n');
	buf_put_slice(&name, r->base);
	d = shelf_get(s->shelf, buf_slice(&name), r->now);
	buf_clear(&name);
	return d;
}

static void answer_route(
	struct site *s, const struct route *route, const struct request *r, struct answer *answer)
{
	if (route->kind != ROUTE_EVENTS) {
		answer->document = make(s, route, r, answer);
		return;
	}
	answer->is_events = true;
	answer->after = route->number;
}

void site_answer(void *data, const struct request *r, struct answer *answer_out)
{
	struct site *s = data;
	struct arena arena;
	struct route route;

	if (r->changed_after == 0)
		look_whether_changed(s, r->now);
	answer_out->document = find(s, r);
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
		answer_route(s, &route, r, answer_out);
		break;
	}
	arena_clear(&arena);
}

/* One question about events, in one snapshot; out and number_out NULL: which is the newest. */
static int64_t ask_event(struct site *s, int64_t after, struct buf *out, int64_t *number_out)
{
	struct arena arena;
	struct making m = {
		.reader = s->reader, .conf = &s->conf, .sources = &s->sources, .arena = &arena};
	int64_t answer = -1;

	if (s->rang)
		look_whether_changed(s, s->tried);
	if (s->reader == NULL)
		return -1;
	m.reader = s->reader;
	arena_init(&arena);
	if (store_read_begin(s->reader, &m.err) == 0) {
		answer = out != NULL ? making_event(&m, after, out, number_out)
				     : making_newest_event(&m);
		store_read_end(s->reader);
	}
	if (m.err.text[0] != '\0')
		close_store(s, &m.err);
	arena_clear(&arena);
	return answer;
}

int site_event(void *data, int64_t after, struct buf *out, int64_t *number_out)
{
	return (int)ask_event(data, after, out, number_out);
}

int64_t site_newest_event(void *data)
{
	return ask_event(data, 0, NULL, NULL);
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
	arena_init(&s->sources.arena);
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
	arena_clear(&gone->sources.arena);
	arena_clear(&gone->conf_arena);
	free(gone->state);
	free(gone);
}

void site_ring(struct site *s)
{
	s->rang = true;
}

static const struct topic_name *copy_topics(
	struct arena *a, const struct topic_name *topics, size_t n)
{
	struct topic_name *copy = arena_array(a, n, sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = (struct topic_name){
			slice_copy(a, topics[i].name), slice_copy(a, topics[i].title)};
	return copy;
}

static struct slice *copy_list(struct arena *a, const struct slice *list, size_t n)
{
	struct slice *copy = arena_array(a, n, sizeof *copy);

	for (size_t i = 0; i < n; i++)
		copy[i] = slice_copy(a, list[i]);
	return copy;
}

static uint64_t sign_list(uint64_t sign, const struct slice *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sign = digest_fast(sign, list[i]);
	return sign + n;
}

static uint64_t sign_view(uint64_t sign, const struct view *v)
{
	sign = sign_list(digest_fast(digest_fast(sign, v->name), v->q), v->sources, v->n_sources);
	sign = sign_list(sign, v->tags, v->n_tags);
	sign = sign_list(sign, v->langs, v->n_langs);
	sign = sign_list(sign, v->topics, v->n_topics);
	return sign + 2 * (uint64_t)v->limit + v->one_per_story;
}

void site_configure(struct site *s, const struct site_conf *conf)
{
	struct arena *a = &s->conf_arena;
	struct view *views;

	shelf_clear(s->shelf);
	making_forget(&s->sources);
	arena_reset(a);
	s->conf.title = slice_copy(a, conf->title);
	s->conf.timezone = slice_copy(a, conf->timezone);
	zone_set(conf->timezone);
	s->conf.base_url = slice_copy(a, conf->base_url);
	s->sign = digest_fast(0, s->conf.base_url);
	s->conf.topics = copy_topics(a, conf->topics, conf->n_topics);
	s->conf.n_topics = conf->n_topics;
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
		views[i].topics = copy_list(a, v->topics, v->n_topics);
		views[i].q = slice_copy(a, v->q);
		s->sign = sign_view(s->sign, &views[i]);
	}
}
