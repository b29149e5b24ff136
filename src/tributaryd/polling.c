/*
 * polling.c - see polling.h: the agenda, the configuration, and what an admin asks for
 */
#include "tributaryd/watched.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "poll/schedule.h"

#include <assert.h>
#include <stdlib.h>

/* What is overdue at a start is spread over this long, unless it was never asked. */
#define RESUME_SPREAD_S 300
/* A source that is always due (every = 0s) rests so long between polls. */
#define REST_MS 1000
/* A host whose connections are all in use is looked at again after this long. */
#define BUSY_MS 200
/* So long between two turns: the clock was set, or the machine slept. */
#define JUMP_MS (10 * 60 * 1000)
/* How much longer than its timeouts a poll may take before we are not well. */
#define STUCK_MS (120 * 1000)

int64_t polling_now_ms(const struct polling *p)
{
	return p->setup.now_ms(p->setup.data);
}

instant polling_now(const struct polling *p)
{
	return polling_now_ms(p) / 1000;
}

uint64_t polling_chance(struct polling *p)
{
	p->chance++;
	return digest_fast(p->setup.seed, slice_from((const char *)&p->chance, sizeof p->chance));
}

struct polling *polling_open(const struct polling_setup *s)
{
	struct polling *p = calloc(1, sizeof *p);

	if (p == NULL)
		die("no memory for the sources");
	p->setup = *s;
	agenda_init(&p->agenda);
	p->domains = domain_open(1, 1000);
	return p;
}

static void watched_free(struct watched *s)
{
	struct polling *p = s->all;

	if (s->poll != NULL)
		poll_free(&s->poll);
	agenda_remove(&p->agenda, &s->due);
	HASH_DEL(p->sources, s);
	history_clear(&s->known.history);
	free(s->name);
	free(s->url);
	free(s);
}

void polling_close(struct polling **p)
{
	struct watched *s, *next;

	if (*p == NULL)
		return;
	group_commit(*p);
	HASH_ITER(hh, (*p)->sources, s, next)
	{
		watched_free(s);
	}
	agenda_clear(&(*p)->agenda);
	domain_close(&(*p)->domains);
	free(*p);
	*p = NULL;
}

static bool is_asked_for(const struct watched *s)
{
	return s->conf->enabled && s->known.state != SOURCE_GONE &&
	       !(s->all->setup.once && s->was_asked);
}

void polling_plan(struct watched *s)
{
	struct polling *p = s->all;
	int64_t now_ms = polling_now_ms(p);
	int64_t at_ms = s->known.history.next_poll * 1000;

	if (!is_asked_for(s)) {
		agenda_remove(&p->agenda, &s->due);
		return;
	}
	if (s->was_asked && at_ms < now_ms + REST_MS)
		at_ms = now_ms + REST_MS;
	agenda_put(&p->agenda, &s->due, at_ms);
}

/* A loopback origin that the admin allowed is the admin's own: it is not paced. */
static bool is_unpaced(const struct conf_source *c, struct slice host)
{
	return c->allow.n > 0 && c->at_least_s == 0 &&
	       (slice_is(host, "localhost") || slice_starts(host, "127.") ||
		       slice_is(host, "[::1]"));
}

static struct watched *find(struct polling *p, struct slice name)
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
	s->known.name = s->known.url = SLICE_NONE;
	s->known.history = kept;
	history_keep(&s->known.history, &known->history);
	if (is_new)
		keep_cool(s);
	if (is_new || moved)
		s->known.history.next_poll = first_poll(s->all, s);
	if (moved)
		s->known.history.next_poll = polling_now(s->all);
	free(s->url);
	s->url = strndup(s->conf->url.at, s->conf->url.len);
	if (s->url == NULL)
		die("no memory for source %s", s->name);
}

static void drop_unseen(struct polling *p)
{
	struct watched *s, *next;

	HASH_ITER(hh, p->sources, s, next)
	{
		if (!s->seen)
			watched_free(s);
	}
}

static void apply(struct polling *p, const struct conf *c, const struct source_known *known)
{
	struct watched *s, *next;

	HASH_ITER(hh, p->sources, s, next)
	{
		s->seen = false;
	}
	p->conf = c;
	for (size_t i = 0; i < c->n_sources; i++) {
		s = find(p, c->sources[i].name);
		if (s == NULL)
			s = watched_new(p, c->sources[i].name);
		s->seen = true;
		s->conf = &c->sources[i];
		learn(s, &known[i]);
		if (s->state == JOB_WAITING)
			polling_plan(s);
	}
	drop_unseen(p);
	domain_configure(p->domains, (int)c->per_domain, c->gap_s * 1000);
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

/* Sources that may be asked now, taken off the agenda; those that must wait are put back. */
static size_t take_due(struct polling *p, struct watched **due, size_t most)
{
	int64_t now_ms = polling_now_ms(p);
	size_t n = 0;

	for (size_t turns = 0; n < most && turns < LIMIT_BATCH; turns++) {
		struct agenda_entry *e = agenda_first(&p->agenda);
		struct watched *s = (struct watched *)(void *)e;
		struct arena a;
		struct url_parts parts;
		int64_t wait = 0;

		if (e == NULL || e->at_ms > now_ms)
			break;
		arena_init(&a);
		if (url_split(&a, s->conf->url, &parts))
			wait = domain_start(
				p->domains, parts.host, now_ms, is_unpaced(s->conf, parts.host));
		arena_clear(&a);
		if (wait == 0) {
			agenda_remove(&p->agenda, e);
			due[n++] = s;
		} else {
			agenda_put(&p->agenda, e, now_ms + (wait > 0 ? wait : BUSY_MS));
		}
	}
	return n;
}

/* A store that failed is closed, and a group opens it: an empty one. */
static int open_again(struct polling *p, struct error *err)
{
	if (p->store_rests == 0)
		return 0;
	if (store_write_begin(p->setup.store, err) < 0)
		return -1;
	return store_write_commit(p->setup.store, err);
}

/* Told to the store before the requests go out, but for the admin's own origins. */
static int mark_asked(struct polling *p, struct watched *const *due, size_t n)
{
	int64_t numbers[LIMIT_BATCH];
	size_t paced = 0;
	struct error err = {""};

	for (size_t i = 0; i < n; i++)
		if (due[i]->conf->at_least_s > 0)
			numbers[paced++] = due[i]->known.number;
	if (paced == 0)
		return 0;
	group_commit(p);
	if (open_again(p, &err) == 0 &&
		store_write_asked(p->setup.store, numbers, paced, polling_now(p), &err) == 0)
		return 0;
	group_rest(p, &err);
	return -1;
}

static void put_back(struct polling *p, struct watched *s)
{
	struct arena a;
	struct url_parts parts;

	arena_init(&a);
	if (url_split(&a, s->conf->url, &parts))
		domain_end(p->domains, parts.host, polling_now_ms(p));
	arena_clear(&a);
	agenda_put(&p->agenda, &s->due, p->store_rest_ms);
}

static void ask_due(struct polling *p)
{
	struct watched *due[LIMIT_BATCH];
	size_t connections = (size_t)p->conf->connections;
	size_t free_ones = p->fetching < connections ? connections - p->fetching : 0;
	size_t n = take_due(p, due, free_ones < LIMIT_BATCH ? free_ones : LIMIT_BATCH);
	bool marked = n > 0 && mark_asked(p, due, n) == 0;

	for (size_t i = 0; i < n; i++) {
		if (marked)
			asking_begin(due[i]);
		else
			put_back(p, due[i]);
	}
}

static bool group_is_ripe(const struct polling *p)
{
	return store_write_rows(p->setup.store) >= LIMIT_GROUP_ROWS ||
	       polling_now_ms(p) - p->group_since_ms >= LIMIT_GROUP_MS || p->grouped == p->running;
}

static bool may_ask(const struct polling *p)
{
	return p->conf != NULL && polling_now_ms(p) >= p->store_rest_ms &&
	       p->fetching < (size_t)p->conf->connections;
}

/*
 * The machine slept, or somebody set its clock: what is planned is planned anew, spread as at a
 * start, and what waits for an instant of the old clock waits no more.
 */
static void plan_anew(struct polling *p)
{
	struct watched *s, *next;

	log_event(LOG_NOTICE, "poll.clock", "the clock jumped: all sources are planned anew");
	p->group_since_ms = 0;
	p->store_rest_ms = 0;
	domain_new_clock(p->domains);
	HASH_ITER(hh, p->sources, s, next)
	{
		keep_cool(s);
		if (s->state != JOB_WAITING)
			continue;
		s->known.history.next_poll = first_poll(p, s);
		polling_plan(s);
	}
}

static void look_at_clock(struct polling *p)
{
	int64_t now_ms = polling_now_ms(p);
	int64_t passed_ms = now_ms - p->turned_ms;

	if (p->turned_ms != 0 && p->conf != NULL && (passed_ms < -JUMP_MS || passed_ms > JUMP_MS))
		plan_anew(p);
	p->turned_ms = now_ms;
}

int64_t polling_turn(struct polling *p)
{
	int64_t next = INT64_MAX;
	struct agenda_entry *first;

	look_at_clock(p);
	if (may_ask(p))
		ask_due(p);
	if (p->group_open && group_is_ripe(p))
		group_commit(p);
	if (p->group_open)
		next = p->group_since_ms + LIMIT_GROUP_MS;
	first = agenda_first(&p->agenda);
	if (first != NULL && p->conf != NULL && p->fetching < (size_t)p->conf->connections) {
		int64_t at_ms = first->at_ms > p->store_rest_ms ? first->at_ms : p->store_rest_ms;

		next = at_ms < next ? at_ms : next;
	}
	return next;
}

/* Now, or a minute after it was asked last. */
static void refresh(struct watched *s)
{
	instant last = s->known.history.last_poll;
	int64_t now_ms = polling_now_ms(s->all);
	int64_t at_ms = now_ms;

	if (s->poll != NULL)
		return;
	if (s->known.state == SOURCE_GONE)
		s->known.state = SOURCE_OK;
	if (s->conf->at_least_s > 0 && last != INSTANT_NONE &&
		(last + LIMIT_POLL_MIN_S) * 1000 > now_ms)
		at_ms = (last + LIMIT_POLL_MIN_S) * 1000;
	agenda_put(&s->all->agenda, &s->due, at_ms);
}

int polling_refresh(struct polling *p, const struct slice *names, size_t n, struct error *err)
{
	struct watched *s, *next;
	int moved = 0;

	for (size_t i = 0; i < n; i++) {
		s = find(p, names[i]);
		if (s == NULL)
			return error_set(err, "no source is called %s", log_safe(names[i]));
		if (!s->conf->enabled)
			return error_set(err, "%s is switched off (enabled = no)", s->name);
	}
	for (size_t i = 0; i < n; i++, moved++)
		refresh(find(p, names[i]));
	if (n > 0)
		return moved;
	HASH_ITER(hh, p->sources, s, next)
	{
		if (s->conf->enabled && s->known.state != SOURCE_GONE) {
			refresh(s);
			moved++;
		}
	}
	return moved;
}

int polling_release(struct polling *p, struct slice name, struct error *err)
{
	struct watched *s = find(p, name);
	size_t released = 0;

	if (s == NULL)
		return error_set(err, "no source is called %s", log_safe(name));
	group_commit(p);
	if (store_write_release(p->setup.store, s->known.number, &released, err) < 0)
		return -1;
	p->setup.committed(p->setup.data);
	return (int)released;
}

bool polling_is_idle(const struct polling *p)
{
	const struct agenda_entry *first = agenda_first(&p->agenda);

	return p->running == 0 && !p->group_open &&
	       (first == NULL || first->at_ms > polling_now_ms(p));
}

bool polling_has_failed(const struct polling *p)
{
	return p->has_failed;
}

bool polling_is_well(const struct polling *p)
{
	int64_t now_ms = polling_now_ms(p);
	struct watched *s, *next;

	HASH_ITER(hh, p->sources, s, next)
	{
		if (s->poll != NULL && now_ms - s->poll->begun_ms >
					       LIMIT_HOPS * s->conf->timeout_s * 1000 + STUCK_MS)
			return false;
	}
	return true;
}
