/*
 * gate_text.c - what stands between tags: text, references, CDATA sections
 */
#include "parse/gate_inside.h"
#include "parse/reference.h"

#define SECTION_MAX                                                                                \
	8192 /* of a CDATA section: libxml2's push parser reads longer ones again and again */

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

/* Is it U+FFFE or U+FFFF, which XML does not allow? */
static bool is_noncharacter(struct slice s)
{
	return s.len >= 3 && (unsigned char)s.at[0] == 0xEF && (unsigned char)s.at[1] == 0xBF &&
	       (unsigned char)s.at[2] >= 0xBE;
}

/* Does what XML does not allow stand at the beginning of `s`? */
bool gate_is_odd(struct slice s)
{
	unsigned char c = (unsigned char)s.at[0];

	return (c < 0x20 && !is_space((char)c)) || is_noncharacter(s);
}

void gate_put_escaped(struct gate *g, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (gate_is_odd(slice_skip(text, i)))
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

/* --- references */

static void put_entity(struct gate *g, struct slice name)
{
	struct buf text;

	buf_init(&text, LIMIT_ENTITY_BYTES);
	if (!doctype_expand(&g->doctype, name, &text) && text.full)
		gate_cut(g, "an entity is too long");
	g->expanded += text.len;
	if (g->expanded <= g->expanded_max)
		gate_put_escaped(g, buf_slice(&text));
	else
		gate_cut(g, "entities make too much text");
	buf_clear(&text);
}

/* What stands at an &: handed on, put in place, or mended.  Returns its length. */
size_t gate_put_reference(struct gate *g, struct slice s)
{
	struct reference ref;

	reference_read(s, &ref);
	if (ref.kind == REFERENCE_XML) {
		buf_put(g->out, s.at, ref.len);
		return ref.len;
	}
	if (ref.kind == REFERENCE_NUMBER) {
		if (ref.is_broken)
			gate_mended(g, "a reference to no character");
		gate_put_escaped(g, reference_text(&ref));
		return ref.len;
	}
	if (ref.kind == REFERENCE_NAME && doctype_has(&g->doctype, ref.name)) {
		put_entity(g, ref.name);
		return ref.len;
	}

	struct slice text = ref.kind == REFERENCE_NAME ? reference_text(&ref) : SLICE_NONE;

	if (!g->doctype.is_elsewhere)
		gate_mended(g, text.len > 0 ? "a name that only HTML knows" : "a bare &");
	if (text.len == 0) {
		buf_puts(g->out, "&amp;");
		return 1;
	}
	gate_put_escaped(g, text);
	return ref.len;
}

/* --- text */

/* The bytes from g->at on that may go on as they are, at most `max`, no character cut. */
static size_t run_len(const struct gate *g, size_t max)
{
	struct slice rest = slice_head(gate_rest(g), max);
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
		gate_mended(g, "a character that XML does not allow");
		g->at += c == 0xEF ? 3 : 1;
	} else {
		buf_putc(g->out, (char)c);
		g->at++;
	}
}

void gate_text_step(struct gate *g, size_t max)
{
	size_t n = run_len(g, max);

	buf_put(g->out, g->text.at + g->at, n);
	g->at += n;

	struct slice s = gate_rest(g);

	if (s.len == 0 || n == max || s.at[0] == '<')
		return;
	if (s.at[0] == '&') {
		g->at += gate_put_reference(g, s);
	} else if (slice_starts(s, "]]>")) {
		gate_mended(g, "]]> in text");
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
	struct slice s = gate_rest(g), name = g->open[g->depth - 1].raw;

	for (size_t at = slice_find(s, SLICE("</")); at < s.len;) {
		struct slice end = slice_skip(s, at + 2);

		if (end.len >= name.len && memcmp(end.at, name.at, name.len) == 0) {
			gate_mended(g, "a CDATA section that is not closed");
			gate_put_escaped(g, slice_head(s, at));
			g->at += at;
			g->is_section = false;
			return;
		}
		at += 2 + slice_find(end, SLICE("</"));
	}
	gate_cut(g, "a CDATA section that is not closed");
	gate_put_escaped(g, s);
	g->at = g->text.len;
	g->is_section = false;
}

void gate_open_section(struct gate *g)
{
	g->at += 9;
	g->is_section = true;
	if (gate_find_closing(g, CLOSING_SECTION) == g->text.len)
		unclosed_section(g);
}

/* A part of a section, as a section of its own. */
void gate_section_step(struct gate *g)
{
	size_t last = g->out->len + SECTION_MAX;

	buf_puts(g->out, "<![CDATA[");
	while (g->is_section && g->out->len < last) {
		size_t n = run_len(g, SECTION_MAX);

		buf_put(g->out, g->text.at + g->at, n);
		g->at += n;

		struct slice s = gate_rest(g);

		if (slice_starts(s, "]]>")) {
			g->is_section = false;
			g->at += 3;
		} else if (n < SECTION_MAX && s.len > 0 && stops[(unsigned char)s.at[0]]) {
			put_odd_byte(g, s);
		}
	}
	buf_puts(g->out, "]]>");
}
