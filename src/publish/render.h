/*
 * render.h - what a rendering is: media type, begin, item, end
 *
 * Pure: a rendering depends on its arguments alone, never on the moment.  Everything is written
 * by publish/out.h, which escapes for its context.
 */
#ifndef TRIBUTARY_PUBLISH_RENDER_H
#define TRIBUTARY_PUBLISH_RENDER_H

#include "base/buf.h"   /* buf */
#include "store/read.h" /* stored_item, stored_source */

struct arena; /* base/arena.h */

/* A topic of the admin's. */
struct topic_name {
	struct slice name, title; /* title never empty */
};

/* A feed that we publish, without its entries. */
struct outlet {
	struct slice uuid; /* urn:uuid:… is its atom:id */
	struct slice title;
	struct slice self_url; /* absolute: base_url + path and query, or http://localhost/… */
	struct slice base_url; /* absolute, without a slash at its end */
	struct slice home_url; /* base_url and a slash */
	struct slice next_url; /* empty: the last page */
	struct slice page_url; /* of the same for people; empty: home_url */
	struct slice prev_archive_url, next_archive_url; /* RFC 5005 section 4; empty: none */
	struct slice current_url; /* of the feed that this is an archive of; empty: it is none */
	struct slice id;          /* its atom:id where that is not of `uuid` */
	bool shows_withdrawn;     /* an entry that was withdrawn is told whole */
	bool one_per_story;       /* an entry that has a story stands for the whole of it */
	const struct stored_revision *revisions; /* of its only entry */
	size_t n_revisions;
	const struct sibling *also; /* leads of the story's counterparts in other languages */
	size_t n_also;
	const struct topic_name *topics;
	size_t n_topics;
	instant updated; /* the newest of its entries, else of the sources, else 1970 */
	const struct stored_source *sources; /* all, in the order of their numbers */
	size_t n_sources;
};

struct rendering {
	const char *extension;  /* "atom", "rss", "json" */
	const char *media_type; /* with charset */
	void (*begin)(struct buf *out, const struct outlet *o);
	void (*item)(
		struct buf *out, const struct outlet *o, const struct stored_item *i, size_t n);
	void (*end)(struct buf *out, const struct outlet *o);
};

extern const struct rendering render_atom, render_rss, render_json;

/* The page `/`: the river of items by day, filters, and the state of each source. */
struct river {
	const struct item_page *page;
	struct slice source, tag, lang; /* what it is filtered by; empty: not */
	struct slice query; /* the same as a query ("source=un&lang=en"), may be empty */
};
void render_page(struct buf *out, const struct outlet *o, const struct river *r);

/* The page of one item: its text with pictures as links, its sources, its earlier texts. */
void render_item(struct buf *out, const struct outlet *o, const struct stored_item *i,
	const struct stored_revision *revisions, size_t n);

/* The page of one story: its items, what other languages say. */
void render_story(struct buf *out, const struct outlet *o, const struct stored_story *s);

/* The page of all sources. */
void render_sources(struct buf *out, const struct outlet *o);

/* The style sheet of the page. */
struct slice render_style(void);

/* OPML 2.0 of what is followed (retired sources left out; addresses without userinfo). */
void render_opml(struct buf *out, const struct outlet *o);

/*
 * The feed /health.atom: an entry for each thing that is wrong with a source, the newest first, at
 * the date when it began; what is well again has none.  Sets o->updated; needs `a` for the while.
 */
void render_health(struct buf *out, struct outlet *o, struct arena *a);

struct status_totals {
	int64_t items;
	instant now; /* INSTANT_NONE: the rendering says nothing that depends on the moment */
};

/* The document of /status.json and of `tributary status --json`. */
void render_status(struct buf *out, const struct stored_source *sources, size_t n,
	const struct status_totals *totals);

#endif
