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
	buf_put(out, text.at + from, text.len - from);
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
