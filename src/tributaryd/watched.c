/*
 * watched.c - see watched.h: the sources of the configuration, and when each is asked first
 */
#include "tributaryd/watched.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "poll/schedule.h"

#include <stdlib.h>

/* What is overdue at a start is spread over this long, unless it was never asked. */
#define RESUME_SPREAD_S 300
/* A source that is always due (every = 0s) rests so long between polls. */
#define REST_MS 1000

void watched_free(struct watched *s)
{
	struct polling *p = s->all;

	if (s->poll != NULL)
		poll_free(&s->poll);
	agenda_remove(&p->agenda, &s->due);
	HASH_DEL(p->sources, s);
	watched_put_off(s, false);
	walking_forget(s);
	history_clear(&s->known.history);
	free(s->name);
	free(s->url);
	free(s);
}

static bool is_asked_for(const struct watched *s)
{
	return s->conf->enabled && s->known.state != SOURCE_GONE &&
	       !(s->all->setup.once && s->was_asked);
}

void watched_put_off(struct watched *s, bool put_off)
{
	if (put_off && !s->put_off)
		s->all->put_off++;
	if (!put_off && s->put_off)
		s->all->put_off--;
	s->put_off = put_off;
}

bool watched_has_key(const void *source, uint64_t key)
{
	const struct watched *s = source;

	return s->conf->enabled && (s->address_key == key || s->id_key == key);
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The feed or an older page of it, whichever is due first; where each is asked but once, the feed.
 */
static int64_t due_ms(struct watched *s, int64_t now_ms)
{
	int64_t feed_ms = s->known.history.next_poll * 1000;
	int64_t walk_ms = walking_due_ms(s);

	if (s->known.history.last_poll != INSTANT_NONE && learning_rests(s))
		feed_ms = most(feed_ms, (s->known.history.last_poll + LIMIT_TWIN_S) * 1000);
	s->walks_next = walk_ms <= feed_ms && walk_ms < INT64_MAX &&
			!(s->all->setup.once && feed_ms <= now_ms);
	return s->walks_next ? walk_ms : feed_ms;
}

void polling_plan(struct watched *s)
{
	struct polling *p = s->all;
	int64_t now_ms = polling_now_ms(p);
	int64_t at_ms = due_ms(s, now_ms);

	watched_put_off(s, false);

	if (!is_asked_for(s)) {
		agenda_remove(&p->agenda, &s->due);
		return;
	}
	if (s->was_asked && at_ms < now_ms + REST_MS)
		at_ms = now_ms + REST_MS;
	agenda_put(&p->agenda, &s->due, at_ms);
}

struct watched *watched_find(struct polling *p, struct slice name)
{
	struct watched *s;

	HASH_FIND(hh, p->sources, name.at, name.len, s);
	return s;
}

static struct watched *watched_new(struct polling *p, struct slice name)
{
	struct watched *s = calloc(1, sizeof *s);

	if (s == NULL || (s->name = strndup(name.at, name.len)) == NULL)
		die("no memory for source %s", log_safe(name));
	s->all = p;
	HASH_ADD_KEYPTR(hh, p->sources, s->name, name.len, s);
	return s;
}

/* When a source whose state was just read is asked first. */
static instant first_poll(struct polling *p, const struct watched *s)
{
	const struct source_known *k = &s->known;
	const struct conf_source *c = s->conf;
	const struct schedule what = {.every_s = c->every_s,
		.at_least_s = c->at_least_s,
		.at_most_s = c->at_most_s,
		.retry_after = k->history.not_before,
		.update_interval_s = k->update_interval_s,
		.skip_hours = k->skip_hours,
		.skip_days = k->skip_days,
		.chance = polling_chance(p)};
	instant now = polling_now(p);
	instant next, asked;

	if (k->history.last_poll == INSTANT_NONE && k->asked == INSTANT_NONE)
		return now;
	next = schedule_resume(k->history.next_poll, k->history.last_poll, &what,
		p->setup.once ? 0 : RESUME_SPREAD_S, now);
	if (k->asked == INSTANT_NONE || c->at_least_s == 0)
		return next;
	/* Asked in the future, by a clock that was wrong: as if now. */
	asked = k->asked < now ? k->asked : now;
	return next > asked + LIMIT_POLL_MIN_S ? next : asked + LIMIT_POLL_MIN_S;
}

/* Its domain was asked just before a restart, in whole seconds: the gap holds (threats.md N16). */
static void keep_gap(const struct watched *s)
{
	instant asked = s->known.asked;
	struct arena a;
	struct url_parts parts;

	if (asked == INSTANT_NONE || s->conf->at_least_s == 0 || asked > polling_now(s->all) ||
		asked + 1 + s->all->conf->gap_s < polling_now(s->all))
		return;
	arena_init(&a);
	if (url_split(&a, s->conf->url, &parts))
		domain_started(s->all->domains, parts.host, (asked + 1) * 1000);
	arena_clear(&a);
}

/* It was told to leave its whole domain alone, before a restart (etiquette.md 35). */
static void keep_cool(const struct watched *s)
{
	const struct source_history *h = &s->known.history;
	struct arena a;
	struct url_parts parts;

	if (h->status != 429 || h->not_before == INSTANT_NONE ||
		h->not_before > polling_now(s->all) + LIMIT_POLL_MAX_S)
		return;
	arena_init(&a);
	if (url_split(&a, s->conf->url, &parts))
		domain_cool(s->all->domains, parts.host, h->not_before * 1000);
	arena_clear(&a);
}

void watched_resume(struct watched *s)
{
	keep_cool(s);
	if (s->state != JOB_WAITING)
		return;
	s->known.history.next_poll = first_poll(s->all, s);
	polling_plan(s);
}

void watched_lost(struct watched *s)
{
	if (s->lost_in == s->all->outage.silence)
		return;
	s->lost_in = s->all->outage.silence;
	s->lost_failures = s->known.history.failures;
}

void watched_hold(struct watched *s, struct arena *a, struct source_history *h)
{
	struct polling *p = s->all;
	struct buf line;

	buf_init(&line, 2 * LIMIT_PROBLEM_BYTES);
	buf_puts(&line, "the network here seems to be down: ");
	buf_put_slice(&line, h->error);
	h->error = slice_copy(a, slice_utf8_head(buf_slice(&line), LIMIT_PROBLEM_BYTES));
	buf_clear(&line);
	h->failures = s->lost_failures;
	h->next_poll = outage_hold(&p->outage, polling_chance(p), polling_now(p));
	s->held = true;
}

/* Its last poll was blamed on the source before it was known better. */
static int pardon(struct watched *s, struct error *err)
{
	struct polling *p = s->all;
	struct source_history h = s->known.history;
	const struct poll_result result = {.source = s->known.number, .history = &h};
	struct poll_report ignored;
	struct arena a;
	int stored;

	arena_init(&a);
	watched_hold(s, &a, &h);
	stored = store_write_poll(p->setup.store, &result, polling_now(p), &ignored, err);
	history_keep(&s->known.history, &h);
	s->known.state = h.failures > 0 ? SOURCE_FAILING : SOURCE_OK;
	polling_plan(s);
	arena_clear(&a);
	return stored;
}

/* Where the store fails, the rest stay blamed until they are asked again. */
void watched_offline(struct polling *p)
{
	struct watched *s, *next;
	struct error err = {""};
	int stored;

	log_event(LOG_NOTICE, "poll.offline",
		"nobody can be reached: the network here seems to be down");
	group_commit(p);
	stored = store_write_begin(p->setup.store, &err);
	for (s = p->sources; s != NULL && stored == 0; s = next) {
		next = s->hh.next;
		if (s->lost_in == p->outage.silence && s->state == JOB_WAITING)
			stored = pardon(s, &err);
	}
	if (stored == 0)
		stored = store_write_commit(p->setup.store, &err);
	if (stored != 0)
		group_rest(p, &err);
	else
		p->setup.committed(p->setup.data);
}

void watched_online(struct polling *p)
{
	struct watched *s, *next;
	instant now = polling_now(p);

	log_event(LOG_NOTICE, "poll.online", "the network here is back");
	for (s = p->sources; s != NULL; s = next) {
		struct source_history *h = &s->known.history;

		next = s->hh.next;
		if (!s->held)
			continue;
		s->held = false;
		s->was_held = true;
		if (s->state != JOB_WAITING)
			continue;
		h->next_poll = outage_resume(h->next_poll, h->last_poll, polling_chance(p), now);
		polling_plan(s);
	}
}

static struct source_conf source_conf_of(const struct conf_source *c)
{
	return (struct source_conf){.name = c->name,
		.url = c->url,
		.title = c->title,
		.lang = c->lang,
		.was = c->was,
		.tags = c->tags.at,
		.n_tags = c->tags.n,
		.is_page = c->is_page,
		.enabled = c->enabled,
		.keep_s = c->keep_s,
		.keep_items = c->keep_items};
}

/*
 * Takes what the store knows of a source.  A poll that is running goes on with what it knew,
 * unless the address is another one.
 */
static void learn(struct watched *s, const struct source_known *known)
{
	bool is_new = s->known.number == 0;
	bool moved = !is_new && !slice_is(s->conf->url, s->url);
	struct source_history kept = s->known.history;

	if (s->poll != NULL && !moved)
		return;
	if (s->poll != NULL)
		poll_free(&s->poll);
	s->known = *known;
	s->known.name = s->known.url = s->known.feed_id = SLICE_NONE;
	s->known.history = kept;
	history_keep(&s->known.history, &known->history);
	if (is_new) {
		keep_cool(s);
		keep_gap(s);
	}
	if (is_new || moved)
		s->known.history.next_poll = first_poll(s->all, s);
	if (moved) {
		s->known.history.next_poll = polling_now(s->all);
		walking_forget(s);
	}
	if (is_new || moved)
		learning_name(s, known->history.validators_url, known->feed_id);
	free(s->url);
	s->url = strndup(s->conf->url.at, s->conf->url.len);
	if (s->url == NULL)
		die("no memory for source %s", s->name);
}

static void drop_unseen(struct polling *p)
{
	struct watched *s, *next;

	for (s = p->sources; s != NULL; s = next) {
		next = s->hh.next;
		if (!s->seen)
			watched_free(s);
	}
}

static void apply(struct polling *p, const struct conf *c, const struct source_known *known)
{
	bool is_start = p->conf == NULL;
	struct watched *s, *next;

	for (s = p->sources; s != NULL; s = next) {
		next = s->hh.next;
		s->seen = false;
	}
	p->conf = c;
	domain_configure(p->domains, (int)c->per_domain, c->gap_s * 1000);
	domain_share(p->domains, c->share_address);
	twins_clear(&p->twins);
	for (size_t i = 0; i < c->n_sources; i++) {
		s = watched_find(p, c->sources[i].name);
		if (s == NULL)
			s = watched_new(p, c->sources[i].name);
		s->seen = true;
		s->conf = &c->sources[i];
		learn(s, &known[i]);
		learning_twins(s);
		if (s->state == JOB_WAITING)
			polling_plan(s);
	}
	drop_unseen(p);
	if (is_start)
		walking_load(p);
}

int polling_configure(struct polling *p, const struct conf *c, struct error *err)
{
	struct arena a;
	struct source_conf *sources;
	struct slice *views;
	struct source_known *known = NULL;
	int done;

	arena_init(&a);
	sources = arena_array(&a, c->n_sources, sizeof *sources);
	for (size_t i = 0; i < c->n_sources; i++)
		sources[i] = source_conf_of(&c->sources[i]);
	views = arena_array(&a, c->n_views, sizeof *views);
	for (size_t i = 0; i < c->n_views; i++)
		views[i] = c->views[i].name;
	group_commit(p);
	done = store_write_sources(p->setup.store, sources, c->n_sources, views, c->n_views,
		polling_now(p), &a, &known, err);
	if (done == 0) {
		apply(p, c, known);
		p->setup.committed(p->setup.data);
	}
	arena_clear(&a);
	return done;
}
