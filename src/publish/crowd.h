/*
 * crowd.h - who is connected, until when, and who goes first when it is full
 *
 * Pure: a table of deadlines.  A connection waits for a request's header, or is being answered,
 * or is idle between two requests; each state has its own patience (limits.h), so that each
 * state's list is in the order of its deadlines and all here is O(1).  threats.md P1.
 *
 *    ASKING --header whole--> ANSWERED --answer sent--> IDLE --header whole--> ANSWERED
 *    and from anywhere, when its time is over or its place is needed: CLOSING
 */
#ifndef TRIBUTARY_PUBLISH_CROWD_H
#define TRIBUTARY_PUBLISH_CROWD_H

#include <stddef.h>

enum guest_state {
	GUEST_ASKING,
	GUEST_ANSWERED,
	GUEST_IDLE,
	GUEST_CLOSING, /* told to go; no deadline */
	GUEST_STATES
};

/* One connection; stands in its owner's struct. */
struct guest {
	struct guest *before, *after;
	enum guest_state state;
	double deadline; /* seconds, on the clock that the caller uses */
};

struct guest_list {
	struct guest *first, *last;
};

/* All that came in by one kind of door. */
struct crowd {
	struct guest_list lists[GUEST_STATES];
	size_t n, most;
};

void crowd_init(struct crowd *c, size_t most);

/* A new connection, ASKING. */
void crowd_add(struct crowd *c, struct guest *g, double now);

/* Its state from `now` on. */
void crowd_move(struct crowd *c, struct guest *g, enum guest_state state, double now);

/* It is gone. */
void crowd_remove(struct crowd *c, struct guest *g);

/* When the next one is due; a negative number: nobody is waiting. */
double crowd_next(const struct crowd *c);

/* Somebody whose time is over, or NULL. */
struct guest *crowd_due(const struct crowd *c, double now);

/*
 * Who makes room for another one: the oldest idle, else the one that has been asking longest,
 * else the one being answered longest.  NULL while there is room, or where all are closing.
 */
struct guest *crowd_excess(const struct crowd *c);

#endif
