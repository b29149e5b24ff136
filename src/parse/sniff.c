/*
 * sniff.c - which characters: marks, headers, declarations, uchardet's guess
 */
#include "parse/sniff.h"

#include "parse/encoding.h"

#include <uchardet/uchardet.h>

#define DECLARATION_BYTES 1024 /* an XML declaration stands within so many */
#define META_BYTES        4096
#define GUESS_BYTES       (64U << 10)
#define PIECE_BYTES       (1U << 19)

static const struct {
	const char *mark;
	size_t len;
	const char *encoding;
} marks[] = {
	{"\xEF\xBB\xBF", 3, "utf-8"},
	{"\xFF\xFE\0\0", 4, "utf-32le"},
	{"\0\0\xFE\xFF", 4, "utf-32be"},
	{"\xFF\xFE", 2, "utf-16le"},
	{"\xFE\xFF", 2, "utf-16be"},
};

/* What `<` or `{` looks like in units of two and four bytes. */
static const struct {
	const char *mask; /* 'x' where the character stands */
	const char *encoding;
} units[] = {
	{"x000", "utf-32le"},
	{"000x", "utf-32be"},
	{"x0", "utf-16le"},
	{"0x", "utf-16be"},
};

/* The value behind `key` and `=` in `text`, in quotes or up to a delimiter. */
static struct slice value_of(struct slice text, const char *key)
{
	size_t len = strlen(key);

	for (size_t i = 0; i + len < text.len; i++) {
		struct slice rest = slice_skip(text, i);

		if (!slice_starts_fold(rest, key))
			continue;
		rest = slice_trim(slice_skip(rest, len));
		if (rest.len < 2 || rest.at[0] != '=')
			continue;
		rest = slice_trim(slice_skip(rest, 1));
		if (rest.len > 0 && (rest.at[0] == '"' || rest.at[0] == '\''))
			return slice_head(slice_skip(rest, 1),
				slice_find_byte(slice_skip(rest, 1), rest.at[0]));
		for (size_t n = 0;; n++)
			if (n == rest.len || strchr(" \t\r\n;,?>/\"'", rest.at[n]) != NULL)
				return slice_head(rest, n);
	}
	return SLICE_NONE;
}

/* The head of a document in units of several bytes, as ASCII. */
static struct slice narrow(struct slice body, const struct encoding *e, char room[static 1024])
{
	unsigned unit = encoding_unit(e);
	size_t n = 0;

	if (unit == 1 && encoding_is_ascii(e))
		return slice_head(body, DECLARATION_BYTES);

	struct buf out;

	buf_init(&out, (size_t)DECLARATION_BYTES * 4);
	encoding_decode(e, slice_head(body, DECLARATION_BYTES), &out);
	n = out.len < 1024 ? out.len : 1024;
	memcpy(room, out.at != NULL ? out.at : "", n);
	buf_clear(&out);
	return slice_from(room, n);
}

static struct slice declared_label(struct slice head, bool is_page)
{
	size_t at = slice_find(head, SLICE("<?xml"));
	struct slice declaration = slice_skip(head, at);

	if (at < head.len)
		return value_of(
			slice_head(declaration, slice_find_byte(declaration, '>')), "encoding");
	return is_page ? value_of(head, "charset") : SLICE_NONE;
}

/* EBCDIC's "<?xm". */
static const struct encoding *looks_ebcdic(struct slice body)
{
	return slice_starts(body, "\x4C\x6F\xA7\x94") ? encoding_find(SLICE("ibm037")) : NULL;
}

/* Two or four bytes a unit, told by a first character that is ASCII. */
static const struct encoding *looks_wide(struct slice body)
{
	for (size_t i = 0; i < COUNT(units); i++) {
		size_t len = strlen(units[i].mask);
		bool fits = body.len >= len;

		for (size_t n = 0; fits && n < len; n++)
			fits = (units[i].mask[n] == 'x') == (body.at[n] > 0);
		if (fits)
			return encoding_find(slice_of(units[i].encoding));
	}
	return looks_ebcdic(body);
}

static const struct encoding *marked(struct slice *body)
{
	for (size_t i = 0; i < COUNT(marks); i++) {
		if (body->len < marks[i].len || memcmp(body->at, marks[i].mark, marks[i].len) != 0)
			continue;
		*body = slice_skip(*body, marks[i].len);
		return encoding_find(slice_of(marks[i].encoding));
	}
	return NULL;
}

/* A label is believed where the bytes can be what it says. */
static const struct encoding *believable(struct slice label, const struct encoding *wide)
{
	const struct encoding *e = encoding_find(label);

	if (e == NULL)
		return NULL;
	if (wide == NULL)
		return encoding_unit(e) == 1 && encoding_is_ascii(e) ? e : NULL;
	if (encoding_unit(e) != encoding_unit(wide) ||
		encoding_is_ascii(e) != encoding_is_ascii(wide))
		return NULL;
	/* "utf-16" names no byte order; what stands there does. */
	return encoding_unit(e) == 1 ? e : wide;
}

static const struct encoding *guess(struct slice body)
{
	uchardet_t u = uchardet_new();
	struct slice head = slice_head(body, GUESS_BYTES);
	const struct encoding *e = NULL;

	if (uchardet_handle_data(u, head.at, head.len) == 0) {
		uchardet_data_end(u);
		e = encoding_find(slice_of(uchardet_get_charset(u)));
	}
	uchardet_delete(u);
	return e != NULL && encoding_is_ascii(e) ? e : encoding_find(SLICE("windows-1252"));
}

static bool has_multibyte(struct slice body)
{
	for (size_t at = 0; at < body.len;) {
		size_t from = at;

		slice_utf8_next(body, &at);
		if (at - from > 1)
			return true;
	}
	return false;
}

static bool is_ascii(struct slice body)
{
	unsigned char any = 0;

	for (size_t i = 0; i < body.len; i++)
		any |= (unsigned char)body.at[i];
	return any < 0x80;
}

/* slice_utf8_valid, a piece at a time. */
static bool is_utf8_valid(struct slice body, passed_bytes *passed)
{
	size_t at = 0;

	while (at < body.len) {
		struct slice piece = slice_utf8_head(slice_skip(body, at), PIECE_BYTES);

		if (piece.len == 0 || !slice_utf8_valid(piece))
			return false;
		at += piece.len;
		if (passed != NULL)
			passed(body.at, at);
	}
	return true;
}

/* What is to be read as `e`: as it stands where it is that in UTF-8 already. */
static void decode(struct slice body, const struct encoding *e, passed_bytes *passed,
	struct buf *room, struct sniffed *out)
{
	bool is_utf8 = strcmp(encoding_name(e), "utf-8") == 0;
	bool is_valid = (is_utf8 || encoding_unit(e) == 1) && is_utf8_valid(body, passed);

	out->text = body;
	if (is_valid && (is_utf8 || (encoding_is_ascii(e) && is_ascii(body) &&
					    strcmp(encoding_name(e), "iso-2022-jp") != 0))) {
		out->encoding = encoding_name(e);
		return;
	}
	if (is_utf8 && !has_multibyte(body)) {
		e = encoding_find(SLICE("windows-1252"));
		out->is_misdeclared = true;
	}
	out->replaced = encoding_decode(e, body, room);
	if (out->replaced > 0 && is_valid) {
		out->replaced = 0;
		out->is_misdeclared = true;
		e = encoding_find(SLICE("utf-8"));
	} else {
		out->text = buf_slice(room);
	}
	out->encoding = encoding_name(e);
}

void sniff_characters(struct slice body, struct slice content_type, bool is_page,
	passed_bytes *passed, struct buf *room, struct sniffed *out)
{
	char head_room[1024];
	const struct encoding *utf8 = encoding_find(SLICE("utf-8"));
	const struct encoding *e = marked(&body);

	*out = (struct sniffed){.encoding = "utf-8"};
	buf_init(room, body.len * 3 + 64);
	if (e != NULL) {
		decode(body, e, passed, room, out);
		return;
	}

	const struct encoding *wide = looks_wide(body);
	struct slice head = is_page && wide == NULL
				    ? slice_head(body, META_BYTES)
				    : narrow(body, wide != NULL ? wide : utf8, head_room);

	e = believable(value_of(content_type, "charset"), wide);
	if (e == NULL)
		e = believable(declared_label(head, is_page), wide);
	if (e == NULL)
		e = wide;
	if (e == NULL)
		e = is_utf8_valid(body, passed) ? utf8 : guess(body);
	decode(body, e, passed, room, out);
}

void sniff_warm_up(void)
{
	guess(SLICE("\xEF\xE0\xF0\xEE\xEB\xFC \xB1\xE2"));
}
