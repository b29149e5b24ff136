/* quiet.c - one pass over the tags of canonical HTML */
#include "publish/quiet.h"
#include "publish/out.h"
#include "publish/parts.h"

/* What becomes a link, and what it is called where nothing names it. */
static const struct {
	const char *element, *word;
} loud[] = {
	{"audio", "sound"},
	{"img", "picture"},
	{"source", "recording"},
	{"video", "film"},
};

static struct slice element_of(struct slice tag)
{
	size_t end = 0;

	tag = slice_skip(tag, slice_starts(tag, "</") ? 2 : 1);
	while (end < tag.len && tag.at[end] != ' ' && tag.at[end] != '>')
		end++;
	return slice_head(tag, end);
}

/* An attribute's value as it stands there, escaped; empty where there is none. */
static struct slice attribute(struct slice tag, struct slice name_and_quote)
{
	struct slice value = slice_skip(tag, slice_find(tag, name_and_quote) + name_and_quote.len);

	return slice_head(value, slice_find_byte(value, '"'));
}

static void unescape(struct buf *out, struct slice escaped)
{
	while (escaped.len > 0) {
		size_t taken;

		buf_put_slice(out, parts_decode(escaped, &taken));
		escaped = slice_skip(escaped, taken);
	}
}

/* `[word or alt]`, as a link where there is an address and we are in none. */
static void put_loud(struct buf *out, struct slice tag, const char *word, bool in_link)
{
	struct buf alt, src;
	bool linked = false;

	buf_init(&alt, tag.len);
	buf_init(&src, tag.len);
	unescape(&alt, attribute(tag, SLICE(" alt=\"")));
	unescape(&src, attribute(tag, SLICE(" src=\"")));
	if (!in_link && out_is_address(buf_slice(&src))) {
		linked = true;
		buf_puts(out, "<a rel=\"noopener noreferrer\"");
		(void)out_attr_url(out, "href", buf_slice(&src));
		buf_putc(out, '>');
	}
	buf_putc(out, '[');
	out_html(out, alt.len > 0 ? buf_slice(&alt) : slice_of(word));
	buf_putc(out, ']');
	if (linked)
		buf_puts(out, "</a>");
	buf_clear(&alt);
	buf_clear(&src);
}

static const char *loud_word(struct slice element)
{
	for (size_t i = 0; i < COUNT(loud); i++)
		if (slice_is(element, loud[i].element))
			return loud[i].word;
	return NULL;
}

void quiet_put(struct buf *out, struct slice canonical_html)
{
	struct slice rest = canonical_html;
	bool in_link = false;

	while (rest.len > 0) {
		size_t text = slice_find_byte(rest, '<');
		struct slice tag = slice_skip(rest, text);
		const char *word;

		buf_put_slice(out, slice_head(rest, text));
		tag = slice_head(tag, parts_tag(tag));
		rest = slice_skip(rest, text + tag.len);
		if (tag.len == 0)
			return;
		word = loud_word(element_of(tag));
		if (slice_is(element_of(tag), "a"))
			in_link = !slice_starts(tag, "</");
		if (word == NULL)
			buf_put_slice(out, tag);
		else if (!slice_starts(tag, "</") && slice_find(tag, SLICE(" src=\"")) < tag.len)
			put_loud(out, tag, word, in_link);
	}
}
