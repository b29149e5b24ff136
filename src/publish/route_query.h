/*
 * route_query.h - what stands behind a target's question mark
 *
 * Pure; route.h says what a bad parameter leads to.
 */
#ifndef TRIBUTARY_PUBLISH_ROUTE_QUERY_H
#define TRIBUTARY_PUBLISH_ROUTE_QUERY_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */
struct route; /* publish/route.h */

/* Which parameters a kind of path takes. */
enum route_takes {
	TAKES_NOTHING,
	TAKES_QUERY,  /* all that choose entries */
	TAKES_NUMBER, /* `after` alone, a number */
};

/* Percent-decoded, in `a`; a '%' that leads nothing stands for itself. */
struct slice route_query_decode(struct arena *a, struct slice s, bool plus_is_space);

/* Reads `query` into the route's query, filter and the like; false, and its `why`: a bad one. */
bool route_query_read(
	struct slice query, enum route_takes takes, struct arena *a, struct route *route_out);

#endif
