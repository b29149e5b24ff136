/*
 * page.h - what the pages for people share
 *
 * Addresses within the site are relative to `up` ("" on /, "../" below), so that the pages work
 * behind any name and prefix.  Nothing depends on the moment: days and hours are told as the
 * calendar has them, in the zone of publish/zone.h.
 */
#ifndef TRIBUTARY_PUBLISH_PAGE_H
#define TRIBUTARY_PUBLISH_PAGE_H

#include "publish/render.h" /* outlet */

struct page {
	const char *up;     /* "" or "../" */
	const char *feeds;  /* where its feeds stand, from `up` on: "feed", "item/"; NULL: none */
	struct slice name;  /* the rest of it, up to the dot: a view's name, an item's id */
	struct slice query; /* behind the question mark; may be empty */
	size_t n_forms;     /* of Atom, JSON Feed and RSS the first so many */
	bool is_home;       /* the site's title is the page's first heading */
};

/* Doctype to the site's head, which is left open for a search form. */
void page_begin(struct buf *b, const struct outlet *o, const struct page *p);

/* The same with a form that searches everything, the head closed. */
void page_open(struct buf *b, const struct outlet *o, const struct page *p);

/* The foot, and the end. */
void page_end(struct buf *b, const struct outlet *o, const struct page *p);

/* The names and addresses of the page's feeds, as items of a list. */
void page_feeds(struct buf *b, const struct page *p);

/* `<time>`: "Friday, 31 May 2024", "14:05", "31 May 2024, 14:05"; "never" for INSTANT_NONE. */
void page_day(struct buf *b, instant at);
void page_time(struct buf *b, instant at);
void page_day_and_time(struct buf *b, instant at);

/*
 * ` lang="…" dir="…"` for words in a language that may be another than the page's, English.
 * `dir` only where `text` has letters that are written from right to left: "rtl" in a language
 * that is, else as it begins.
 */
void page_direction(struct buf *b, struct slice lang, struct slice text);

/* Is it a tag of a language that there is (BCP 47)?  Feeds write much else. */
bool page_is_language(struct slice lang);

/* ` lang="…"` where it is, and another than the page's. */
void page_attr_language(struct buf *b, struct slice lang);

/* Is it English, or not said? */
bool page_is_own(struct slice lang);

/* A language's own name, else its tag; and a link's or a word's text in it. */
struct slice page_language(struct slice lang);
void page_language_name(struct buf *b, struct slice lang);

/* At most `most` characters of a text, no word cut, and "…" where it goes on. */
void page_cut(struct buf *b, struct slice text, size_t most);

/* "1 item", "12 items", from left to right wherever it stands. */
void page_count(struct buf *b, size_t n, const char *one, const char *many);

/* A link to somewhere else with its text; the text alone where it is no address. */
void page_link(struct buf *b, struct slice url, struct slice text);

/* A source's name, as a link to what it brought. */
void page_source(struct buf *b, const char *up, const struct stored_source *s);

/* The source of that name, or NULL. */
const struct stored_source *page_find_source(const struct outlet *o, struct slice name);

#endif
