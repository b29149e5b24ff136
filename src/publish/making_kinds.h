/*
 * making_kinds.h - one function for each kind of document: making.c's own
 */
#ifndef TRIBUTARY_PUBLISH_MAKING_KINDS_H
#define TRIBUTARY_PUBLISH_MAKING_KINDS_H

#include "publish/making.h"

struct gathering; /* publish/gather.h */

/* 0 made, else the status to answer. */
typedef unsigned maker(struct making *m);

maker make_feed, make_archive, make_item, make_story;       /* feeds, and one of a kind */
maker make_page, make_sources, make_opml, make_style;       /* for people */
maker make_status, make_metrics, make_health, make_nothing; /* for admins */

/* Ceiling of a document that is no feed: OPML and status of 100 000 sources. */
#define MAKING_BYTES ((size_t)64 << 20)

/* What the configuration says into the outlet. */
void making_outlet(struct making *m);

/* The heads of the sources into the outlet; `fresh`: as they are now.  503 or 0. */
unsigned making_sources(struct making *m, bool fresh);

/* View, title, UUID and question of a feed or the page; *empty_out: nothing can match. */
unsigned making_ask(
	struct making *m, struct item_query *query, struct gathering *g, bool *empty_out);

/* What a question that failed is answered: 400 for words that find too much, else 503. */
unsigned making_failed(struct making *m);

/* Dates, serial and `next` out of what was gathered; `limit` as asked for. */
void making_ends(struct making *m, const struct gathering *g, size_t limit);

/* Head, entries, end: the head says what is known when the entries are there. */
void making_put(struct making *m, struct buf *entries);

/* base_url and what printf makes of the rest, in the arena. */
struct slice making_url(struct making *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
