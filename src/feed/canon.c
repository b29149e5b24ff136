/*
 * canon.c - is this HTML canonical?
 *
 * Too small to be wrong: what it does not know, it refuses.
 */
#include "feed/canon.h"
#include "feed/html.h"

struct reader {
	struct slice html;
	size_t at;
	struct html_stack open;
};

/* What a start tag has shown of itself. */
struct start {
	enum html_element element;
	uint32_t given; /* 1 << enum html_attribute */
	unsigned tiny;  /* of its dimensions, how many are 0 or 1 */
};

static struct slice rest(const struct reader *r)
{
	return slice_from(r->html.at + r->at, r->html.len - r->at);
}

static bool take(struct reader *r, const char *text, size_t len)
{
	if (r->html.len - r->at < len || memcmp(r->html.at + r->at, text, len) != 0)
		return false;
	r->at += len;
	return true;
}

#define TAKE(r, literal) take((r), "" literal, sizeof(literal) - 1)

/* `&amp;` and its like; in values quotes are escaped, too. */
static bool take_escape(struct reader *r, bool quoted)
{
	if (r->at == r->html.len || r->html.at[r->at] != '&')
		return false;
	return TAKE(r, "&amp;") || TAKE(r, "&lt;") || TAKE(r, "&gt;") ||
	       (quoted && TAKE(r, "&quot;"));
}

/* Text, or a value, up to the first byte that neither may stand there nor begins an escape. */
static struct slice take_text(struct reader *r, bool quoted)
{
	size_t from = r->at;

	do
		r->at += html_plain(rest(r), quoted);
	while (take_escape(r, quoted));
	return slice_from(r->html.at + from, r->at - from);
}

static struct slice take_name(struct reader *r)
{
	size_t from = r->at;

	while (r->at < r->html.len && memchr(" =>", r->html.at[r->at], 3) == NULL)
		r->at++;
	return slice_from(r->html.at + from, r->at - from);
}

/* An address, in which nothing but & can be escaped, as it is meant; false where it is too long. */
static bool unescape(struct slice value, char to[LIMIT_URL_BYTES], struct slice *value_out)
{
	struct slice part;
	size_t len = 0;

	for (; value.len > 0; value = slice_skip(value, part.len)) {
		bool is_and = slice_starts(value, "&amp;");

		part = is_and ? slice_head(value, 5) : slice_head(value, 1);
		if (len == LIMIT_URL_BYTES || (!is_and && value.at[0] == '&'))
			return false;
		to[len++] = value.at[0];
	}
	*value_out = slice_from(to, len);
	return true;
}

/* A value with escapes in it, which only texts and addresses have. */
static bool is_escaped_ok(enum html_element e, enum html_attribute a, struct slice value)
{
	char plain[LIMIT_URL_BYTES];

	return unescape(value, plain, &value) && html_value_ok(e, a, value);
}

static bool is_value_ok(enum html_element e, enum html_attribute a, struct slice value)
{
	if (html_attributes[a].value == HTML_VALUE_TEXT)
		return true;
	return slice_find_byte(value, '&') == value.len ? html_value_ok(e, a, value)
							: is_escaped_ok(e, a, value);
}

static bool is_tiny(enum html_attribute a, struct slice value)
{
	return (a == HTML_AT_WIDTH || a == HTML_AT_HEIGHT) &&
	       (slice_is(value, "0") || slice_is(value, "1"));
}

/* ` name="value"` */
static bool read_attribute(struct reader *r, struct start *s)
{
	struct slice name = take_name(r), value;
	enum html_attribute a = html_find_attribute(name);
	uint32_t bit;

	if (a == HTML_ATTRIBUTE_COUNT || memcmp(name.at, html_attributes[a].name, name.len) != 0)
		return false;
	bit = UINT32_C(1) << a;
	/* One that this element may have, and after those that stand before it in html.def. */
	if ((html_elements[s->element].attributes & bit) == 0 || s->given >= bit || !TAKE(r, "=\""))
		return false;
	value = take_text(r, true);
	s->given |= bit;
	s->tiny += is_tiny(a, value) ? 1 : 0;
	return is_value_ok(s->element, a, value) && TAKE(r, "\"");
}

/* Attributes that are always there are, and it is no picture of one pixel. */
static bool is_whole(const struct start *s)
{
	uint32_t missing = html_elements[s->element].attributes & ~s->given;

	for (; missing != 0; missing &= missing - 1)
		if (html_attributes[__builtin_ctz(missing)].value == HTML_VALUE_ALWAYS)
			return false;
	return s->element != HTML_IMG || s->tiny < 2;
}

/* Behind <pre> a parser drops a newline: one that is meant must stand there twice. */
static bool is_newline_kept(const struct reader *r)
{
	return !slice_starts(rest(r), "\n") || slice_starts(rest(r), "\n\n");
}

static bool read_start(struct reader *r)
{
	struct slice name = take_name(r);
	enum html_element e = html_find(name);
	struct start s = {.element = e};

	if (e == HTML_NONE || html_elements[e].as != e ||
		memcmp(name.at, html_elements[e].name, name.len) != 0 ||
		!html_may_open(&r->open, e))
		return false;
	while (TAKE(r, " "))
		if (!read_attribute(r, &s))
			return false;
	if (!is_whole(&s) || !TAKE(r, ">"))
		return false;
	if (!html_is_void(e))
		html_push(&r->open, e);
	return e != HTML_PRE || is_newline_kept(r);
}

static bool read_end(struct reader *r)
{
	enum html_element e;

	if (r->open.depth == 0)
		return false;
	e = (enum html_element)r->open.open[r->open.depth - 1];
	html_pop(&r->open);
	return take(r, html_elements[e].name, html_elements[e].length) && TAKE(r, ">");
}

static bool read_next(struct reader *r)
{
	if (TAKE(r, "</"))
		return read_end(r);
	if (TAKE(r, "<"))
		return read_start(r);
	return html_may_write(&r->open) && take_text(r, false).len > 0;
}

bool canon_check(struct slice html, size_t *at_out)
{
	struct reader r = {.html = html};
	bool ok = true;

	while (ok && r.at < html.len)
		ok = read_next(&r);
	ok = ok && r.open.depth == 0;
	if (!ok && at_out != NULL)
		*at_out = r.at;
	return ok;
}
