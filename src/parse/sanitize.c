/*
 * sanitize.c - strangers' HTML to canonical HTML or plain text
 */
#include "parse/sanitize.h"
#include "base/arena.h"
#include "base/buf.h"
#include "parse/canonical.h"
#include "parse/markup.h"
#include "parse/onepass.h"
#include "parse/tagsoup.h"

/* --- plain text */

struct text {
	struct buf out;
	enum html_element gone; /* what is in this element is left out */
	size_t gone_depth;
	bool open_less; /* the text so far ends in a `<` that began no tag */
};

static void put(struct text *t, struct slice s)
{
	if (s.len == 0 || t->gone_depth > 0)
		return;
	/* It must not begin one now that what stood behind it is gone. */
	if (t->open_less &&
		markup_kind((struct slice){(char[]){'<', s.at[0], 'a'}, 3}) != MARKUP_TEXT)
		buf_putc(&t->out, ' ');
	t->open_less = false;
	buf_put_slice(&t->out, s);
}

/* Something begins or ends that stands by itself. */
static void put_break(struct text *t, const char *space)
{
	if (t->out.len > 0 && t->out.at[t->out.len - 1] > ' ')
		put(t, slice_of(space));
}

/* What parts an element from its surroundings, so that words do not run together. */
static void put_breaks(struct text *t, enum html_element e)
{
	static const char *const spaces[KIND_COUNT] = {
		[KIND_BLOCK] = "\n",
		[KIND_DIVISION] = "\n",
		[KIND_PARAGRAPH] = "\n",
		[KIND_HEADING] = "\n",
		[KIND_PRE] = "\n",
		[KIND_LIST] = "\n",
		[KIND_ITEM] = "\n",
		[KIND_TERM] = "\n",
		[KIND_RULE] = "\n",
		[KIND_TABLE] = "\n",
		[KIND_CAPTION] = "\n",
		[KIND_SECTION] = "\n",
		[KIND_ROW] = "\n",
		[KIND_CELL] = " ",
		[KIND_FORM] = "\n",
	};
	const char *space = spaces[html_elements[e].kind];

	if (e == HTML_BR)
		put(t, SLICE("\n"));
	else if (space != NULL)
		put_break(t, space);
}

/* Keeps count of how deep we are in an element of which nothing is wanted. */
static void count_gone(struct text *t, const struct markup_tag *tag)
{
	if (t->gone_depth == 0 && !tag->is_end && !html_is_void(tag->element) &&
		html_elements[tag->element].as == HTML_GONE)
		t->gone = tag->element;
	if (t->gone == tag->element && t->gone != HTML_NONE) {
		if (!tag->is_end)
			t->gone_depth++;
		else if (t->gone_depth > 0)
			t->gone_depth--;
	}
	if (t->gone_depth == 0)
		t->gone = HTML_NONE;
}

/* Reads what begins at the `<` that `s` begins with, and tells its length. */
static size_t read_less(struct text *t, struct slice s)
{
	struct markup_tag tag;
	size_t len;

	switch (markup_kind(s)) {
	case MARKUP_TEXT:
		put(t, SLICE("<"));
		t->open_less = true;
		return 1;
	case MARKUP_COMMENT:
		return markup_comment(s);
	case MARKUP_TAG:
		break;
	}
	len = markup_tag(s, &tag);
	if (len == 0)
		return s.len; /* it never ends */
	put_breaks(t, tag.element);
	if (html_elements[tag.element].kind == KIND_RAW)
		return len + (tag.is_end ? 0 : markup_raw(slice_skip(s, len), tag.element));
	count_gone(t, &tag);
	return len;
}

/* Control characters are dropped at once, so that none hides what stands beside it. */
static size_t read_reference(struct text *t, struct slice s)
{
	char bytes[MARKUP_REFERENCE];
	size_t bytes_len = 0, len = markup_reference(s, false, bytes, &bytes_len);
	struct slice text = len == 0 ? SLICE("&") : slice_from(bytes, bytes_len);

	if (html_plain(text, false) > 0 || memchr("&<>", text.at[0], 3) != NULL)
		put(t, text);
	return len == 0 ? 1 : len;
}

struct slice sanitize_text(struct arena *a, struct slice html)
{
	struct text t = {.gone = HTML_NONE};
	struct slice text;

	html = slice_clean(a, html);
	buf_init(&t.out, 2 * html.len + MARKUP_REFERENCE);
	while (html.len > 0) {
		size_t len = 0;

		while (len < html.len && html.at[len] != '<' && html.at[len] != '&')
			len++;
		put(&t, slice_head(html, len));
		html = slice_skip(html, len);
		if (html.len > 0)
			html = slice_skip(html,
				html.at[0] == '<' ? read_less(&t, html) : read_reference(&t, html));
	}
	text = slice_trim(slice_copy(a, buf_slice(&t.out)));
	buf_clear(&t.out);
	return text;
}

struct slice sanitize_line(struct arena *a, struct slice html)
{
	return slice_line(a, sanitize_text(a, html));
}

bool sanitize_has_markup(struct slice html)
{
	struct markup_tag tag;
	char text[MARKUP_REFERENCE];
	size_t len;

	for (; html.len > 0; html = slice_skip(html, 1)) {
		if (html.at[0] == '&' && markup_reference(html, false, text, &len) > 0)
			return true;
		if (html.at[0] != '<')
			continue;
		switch (markup_kind(html)) {
		case MARKUP_TEXT:
			break;
		case MARKUP_COMMENT:
			return slice_find_byte(html, '>') < html.len;
		case MARKUP_TAG:
			return markup_tag(html, &tag) > 0;
		}
	}
	return false;
}

/* --- HTML */

struct slice sanitize_escape(struct arena *a, struct slice text)
{
	struct canonical to;

	canonical_begin(&to, a, SLICE_NONE);
	canonical_text(&to, slice_clean(a, text));
	return canonical_end(&to);
}

/* By the fast way where it can be, by gumbo else; SANITIZE_TOO_WILD: nothing came of it. */
static enum sanitize_way read_html(struct canonical *to, struct slice html)
{
	enum onepass_verdict verdict = onepass_read(html, to);

	if (verdict == ONEPASS_UNCLEAN) {
		html = slice_clean(to->arena, html);
		canonical_again(to);
		verdict = onepass_read(html, to);
	}
	if (verdict == ONEPASS_DONE)
		return SANITIZE_PLAIN;
	canonical_again(to);
	return tagsoup_read(slice_clean(to->arena, html), to) ? SANITIZE_SOUP : SANITIZE_TOO_WILD;
}

enum sanitize_way sanitize_html(
	struct arena *a, struct slice html, struct slice base, struct slice *canonical_out)
{
	struct slice head = slice_utf8_head(html, LIMIT_HTML_BYTES);
	enum sanitize_way way;
	struct canonical to;

	canonical_begin(&to, a, base);
	way = read_html(&to, head);
	if (way != SANITIZE_TOO_WILD && (to.is_cut || head.len < html.len))
		way = SANITIZE_CUT;
	*canonical_out = canonical_end(&to);
	if (way == SANITIZE_TOO_WILD)
		*canonical_out = sanitize_escape(a, sanitize_text(a, head));
	return way;
}
