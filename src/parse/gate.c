/*
 * gate.c - strangers' XML made well formed, before libxml2 sees it
 */
#include "parse/gate.h"

#include "parse/gate_tag.h"
#include "parse/reading.h"
#include "parse/reference.h"
#include "parse/space.h"

#define SCOPE_MAX 512 /* prefixes in scope: libxml2 looks through all of them, each time */
#define STRAYS_MAX                                                                                 \
	10000 /* ends without a beginning, for which all open elements are looked through */
#define SECTION_MAX                                                                                \
	8192 /* of a CDATA section: libxml2's push parser reads longer ones again and again */

struct open_element {
	struct slice raw, put; /* the name as written, and as it was handed on */
	size_t n_scope;        /* prefixes in scope before it */
};

struct gate {
	struct slice text;
	size_t at;
	struct reading *r;
	struct buf *out;
	size_t line, line_at; /* the line of byte line_at */
	size_t first_line;
	struct open_element open[LIMIT_DEPTH];
	size_t depth, too_deep; /* elements open; and those that were dropped for their depth */
	struct slice scope[SCOPE_MAX];
	size_t n_scope;
	size_t n_undeclared, n_strays;
	size_t last_section, last_comment, last_instruction; /* where the last of each ends, or 0 */
	size_t expanded, expanded_max;                       /* bytes that entities made */
	bool is_section;                                     /* within a CDATA section */
	bool is_after, is_done; /* behind the root's end; at the end of all */
	struct doctype doctype;
	struct gate_tag tag;
};

/* Bytes that end a run of text. */
static const bool stops[256] = {
	['<'] = true,
	['&'] = true,
	[']'] = true,
	[0xEF] = true,
	[0] = true,
	[1] = true,
	[2] = true,
	[3] = true,
	[4] = true,
	[5] = true,
	[6] = true,
	[7] = true,
	[8] = true,
	[11] = true,
	[12] = true,
	[14] = true,
	[15] = true,
	[16] = true,
	[17] = true,
	[18] = true,
	[19] = true,
	[20] = true,
	[21] = true,
	[22] = true,
	[23] = true,
	[24] = true,
	[25] = true,
	[26] = true,
	[27] = true,
	[28] = true,
	[29] = true,
	[30] = true,
	[31] = true,
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t count_lines(struct slice s)
{
	size_t n = 0;
	const char *end = s.at + s.len;

	for (const char *p = s.at; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

static size_t line_of(struct gate *g, size_t at)
{
	if (at > g->line_at) {
		g->line += count_lines(slice_from(g->text.at + g->line_at, at - g->line_at));
		g->line_at = at;
	}
	return g->line;
}

static void mended(struct gate *g, const char *what)
{
	size_t reader = g->r->line;

	g->r->line = line_of(g, g->at);
	reading_mended(g->r, "%s", what);
	g->r->line = reader;
}

static void cut(struct gate *g, const char *what)
{
	size_t reader = g->r->line;

	g->r->line = line_of(g, g->at);
	reading_cut(g->r, "%s", what);
	g->r->line = reader;
}

static struct slice rest_of(const struct gate *g)
{
	return slice_from(g->text.at + g->at, g->text.len - g->at);
}

/* What is dropped leaves its line ends behind, so that libxml2 counts as we do. */
static void put_lines(struct gate *g, struct slice dropped)
{
	size_t n = count_lines(dropped);

	if (n == 0 || g->depth == 0)
		return;
	buf_puts(g->out, "<!--");
	while (n-- > 0)
		buf_putc(g->out, '\n');
	buf_puts(g->out, "-->");
}

static void drop(struct gate *g, size_t len)
{
	put_lines(g, slice_head(rest_of(g), len));
	g->at += len;
}

/* Is it U+FFFE or U+FFFF, which XML does not allow? */
static bool is_noncharacter(struct slice s)
{
	return s.len >= 3 && (unsigned char)s.at[0] == 0xEF && (unsigned char)s.at[1] == 0xBF &&
	       (unsigned char)s.at[2] >= 0xBE;
}

/* Does what XML does not allow stand at the beginning of `s`? */
static bool is_odd(struct slice s)
{
	unsigned char c = (unsigned char)s.at[0];

	return (c < 0x20 && !is_space((char)c)) || is_noncharacter(s);
}

static void put_escaped(struct gate *g, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (is_odd(slice_skip(text, i)))
			i += c == 0xEF ? 2 : 0;
		else if (c == '&')
			buf_puts(g->out, "&amp;");
		else if (c == '<')
			buf_puts(g->out, "&lt;");
		else if (c == '>')
			buf_puts(g->out, "&gt;");
		else if (c == '"')
			buf_puts(g->out, "&quot;");
		else
			buf_putc(g->out, (char)c);
	}
}

/* Behind the last `needle` of the text; 0 where there is none. */
static size_t last_end(struct slice text, const char *needle)
{
	size_t len = strlen(needle);

	for (size_t at = text.len; at >= len; at--)
		if (memcmp(text.at + at - len, needle, len) == 0)
			return at;
	return 0;
}

/* --- references */

static void put_entity(struct gate *g, struct slice name)
{
	struct buf text;

	buf_init(&text, LIMIT_ENTITY_BYTES);
	if (!doctype_expand(&g->doctype, name, &text) && text.full)
		cut(g, "an entity is too long");
	g->expanded += text.len;
	if (g->expanded <= g->expanded_max)
		put_escaped(g, buf_slice(&text));
	else
		cut(g, "entities make too much text");
	buf_clear(&text);
}

/* What stands at an &: handed on, put in place, or mended.  Returns its length. */
static size_t put_reference(struct gate *g, struct slice s)
{
	struct reference ref;

	reference_read(s, &ref);
	if (ref.kind == REFERENCE_XML) {
		buf_put(g->out, s.at, ref.len);
		return ref.len;
	}
	if (ref.kind == REFERENCE_NUMBER) {
		if (ref.is_broken)
			mended(g, "a reference to no character");
		put_escaped(g, reference_text(&ref));
		return ref.len;
	}
	if (ref.kind == REFERENCE_NAME && doctype_has(&g->doctype, ref.name)) {
		put_entity(g, ref.name);
		return ref.len;
	}

	struct slice text = ref.kind == REFERENCE_NAME ? reference_text(&ref) : SLICE_NONE;

	if (!g->doctype.is_elsewhere)
		mended(g, text.len > 0 ? "a name that only HTML knows" : "a bare &");
	if (text.len == 0) {
		buf_puts(g->out, "&amp;");
		return 1;
	}
	put_escaped(g, text);
	return ref.len;
}

/* --- text */

/* The bytes from g->at on that may go on as they are, at most `max`, no character cut. */
static size_t run_len(const struct gate *g, size_t max)
{
	struct slice rest = slice_head(rest_of(g), max);
	size_t n = 0;

	while (n < rest.len && !stops[(unsigned char)rest.at[n]])
		n++;
	while (n > 0 && n == rest.len && g->at + n < g->text.len &&
		((unsigned char)g->text.at[g->at + n] & 0xC0) == 0x80) {
		n--;
		rest.len--;
	}
	return n;
}

/* A byte that ended a run and is no markup. */
static void put_odd_byte(struct gate *g, struct slice s)
{
	unsigned char c = (unsigned char)s.at[0];

	if (c == 0xEF && !is_noncharacter(s)) {
		buf_put(g->out, s.at, 3);
		g->at += 3;
	} else if (c == 0xEF || c < 0x20) {
		mended(g, "a character that XML does not allow");
		g->at += c == 0xEF ? 3 : 1;
	} else {
		buf_putc(g->out, (char)c);
		g->at++;
	}
}

static void text_step(struct gate *g, size_t max)
{
	size_t n = run_len(g, max);

	buf_put(g->out, g->text.at + g->at, n);
	g->at += n;

	struct slice s = rest_of(g);

	if (s.len == 0 || n == max || s.at[0] == '<')
		return;
	if (s.at[0] == '&') {
		g->at += put_reference(g, s);
	} else if (slice_starts(s, "]]>")) {
		mended(g, "]]> in text");
		buf_puts(g->out, "]]&gt;");
		g->at += 3;
	} else if (stops[(unsigned char)s.at[0]]) {
		put_odd_byte(g, s);
	}
}

/* --- CDATA sections */

/* A section that is never closed ends with its element, if that is closed. */
static void unclosed_section(struct gate *g)
{
	struct slice s = rest_of(g), name = g->open[g->depth - 1].raw;

	for (size_t at = slice_find(s, SLICE("</")); at < s.len;) {
		struct slice end = slice_skip(s, at + 2);

		if (end.len >= name.len && memcmp(end.at, name.at, name.len) == 0) {
			mended(g, "a CDATA section that is not closed");
			put_escaped(g, slice_head(s, at));
			g->at += at;
			g->is_section = false;
			return;
		}
		at += 2 + slice_find(end, SLICE("</"));
	}
	cut(g, "a CDATA section that is not closed");
	put_escaped(g, s);
	g->at = g->text.len;
	g->is_section = false;
}

static void open_section(struct gate *g)
{
	g->at += 9;
	g->is_section = true;

	if (g->at > g->last_section || g->last_section == 0)
		unclosed_section(g);
}

/* A part of a section, as a section of its own. */
static void section_step(struct gate *g)
{
	size_t last = g->out->len + SECTION_MAX;

	buf_puts(g->out, "<![CDATA[");
	while (g->is_section && g->out->len < last) {
		size_t n = run_len(g, SECTION_MAX);

		buf_put(g->out, g->text.at + g->at, n);
		g->at += n;

		struct slice s = rest_of(g);

		if (slice_starts(s, "]]>")) {
			g->is_section = false;
			g->at += 3;
		} else if (n < SECTION_MAX && s.len > 0 && stops[(unsigned char)s.at[0]]) {
			put_odd_byte(g, s);
		}
	}
	buf_puts(g->out, "]]>");
}

/* --- tags */

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
			if (n++ == LIMIT_TAG_NAMESPACES || g->n_scope == SCOPE_MAX ||
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
	       (g->n_scope < SCOPE_MAX && g->n_undeclared < LIMIT_PREFIXES);
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

		put_escaped(g, slice_head(slice_skip(value, at), n));
		at += n;
		if (at < value.len)
			at += put_reference(g, slice_skip(value, at));
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
	struct slice behind = slice_trim(slice_head(slice_skip(rest_of(g), len), 64));

	return !tag->is_closed && is_void(tag->name) &&
	       !(slice_starts(behind, "</") &&
		       slice_equal_fold(
			       slice_head(slice_skip(behind, 2), tag->name.len), tag->name));
}

static bool has_odd_bytes(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (is_odd(slice_skip(s, i)))
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
		mended(g, tag->fault);
	if (!tag->is_dirty) {
		buf_put_slice(g->out, raw);
		return tag->name;
	}

	struct slice name = put_mended_tag(g, tag);
	size_t lines = count_lines(raw);
	size_t put = count_lines(slice_from(g->out->at + before, g->out->len - before));

	for (; put < lines; put++)
		buf_putc(g->out, '\n');
	buf_puts(g->out, tag->is_closed ? "/>" : ">");
	return name;
}

static void start_step(struct gate *g)
{
	struct gate_tag *tag = &g->tag;
	size_t len = gate_tag_read(rest_of(g), tag);
	size_t scope = g->n_scope;

	if (tag->is_cut) {
		g->at = g->text.len;
		return;
	}
	if (tag->is_over)
		cut(g, "a tag is too long");
	if (g->depth == LIMIT_DEPTH) {
		cut(g, "elements are nested too deep");
		g->too_deep += !tag->is_closed;
		drop(g, len);
		return;
	}
	declare(g, tag);
	look_for_undeclared(g, tag);
	if (is_left_open(g, tag, len)) {
		spoil(tag, "a tag that is not closed");
		tag->is_closed = true;
	}

	struct slice put = put_tag(g, tag, slice_head(rest_of(g), len));

	g->at += len;
	if (!tag->is_closed)
		g->open[g->depth++] = (struct open_element){tag->name, put, scope};
	else
		g->n_scope = scope;
	g->is_after = g->depth == 0;
}

static void close_element(struct gate *g)
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

static void end_step(struct gate *g)
{
	struct slice s = slice_head(rest_of(g), LIMIT_TAG_BYTES);
	size_t end = slice_find_byte(s, '>');
	size_t next = slice_find_byte(slice_skip(s, 1), '<') + 1;
	struct slice name = slice_trim(slice_skip(slice_head(s, end < next ? end : next), 2));

	if (g->too_deep > 0) {
		g->too_deep--;
		drop(g, end < next ? end + 1 : next);
		return;
	}

	struct slice raw = slice_head(s, end < next ? end + 1 : next);
	size_t n = levels_to_close(g, name);

	if (n != 1 || end >= next || !slice_equal(g->open[g->depth - 1].raw, name))
		mended(g, n == 0 ? "an end without a beginning" : "an element that is not closed");
	while (n-- > 0)
		close_element(g);
	drop(g, raw.len);
}

/* --- comments, instructions and what else begins with <! or <? */

static void comment_step(struct gate *g)
{
	struct slice s = rest_of(g), inside = slice_skip(s, 4);
	bool is_closed = g->at + 4 < g->last_comment;
	size_t end = is_closed ? slice_find(inside, SLICE("-->")) : 0;

	if (!is_closed || end == inside.len) {
		mended(g, "a comment that is not closed");
		drop(g, slice_find_byte(s, '>') < s.len ? slice_find_byte(s, '>') + 1 : s.len);
		return;
	}
	if (slice_find(slice_head(inside, end), SLICE("--")) < end)
		mended(g, "-- in a comment");
	drop(g, 4 + end + 3);
}

static void instruction_step(struct gate *g)
{
	struct slice s = rest_of(g);
	size_t end = g->at + 2 < g->last_instruction ? slice_find(s, SLICE("?>")) : s.len;
	size_t len = end < s.len ? end + 2 : slice_find_byte(s, '>') + 1;

	if (end == s.len || slice_starts_fold(s, "<?xml ") || s.len < 3 ||
		!gate_is_name_start(s.at[2]))
		mended(g, "an instruction that may not stand here");
	drop(g, len < s.len ? len : s.len);
}

static void declaration_step(struct gate *g)
{
	struct slice s = rest_of(g);
	size_t end = slice_find_byte(s, '>');

	mended(g, "a declaration that may not stand here");
	drop(g, end < s.len ? end + 1 : s.len);
}

static void markup_step(struct gate *g)
{
	struct slice s = rest_of(g);

	if (slice_starts(s, "<![CDATA[")) {
		open_section(g);
	} else if (slice_starts(s, "<!--")) {
		comment_step(g);
	} else if (s.len > 1 && s.at[1] == '!') {
		declaration_step(g);
	} else if (s.len > 1 && s.at[1] == '?') {
		instruction_step(g);
	} else if (s.len > 1 && s.at[1] == '/') {
		end_step(g);
	} else if (s.len > 1 && gate_is_name_start(s.at[1])) {
		start_step(g);
	} else {
		mended(g, "a bare <");
		buf_puts(g->out, "&lt;");
		g->at++;
	}
}

/* --- before the root, behind it, and where a document breaks off */

static void prologue_step(struct gate *g, size_t root_at)
{
	struct slice s = slice_head(rest_of(g), root_at - g->at);
	size_t next = slice_find_byte(slice_skip(s, 1), '<') + 1;

	if (slice_starts_fold(s, "<!DOCTYPE")) {
		doctype_read(s, &g->doctype);
		g->at = root_at;
		if (g->doctype.is_cut)
			cut(g, "the DOCTYPE is too large");
	} else if (slice_starts(s, "<!--")) {
		size_t end = slice_find(s, SLICE("-->"));

		g->at += end < s.len ? end + 3 : s.len;
	} else if (slice_starts(s, "<?")) {
		if (g->at > 0 && slice_starts(s, "<?xml") && s.len > 5 && is_space(s.at[5]))
			mended(g, "the XML declaration does not stand first");
		g->at += slice_find(s, SLICE("?>")) + 2;
	} else {
		if (slice_trim(slice_head(s, next)).len > 0)
			mended(g, "something stands before the feed");
		g->at += next < s.len ? next : s.len;
	}
	g->at = g->at < root_at ? g->at : root_at;
}

static void epilogue_step(struct gate *g)
{
	struct slice s = rest_of(g);

	if (s.len == 0) {
		g->is_done = true;
	} else if (is_space(s.at[0])) {
		g->at++;
	} else if (slice_starts(s, "<!--")) {
		comment_step(g);
	} else if (slice_starts(s, "<?")) {
		instruction_step(g);
	} else {
		mended(g, "something stands behind the feed");
		g->is_done = true;
	}
}

static void break_off(struct gate *g)
{
	mended(g, "the document breaks off");
	cut(g, "what follows is missing");
	while (g->depth > 0)
		close_element(g);
	g->is_done = true;
}

static void step(struct gate *g, size_t max)
{
	if (g->is_after)
		epilogue_step(g);
	else if (g->at == g->text.len)
		break_off(g);
	else if (g->is_section)
		section_step(g);
	else if (g->text.at[g->at] == '<')
		markup_step(g);
	else
		text_step(g, max);
}

bool gate_next(struct gate *g, struct buf *out, size_t least)
{
	size_t until = out->len + least;

	g->out = out;
	while (!g->is_done && out->len < until)
		step(g, least);
	return !g->is_done;
}

size_t gate_first_line(const struct gate *g)
{
	return g->first_line;
}

struct gate *gate_new(struct slice text, size_t root_at, struct reading *r)
{
	struct gate *g = arena_alloc(r->head, sizeof *g);

	g->text = text;
	g->r = r;
	g->line = 1;
	g->last_section = last_end(text, "]]>");
	g->last_comment = last_end(text, "-->");
	g->last_instruction = last_end(text, "?>");
	g->expanded_max = text.len * LIMIT_EXPANSION_FACTOR + LIMIT_EXPANSION_BYTES;
	while (g->at < root_at)
		prologue_step(g, root_at);
	g->first_line = line_of(g, g->at);
	return g;
}
