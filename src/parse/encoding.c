/*
 * encoding.c - bytes in any encoding that a feed declares to UTF-8
 *
 * Single-byte encodings become tables of 256 characters, made by iconv at warm-up; UTF-16 and
 * UTF-32 are read by hand; the East Asian ones go through iconv.
 */
#include "parse/encoding.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#define REPLACEMENT 0xFFFDU
#define NO_ICONV    ((iconv_t)-1)

enum kind { UTF8, UTF16LE, UTF16BE, UTF32LE, UTF32BE, SINGLE, MULTI };

struct encoding {
	const char *name, *iconv, *labels;
	enum kind kind;
};

static const struct encoding encodings[] = {
#define ENCODING(name, iconv, kind, labels) {name, iconv, labels, kind},
#include "parse/encoding.def"
#undef ENCODING
};

/* Where the WHATWG's index and glibc's module differ. */
static const struct {
	const char *name;
	unsigned char byte;
	uint16_t code;
} fixes[] = {
	{"macintosh", 0xDB, 0x20AC},
	{"x-mac-cyrillic", 0xA2, 0x0490},
	{"x-mac-cyrillic", 0xB6, 0x0491},
	{"x-mac-cyrillic", 0xFF, 0x20AC},
	{"koi8-u", 0xAE, 0x045E},
	{"koi8-u", 0xBE, 0x040E},
};

static uint16_t tables[COUNT(encodings)][256]; /* of SINGLE */
static iconv_t handles[COUNT(encodings)];      /* of MULTI */
static bool is_warm;

/* The character of one byte; where there is none, C1's control as the WHATWG has it, or U+FFFD. */
static uint16_t character_of(iconv_t with, unsigned char byte)
{
	char in = (char)byte, out[16];
	char *in_at = &in, *out_at = out;
	size_t in_left = 1, out_left = sizeof out, at = 0;

	iconv(with, NULL, NULL, NULL, NULL);
	if (iconv(with, &in_at, &in_left, &out_at, &out_left) == (size_t)-1)
		return byte >= 0x80 && byte < 0xA0 ? byte : REPLACEMENT;
	/* Vietnamese and Hebrew wait for a mark that might follow. */
	iconv(with, NULL, NULL, &out_at, &out_left);
	if (out_left == sizeof out)
		return REPLACEMENT;
	return (uint16_t)slice_utf8_next(slice_from(out, sizeof out - out_left), &at);
}

static void make_table(size_t i)
{
	iconv_t with = iconv_open("UTF-8", encodings[i].iconv);

	for (unsigned byte = 0; byte < 256; byte++)
		tables[i][byte] = with != NO_ICONV ? character_of(with, (unsigned char)byte)
				  : byte < 0x80    ? (uint16_t)byte
						   : REPLACEMENT;
	if (with != NO_ICONV)
		iconv_close(with);
	for (size_t f = 0; f < COUNT(fixes); f++)
		if (strcmp(fixes[f].name, encodings[i].name) == 0)
			tables[i][fixes[f].byte] = fixes[f].code;
}

void encoding_warm_up(void)
{
	for (size_t i = 0; i < COUNT(encodings) && !is_warm; i++) {
		if (encodings[i].kind == SINGLE)
			make_table(i);
		else if (encodings[i].kind == MULTI)
			handles[i] = iconv_open("UTF-8", encodings[i].iconv);
	}
	is_warm = true;
}

const struct encoding *encoding_find(struct slice label)
{
	char key[64];
	struct slice trimmed = slice_trim(label);

	if (trimmed.len == 0 || trimmed.len > sizeof key - 3)
		return NULL;
	key[0] = ' ';
	for (size_t i = 0; i < trimmed.len; i++) {
		char c = trimmed.at[i];

		if (c <= ' ' || c > '~')
			return NULL;
		key[i + 1] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	key[trimmed.len + 1] = ' ';
	key[trimmed.len + 2] = '\0';
	for (size_t i = 0; i < COUNT(encodings); i++)
		if (strstr(encodings[i].labels, key) != NULL)
			return &encodings[i];
	return NULL;
}

const char *encoding_name(const struct encoding *e)
{
	return e->name;
}

unsigned encoding_unit(const struct encoding *e)
{
	if (e->kind == UTF16LE || e->kind == UTF16BE)
		return 2;
	return e->kind == UTF32LE || e->kind == UTF32BE ? 4 : 1;
}

bool encoding_is_ascii(const struct encoding *e)
{
	encoding_warm_up();
	return encoding_unit(e) == 1 && (e->kind != SINGLE || tables[e - encodings]['<'] == '<');
}

static void put(struct buf *out, uint32_t c)
{
	char bytes[4];
	size_t n = 0;

	if (c < 0x80) {
		bytes[n++] = (char)c;
	} else if (c < 0x800) {
		bytes[n++] = (char)(0xC0 | c >> 6);
		bytes[n++] = (char)(0x80 | (c & 0x3F));
	} else if (c < 0x10000) {
		bytes[n++] = (char)(0xE0 | c >> 12);
		bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
		bytes[n++] = (char)(0x80 | (c & 0x3F));
	} else {
		bytes[n++] = (char)(0xF0 | c >> 18);
		bytes[n++] = (char)(0x80 | (c >> 12 & 0x3F));
		bytes[n++] = (char)(0x80 | (c >> 6 & 0x3F));
		bytes[n++] = (char)(0x80 | (c & 0x3F));
	}
	buf_put(out, bytes, n);
}

static size_t decode_utf8(struct slice bytes, struct buf *out)
{
	size_t bad = 0;

	for (size_t at = 0; at < bytes.len;) {
		size_t from = at;
		uint32_t c = slice_utf8_next(bytes, &at);

		if (c == REPLACEMENT && at - from == 1)
			bad++;
		put(out, c);
	}
	return bad;
}

static size_t decode_single(const uint16_t *table, struct slice bytes, struct buf *out)
{
	size_t bad = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		uint16_t c = table[(unsigned char)bytes.at[i]];

		bad += c == REPLACEMENT;
		put(out, c);
	}
	return bad;
}

static uint32_t unit_at(struct slice bytes, size_t at, enum kind kind)
{
	const unsigned char *b = (const unsigned char *)bytes.at + at;

	switch (kind) {
	case UTF16LE:
		return (uint32_t)b[0] | (uint32_t)b[1] << 8;
	case UTF16BE:
		return (uint32_t)b[1] | (uint32_t)b[0] << 8;
	case UTF32LE:
		return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
		       (uint32_t)b[3] << 24;
	case UTF32BE:
		return (uint32_t)b[3] | (uint32_t)b[2] << 8 | (uint32_t)b[1] << 16 |
		       (uint32_t)b[0] << 24;
	case UTF8:
	case SINGLE:
	case MULTI:
		break;
	}
	assert(false && "a kind of units");
	return 0;
}

static size_t decode_utf16(enum kind kind, struct slice bytes, struct buf *out)
{
	size_t bad = bytes.len % 2, at = 0;

	while (at + 2 <= bytes.len) {
		uint32_t c = unit_at(bytes, at, kind);

		at += 2;
		if (c >= 0xD800 && c < 0xDC00 && at + 2 <= bytes.len) {
			uint32_t low = unit_at(bytes, at, kind);

			if (low >= 0xDC00 && low < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
				at += 2;
			}
		}
		if (c >= 0xD800 && c < 0xE000) {
			c = REPLACEMENT;
			bad++;
		}
		put(out, c);
	}
	return bad;
}

static size_t decode_utf32(enum kind kind, struct slice bytes, struct buf *out)
{
	size_t bad = bytes.len % 4 > 0 ? 1 : 0;

	for (size_t at = 0; at + 4 <= bytes.len; at += 4) {
		uint32_t c = unit_at(bytes, at, kind);

		if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) {
			c = REPLACEMENT;
			bad++;
		}
		put(out, c);
	}
	return bad;
}

/* iconv stops at each error; a browser puts U+FFFD and goes on behind the bad byte. */
static size_t decode_multi(iconv_t with, struct slice bytes, struct buf *out)
{
	char part[4096];
	char *in = (char *)(uintptr_t)bytes.at; /* iconv does not write there */
	size_t left = bytes.len, bad = 0;

	if (with == NO_ICONV)
		return decode_utf8(bytes, out);
	iconv(with, NULL, NULL, NULL, NULL);
	while (left > 0) {
		char *to = part;
		size_t room = sizeof part;
		size_t got = iconv(with, &in, &left, &to, &room);

		buf_put(out, part, sizeof part - room);
		if (got == (size_t)-1 && errno != E2BIG) {
			put(out, REPLACEMENT);
			bad++;
			in++;
			left--;
		}
	}
	return bad;
}

size_t encoding_decode(const struct encoding *e, struct slice bytes, struct buf *out)
{
	size_t i = (size_t)(e - encodings);

	encoding_warm_up();
	switch (e->kind) {
	case UTF8:
		return decode_utf8(bytes, out);
	case UTF16LE:
	case UTF16BE:
		return decode_utf16(e->kind, bytes, out);
	case UTF32LE:
	case UTF32BE:
		return decode_utf32(e->kind, bytes, out);
	case SINGLE:
		return decode_single(tables[i], bytes, out);
	case MULTI:
		return decode_multi(handles[i], bytes, out);
	}
	assert(false && "a kind of encoding");
	return 0;
}
