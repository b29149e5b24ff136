/*
 * health.c - see health.h
 */
#include "poll/health.h"

#define FAILURES_FROM 3
#define SILENT_TIMES  4
#define SILENT_LEAST  (7 * 86400)

/* The longest time between two of its items that we know of; 0: not known. */
static int64_t longest_gap(const struct health *h)
{
	int64_t longest = 0;

	for (size_t i = 0; i + 1 < h->n_recent; i++) {
		int64_t gap = h->recent[i] - h->recent[i + 1];

		if (gap > longest)
			longest = gap;
	}
	return longest;
}

enum health_alarm health_judge(const struct health *h, instant now)
{
	int64_t gap = longest_gap(h);
	int64_t patience = gap * SILENT_TIMES > SILENT_LEAST ? gap * SILENT_TIMES : SILENT_LEAST;

	if (h->failures >= FAILURES_FROM)
		return HEALTH_FAILING;
	if (gap > 0 && h->last_new != INSTANT_NONE && now - h->last_new > patience)
		return HEALTH_SILENT;
	return HEALTH_WELL;
}

const char *health_alarm_name(enum health_alarm a)
{
	static const char *const names[] = {"well", "failing", "silent"};

	return names[a];
}
