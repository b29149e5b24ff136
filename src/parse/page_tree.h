/*
 * page_tree.h - an HTML page as gumbo reads it, as a small tree for XPath
 *
 * gumbo's and libxml2's door beside tagsoup.c and xml.c.  Elements and attributes are in no
 * namespace and in lower case; comments, scripts and styles are left out.
 */
#ifndef TRIBUTARY_PARSE_PAGE_TREE_H
#define TRIBUTARY_PARSE_PAGE_TREE_H

#include "base/slice.h" /* slice */

#include <libxml/tree.h>

/* NULL where the page is past the limits (burden.h); else the caller's, by xmlFreeDoc. */
xmlDocPtr page_tree_read(struct slice html);

#endif
