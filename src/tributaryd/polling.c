/*
 * polling.c - see polling.h: the agenda, the clock, and what an admin asks for
 */
#include "tributaryd/watched.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"

#include <stdlib.h>

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
	outage_init(&p->outage);
	twins_init(&p->twins, watched_has_key);
	p->domains = domain_open(1, 1000);
	return p;
}

void polling_close(struct polling **p)
{
	struct watched *s, *next;

	if (*p == NULL)
		return;
	group_commit(*p);
	for (s = (*p)->sources; s != NULL; s = next) {
		next = s->hh.next;
		watched_free(s);
	}
	agenda_clear(&(*p)->agenda);
	twins_clear(&(*p)->twins);
	domain_close(&(*p)->domains);
	free(*p);
	*p = NULL;
}

/* A loopback origin that the admin allowed is the admin's own: it is not paced. */
static bool is_unpaced(const struct conf_source *c, struct slice host)
{
	return c->allow.n > 0 && c->at_least_s == 0 &&
	       (slice_is(host, "localhost") || slice_starts(host, "127.") ||
		       slice_is(host, "[::1]"));
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
		bool is_cooling = false;

		if (e == NULL || e->at_ms > now_ms)
			break;
		arena_init(&a);
		if (url_split(&a, asking_url(s), &parts)) {
			wait = domain_start(
				p->domains, parts.host, now_ms, is_unpaced(s->conf, parts.host));
			is_cooling = domain_cooling(p->domains, parts.host, now_ms) > 0;
		}
		arena_clear(&a);
		if (wait == 0) {
			agenda_remove(&p->agenda, e);
			watched_put_off(s, false);
			due[n++] = s;
		} else {
			agenda_put(&p->agenda, e, now_ms + (wait > 0 ? wait : BUSY_MS));
			watched_put_off(s, !is_cooling);
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
	if (url_split(&a, asking_url(s), &parts))
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
	for (s = p->sources; s != NULL; s = next) {
		next = s->hh.next;
		if (s->poll != NULL)
			s->poll->begun_ms = polling_now_ms(p);
		watched_resume(s);
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

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
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
	if (outage_decide(&p->outage, p->fetching == 0, polling_now(p)))
		watched_offline(p);
	if (p->group_open)
		next = p->group_since_ms + LIMIT_GROUP_MS;
	if (!p->outage.is_on && p->outage.decide_at != INSTANT_NONE)
		next = least(next, p->outage.decide_at * 1000);
	first = agenda_first(&p->agenda);
	if (first != NULL && p->conf != NULL && p->fetching < (size_t)p->conf->connections) {
		int64_t at_ms = first->at_ms > p->store_rest_ms ? first->at_ms : p->store_rest_ms;

		next = least(next, at_ms);
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
	s->walks_next = false;
	agenda_put(&s->all->agenda, &s->due, at_ms);
}

int polling_refresh(struct polling *p, const struct slice *names, size_t n, struct error *err)
{
	struct watched *s, *next;
	int moved = 0;

	for (size_t i = 0; i < n; i++) {
		s = watched_find(p, names[i]);
		if (s == NULL)
			return error_set(err, "no source is called %s", log_safe(names[i]));
		if (!s->conf->enabled)
			return error_set(err, "%s is switched off (enabled = no)", s->name);
	}
	for (size_t i = 0; i < n; i++, moved++)
		refresh(watched_find(p, names[i]));
	if (n > 0)
		return moved;
	for (s = p->sources; s != NULL; s = next) {
		next = s->hh.next;
		if (s->conf->enabled && s->known.state != SOURCE_GONE) {
			refresh(s);
			moved++;
		}
	}
	return moved;
}

int polling_release(struct polling *p, struct slice name, struct error *err)
{
	struct watched *s = watched_find(p, name);
	size_t released = 0;

	if (s == NULL)
		return error_set(err, "no source is called %s", log_safe(name));
	group_commit(p);
	if (store_write_release(p->setup.store, s->known.number, &released, err) < 0)
		return -1;
	p->setup.committed(p->setup.data);
	return (int)released;
}

int polling_commit(struct polling *p)
{
	group_commit(p);
	return p->store_rests > 0 ? -1 : 0;
}

bool polling_is_idle(const struct polling *p)
{
	const struct agenda_entry *first = agenda_first(&p->agenda);

	return p->running == 0 && p->put_off == 0 && !p->group_open &&
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

	for (s = p->sources; s != NULL; s = next) {
		next = s->hh.next;
		if (s->poll != NULL && now_ms - s->poll->begun_ms >
					       LIMIT_HOPS * s->conf->timeout_s * 1000 + STUCK_MS)
			return false;
	}
	return true;
}
