/* site.c - what is kept, what is made, whether the store is there */
#include "publish/site.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "publish/document.h"
#include "publish/making.h"
#include "publish/shelf.h"

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
	making_forget(&s->sources);
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
