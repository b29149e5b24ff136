/*
 * alarm.h - what can be wrong with a source over time, and what must be remembered to tell it
 *
 * poll/health decides when an alarm begins and ends, the store keeps it, publish and the admin's
 * command show it.  Names are for ever: they stand in stores, feeds and figures.
 */
#ifndef TRIBUTARY_FEED_ALARM_H
#define TRIBUTARY_FEED_ALARM_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

enum alarm {
	ALARM_FAILING,     /* it does not answer, or with an error, three times in a row */
	ALARM_BLOCKED,     /* so often a challenge page came */
	ALARM_NO_FEED,     /* so often something came that is no feed, mostly a web page */
	ALARM_GONE,        /* it says that it is gone for good */
	ALARM_MOVED,       /* it is asked elsewhere than the configuration says */
	ALARM_EMPTY,       /* no items, where it had some */
	ALARM_SHRUNK,      /* less than a third of the items that it usually has */
	ALARM_SILENT,      /* nothing new for much longer than it ever paused */
	ALARM_FROZEN,      /* its new items bear old dates */
	ALARM_RENAMED,     /* known items come under new ids */
	ALARM_LANGUAGE,    /* another language than usual */
	ALARM_HELD,        /* new items are held back until the admin releases them */
	ALARM_CERTIFICATE, /* its certificate ends within two weeks */
	ALARMS,
};

/* "failing", "no-feed", …  Static. */
const char *alarm_name(enum alarm a);

/* The alarm of that name, or ALARMS. */
enum alarm alarm_of(struct slice name);

/* What follows the source's name in a sentence: "has fallen silent", "has news again".  Static. */
const char *alarm_begun(enum alarm a);
const char *alarm_ended(enum alarm a);

#define ALARM_TONGUE_BYTES 4 /* a primary subtag of two or three letters and its NUL */

/* What is remembered of a source between two polls; all zero but the instants: nothing yet. */
struct health {
	uint32_t alarms; /* a bit each, by enum alarm, that are in force */
	instant lively;  /* when it last showed something new; INSTANT_NONE: never */
	int64_t pause_s; /* how long it usually pauses at most; 0: not known */
	instant newest;  /* the latest date that an item of it stated; INSTANT_NONE */
	int64_t stuck;   /* new items since that date grew */
	int64_t usual;   /* sixteenths of an item that its document usually has */
	char tongue[ALARM_TONGUE_BYTES]; /* its language; empty: not known */
	int64_t tongue_trust;            /* documents that were in it, 10 at most */
};

#define HEALTH_NOTHING ((struct health){.lively = INSTANT_NONE, .newest = INSTANT_NONE})

#endif
