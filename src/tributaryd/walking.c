/*
 * walking.c - older pages of a feed, for a new source or after a gap (RFC 5005 sections 3 and 4)
 *
 * etiquette.md 57: paced as the feed is, at most LIMIT_WALK_PAGES, each once.  A page is asked in
 * the source's own turn: it is a poll whose items enter as the past, and that says nothing of the
 * feed.  A stranger's link leads nowhere but to the feed's own domain.
 */
#include "tributaryd/watched.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"

#include <inttypes.h>
#include <stdlib.h>

#define RETRY_S 3600 /* after a page that was not to be had; twice as long after each more */

void walking_forget(struct watched *s)
{
	if (s->walk != NULL)
		free(s->walk->next);
	free(s->walk);
	s->walk = NULL;
	s->walks_next = false;
}

void walking_settle(struct watched *s, const struct walk_row *row)
{
	struct walk *walk;

	if (row->next.len == 0) {
		walking_forget(s);
		return;
	}
	walk = calloc(1, sizeof *walk);
	if (walk == NULL || (walk->next = strndup(row->next.at, row->next.len)) == NULL)
		die("no memory for older pages");
	walking_forget(s);
	walk->row = *row;
	walk->row.next = slice_of(walk->next);
	s->walk = walk;
}

int64_t walking_due_ms(const struct watched *s)
{
	return s->walk == NULL ? INT64_MAX : s->walk->row.not_before * 1000;
}

struct load {
	struct watched **at; /* by their number in the store */
	int64_t most;
};

static void load_one(void *to, int64_t source, const struct walk_row *row)
{
	const struct load *load = to;
	struct watched *s = source >= 0 && source <= load->most ? load->at[source] : NULL;

	if (s == NULL)
		return;
	walking_settle(s, row);
	if (s->state == JOB_WAITING)
		polling_plan(s);
}

static void list_sources(struct polling *p, struct arena *a, struct load *load)
{
	struct watched *s, *next;

	for (s = p->sources; s != NULL; s = next) {
		next = s->hh.next;
		if (s->known.number > load->most)
			load->most = s->known.number;
	}
	load->at = arena_array(a, (size_t)load->most + 1, sizeof *load->at);
	for (s = p->sources; s != NULL; s = next) {
		next = s->hh.next;
		load->at[s->known.number] = s;
	}
}

void walking_load(struct polling *p)
{
	static const struct walk_sink sink = {load_one};
	struct load load = {0};
	struct error err = {""};
	struct arena a;

	arena_init(&a);
	list_sources(p, &a, &load);
	if (store_write_walks(p->setup.store, &sink, &load, &err) < 0)
		log_event(LOG_ERROR, "store.failed", "%s", err.text);
	arena_clear(&a);
}

/* Not the feed again, not another's house, not from https to http. */
static bool may_lead_to(struct poll *p, struct slice url)
{
	struct url_parts here, there;

	return url.len > 0 && url.len <= LIMIT_URL_BYTES && url_split(&p->a, p->url, &here) &&
	       url_split(&p->a, url, &there) && !slice_equal(url, p->url) &&
	       !slice_equal(url, p->source->conf->url) &&
	       slice_equal(domain_of(here.host), domain_of(there.host)) &&
	       (slice_is(there.scheme, "https") || !slice_is(here.scheme, "https"));
}

/* The next page that `feed` names, unless it was read; 0, or -1 where the store fails. */
static int put_next(struct poll *p, const struct feed *feed, struct error *err)
{
	struct walk_row *w = &p->walks;
	bool is_archive = feed->prev_archive_url.len > 0;
	struct slice to = is_archive ? feed->prev_archive_url : feed->next_url;
	struct digest page = digest_bytes(to);
	int was;

	w->next = SLICE_NONE;
	if (w->left <= 0 || !may_lead_to(p, to))
		return 0;
	was = store_write_was_walked(
		p->source->all->setup.store, p->source->known.number, &page, err);
	if (was != 0)
		return was < 0 ? -1 : 0;
	w->next = slice_copy(&p->a, to);
	w->is_archive = is_archive;
	w->tries = 0;
	return 0;
}

/* As long as between two polls of the feed at least: a page is one more request to it. */
static int64_t pace_s(const struct poll *p)
{
	int64_t at_least_s = p->source->conf->at_least_s;

	return at_least_s > 0 && at_least_s < LIMIT_POLL_MIN_S ? LIMIT_POLL_MIN_S : at_least_s;
}

static int keep(struct poll *p, struct error *err)
{
	p->has_walk = true;
	return store_write_walk(
		p->source->all->setup.store, p->source->known.number, &p->walks, err);
}

/* The feed waits for its page, as the page has waited for its feed. */
static void put_off_feed(struct poll *p)
{
	struct source_history *h = &p->after;
	instant wait = p->freshness.retry_after;
	instant pace = p->asked + pace_s(p);

	if (wait != INSTANT_NONE && wait > pace)
		h->not_before = pace = wait;
	if (h->next_poll < pace)
		h->next_poll = pace;
}

static int begin(struct poll *p, const struct answer_read *read, bool is_gap, struct error *err)
{
	p->walks = (struct walk_row){
		.left = LIMIT_WALK_PAGES, .is_gap = is_gap, .not_before = p->asked + pace_s(p)};
	if (put_next(p, &read->feed, err) < 0)
		return -1;
	return p->walks.next.len == 0 && p->source->walk == NULL ? 0 : keep(p, err);
}

static int go_on(struct poll *p, const struct answer_read *read, struct error *err)
{
	const struct walk *walk = p->source->walk;
	struct digest page = digest_bytes(slice_of(walk->next));
	bool is_archive = walk->row.is_archive || read->feed.is_archive;

	put_off_feed(p);
	log_event(LOG_INFO, "poll.archive", "source=%s page=%s items=%zu new=%zu", p->source->name,
		log_safe(url_public(&p->a, p->url)), p->n_items, p->report.fresh);
	p->walks = walk->row;
	p->walks.left--;
	p->walks.not_before = p->asked + pace_s(p);
	if (store_write_walked(p->source->all->setup.store, p->source->known.number, &page,
		    is_archive, err) < 0)
		return -1;
	if (!walk->row.is_gap || p->report.overlap == 0)
		return put_next(p, &read->feed, err) < 0 ? -1 : keep(p, err);
	/* It met what is known: nothing was missed after all. */
	p->walks.next = SLICE_NONE;
	p->after.gap_from = p->after.gap_to = INSTANT_NONE;
	return keep(p, err);
}

int walking_note(struct poll *p, const struct answer_read *read, bool is_gap, struct error *err)
{
	bool is_first = p->source->known.history.last_ok == INSTANT_NONE;

	if (p->is_walk)
		return p->source->walk == NULL || read == NULL ? 0 : go_on(p, read, err);
	return is_first || is_gap ? begin(p, read, is_gap, err) : 0;
}

int walking_failed(struct poll *p, struct error *err)
{
	const struct walk *walk = p->source->walk;

	put_off_feed(p);
	if (walk == NULL)
		return 0;
	p->walks = walk->row;
	p->walks.next = slice_copy(&p->a, walk->row.next);
	p->walks.tries++;
	p->walks.not_before = p->asked + (RETRY_S << p->walks.tries);
	if (p->freshness.retry_after != INSTANT_NONE &&
		p->freshness.retry_after > p->walks.not_before)
		p->walks.not_before = p->freshness.retry_after;
	if (p->walks.tries >= LIMIT_WALK_TRIES)
		p->walks.next = SLICE_NONE;
	return keep(p, err);
}
