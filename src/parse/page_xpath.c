/*
 * page_xpath.c - see page_xpath.h
 */
#include "parse/page_xpath.h"

#include "base/arena.h"
#include "base/log.h"
#include "parse/page_tree.h"

#define XPATH_OPERATIONS 20000000 /* of all selectors on one page */

static void be_silent(void *data, xmlErrorPtr error)
{
	(void)data, (void)error;
}

bool page_xpath_open(struct page_xpath *p, struct slice html)
{
	xmlSetStructuredErrorFunc(NULL, be_silent);
	p->doc = page_tree_read(html);
	if (p->doc == NULL)
		return false;
	p->context = xmlXPathNewContext(p->doc);
	if (p->context == NULL)
		die("out of memory");
	p->context->opLimit = XPATH_OPERATIONS;
	return true;
}

void page_xpath_close(struct page_xpath *p)
{
	xmlXPathFreeContext(p->context);
	xmlFreeDoc(p->doc);
}

bool page_xpath_is_tired(const struct page_xpath *p)
{
	return p->context->opCount >= XPATH_OPERATIONS;
}

xmlXPathObjectPtr page_xpath_ask(struct page_xpath *p, xmlXPathCompExprPtr what, xmlNodePtr at)
{
	p->context->node = at;
	return xmlXPathCompiledEval(what, p->context);
}

struct slice page_xpath_text(struct page_xpath *p, struct arena *a, const char *path, xmlNodePtr at)
{
	struct slice text = SLICE_NONE;
	xmlXPathObjectPtr found;

	p->context->node = at;
	found = xmlXPathEval((const xmlChar *)path, p->context);
	if (found != NULL) {
		xmlChar *string = xmlXPathCastToString(found);

		text = slice_copy(a, slice_trim(slice_clean(a, slice_of((const char *)string))));
		xmlFree(string);
	}
	xmlXPathFreeObject(found);
	return text;
}

size_t page_xpath_nodes(xmlXPathObjectPtr found, xmlNodePtr **nodes_out)
{
	if (found == NULL || found->type != XPATH_NODESET ||
		xmlXPathNodeSetIsEmpty(found->nodesetval))
		return 0;
	*nodes_out = found->nodesetval->nodeTab;
	return (size_t)found->nodesetval->nodeNr;
}
