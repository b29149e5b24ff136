/*
 * schedule.c - see schedule.h
 */
#include "poll/schedule.h"

#include "base/limits.h"
#include "poll/rhythm.h"

#define HOUR_S            3600
#define DAY_S             86400
#define MONTH_S           (30 * DAY_S)
#define DEFAULT_S         HOUR_S /* for a source whose rhythm is not known yet */
#define BACKOFF_MOST      DAY_S
#define MONTH_OF_FAILURES 40 /* takes so long, for a source that never went well */
#define JITTER_PARTS      8  /* up to an eighth of the interval is added */

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* `chance` as a number from 0 to `below` - 1; 0 where below is 0. */
static int64_t pick(uint64_t chance, int64_t below)
{
	return below > 0 ? (int64_t)(chance % (uint64_t)below) : 0;
}

/* By the source's own rhythm; at most half of what a document shows may be new, else items fall
 * out between polls. */
static int64_t by_items(const struct schedule *s, instant now, struct schedule_answer *a)
{
	const struct rhythm r = rhythm_of(s->recent, s->n_recent, now);

	a->usual_s = r.usual_s;
	a->rhythm_s =
		s->n_recent < 2 ? DEFAULT_S : rhythm_wait(&r, s->last_poll, most(s->at_most_s, 1));
	if (s->n_items == 0 || s->n_fresh * 2 <= s->n_items)
		return a->rhythm_s;
	a->overlap_s = a->rhythm_s;
	if (s->usual_s > 0)
		a->overlap_s = least(a->overlap_s, s->usual_s);
	return a->overlap_s /= 2;
}

/* A span that doubles with each failure (etiquette.md 36); the upper half of it is jitter. */
static int64_t back_off(const struct schedule *s, int64_t base_s, instant now)
{
	bool for_long = s->failing_since == INSTANT_NONE ? s->failures > MONTH_OF_FAILURES
							 : now - s->failing_since > MONTH_S;
	int64_t cap = for_long ? LIMIT_POLL_MAX_S : most(BACKOFF_MOST, base_s);
	int64_t span = most(base_s, LIMIT_POLL_MIN_S);

	for (int64_t i = 0; i < s->failures + s->slow_down && span < cap; i++)
		span *= 2;
	return least(span, cap);
}

/* The first instant from `at` on whose hour and day the source does not ask us to skip. */
static instant skip(const struct schedule *s, instant at)
{
	bool all_hours = (s->skip_hours & 0xFFFFFFU) == 0xFFFFFFU;
	bool all_days = (s->skip_days & 0x7FU) == 0x7FU;

	for (int tries = 0; tries < 8 * 24; tries++) {
		int64_t day = at / DAY_S - (at % DAY_S < 0);
		unsigned weekday = (unsigned)(((day + 3) % 7 + 7) % 7); /* 1970-01-01: Thursday */
		unsigned hour = (unsigned)((at - day * DAY_S) / HOUR_S);

		if (!all_days && (s->skip_days >> weekday & 1) != 0)
			at = (day + 1) * DAY_S;
		else if (!all_hours && (s->skip_hours >> hour & 1) != 0)
			at = day * DAY_S + ((int64_t)hour + 1) * HOUR_S;
		else
			break;
	}
	return at;
}

static void after_failure(const struct schedule *s, instant now, struct schedule_answer *a)
{
	int64_t base = s->every_s > 0 ? s->every_s : most(most(s->at_least_s, s->usual_s), 1);

	a->grown_s = s->at_least_s == 0 && s->every_s == 0 ? 0 : back_off(s, base, now);
	a->interval_s = a->grown_s;
	a->jitter_s = a->grown_s / 2;
	a->next = s->last_poll +
		  most(s->at_least_s, a->grown_s / 2 + pick(s->chance, a->grown_s / 2 + 1));
	a->reason = "after a failure";
}

/* What the feed or the answer asks for beyond `interval`. */
static int64_t wish(const struct schedule *s, int64_t interval, struct schedule_answer *a)
{
	if (s->update_interval_s > interval) {
		interval = a->wish_s = s->update_interval_s;
		a->reason = "ttl or sy:updatePeriod of the feed";
	}
	if (s->fresh_s > interval) {
		interval = a->wish_s = s->fresh_s;
		a->reason = "the answer is fresh for so long";
	}
	return interval;
}

static void after_success(const struct schedule *s, instant now, struct schedule_answer *a)
{
	int64_t interval = s->every_s;

	a->reason = "every, in the configuration";
	if (s->every_s < 0) {
		a->reason = "its own rhythm";
		interval = wish(s, by_items(s, now, a), a);
	}
	a->interval_s = most(s->at_least_s, least(interval, s->at_most_s));
	if (a->interval_s != interval)
		a->bound_s = a->interval_s;
	a->jitter_s = a->interval_s / JITTER_PARTS;
	a->next = s->last_poll + a->interval_s + pick(s->chance, a->jitter_s + 1);
}

struct schedule_answer schedule_next(const struct schedule *s, instant now)
{
	struct schedule_answer a = {.rhythm_s = -1,
		.overlap_s = -1,
		.wish_s = -1,
		.bound_s = -1,
		.grown_s = -1,
		.waits = INSTANT_NONE,
		.skips = INSTANT_NONE};
	instant skipped;

	if (s->failures > 0)
		after_failure(s, now, &a);
	else
		after_success(s, now, &a);
	if (s->retry_after != INSTANT_NONE && s->retry_after > a.next) {
		a.waits = least(s->retry_after, now + LIMIT_POLL_MAX_S);
		a.next = a.waits + pick(s->chance, LIMIT_POLL_MIN_S);
		a.reason = "Retry-After";
	}
	a.next = most(a.next, s->last_poll + s->at_least_s);
	skipped = s->every_s < 0 ? skip(s, a.next) : a.next;
	if (skipped != a.next) {
		a.skips = skipped;
		a.next = skipped + pick(s->chance, HOUR_S / 4);
		a.reason = "skipHours or skipDays of the feed";
	}
	return a;
}

instant schedule_resume(instant stored_next, instant last_poll, const struct schedule *s,
	int64_t spread_s, instant now)
{
	int64_t ahead = most(s->at_most_s + s->at_most_s / JITTER_PARTS, DAY_S);

	/* Asked in the future, by a clock that was wrong: what it planned is not known. */
	if (last_poll != INSTANT_NONE && last_poll > now)
		stored_next = INSTANT_NONE;
	if (last_poll == INSTANT_NONE || last_poll > now)
		last_poll = now - s->at_least_s;
	if (s->retry_after != INSTANT_NONE && s->retry_after > now)
		return least(s->retry_after, now + LIMIT_POLL_MAX_S);
	if (stored_next == INSTANT_NONE || stored_next <= now) {
		instant next = most(now + pick(s->chance, spread_s), last_poll + s->at_least_s);
		instant skipped = s->every_s < 0 ? skip(s, next) : next;

		return skipped == next ? next : skipped + pick(s->chance, HOUR_S / 4);
	}
	return most(least(stored_next, now + ahead), last_poll + s->at_least_s);
}
