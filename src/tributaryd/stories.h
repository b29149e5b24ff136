/*
 * stories.h - which story a stored item tells: src/story decides, the store keeps
 *
 * Between the two: after a poll's items are in the open group, each new one is given to the
 * grouping, and its row goes into the same group; before the commit follows what else changed.
 * Should the group be rolled back, memory is read anew from the store before the next item.
 */
#ifndef TRIBUTARY_TRIBUTARYD_STORIES_H
#define TRIBUTARY_TRIBUTARYD_STORIES_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

struct arena;        /* base/arena.h */
struct error;        /* base/log.h */
struct item;         /* feed/feed.h */
struct item_written; /* store/write.h */
struct stories;
struct store_writer; /* store/write.h */

/* `seed`: any number, as cluster_new takes it.  The store is read at the first need. */
struct stories *stories_open(struct store_writer *store, uint64_t seed);
void stories_close(struct stories **s);

/*
 * The new ones of a poll's `n` items, into the open group.  `lang`: of those that name none.
 * 0, or -1 and `err`: the store failed, the group is to be rolled back.
 */
int stories_add(struct stories *s, const struct item *items, const struct item_written *written,
	size_t n, struct slice lang, instant now, struct error *err);

/* What else changed, into the open group, before its commit.  As above. */
int stories_keep(struct stories *s, struct error *err);

/* The group was rolled back: what is in memory is not what is stored. */
void stories_undo(struct stories *s);

/*
 * The admin's word, in a commit of its own; no group may be open.  0 with what was done in
 * `said_out` (in `a`), 1 with why not, -1 and `err` where the store failed.
 *
 * part: `item` leaves its story for one of its own, for good.  join: it moves into the story of
 * `to` (a story or an item of it), for good.  lock: the story takes no more items by text.
 * unlink: the story is "also in" no other language any more.
 */
int stories_part(struct stories *s, struct slice item, instant now, struct arena *a,
	struct slice *said_out, struct error *err);
int stories_join(struct stories *s, struct slice item, struct slice to, instant now,
	struct arena *a, struct slice *said_out, struct error *err);
int stories_lock(struct stories *s, struct slice story, bool locked, instant now, struct arena *a,
	struct slice *said_out, struct error *err);
int stories_unlink(struct stories *s, struct slice story, instant now, struct arena *a,
	struct slice *said_out, struct error *err);

#endif
