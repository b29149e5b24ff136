/*
 * page_tree.c - an HTML page as gumbo reads it, as a small tree for XPath
 */
#include "parse/page_tree.h"

#include "base/log.h"
#include "parse/burden.h"

#include <gumbo.h>

#define DEPTH_MAX 512 /* burden.h lets no deeper pages by */

struct level {
	const GumboVector *children;
	unsigned next;
	xmlNodePtr to;
};

static void *there(void *made)
{
	if (made == NULL)
		die("out of memory");
	return made;
}

static void put_attributes(xmlNodePtr to, const GumboVector *attributes)
{
	for (unsigned i = 0; i < attributes->length; i++) {
		const GumboAttribute *a = attributes->data[i];

		xmlNewProp(to, (const xmlChar *)a->name, (const xmlChar *)a->value);
	}
}

static xmlNodePtr new_element(xmlDocPtr doc, const GumboElement *e)
{
	GumboStringPiece piece = e->original_tag;
	const char *name = gumbo_normalized_tagname(e->tag);
	char own[32] = "x";

	if (e->tag == GUMBO_TAG_UNKNOWN) {
		gumbo_tag_from_original_text(&piece);
		for (size_t i = 0; i < piece.length && i < sizeof own - 1; i++)
			own[i] = (char)(piece.data[i] >= 'A' && piece.data[i] <= 'Z'
						? piece.data[i] | 0x20
						: piece.data[i]);
		name = own;
	}

	xmlNodePtr node = there(xmlNewDocNode(doc, NULL, (const xmlChar *)name, NULL));

	put_attributes(node, &e->attributes);
	return node;
}

static bool is_left_out(GumboTag tag)
{
	return tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_NOSCRIPT ||
	       tag == GUMBO_TAG_TEMPLATE;
}

static void put_text(xmlNodePtr to, const char *text)
{
	xmlAddChild(to, there(xmlNewDocText(to->doc, (const xmlChar *)text)));
}

static void put_tree(xmlDocPtr doc, const GumboNode *root)
{
	struct level levels[DEPTH_MAX];
	size_t depth = 1;
	xmlNodePtr top = new_element(doc, &root->v.element);

	xmlDocSetRootElement(doc, top);
	levels[0] = (struct level){&root->v.element.children, 0, top};
	while (depth > 0) {
		struct level *l = &levels[depth - 1];

		if (l->next == l->children->length) {
			depth--;
			continue;
		}

		const GumboNode *node = l->children->data[l->next++];

		if (node->type == GUMBO_NODE_ELEMENT && depth < DEPTH_MAX &&
			!is_left_out(node->v.element.tag)) {
			xmlNodePtr made = new_element(doc, &node->v.element);

			xmlAddChild(l->to, made);
			levels[depth++] = (struct level){&node->v.element.children, 0, made};
		} else if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE ||
			   node->type == GUMBO_NODE_CDATA) {
			put_text(l->to, node->v.text.text);
		}
	}
}

xmlDocPtr page_tree_read(struct slice html)
{
	GumboOptions options = kGumboDefaultOptions;
	GumboOutput *output;
	xmlDocPtr doc;

	if (!burden_is_bearable(html))
		return NULL;
	options.max_errors = 0;
	output = there(gumbo_parse_with_options(&options, html.at, html.len));
	doc = there(xmlNewDoc((const xmlChar *)"1.0"));
	put_tree(doc, output->root);
	gumbo_destroy_output(&options, output);
	return doc;
}
