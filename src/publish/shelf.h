/*
 * shelf.h - finished documents by the target that asks for them
 *
 * Bounded by LIMIT_CACHE_BYTES and LIMIT_CACHE_DOCUMENTS: what was not asked for the longest goes
 * first.
 */
#ifndef TRIBUTARY_PUBLISH_SHELF_H
#define TRIBUTARY_PUBLISH_SHELF_H

#include "publish/document.h" /* document */

struct shelf;

struct shelf *shelf_new(void);
void shelf_free(struct shelf **s);

/* The document kept for `target`, borrowed until the next shelf_put or shelf_clear; or NULL. */
struct document *shelf_get(struct shelf *s, struct slice target, instant now);

/*
 * Keeps a document, which is the shelf's from here on, until `until` (INSTANT_NONE: until
 * shelf_clear).  It lives at least until the next shelf_put.
 */
void shelf_put(struct shelf *s, struct slice target, struct document *d, instant until);

void shelf_clear(struct shelf *s);

#endif
