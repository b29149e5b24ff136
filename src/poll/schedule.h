/*
 * schedule.h - when to ask a feed again
 *
 * A pure decision.  RFC 9111 section 4.2 (freshness), RFC 9110 section 10.2.3 (Retry-After), RSS
 * 2.0 <ttl>, <skipHours>, <skipDays>; etiquette.md 13 to 21 and 31 to 38.
 */
#ifndef TRIBUTARY_POLL_SCHEDULE_H
#define TRIBUTARY_POLL_SCHEDULE_H

#include "base/clock.h" /* instant */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf; /* base/buf.h */

/* All that the decision depends on. */
struct schedule {
	/* the configuration's bounds */
	int64_t every_s; /* -1: by the source's own rhythm */
	int64_t at_least_s, at_most_s;
	/* the source */
	int64_t update_interval_s; /* ttl, sy:; -1 none */
	uint32_t skip_hours;       /* bits, as struct feed's */
	uint8_t skip_days;
	const instant *recent; /* when its newest items came, newest first */
	size_t n_recent;
	/* the last answer */
	instant last_poll;       /* when it was asked */
	int64_t fresh_s;         /* freshness lifetime; -1 unknown */
	instant retry_after;     /* INSTANT_NONE: none */
	int64_t failures;        /* in a row, this one counted; 0: it went well */
	instant failing_since;   /* when it last went well; INSTANT_NONE: never */
	int64_t usual_s;         /* the interval in force until then; 0: not known */
	bool slow_down;          /* it says that it is asked too often, not for how long */
	size_t n_items, n_fresh; /* of the last document that was read; 0, 0: unchanged */
	/* chance, drawn by the caller: any 64 bits */
	uint64_t chance;
};

/* What the interval was made of, in the order in which it was decided. */
struct schedule_answer {
	instant next;
	int64_t interval_s; /* before jitter */
	const char *reason; /* static words: what decided: "its own rhythm", "Retry-After", … */
	/* how it came about; seconds, -1: played no part */
	double usual_s;    /* between two of its items; 0: not known yet */
	int64_t rhythm_s;  /* the interval of its own rhythm */
	int64_t overlap_s; /* shortened, for more than half of the document was new */
	int64_t wish_s;    /* the longer one that the feed or the answer asks for */
	int64_t bound_s;   /* at_least or at_most of the configuration, which moved it */
	int64_t grown_s;   /* the back-off after failures */
	int64_t jitter_s;  /* the most that chance adds */
	instant waits;     /* Retry-After, where it moved the instant; else INSTANT_NONE */
	instant skips;     /* past the hours and days that the feed skips; else INSTANT_NONE */
};

/* Never before last_poll + at_least_s; cannot fail. */
struct schedule_answer schedule_next(const struct schedule *s, instant now);

/*
 * The decision of schedule_next in words, a line each step, into `out`: with chance 0, so the first
 * instant that it may have come to; it decides by schedule_next itself.
 */
void schedule_explain(const struct schedule *s, instant now, struct buf *out);

/*
 * At start: a stored instant made sane (clock jumps: at most at_most_s or the stored Retry-After
 * ahead) and what is overdue spread: `chance` picks within `spread_s` from now on.
 */
instant schedule_resume(instant stored_next, instant last_poll, const struct schedule *s,
	int64_t spread_s, instant now);

#endif
