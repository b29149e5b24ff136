/*
 * view.h - a view and a request's parameters to one question to the store
 *
 * Pure.  The parameters narrow a view, they never widen it.
 */
#ifndef TRIBUTARY_PUBLISH_VIEW_H
#define TRIBUTARY_PUBLISH_VIEW_H

#include "publish/route.h" /* route */

/* A view as configured; n 0: all. */
struct view {
	struct slice name, title;
	struct slice *sources, *tags, *langs, *topics;
	size_t n_sources, n_tags, n_langs, n_topics;
	struct slice q;     /* words to search for; empty: none */
	bool one_per_story; /* `stories = one`, unless the request says otherwise */
	int64_t limit;      /* entries, or less than 1: the default window */
};

enum view_verdict {
	VIEW_OK,
	VIEW_EMPTY,    /* nothing can match */
	VIEW_UNKNOWN,  /* a source is asked for that there is not */
	VIEW_TOO_LONG, /* the words of both are too many */
};

/*
 * `v` NULL: the merged feed.  Lists of *query_out are borrowed or in `a`.  Where both name topics
 * the query has the view's, and the request's are to be held against what comes (view_has_topic).
 */
enum view_verdict view_query(const struct view *v, const struct route *r,
	const struct stored_source *sources, size_t n_sources, struct arena *a,
	struct item_query *query_out);

/* Has the item one of these topics?  n 0: any will do. */
bool view_has_topic(const struct slice *topics, size_t n, const struct stored_item *i);

/* The merged feed's or the view's title, and what it is filtered by, in `a`. */
struct slice view_title(struct slice title, const struct route *r,
	const struct stored_source *sources, size_t n_sources, struct arena *a);

#endif
