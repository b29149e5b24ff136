/*
 * burden.c - can gumbo bear this markup?
 *
 * A rough picture of gumbo's stack of open elements: where we cannot be sure that gumbo closes
 * something, it stays open here.
 */
#include "parse/burden.h"
#include "parse/markup.h"

/*
 * The elements that gumbo may have open.  Formatting ones are counted apart: they may be open at
 * any depth, and open again.
 */
struct burden {
	struct {
		struct slice name; /* of one that we do not know */
		enum html_element element;
	} open[LIMIT_HTML_SOURCE_DEPTH];
	size_t depth;
	size_t foreign; /* open svg and math elements: other rules hold within */
	bool is_odd;    /* ... and other rules yet in what is HTML again within them */
	struct {
		enum html_element element;
		size_t attributes;
	} formatting[LIMIT_HTML_FORMATTING];
	size_t n_formatting;
	size_t weight; /* of one copy of them all: elements and attributes */
	size_t nodes;
};

static unsigned kind_at(const struct burden *b, size_t i)
{
	return html_elements[b->open[i].element].kind;
}

static bool is_foreign(enum html_element e)
{
	return e == HTML_SVG || e == HTML_MATH;
}

static void pop_to(struct burden *b, size_t depth)
{
	while (b->depth > depth)
		if (is_foreign(b->open[--b->depth].element))
			b->foreign--;
}

/* Does the search for an open element end at one of this kind? */
static bool is_wall(unsigned kind)
{
	return kind == KIND_TABLE || kind == KIND_CELL || kind == KIND_CAPTION ||
	       kind == KIND_SCOPE || kind == KIND_FORM || kind == KIND_BUTTON || kind == KIND_WILD;
}

/* Is it one of those that an end tag without rules of its own passes by? */
static bool is_ordinary(unsigned kind)
{
	return kind == KIND_INLINE || kind == KIND_RUBY || kind == KIND_RUBY_PART ||
	       kind == KIND_MEDIA;
}

/* Pops the nearest element of `kind` and all in it, unless a wall or a `stop` is nearer. */
static void pop_kind(struct burden *b, unsigned kind, bool stop(unsigned kind))
{
	for (size_t i = b->depth; i-- > 0;) {
		if (kind_at(b, i) == kind) {
			pop_to(b, i);
			return;
		}
		if (stop(kind_at(b, i)))
			return;
	}
}

/* Blocks that an open list item is not seen through. */
static bool is_item_wall(unsigned kind)
{
	return !is_ordinary(kind) && kind != KIND_DIVISION && kind != KIND_PARAGRAPH;
}

static bool find_table(const struct burden *b, size_t *at_out)
{
	for (size_t i = b->depth; i-- > 0;) {
		if (kind_at(b, i) == KIND_TABLE) {
			*at_out = i;
			return true;
		}
		if (kind_at(b, i) == KIND_WILD)
			return false;
	}
	return false;
}

/* A part of a table begins: what was open in the last one ends.  False outside of tables. */
static bool open_table_part(struct burden *b, unsigned kind)
{
	size_t table, from;

	if (!find_table(b, &table))
		return b->depth > 0 && b->foreign > 0;
	for (from = table + 1; from < b->depth; from++)
		if (kind_at(b, from) == kind || (kind_at(b, from) == KIND_CAPTION) ||
			(kind != KIND_CELL && kind != KIND_ROW && kind_at(b, from) == KIND_SECTION))
			break;
	pop_to(b, from);
	return true;
}

/* What a start tag ends before it begins; false where it begins nothing. */
static bool make_way(struct burden *b, enum html_element e)
{
	unsigned kind = html_elements[e].kind;

	switch (kind) {
	case KIND_ITEM:
	case KIND_TERM:
		pop_kind(b, kind, is_item_wall);
		pop_kind(b, KIND_PARAGRAPH, is_wall);
		return true;
	case KIND_BLOCK:
	case KIND_DIVISION:
	case KIND_LIST:
	case KIND_PARAGRAPH:
	case KIND_PRE:
	case KIND_RULE:
		pop_kind(b, KIND_PARAGRAPH, is_wall);
		return kind != KIND_RULE;
	case KIND_HEADING:
		pop_kind(b, KIND_PARAGRAPH, is_wall);
		if (b->depth > 0 && kind_at(b, b->depth - 1) == KIND_HEADING)
			pop_to(b, b->depth - 1);
		return true;
	case KIND_CAPTION:
	case KIND_COLUMNS:
	case KIND_SECTION:
	case KIND_ROW:
	case KIND_CELL:
		return open_table_part(b, kind);
	case KIND_WILD:
		if ((e == HTML_OPTION || e == HTML_OPTGROUP) && b->depth > 0 &&
			b->open[b->depth - 1].element == HTML_OPTION)
			pop_to(b, b->depth - 1);
		return true;
	default:
		return !html_is_void(e) && kind != KIND_COLUMN && kind != KIND_RAW &&
		       kind != KIND_OUTER;
	}
}

static bool push(struct burden *b, const struct markup_tag *tag)
{
	if (b->depth + b->n_formatting >= LIMIT_HTML_SOURCE_DEPTH)
		return false;
	b->open[b->depth].element = tag->element;
	b->open[b->depth++].name = tag->name;
	b->foreign += is_foreign(tag->element) ? 1 : 0;
	return true;
}

static bool is_formatting(enum html_element e)
{
	return html_elements[e].kind == KIND_FORMAT || html_elements[e].kind == KIND_ANCHOR;
}

/* Three alike are the most that come back (section 13.2.4.3: "Noah's Ark"). */
static bool add_formatting(struct burden *b, const struct markup_tag *tag)
{
	size_t alike = 0;

	for (size_t i = 0; i < b->n_formatting; i++)
		if (b->formatting[i].element == tag->element && b->formatting[i].attributes == 0)
			alike++;
	if (tag->attributes == 0 && alike >= 3)
		return true;
	if (b->n_formatting == LIMIT_HTML_FORMATTING)
		return false;
	b->formatting[b->n_formatting].element = tag->element;
	b->formatting[b->n_formatting++].attributes = tag->attributes;
	b->weight += 1 + tag->attributes;
	return true;
}

static void end_formatting(struct burden *b, enum html_element e)
{
	for (size_t i = b->n_formatting; i-- > 0;) {
		if (b->formatting[i].element != e)
			continue;
		b->nodes += i + 1 < b->n_formatting ? b->weight : 0; /* adoption makes copies */
		b->weight -= 1 + b->formatting[i].attributes;
		b->n_formatting--;
		memmove(&b->formatting[i], &b->formatting[i + 1],
			(b->n_formatting - i) * sizeof b->formatting[0]);
		return;
	}
}

static bool is_top(const struct burden *b, const struct markup_tag *tag)
{
	return b->depth > 0 && b->open[b->depth - 1].element == tag->element &&
	       (tag->element != HTML_NONE ||
		       slice_equal_fold(b->open[b->depth - 1].name, tag->name));
}

/* Within svg and math no name has its rules: what begins may stay open until it ends in turn. */
static bool read_foreign(struct burden *b, const struct markup_tag *tag)
{
	if (tag->is_end) {
		if (is_top(b, tag))
			pop_to(b, b->depth - 1);
		else
			b->is_odd = true;
		return true;
	}
	b->is_odd = b->is_odd || tag->element != HTML_NONE;
	return (tag->is_closed && !b->is_odd) || push(b, tag);
}

/* Does the search for what an end tag ends stop here? */
static bool stops(unsigned kind, unsigned at)
{
	switch (kind) {
	case KIND_TABLE:
	case KIND_COLUMNS:
	case KIND_SECTION:
	case KIND_ROW:
	case KIND_CELL:
	case KIND_CAPTION:
		return at == KIND_TABLE || at == KIND_WILD;
	case KIND_ITEM:
		return is_wall(at) || at == KIND_LIST;
	case KIND_NOSCRIPT:
		return !is_ordinary(at);
	default:
		return is_ordinary(kind) ? !is_ordinary(at) : is_wall(at);
	}
}

static void read_end(struct burden *b, const struct markup_tag *tag)
{
	unsigned kind = html_elements[tag->element].kind;

	b->nodes += is_ordinary(kind) ? 0 : b->weight;
	if (is_formatting(tag->element)) {
		end_formatting(b, tag->element);
		return;
	}
	if (is_top(b, tag)) {
		pop_to(b, b->depth - 1);
		return;
	}
	if (tag->element == HTML_NONE || kind == KIND_WILD || kind == KIND_FORM)
		return; /* gumbo takes all unknown ones for one, and a form out of the middle */
	for (size_t i = b->depth; i-- > 0;) {
		if (b->open[i].element == tag->element ||
			(kind == KIND_HEADING && kind_at(b, i) == KIND_HEADING)) {
			pop_to(b, i);
			return;
		}
		if (stops(kind, kind_at(b, i)))
			return;
	}
}

/* False where a limit is passed. */
static bool read_tag(struct burden *b, const struct markup_tag *tag)
{
	unsigned kind = html_elements[tag->element].kind;

	b->nodes += 1 + tag->attributes;
	if (tag->attributes > LIMIT_HTML_ATTRIBUTES || b->nodes > LIMIT_HTML_NODES)
		return false;
	if (b->foreign > 0)
		return read_foreign(b, tag);
	if (tag->is_end) {
		read_end(b, tag);
		return true;
	}
	if (is_formatting(tag->element))
		return add_formatting(b, tag);
	b->nodes += is_ordinary(kind) || kind == KIND_VOID ? 0 : b->weight;
	return !make_way(b, tag->element) || push(b, tag);
}

bool burden_is_bearable(struct slice html)
{
	struct burden b = {.depth = 0};
	struct markup_tag tag;
	size_t len;

	for (; (html = slice_skip(html, slice_find_byte(html, '<'))).len > 0;
		html = slice_skip(html, len)) {
		len = 1;
		switch (markup_kind(html)) {
		case MARKUP_TEXT:
			break;
		case MARKUP_COMMENT:
			len = markup_comment(html);
			b.is_odd = b.is_odd || slice_starts(html, "<![");
			break;
		case MARKUP_TAG:
			len = markup_tag(html, &tag);
			if (len == 0)
				return true; /* it never ends, and is dropped */
			if (!read_tag(&b, &tag))
				return false;
			if (b.foreign == 0 && !tag.is_end &&
				html_elements[tag.element].kind == KIND_RAW)
				len += markup_raw(slice_skip(html, len), tag.element);
			break;
		}
	}
	return true;
}
