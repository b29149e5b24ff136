/*
 * page.h - what the pages for people share
 *
 * Addresses within the site are relative to `up` ("" on /, "../" below), so that the pages work
 * behind any name and prefix.
 */
#ifndef TRIBUTARY_PUBLISH_PAGE_H
#define TRIBUTARY_PUBLISH_PAGE_H

#include "publish/render.h" /* outlet */

/* Doctype to the body's beginning; `query` (may be empty) goes on to the three feeds. */
void page_begin(struct buf *b, const struct outlet *o, const char *up, struct slice query,
	struct slice lang);
void page_end(struct buf *b);

/* `<time>` with the day ("Friday, 31 May 2024") or the time of day ("14:05") in UTC, as text. */
void page_day(struct buf *b, instant at);
void page_time(struct buf *b, instant at);
void page_day_and_time(struct buf *b, instant at);

/* ` lang="…" dir="…"`: right to left where the language or its script is; else as it begins. */
void page_direction(struct buf *b, struct slice lang);

/* A language's own name, else its tag. */
struct slice page_language(struct slice lang);

/* A link to `<up>?name=value`. */
void page_filter(struct buf *b, const char *up, const char *name, struct slice value);

/* A link to somewhere else with its text; the text alone where it is no address. */
void page_link(struct buf *b, struct slice url, struct slice text);

#endif
