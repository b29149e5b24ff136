/*
 * markup.c - a text's tags, one by one
 */
#include "parse/markup.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

static bool is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

enum markup_kind markup_kind(struct slice s)
{
	char first = s.len > 1 ? s.at[1] : '\0';

	if (is_letter(first))
		return MARKUP_TAG;
	if (first == '!' || first == '?')
		return MARKUP_COMMENT;
	if (first != '/' || s.len == 2)
		return MARKUP_TEXT;
	return is_letter(s.at[2]) ? MARKUP_TAG : MARKUP_COMMENT;
}

static size_t skip_space(struct slice s, size_t at)
{
	while (at < s.len && is_space(s.at[at]))
		at++;
	return at;
}

static size_t skip_name(struct slice s, size_t at)
{
	while (at < s.len && s.at[at] != '>' && s.at[at] != '/' && !is_space(s.at[at]))
		at++;
	return at;
}

static size_t skip_attribute_name(struct slice s, size_t at)
{
	/* A `=` at its start is part of it. */
	for (at++; at < s.len; at++)
		if (s.at[at] == '=' || s.at[at] == '>' || s.at[at] == '/' || is_space(s.at[at]))
			break;
	return at;
}

/* The value at `at`, behind `=` and space; what comes after it, s.len where it never ends. */
static size_t read_value(struct slice s, size_t at, struct slice *value_out)
{
	size_t from = at;

	if (at < s.len && (s.at[at] == '"' || s.at[at] == '\'')) {
		struct slice rest = slice_skip(s, at + 1);
		size_t len = slice_find_byte(rest, s.at[at]);

		*value_out = slice_head(rest, len);
		return len == rest.len ? s.len : at + len + 2;
	}
	while (at < s.len && s.at[at] != '>' && !is_space(s.at[at]))
		at++;
	*value_out = slice_from(s.at + from, at - from);
	return at;
}

/* A bit for a name, ASCII case aside. */
static uint64_t name_bit(struct slice name)
{
	size_t n = name.len;

	return UINT64_C(1) << ((((unsigned)name.at[0] | 0x20U) * 5 +
				       ((unsigned)name.at[n / 2] | 0x20U) * 3 +
				       ((unsigned)name.at[n - 1] | 0x20U) + n) &
			       63);
}

static size_t read_attribute(struct slice s, size_t at, struct markup_tag *tag)
{
	size_t end = skip_attribute_name(s, at);
	struct slice name = slice_from(s.at + at, end - at), value = SLICE("");
	enum html_attribute a = html_find_attribute(name);
	uint64_t bit = name_bit(name);

	at = skip_space(s, end);
	if (at < s.len && s.at[at] == '=')
		at = read_value(s, skip_space(s, at + 1), &value);
	else if ((tag->names & bit) != 0)
		tag->is_doubled = true;
	tag->names |= bit;
	tag->attributes++;
	if (a < HTML_ATTRIBUTE_COUNT && (tag->values.given >> a & 1) == 0) {
		tag->values.given |= UINT32_C(1) << a;
		tag->values.at[a] = value;
	}
	return at;
}

size_t markup_tag(struct slice s, struct markup_tag *tag_out)
{
	struct markup_tag *tag = tag_out;
	size_t from = s.at[1] == '/' ? 2 : 1, at = skip_name(s, from);

	tag->is_end = from == 2;
	tag->is_closed = false;
	tag->name = slice_from(s.at + from, at - from);
	tag->element = html_find(tag->name);
	tag->attributes = 0;
	tag->names = 0;
	tag->is_doubled = false;
	tag->values.given = 0;
	while (at < s.len && s.at[at] != '>') {
		tag->is_closed = s.at[at] == '/';
		if (tag->is_closed || is_space(s.at[at]))
			at++;
		else
			at = read_attribute(s, at, tag);
	}
	return at < s.len ? at + 1 : 0;
}

static size_t find_from(struct slice s, size_t from, const char *what)
{
	return from + slice_find(slice_skip(s, from), slice_of(what));
}

size_t markup_comment(struct slice s)
{
	size_t end, bang;

	if (!slice_starts(s, "<!--")) {
		end = slice_find_byte(s, '>');
		return end < s.len ? end + 1 : s.len;
	}
	/* `<!-->` and `<!--->` are whole comments, `<!--!>` is not. */
	end = find_from(s, 2, "-->");
	bang = find_from(slice_head(s, end), 4, "--!>");
	if (bang < end)
		return bang + 4;
	return end < s.len ? end + 3 : s.len;
}

size_t markup_raw(struct slice s, enum html_element e)
{
	size_t name = html_elements[e].length, at = 0;

	for (; (at += slice_find_byte(slice_skip(s, at), '<')) < s.len; at++) {
		struct slice rest = slice_skip(s, at + 2);

		if (slice_starts(slice_skip(s, at), "</") && rest.len > name &&
			slice_is_fold(slice_head(rest, name), html_elements[e].name) &&
			(is_space(rest.at[name]) || rest.at[name] == '/' || rest.at[name] == '>'))
			return at;
	}
	return s.len;
}
