/*
 * tagsoup.c - any markup, read as browsers read it; gumbo's door
 */
#include "parse/tagsoup.h"
#include "parse/burden.h"
#include "parse/canonical.h"

#include <gumbo.h>

/* Deeper trees than burden.h lets by are not met; what would be deeper is left out. */
#define DEPTH_MAX 512

static enum html_element element_of(const GumboElement *e)
{
	GumboStringPiece name = e->original_tag;

	if (e->tag != GUMBO_TAG_UNKNOWN)
		return html_find(slice_of(gumbo_normalized_tagname(e->tag)));
	gumbo_tag_from_original_text(&name);
	return html_find(slice_from(name.data, name.length));
}

static void read_values(const GumboVector *attributes, struct markup_values *values_out)
{
	values_out->given = 0;
	for (unsigned i = 0; i < attributes->length; i++) {
		const GumboAttribute *given = attributes->data[i];
		enum html_attribute a = html_find_attribute(slice_of(given->name));

		if (a < HTML_ATTRIBUTE_COUNT && (values_out->given >> a & 1) == 0) {
			values_out->given |= UINT32_C(1) << a;
			values_out->at[a] = slice_of(given->value);
		}
	}
}

/* An element whose children are being read. */
struct level {
	const GumboVector *children;
	unsigned next;
	bool written;
};

/* Writes an element's beginning; false where nothing in it is wanted. */
static bool enter(const GumboElement *e, struct canonical *to, struct level *level_out)
{
	struct markup_values values;
	enum html_element element = element_of(e);

	if (e->tag_namespace != GUMBO_NAMESPACE_HTML || html_elements[element].as == HTML_GONE)
		return false;
	read_values(&e->attributes, &values);
	*level_out = (struct level){&e->children, 0, canonical_open(to, element, &values)};
	return true;
}

static void read_tree(const GumboVector *top, struct canonical *to)
{
	struct level levels[DEPTH_MAX];
	size_t depth = 1;

	levels[0] = (struct level){top, 0, false};
	while (depth > 0) {
		struct level *l = &levels[depth - 1];
		const GumboNode *node;

		if (l->next == l->children->length) {
			if (l->written)
				canonical_close(to);
			depth--;
			continue;
		}
		node = l->children->data[l->next++];
		if (node->type == GUMBO_NODE_ELEMENT) {
			if (depth < DEPTH_MAX && enter(&node->v.element, to, &levels[depth]))
				depth++;
		} else if (node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE) {
			canonical_text(to, slice_of(node->v.text.text));
		}
	}
}

bool tagsoup_read(struct slice html, struct canonical *to)
{
	GumboOptions options = kGumboDefaultOptions;
	GumboOutput *tree;

	if (!burden_is_bearable(html))
		return false;
	options.fragment_context = GUMBO_TAG_DIV;
	options.max_errors = 0; /* each error record would copy the stack of open elements */
	tree = gumbo_parse_with_options(&options, html.len > 0 ? html.at : "", html.len);
	read_tree(&tree->root->v.element.children, to);
	gumbo_destroy_output(&options, tree);
	return true;
}
