/*
 * route.h - path and query to what is asked for
 *
 * Pure.  A fixed table of paths; nothing of a request ever becomes a path of the file system, and
 * what a parameter may be is said here.  A parameter that is not known, stands twice where it may
 * not, or has a value that it cannot have is a mistake that the answer names.
 */
#ifndef TRIBUTARY_PUBLISH_ROUTE_H
#define TRIBUTARY_PUBLISH_ROUTE_H

#include "publish/render.h" /* rendering, item_query */

struct arena; /* base/arena.h */

enum route_kind {
	ROUTE_FEED,    /* the merged feed or a view, in `form` */
	ROUTE_PAGE,    /* `/` */
	ROUTE_ITEM,    /* one item: a page, or in `form` */
	ROUTE_STORY,   /* one story: the same */
	ROUTE_ARCHIVE, /* one archive of RFC 5005 */
	ROUTE_SOURCES, /* a page */
	ROUTE_OPML,
	ROUTE_STATUS,
	ROUTE_METRICS,
	ROUTE_HEALTH,
	ROUTE_EVENTS,
	ROUTE_STYLE,
};

/* Whether a feed has one entry a story. */
enum route_stories { STORIES_AS_VIEW, STORIES_ALL, STORIES_ONE };

enum route_verdict {
	ROUTE_OK,
	ROUTE_UNKNOWN, /* there is no such path: 404 */
	ROUTE_BAD,     /* a parameter is wrong: 400; `why` names it */
};

struct route {
	enum route_kind kind;
	const struct rendering *form; /* NULL: HTML, or the kind's only form */
	struct slice path;            /* as asked */
	struct slice name;            /* of a view, decoded; empty: the merged feed */
	struct slice id;              /* of an item or a story, decoded */
	int64_t number;               /* of an archive; `after` of /events, -1: not given */
	enum route_stories stories;
	struct item_query query; /* lists and cursor in the arena */
	struct slice filter;     /* the query without limit and cursor, in one fixed order */
	char why[128];           /* where ROUTE_BAD: one line of our own words */
};

/*
 * Reads a request target (RFC 9112 section 3.2: origin-form or absolute-form).  Texts and lists
 * are in `a`.
 */
enum route_verdict route_parse(struct slice target, struct arena *a, struct route *route_out);

/* The origin-form of a target: an absolute-form's scheme and authority cut off, no fragment. */
struct slice route_origin_form(struct slice target);

/* Appends `path?filter` with limit (0: none) and a cursor (NULL: none), as a target. */
void route_put(struct buf *out, struct slice path, struct slice filter, size_t limit,
	const struct place *after);

#endif
