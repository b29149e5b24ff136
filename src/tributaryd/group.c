/*
 * group.c - finished polls into the store, several to a commit
 *
 * A poll's items, validators and next time go into one group; nothing is told to anyone, and
 * nothing in memory changes, before the group's commit.  A poll's own mistake costs its items;
 * an error of the store costs the group, whose polls are as if they had not been.
 */
#include "tributaryd/watched.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "poll/schedule.h"
#include "tributaryd/stories.h"
#include "tributaryd/topics.h"

#include <inttypes.h>
#include <stdlib.h>

/* After an error of the store, this long before anything is asked again; twice as long after
 * each more, up to five minutes. */
#define STORE_REST_MS    10000
#define STORE_RESTS_MOST 5

static void text_keep(struct slice *kept, struct slice from)
{
	char *copy = NULL;

	if (from.len > 0) {
		copy = malloc(from.len);
		if (copy == NULL)
			die("no memory for a source's history");
		memcpy(copy, from.at, from.len);
	}
	*kept = slice_from(copy, from.len);
}

static void text_drop(struct slice *kept)
{
	free((char *)(uintptr_t)kept->at);
	*kept = SLICE_NONE;
}

void history_clear(struct source_history *kept)
{
	text_drop(&kept->etag);
	text_drop(&kept->last_modified);
	text_drop(&kept->validators_url);
	text_drop(&kept->moved_url);
	text_drop(&kept->error);
	text_drop(&kept->notice);
}

void history_keep(struct source_history *kept, const struct source_history *from)
{
	struct source_history copy = *from;

	text_keep(&copy.etag, from->etag);
	text_keep(&copy.last_modified, from->last_modified);
	text_keep(&copy.validators_url, from->validators_url);
	text_keep(&copy.moved_url, from->moved_url);
	text_keep(&copy.error, from->error);
	text_keep(&copy.notice, from->notice);
	history_clear(kept);
	*kept = copy;
}

/* When to ask again, from all that this poll showed. */
static void decide_next(struct poll *p)
{
	struct watched *s = p->source;
	const struct conf_source *c = s->conf;
	struct source_history *h = &p->after;
	const struct schedule what = {
		.every_s = c->every_s,
		.at_least_s = c->at_least_s,
		.at_most_s = c->at_most_s,
		.update_interval_s = s->known.update_interval_s,
		.skip_hours = s->known.skip_hours,
		.skip_days = s->known.skip_days,
		.recent = s->known.recent,
		.n_recent = s->known.n_recent,
		.last_poll = p->asked,
		.fresh_s = h->fresh_s,
		.retry_after = p->freshness.retry_after,
		.failures = h->failures,
		.failing_since = h->last_ok,
		.usual_s = h->interval_s,
		.slow_down = h->status == 429 && p->freshness.retry_after == INSTANT_NONE,
		.n_items = p->is_delta ? 0 : p->n_items,
		.n_fresh = s->known.history.last_ok == INSTANT_NONE ? 0 : p->report.fresh,
		.chance = polling_chance(s->all),
	};
	struct schedule_answer next = schedule_next(&what, polling_now(s->all));

	if (h->failures == 0)
		h->interval_s = next.interval_s;
	h->next_poll = next.next;
	h->not_before = p->freshness.retry_after;
	p->reason = next.reason;
}

/* Which stories the new items tell, which topics they have.  0, or -1: the group is no more. */
static int write_meaning(struct poll *p, const struct answer_read *read,
	const struct item_written *written, struct error *err)
{
	struct polling *all = p->source->all;
	const struct polling_setup *to = &all->setup;
	const struct conf_source *c = p->source->conf;
	struct slice lang = read->feed.language.len > 0 ? read->feed.language : c->lang;

	if (p->report.fresh + p->report.revised == 0)
		return 0;
	if (to->stories != NULL && all->conf->stories &&
		stories_add(to->stories, read->items, written, read->n_items, lang,
			polling_now(all), err) < 0)
		return -1;
	return to->topics == NULL ? 0
				  : topics_add(to->topics, read->items, written, read->n_items,
					    c->name, lang, err);
}

/* 0, 1 or -1 as store_write_poll. */
static int write_document(struct poll *p, const struct answer_read *read, struct error *err)
{
	const struct source_history *before = &p->source->known.history;
	struct feed feed = read->feed;
	const struct poll_result result = {
		.source = p->source->known.number,
		.history = &p->after,
		.feed = &feed,
		.items = read->items,
		.n_items = read->n_items,
		.is_first = before->last_ok == INSTANT_NONE || p->is_walk,
		.is_past = p->is_walk,
		.previous = before->last_ok,
		.written = arena_array(&p->a, read->n_items, sizeof *result.written),
	};
	int stored;

	/* What a part of a feed lacks is not withdrawn. */
	if (p->is_delta)
		feed.is_complete_set = false;
	p->written = result.written;
	stored = store_write_poll(
		p->source->all->setup.store, &result, polling_now(p->source->all), &p->report, err);
	return stored != 0 ? stored : write_meaning(p, read, result.written, err);
}

/* The history alone, with the instant of the next poll in it. */
static int write_history(struct poll *p, struct error *err)
{
	struct polling *all = p->source->all;
	const struct poll_result result = {.source = p->source->known.number, .history = &p->after};
	struct poll_report ignored;

	if (!p->held && !p->is_walk)
		decide_next(p);
	return store_write_poll(all->setup.store, &result, polling_now(all), &ignored, err);
}

void group_rest(struct polling *all, const struct error *err)
{
	log_event(LOG_ERROR, "store.failed", "%s", err->text);
	all->has_failed = true;
	all->store_rest_ms = polling_now_ms(all) + (STORE_REST_MS << all->store_rests);
	if (all->store_rests < STORE_RESTS_MOST)
		all->store_rests++;
}

/* The store would not: as if this poll had not been, but that it was asked. */
static void undo(struct poll *p)
{
	struct watched *s = p->source;
	struct polling *all = s->all;
	int64_t paced_ms = s->conf->at_least_s > 0 ? (p->asked + LIMIT_POLL_MIN_S) * 1000 : 0;
	int64_t at_ms = all->store_rest_ms + (int64_t)(polling_chance(all) % STORE_REST_MS);

	s->state = job_next(s->state, JOB_UNDONE);
	poll_free(&p);
	agenda_put(&all->agenda, &s->due, at_ms > paced_ms ? at_ms : paced_ms);
}

/* The group was rolled back. */
static void group_undo(struct polling *all, const struct error *err)
{
	struct poll *next;

	group_rest(all, err);
	all->group_open = false;
	if (all->setup.stories != NULL)
		stories_undo(all->setup.stories);
	for (struct poll *p = all->group; p != NULL; p = next) {
		next = p->next;
		undo(p);
	}
	all->group = NULL;
	all->grouped = 0;
}

static int group_begin(struct polling *all, struct error *err)
{
	if (all->group_open)
		return 0;
	if (store_write_begin(all->setup.store, err) < 0)
		return -1;
	all->group_open = true;
	all->group_since_ms = polling_now_ms(all);
	return 0;
}

/* The items could not be stored for a reason of their own: a failure of the source. */
static void refuse(struct poll *p, const struct error *why)
{
	const struct source_history *before = &p->source->known.history;
	struct source_history h = *before;

	h.bytes = p->after.bytes;
	h.requests = p->after.requests;
	h.least_gap_ms = p->after.least_gap_ms;
	h.polls++;
	if (!p->is_walk) {
		h.last_poll = p->asked;
		h.status = p->after.status;
		h.failures++;
		h.error = slice_copy(&p->a, slice_of(why->text));
	}
	p->after = h;
	p->failed = true;
	p->n_items = 0;
	p->report = (struct poll_report){0};
}

void group_add(struct poll *p, const struct answer_read *read)
{
	struct polling *all = p->source->all;
	struct error err = {""};
	int stored = group_begin(all, &err);

	if (stored == 0 && read != NULL) {
		stored = write_document(p, read, &err);
		if (stored > 0) {
			refuse(p, &err);
			stored = 0;
		}
	}
	if (stored == 0 && p->is_walk && p->failed)
		stored = walking_failed(p, &err);
	else if (stored == 0 && !p->failed && !p->is_void)
		stored = learning_well(p, read, &err);
	if (stored == 0)
		stored = alarms_note(p, read, &err);
	if (stored == 0)
		stored = write_history(p, &err);
	p->next = all->group;
	all->group = p;
	all->grouped++;
	if (stored != 0)
		group_undo(all, &err);
}

static void tell(const struct poll *p)
{
	const struct source_history *h = &p->after;

	if (p->failed)
		log_event(LOG_INFO, "poll.failed", "source=%s failures=%" PRId64 " why=%s",
			p->source->name, h->failures, log_safe(h->error));
	else
		log_event(LOG_INFO, "poll.done",
			"source=%s status=%" PRId64 " items=%zu new=%zu revised=%zu",
			p->source->name, h->status, p->n_items, p->report.fresh, p->report.revised);
	if (h->gone >= LIMIT_GONE)
		log_event(LOG_NOTICE, "poll.gone", "source=%s %s", p->source->name,
			log_safe(h->notice));
	if (p->report.held > 0)
		log_event(LOG_WARNING, "poll.held",
			"source=%s items=%zu: more new ones than is usual; `tributary release %s` "
			"lets them go",
			p->source->name, p->report.held, p->source->name);
}

static enum source_state state_after(const struct source_history *h)
{
	if (h->gone >= LIMIT_GONE)
		return SOURCE_GONE;
	return h->failures > 0 ? SOURCE_FAILING : SOURCE_OK;
}

/* It stands: memory follows the store. */
static void settle(struct poll *p)
{
	struct watched *s = p->source;
	struct polling *all = s->all;

	tell(p);
	alarms_tell(p);
	history_keep(&s->known.history, &p->after);
	if (p->has_walk)
		walking_settle(s, &p->walks);
	s->known.state = state_after(&p->after);
	s->last_failed = p->failed && !p->is_walk;
	all->has_failed = all->has_failed || s->last_failed;
	s->state = job_next(s->state, JOB_STORED);
	poll_free(&p);
	polling_plan(s);
}

void group_commit(struct polling *all)
{
	struct error err = {""};
	struct poll *next;
	bool visible = false;

	if (!all->group_open)
		return;
	if ((all->setup.stories != NULL && stories_keep(all->setup.stories, &err) < 0) ||
		store_write_commit(all->setup.store, &err) < 0) {
		group_undo(all, &err);
		return;
	}
	all->group_open = false;
	all->store_rests = 0;
	next = all->group;
	all->group = NULL;
	all->grouped = 0;
	for (struct poll *p = next; p != NULL; p = next) {
		next = p->next;
		visible = visible || p->report.visible || p->source->last_failed != p->failed ||
			  p->source->known.history.health.alarms != p->after.health.alarms;
		settle(p);
	}
	if (visible)
		all->setup.committed(all->setup.data);
}
