/*
 * asking.c - from due to an answer: the request, and its redirects hop by hop
 *
 * threats.md N1 to N5, N11: a hop is judged before it is asked, and takes neither credentials,
 * headers nor private prefixes with it to another origin.
 */
#include "tributaryd/watched.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"

#include "config.h"

#include <stdlib.h>
#include <unistd.h>

/* An address that is busy is looked at again after this long. */
#define BUSY_MS 200

/* The connections of its host and, where it is counted, of its address. */
static void leave_host(struct poll *p)
{
	struct polling *all = p->source->all;
	int64_t now_ms = polling_now_ms(all);

	domain_end(all->domains, p->host, now_ms);
	domain_end(all->domains, p->address, now_ms);
	p->host = p->address = SLICE_NONE;
}

/* etiquette.md 23: names of one address are one, which shows when it is connected to. */
static bool may_connect(void *data, struct slice address)
{
	struct poll *p = data;
	struct polling *all = p->source->all;
	int64_t now_ms = polling_now_ms(all);
	int64_t wait;

	if (slice_equal(address, p->address) || slice_equal(address, p->host))
		return true;
	wait = domain_connect(all->domains, p->host, address, now_ms, p->hops > 0);
	if (wait != 0) {
		p->free_ms = now_ms + (wait > 0 ? wait : BUSY_MS);
		return false;
	}
	domain_end(all->domains, p->address, now_ms);
	p->address = slice_copy(&p->a, address);
	return true;
}

/* Its address is busy: nothing was asked, and it is due again. */
static void hold_back(struct poll *p)
{
	struct watched *s = p->source;
	int64_t at_ms = p->free_ms;

	s->state = job_next(job_next(s->state, JOB_FAILED), JOB_UNDONE);
	poll_free(&p);
	agenda_put(&s->all->agenda, &s->due, at_ms);
	watched_put_off(s, true);
}

static void on_answer(void *data, const struct fetch_answer *answer)
{
	struct poll *p = data;

	p->fetch = NULL;
	p->source->all->fetching--;
	leave_host(p);
	if (answer->failure == FETCH_HELD)
		hold_back(p);
	else
		outcome_answer(p, answer);
}

static bool at_home(struct poll *p)
{
	return url_same_origin(&p->a, p->source->conf->url, p->url);
}

struct slice asking_url(const struct watched *s)
{
	return s->walks_next && s->walk != NULL ? slice_of(s->walk->next) : moving_url(s);
}

/*
 * A server that has let another body stand under the same validators is asked without them, once a
 * week at most: its 304 is worth less than others'.
 */
static void doubt(struct poll *p, struct validators *sent)
{
	struct source_history *h = &p->after;

	if (h->lied == INSTANT_NONE || (sent->etag.len == 0 && sent->last_modified.len == 0) ||
		(h->whole_asked != INSTANT_NONE && p->asked - h->whole_asked < LIMIT_WHOLE_S))
		return;
	h->whole_asked = p->asked;
	*sent = (struct validators){0};
}

static void fill_request(struct poll *p, struct fetch_request *r)
{
	const struct conf_source *c = p->source->conf;
	const struct source_history *h = &p->source->known.history;
	const struct validators stored = {
		.etag = h->etag, .last_modified = h->last_modified, .url = h->validators_url};
	struct validators sent = validator_request(&stored, p->url);
	struct url_parts parts;

	doubt(p, &sent);
	*r = (struct fetch_request){
		.url = p->url,
		.etag = sent.etag,
		.last_modified = sent.last_modified,
		.takes_delta = sent.etag.len > 0,
		.timeout_s = c->timeout_s,
		.max_bytes =
			c->max_bytes < LIMIT_ENCODED_BYTES ? c->max_bytes : LIMIT_ENCODED_BYTES,
		.by_redirect = p->hops > 0 || p->is_walk,
	};
	if (c->max_bytes > LIMIT_BODY_BYTES)
		r->max_bytes = c->max_bytes;
	/* Not a secret of the origin's: it takes older pages and other hops, too. */
	r->proxy = conf_proxy(p->source->all->conf, c);
	if (url_split(&p->a, c->url, &parts))
		r->configured_port = parts.port;
	if (p->source->all->conf->share_address && c->at_least_s > 0)
		r->gate = may_connect;
	p->is_conditional = sent.etag.len > 0 || sent.last_modified.len > 0;
	if (!at_home(p))
		return;
	r->allow = c->allow.at;
	r->n_allow = c->allow.n;
	r->headers = c->headers.at;
	r->n_headers = c->headers.n;
	r->user = c->user;
	r->password = c->password;
}

/* etiquette.md 59: so that what is promised can be audited. */
static void count_request(struct poll *p)
{
	struct source_history *h = &p->after;
	int64_t gap_ms = domain_gap(p->source->all->domains, p->host);

	h->requests++;
	if (gap_ms >= 0 && (h->least_gap_ms < 0 || gap_ms < h->least_gap_ms))
		h->least_gap_ms = gap_ms;
}

/* Asks p->url, whose connection is counted for its host by now. */
static void ask(struct poll *p)
{
	struct polling *all = p->source->all;
	struct fetch_request r;
	struct error err = {""};

	count_request(p);
	fill_request(p, &r);
	p->fetch = fetch_start(all->setup.fetcher, &r, on_answer, p, &err);
	if (p->fetch != NULL) {
		all->fetching++;
		return;
	}
	leave_host(p);
	outcome_failure(p, slice_of(err.text));
}

void polling_agent(const struct conf *c, struct buf *out)
{
	buf_puts(out, PACKAGE_NAME "/" PACKAGE_VERSION);
	if (c->contact.len > 0)
		buf_printf(out, " (+%.*s)", SLICE_ARG(c->contact));
}

void asking_begin(struct watched *s)
{
	struct poll *p = calloc(1, sizeof *p);
	struct url_parts parts;

	if (p == NULL)
		die("no memory for a poll");
	arena_init(&p->a);
	p->source = s;
	p->body = -1;
	p->asked = polling_now(s->all);
	p->begun_ms = polling_now_ms(s->all);
	p->all_permanent = true;
	p->held = s->all->outage.is_on;
	if (p->held)
		watched_lost(s);
	p->after = s->known.history;
	p->freshness = (struct freshness){NUMBER_NONE, INSTANT_NONE};
	p->is_walk = s->walks_next && s->walk != NULL;
	p->url = slice_copy(&p->a, asking_url(s));
	p->is_old =
		!p->is_walk && s->known.history.moved_adopted && slice_equal(p->url, s->conf->url);
	p->host = url_split(&p->a, p->url, &parts) ? parts.host : SLICE_NONE;
	s->poll = p;
	s->state = job_next(s->state, JOB_DUE);
	s->was_asked = true;
	s->all->running++;
	ask(p);
}

/* Why a hop may not be taken, or NULL. */
static const char *hop_refused(
	struct poll *p, const struct url_parts *from, struct slice to, struct url_parts *parts)
{
	if (p->hops >= LIMIT_HOPS)
		return "more than 5 redirects";
	if (!url_split(&p->a, to, parts))
		return "redirected to what is no web address";
	if (slice_is(from->scheme, "https") && !slice_is(parts->scheme, "https"))
		return "redirected from https to http";
	if (slice_equal(to, p->url))
		return "redirected to itself";
	return NULL;
}

void asking_hop(struct poll *p, const struct fetch_answer *answer, bool permanent)
{
	struct polling *all = p->source->all;
	struct slice to = url_resolve(&p->a, p->url, answer->location, URL_FETCH);
	struct url_parts from = {0}, parts;
	const char *refused;

	url_split(&p->a, p->url, &from);
	refused = hop_refused(p, &from, to, &parts);
	if (refused != NULL) {
		outcome_failure(p, slice_of(refused));
		return;
	}
	p->hops++;
	p->all_permanent = p->all_permanent && permanent;
	if (p->all_permanent)
		p->permanent = to;
	p->url = to;
	p->host = parts.host;
	p->source->state = job_next(p->source->state, JOB_REDIRECTED);
	/* A hop belongs to a poll that was paced: it is counted, but does not wait. */
	domain_start(all->domains, p->host, polling_now_ms(all), true);
	ask(p);
}

void poll_free(struct poll **p)
{
	struct poll *gone = *p;
	struct polling *all = gone->source->all;

	if (gone->fetch != NULL) {
		fetch_cancel(&gone->fetch);
		all->fetching--;
		leave_host(gone);
	}
	workers_forget(all->setup.workers, gone);
	if (gone->body >= 0)
		close(gone->body);
	gone->source->poll = NULL;
	gone->source->state = JOB_WAITING;
	all->running--;
	arena_clear(&gone->a);
	free(gone);
	*p = NULL;
}
