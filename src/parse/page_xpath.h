/*
 * page_xpath.h - XPath on a page's tree: what page.c, page_find.c and page_propose.c share
 *
 * Expressions are XPath 1.0; what all of one page's cost is bounded.
 */
#ifndef TRIBUTARY_PARSE_PAGE_XPATH_H
#define TRIBUTARY_PARSE_PAGE_XPATH_H

#include "base/slice.h" /* slice */

#include <libxml/xpath.h>

struct arena; /* base/arena.h */

struct page_xpath {
	xmlDocPtr doc;
	xmlXPathContextPtr context;
};

/* The tree of `html`; false where it is past the limits (then nothing is to be closed). */
bool page_xpath_open(struct page_xpath *p, struct slice html);
void page_xpath_close(struct page_xpath *p);

/* Was so much work asked for that expressions are not answered any more? */
bool page_xpath_is_tired(const struct page_xpath *p);

/* The caller's, by xmlXPathFreeObject; NULL where it cannot be answered. */
xmlXPathObjectPtr page_xpath_ask(struct page_xpath *p, xmlXPathCompExprPtr what, xmlNodePtr at);

/* What `path` gives at `at` as clean text without space around it, in `a`. */
struct slice page_xpath_text(
	struct page_xpath *p, struct arena *a, const char *path, xmlNodePtr at);

/* How many nodes a set holds, and its nodes; 0 where it is no set. */
size_t page_xpath_nodes(xmlXPathObjectPtr found, xmlNodePtr **nodes_out);

#endif
