/*
 * making.h - one document out of the store
 *
 * A route, one snapshot, and what the configuration says, to the bytes that are sent.
 */
#ifndef TRIBUTARY_PUBLISH_MAKING_H
#define TRIBUTARY_PUBLISH_MAKING_H

#include "base/arena.h"       /* arena */
#include "base/log.h"         /* error */
#include "publish/document.h" /* document_kind */
#include "publish/site.h"     /* site_conf */

/* The heads of all sources, read once for each state of the store. */
struct making_sources {
	struct arena arena;
	struct stored_source *at; /* by number; NULL: to be read */
	size_t n;
};

/* What one document is made with, and what is made. */
struct making {
	struct store_reader *reader;
	const struct site_conf *conf;
	struct making_sources *sources;
	const struct route *route;
	struct slice target; /* as asked, in origin-form */
	struct arena *arena;
	instant now;
	struct outlet outlet;
	struct buf body; /* the maker's caller clears it */
	const char *media_type;
	enum document_kind kind;
	instant last_modified; /* INSTANT_NONE: not known */
	instant until;         /* to be made again then; INSTANT_NONE: when the store changes */
	struct error err;
};

/* 0 and a body, else the status to answer; with `err` where the store failed. */
unsigned making_run(struct making *m);

/* They are to be read again. */
void making_forget(struct making_sources *s);

#endif
