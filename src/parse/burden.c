/*
 * burden.c - can gumbo bear this markup?
 *
 * A rough picture of gumbo's stack of open elements: where we cannot be sure that gumbo closes
 * something, it stays open here.
 */
#include "parse/burden.h"
#include "parse/markup.h"

#define LAST 256

/* A formatting element that comes back in each block until it is ended; or a marker. */
struct active {
	struct slice
		tag; /* its start tag, as it stands; empty: a marker, which hides what is before */
	uint16_t element; /* enum html_element */
	uint16_t attributes;
	uint16_t place; /* on the stack, + 1; 0: it was closed with what was around it */
};

struct burden {
	struct {
		struct slice name; /* of one that we do not know */
		enum html_element element;
	} open[LIMIT_HTML_SOURCE_DEPTH];
	size_t depth;
	size_t foreign; /* open svg and math elements: other rules hold within */
	bool is_odd;    /* ... and other rules yet in what is HTML again within them */
	struct active active[LIMIT_HTML_FORMATTING + LIMIT_HTML_SOURCE_DEPTH];
	size_t n_active; /* with markers */
	size_t formatting;
	size_t nodes;
	bool is_sticky[HTML_ELEMENT_COUNT]; /* we lost count of what its end tags end */
	/*
	 * A second opinion, which is never too low: elements end by their own tag alone, right
	 * where they should.  What is open in that sense is what gumbo may have to look through.
	 */
	size_t unclosed;
	uint32_t last[LAST]; /* the names of the innermost, as numbers */
	size_t n_last;
	uint64_t toil; /* the sum over all tags of what was unclosed */
};

static unsigned kind_at(const struct burden *b, size_t i)
{
	return html_elements[b->open[i].element].kind;
}

static bool is_foreign(enum html_element e)
{
	return e == HTML_SVG || e == HTML_MATH;
}

static bool is_mark(const struct active *a)
{
	return a->tag.len == 0;
}

static void forget_active(struct burden *b, size_t i)
{
	b->formatting -= is_mark(&b->active[i]) ? 0 : 1;
	b->n_active--;
	memmove(&b->active[i], &b->active[i + 1], (b->n_active - i) * sizeof b->active[0]);
}

/* Cells and their like take with them what was opened in them and not ended. */
static bool is_marking(unsigned kind)
{
	return kind == KIND_CELL || kind == KIND_CAPTION || kind == KIND_SCOPE;
}

static void pop(struct burden *b)
{
	unsigned kind = kind_at(b, --b->depth);
	bool forget = is_marking(kind);

	b->foreign -= is_foreign(b->open[b->depth].element) ? 1 : 0;
	while (forget) {
		forget = !is_mark(&b->active[b->n_active - 1]);
		forget_active(b, b->n_active - 1);
	}
	if (kind != KIND_FORMAT && kind != KIND_ANCHOR)
		return;
	for (size_t i = b->n_active; i-- > 0;)
		if (b->active[i].place > b->depth)
			b->active[i].place = 0;
}

static void pop_to(struct burden *b, size_t depth)
{
	while (b->depth > depth)
		pop(b);
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
	return kind == KIND_INLINE || kind == KIND_FORMAT || kind == KIND_ANCHOR ||
	       kind == KIND_RUBY || kind == KIND_RUBY_PART || kind == KIND_MEDIA;
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

/* The place of the table that is open, + 1; 0 where there is none. */
static size_t find_table(const struct burden *b)
{
	size_t i = b->depth;

	while (i > 0 && kind_at(b, i - 1) != KIND_TABLE)
		i--;
	return i;
}

/* Is there one of those between whose markers gumbo and we may not agree? */
static bool has_wall(const struct burden *b, size_t from)
{
	for (; from < b->depth; from++)
		if (kind_at(b, from) == KIND_SCOPE || kind_at(b, from) == KIND_WILD)
			return true;
	return false;
}

/* A part of a table begins: what was open in the last one ends.  False outside of tables. */
static bool open_table_part(struct burden *b, unsigned kind)
{
	size_t table = find_table(b), from = table;

	if (table == 0)
		return false;
	if (has_wall(b, table))
		return true;
	for (; from < b->depth; from++)
		if (kind_at(b, from) == kind || kind_at(b, from) == KIND_CAPTION ||
			(kind != KIND_CELL && kind != KIND_ROW && kind_at(b, from) == KIND_SECTION))
			break;
	pop_to(b, from);
	return true;
}

/* A table begins: where another is open, and no cell of it, that ends. */
static void close_table(struct burden *b)
{
	size_t table = find_table(b);

	for (size_t i = table; table > 0 && i < b->depth; i++)
		if (is_marking(kind_at(b, i)))
			return;
	if (table > 0)
		pop_to(b, table - 1);
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
	case KIND_TABLE:
		pop_kind(b, KIND_PARAGRAPH, is_wall);
		close_table(b);
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

static bool push(struct burden *b, enum html_element e, struct slice name)
{
	if (b->depth == LIMIT_HTML_SOURCE_DEPTH)
		return false;
	b->open[b->depth].element = e;
	b->open[b->depth++].name = name;
	b->foreign += is_foreign(e) ? 1 : 0;
	if (is_marking(html_elements[e].kind))
		b->active[b->n_active++] = (struct active){.element = HTML_NONE};
	return true;
}

/* Formatting that was not ended is opened again, attributes and all. */
static bool revive(struct burden *b)
{
	size_t i = b->n_active;

	while (i > 0 && !is_mark(&b->active[i - 1]) && b->active[i - 1].place == 0)
		i--;
	for (; i < b->n_active; i++) {
		if (!push(b, (enum html_element)b->active[i].element, SLICE_NONE))
			return false;
		b->active[i].place = (uint16_t)b->depth;
		b->nodes += 1 + b->active[i].attributes;
	}
	return true;
}

static bool is_formatting(enum html_element e)
{
	return html_elements[e].kind == KIND_FORMAT || html_elements[e].kind == KIND_ANCHOR;
}

/* Of three alike the first is forgotten for a fourth (section 13.2.4.3, "Noah's Ark"). */
static void make_room(struct burden *b, const struct markup_tag *tag, struct slice source)
{
	size_t alike = 0, similar = 0, first = 0;

	for (size_t i = b->n_active; i > 0 && !is_mark(&b->active[i - 1]); i--) {
		const struct active *other = &b->active[i - 1];

		if (other->element != tag->element)
			continue;
		similar += other->attributes == tag->attributes ? 1 : 0;
		if (slice_equal(other->tag, source)) {
			alike++;
			first = i - 1;
		}
	}
	if (alike >= 3)
		forget_active(b, first);
	else if (similar >= 3)
		b->is_sticky[tag->element] = true;
}

/* The last one of this name that no marker hides; n_active: there is none. */
static size_t find_active(const struct burden *b, enum html_element e)
{
	for (size_t i = b->n_active; i > 0 && !is_mark(&b->active[i - 1]); i--)
		if (b->active[i - 1].element == e)
			return i - 1;
	return b->n_active;
}

/* Takes the element at `place` off the stack, and what is open in it unless that holds a block. */
static void take_off(struct burden *b, size_t place)
{
	size_t i = place + 1;

	while (i < b->depth && is_ordinary(kind_at(b, i)))
		i++;
	if (i == b->depth) {
		pop_to(b, place);
		return;
	}
	while (i < b->depth && !is_wall(kind_at(b, i)))
		i++;
	if (i < b->depth)
		return;
	b->depth--;
	memmove(&b->open[place], &b->open[place + 1], (b->depth - place) * sizeof b->open[0]);
	for (i = 0; i < b->n_active; i++)
		if (b->active[i].place > place + 1)
			b->active[i].place--;
}

static void end_formatting(struct burden *b, enum html_element e)
{
	size_t i = find_active(b, e), place;

	if (i == b->n_active)
		return;
	place = b->active[i].place;
	for (size_t j = i + 1; j < b->n_active; j++) /* adoption makes copies */
		b->nodes += 1 + b->active[j].attributes;
	forget_active(b, i);
	if (place > 0 && !b->is_sticky[e])
		take_off(b, place - 1);
}

static bool add_formatting(struct burden *b, const struct markup_tag *tag, struct slice source)
{
	if (html_elements[tag->element].kind == KIND_ANCHOR)
		end_formatting(b, tag->element); /* never within itself */
	if (!revive(b))
		return false;
	make_room(b, tag, source);
	if (b->formatting == LIMIT_HTML_FORMATTING || !push(b, tag->element, tag->name))
		return false;
	b->active[b->n_active++] = (struct active){
		source, (uint16_t)tag->element, (uint16_t)tag->attributes, (uint16_t)b->depth};
	b->formatting++;
	return true;
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
	return (tag->is_closed && !b->is_odd) || push(b, tag->element, tag->name);
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
		return at == KIND_TABLE || at == KIND_SCOPE || at == KIND_WILD;
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

/* A name as a number (FNV-1a), ASCII case aside. */
static uint32_t name_number(struct slice name)
{
	uint32_t n = 2166136261U;

	for (size_t i = 0; i < name.len; i++)
		n = (n ^ ((unsigned char)name.at[i] | 0x20U)) * 16777619U;
	return n;
}

static void count_toil(struct burden *b, const struct markup_tag *tag)
{
	uint32_t name = name_number(tag->name);

	b->toil += b->unclosed;
	if (html_is_void(tag->element) && b->foreign == 0)
		return;
	if (!tag->is_end) {
		b->last[b->unclosed++ % LAST] = name;
		b->n_last += b->n_last < LAST ? 1 : 0;
	} else if (b->n_last > 0 && b->last[(b->unclosed - 1) % LAST] == name) {
		b->unclosed--;
		b->n_last--;
	}
}

/* False where a limit is passed. */
static bool read_tag(struct burden *b, const struct markup_tag *tag, struct slice source)
{
	unsigned kind = html_elements[tag->element].kind;

	b->nodes += 1 + tag->attributes;
	count_toil(b, tag);
	if (tag->attributes > LIMIT_HTML_ATTRIBUTES || b->nodes > LIMIT_HTML_NODES ||
		b->toil > LIMIT_HTML_TOIL)
		return false;
	if (b->foreign > 0)
		return read_foreign(b, tag);
	if (tag->is_end) {
		read_end(b, tag);
		return true;
	}
	if (is_formatting(tag->element))
		return add_formatting(b, tag, source);
	if ((is_ordinary(kind) || kind == KIND_VOID || kind == KIND_SCOPE || kind == KIND_WILD ||
		    kind == KIND_BUTTON || kind == KIND_NOSCRIPT) &&
		!revive(b))
		return false;
	return !make_way(b, tag->element) || push(b, tag->element, tag->name);
}

bool burden_is_bearable(struct slice html)
{
	struct burden b = {.depth = 0};
	struct markup_tag tag;
	size_t len;

	for (; html.len > 0; html = slice_skip(html, len)) {
		len = slice_find_byte(html, '<');
		if (len > 0) {
			if (!revive(&b))
				return false;
			continue;
		}
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
			if (!read_tag(&b, &tag, slice_head(html, len)))
				return false;
			if (b.foreign == 0 && !tag.is_end &&
				html_elements[tag.element].kind == KIND_RAW)
				len += markup_raw(slice_skip(html, len), tag.element);
			break;
		}
	}
	return true;
}
