/*
 * fake_store.h - store/read.h over arrays, for the tests of this room
 *
 * Linked in the place of src/store: the same header, answered out of `fake_store`.
 */
#ifndef TRIBUTARY_TESTS_FAKE_STORE_H
#define TRIBUTARY_TESTS_FAKE_STORE_H

#include "store/read.h"

extern struct fake_store {
	struct stored_item *items; /* newest place first */
	size_t n_items;
	struct stored_source *sources; /* by name */
	size_t n_sources;
	int64_t serial;
	instant changed;
	bool is_absent; /* cannot be opened */
	bool is_broken; /* answers nothing */
	bool is_broad;  /* because too much would match */
	unsigned reads; /* how often items were asked for */
} fake_store;

/* An item and a source with all that the store always gives. */
void fake_item(struct stored_item *i, int64_t number, const char *title);
void fake_source(struct stored_source *s, int64_t number, const char *name);

/* `n` items of two sources, an hour between them, the newest at `newest`; until fake_empty. */
void fake_fill(size_t n, instant newest);
void fake_empty(void);

#endif
