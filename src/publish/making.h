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
	uint64_t sign; /* of what chooses them: names and tags */
};

/* What one document is made with, and what is made. */
struct making {
	struct store_reader *reader;
	const struct site_conf *conf;
	struct making_sources *sources;
	const struct route *route;
	struct slice target;                  /* as asked, in origin-form */
	const char *state;                    /* the store's folder */
	const struct server_figures *figures; /* NULL: not known */
	struct arena *arena;
	instant now;
	int64_t changed_after; /* of a feed only what changed since that serial; 0: all */
	struct outlet outlet;
	struct buf body; /* the maker's caller clears it */
	const char *media_type;
	enum document_kind kind;
	instant last_modified; /* INSTANT_NONE: not known */
	int64_t serial;        /* of the last change of an entry; 0: it has none */
	int max_age_s;         /* how long caches may keep it */
	const char *why;       /* what the answer says besides its status; NULL: the usual */
	instant until;         /* to be made again then; INSTANT_NONE: when the store changes */
	struct error err;
};

/* 0 and a body, else the status to answer; with `err` where the store failed. */
unsigned making_run(struct making *m);

/*
 * The event behind `after` for /events: appends an entry of it as JSON and gives its number.  1; 0
 * where there is none, -1 and `err` where the store failed.  `route` is not looked at.
 */
int making_event(struct making *m, int64_t after, struct buf *out, int64_t *number_out);

/* The number of the newest event, 0: there is none; -1 and `err`. */
int64_t making_newest_event(struct making *m);

/* They are to be read again. */
void making_forget(struct making_sources *s);

#endif
