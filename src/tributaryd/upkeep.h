/*
 * upkeep.h - idle work, in slices of some milliseconds
 *
 * Retention and checkpoints, the index of words, what is to be tagged again, the backup of the day.
 * Each slice is a commit of its own: no group may be open.
 */
#ifndef TRIBUTARY_TRIBUTARYD_UPKEEP_H
#define TRIBUTARY_TRIBUTARYD_UPKEEP_H

#include "base/clock.h" /* instant */

#include <stdbool.h>

struct error;        /* base/log.h */
struct store_writer; /* store/write.h */
struct topics;       /* tributaryd/topics.h */

struct upkeep {
	struct store_writer *store; /* borrowed, as the next */
	struct topics *topics;
	int64_t keep_backups; /* how many stay; 0: none is made */
};

/*
 * A slice of each kind.  *visible_out: readers can see a change; *more_out: there is more to do.
 * 0, or -1 and `err` where the store failed.
 */
int upkeep_slice(
	const struct upkeep *u, instant now, bool *visible_out, bool *more_out, struct error *err);

#endif
