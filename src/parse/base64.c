/*
 * base64.c - RFC 4648 section 4
 */
#include "parse/base64.h"

#include "base/arena.h"

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct arena *a, struct slice text, struct slice *out)
{
	char *to = arena_alloc(a, text.len / 4 * 3 + 3);
	size_t n = 0;
	uint32_t bits = 0;
	int have = 0;

	for (size_t i = 0; i < text.len && text.at[i] != '='; i++) {
		int value = value_of(text.at[i]);

		if (value < 0 && strchr(" \t\r\n", text.at[i]) != NULL && text.at[i] != '\0')
			continue;
		if (value < 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		have += 6;
		if (have >= 8) {
			have -= 8;
			to[n++] = (char)(bits >> have & 0xFF);
		}
	}
	*out = slice_from(to, n);
	return true;
}
