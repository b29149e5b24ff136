/*
 * agenda.h - what is due first: a heap of instants
 *
 * Each entry lies in its owner and knows its place, so that moving or removing it takes
 * logarithmic time and no memory but one pointer an entry.  uthash has no heap.
 */
#ifndef TRIBUTARY_POLL_AGENDA_H
#define TRIBUTARY_POLL_AGENDA_H

#include <stddef.h>
#include <stdint.h>

struct agenda_entry {
	int64_t at_ms; /* milliseconds since 1970 */
	size_t place;  /* 0: not in the agenda; else one more than its index */
};

struct agenda {
	struct agenda_entry **at;
	size_t n, cap;
};

void agenda_init(struct agenda *g);
void agenda_clear(struct agenda *g); /* the entries are their owners' */

/* Puts the entry in at `at_ms`, or moves it there. */
void agenda_put(struct agenda *g, struct agenda_entry *e, int64_t at_ms);

/* Takes it out, where it is in. */
void agenda_remove(struct agenda *g, struct agenda_entry *e);

/* The entry that is due first, or NULL. */
struct agenda_entry *agenda_first(const struct agenda *g);

#endif
