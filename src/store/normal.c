/* normal.c - text as it is compared */
#include "store/normal.h"
#include "base/arena.h"

#include <assert.h>

/* What is being written; never longer than what is read. */
struct pen {
	char *to;
	size_t len;
	bool space; /* white space came; it is put before the next word */
};

static void put_byte(struct pen *p, char byte)
{
	if (p->space && p->len > 0)
		p->to[p->len++] = ' ';
	p->space = false;
	p->to[p->len++] = byte;
}

/* Elements that stand within a word as well as between two: their tags are nothing. */
static bool is_inline(struct slice name)
{
	static const char *const names[] = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del",
		"dfn", "em", "i", "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong",
		"sub", "sup", "time", "u", "var", "wbr"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (slice_is(name, names[i]))
			return true;
	return false;
}

/* The bytes of the tag at the head of `s`.  In canonical HTML no '>' stands in an attribute's way.
 */
static size_t tag_len(struct slice s)
{
	char quote = '\0';

	for (size_t i = 1; i < s.len; i++) {
		if (quote != '\0')
			quote = s.at[i] == quote ? '\0' : quote;
		else if (s.at[i] == '"')
			quote = s.at[i];
		else if (s.at[i] == '>')
			return i + 1;
	}
	return s.len;
}

static size_t skip_tag(struct pen *p, struct slice s)
{
	size_t len = tag_len(s);
	size_t from = s.len > 1 && s.at[1] == '/' ? 2 : 1;
	size_t to = from;

	while (to < len && s.at[to] != '>' && s.at[to] != ' ')
		to++;
	if (!is_inline(slice_from(s.at + from, to - from)))
		p->space = true;
	return len;
}

/* A character reference of canonical HTML: all that it has. */
static size_t put_reference(struct pen *p, struct slice s)
{
	static const struct {
		const char *text;
		size_t len;
		char byte;
	} rows[] = {{"&amp;", 5, '&'}, {"&lt;", 4, '<'}, {"&gt;", 4, '>'}};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (slice_starts(s, rows[i].text)) {
			put_byte(p, rows[i].byte);
			return rows[i].len;
		}
	put_byte(p, '&');
	return 1;
}

/* Characters that are drawn in several ways: what they count as.  "" is nothing, " " a space. */
static size_t put_alike(struct pen *p, struct slice s)
{
	static const struct {
		const char *text;
		const char *as;
	} rows[] = {{"\xc2\xa0", " "}, {"\xc2\xad", ""}, {"\xe2\x80\x8b", ""}, {"\xe2\x80\x8c", ""},
		{"\xe2\x80\x8d", ""}, {"\xe2\x80\x8e", ""}, {"\xe2\x80\x8f", ""},
		{"\xef\xbb\xbf", ""}, {"\xe2\x80\x90", "-"}, {"\xe2\x80\x91", "-"},
		{"\xe2\x80\x93", "-"}, {"\xe2\x80\x94", "-"}, {"\xe2\x80\x98", "'"},
		{"\xe2\x80\x99", "'"}, {"\xe2\x80\x9c", "\""}, {"\xe2\x80\x9d", "\""},
		{"\xe2\x80\xa6", "..."}, {"\xe2\x80\xaf", " "}, {"\xe2\x80\x89", " "},
		{"\xe3\x80\x80", " "}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!slice_starts(s, rows[i].text))
			continue;
		for (const char *at = rows[i].as; *at != '\0'; at++)
			if (*at == ' ')
				p->space = true;
			else
				put_byte(p, *at);
		return strlen(rows[i].text);
	}
	put_byte(p, s.at[0]);
	return 1;
}

static bool is_white(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\f';
}

struct slice normal_text(struct arena *a, struct slice text, bool is_html)
{
	struct pen p = {.to = arena_alloc(a, text.len + 1)};
	size_t i = 0;

	while (i < text.len) {
		char byte = text.at[i];

		if (is_white(byte))
			p.space = true, i++;
		else if (is_html && byte == '<')
			i += skip_tag(&p, slice_skip(text, i));
		else if (is_html && byte == '&')
			i += put_reference(&p, slice_skip(text, i));
		else if (byte == '\xc2' || byte == '\xe2' || byte == '\xe3' || byte == '\xef')
			i += put_alike(&p, slice_skip(text, i));
		else
			put_byte(&p, byte >= 'A' && byte <= 'Z' ? (char)(byte + 32) : byte), i++;
	}
	assert(p.len <= text.len + 1);
	return slice_from(p.to, p.len);
}

struct slice normal_line(struct arena *a, struct slice line)
{
	struct slice text = normal_text(a, line, false);

	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] >= 0x80)
			return slice_fold(a, text);
	return text;
}

/* Han, kana, and what else of East Asia parts no words; Thai, Lao, Khmer, Burmese. */
static bool is_unparted(uint32_t c)
{
	return (c >= 0x0e00 && c <= 0x0eff) || (c >= 0x1000 && c <= 0x109f) ||
	       (c >= 0x1780 && c <= 0x17ff) || (c >= 0x3041 && c <= 0x30ff) ||
	       (c >= 0x3400 && c <= 0x9fff) || (c >= 0x20000 && c <= 0x3ffff);
}

size_t normal_words(struct slice text)
{
	size_t words = 0, unparted = 0;
	bool within = false;

	for (size_t i = 0; i < text.len;) {
		uint32_t c = slice_utf8_next(text, &i);
		bool alone = is_unparted(c);

		unparted += alone;
		if (c != ' ' && !alone && !within)
			words++;
		within = c != ' ' && !alone;
	}
	return words + unparted / 2;
}
