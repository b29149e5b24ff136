/*
 * schedule.c - see schedule.h
 */
#include "poll/schedule.h"

#include "base/limits.h"

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

/* Half of the usual time between two of its items; silence since the newest lengthens it. */
static int64_t rhythm(const struct schedule *s, instant now)
{
	int64_t span, silence;

	if (s->n_recent < 2)
		return DEFAULT_S;
	span = s->recent[0] - s->recent[s->n_recent - 1];
	silence = now - s->recent[0];
	return most(span / (int64_t)(s->n_recent - 1), silence / (int64_t)s->n_recent) / 2;
}

/* At most half of what a document shows may be new: else items fall out between polls. */
static int64_t keep_overlap(const struct schedule *s, int64_t interval_s)
{
	return s->n_items > 0 && s->n_fresh * 2 > s->n_items ? interval_s / 2 : interval_s;
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

static struct schedule_answer after_failure(const struct schedule *s, instant now)
{
	int64_t base = s->every_s > 0 ? s->every_s : most(most(s->at_least_s, s->usual_s), 1);
	int64_t span = s->at_least_s == 0 && s->every_s == 0 ? 0 : back_off(s, base, now);

	return (struct schedule_answer){
		.interval_s = span,
		.next = s->last_poll +
			most(s->at_least_s, span / 2 + pick(s->chance, span / 2 + 1)),
		.reason = "after a failure",
	};
}

static struct schedule_answer by_rhythm(const struct schedule *s, instant now)
{
	struct schedule_answer answer = {.reason = "its own rhythm"};
	int64_t interval = keep_overlap(s, rhythm(s, now));

	if (s->every_s >= 0) {
		interval = s->every_s;
		answer.reason = "every, in the configuration";
	}
	if (s->every_s < 0 && s->update_interval_s > interval) {
		interval = s->update_interval_s;
		answer.reason = "ttl or sy:updatePeriod of the feed";
	}
	if (s->every_s < 0 && s->fresh_s > interval) {
		interval = s->fresh_s;
		answer.reason = "the answer is fresh for so long";
	}
	interval = most(s->at_least_s, least(interval, s->at_most_s));
	answer.interval_s = interval;
	answer.next = s->last_poll + interval + pick(s->chance, interval / JITTER_PARTS + 1);
	return answer;
}

struct schedule_answer schedule_next(const struct schedule *s, instant now)
{
	struct schedule_answer answer = s->failures > 0 ? after_failure(s, now) : by_rhythm(s, now);
	instant skipped;

	if (s->retry_after != INSTANT_NONE && s->retry_after > answer.next) {
		answer.next = least(s->retry_after, now + LIMIT_POLL_MAX_S) +
			      pick(s->chance, LIMIT_POLL_MIN_S);
		answer.reason = "Retry-After";
	}
	answer.next = most(answer.next, s->last_poll + s->at_least_s);
	skipped = s->every_s < 0 ? skip(s, answer.next) : answer.next;
	if (skipped != answer.next) {
		answer.next = skipped + pick(s->chance, HOUR_S / 4);
		answer.reason = "skipHours or skipDays of the feed";
	}
	return answer;
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
	if (stored_next == INSTANT_NONE || stored_next <= now)
		return most(now + pick(s->chance, spread_s), last_poll + s->at_least_s);
	return most(least(stored_next, now + ahead), last_poll + s->at_least_s);
}
