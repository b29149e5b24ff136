/*
 * polling.h - the poller's mind: which source is due, what is asked, what becomes of it
 *
 * fetch → workers → store, on one loop.  It owns no descriptor and asks no clock: who makes it
 * gives it the fetcher, the workers, the store and the time, so that a test can play a year of
 * it against tests/fake.
 */
#ifndef TRIBUTARY_TRIBUTARYD_POLLING_H
#define TRIBUTARY_TRIBUTARYD_POLLING_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

#include <stdbool.h>

struct buf;     /* base/buf.h */
struct conf;    /* conf/conf.h */
struct error;   /* base/log.h */
struct fetcher; /* poll/fetch.h */
struct polling;
struct store_writer; /* store/write.h */
struct stories;      /* tributaryd/stories.h */
struct topics;       /* tributaryd/topics.h */
struct workers;      /* tributaryd/workers.h */

struct polling_setup {
	struct store_writer *store; /* borrowed, as the next two are */
	struct fetcher *fetcher;
	struct workers *workers;
	struct stories *stories; /* NULL: none are told; so the next */
	struct topics *topics;
	int64_t (*now_ms)(void *data); /* milliseconds since 1970 */
	void (*committed)(void *data); /* readers can see something new */
	void *data;
	uint64_t seed; /* of all chance */
	bool once;     /* each source that is due is polled once and no more */
};

struct polling *polling_open(const struct polling_setup *s);

/* Ends what is running, unfinished; what is in the open group is committed. */
void polling_close(struct polling **p);

/*
 * The configuration is `c` from now on, borrowed until the next call or the close.  Sources that
 * are gone stop, running polls of others go on.  -1 and `err` where the store fails; then
 * nothing changed.
 */
int polling_configure(struct polling *p, const struct conf *c, struct error *err);

/*
 * Starts what is due and commits what has waited long enough.  Returns when it wants to be
 * called again, in milliseconds since 1970 (INT64_MAX: not before something else happens), but
 * it is called once a minute in any case: a silence of ten is taken for a clock that was set.
 */
int64_t polling_turn(struct polling *p);

/*
 * Asks these sources (n 0: all) as soon as politeness allows: not twice within a minute.  How
 * many were moved; -1 and `err` where a name is not in the configuration: then none.
 */
int polling_refresh(struct polling *p, const struct slice *names, size_t n, struct error *err);

/* Lets a source's held-back items go.  How many, or -1 and `err`. */
int polling_release(struct polling *p, struct slice name, struct error *err);

/* Commits the open group, so that another may use the store; -1: it failed, and was told. */
int polling_commit(struct polling *p);

/* "tributary/0.1 (+https://…)": who asks, and whom to tell (etiquette.md 46 to 48). */
void polling_agent(const struct conf *c, struct buf *out);

/* Nothing is running, nothing is due but what its domain was told to leave for later, everything
 * is committed. */
bool polling_is_idle(const struct polling *p);

/* A source's last poll failed, of those polled since the start. */
bool polling_has_failed(const struct polling *p);

/* No poll has been running for longer than it may: the watchdog may be fed. */
bool polling_is_well(const struct polling *p);

#endif
