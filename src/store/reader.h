/*
 * reader.h - what the reader's files share; nobody else needs it
 */
#ifndef TRIBUTARY_STORE_READER_H
#define TRIBUTARY_STORE_READER_H

#include "store/read.h"
#include "store/store.h"

struct store_reader {
	struct store store;
	int depth; /* of store_read_begin: a question within another's snapshot opens none */
};

/* The number of an item by any of its names.  1 found, 0 none, -1 and `err`. */
int read_number(
	struct store_reader *r, struct slice any_id, int64_t *number_out, struct error *err);

/* What stands beside the items of one answer, read once a story; all NULL at first. */
struct story_shelf;
struct story_book {
	struct story_shelf *shelves; /* a hash; in the arena of the answer */
};
int read_siblings(struct store_reader *r, struct story_book *book, struct arena *a,
	struct stored_item *item, struct error *err);
void read_siblings_end(struct story_book *book);

/* The lead of an item's story; itself, where it has none. */
int read_lead_of(struct store_reader *r, int64_t item, int64_t *lead_out, struct error *err);

/* The item of a number and all that is said of it.  1 found, 0 none, -1 and `err`. */
int read_item(struct store_reader *r, int64_t number, struct arena *a, struct stored_item *item_out,
	struct error *err);

/* read_alarms.c: those in force of a source, oldest first. */
int alarms_of(struct store_reader *r, int64_t source, struct arena *a,
	struct stored_alarm **alarms_out, size_t *n_out, struct error *err);

#endif
