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
	struct slice site;     /* the title of the whole, for the pages */
	struct slice zone;     /* the time zone that the pages' times are of; empty: UTC */
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

/* A view, as the pages name it. */
struct view_name {
	struct slice name, title; /* title never empty */
};

/* The page `/`, and that of a view: the river of items by day, and all it can be filtered by. */
struct river {
	const struct item_query *asked; /* what it is filtered by */
	struct slice filter;     /* the same as a query ("source=un&lang=en"), may be empty */
	struct slice feed_query; /* the query of the feeds that hold just what it shows */
	struct slice view;       /* its name; empty: the merged feed */
	const struct view_name *views;
	size_t n_views;
	bool shows_all;         /* each item, as asked for; else one a story */
	struct slice complaint; /* what is wrong with the words to search for; empty: nothing */
};

/*
 * Head, entries, end; `before` is the place of the entry before it, INSTANT_NONE for the first;
 * `n` is how many there were.
 */
void render_river_begin(struct buf *out, const struct outlet *o, const struct river *r);
void render_river_entry(struct buf *out, const struct outlet *o, const struct river *r,
	const struct stored_item *i, instant before);
void render_river_end(struct buf *out, const struct outlet *o, const struct river *r, size_t n);

/* The page of one item: its text with pictures as links, its sources, its earlier texts. */
void render_item(struct buf *out, const struct outlet *o, const struct stored_item *i,
	const struct stored_revision *revisions, size_t n);

/* The page of one story: its items, what other languages say. */
void render_story(struct buf *out, const struct outlet *o, const struct stored_story *s);

/* How many items a source had on each of so many days, the oldest first. */
#define RHYTHM_DAYS 56
struct rhythm {
	instant from; /* the midnight that the first day begins with */
	int64_t items[RHYTHM_DAYS];
};

/* The sources that the page of sources lists; the unwell first, then by number. */
struct source_list {
	const struct stored_source *const *at;
	const struct rhythm *rhythms; /* one for each */
	size_t n;
};
void render_sources(struct buf *out, const struct outlet *o, const struct source_list *list);

/* The style sheet of the pages. */
void render_style(struct buf *out);

/* OPML 2.0 of what is followed (retired sources left out; addresses without userinfo). */
void render_opml(struct buf *out, const struct outlet *o);

/*
 * The feed /health.atom: an entry for each alarm, in force or ended lately, for each possible gap
 * and whatever else the admin should know, the newest first, at the date when it began or ended.
 * o->sources are in the order of their numbers.  Sets o->updated; needs `a` for the while.
 */
void render_health(struct buf *out, struct outlet *o, const struct stored_alarm *alarms,
	size_t n_alarms, struct arena *a);

struct status_totals {
	int64_t items;
	instant now; /* INSTANT_NONE: the rendering says nothing that depends on the moment */
};

/* The document of /status.json and of `tributary status --json`. */
void render_status(struct buf *out, const struct stored_source *sources, size_t n,
	const struct status_totals *totals);

#endif
