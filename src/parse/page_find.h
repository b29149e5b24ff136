/*
 * page_find.h - a page's feeds, and how it might be read where it has none
 *
 * Gives a feed as its answer, so that it crosses the border like any other: its title and language
 * are the page's; its `links` are what may be feeds, the likeliest first (rel "alternate", their
 * type and title as given); where there are none, its `categories` are the selectors that are
 * proposed (scheme: the option's name in tributary.conf(5), term: the XPath).
 */
#ifndef TRIBUTARY_PARSE_PAGE_FIND_H
#define TRIBUTARY_PARSE_PAGE_FIND_H

#include "parse/parse.h" /* parse_verdict */

struct reading;    /* parse/reading.h */
struct page_xpath; /* parse/page_xpath.h */

enum parse_verdict page_find(struct slice text, struct reading *r);

/* An alternate of a Link header, to be told before the page: into links, if its type is a feed's.
 */
void page_find_header(struct reading *r, struct slice url, struct slice type);

/* page_propose.c: adds the selectors for the structure that repeats, if any does. */
void page_propose(struct page_xpath *p, struct reading *r, struct slice base);

#endif
