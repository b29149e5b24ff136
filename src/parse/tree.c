/*
 * tree.c - what is open while markup is read in one pass
 */
#include "parse/tree.h"
#include "parse/canonical.h"

enum html_kind tree_kind(const struct tree *t, size_t at)
{
	return (enum html_kind)html_elements[t->open[at].element].kind;
}

enum html_kind tree_top(const struct tree *t)
{
	return t->depth == 0 ? KIND_DIVISION : tree_kind(t, t->depth - 1);
}

size_t tree_find(const struct tree *t, uint32_t kinds, uint32_t walls)
{
	for (size_t i = t->depth; i > 0; i--) {
		uint32_t kind = tree_set_of(tree_kind(t, i - 1));

		if ((kind & kinds) != 0)
			return i;
		if ((kind & walls) != 0)
			return 0;
	}
	return 0;
}

size_t tree_find_element(const struct tree *t, enum html_element e, uint32_t walls)
{
	for (size_t i = t->depth; i > 0; i--) {
		if (t->open[i - 1].element == e)
			return i;
		if ((tree_set_of(tree_kind(t, i - 1)) & walls) != 0)
			return 0;
	}
	return 0;
}

/* The values that count, with their references read. */
static void decode_values(struct tree *t, const struct markup_tag *tag)
{
	uint32_t left =
		tag->values.given & html_elements[html_elements[tag->element].as].attributes;

	if (tag->element == HTML_IMG)
		left |= tag->values.given & UINT32_C(1) << HTML_AT_STYLE;
	t->values.given = left;
	for (; left != 0; left &= left - 1) {
		int a = __builtin_ctz(left);

		t->values.at[a] = markup_decode(t->to->arena, tag->values.at[a]);
	}
}

static bool put_start(struct tree *t, const struct markup_tag *tag)
{
	unsigned as = html_elements[tag->element].as;

	if (t->gone > 0 || as == HTML_NONE || as == HTML_GONE)
		return false;
	decode_values(t, tag);
	return canonical_open(t->to, tag->element, &t->values);
}

bool tree_push(struct tree *t, const struct markup_tag *tag)
{
	if (t->depth == LIMIT_HTML_SOURCE_DEPTH)
		return false;
	t->open[t->depth].name = tag->name;
	t->open[t->depth].element = (unsigned char)tag->element;
	t->open[t->depth].written = put_start(t, tag);
	t->depth++;
	t->gone += html_elements[tag->element].as == HTML_GONE ? 1 : 0;
	return true;
}

bool tree_push_implied(struct tree *t, enum html_element e)
{
	const struct markup_tag tag = {
		.name = slice_from(html_elements[e].name, html_elements[e].length), .element = e};

	return tree_push(t, &tag);
}

void tree_put_void(struct tree *t, const struct markup_tag *tag)
{
	(void)put_start(t, tag);
}

/* The active formatting element at this place of the stack, or t->formats. */
static size_t format_at(const struct tree *t, size_t place)
{
	for (size_t i = t->formats; i-- > 0;)
		if (t->format[i].open == place + 1)
			return i;
	return t->formats;
}

static bool is_format(enum html_kind kind)
{
	return kind == KIND_FORMAT || kind == KIND_ANCHOR;
}

void tree_close_to(struct tree *t, size_t depth)
{
	while (t->depth > depth) {
		const struct tree_element *top = &t->open[--t->depth];

		if (top->written)
			canonical_close(t->to);
		if (html_elements[top->element].as == HTML_GONE)
			t->gone--;
		if (is_format(tree_kind(t, t->depth))) {
			size_t i = format_at(t, t->depth);

			if (i < t->formats)
				t->format[i].open = 0;
		}
	}
}

void tree_close(struct tree *t, size_t place)
{
	if (place > 0)
		tree_close_to(t, place - 1);
}

void tree_put_text(struct tree *t, struct slice text)
{
	if (t->gone == 0)
		canonical_text(t->to, text);
}

void tree_put_plain(struct tree *t, struct slice text)
{
	if (t->gone == 0)
		canonical_plain(t->to, text);
}

static bool is_marker(const struct tree_format *f)
{
	return f->tag.len == 0;
}

static bool open_again(struct tree *t, struct tree_format *f)
{
	struct markup_tag tag;

	(void)markup_tag(f->tag, &tag);
	if (!tree_push(t, &tag))
		return false;
	f->open = t->depth;
	return true;
}

bool tree_revive(struct tree *t)
{
	size_t i = t->formats;

	while (i > 0 && !is_marker(&t->format[i - 1]) && t->format[i - 1].open == 0)
		i--;
	for (; i < t->formats; i++)
		if (!open_again(t, &t->format[i]))
			return false;
	return true;
}

bool tree_push_format(struct tree *t, const struct markup_tag *tag, struct slice source)
{
	size_t alike = 0;

	if (!tree_revive(t))
		return false;
	for (size_t i = t->formats; i > 0 && !is_marker(&t->format[i - 1]); i--)
		alike += t->format[i - 1].element == tag->element ? 1 : 0;
	/* A fourth of a kind may make the first be forgotten ("Noah's Ark"). */
	if (alike >= 3 || t->formats == LIMIT_HTML_FORMATTING || !tree_push(t, tag))
		return false;
	t->format[t->formats++] =
		(struct tree_format){source, (unsigned char)tag->element, t->depth};
	return true;
}

/* The last active one of this name since the last marker, its place + 1; or 0. */
static size_t find_format(const struct tree *t, enum html_element e)
{
	for (size_t i = t->formats; i > 0 && !is_marker(&t->format[i - 1]); i--)
		if (t->format[i - 1].element == e)
			return i;
	return 0;
}

bool tree_has_format(const struct tree *t, enum html_element e)
{
	return find_format(t, e) > 0;
}

bool tree_end_format(struct tree *t, enum html_element e)
{
	size_t found = find_format(t, e), place;

	if (found == 0)
		return true;
	place = t->format[found - 1].open;
	/* With a block open in it, the "adoption agency" begins its work. */
	for (size_t i = place; place > 0 && i < t->depth; i++)
		if ((tree_set_of(tree_kind(t, i)) & TREE_ORDINARY) == 0)
			return false;
	if (place > 0)
		tree_close_to(t, place - 1);
	t->formats--;
	memmove(&t->format[found - 1], &t->format[found],
		(t->formats - (found - 1)) * sizeof t->format[0]);
	return true;
}

bool tree_mark(struct tree *t)
{
	if (t->formats == LIMIT_HTML_FORMATTING)
		return false;
	t->format[t->formats++] = (struct tree_format){.open = 0};
	return true;
}

void tree_clear_mark(struct tree *t)
{
	while (t->formats > 0 && !is_marker(&t->format[--t->formats]))
		;
}
