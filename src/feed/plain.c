/* plain.c - canonical HTML as plain text */
#include "feed/plain.h"

#include "base/arena.h"
#include "base/buf.h"
#include "feed/html.h"

#include <string.h>

static bool begins_line(struct slice name)
{
	static const bool blocks[KIND_COUNT] = {[KIND_BLOCK] = true,
		[KIND_DIVISION] = true,
		[KIND_PARAGRAPH] = true,
		[KIND_HEADING] = true,
		[KIND_PRE] = true,
		[KIND_LIST] = true,
		[KIND_ITEM] = true,
		[KIND_TERM] = true,
		[KIND_RULE] = true,
		[KIND_TABLE] = true,
		[KIND_CAPTION] = true,
		[KIND_ROW] = true};
	enum html_element e = html_find(name);

	return e != HTML_NONE && (blocks[html_elements[e].kind] || e == HTML_BR);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

static void put_tag(struct buf *out, struct slice tag)
{
	struct slice name = slice_starts(tag, "/") ? slice_skip(tag, 1) : tag;
	size_t end = 0;

	while (end < name.len && name.at[end] != ' ' && name.at[end] != '/')
		end++;
	name = slice_head(name, end);
	if (out->len == 0)
		return;
	if (begins_line(name) && out->at[out->len - 1] != '\n')
		buf_putc(out, '\n');
	else if ((slice_is(name, "td") || slice_is(name, "th")) && !is_space(out->at[out->len - 1]))
		buf_putc(out, ' ');
}

/* The references that canonical HTML knows; another stays as it is. */
static size_t put_reference(struct buf *out, struct slice s)
{
	static const struct {
		const char *name, *text;
	} references[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""},
		{"&#39;", "'"}, {"&nbsp;", " "}};

	for (size_t i = 0; i < COUNT(references); i++)
		if (slice_starts(s, references[i].name)) {
			buf_puts(out, references[i].text);
			return strlen(references[i].name);
		}
	buf_putc(out, '&');
	return 1;
}

static void put_run(struct buf *out, struct slice run)
{
	while (run.len > 0) {
		size_t reference = slice_find_byte(run, '&');

		buf_put(out, run.at, reference);
		run = slice_skip(run, reference);
		if (run.len > 0)
			run = slice_skip(run, put_reference(out, run));
	}
}

void plain_put(struct buf *out, struct slice html)
{
	while (html.len > 0) {
		size_t open = slice_find_byte(html, '<');
		struct slice tag;

		put_run(out, slice_head(html, open));
		tag = slice_skip(html, open + 1);
		html = slice_skip(tag, slice_find_byte(tag, '>') + 1);
		put_tag(out, slice_head(tag, slice_find_byte(tag, '>')));
	}
}

struct slice plain_text(struct arena *a, struct slice html)
{
	struct buf out;
	struct slice text;

	if (html.len == 0)
		return SLICE_NONE;
	buf_init(&out, html.len + 1);
	plain_put(&out, html);
	text = slice_copy(a, slice_trim(buf_slice(&out)));
	buf_clear(&out);
	return text;
}
