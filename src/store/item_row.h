/*
 * item_row.h - an item as the store has it, for reader and writer alike
 */
#ifndef TRIBUTARY_STORE_ITEM_ROW_H
#define TRIBUTARY_STORE_ITEM_ROW_H

#include "store/read.h"

struct store; /* store/store.h */

/*
 * The item of a number, with its text, its sightings, its topics and its story, but without what
 * stands beside it there.  1 found, 0 none, -1 and `err`.  Texts in `a`.
 */
int item_row_read(struct store *s, int64_t number, struct arena *a, struct stored_item *item_out,
	struct error *err);

/* Its text, as put by wire_put_item.  0, or -1 and `err`: it is damaged. */
int item_row_text(struct slice wire, struct arena *a, struct item *item_out, int64_t number,
	struct error *err);

/* 32 hex digits, in `a`; and back: false, no 16 bytes in hex digits (dashes are passed over). */
struct slice item_row_hex(struct arena *a, const struct digest *d);
bool item_row_unhex(struct slice hex, struct digest *to);

/* The public id that an item's public id or atom:id stands for; a story's: false, it is none. */
struct digest item_row_public(struct slice any_id);
bool item_row_story_id(struct slice any_id, struct digest *to);

/* "urn:uuid:…" of a story's id, in `a`. */
struct slice item_row_urn(struct arena *a, const struct digest *public);

#endif
