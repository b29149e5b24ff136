/*
 * gate_tag.c - one start tag as a stranger wrote it
 */
#include "parse/gate_tag.h"

#include "base/digest.h"

#define FEW_ATTRIBUTES 16
#define SLOTS          2048 /* twice LIMIT_TAG_ATTRIBUTES */

/* XML 1.0 production [4], above ASCII. */
static const struct {
	uint32_t first, last;
	bool may_start;
} name_ranges[] = {
	{0xB7, 0xB7, false},
	{0xC0, 0xD6, true},
	{0xD8, 0xF6, true},
	{0xF8, 0x2FF, true},
	{0x300, 0x36F, false},
	{0x370, 0x37D, true},
	{0x37F, 0x1FFF, true},
	{0x200C, 0x200D, true},
	{0x203F, 0x2040, false},
	{0x2070, 0x218F, true},
	{0x2C00, 0x2FEF, true},
	{0x3001, 0xD7FF, true},
	{0xF900, 0xFDCF, true},
	{0xFDF0, 0xFFFD, true},
	{0x10000, 0xEFFFF, true},
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool gate_is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' ||
	       (unsigned char)c >= 0x80;
}

static bool is_name_character(uint32_t c, bool is_first)
{
	if (c < 0x80)
		return gate_is_name_start((char)c) ||
		       (!is_first && ((c >= '0' && c <= '9') || c == '-' || c == '.'));
	for (size_t i = 0; i < COUNT(name_ranges); i++)
		if (c >= name_ranges[i].first && c <= name_ranges[i].last)
			return name_ranges[i].may_start || !is_first;
	return false;
}

size_t gate_name_len(struct slice s)
{
	size_t at = 0;

	while (at < s.len) {
		size_t next = at;
		uint32_t c = (unsigned char)s.at[at] < 0x80 ? (next++, (uint32_t)s.at[at])
							    : slice_utf8_next(s, &next);

		if (!is_name_character(c, at == 0))
			break;
		at = next;
	}
	return at;
}

static void fault(struct gate_tag *tag, const char *what)
{
	if (tag->fault == NULL)
		tag->fault = what;
	tag->is_dirty = true;
}

/* The name at `at`: up to what can stand in none. */
static size_t name_end(struct slice s, size_t at)
{
	while (at < s.len && !is_space(s.at[at]) && strchr("<>/=\"'", s.at[at]) == NULL)
		at++;
	return at;
}

/*
 * Where the value that a quote opens ends.  A quote that is never closed swallows tags: then the
 * value ends where it cannot be one any more.
 */
static size_t quoted_end(struct slice s, size_t at, struct gate_tag *tag)
{
	char quote = s.at[at];
	struct slice rest = slice_skip(s, at + 1);
	size_t end = slice_find_byte(rest, quote);
	struct slice value = slice_head(rest, end);
	size_t greater = slice_find_byte(value, '>');
	size_t less = slice_find_byte(value, '<');

	if (end == rest.len || (less < value.len && greater < less)) {
		fault(tag, "an attribute's quote is not closed");
		return greater < value.len ? at + 1 + greater : at + 1 + slice_find_byte(rest, '<');
	}
	if (less < value.len)
		fault(tag, "a bare < in an attribute");
	if (slice_find_byte(value, '&') < value.len)
		tag->is_dirty = true;
	return at + 1 + end;
}

static size_t unquoted_end(struct slice s, size_t at)
{
	while (at < s.len && !is_space(s.at[at]) && s.at[at] != '>' && s.at[at] != '<' &&
		!(s.at[at] == '/' && at + 1 < s.len && s.at[at + 1] == '>'))
		at++;
	return at;
}

static size_t skip_space(struct slice s, size_t at)
{
	while (at < s.len && is_space(s.at[at]))
		at++;
	return at;
}

static void add(struct gate_tag *tag, struct slice name, struct slice value)
{
	if (gate_name_len(name) != name.len || name.len == 0) {
		fault(tag, "an attribute without a proper name");
		return;
	}
	if (tag->n == LIMIT_TAG_ATTRIBUTES) {
		tag->is_over = true;
		tag->is_dirty = true;
		return;
	}
	tag->attributes[tag->n++] = (struct gate_attribute){name, value};
}

/* One attribute at `at`, where no white space stands.  Returns where it ends. */
static size_t read_attribute(struct slice s, size_t at, struct gate_tag *tag)
{
	size_t end = name_end(s, at);
	struct slice name = slice_from(s.at + at, end - at);

	if (end == at) {
		fault(tag, "rubbish in a tag");
		return at + 1;
	}
	at = skip_space(s, end);
	if (at == s.len || s.at[at] != '=') {
		fault(tag, "an attribute without a value");
		add(tag, name, name);
		return end;
	}
	at = skip_space(s, at + 1);
	if (at < s.len && (s.at[at] == '"' || s.at[at] == '\'')) {
		end = quoted_end(s, at, tag);
		add(tag, name, slice_from(s.at + at + 1, end - at - 1));
		end += end < s.len && s.at[end] == s.at[at];
		if (end < s.len && !is_space(s.at[end]) && strchr("/>", s.at[end]) == NULL)
			fault(tag, "no space between attributes");
		return end;
	}
	end = unquoted_end(s, at);
	fault(tag, "an attribute without quotes");
	add(tag, name, slice_from(s.at + at, end - at));
	return end;
}

static void drop(struct gate_tag *tag, size_t at)
{
	memmove(&tag->attributes[at], &tag->attributes[at + 1],
		(tag->n - at - 1) * sizeof *tag->attributes);
	tag->n--;
	fault(tag, "an attribute that is there already");
}

static void drop_doubles_of_few(struct gate_tag *tag)
{
	for (size_t i = 1; i < tag->n; i++)
		for (size_t n = 0; n < i; n++)
			if (slice_equal(tag->attributes[n].name, tag->attributes[i].name)) {
				drop(tag, i--);
				break;
			}
}

static void drop_doubles_of_many(struct gate_tag *tag)
{
	uint16_t slots[SLOTS] = {0};
	size_t kept = 0;

	for (size_t i = 0; i < tag->n; i++) {
		struct slice name = tag->attributes[i].name;
		size_t slot = digest_fast((uintptr_t)tag, name) % SLOTS;

		while (slots[slot] != 0 &&
			!slice_equal(tag->attributes[slots[slot] - 1].name, name))
			slot = (slot + 1) % SLOTS;
		if (slots[slot] != 0) {
			fault(tag, "an attribute that is there already");
			continue;
		}
		tag->attributes[kept++] = tag->attributes[i];
		slots[slot] = (uint16_t)kept;
	}
	tag->n = kept;
}

static void drop_doubles(struct gate_tag *tag)
{
	if (tag->n <= FEW_ATTRIBUTES)
		drop_doubles_of_few(tag);
	else
		drop_doubles_of_many(tag);
}

size_t gate_tag_read(struct slice s, struct gate_tag *out)
{
	size_t at;
	struct slice whole = slice_head(s, LIMIT_TAG_BYTES);

	out->n = 0;
	out->fault = NULL;
	out->is_closed = out->is_dirty = out->is_cut = out->is_over = false;
	at = name_end(whole, 1);
	out->name = slice_from(whole.at + 1, at - 1);
	for (;;) {
		at = skip_space(whole, at);
		if (at == whole.len)
			break;
		if (whole.at[at] == '>')
			goto whole_tag;
		if (whole.at[at] == '<') {
			fault(out, "a tag that is not closed");
			drop_doubles(out);
			return at;
		}
		if (whole.at[at] == '/') {
			out->is_closed = at + 1 < whole.len && whole.at[at + 1] == '>';
			if (!out->is_closed)
				fault(out, "rubbish in a tag");
			at++;
			continue;
		}
		at = read_attribute(whole, at, out);
	}
	out->is_cut = whole.len == s.len;
	out->is_over = !out->is_cut;
	fault(out, "a tag that is not closed");
	return whole.len;
whole_tag:
	drop_doubles(out);
	return at + 1;
}
