/*
 * onepass.c - plain markup, read as browsers read it, in one pass
 *
 * HTML Standard, section 13.2.6.4.7 ("in body").  Each handler returns false for what is left to
 * gumbo.
 */
#include "parse/onepass.h"
#include "parse/canonical.h"
#include "parse/table.h"
#include "parse/tree.h"

struct pass {
	struct tree tree;
	struct slice html; /* what is left of it */
	bool eats_newline; /* a <pre> has just begun */
	struct markup_tag tag;
};

#define NOT_ORDINARY (~TREE_ORDINARY)
/* What an open list item is not seen through. */
#define ITEM_WALLS (NOT_ORDINARY & ~(TREE_SET(DIVISION) | TREE_SET(PARAGRAPH)))

/* The paragraph that a block, or its end tag, ends; its place + 1, or 0. */
static size_t find_paragraph(const struct tree *t)
{
	return tree_find(t, TREE_SET(PARAGRAPH), TREE_SCOPE | TREE_SET(BUTTON));
}

/* --- start tags */

/* What opens where formatting that was not closed comes back first. */
static bool is_reviving(enum html_element e)
{
	return e == HTML_BR || e == HTML_IMG || e == HTML_WBR || e == HTML_EMBED ||
	       e == HTML_AREA || e == HTML_INPUT || e == HTML_KEYGEN;
}

static bool start_anchor(struct tree *t, const struct markup_tag *tag, struct slice source)
{
	if (tag->element == HTML_NOBR && !tree_revive(t))
		return false;
	if (tree_has_format(t, tag->element) && !tree_end_format(t, tag->element))
		return false;
	return tree_push_format(t, tag, source);
}

static bool start_ruby_part(struct tree *t, const struct markup_tag *tag)
{
	if (tree_top(t) == KIND_RUBY_PART)
		tree_close_to(t, t->depth - 1);
	return tree_top(t) == KIND_RUBY && tree_push(t, tag);
}

/* A block: no paragraph stays open for it, and none like it where they are never nested. */
static bool start_block(struct tree *t, const struct markup_tag *tag)
{
	enum html_kind kind = markup_kind_of(tag);

	if (kind == KIND_ITEM || kind == KIND_TERM)
		tree_close(t, tree_find(t, tree_set_of(kind), ITEM_WALLS));
	tree_close(t, find_paragraph(t));
	if (kind == KIND_HEADING && tree_top(t) == KIND_HEADING)
		tree_close_to(t, t->depth - 1);
	if (kind == KIND_RULE) {
		tree_put_void(t, tag);
		return true;
	}
	return tree_push(t, tag);
}

static bool start_form(struct tree *t, const struct markup_tag *tag)
{
	if (t->has_form)
		return true;
	t->has_form = true;
	return start_block(t, tag);
}

static bool start_void(struct tree *t, const struct markup_tag *tag)
{
	if (is_reviving(tag->element) && !tree_revive(t))
		return false;
	tree_put_void(t, tag);
	return true;
}

static enum tree_step start_in_body(
	struct pass *p, const struct markup_tag *tag, struct slice source)
{
	struct tree *t = &p->tree;
	bool ok = true;

	switch (markup_kind_of(tag)) {
	case KIND_INLINE:
	case KIND_RUBY:
	case KIND_MEDIA:
	case KIND_NOSCRIPT:
		ok = tree_revive(t) && tree_push(t, tag);
		break;
	case KIND_SCOPE:
		ok = tree_revive(t) && tree_push(t, tag) && tree_mark(t);
		break;
	case KIND_FORMAT:
		ok = tree_push_format(t, tag, source);
		break;
	case KIND_ANCHOR:
		ok = start_anchor(t, tag, source);
		break;
	case KIND_PRE:
	case KIND_BLOCK:
	case KIND_DIVISION:
	case KIND_PARAGRAPH:
	case KIND_HEADING:
	case KIND_LIST:
	case KIND_ITEM:
	case KIND_TERM:
	case KIND_RULE:
	case KIND_TABLE:
		ok = start_block(t, tag);
		p->eats_newline = markup_kind_of(tag) == KIND_PRE;
		break;
	case KIND_RUBY_PART:
		ok = start_ruby_part(t, tag);
		break;
	case KIND_SOURCE:
	case KIND_VOID:
		ok = start_void(t, tag);
		break;
	case KIND_FORM:
		ok = start_form(t, tag);
		break;
	case KIND_BUTTON:
		ok = tree_find(t, TREE_SET(BUTTON), TREE_SCOPE) == 0 && tree_revive(t) &&
		     tree_push(t, tag);
		break;
	case KIND_CAPTION:
	case KIND_COLUMNS:
	case KIND_COLUMN:
	case KIND_SECTION:
	case KIND_ROW:
	case KIND_CELL:
		return table_start_outside(t);
	case KIND_RAW:
	case KIND_OUTER:
		break;
	case KIND_WILD:
	case KIND_COUNT:
		return TREE_LEFT;
	}
	return ok ? TREE_DONE : TREE_LEFT;
}

/* --- end tags */

/* One without rules of its own: it ends its like, but not through a block. */
static bool end_ordinary(struct tree *t, const struct markup_tag *tag)
{
	size_t place;

	if (tag->element != HTML_NONE) {
		tree_close(t, tree_find_element(t, tag->element, NOT_ORDINARY));
		return true;
	}
	/* gumbo takes all that it does not know for one and the same. */
	place = tree_find_element(t, HTML_NONE, NOT_ORDINARY);
	if (place == 0)
		return true;
	if (place != t->depth || !slice_equal_fold(t->open[place - 1].name, tag->name))
		return false;
	tree_close(t, place);
	return true;
}

static bool end_paragraph(struct tree *t)
{
	size_t place = find_paragraph(t);

	if (place == 0) {
		if (!tree_push_implied(t, HTML_P))
			return false;
		place = t->depth;
	}
	tree_close(t, place);
	return true;
}

static bool end_scope(struct tree *t, enum html_element e)
{
	size_t place = tree_find_element(t, e, TREE_SCOPE);

	if (place == 0) /* gumbo looks beyond others of its kind */
		return tree_find(t, TREE_SET(SCOPE), 0) == 0;
	tree_close(t, place);
	tree_clear_mark(t);
	return true;
}

/* It ends its form alone: what is still open in it would go on without it. */
static bool end_form(struct tree *t)
{
	size_t place = tree_find(t, TREE_SET(FORM), TREE_SCOPE);
	uint32_t implied =
		TREE_SET(ITEM) | TREE_SET(TERM) | TREE_SET(PARAGRAPH) | TREE_SET(RUBY_PART);
	bool is_open = t->has_form && place > 0;

	t->has_form = false;
	while (is_open && t->depth > place && (tree_set_of(tree_top(t)) & implied) != 0)
		tree_close_to(t, t->depth - 1);
	if (is_open && t->depth > place)
		return false;
	tree_close(t, is_open ? place : 0);
	return true;
}

static enum tree_step end_in_body(struct tree *t, const struct markup_tag *tag)
{
	bool ok = true;

	switch (markup_kind_of(tag)) {
	case KIND_INLINE:
	case KIND_RUBY:
	case KIND_RUBY_PART:
	case KIND_MEDIA:
	case KIND_NOSCRIPT:
		ok = end_ordinary(t, tag);
		break;
	case KIND_FORMAT:
	case KIND_ANCHOR:
		ok = tree_end_format(t, tag->element);
		break;
	case KIND_PARAGRAPH:
		ok = end_paragraph(t);
		break;
	case KIND_HEADING:
		tree_close(t, tree_find(t, TREE_SET(HEADING), TREE_SCOPE));
		break;
	case KIND_ITEM:
		tree_close(t, tree_find_element(t, tag->element, TREE_SCOPE | TREE_SET(LIST)));
		break;
	case KIND_BLOCK:
	case KIND_DIVISION:
	case KIND_LIST:
	case KIND_PRE:
	case KIND_TERM:
	case KIND_BUTTON:
		tree_close(t, tree_find_element(t, tag->element, TREE_SCOPE));
		break;
	case KIND_FORM:
		ok = end_form(t);
		break;
	case KIND_SCOPE:
		ok = end_scope(t, tag->element);
		break;
	case KIND_TABLE:
	case KIND_CAPTION:
	case KIND_COLUMNS:
	case KIND_COLUMN:
	case KIND_SECTION:
	case KIND_ROW:
	case KIND_CELL:
		return table_end_outside(t, tag);
	case KIND_VOID:
		ok = tag->element != HTML_BR;
		break;
	case KIND_SOURCE:
	case KIND_RULE:
	case KIND_RAW:
	case KIND_OUTER:
	case KIND_WILD: /* never open here */
	case KIND_COUNT:
		break;
	}
	return ok ? TREE_DONE : TREE_LEFT;
}

/* --- tokens */

static bool is_hex_digit(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Is it a character's number so large that gumbo loses count? */
static bool is_long_number(struct slice reference)
{
	size_t zeros = 2;

	if (!slice_starts(reference, "&#"))
		return false;
	while (zeros < reference.len && memchr("xX0", reference.at[zeros], 3) != NULL)
		zeros++;
	for (size_t i = zeros; i < zeros + 8; i++)
		if (i >= reference.len || !is_hex_digit(reference.at[i]))
			return false;
	return true;
}

/* Is there nothing in it that slice_clean would change, nor gumbo read in its own way? */
static enum onepass_verdict judge(struct slice s)
{
	while ((s = slice_skip(s, html_plain(s, false))).len > 0) {
		if (memchr("&<>", s.at[0], 3) == NULL)
			return ONEPASS_UNCLEAN;
		if (is_long_number(s))
			return ONEPASS_LEFT;
		s = slice_skip(s, 1);
	}
	return ONEPASS_DONE;
}

/* The length of an element's raw text; SIZE_MAX where that is hard to tell. */
static size_t raw_text(struct slice s, enum html_element e)
{
	size_t len = markup_raw(s, e);

	if (e == HTML_SCRIPT && slice_find(slice_head(s, len), SLICE("<!--")) < len)
		return SIZE_MAX;
	return len;
}

static bool apply_tag(struct pass *p, const struct markup_tag *tag, struct slice source)
{
	enum tree_step step = TREE_AGAIN;

	if (tag->attributes > LIMIT_HTML_ATTRIBUTES || tag->is_doubled)
		return false;
	while (step == TREE_AGAIN) {
		if (tag->is_end)
			step = table_is_open(&p->tree) ? table_end(&p->tree, tag)
						       : end_in_body(&p->tree, tag);
		else
			step = table_is_open(&p->tree) ? table_start(&p->tree, tag)
						       : start_in_body(p, tag, source);
	}
	return step == TREE_DONE;
}

static bool is_blank(struct slice s)
{
	return slice_trim(s).len == 0;
}

static bool read_text(struct pass *p, struct slice text, bool is_plain)
{
	struct tree *t = &p->tree;

	if (table_is_open(t) ? !is_plain || !is_blank(text) : !tree_revive(t))
		return false;
	if (is_plain)
		tree_put_plain(t, text);
	else
		tree_put_text(t, text);
	return true;
}

/* Text, without references, from the start of what is left; its length. */
static size_t text_length(struct pass *p)
{
	return html_plain(p->html, false);
}

static enum onepass_verdict read_plain(struct pass *p, size_t len)
{
	struct slice text = slice_head(p->html, len);

	if (p->eats_newline && text.at[0] == '\n')
		text = slice_skip(text, 1);
	p->html = slice_skip(p->html, len);
	return text.len == 0 || read_text(p, text, true) ? ONEPASS_DONE : ONEPASS_LEFT;
}

static enum onepass_verdict read_reference(struct pass *p)
{
	char text[MARKUP_REFERENCE];
	size_t text_len = 1, len = markup_reference(p->html, false, text, &text_len);
	struct slice decoded = len == 0 ? SLICE("&") : slice_from(text, text_len);

	if (p->eats_newline && decoded.at[0] == '\n')
		return ONEPASS_LEFT; /* is it the newline that is eaten? */
	if (is_long_number(p->html) || !read_text(p, decoded, false))
		return ONEPASS_LEFT;
	p->html = slice_skip(p->html, len == 0 ? 1 : len);
	return ONEPASS_DONE;
}

/* The length of the tag that is left, and of the raw text behind it; 0: gumbo must tell. */
static size_t read_tag(struct pass *p)
{
	struct markup_tag *tag = &p->tag;
	size_t len = markup_tag(p->html, tag), raw;

	if (len == 0)
		return p->html.len; /* it never ends, and is dropped */
	if (!apply_tag(p, tag, slice_head(p->html, len)))
		return 0;
	if (tag->is_end || markup_kind_of(tag) != KIND_RAW)
		return len;
	raw = raw_text(slice_skip(p->html, len), tag->element);
	return raw == SIZE_MAX ? 0 : len + raw;
}

/* What begins with a `<`. */
static enum onepass_verdict read_less(struct pass *p)
{
	enum markup_kind kind = markup_kind(p->html);
	struct slice source;
	size_t len = 0;

	if (kind != MARKUP_COMMENT || p->html.at[1] != '/' || p->html.at[2] != '>')
		p->eats_newline = false; /* but `</>` is no token at all */
	switch (kind) {
	case MARKUP_TEXT:
		len = read_text(p, SLICE("<"), false) ? 1 : 0;
		break;
	case MARKUP_COMMENT:
		len = markup_comment(p->html);
		break;
	case MARKUP_TAG:
		len = read_tag(p);
		break;
	}
	source = slice_head(p->html, len);
	p->html = slice_skip(p->html, len);
	return len == 0 ? ONEPASS_LEFT : judge(source);
}

static enum onepass_verdict read_next(struct pass *p)
{
	size_t len = text_length(p);
	enum onepass_verdict verdict;

	if (len == 0 && p->html.at[0] == '<')
		return read_less(p);
	if (len > 0)
		verdict = read_plain(p, len);
	else if (p->html.at[0] == '&')
		verdict = read_reference(p);
	else if (p->html.at[0] != '>')
		return ONEPASS_UNCLEAN;
	else {
		verdict = read_text(p, SLICE(">"), false) ? ONEPASS_DONE : ONEPASS_LEFT;
		p->html = slice_skip(p->html, 1);
	}
	p->eats_newline = false;
	return verdict;
}

enum onepass_verdict onepass_read(struct slice html, struct canonical *to)
{
	enum onepass_verdict verdict = ONEPASS_DONE;
	struct pass p = {.html = html};

	p.tree.to = to;
	while (verdict == ONEPASS_DONE && p.html.len > 0)
		verdict = read_next(&p);
	if (verdict == ONEPASS_DONE)
		tree_close_to(&p.tree, 0);
	return verdict;
}
