/*
 * filters.h - what the river can be filtered by, as plain links
 *
 * Each link keeps the other filters: a filter of one kind takes the place of that kind's.
 */
#ifndef TRIBUTARY_PUBLISH_FILTERS_H
#define TRIBUTARY_PUBLISH_FILTERS_H

#include "publish/page.h"   /* page */
#include "publish/render.h" /* outlet, river */

struct arena; /* base/arena.h */

/* The site's or the view's title, a dash, and what is on in words; in `a`. */
struct slice filters_title(const struct outlet *o, const struct river *r, struct arena *a);

/* The search form; it keeps the filters that are on. */
void filters_search(struct buf *b, const struct river *r);

/* The filters that are on, each a link to the river without it; nothing where none is. */
void filters_on(struct buf *b, const struct outlet *o, const struct river *r);

/* All that can be chosen, and the page's feeds. */
void filters_all(
	struct buf *b, const struct outlet *o, const struct river *r, const struct page *p);

/* The attribute of a link to the river as it is filtered, from its newest entry on. */
void filters_newest(struct buf *b, const struct river *r);

/* The attribute of a link to the river of one language, other filters kept. */
void filters_language(struct buf *b, const struct river *r, struct slice lang);

#endif
