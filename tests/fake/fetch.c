/*
 * fetch.c - poll/fetch.h played from a script: no socket, no clock
 */
#include "fetch_script.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/url.h"
#include "poll/domain.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct fetch {
	struct fetch *next; /* the oldest first */
	struct fetcher *all;
	struct arena a;
	struct slice url, etag, last_modified, address;
	uint64_t max_bytes;
	int64_t due_ms;
	struct fetch_request request; /* while it waits at the gate */
	bool is_waiting, is_held;
	fetch_done *done;
	void *data;
};

/* What an address has said, as its origin remembers it. */
struct record {
	struct slice name;
	struct slice etag, last_modified; /* of its last whole answer */
	size_t unasked;
	int64_t closed_ms; /* asked not before */
};

struct fetcher {
	struct arena a; /* the script and the log */
	struct {
		struct script_answer *at;
		size_t n, cap;
	} answers;
	struct {
		struct script_request *at;
		size_t n, cap;
	} asked;
	struct {
		struct record *at;
		size_t n, cap;
	} records; /* by address, and by domain for 429 */
	struct slice agent;
	struct fetch *running;
	int64_t now_ms;
	struct script_score score;
};

struct fetcher *fetch_open(struct ev_loop *loop, const struct fetch_options *o, struct error *err)
{
	struct fetcher *f = calloc(1, sizeof *f);

	(void)loop, (void)o, (void)err;
	if (f == NULL)
		die("no memory for the network that is none");
	return f;
}

void fetch_close(struct fetcher **f)
{
	if (*f == NULL)
		return;
	while ((*f)->running != NULL) {
		struct fetch *t = (*f)->running;

		fetch_cancel(&t);
	}
	arena_clear(&(*f)->a);
	free(*f);
	*f = NULL;
}

/* --- the script */

static struct script_answer *find(struct fetcher *f, struct slice url)
{
	for (size_t i = 0; i < f->answers.n; i++)
		if (slice_equal(f->answers.at[i].url, url))
			return &f->answers.at[i];
	return NULL;
}

void fetch_script_answer(struct fetcher *f, const struct script_answer *a)
{
	struct script_answer *kept = find(f, a->url);
	struct slice *headers = arena_array(&f->a, a->n_headers, sizeof *headers);

	if (kept == NULL)
		kept = ARENA_PUSH(&f->a, &f->answers);
	*kept = *a;
	kept->url = slice_copy(&f->a, a->url);
	kept->body = slice_copy(&f->a, a->body);
	kept->address = slice_copy(&f->a, a->address);
	for (size_t i = 0; i < a->n_headers; i++)
		headers[i] = slice_copy(&f->a, a->headers[i]);
	kept->headers = headers;
}

const struct script_request *fetch_script_asked(const struct fetcher *f, size_t *n_out)
{
	*n_out = f->asked.n;
	return f->asked.at;
}

void fetch_script_at(struct fetcher *f, int64_t now_ms)
{
	f->now_ms = now_ms;
}

int64_t fetch_script_next(const struct fetcher *f)
{
	int64_t next = INT64_MAX;

	for (const struct fetch *t = f->running; t != NULL; t = t->next)
		next = t->is_waiting ? f->now_ms : t->due_ms < next ? t->due_ms : next;
	return next;
}

void fetch_script_agent(struct fetcher *f, struct slice agent)
{
	f->agent = slice_copy(&f->a, agent);
}

struct script_score fetch_script_score(const struct fetcher *f)
{
	return f->score;
}

/* --- the auditor */

static struct record *record_of(struct fetcher *f, struct slice name)
{
	struct record *r;

	for (size_t i = 0; i < f->records.n; i++)
		if (slice_equal(f->records.at[i].name, name))
			return &f->records.at[i];
	r = ARENA_PUSH(&f->a, &f->records);
	*r = (struct record){.name = slice_copy(&f->a, name)};
	return r;
}

/* "https://www.a.example/x": "a.example", or the whole address where it is no such. */
static struct slice domain_name(struct fetcher *f, struct slice url)
{
	struct url_parts parts;

	return url_split(&f->a, url, &parts) ? domain_of(parts.host) : url;
}

static void audit(struct fetcher *f, const struct fetch_request *r)
{
	struct record *own = record_of(f, r->url);
	int64_t closed_ms = own->closed_ms;

	f->score.unechoed += !slice_equal(r->etag, own->etag) ||
			     !slice_equal(r->last_modified, own->last_modified);
	if (r->etag.len + r->last_modified.len == 0 && own->etag.len + own->last_modified.len > 0)
		own->unasked++;
	if (own->unasked > f->score.most_unasked)
		f->score.most_unasked = own->unasked;
	if (record_of(f, domain_name(f, r->url))->closed_ms > closed_ms)
		closed_ms = record_of(f, domain_name(f, r->url))->closed_ms;
	f->score.forbidden += f->now_ms < closed_ms;
}

static void remember(struct fetcher *f, struct slice url, const struct fetch_answer *a)
{
	struct record *own = record_of(f, url);
	int64_t seconds = 0;

	if (a->failure == FETCH_ANSWERED && a->status == 200) {
		own->etag = slice_copy(&f->a, a->etag);
		own->last_modified = slice_copy(&f->a, a->last_modified);
	}
	if (!slice_int(a->retry_after, 0, 7 * 86400, &seconds))
		return;
	if (a->status == 429)
		own = record_of(f, domain_name(f, url));
	own->closed_ms = f->now_ms + seconds * 1000;
}

/* --- requests */

static void note(struct fetcher *f, const struct fetch_request *r)
{
	struct script_request *q = ARENA_PUSH(&f->a, &f->asked);
	struct buf lines;

	buf_init(&lines, 65536);
	if (f->agent.len > 0)
		buf_printf(&lines, "User-Agent: %.*s\n", SLICE_ARG(f->agent));
	if (r->etag.len > 0)
		buf_printf(&lines, "If-None-Match: %.*s\n", SLICE_ARG(r->etag));
	if (r->last_modified.len > 0)
		buf_printf(&lines, "If-Modified-Since: %.*s\n", SLICE_ARG(r->last_modified));
	if (r->takes_delta)
		buf_puts(&lines, "A-IM: feed\n");
	if (r->user.len > 0)
		buf_printf(&lines, "Authorization: %.*s\n", SLICE_ARG(r->user));
	for (size_t i = 0; i < r->n_headers; i++)
		buf_printf(&lines, "%.*s\n", SLICE_ARG(r->headers[i]));
	*q = (struct script_request){.at_ms = f->now_ms,
		.url = slice_copy(&f->a, r->url),
		.headers = slice_copy(&f->a, buf_slice(&lines)),
		.n_allow = r->n_allow};
	buf_clear(&lines);
	for (const struct fetch *t = f->running; t != NULL; t = t->next)
		q->beside += !t->is_waiting && !t->is_held;
}

struct fetch *fetch_start(struct fetcher *f, const struct fetch_request *r, fetch_done *done,
	void *data, struct error *err)
{
	struct fetch *t = calloc(1, sizeof *t);
	struct fetch **last = &f->running;
	const struct script_answer *answer = find(f, r->url);

	if (t == NULL) {
		error_set(err, "no memory for a request");
		return NULL;
	}
	t->is_waiting = r->gate != NULL && answer != NULL && answer->address.len > 0;
	t->request = *r;
	t->address = answer == NULL ? SLICE_NONE : answer->address;
	if (!t->is_waiting) {
		note(f, r);
		audit(f, r);
	}
	t->all = f;
	t->etag = slice_copy(&t->a, r->etag);
	t->last_modified = slice_copy(&t->a, r->last_modified);
	t->url = slice_copy(&t->a, r->url);
	t->max_bytes = (uint64_t)r->max_bytes;
	t->due_ms = f->now_ms + (answer == NULL ? 0 : answer->takes_ms);
	t->done = done;
	t->data = data;
	while (*last != NULL)
		last = &(*last)->next;
	*last = t;
	return t;
}

static void unlink_fetch(struct fetch *t)
{
	struct fetch **at = &t->all->running;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
}

void fetch_cancel(struct fetch **t)
{
	unlink_fetch(*t);
	arena_clear(&(*t)->a);
	free(*t);
	*t = NULL;
}

/* --- answers */

static int body_of(struct slice text)
{
	int fd = memfd_create("script", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || write(fd, text.at, text.len) != (ssize_t)text.len ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) <
			0)
		die("no memory for a scripted body");
	return fd;
}

static void put_header(struct fetch_answer *a, struct slice header)
{
	struct slice name;
	const struct {
		const char *name;
		struct slice *to;
	} rows[] = {{"location", &a->location}, {"etag", &a->etag},
		{"last-modified", &a->last_modified}, {"cache-control", &a->cache_control},
		{"expires", &a->expires}, {"age", &a->age}, {"date", &a->date},
		{"retry-after", &a->retry_after}, {"content-type", &a->content_type},
		{"content-encoding", &a->content_encoding},
		{"content-location", &a->content_location},
		{"content-language", &a->content_language}, {"link", &a->link}, {"im", &a->im},
		{"cf-mitigated", &a->cf_mitigated}};

	slice_cut(&header, ':', &name);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_is_fold(name, rows[i].name))
			*rows[i].to = slice_trim(header);
}

static void fill(const struct fetch *t, struct fetch_answer *a)
{
	const struct script_answer *from = find(t->all, t->url);

	*a = (struct fetch_answer){.body = -1, .url = t->url, .cert_end = INSTANT_NONE};
	a->failure = from == NULL ? FETCH_NO_HOST : from->failure;
	if (from == NULL)
		return;
	a->status = from->status;
	for (size_t i = 0; i < from->n_headers; i++)
		put_header(a, from->headers[i]);
	a->wire_bytes = 200 + from->body.len;
	if (from->is_exact && slice_equal(a->etag, t->etag) &&
		slice_equal(a->last_modified, t->last_modified)) {
		a->status = 304;
		return;
	}
	if (a->failure == FETCH_ANSWERED && from->body.len > t->max_bytes)
		a->failure = FETCH_TOO_LARGE;
	if (a->failure != FETCH_ANSWERED || from->body.len == 0)
		return;
	a->body = body_of(from->body);
	a->body_bytes = from->body.len;
}

/* They are about to connect: what the gate lets through is asked. */
static void pass_gate(struct fetcher *f)
{
	for (struct fetch *t = f->running; t != NULL; t = t->next) {
		if (!t->is_waiting)
			continue;
		t->is_held = !t->request.gate(t->data, t->address);
		if (!t->is_held) {
			t->request.url = t->url;
			t->request.etag = t->etag;
			t->request.last_modified = t->last_modified;
			note(f, &t->request);
			audit(f, &t->request);
		}
		t->is_waiting = false;
	}
}

static struct fetch *find_due(const struct fetcher *f)
{
	struct fetch *t = f->running;

	while (t != NULL && t->due_ms > f->now_ms && !t->is_held)
		t = t->next;
	return t;
}

size_t fetch_script_deliver(struct fetcher *f)
{
	struct fetch *t;
	size_t n = 0;

	pass_gate(f);
	for (; (t = find_due(f)) != NULL; n++) {
		struct fetch_answer a = {.failure = FETCH_HELD, .body = -1, .url = t->url};

		if (!t->is_held) {
			fill(t, &a);
			remember(f, t->url, &a);
		}
		unlink_fetch(t);
		t->done(t->data, &a);
		arena_clear(&t->a);
		free(t);
	}
	return n;
}
