/*
 * gate_element.c - start tags and end tags, and which elements are open
 */
#include "parse/gate_inside.h"
#include "parse/space.h"

#define STRAYS_MAX                                                                                 \
	10000 /* ends without a beginning, for which all open elements are looked through */

static struct slice prefix_of(struct slice name)
{
	return slice_head(
		name, name.len == slice_find_byte(name, ':') ? 0 : slice_find_byte(name, ':'));
}

static struct slice local_of(struct slice name)
{
	size_t colon = slice_find_byte(name, ':');

	return colon < name.len ? slice_skip(name, colon + 1) : name;
}

static bool is_declared(const struct gate *g, struct slice prefix)
{
	for (size_t i = g->n_scope; i > 0; i--)
		if (slice_equal(g->scope[i - 1], prefix))
			return true;
	return prefix.len == 0 || slice_is(prefix, "xml") || slice_is(prefix, "xmlns");
}

/* Is it a name with one colon at most, within it? */
static bool is_qualified(struct slice name)
{
	struct slice local = local_of(name);

	return gate_name_len(name) == name.len && local.len > 0 && name.at[0] != ':' &&
	       slice_find_byte(local, ':') == local.len && gate_name_len(local) == local.len;
}

/* A proper name out of any: what may stand in one, behind the last colon. */
static struct slice proper_name(struct slice name)
{
	name = slice_head(name, gate_name_len(name));
	while (!is_qualified(name) && slice_find_byte(name, ':') < name.len)
		name = local_of(name);
	return is_qualified(name) ? name : SLICE("x");
}

static bool is_declaration(struct slice name)
{
	return slice_starts(name, "xmlns") && (name.len == 5 || name.at[5] == ':');
}

/* May this declaration stand?  What XML forbids to bind is dropped. */
static bool may_declare(const struct gate_attribute *a)
{
	struct slice prefix = a->name.len > 6 ? slice_skip(a->name, 6) : SLICE_NONE;

	if (a->name.len == 5)
		return !slice_is(a->value, "http://www.w3.org/2000/xmlns/") &&
		       !slice_is(a->value, "http://www.w3.org/XML/1998/namespace");
	return is_qualified(prefix) && a->value.len > 0 && !slice_is(prefix, "xml") &&
	       !slice_is(prefix, "xmlns") && !slice_is(a->value, "http://www.w3.org/2000/xmlns/") &&
	       !slice_is(a->value, "http://www.w3.org/XML/1998/namespace");
}

static void spoil(struct gate_tag *tag, const char *what)
{
	if (tag->fault == NULL)
		tag->fault = what;
	tag->is_dirty = true;
}

/* Takes the tag's declarations into scope; drops those that may not be. */
static void declare(struct gate *g, struct gate_tag *tag)
{
	size_t kept = 0, n = 0;

	for (size_t i = 0; i < tag->n; i++) {
		struct gate_attribute a = tag->attributes[i];

		if (is_declaration(a.name)) {
			if (n++ == LIMIT_TAG_NAMESPACES || g->n_scope == GATE_SCOPE_MAX ||
				!may_declare(&a)) {
				spoil(tag, "a namespace that cannot be");
				continue;
			}
			if (a.name.len > 6)
				g->scope[g->n_scope++] = slice_skip(a.name, 6);
		}
		tag->attributes[kept++] = a;
	}
	tag->n = kept;
}

/* Prefixes that nobody declared, found out before the tag is written. */
static void look_for_undeclared(struct gate *g, struct gate_tag *tag)
{
	for (size_t i = 0; i <= tag->n; i++) {
		struct slice name = i == tag->n ? tag->name : tag->attributes[i].name;

		if (i < tag->n && is_declaration(name))
			continue;
		if (!is_qualified(name))
			spoil(tag, "a name that is none");
		else if (!is_declared(g, prefix_of(name)))
			spoil(tag, "a prefix that is not declared");
	}
}

/* Can this name be written: is its prefix declared, or is there room to declare it? */
static bool can_put(const struct gate *g, struct slice name)
{
	return is_declared(g, prefix_of(name)) ||
	       (g->n_scope < GATE_SCOPE_MAX && g->n_undeclared < LIMIT_PREFIXES);
}

/* Declares a name's prefix within the tag being written, where nobody did. */
static void put_declaration(struct gate *g, struct slice name)
{
	struct slice prefix = prefix_of(name);

	if (is_declared(g, prefix))
		return;
	g->n_undeclared++;
	g->scope[g->n_scope++] = prefix;
	buf_printf(g->out, " xmlns:%.*s=\"%s\"", SLICE_ARG(prefix), space_usual_address(prefix));
}

static void put_value(struct gate *g, struct slice value)
{
	for (size_t at = 0; at < value.len;) {
		size_t n = slice_find_byte(slice_skip(value, at), '&');

		gate_put_escaped(g, slice_head(slice_skip(value, at), n));
		at += n;
		if (at < value.len)
			at += gate_put_reference(g, slice_skip(value, at));
	}
}

/* Writes the tag anew, all of it proper.  Returns the element's name as it stands there. */
static struct slice put_mended_tag(struct gate *g, struct gate_tag *tag)
{
	struct slice name = proper_name(tag->name);

	if (!can_put(g, name))
		name = local_of(name);
	buf_putc(g->out, '<');
	buf_put_slice(g->out, name);
	put_declaration(g, name);
	for (size_t i = 0; i < tag->n; i++) {
		const struct gate_attribute *a = &tag->attributes[i];

		if (!is_declaration(a->name)) {
			if (!is_qualified(a->name) || !can_put(g, a->name))
				continue;
			put_declaration(g, a->name);
		}
		buf_putc(g->out, ' ');
		buf_put_slice(g->out, a->name);
		buf_puts(g->out, "=\"");
		put_value(g, a->value);
		buf_putc(g->out, '"');
	}
	return name;
}

/* Elements of HTML that have no content; feeds that hold raw HTML leave them open. */
static bool is_void(struct slice name)
{
	static const char *const names[] = {"br", "hr", "img", "wbr"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (slice_is_fold(name, names[i]))
			return true;
	return false;
}

static bool is_left_open(const struct gate *g, const struct gate_tag *tag, size_t len)
{
	struct slice behind = slice_trim(slice_head(slice_skip(gate_rest(g), len), 64));

	return !tag->is_closed && is_void(tag->name) &&
	       !(slice_starts(behind, "</") &&
		       slice_equal_fold(
			       slice_head(slice_skip(behind, 2), tag->name.len), tag->name));
}

static bool has_odd_bytes(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (gate_is_odd(slice_skip(s, i)))
			return true;
	return false;
}

/* As it stood, or mended. */
static struct slice put_tag(struct gate *g, struct gate_tag *tag, struct slice raw)
{
	size_t before = g->out->len;

	if (has_odd_bytes(raw))
		spoil(tag, "a character that XML does not allow");
	if (tag->fault != NULL)
		gate_mended(g, tag->fault);
	if (!tag->is_dirty) {
		buf_put_slice(g->out, raw);
		return tag->name;
	}

	struct slice name = put_mended_tag(g, tag);
	size_t lines = gate_count_lines(raw);
	size_t put = gate_count_lines(slice_from(g->out->at + before, g->out->len - before));

	for (; put < lines; put++)
		buf_putc(g->out, '\n');
	buf_puts(g->out, tag->is_closed ? "/>" : ">");
	return name;
}

void gate_start_step(struct gate *g)
{
	struct gate_tag *tag = &g->tag;
	size_t len = gate_tag_read(gate_rest(g), tag);
	size_t scope = g->n_scope;

	if (tag->is_cut) {
		g->at = g->text.len;
		return;
	}
	if (tag->is_over)
		gate_cut(g, "a tag is too long");
	if (g->depth == LIMIT_DEPTH) {
		gate_cut(g, "elements are nested too deep");
		g->too_deep += !tag->is_closed;
		gate_drop(g, len);
		return;
	}
	declare(g, tag);
	look_for_undeclared(g, tag);
	if (is_left_open(g, tag, len)) {
		spoil(tag, "a tag that is not closed");
		tag->is_closed = true;
	}

	struct slice put = put_tag(g, tag, slice_head(gate_rest(g), len));

	g->at += len;
	if (!tag->is_closed)
		g->open[g->depth++] = (struct open_element){tag->name, put, scope};
	else
		g->n_scope = scope;
	g->is_after = g->depth == 0;
}

void gate_close_element(struct gate *g)
{
	struct open_element *e = &g->open[--g->depth];

	buf_puts(g->out, "</");
	buf_put_slice(g->out, e->put);
	buf_putc(g->out, '>');
	g->n_scope = e->n_scope;
	g->is_after = g->depth == 0;
}

/* How many elements an end tag ends: 0 where it ends none. */
static size_t levels_to_close(struct gate *g, struct slice name)
{
	if (slice_equal(g->open[g->depth - 1].raw, name))
		return 1;
	if (g->n_strays >= STRAYS_MAX)
		return 0;
	for (size_t i = g->depth; i > 0; i--)
		if (slice_equal(g->open[i - 1].raw, name))
			return g->depth - i + 1;
	for (size_t i = g->depth; i > 0; i--)
		if (slice_equal_fold(g->open[i - 1].raw, name))
			return g->depth - i + 1;
	g->n_strays++;
	return 0;
}

void gate_end_step(struct gate *g)
{
	struct slice s = slice_head(gate_rest(g), LIMIT_TAG_BYTES);
	size_t end = slice_find_byte(s, '>');
	size_t next = slice_find_byte(slice_skip(s, 1), '<') + 1;
	struct slice name = slice_trim(slice_skip(slice_head(s, end < next ? end : next), 2));

	if (g->too_deep > 0) {
		g->too_deep--;
		gate_drop(g, end < next ? end + 1 : next);
		return;
	}

	struct slice raw = slice_head(s, end < next ? end + 1 : next);
	size_t n = levels_to_close(g, name);

	if (n != 1 || end >= next || !slice_equal(g->open[g->depth - 1].raw, name))
		gate_mended(
			g, n == 0 ? "an end without a beginning" : "an element that is not closed");
	while (n-- > 0)
		gate_close_element(g);
	gate_drop(g, raw.len);
}
