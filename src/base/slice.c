/* slice.c - borrowed text as bytes: compare, find, cut, copy */
#include "config.h" /* memmem is an extension */

#include "base/slice.h"
#include "base/arena.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

static char lower(char c)
{
	if (c >= 'A' && c <= 'Z')
		c = (char)(c | 0x20);
	return c;
}

bool slice_equal(struct slice a, struct slice b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool slice_is(struct slice s, const char *text)
{
	return slice_equal(s, slice_of(text));
}

bool slice_equal_fold(struct slice a, struct slice b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

bool slice_is_fold(struct slice s, const char *text)
{
	return slice_equal_fold(s, slice_of(text));
}

bool slice_starts(struct slice s, const char *prefix)
{
	return slice_is(slice_head(s, strlen(prefix)), prefix);
}

bool slice_starts_fold(struct slice s, const char *prefix)
{
	return slice_is_fold(slice_head(s, strlen(prefix)), prefix);
}

bool slice_ends(struct slice s, const char *suffix)
{
	size_t len = strlen(suffix);

	return len <= s.len && slice_is(slice_skip(s, s.len - len), suffix);
}

int slice_compare(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.at, b.at, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

size_t slice_find(struct slice s, struct slice needle)
{
	const char *found;

	if (needle.len == 0 || needle.len > s.len)
		return needle.len == 0 ? 0 : s.len;
	found = memmem(s.at, s.len, needle.at, needle.len);
	return found == NULL ? s.len : (size_t)(found - s.at);
}

size_t slice_find_byte(struct slice s, char byte)
{
	const char *found = s.len == 0 ? NULL : memchr(s.at, byte, s.len);

	return found == NULL ? s.len : (size_t)(found - s.at);
}

struct slice slice_skip(struct slice s, size_t from)
{
	return from >= s.len ? SLICE_NONE : slice_from(s.at + from, s.len - from);
}

struct slice slice_head(struct slice s, size_t len)
{
	return slice_from(s.at, s.len < len ? s.len : len);
}

struct slice slice_trim(struct slice s)
{
	while (s.len > 0 && is_space(s.at[s.len - 1]))
		s.len--;
	while (s.len > 0 && is_space(s.at[0]))
		s = slice_from(s.at + 1, s.len - 1);
	return s;
}

bool slice_cut(struct slice *rest, char byte, struct slice *part_out)
{
	size_t at;

	if (rest->at == NULL)
		return false;
	at = slice_find_byte(*rest, byte);
	*part_out = slice_head(*rest, at);
	/* An empty rest still has an address while a last, empty part is to come. */
	*rest = at < rest->len ? slice_from(rest->at + at + 1, rest->len - at - 1) : SLICE_NONE;
	return true;
}

bool slice_int(struct slice s, int64_t least, int64_t most, int64_t *value_out)
{
	bool minus = s.len > 0 && s.at[0] == '-';
	int64_t value = 0;

	if (s.len > 0 && (s.at[0] == '-' || s.at[0] == '+'))
		s = slice_skip(s, 1);
	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int digit = s.at[i] - '0';

		if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, minus ? -digit : digit, &value))
			return false;
	}
	if (value < least || value > most)
		return false;
	*value_out = value;
	return true;
}

struct slice slice_copy(struct arena *a, struct slice s)
{
	return s.len == 0 ? SLICE_NONE
			  : slice_from(memcpy(arena_alloc(a, s.len), s.at, s.len), s.len);
}

const char *slice_string(struct arena *a, struct slice s)
{
	char *text = arena_alloc(a, s.len + 1);

	if (s.len > 0)
		memcpy(text, s.at, s.len);
	return text;
}
