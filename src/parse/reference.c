/*
 * reference.c - `&…;` as XML writes it, and as feeds do
 */
#include "parse/reference.h"

#include "parse/entity.h"

#define NAME_BYTES 64

static int digit_of(char c, uint32_t base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (base == 16 && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool is_character(uint32_t c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xD800) ||
	       (c >= 0xE000 && c < 0xFFFE) || (c >= 0x10000 && c <= 0x10FFFF);
}

/* `s` begins with "&#". */
static void read_number(struct slice s, struct reference *out)
{
	bool is_hex = s.len > 2 && (s.at[2] == 'x' || s.at[2] == 'X');
	uint32_t base = is_hex ? 16 : 10, code = 0;
	size_t first = is_hex ? 3 : 2, at = first;

	for (; at < s.len; at++) {
		int digit = digit_of(s.at[at], base);

		if (digit < 0)
			break;
		if (code < 0x110000)
			code = code * base + (uint32_t)digit;
	}
	if (at == first)
		return;
	out->kind = REFERENCE_NUMBER;
	out->is_broken = at == s.len || s.at[at] != ';' || !is_character(code) || s.at[2] == 'X';
	out->number = is_character(code) ? entity_number(code) : 0xFFFD;
	out->len = at < s.len && s.at[at] == ';' ? at + 1 : at;
}

static bool is_name_byte(char c, bool is_first)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		(unsigned char)c >= 0x80)
		return true;
	return !is_first && ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':');
}

void reference_read(struct slice s, struct reference *out)
{
	static const char *const xml[] = {"amp", "lt", "gt", "quot", "apos"};
	size_t n = 1;

	out->kind = REFERENCE_NONE;
	out->len = 1;
	out->name = SLICE_NONE;
	out->is_broken = false;
	if (s.len < 3 || s.at[0] != '&')
		return;
	if (s.at[1] == '#') {
		read_number(s, out);
		return;
	}
	while (n < s.len && n < NAME_BYTES && is_name_byte(s.at[n], n == 1))
		n++;
	if (n == 1 || n == s.len || s.at[n] != ';')
		return;
	out->name = slice_from(s.at + 1, n - 1);
	out->len = n + 1;
	out->kind = REFERENCE_NAME;
	for (size_t i = 0; i < COUNT(xml); i++)
		if (slice_is(out->name, xml[i]))
			out->kind = REFERENCE_XML;
}

struct slice reference_text(struct reference *r)
{
	uint32_t c = r->number;

	if (r->kind != REFERENCE_NUMBER)
		return r->kind == REFERENCE_NONE ? SLICE_NONE : entity_text(r->name);
	if (c < 0x80) {
		r->room[0] = (char)c;
		return slice_from(r->room, 1);
	}
	if (c < 0x800) {
		r->room[0] = (char)(0xC0 | c >> 6);
		r->room[1] = (char)(0x80 | (c & 0x3F));
		return slice_from(r->room, 2);
	}
	if (c < 0x10000) {
		r->room[0] = (char)(0xE0 | c >> 12);
		r->room[1] = (char)(0x80 | (c >> 6 & 0x3F));
		r->room[2] = (char)(0x80 | (c & 0x3F));
		return slice_from(r->room, 3);
	}
	r->room[0] = (char)(0xF0 | c >> 18);
	r->room[1] = (char)(0x80 | (c >> 12 & 0x3F));
	r->room[2] = (char)(0x80 | (c >> 6 & 0x3F));
	r->room[3] = (char)(0x80 | (c & 0x3F));
	return slice_from(r->room, 4);
}
