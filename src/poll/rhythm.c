/*
 * rhythm.c - see rhythm.h
 */
#include "poll/rhythm.h"

#include <stdint.h>

#define HOUR_S     3600
#define DAY_S      86400
#define PART_S     (DAY_S / RHYTHM_PARTS)
#define PARTS_FROM (3 * DAY_S)  /* what reaches back less says nothing of the hours, */
#define WEEKS_FROM (21 * DAY_S) /* and less than this nothing of the weekdays */
#define DOUBT      1.           /* an item more in each, so that none is ever empty */
#define WANTED     .5           /* items that a poll is to find */
#define STEPS_MOST (60 * 24)    /* two months of hours */

static int64_t day_of(instant at)
{
	return at / DAY_S - (at % DAY_S < 0);
}

static size_t part_of(instant at)
{
	return (size_t)((at - day_of(at) * DAY_S) / PART_S);
}

/* 1970-01-01 was a Thursday. */
static size_t weekday_of(instant at)
{
	return (size_t)(((day_of(at) + 3) % 7 + 7) % 7);
}

static void count(double *shares, size_t n_shares, size_t (*place)(instant at),
	const instant *recent, size_t n)
{
	for (size_t i = 0; i < n_shares; i++)
		shares[i] = DOUBT;
	for (size_t i = 0; i < n; i++)
		shares[place(recent[i])] += 1.;
	for (size_t i = 0; i < n_shares; i++)
		shares[i] *= (double)n_shares / ((double)n + DOUBT * (double)n_shares);
}

struct rhythm rhythm_of(const instant *recent, size_t n, instant now)
{
	struct rhythm r = {0};
	instant span, silence;

	count(r.part, RHYTHM_PARTS, part_of, recent, 0);
	count(r.weekday, 7, weekday_of, recent, 0);
	if (n < 2)
		return r;
	span = recent[0] - recent[n - 1];
	silence = now - recent[0];
	r.usual_s = (double)span / (double)(n - 1);
	if ((double)silence / (double)n > r.usual_s)
		r.usual_s = (double)silence / (double)n;
	if (r.usual_s < 1.)
		r.usual_s = 1.;
	if (span >= PARTS_FROM)
		count(r.part, RHYTHM_PARTS, part_of, recent, n);
	if (span >= WEEKS_FROM)
		count(r.weekday, 7, weekday_of, recent, n);
	return r;
}

int64_t rhythm_wait(const struct rhythm *r, instant from, int64_t most)
{
	double wanted = WANTED;
	instant at = from;

	if (r->usual_s <= 0.)
		return 0;
	for (int i = 0; i < STEPS_MOST && at - from < most; i++) {
		instant end = at - ((at % HOUR_S) + HOUR_S) % HOUR_S + HOUR_S;
		double rate = r->part[part_of(at)] * r->weekday[weekday_of(at)] / r->usual_s;
		double brings = rate * (double)(end - at);

		if (brings >= wanted) {
			at += (instant)(wanted / rate);
			return at - from < most ? at - from : most;
		}
		wanted -= brings;
		at = end;
	}
	return most;
}
