/*
 * fetched.h - one document after the other from the network, each waited for
 *
 * The daemon's own fetch (poll/fetch.h): its address checks, limits and manners; redirects are
 * followed hop by hop as the daemon follows them.
 */
#ifndef TRIBUTARY_TRIBUTARY_FETCHED_H
#define TRIBUTARY_TRIBUTARY_FETCHED_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */
struct error; /* base/log.h */
struct conf;  /* conf/conf.h */
struct asker;

struct fetched {
	struct slice url;  /* where it was in the end */
	struct slice body; /* a mapping: fetched_clear gives it back */
	struct slice content_type, content_location, content_language, link;
	bool is_gzip, is_moved; /* moved: for good, so all hops say */
};

/* `c` may be NULL; `allow`: private prefixes, borrowed.  NULL and `err`. */
struct asker *asker_open(
	const struct conf *c, const struct slice *allow, size_t n_allow, struct error *err);
void asker_close(struct asker **asker);

/*
 * Asks `url`, at least the configured gap after the last request unless private prefixes were
 * allowed.  Texts are made in `a`.  -1 and `err` where nothing to be read came.
 */
int asker_get(struct asker *asker, struct arena *a, struct slice url, struct fetched *out,
	struct error *err);

void fetched_clear(struct fetched *f);

#endif
