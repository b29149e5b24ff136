/*
 * canonical.c - writes canonical HTML
 *
 * From the text up: what becomes of text, of an attribute's value, of an element.
 */
#include "parse/canonical.h"
#include "base/arena.h"
#include "base/url.h"

/* Room for LIMIT_HTML_DEPTH end tags, so that what is cut is balanced. */
#define END_TAGS_BYTES (LIMIT_HTML_DEPTH * sizeof "</blockquote>")

void canonical_begin(struct canonical *c, struct arena *a, struct slice base)
{
	*c = (struct canonical){.arena = a, .base = base, .pre = SIZE_MAX};
	buf_init(&c->out, LIMIT_HTML_BYTES);
}

void canonical_again(struct canonical *c)
{
	buf_reset(&c->out);
	c->open.depth = 0;
	c->pre = SIZE_MAX;
	c->is_cut = false;
}

/* How much more there may be; end tags may have gone past that. */
static size_t room(const struct canonical *c)
{
	size_t max = LIMIT_HTML_BYTES - END_TAGS_BYTES;

	return c->out.len < max ? max - c->out.len : 0;
}

/* All of `s`, or nothing, and nothing from then on. */
static void put(struct canonical *c, struct slice s)
{
	if (c->is_cut || s.len > room(c))
		c->is_cut = true;
	else
		buf_put_slice(&c->out, s);
}

/* --- text */

/* What the byte that html_plain stopped at becomes; how many bytes it took. */
static size_t put_special(struct canonical *c, struct slice s)
{
	size_t len = 0;

	switch (s.at[0]) {
	case '&':
		put(c, SLICE("&amp;"));
		return 1;
	case '<':
		put(c, SLICE("&lt;"));
		return 1;
	case '>':
		put(c, SLICE("&gt;"));
		return 1;
	case '"':
		put(c, SLICE("&quot;"));
		return 1;
	case '\r':
		put(c, SLICE("\n"));
		return 1;
	default: /* a character that must not pass, or a line separator (slice_clean) */
		if ((slice_utf8_next(s, &len) & ~1U) == 0x2028)
			put(c, SLICE("\n"));
		return len;
	}
}

/* As much of `s` as there is room for. */
static void put_plain(struct canonical *c, struct slice s)
{
	size_t left = room(c);

	if (c->is_cut)
		return;
	c->is_cut = s.len > left;
	buf_put_slice(&c->out, slice_utf8_head(s, left));
}

static void put_escaped(struct canonical *c, struct slice s, bool quoted)
{
	while (s.len > 0) {
		size_t len = html_plain(s, quoted);

		if (len == 0)
			len = put_special(c, s);
		else
			put_plain(c, slice_head(s, len));
		s = slice_skip(s, len);
	}
}

/* A parser takes a newline right after <pre> for the writer's: there it must stand twice. */
static void keep_newline(struct canonical *c, struct slice text)
{
	if (c->out.len == c->pre && text.len > 0 && text.at[0] == '\n')
		put(c, SLICE("\n"));
}

void canonical_plain(struct canonical *c, struct slice text)
{
	if (!html_may_write(&c->open))
		return;
	keep_newline(c, text);
	put_plain(c, text);
}

void canonical_text(struct canonical *c, struct slice text)
{
	if (!html_may_write(&c->open))
		return;
	keep_newline(c, text);
	put_escaped(c, text, false);
}

/* --- values: strangers' to what html_value_ok lets pass; empty where there is nothing in it */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct slice read_address(struct canonical *c, struct slice ref, enum url_use use)
{
	struct slice resolved = url_resolve(c->arena, c->base, ref, use);

	/* Without a base what is relative stays so: html_value_ok knows. */
	return resolved.len == 0 && c->base.len == 0 ? slice_trim(ref) : resolved;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

/* A picture, which may be data: in any case of letters and with white space anywhere. */
static struct slice read_picture(struct canonical *c, struct slice ref)
{
	bool in_type = true;
	size_t len = 0;
	char *to;

	ref = slice_trim(ref);
	if (!slice_starts_fold(ref, "data:"))
		return read_address(c, ref, URL_FETCH);
	if (ref.len > (size_t)2 * LIMIT_DATA_ADDRESS_BYTES)
		return SLICE_NONE;
	to = arena_alloc(c->arena, ref.len);
	for (size_t i = 0; i < ref.len; i++) {
		if (is_space(ref.at[i]))
			continue;
		in_type = in_type && ref.at[i] != ',';
		to[len++] = in_type && ref.at[i] >= 'A' && ref.at[i] <= 'Z'
				    ? (char)(ref.at[i] | 0x20)
				    : ref.at[i];
	}
	return slice_from(to, len);
}

/* The whole number that a value begins with; what follows it is not asked, but for a per cent. */
static struct slice read_number(struct slice value)
{
	size_t sign, len;

	value = slice_trim(value);
	if (value.len > 0 && value.at[0] == '+')
		value = slice_skip(value, 1);
	sign = len = value.len > 0 && value.at[0] == '-' ? 1 : 0;
	while (len < value.len && is_digit(value.at[len]))
		len++;
	if (slice_ends(value, "%"))
		return SLICE_NONE;
	value = slice_head(value, len);
	while (sign == 0 && value.len > 1 && value.at[0] == '0')
		value = slice_skip(value, 1);
	return value;
}

static struct slice read_language(struct canonical *c, struct slice value)
{
	char *to;

	value = slice_trim(value);
	if (slice_find_byte(value, '_') == value.len)
		return value;
	to = arena_alloc(c->arena, value.len);
	for (size_t i = 0; i < value.len; i++)
		to[i] = value.at[i] == '_' ? '-' : value.at[i];
	return slice_from(to, value.len);
}

/* The word that is meant: case aside, unless words differ in nothing else. */
static struct slice read_word(enum html_attribute a, struct slice value)
{
	value = slice_trim(value);
	for (const char *const *word = html_words(a); *word != NULL; word++)
		if (a == HTML_AT_TYPE ? slice_is(value, *word) : slice_is_fold(value, *word))
			return slice_of(*word);
	return value;
}

static struct slice read_value(struct canonical *c, enum html_attribute a, struct slice value)
{
	switch ((enum html_value)html_attributes[a].value) {
	case HTML_VALUE_LINK:
		return read_address(c, value, URL_LINK);
	case HTML_VALUE_ADDRESS:
		return read_address(c, value, URL_FETCH);
	case HTML_VALUE_PICTURE:
		return read_picture(c, value);
	case HTML_VALUE_NUMBER:
	case HTML_VALUE_INTEGER:
		return read_number(value);
	case HTML_VALUE_LANGUAGE:
		return read_language(c, value);
	case HTML_VALUE_WORD:
		return read_word(a, value);
	case HTML_VALUE_FLAG:
		return SLICE("");
	case HTML_VALUE_ALWAYS:
		return slice_of(html_words(a)[0]);
	case HTML_VALUE_TEXT:
	case HTML_VALUE_NEVER:
		break;
	}
	return value;
}

/* --- elements */

static void put_attribute(struct canonical *c, enum html_attribute a, struct slice value)
{
	put(c, SLICE(" "));
	put(c, slice_from(html_attributes[a].name, html_attributes[a].length));
	put(c, SLICE("=\""));
	put_escaped(c, value, true);
	put(c, SLICE("\""));
}

/* Attributes whose value is fixed are there whatever was given. */
static uint32_t fixed_attributes(uint32_t attributes)
{
	return attributes & (UINT32_C(1) << HTML_AT_CONTROLS | UINT32_C(1) << HTML_AT_REL);
}

static void put_tag(struct canonical *c, enum html_element e, const struct markup_values *values)
{
	uint32_t may = html_elements[e].attributes;
	uint32_t left = (may & values->given) | fixed_attributes(may);
	size_t start = c->out.len;

	put(c, SLICE("<"));
	put(c, slice_from(html_elements[e].name, html_elements[e].length));
	while (left != 0) {
		enum html_attribute a = (enum html_attribute)__builtin_ctz(left);
		struct slice given = (values->given >> a & 1) != 0 ? values->at[a] : SLICE_NONE;
		struct slice value = read_value(c, a, given);

		if (html_value_ok(e, a, value))
			put_attribute(c, a, value);
		left &= left - 1;
	}
	put(c, SLICE(">"));
	if (c->is_cut)
		c->out.len = start; /* no half of a tag */
}

/* What `style` says of a dimension; empty where it says nothing. */
static struct slice style_dimension(struct slice style, const char *name)
{
	struct slice declaration, property;

	while (slice_cut(&style, ';', &declaration))
		if (slice_cut(&declaration, ':', &property) &&
			slice_is_fold(slice_trim(property), name))
			return declaration;
	return SLICE_NONE;
}

/* A dimension in pixels: the number that put_tag would write; else what the style says. */
static struct slice dimension(const struct markup_values *v, enum html_attribute a)
{
	struct slice given = (v->given >> a & 1) != 0 ? read_number(v->at[a]) : SLICE_NONE;

	if (given.len == 0 && (v->given >> HTML_AT_STYLE & 1) != 0)
		given = read_number(style_dimension(v->at[HTML_AT_STYLE], html_attributes[a].name));
	return given;
}

static bool is_tiny(struct slice number)
{
	return slice_is(number, "0") || slice_is(number, "1");
}

/* A picture of a pixel shows nothing; it is there to tell who reads. */
static bool is_pixel(const struct markup_values *values)
{
	return is_tiny(dimension(values, HTML_AT_WIDTH)) &&
	       is_tiny(dimension(values, HTML_AT_HEIGHT));
}

bool canonical_open(struct canonical *c, enum html_element e, const struct markup_values *values)
{
	enum html_element as = (enum html_element)html_elements[e].as;

	if (as == HTML_NONE || as == HTML_GONE || c->is_cut || !html_may_open(&c->open, as) ||
		(as == HTML_IMG && is_pixel(values)))
		return false;
	put_tag(c, as, values);
	if (c->is_cut || html_is_void(as))
		return false;
	if (as == HTML_PRE)
		c->pre = c->out.len;
	html_push(&c->open, as);
	return true;
}

void canonical_close(struct canonical *c)
{
	enum html_element e = (enum html_element)c->open.open[c->open.depth - 1];

	buf_puts(&c->out, "</");
	buf_put(&c->out, html_elements[e].name, html_elements[e].length);
	buf_putc(&c->out, '>');
	html_pop(&c->open);
}

struct slice canonical_end(struct canonical *c)
{
	struct slice all;

	while (c->open.depth > 0)
		canonical_close(c);
	all = slice_copy(c->arena, slice_trim(buf_slice(&c->out)));
	buf_clear(&c->out);
	return all;
}
