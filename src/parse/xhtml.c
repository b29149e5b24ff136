/*
 * xhtml.c - XML's elements written as HTML, for the sanitiser to read
 */
#include "parse/xhtml.h"

#include "base/arena.h"
#include "base/url.h"

static bool is_one_of(struct slice name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is_fold(name, names[i]))
			return true;
	return false;
}

static void put_escaped(struct buf *out, struct slice text, bool in_quotes)
{
	size_t from = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char *escaped = text.at[i] == '&'                ? "&amp;"
				      : text.at[i] == '<'              ? "&lt;"
				      : text.at[i] == '>'              ? "&gt;"
				      : text.at[i] == '"' && in_quotes ? "&quot;"
								       : NULL;

		if (escaped == NULL)
			continue;
		buf_put(out, text.at + from, i - from);
		buf_puts(out, escaped);
		from = i + 1;
	}
	buf_put_slice(out, slice_skip(text, from));
}

void xhtml_put_start(struct buf *out, struct slice name)
{
	buf_putc(out, '<');
	buf_put_slice(out, name);
}

void xhtml_put_attribute(struct buf *out, struct slice name, struct slice value, struct slice base)
{
	static const char *const addresses[] = {
		"href", "src", "cite", "longdesc", "poster", "background", "action", "data"};
	struct arena room = {NULL, 0};

	if (base.len > 0 && is_one_of(name, addresses, COUNT(addresses))) {
		struct slice absolute = url_resolve(&room, base, value, URL_LINK);

		value = absolute.len > 0 ? absolute : value;
	}
	buf_putc(out, ' ');
	buf_put_slice(out, name);
	buf_puts(out, "=\"");
	put_escaped(out, value, true);
	buf_putc(out, '"');
	arena_clear(&room);
}

void xhtml_put_end(struct buf *out, struct slice name)
{
	static const char *const voids[] = {"area", "base", "br", "col", "embed", "hr", "img",
		"input", "link", "meta", "param", "source", "track", "wbr"};

	if (is_one_of(name, voids, COUNT(voids)))
		return;
	buf_puts(out, "</");
	buf_put_slice(out, name);
	buf_putc(out, '>');
}

void xhtml_put_text(struct buf *out, struct slice text)
{
	put_escaped(out, text, false);
}

/* The byte that the character at `*at` stands for in Latin-1; -1 where it is none. */
static int latin1_at(struct slice text, size_t *at)
{
	unsigned char c = (unsigned char)text.at[(*at)++];

	if (c < 0x80)
		return c;
	if (c != 0xC2 && c != 0xC3)
		return -1;
	return (int)((c & 3U) << 6 | ((unsigned char)text.at[(*at)++] & 0x3FU));
}

/* How many bytes follow a first byte of a sequence, and the range of the next (RFC 3629 section 4).
 */
static int more_after(int first, int *least, int *most)
{
	*least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
	*most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
	if (first >= 0xF0)
		return first < 0xF5 ? 3 : 0;
	return first >= 0xE0 ? 2 : first >= 0xC2 ? 1 : 0;
}

bool xhtml_is_encoded_twice(struct slice text)
{
	bool any = false;

	for (size_t at = 0; at < text.len;) {
		int least, most, c = latin1_at(text, &at), more = more_after(c, &least, &most);

		if (c >= 0 && c < 0x80)
			continue;
		if (more == 0)
			return false;
		for (; more > 0; more--, least = 0x80, most = 0xBF) {
			c = at < text.len ? latin1_at(text, &at) : -1;
			if (c < least || c > most)
				return false;
		}
		any = true;
	}
	return any;
}

void xhtml_decode_once(struct buf *text)
{
	size_t from = 0, to = 0;

	while (from < text->len)
		text->at[to++] = (char)latin1_at(buf_slice(text), &from);
	text->len = to;
}
