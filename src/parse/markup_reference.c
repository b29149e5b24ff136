/*
 * markup_reference.c - character references as HTML reads them
 *
 * HTML Standard, sections 13.2.5.72 to 13.2.5.80.  XML's are reference.h's.
 */
#include "parse/markup.h"
#include "base/arena.h"
#include "parse/entity.h"

#define NAME_LEN_MAX   31 /* CounterClockwiseContourIntegral */
#define LEGACY_LEN_MAX 6

/* The names that are old enough to do without their semicolon, sorted. */
static const char legacy[][LEGACY_LEN_MAX + 1] = {"AElig", "AMP", "Aacute", "Acirc", "Agrave",
	"Aring", "Atilde", "Auml", "COPY", "Ccedil", "ETH", "Eacute", "Ecirc", "Egrave", "Euml",
	"GT", "Iacute", "Icirc", "Igrave", "Iuml", "LT", "Ntilde", "Oacute", "Ocirc", "Ograve",
	"Oslash", "Otilde", "Ouml", "QUOT", "REG", "THORN", "Uacute", "Ucirc", "Ugrave", "Uuml",
	"Yacute", "aacute", "acirc", "acute", "aelig", "agrave", "amp", "aring", "atilde", "auml",
	"brvbar", "ccedil", "cedil", "cent", "copy", "curren", "deg", "divide", "eacute", "ecirc",
	"egrave", "eth", "euml", "frac12", "frac14", "frac34", "gt", "iacute", "icirc", "iexcl",
	"igrave", "iquest", "iuml", "laquo", "lt", "macr", "micro", "middot", "nbsp", "not",
	"ntilde", "oacute", "ocirc", "ograve", "ordf", "ordm", "oslash", "otilde", "ouml", "para",
	"plusmn", "pound", "quot", "raquo", "reg", "sect", "shy", "sup1", "sup2", "sup3", "szlig",
	"thorn", "times", "uacute", "ucirc", "ugrave", "uml", "uuml", "yacute", "yen", "yuml"};

static bool is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_legacy(struct slice name)
{
	size_t least = 0, past = COUNT(legacy);

	while (least < past) {
		size_t middle = (least + past) / 2;
		int order = slice_compare(name, slice_of(legacy[middle]));

		if (order == 0)
			return true;
		if (order < 0)
			past = middle;
		else
			least = middle + 1;
	}
	return false;
}

static struct slice name_text(struct slice name)
{
	/* Nearly all that are met. */
	static const struct {
		const char name[4];
		unsigned char len;
		const char *text;
	} common[] = {{"amp", 3, "&"}, {"nbsp", 4, "\u00a0"}, {"quot", 4, "\""}, {"lt", 2, "<"},
		{"gt", 2, ">"}};

	for (size_t i = 0; i < COUNT(common); i++)
		if (name.len == common[i].len && memcmp(name.at, common[i].name, name.len) == 0)
			return slice_of(common[i].text);
	return entity_text(name);
}

static size_t encode(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static int digit_value(char c, uint32_t base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static size_t read_number(struct slice s, char *text_out, size_t *len_out)
{
	bool hex = s.len > 2 && (s.at[2] | 0x20) == 'x';
	size_t from = hex ? 3 : 2, at = from;
	uint32_t c = 0;
	int digit;

	for (; at < s.len && (digit = digit_value(s.at[at], hex ? 16 : 10)) >= 0; at++)
		c = c > 0x10ffff ? c : c * (hex ? 16 : 10) + (uint32_t)digit;
	if (at == from)
		return 0;
	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	*len_out = encode(text_out, entity_number(c));
	return at < s.len && s.at[at] == ';' ? at + 1 : at;
}

static size_t give(struct slice text, size_t taken, char *text_out, size_t *len_out)
{
	memcpy(text_out, text.at, text.len);
	*len_out = text.len;
	return taken;
}

/* A name without semicolon, which may be the head of a longer word. */
static size_t read_legacy(struct slice s, size_t run, bool quoted, char *text_out, size_t *len_out)
{
	for (size_t len = run < LEGACY_LEN_MAX ? run : LEGACY_LEN_MAX; len >= 2; len--) {
		struct slice name = slice_from(s.at + 1, len);
		char next = len + 1 < s.len ? s.at[len + 1] : '\0';

		if (!is_legacy(name))
			continue;
		if (quoted && (next == '=' || is_alphanumeric(next)))
			return 0;
		return give(name_text(name), len + 1, text_out, len_out);
	}
	return 0;
}

size_t markup_reference(
	struct slice s, bool quoted, char text_out[MARKUP_REFERENCE], size_t *len_out)
{
	size_t run = 0;
	struct slice text;

	if (s.len > 1 && s.at[1] == '#')
		return read_number(s, text_out, len_out);
	while (run + 1 < s.len && run <= NAME_LEN_MAX && is_alphanumeric(s.at[run + 1]))
		run++;
	if (run > 0 && run + 1 < s.len && s.at[run + 1] == ';') {
		text = name_text(slice_from(s.at + 1, run));
		if (text.len > 0)
			return give(text, run + 2, text_out, len_out);
	}
	return read_legacy(s, run, quoted, text_out, len_out);
}

struct slice markup_decode(struct arena *a, struct slice value)
{
	size_t at = slice_find_byte(value, '&'), len = 0;
	char *to;

	if (at == value.len)
		return value;
	to = arena_alloc(a, 2 * value.len + MARKUP_REFERENCE); /* `&nGt;` gives 6 bytes */
	for (at = 0; at < value.len;) {
		struct slice rest = slice_skip(value, at);
		size_t text = 0, taken = slice_find_byte(rest, '&');

		memcpy(to + len, rest.at, taken);
		len += taken;
		at += taken;
		if (at == value.len)
			break;
		taken = markup_reference(slice_skip(value, at), true, to + len, &text);
		if (taken == 0)
			to[len] = '&';
		len += taken == 0 ? 1 : text;
		at += taken == 0 ? 1 : taken;
	}
	return slice_from(to, len);
}
