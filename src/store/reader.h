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

/* The item of a number, with its text and its sightings.  1 found, 0 none, -1 and `err`. */
int read_item(struct store_reader *r, int64_t number, struct arena *a, struct stored_item *item_out,
	struct error *err);

#endif
