/*
 * fetched.c - see fetched.h
 */
#include "tributary/fetched.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "conf/conf.h"
#include "config.h"
#include "poll/fetch.h"
#include "poll/validator.h"

#include <ev.h>

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define TIMEOUT_S 60
#define GAP_S     1

struct asker {
	struct slice proxy; /* the configuration's */
	struct ev_loop *loop;
	struct fetcher *fetcher;
	const struct slice *allow;
	size_t n_allow;
	double gap_s;
	bool has_asked;
	/* The request that is under way: */
	struct arena *a;
	struct fetched *out;
	struct slice home, location;
	enum verdict verdict;
	char why[256];
	unsigned hops;
};

struct asker *asker_open(
	const struct conf *c, const struct slice *allow, size_t n_allow, struct error *err)
{
	struct asker *asker = calloc(1, sizeof *asker);
	struct fetch_options o = {.connections = 4};
	struct buf agent;

	if (asker == NULL)
		die("out of memory");
	*asker = (struct asker){
		.loop = ev_loop_new(EVFLAG_AUTO), .allow = allow, .n_allow = n_allow};
	asker->gap_s = n_allow > 0 ? 0 : c != NULL ? (double)c->gap_s : GAP_S;
	buf_init(&agent, 512);
	buf_puts(&agent, PACKAGE_NAME "/" PACKAGE_VERSION);
	if (c != NULL && c->contact.len > 0)
		buf_printf(&agent, " (+%.*s)", SLICE_ARG(c->contact));
	o.user_agent = buf_slice(&agent);
	asker->proxy = c != NULL ? conf_proxy(c, NULL) : SLICE_NONE;
	if (asker->loop == NULL)
		error_set(err, "no event loop");
	else
		asker->fetcher = fetch_open(asker->loop, &o, err);
	buf_clear(&agent);
	if (asker->fetcher == NULL)
		asker_close(&asker);
	return asker;
}

void asker_close(struct asker **asker)
{
	if ((*asker)->fetcher != NULL)
		fetch_close(&(*asker)->fetcher);
	if ((*asker)->loop != NULL)
		ev_loop_destroy((*asker)->loop);
	free(*asker);
	*asker = NULL;
}

static bool is_gzip(struct slice coding)
{
	return slice_is_fold(slice_trim(coding), "gzip") ||
	       slice_is_fold(slice_trim(coding), "x-gzip");
}

static void take_body(struct asker *asker, const struct fetch_answer *answer)
{
	struct fetched *out = asker->out;
	void *at;

	if (answer->body < 0 || answer->body_bytes == 0)
		return;
	at = mmap(NULL, answer->body_bytes, PROT_READ, MAP_PRIVATE, answer->body, 0);
	if (at != MAP_FAILED)
		out->body = slice_from(at, answer->body_bytes);
	out->content_type = slice_copy(asker->a, answer->content_type);
	out->content_location = slice_copy(asker->a, answer->content_location);
	out->content_language = slice_copy(asker->a, answer->content_language);
	out->link = slice_copy(asker->a, slice_utf8_head(answer->link, LIMIT_URL_BYTES));
	out->is_gzip = is_gzip(answer->content_encoding);
}

static void on_answer(void *data, const struct fetch_answer *answer)
{
	struct asker *asker = data;

	asker->verdict = validator_judge(answer, false);
	validator_explain(answer, asker->why);
	asker->location = slice_copy(asker->a, answer->location);
	if (asker->verdict == VERDICT_FRESH)
		take_body(asker, answer);
	if (answer->body >= 0)
		close(answer->body);
	ev_break(asker->loop, EVBREAK_ALL);
}

static void on_waited(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)timer, (void)revents;
	ev_break(loop, EVBREAK_ALL);
}

/* Strangers' servers are given the time that the daemon gives them. */
static void wait_gap(struct asker *asker)
{
	ev_timer timer;

	if (asker->has_asked && asker->gap_s > 0) {
		ev_timer_init(&timer, on_waited, asker->gap_s, 0.);
		ev_timer_start(asker->loop, &timer);
		ev_run(asker->loop, 0);
		ev_timer_stop(asker->loop, &timer);
	}
	asker->has_asked = true;
}

static int ask_once(struct asker *asker, struct error *err)
{
	struct fetch_request r = {
		.url = asker->out->url,
		.timeout_s = TIMEOUT_S,
		.max_bytes = LIMIT_ENCODED_BYTES,
		.proxy = asker->proxy,
		.by_redirect = asker->hops > 0,
	};
	struct url_parts parts;

	if (url_split(asker->a, asker->home, &parts))
		r.configured_port = parts.port;
	if (url_same_origin(asker->a, asker->home, r.url)) {
		r.allow = asker->allow;
		r.n_allow = asker->n_allow;
	}
	if (fetch_start(asker->fetcher, &r, on_answer, asker, err) == NULL)
		return -1;
	ev_run(asker->loop, 0);
	return 0;
}

/* Takes the hop that the answer asks for, or says why not. */
static int hop(struct asker *asker, struct error *err)
{
	struct fetched *out = asker->out;
	struct slice to = url_resolve(asker->a, out->url, asker->location, URL_FETCH);

	out->is_moved = asker->verdict == VERDICT_MOVED && (asker->hops == 0 || out->is_moved);
	if (++asker->hops > LIMIT_HOPS)
		return error_set(err, "more than %d redirects", LIMIT_HOPS);
	if (to.len == 0)
		return error_set(err, "redirected to what is no web address");
	if (slice_starts(out->url, "https:") && !slice_starts(to, "https:"))
		return error_set(err, "redirected from https to http");
	if (slice_equal(to, out->url))
		return error_set(err, "redirected to itself");
	out->url = to;
	return 0;
}

int asker_get(struct asker *asker, struct arena *a, struct slice url, struct fetched *out,
	struct error *err)
{
	*out = (struct fetched){.url = url};
	asker->a = a;
	asker->out = out;
	asker->home = url;
	asker->hops = 0;
	wait_gap(asker);
	for (;;) {
		if (ask_once(asker, err) < 0)
			return -1;
		if (asker->verdict != VERDICT_REDIRECT && asker->verdict != VERDICT_MOVED)
			break;
		if (hop(asker, err) < 0)
			return -1;
	}
	if (asker->verdict != VERDICT_FRESH)
		return error_set(err, "%s", asker->why);
	return out->body.len > 0 ? 0 : error_set(err, "an empty answer");
}

void fetched_clear(struct fetched *f)
{
	if (f->body.len > 0)
		munmap((void *)(uintptr_t)f->body.at, f->body.len);
	f->body = SLICE_NONE;
}
