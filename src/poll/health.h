/*
 * health.h - a source against its own habits: alarms that begin and end.  Pure.
 *
 * What is usual is learned from the source itself: how long it pauses, how many items its document
 * has, in which language.  Each alarm begins once and ends once; in between it is in force.
 */
#ifndef TRIBUTARY_POLL_HEALTH_H
#define TRIBUTARY_POLL_HEALTH_H

#include "feed/alarm.h" /* health, alarm */
#include "feed/feed.h"  /* feed, item */

struct arena; /* base/arena.h */

#define HEALTH_FAILURES    3             /* in a row: one or two happen to everybody */
#define HEALTH_SILENT_S    (7 * 86400)   /* no silence is shorter … */
#define HEALTH_SILENT      4             /* … nor than so many of its longest pauses */
#define HEALTH_PAUSE_MOST  (180 * 86400) /* longer ones are not waited for four times */
#define HEALTH_STUCK       5             /* new items that bear dates from before … */
#define HEALTH_STUCK_S     (2 * 86400)   /* … which are so old at least */
#define HEALTH_CERTIFICATE (14 * 86400)

/* What one poll showed. */
struct health_poll {
	instant now;
	/* it failed: */
	int64_t failures; /* in a row, this one among them; 0: it went well */
	enum alarm as;    /* FAILING, BLOCKED or NO_FEED */
	bool is_gone;
	/* it went well: */
	bool is_moved;
	bool is_held;     /* items of it are held back */
	instant cert_end; /* of the certificate that was shown; INSTANT_NONE: none was */
	/* a document was read: */
	const struct feed *feed; /* NULL: it was unchanged */
	const struct item *items;
	size_t n_items;
	bool is_delta;  /* a part of a feed: how many it has says nothing */
	bool is_first;  /* nothing was known of it before */
	size_t fresh;   /* new ones */
	size_t renamed; /* known ones under new keys */
};

/* Learns from the poll; h->alarms is what is in force from now on. */
void health_note(struct health *h, const struct health_poll *p);

/* One sentence on an alarm that just began or is in force, with its figures, in `a`. */
struct slice health_tell(
	const struct health *h, const struct health_poll *p, enum alarm alarm, struct arena *a);

static inline bool health_has(const struct health *h, enum alarm a)
{
	return (h->alarms >> a & 1) != 0;
}

#endif
