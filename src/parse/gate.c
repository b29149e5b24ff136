/*
 * gate.c - strangers' XML made well formed, before libxml2 sees it
 */
#include "parse/gate.h"

#include "parse/gate_inside.h"

#define PASSED_BYTES (1U << 19)

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

size_t gate_count_lines(struct slice s)
{
	size_t n = 0;
	const char *end = s.at + s.len;

	for (const char *p = s.at; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		n++;
	return n;
}

size_t gate_line(struct gate *g, size_t at)
{
	if (at > g->line_at) {
		g->line += gate_count_lines(slice_from(g->text.at + g->line_at, at - g->line_at));
		g->line_at = at;
	}
	return g->line;
}

void gate_mended(struct gate *g, const char *what)
{
	size_t reader = g->r->line;

	g->r->line = gate_line(g, g->at);
	reading_mended(g->r, "%s", what);
	g->r->line = reader;
}

void gate_cut(struct gate *g, const char *what)
{
	size_t reader = g->r->line;

	g->r->line = gate_line(g, g->at);
	reading_cut(g->r, "%s", what);
	g->r->line = reader;
}

struct slice gate_rest(const struct gate *g)
{
	return slice_from(g->text.at + g->at, g->text.len - g->at);
}

/* What is dropped leaves its line ends behind, so that libxml2 counts as we do. */
static void put_lines(struct gate *g, struct slice dropped)
{
	size_t n = gate_count_lines(dropped);

	if (n == 0 || g->depth == 0)
		return;
	buf_puts(g->out, "<!--");
	while (n-- > 0)
		buf_putc(g->out, '\n');
	buf_puts(g->out, "-->");
}

void gate_drop(struct gate *g, size_t len)
{
	put_lines(g, slice_head(gate_rest(g), len));
	g->at += len;
}

size_t gate_find_closing(struct gate *g, enum closing_kind kind)
{
	static const char *const ends[CLOSING_COUNT] = {"]]>", "-->", "?>"};
	struct closing *c = &g->closings[kind];

	if (!c->is_known || g->at < c->from || g->at > c->at) {
		c->is_known = true;
		c->from = g->at;
		c->at = g->at + slice_find(gate_rest(g), slice_of(ends[kind]));
	}
	return c->at;
}

/* --- comments, instructions and what else begins with <! or <? */

static void comment_step(struct gate *g)
{
	struct slice s = gate_rest(g);
	size_t end;

	g->at += 4 < s.len ? 4 : s.len;
	end = gate_find_closing(g, CLOSING_COMMENT) - g->at;
	if (end == gate_rest(g).len) {
		g->at -= s.len - gate_rest(g).len;
		gate_mended(g, "a comment that is not closed");
		gate_drop(g, slice_find_byte(s, '>') < s.len ? slice_find_byte(s, '>') + 1 : s.len);
		return;
	}
	if (slice_find(slice_head(gate_rest(g), end), SLICE("--")) < end)
		gate_mended(g, "-- in a comment");
	gate_drop(g, end + 3);
}

static void instruction_step(struct gate *g)
{
	struct slice s = gate_rest(g);
	size_t end = gate_find_closing(g, CLOSING_INSTRUCTION) - g->at;
	size_t len = end < s.len ? end + 2 : slice_find_byte(s, '>') + 1;

	if (end == s.len || slice_starts_fold(s, "<?xml ") || s.len < 3 ||
		!gate_is_name_start(s.at[2]))
		gate_mended(g, "an instruction that may not stand here");
	gate_drop(g, len < s.len ? len : s.len);
}

static void declaration_step(struct gate *g)
{
	struct slice s = gate_rest(g);
	size_t end = slice_find_byte(s, '>');

	gate_mended(g, "a declaration that may not stand here");
	gate_drop(g, end < s.len ? end + 1 : s.len);
}

static void markup_step(struct gate *g)
{
	struct slice s = gate_rest(g);

	if (slice_starts(s, "<![CDATA[")) {
		gate_open_section(g);
	} else if (slice_starts(s, "<!--")) {
		comment_step(g);
	} else if (s.len > 1 && s.at[1] == '!') {
		declaration_step(g);
	} else if (s.len > 1 && s.at[1] == '?') {
		instruction_step(g);
	} else if (s.len > 1 && s.at[1] == '/') {
		gate_end_step(g);
	} else if (s.len > 1 && gate_is_name_start(s.at[1])) {
		gate_start_step(g);
	} else {
		gate_mended(g, "a bare <");
		buf_puts(g->out, "&lt;");
		g->at++;
	}
}

/* --- before the root, behind it, and where a document breaks off */

static void prologue_step(struct gate *g, size_t root_at)
{
	struct slice s = slice_head(gate_rest(g), root_at - g->at);
	size_t next = slice_find_byte(slice_skip(s, 1), '<') + 1;

	if (slice_starts_fold(s, "<!DOCTYPE")) {
		doctype_read(s, &g->doctype);
		g->at = root_at;
		if (g->doctype.is_cut)
			gate_cut(g, "the DOCTYPE is too large");
	} else if (slice_starts(s, "<!--")) {
		size_t end = slice_find(s, SLICE("-->"));

		g->at += end < s.len ? end + 3 : s.len;
	} else if (slice_starts(s, "<?")) {
		if (g->at > 0 && slice_starts(s, "<?xml") && s.len > 5 && is_space(s.at[5]))
			gate_mended(g, "the XML declaration does not stand first");
		g->at += slice_find(s, SLICE("?>")) + 2;
	} else {
		if (slice_trim(slice_head(s, next)).len > 0 && !g->has_junk) {
			g->has_junk = true;
			gate_mended(g, "something stands before the feed");
		}
		g->at += next < s.len ? next : s.len;
	}
	g->at = g->at < root_at ? g->at : root_at;
}

static void epilogue_step(struct gate *g)
{
	struct slice s = gate_rest(g);

	if (s.len == 0) {
		g->is_done = true;
	} else if (is_space(s.at[0])) {
		g->at++;
	} else if (slice_starts(s, "<!--")) {
		comment_step(g);
	} else if (slice_starts(s, "<?")) {
		instruction_step(g);
	} else {
		gate_mended(g, "something stands behind the feed");
		g->is_done = true;
	}
}

static void break_off(struct gate *g)
{
	gate_mended(g, "the document breaks off");
	gate_cut(g, "what follows is missing");
	while (g->depth > 0)
		gate_close_element(g);
	g->is_done = true;
}

static void step(struct gate *g, size_t max)
{
	if (g->is_after)
		epilogue_step(g);
	else if (g->at == g->text.len)
		break_off(g);
	else if (g->is_section)
		gate_section_step(g);
	else if (g->text.at[g->at] == '<')
		markup_step(g);
	else
		gate_text_step(g, max);
}

static void tell_passed(struct gate *g)
{
	if (g->r->passed == NULL || g->at - g->passed < PASSED_BYTES)
		return;
	gate_line(g, g->at);
	g->passed = g->at;
	g->r->passed(g->text.at, g->at);
}

bool gate_next(struct gate *g, struct buf *out, size_t least)
{
	size_t until = out->len + least;

	g->out = out;
	while (!g->is_done && out->len < until)
		step(g, least);
	tell_passed(g);
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
	g->expanded_max = text.len * LIMIT_EXPANSION_FACTOR + LIMIT_EXPANSION_BYTES;
	while (g->at < root_at)
		prologue_step(g, root_at);
	g->first_line = gate_line(g, g->at);
	return g;
}
