/*
 * gather.h - a view's entries out of the store, a few at a time
 *
 * So that memory does not grow with a page of a thousand megabyte items: entries are read in
 * small batches, rendered at once, and forgotten.  Pages end early where they grow past
 * LIMIT_DOCUMENT_BYTES; `more` and `last` say where the next begins.
 */
#ifndef TRIBUTARY_PUBLISH_GATHER_H
#define TRIBUTARY_PUBLISH_GATHER_H

#include "base/arena.h" /* arena */
#include "base/buf.h"   /* buf */
#include "store/read.h" /* stored_item, item_query */

struct gathering {
	void (*put)(void *data, const struct stored_item *i, size_t n, struct buf *entries);
	void *data;
	const struct slice *topics; /* what has none of these is passed over; n 0: nothing is */
	size_t n_topics;
	int64_t changed_after; /* so is what did not change since that serial of the store */
	struct buf entries;
	size_t most_bytes; /* of entries; then the page ends */
	size_t n;          /* how many were walked over, put or not */
	size_t kept;       /* how many were put */
	bool more;         /* older ones match too */
	struct place last; /* behind the last that was put */
	instant updated;   /* the newest of their `updated` */
	instant changed;   /* when the newest came, or was changed */
	instant oldest;    /* the first to come of them */
	int64_t serial;    /* of the commit that last changed one of them */
};

/* Sets all that is not asked: the caller's are put, data, topics and changed_after. */
void gathering_init(struct gathering *g);
void gathering_clear(struct gathering *g);

/*
 * Puts what `q` asks for; its limit 0 is the default window: LIMIT_DEFAULT_ENTRIES and all
 * within LIMIT_DEFAULT_WINDOW_S of the newest.  -1 and `err` where the store fails.
 */
int gather(
	struct store_reader *r, const struct item_query *q, struct gathering *g, struct error *err);

#endif
