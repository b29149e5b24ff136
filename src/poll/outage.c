/*
 * outage.c - see outage.h
 */
#include "poll/outage.h"

#include "base/limits.h"
#include "poll/fetch.h"

#define PROOF_S     3600 /* what is further apart proves nothing */
#define DOUBT_S     30   /* so long a poll on its way may speak against it: its timeouts */
#define HOLD_MOST_S 900
#define RESUME_S    300 /* all that was held is asked within this */

void outage_init(struct outage *o)
{
	*o = (struct outage){.silence = 1, .since = INSTANT_NONE, .decide_at = INSTANT_NONE};
}

enum outage_sign outage_sign(const struct fetch_answer *answer)
{
	/* A name server that is not the real one may give private addresses. */
	static const enum outage_sign signs[] = {
		[FETCH_ANSWERED] = OUTAGE_LIFE,
		[FETCH_NO_HOST] = OUTAGE_LOST,
		[FETCH_NO_CONNECT] = OUTAGE_LOST,
		[FETCH_REFUSED_ADDRESS] = OUTAGE_LOST,
		[FETCH_TLS] = OUTAGE_NOTHING,
		[FETCH_TIMEOUT] = OUTAGE_LOST,
		[FETCH_TOO_LARGE] = OUTAGE_LIFE,
		[FETCH_CUT] = OUTAGE_LIFE,
		[FETCH_BROKEN] = OUTAGE_LIFE,
		[FETCH_CANCELLED] = OUTAGE_NOTHING,
		[FETCH_HELD] = OUTAGE_NOTHING,
	};

	if (answer->failure == FETCH_TIMEOUT && answer->status != 0)
		return OUTAGE_LIFE;
	return signs[answer->failure];
}

static void next_silence(struct outage *o)
{
	uint64_t silence = o->silence + 1;

	outage_init(o);
	o->silence = silence;
}

void outage_lost(struct outage *o, uint64_t domain, enum outage_witness w, instant now)
{
	if (o->is_on)
		return;
	if (o->since != INSTANT_NONE && (now < o->since || now - o->since > PROOF_S))
		next_silence(o);
	if (w == OUTAGE_ILL)
		return;
	if (o->since == INSTANT_NONE) {
		o->since = now;
		o->domain = domain;
	}
	o->is_many = o->is_many || domain != o->domain;
	o->has_well = o->has_well || w == OUTAGE_WELL;
	if (o->is_many && o->has_well && o->decide_at == INSTANT_NONE)
		o->decide_at = now + DOUBT_S;
}

bool outage_life(struct outage *o)
{
	bool was_on = o->is_on;

	next_silence(o);
	return was_on;
}

bool outage_decide(struct outage *o, bool quiet, instant now)
{
	if (o->is_on || o->decide_at == INSTANT_NONE || (!quiet && now < o->decide_at))
		return false;
	o->is_on = true;
	return true;
}

static int64_t pick(uint64_t chance, int64_t most)
{
	return (int64_t)(chance % (uint64_t)(most + 1));
}

instant outage_hold(const struct outage *o, uint64_t chance, instant now)
{
	int64_t span = o->since == INSTANT_NONE ? 0 : now - o->since;

	if (span > HOLD_MOST_S / 2)
		span = HOLD_MOST_S / 2;
	if (span < LIMIT_POLL_MIN_S)
		span = LIMIT_POLL_MIN_S;
	return now + span + pick(chance, span);
}

instant outage_resume(instant planned, instant asked, uint64_t chance, instant now)
{
	instant at = now + pick(chance, RESUME_S);

	if (asked != INSTANT_NONE && asked <= now && at < asked + LIMIT_POLL_MIN_S)
		at = asked + LIMIT_POLL_MIN_S;
	return planned < at ? planned : at;
}
