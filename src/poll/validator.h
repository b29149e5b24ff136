/*
 * validator.h - request headers from what we know, a verdict from what came.  Pure.
 *
 * RFC 9110 section 13 (conditional requests) and 15 (status codes), RFC 9111 section 4 and 5.
 */
#ifndef TRIBUTARY_POLL_VALIDATOR_H
#define TRIBUTARY_POLL_VALIDATOR_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

struct fetch_answer; /* poll/fetch.h */

/* What we hold of an address's last whole answer. */
struct validators {
	struct slice etag, last_modified; /* exactly as given */
	struct slice url;                 /* they are sent to this address alone */
};

/* What to send when asking `url`: the stored pair or nothing (etiquette.md 1 to 5, 11). */
struct validators validator_request(const struct validators *stored, struct slice url);

enum verdict {
	VERDICT_FRESH,        /* a body to read */
	VERDICT_DELTA,        /* 226: only what is new since the validator (RFC 3229) */
	VERDICT_UNCHANGED,    /* 304 to a conditional request */
	VERDICT_REDIRECT,     /* for this time (302, 303, 307) */
	VERDICT_MOVED,        /* for good, so it says (301, 308) */
	VERDICT_GONE,         /* 410 */
	VERDICT_LATER_DOMAIN, /* 429: leave the domain alone */
	VERDICT_LATER,        /* 503 with Retry-After: leave this address alone */
	VERDICT_BLOCKED,      /* a challenge page (etiquette.md 39) */
	VERDICT_FAILED,       /* anything else */
};

/* `was_conditional`: the request bore a validator. */
enum verdict validator_judge(const struct fetch_answer *a, bool was_conditional);

/* One line on a failure, for `status` and the log: "HTTP 404", "timed out: …".  Into `text`. */
const char *validator_explain(const struct fetch_answer *a, char text[256]);

/* What the answer says of when to ask again; `now` is ours, `Date` corrects clocks that differ. */
struct freshness {
	int64_t lifetime_s;  /* max-age or Expires less Age; NUMBER_NONE: says nothing; 0: no-cache
			      */
	instant retry_after; /* INSTANT_NONE: none, or not readable */
};
struct freshness validator_freshness(const struct fetch_answer *a, instant now);

#endif
