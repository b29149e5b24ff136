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

/* What a byte is put as by itself; 0: it is for put_special. */
static const unsigned char PLAIN[256] = {
	0,
	1,
	2,
	3,
	4,
	5,
	6,
	7,
	8,
	0,
	0,
	11,
	0,
	0,
	14,
	15,
	16,
	17,
	18,
	19,
	20,
	21,
	22,
	23,
	24,
	25,
	26,
	27,
	28,
	29,
	30,
	31,
	0,
	33,
	34,
	35,
	36,
	37,
	0,
	39,
	40,
	41,
	42,
	43,
	44,
	45,
	46,
	47,
	48,
	49,
	50,
	51,
	52,
	53,
	54,
	55,
	56,
	57,
	58,
	59,
	0,
	61,
	62,
	63,
	64,
	97,
	98,
	99,
	100,
	101,
	102,
	103,
	104,
	105,
	106,
	107,
	108,
	109,
	110,
	111,
	112,
	113,
	114,
	115,
	116,
	117,
	118,
	119,
	120,
	121,
	122,
	91,
	92,
	93,
	94,
	95,
	96,
	97,
	98,
	99,
	100,
	101,
	102,
	103,
	104,
	105,
	106,
	107,
	108,
	109,
	110,
	111,
	112,
	113,
	114,
	115,
	116,
	117,
	118,
	119,
	120,
	121,
	122,
	123,
	124,
	125,
	126,
	127,
	128,
	129,
	130,
	131,
	132,
	133,
	134,
	135,
	136,
	137,
	138,
	139,
	140,
	141,
	142,
	143,
	144,
	145,
	146,
	147,
	148,
	149,
	150,
	151,
	152,
	153,
	154,
	155,
	156,
	157,
	158,
	159,
	160,
	161,
	162,
	163,
	164,
	165,
	166,
	167,
	168,
	169,
	170,
	171,
	172,
	173,
	174,
	175,
	176,
	177,
	178,
	179,
	180,
	181,
	182,
	183,
	184,
	185,
	186,
	187,
	188,
	189,
	190,
	191,
	192,
	193,
	0,
	195,
	196,
	197,
	198,
	199,
	200,
	201,
	202,
	203,
	204,
	205,
	206,
	207,
	208,
	209,
	210,
	211,
	212,
	213,
	214,
	215,
	216,
	217,
	218,
	219,
	220,
	221,
	222,
	223,
	224,
	225,
	0,
	0,
	228,
	229,
	230,
	231,
	232,
	233,
	234,
	235,
	236,
	237,
	238,
	0,
	240,
	241,
	242,
	243,
	244,
	245,
	246,
	247,
	248,
	249,
	250,
	251,
	252,
	253,
	254,
	255,
};

static size_t put_special(struct pen *p, struct slice s, bool is_html)
{
	switch (s.at[0]) {
	case ' ':
	case '\n':
	case '\t':
	case '\r':
	case '\f':
		p->space = true;
		return 1;
	case '<':
		if (is_html)
			return skip_tag(p, s);
		break;
	case '&':
		if (is_html)
			return put_reference(p, s);
		break;
	case '\xc2':
	case '\xe2':
	case '\xe3':
	case '\xef':
		return put_alike(p, s);
	default:
		break;
	}
	put_byte(p, s.at[0]);
	return 1;
}

/* Most of a text is words: they are copied in one loop. */
static size_t put_plain(struct pen *p, struct slice s)
{
	size_t i = 1;

	put_byte(p, (char)PLAIN[(unsigned char)s.at[0]]);
	for (; i < s.len; i++) {
		unsigned char byte = PLAIN[(unsigned char)s.at[i]];

		if (byte == 0)
			break;
		p->to[p->len++] = (char)byte;
	}
	return i;
}

struct slice normal_text(struct arena *a, struct slice text, bool is_html)
{
	struct pen p = {.to = arena_alloc(a, text.len + 1)};

	for (size_t i = 0; i < text.len;) {
		struct slice rest = slice_skip(text, i);

		if (PLAIN[(unsigned char)rest.at[0]] != 0)
			i += put_plain(&p, rest);
		else
			i += put_special(&p, rest, is_html);
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

bool normal_has_words(struct slice text, size_t least)
{
	size_t words = 0, unparted = 0;
	bool within = false;

	for (size_t i = 0; i < text.len && words + unparted / 2 < least;) {
		unsigned char byte = (unsigned char)text.at[i];
		bool alone = false;

		if (byte < 0x80)
			i++;
		else
			alone = is_unparted(slice_utf8_next(text, &i));
		unparted += alone;
		if (byte != ' ' && !alone && !within)
			words++;
		within = byte != ' ' && !alone;
	}
	return words + unparted / 2 >= least;
}
