/*
 * topics.h - the admin's topics: src/story's table of rules, and the store that keeps what it finds
 *
 * A poll's new and revised items are tagged in the group that stores them.  Where the rules have
 * changed, what was stored before is tagged again in slices of idle work, from where the last
 * process left off.
 */
#ifndef TRIBUTARY_TRIBUTARYD_TOPICS_H
#define TRIBUTARY_TRIBUTARYD_TOPICS_H

#include "base/slice.h" /* slice */

#include <stdbool.h>

struct conf;         /* conf/conf.h */
struct error;        /* base/log.h */
struct item;         /* feed/feed.h */
struct item_written; /* store/write.h */
struct store_writer; /* store/write.h */
struct topics;

struct topics *topics_open(struct store_writer *store);
void topics_close(struct topics **t);

/*
 * The rules are those of `c` from now on.  -1 and `err` where a rule is none (naming file and
 * line) or the store fails; then the former stay in force.
 */
int topics_configure(struct topics *t, const struct conf *c, struct error *err);

/*
 * Tags the new and revised ones of a poll's `n` items, into the open group.  `lang`: of those
 * that name none.  0, or -1 and `err`: the store failed, the group is to be rolled back.
 */
int topics_add(struct topics *t, const struct item *items, const struct item_written *written,
	size_t n, struct slice source, struct slice lang, struct error *err);

/*
 * A slice of what is to be tagged again, in a commit of its own; no group may be open.
 * *visible_out: readers can see a change; *more_out: there is more to do.
 */
int topics_slice(struct topics *t, bool *visible_out, bool *more_out, struct error *err);

#endif
