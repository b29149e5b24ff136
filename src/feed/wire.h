/*
 * wire.h - feeds and items as bytes, for the border and for the store
 *
 * A parser's answer is a stream of records: each item as it was read, at last the feed's head,
 * then the end.  The poller reads it as if an enemy had written it: no length is trusted, no
 * record is larger than the bytes that are there, a list's count is held against limits.h, an
 * enum against its range, a text against UTF-8.  The same record of one item, which is never
 * changed once released (WIRE_VERSION leads it), is what the store keeps of an item.
 *
 * A record: type (1 byte), length (4 bytes, little endian), payload.  A payload: fields, each
 * its number (1 byte) and its value; fields not given are not written.
 */
#ifndef TRIBUTARY_FEED_WIRE_H
#define TRIBUTARY_FEED_WIRE_H

#include "base/buf.h"  /* buf */
#include "feed/feed.h" /* feed, item */

struct arena; /* base/arena.h */

#define WIRE_VERSION 1

enum wire_record { WIRE_END = 0, WIRE_ITEM = 1, WIRE_FEED = 2 };

/*
 * Appends a whole record, or nothing where it does not fit or out->full is set already; then
 * out->full is.  What limits.h does not let pass is cut at a whole character or at its list's
 * end, or left out where a cut would spoil it (an address, HTML, a number out of its range): so
 * what was put can be got, if its texts are clean.  An item has an id.
 */
void wire_put_item(struct buf *out, const struct item *i);
void wire_put_feed(struct buf *out, const struct feed *f);
void wire_put_end(struct buf *out);

enum wire_verdict {
	WIRE_OK,   /* a record was read */
	WIRE_DONE, /* the end record, with nothing behind it */
	WIRE_BAD,  /* not what wire_put_… writes: whoever wrote it broke the rules */
};

/* What stands next in `*rest`: its type, and its payload cut off `*rest`.  Allocates nothing. */
enum wire_verdict wire_next(
	struct slice *rest, enum wire_record *type_out, struct slice *payload_out);

/*
 * A payload as an item or a feed: lists are made in `a`, texts are borrowed from `payload`.
 * WIRE_OK or WIRE_BAD.
 */
enum wire_verdict wire_get_item(struct slice payload, struct arena *a, struct item *item_out);
enum wire_verdict wire_get_feed(struct slice payload, struct arena *a, struct feed *feed_out);

#endif
