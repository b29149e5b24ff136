/*
 * html.c - html.def as tables, and what they say
 */
#include "feed/html.h"

#include <assert.h>
#include <endian.h>

#define AT(id) (UINT32_C(1) << HTML_AT_##id)
#define GLOBAL (AT(DIR) | AT(LANG) | AT(TITLE))

const struct html_element_row html_elements[HTML_ELEMENT_COUNT] = {
#define KEEP(id, name, kind, attributes)                                                           \
	{name, sizeof(name) - 1, KIND_##kind, HTML_##id, GLOBAL | (attributes)},
#define RENAME(id, name, kind, as) {name, sizeof(name) - 1, KIND_##kind, HTML_##as, 0},
#define UNWRAP(id, name, kind)     {name, sizeof(name) - 1, KIND_##kind, HTML_NONE, 0},
#define DROP(id, name, kind)       {name, sizeof(name) - 1, KIND_##kind, HTML_GONE, 0},
	{"", 0, KIND_INLINE, HTML_NONE, 0},
#include "feed/html.def"
};

const struct html_attribute_row html_attributes[HTML_ATTRIBUTE_COUNT] = {
#define ATTRIBUTE(id, name, value) {name, sizeof(name) - 1, HTML_VALUE_##value},
#include "feed/html.def"
};

/*
 * What may stand in what.  `place` is where an element may stand, `holds` what it may hold, each
 * a set of PLACE_; `own` is what it puts in force for all within it, `clash` what must not be
 * in force where it stands, `keeps` what stays in force within it, each a set of IN_.
 */
enum {
	PLACE_FLOW = 1,
	PLACE_TABLE = 2,
	PLACE_SECTION = 4,
	PLACE_ROW = 8,
	PLACE_RUBY = 16,
	PLACE_MEDIA = 32,
};
enum { IN_P = 1, IN_HEADING = 2, IN_ITEM = 4, IN_TERM = 8, IN_ALL = 15, IN_BLOCK = 3 };

static const struct nesting {
	unsigned char place, holds, own, clash, keeps;
	unsigned char room; /* levels that must be left, for a table is no table without cells */
} nesting[KIND_COUNT] = {
	[KIND_INLINE] = {PLACE_FLOW, PLACE_FLOW, 0, 0, IN_ALL, 1},
	[KIND_FORMAT] = {PLACE_FLOW, PLACE_FLOW, 0, 0, IN_ALL, 1},
	[KIND_ANCHOR] = {PLACE_FLOW, PLACE_FLOW, 0, 0, IN_ALL, 1},
	[KIND_BLOCK] = {PLACE_FLOW, PLACE_FLOW, 0, IN_P, IN_BLOCK, 1},
	[KIND_DIVISION] = {PLACE_FLOW, PLACE_FLOW, 0, IN_P, IN_ALL, 1},
	[KIND_PARAGRAPH] = {PLACE_FLOW, PLACE_FLOW, IN_P, IN_P, IN_ALL, 1},
	[KIND_HEADING] = {PLACE_FLOW, PLACE_FLOW, IN_HEADING, IN_P | IN_HEADING, IN_BLOCK, 1},
	[KIND_PRE] = {PLACE_FLOW, PLACE_FLOW, 0, IN_P, IN_BLOCK, 1},
	[KIND_LIST] = {PLACE_FLOW, PLACE_FLOW, 0, IN_P, IN_BLOCK, 1},
	[KIND_ITEM] = {PLACE_FLOW, PLACE_FLOW, IN_ITEM, IN_P | IN_ITEM, IN_BLOCK, 1},
	[KIND_TERM] = {PLACE_FLOW, PLACE_FLOW, IN_TERM, IN_P | IN_TERM, IN_BLOCK, 1},
	[KIND_RUBY] = {PLACE_FLOW, PLACE_FLOW | PLACE_RUBY, 0, 0, IN_ALL, 1},
	[KIND_RUBY_PART] = {PLACE_RUBY, PLACE_FLOW, 0, 0, IN_ALL, 1},
	[KIND_MEDIA] = {PLACE_FLOW, PLACE_FLOW | PLACE_MEDIA, 0, 0, IN_ALL, 1},
	[KIND_SOURCE] = {PLACE_MEDIA, 0, 0, 0, 0, 0},
	[KIND_VOID] = {PLACE_FLOW, 0, 0, 0, 0, 0},
	[KIND_RULE] = {PLACE_FLOW, 0, 0, IN_P, 0, 0},
	[KIND_TABLE] = {PLACE_FLOW, PLACE_TABLE, 0, IN_P, 0, 4},
	[KIND_CAPTION] = {PLACE_TABLE, PLACE_FLOW, 0, 0, 0, 1},
	[KIND_SECTION] = {PLACE_TABLE, PLACE_SECTION, 0, 0, 0, 1},
	[KIND_ROW] = {PLACE_SECTION, PLACE_ROW, 0, 0, 0, 1},
	[KIND_CELL] = {PLACE_ROW, PLACE_FLOW, 0, 0, 0, 1},
};

bool html_is_void(enum html_element e)
{
	unsigned kind = html_elements[e].kind;

	return kind == KIND_VOID || kind == KIND_RULE || kind == KIND_SOURCE;
}

static unsigned holds(const struct html_stack *s)
{
	if (s->depth == 0)
		return PLACE_FLOW;
	return nesting[html_elements[s->open[s->depth - 1]].kind].holds;
}

bool html_may_write(const struct html_stack *s)
{
	return (holds(s) & PLACE_FLOW) != 0;
}

bool html_may_open(const struct html_stack *s, enum html_element e)
{
	unsigned kind = html_elements[e].kind;
	const struct nesting *n = &nesting[kind];

	if ((n->place & holds(s)) == 0 || s->depth + n->room > LIMIT_HTML_DEPTH)
		return false;
	if ((n->clash & s->inside[s->depth]) != 0)
		return false;
	return (kind != KIND_FORMAT && kind != KIND_ANCHOR) || s->depth == 0 ||
	       memchr(s->open, (int)e, s->depth) == NULL;
}

void html_push(struct html_stack *s, enum html_element e)
{
	const struct nesting *n = &nesting[html_elements[e].kind];

	assert(s->depth < LIMIT_HTML_DEPTH);
	s->inside[s->depth + 1] = (unsigned char)((s->inside[s->depth] & n->keeps) | n->own);
	s->open[s->depth++] = (unsigned char)e;
}

void html_pop(struct html_stack *s)
{
	assert(s->depth > 0);
	s->depth--;
}

/* --- names */

/* A name as two numbers whose order is the alphabet's.  All names are shorter than 12. */
struct key {
	uint64_t high;
	uint32_t low;
};

static bool key_of(struct slice name, struct key *key_out)
{
	unsigned char folded[12] = {0};

	if (name.len == 0 || name.len >= sizeof folded)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.at[i];

		if (c == '\0')
			return false; /* it would be taken for the end */
		folded[i] = c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
	}
	memcpy(&key_out->high, folded, 8);
	memcpy(&key_out->low, folded + 8, 4);
	key_out->high = be64toh(key_out->high);
	key_out->low = be32toh(key_out->low);
	return true;
}

static int compare(const struct key *k, const char *name)
{
	uint64_t high;
	uint32_t low;

	memcpy(&high, name, 8);
	high = be64toh(high);
	if (k->high != high)
		return k->high < high ? -1 : 1;
	memcpy(&low, name + 8, 4);
	low = be32toh(low);
	return k->low < low ? -1 : k->low > low;
}

enum html_element html_find(struct slice name)
{
	struct key k;
	unsigned least = 1, past = HTML_ELEMENT_COUNT;

	if (!key_of(name, &k))
		return HTML_NONE;
	while (least < past) {
		unsigned middle = (least + past) / 2;
		int order = compare(&k, html_elements[middle].name);

		if (order == 0)
			return (enum html_element)middle;
		if (order < 0)
			past = middle;
		else
			least = middle + 1;
	}
	return HTML_NONE;
}

enum html_attribute html_find_attribute(struct slice name)
{
	struct key k;
	unsigned least = 0, past = HTML_ATTRIBUTE_COUNT;

	if (!key_of(name, &k))
		return HTML_ATTRIBUTE_COUNT;
	while (least < past) {
		unsigned middle = (least + past) / 2;
		int order = compare(&k, html_attributes[middle].name);

		if (order == 0)
			return (enum html_attribute)middle;
		if (order < 0)
			past = middle;
		else
			least = middle + 1;
	}
	return HTML_ATTRIBUTE_COUNT;
}

/* --- text */

/* What a byte is to html_plain: S stops it, L leads a sequence, Q is a quote. */
enum { S = 1, L, Q };

/* clang-format off */
static const unsigned char byte_class[256] = {
	S, S, S, S, S, S, S, S, S, 0, 0, S, S, S, S, S,
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	0, 0, Q, 0, 0, 0, S, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, S, 0, S, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, S,
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, S, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, S, S, S, S, S, S, S, S, S, S, S,
};
/* clang-format on */

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/* The bytes of the sequence at the start of `s`, 0 where it is none, or may not pass. */
static size_t sequence(struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.at;
	size_t len = 0;
	uint32_t c;

	/* Letters, punctuation and ideographs, without a look at what they are. */
	if (s.len >= 2 && p[0] >= 0xc3 && p[0] <= 0xdf && is_tail(p[1]))
		return 2;
	if (s.len >= 3 && p[0] >= 0xe1 && p[0] <= 0xec && is_tail(p[1]) && is_tail(p[2]) &&
		(p[0] != 0xe2 || p[1] != 0x80 || (p[2] & 0xfe) != 0xa8))
		return 3;
	c = slice_utf8_next(s, &len);
	if (c <= 0x9f || (c == 0xfffd && len == 1) || (c >= 0xfdd0 && c <= 0xfdef) ||
		(c & 0xfffe) == 0xfffe || c == 0x2028 || c == 0x2029)
		return 0;
	return len;
}

typedef unsigned char vector __attribute__((vector_size(16)));
typedef uint64_t vector_words __attribute__((vector_size(16)));

/* How many bytes at `p` come in sixteens of plain ASCII without a newline: a fast first look. */
static size_t plain_vectors(const unsigned char *p, size_t len)
{
	size_t at = 0;

	for (vector v; len - at >= sizeof v; at += sizeof v) {
		vector_words other;

		memcpy(&v, p + at, sizeof v);
		other = (vector_words)((v < ' ') | (v > '~') | (v == '"') | (v == '&') |
				       (v == '<') | (v == '>'));
		if ((other[0] | other[1]) != 0)
			break;
	}
	return at;
}

size_t html_plain(struct slice s, bool quoted)
{
	const unsigned char *p = (const unsigned char *)s.at;
	size_t at = plain_vectors(p, s.len);

	for (;;) {
		unsigned class = 0;
		size_t len = 1;

		while (at < s.len && (class = byte_class[p[at]]) == 0)
			at++;
		if (at == s.len || class == S || (class == Q && quoted))
			return at;
		if (class == L && (len = sequence(slice_from(s.at + at, s.len - at))) == 0)
			return at;
		at += len;
		if (at < s.len && p[at] < 0x80)
			at += plain_vectors(p + at, s.len - at);
	}
}

/* --- values */

static const char *const words[HTML_ATTRIBUTE_COUNT][6] = {
	[HTML_AT_CONTROLS] = {""},
	[HTML_AT_DIR] = {"auto", "ltr", "rtl"},
	[HTML_AT_REL] = {"noopener noreferrer"},
	[HTML_AT_SCOPE] = {"col", "colgroup", "row", "rowgroup"},
	[HTML_AT_TYPE] = {"1", "A", "I", "a", "i"},
};

const char *const *html_words(enum html_attribute a)
{
	return words[a];
}

static bool is_word(enum html_attribute a, struct slice value)
{
	for (const char *const *word = words[a]; *word != NULL; word++)
		if (slice_is(value, *word))
			return true;
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool is_number(struct slice value)
{
	if (value.len == 0 || value.len > 5 || (value.at[0] == '0' && value.len > 1))
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (!is_digit(value.at[i]))
			return false;
	return true;
}

static bool is_integer(struct slice value)
{
	if (value.len > 0 && value.at[0] == '-')
		return is_number(slice_skip(value, 1)) && value.at[1] != '0';
	return is_number(value);
}

/* As BCP 47 writes them; whether the subtags exist is not asked. */
static bool is_language(struct slice value)
{
	size_t run = 0;

	if (value.len > 35)
		return false;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] == '-' && run == 0)
			return false;
		run = value.at[i] == '-' ? 0 : run + 1;
		if (run > 8 || (run > 0 && !is_alphanumeric(value.at[i])))
			return false;
	}
	return run > 0;
}

/* --- addresses: what base/url.h makes of strangers' ones, looked at again */

static const char *const schemes[] = {
	/* those that name a host come first */
	"http",
	"https",
	"ftp",
	"ftps",
	"gopher",
	"irc",
	"ircs",
	"geo",
	"magnet",
	"mailto",
	"news",
	"nntp",
	"sip",
	"sips",
	"sms",
	"tag",
	"tel",
	"urn",
	"webcal",
	"xmpp",
};
enum { WEB_SCHEMES = 2, HOST_SCHEMES = 7 };

static bool is_safe_ascii(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (c <= ' ' || c > '~' || c == '"' || c == '<' || c == '>')
			return false;
	}
	return true;
}

/* Does it begin as nearly all do? */
static bool is_plain_web(struct slice value)
{
	return (value.len > 8 && memcmp(value.at, "https://", 8) == 0 &&
		       is_alphanumeric(value.at[8])) ||
	       (value.len > 7 && memcmp(value.at, "http://", 7) == 0 &&
		       is_alphanumeric(value.at[7]));
}

static bool is_address(struct slice value, size_t n_schemes)
{
	struct slice rest = value, scheme;

	if (value.len > LIMIT_URL_BYTES || !is_safe_ascii(value))
		return false;
	if (is_plain_web(value))
		return true;
	if (!slice_cut(&rest, ':', &scheme) || rest.len == 0)
		return false;
	for (size_t i = 0; i < n_schemes; i++)
		if (slice_is_fold(scheme, schemes[i]))
			return i >= HOST_SCHEMES ||
			       (rest.len > 2 && slice_starts(rest, "//") &&
				       memchr("/?#\\@:", rest.at[2], 6) == NULL);
	return false;
}

/*
 * A reference to be resolved by whoever knows the base.  We keep it only where we know none, and
 * never one that names a host.
 */
static bool is_relative(struct slice value)
{
	size_t path = 0;

	while (path < value.len && memchr("/?#", value.at[path], 3) == NULL)
		path++;
	return value.len > 0 && value.len <= LIMIT_URL_BYTES && is_safe_ascii(value) &&
	       slice_find_byte(slice_head(value, path), ':') == path &&
	       slice_find_byte(value, '\\') == value.len && !slice_starts(value, "//");
}

/* A raster picture in the address itself (RFC 2397), which asks nobody for anything. */
static bool is_picture(struct slice value)
{
	static const char *const types[] = {
		"png", "gif", "jpeg", "jpg", "webp", "avif", "bmp", "x-icon", "vnd.microsoft.icon"};
	struct slice rest = slice_skip(value, sizeof "data:image/" - 1), type;

	if (value.len > LIMIT_DATA_ADDRESS_BYTES || !slice_starts(value, "data:image/") ||
		!slice_cut(&rest, ';', &type) || !slice_starts(rest, "base64,"))
		return false;
	rest = slice_skip(rest, sizeof "base64," - 1);
	for (size_t i = 0; i < rest.len; i++)
		if (!is_alphanumeric(rest.at[i]) && memchr("+/=", rest.at[i], 3) == NULL)
			return false;
	for (size_t i = 0; i < COUNT(types); i++)
		if (slice_is(type, types[i]))
			return rest.len > 0;
	return false;
}

bool html_value_ok(enum html_element e, enum html_attribute a, struct slice value)
{
	switch ((enum html_value)html_attributes[a].value) {
	case HTML_VALUE_TEXT:
		return true;
	case HTML_VALUE_LINK:
		return is_address(value, COUNT(schemes)) || is_relative(value);
	case HTML_VALUE_PICTURE:
		return is_address(value, WEB_SCHEMES) || is_relative(value) ||
		       (e == HTML_IMG && is_picture(value));
	case HTML_VALUE_ADDRESS:
		return is_address(value, WEB_SCHEMES) || is_relative(value);
	case HTML_VALUE_NUMBER:
		return is_number(value);
	case HTML_VALUE_INTEGER:
		return is_integer(value);
	case HTML_VALUE_LANGUAGE:
		return is_language(value);
	case HTML_VALUE_FLAG:
		return value.len == 0;
	case HTML_VALUE_WORD:
	case HTML_VALUE_ALWAYS:
		return is_word(a, value);
	case HTML_VALUE_NEVER:
		break;
	}
	return false;
}
