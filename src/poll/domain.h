/*
 * domain.h - registrable domains: connections, gaps, cool-downs
 *
 * libpsl's door.  One table of domains that are busy, paced or told us to wait; time is an
 * argument.  A loopback address that `allow` names is under no gap.
 */
#ifndef TRIBUTARY_POLL_DOMAIN_H
#define TRIBUTARY_POLL_DOMAIN_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

/* The registrable domain of a host ("news.un.org" is of "un.org"); an address or a single label
 * is its own.  Static table of the library; borrowed from `host`. */
struct slice domain_of(struct slice host);

struct domains;

struct domains *domain_open(int per_domain, int64_t gap_ms);
void domain_close(struct domains **d);
void domain_configure(struct domains *d, int per_domain, int64_t gap_ms);

/* Do the names of one address share connections and gaps?  (etiquette.md 23; else no.) */
void domain_share(struct domains *d, bool shares);

/*
 * May a request to `host` start at `now_ms` (milliseconds since 1970)?  0: yes, and it is counted
 * as started; else the milliseconds to wait before asking again, or -1: when one in flight ends.
 * `unpaced` (an allowed loopback) always may.
 */
int64_t domain_start(struct domains *d, struct slice host, int64_t now_ms, bool unpaced);

/* A request to `host` started at `then_ms`, before this process: its gap holds. */
void domain_started(struct domains *d, struct slice host, int64_t then_ms);

/*
 * The request to `host` that is under way is about to connect to `address` (its text).  Answers as
 * domain_start does, for the address; where it may, domain_end of the address must follow, too.
 * The address is remembered: domain_start asks for it as well from now on.
 */
int64_t domain_connect(
	struct domains *d, struct slice host, struct slice address, int64_t now_ms, bool unpaced);

/* A request to `host` ended. */
void domain_end(struct domains *d, struct slice host, int64_t now_ms);

/* The host told us to leave its whole domain alone until then. */
void domain_cool(struct domains *d, struct slice host, int64_t until_ms);

/*
 * The address `url` (any number that stands for it) answered that it is unavailable until then:
 * it is the domain that rests, once LIMIT_UNWELL of its addresses said so with no good answer
 * between.  True where it rests.
 */
bool domain_unwell(
	struct domains *d, struct slice host, uint64_t url, int64_t until_ms, int64_t now_ms);

/* An address of that domain answered well. */
void domain_well(struct domains *d, struct slice host);

/* Milliseconds between the last start to the host's domain and the one before; -1: not known. */
int64_t domain_gap(struct domains *d, struct slice host);

/* The clock was set: gaps and cool-downs are forgotten, requests in flight are not. */
void domain_new_clock(struct domains *d);

/* Until when, in milliseconds; 0: not cooling. */
int64_t domain_cooling(struct domains *d, struct slice host, int64_t now_ms);

#endif
