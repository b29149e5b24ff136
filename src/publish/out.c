/* out.c - escaped writing: runs of plain bytes as they are, what is special by a table */
#include "publish/out.h"

#include <inttypes.h>

/* What stands for a byte, by context; NULL: the byte itself. */
struct escapes {
	const char *of[0x80];
};

static const struct escapes xml_text = {{['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;"}};

static const struct escapes xml_attribute = {{['&'] = "&amp;",
	['<'] = "&lt;",
	['>'] = "&gt;",
	['"'] = "&quot;",
	['\''] = "&#39;",
	['\t'] = "&#9;",
	['\n'] = "&#10;"}};

static const struct escapes xml_twice = {
	{['&'] = "&amp;amp;", ['<'] = "&amp;lt;", ['>'] = "&amp;gt;"}};

static const struct escapes html_text = {
	{['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"}};

static const struct escapes json_string = {
	{['"'] = "\\\"", ['\\'] = "\\\\", ['\t'] = "\\t", ['\n'] = "\\n"}};

/* Has U+0080 to U+009F, a surrogate, a noncharacter no place in a document? */
static bool is_unfit(uint32_t c)
{
	return (c >= 0x80 && c < 0xA0) || (c >= 0xFDD0 && c <= 0xFDEF) || (c & 0xFFFE) == 0xFFFE;
}

/* The bytes from `from` on that may stand as they are. */
static size_t plain_run(struct slice s, size_t from, const struct escapes *e)
{
	size_t at = from;

	while (at < s.len) {
		unsigned char c = (unsigned char)s.at[at];
		size_t next = at;

		if (c < 0x80) {
			if (e->of[c] != NULL || c == 0x7F || (c < 0x20 && c != '\t' && c != '\n'))
				break;
			at++;
			continue;
		}
		/* U+FFFD that takes one byte stands for a byte that is no UTF-8 */
		c = (unsigned char)(is_unfit(slice_utf8_next(s, &next)) || next == at + 1);
		if (c != 0)
			break;
		at = next;
	}
	return at - from;
}

static void escape(struct buf *b, struct slice s, const struct escapes *e)
{
	size_t at = 0;

	while (at < s.len) {
		size_t run = plain_run(s, at, e);
		unsigned char c;

		buf_put(b, s.at + at, run);
		at += run;
		if (at == s.len)
			return;
		c = (unsigned char)s.at[at];
		if (c >= 0x80) {
			(void)slice_utf8_next(s, &at);
			buf_puts(b, "\xEF\xBF\xBD");
			continue;
		}
		if (e->of[c] != NULL)
			buf_puts(b, e->of[c]);
		at++;
	}
}

void out_xml(struct buf *b, struct slice text)
{
	escape(b, text, &xml_text);
}

void out_xml_attr(struct buf *b, struct slice text)
{
	escape(b, text, &xml_attribute);
}

void out_xml_twice(struct buf *b, struct slice text)
{
	escape(b, text, &xml_twice);
}

void out_html(struct buf *b, struct slice text)
{
	escape(b, text, &html_text);
}

void out_html_attr(struct buf *b, struct slice text)
{
	escape(b, text, &html_text);
}

void out_attr(struct buf *b, const char *name, struct slice value)
{
	if (value.len == 0)
		return;
	buf_putc(b, ' ');
	buf_puts(b, name);
	buf_puts(b, "=\"");
	out_xml_attr(b, value);
	buf_putc(b, '"');
}

bool out_is_address(struct slice url)
{
	static const char *const schemes[] = {"http://", "https://", "ftp://", "ftps://",
		"mailto:", "tel:", "sms:", "xmpp:", "irc:", "ircs:", "news:", "nntp:", "gopher:",
		"magnet:", "geo:", "webcal:", "urn:", "tag:", "sip:", "sips:"};

	for (size_t i = 0; i < COUNT(schemes); i++)
		if (slice_starts_fold(url, schemes[i]))
			return url.len > strlen(schemes[i]);
	return false;
}

static bool is_hex(unsigned char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* Where the authority of `url` stands, `from` to `to`; both 0 where it has none. */
static void authority(struct slice url, size_t *from, size_t *to)
{
	size_t at = slice_find(url, SLICE("://"));

	*from = *to = 0;
	if (at == url.len)
		return;
	*from = at + 3;
	for (*to = *from; *to < url.len && strchr("/?#", url.at[*to]) == NULL; (*to)++)
		;
}

/* May the byte at `i` stand there?  Brackets only around an IPv6 host, one '#', '%' before two. */
static bool may_stand(struct slice url, size_t i, size_t host_end, size_t fragment)
{
	unsigned char c = (unsigned char)url.at[i];

	if (c <= 0x20 || c >= 0x7F || strchr("\"<>\\^`{|}", c) != NULL)
		return false;
	if (c == '[' || c == ']')
		return i < host_end;
	if (c == '#')
		return i == fragment;
	if (c == '%')
		return i + 2 < url.len && is_hex((unsigned char)url.at[i + 1]) &&
		       is_hex((unsigned char)url.at[i + 2]);
	return true;
}

static void put_address(struct buf *b, struct slice url, const struct escapes *e)
{
	size_t from, to, host, fragment = slice_find_byte(url, '#');

	authority(url, &from, &to);
	host = from;
	for (size_t i = from; i < to; i++)
		if (url.at[i] == '@')
			host = i + 1;
	for (size_t i = 0; i < url.len; i++) {
		if (i == from)
			i = host;
		if (i == url.len)
			break;
		if (may_stand(url, i, to, fragment))
			escape(b, slice_from(url.at + i, 1), e);
		else
			buf_printf(b, "%%%02X", (unsigned)(unsigned char)url.at[i]);
	}
}

bool out_attr_url(struct buf *b, const char *name, struct slice url)
{
	if (!out_is_address(url))
		return false;
	buf_printf(b, " %s=\"", name);
	put_address(b, url, &xml_attribute);
	buf_putc(b, '"');
	return true;
}

static void open_tag(struct buf *b, const char *name)
{
	buf_putc(b, '<');
	buf_puts(b, name);
	buf_putc(b, '>');
}

static void close_tag(struct buf *b, const char *name)
{
	buf_puts(b, "</");
	buf_puts(b, name);
	buf_puts(b, ">\n");
}

void out_element(struct buf *b, const char *name, struct slice text)
{
	if (text.len == 0)
		return;
	open_tag(b, name);
	out_xml(b, text);
	close_tag(b, name);
}

void out_element_instant(struct buf *b, const char *name, instant at)
{
	if (at == INSTANT_NONE)
		return;
	open_tag(b, name);
	out_instant(b, at);
	close_tag(b, name);
}

bool out_element_url(struct buf *b, const char *name, struct slice url)
{
	if (!out_is_address(url))
		return false;
	open_tag(b, name);
	put_address(b, url, &xml_text);
	close_tag(b, name);
	return true;
}

void out_json_string(struct buf *b, struct slice text)
{
	buf_putc(b, '"');
	escape(b, text, &json_string);
	buf_putc(b, '"');
}

void out_json_next(struct buf *b)
{
	char last = b->len > 0 ? b->at[b->len - 1] : '[';

	if (last != '{' && last != '[')
		buf_putc(b, ',');
}

void out_json_name(struct buf *b, const char *name)
{
	out_json_next(b);
	out_json_string(b, slice_of(name));
	buf_putc(b, ':');
}

void out_json_text(struct buf *b, const char *name, struct slice text)
{
	if (text.len == 0)
		return;
	out_json_name(b, name);
	out_json_string(b, text);
}

bool out_json_url(struct buf *b, const char *name, struct slice url)
{
	if (!out_is_address(url))
		return false;
	out_json_name(b, name);
	buf_putc(b, '"');
	put_address(b, url, &json_string);
	buf_putc(b, '"');
	return true;
}

void out_json_instant(struct buf *b, const char *name, instant at)
{
	if (at == INSTANT_NONE)
		return;
	out_json_name(b, name);
	buf_putc(b, '"');
	out_instant(b, at);
	buf_putc(b, '"');
}

void out_json_number(struct buf *b, const char *name, int64_t number)
{
	out_json_name(b, name);
	buf_printf(b, "%" PRId64, number);
}

void out_json_bool(struct buf *b, const char *name, bool yes)
{
	out_json_name(b, name);
	buf_puts(b, yes ? "true" : "false");
}

void out_instant(struct buf *b, instant at)
{
	char text[INSTANT_TEXT_BYTES];

	at = at < INSTANT_MIN ? INSTANT_MIN : at;
	at = at > INSTANT_MAX ? INSTANT_MAX : at;
	buf_puts(b, instant_put_rfc3339(text, at));
}

/* RFC 3986 section 2.3. */
static bool is_unreserved(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c != 0 && strchr("-._~", c) != NULL);
}

void out_url_part(struct buf *b, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (is_unreserved(c))
			buf_putc(b, (char)c);
		else
			buf_printf(b, "%%%02X", c);
	}
}
