/*
 * opening.c - which format: what stands at a document's beginning
 *
 * Broken servers put warnings and white space before a feed, so the root is looked for behind
 * what is no markup of a page.
 */
#include "parse/sniff.h"

#include "base/limits.h"

#define NAME_BYTES   256
#define SEARCH_BYTES (64U << 10) /* how far behind its beginning a feed may begin */

/* Elements that begin a feed even where junk stands before them. */
static const char *const feed_roots[] = {"rss", "feed", "RDF", "channel", "entry"};

/* What a script's error message is made of. */
static const char *const junk_elements[] = {"br", "b", "p", "font", "div", "pre", "i", "center",
	"table", "hr", "span", "script", "style", "link"};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static bool is_one_of(struct slice name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is_fold(name, names[i]))
			return true;
	return false;
}

/* The tag at `from`, with its < and >; quotes may hold a >. */
static struct slice tag_at(struct slice text, size_t from)
{
	char quote = '\0';
	size_t end = from;
	size_t last = text.len - from < LIMIT_TAG_BYTES ? text.len : from + LIMIT_TAG_BYTES;

	for (; end < last; end++) {
		char c = text.at[end];

		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return slice_head(slice_skip(text, from), end + 1 - from);
	}
	return slice_head(slice_skip(text, from), end - from);
}

static struct slice name_of(struct slice tag)
{
	size_t n = 1;

	while (n < tag.len && !is_space(tag.at[n]) && tag.at[n] != '>' && tag.at[n] != '/')
		n++;
	return slice_head(slice_skip(tag, 1), n - 1);
}

struct slice sniff_attribute(struct slice tag, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 1; i + len < tag.len; i++) {
		struct slice rest = slice_skip(tag, i);

		if (!is_space(tag.at[i - 1]) || !slice_starts_fold(rest, name))
			continue;
		rest = slice_trim(slice_skip(rest, len));
		if (rest.len < 2 || rest.at[0] != '=')
			continue;
		rest = slice_trim(slice_skip(rest, 1));
		if (rest.len > 0 && (rest.at[0] == '"' || rest.at[0] == '\''))
			return slice_head(slice_skip(rest, 1),
				slice_find_byte(slice_skip(rest, 1), rest.at[0]));
		return SLICE_NONE;
	}
	return SLICE_NONE;
}

/* Behind a DOCTYPE that begins at `at`, its internal subset passed over. */
static size_t behind_doctype(struct slice text, size_t at)
{
	char quote = '\0';
	int depth = 0;

	for (; at < text.len; at++) {
		char c = text.at[at];

		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '[')
			depth++;
		else if (c == ']')
			depth--;
		else if (c == '>' && depth <= 0)
			return at + 1;
	}
	return text.len;
}

static size_t behind(struct slice text, size_t at, struct slice end)
{
	struct slice rest = slice_skip(text, at);
	size_t found = slice_find(rest, end);

	return found < rest.len ? at + found + end.len : text.len;
}

static void set_root(struct opening *o, size_t at, struct slice tag)
{
	char declaration[64 + 8];
	struct slice name = name_of(tag);
	size_t colon = slice_find_byte(name, ':');

	o->root_at = at;
	o->root_tag = tag;
	o->root = colon < name.len ? slice_skip(name, colon + 1) : name;
	if (colon == name.len) {
		o->root_space = slice_trim(sniff_attribute(tag, "xmlns"));
	} else if (colon < 64) {
		memcpy(declaration, "xmlns:", 6);
		memcpy(declaration + 6, name.at, colon);
		declaration[6 + colon] = '\0';
		o->root_space = slice_trim(sniff_attribute(tag, declaration));
	}
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

/*
 * Looks at the tag at `at`: true where the search ends.  A first element is the root, whatever it
 * is; behind junk only what begins feeds.
 */
static bool judge_tag(struct opening *o, size_t at, bool *is_junk)
{
	struct slice name = name_of(slice_head(slice_skip(o->text, at), NAME_BYTES));
	size_t colon = slice_find_byte(name, ':');
	struct slice local = colon < name.len ? slice_skip(name, colon + 1) : name;

	if (slice_is_fold(local, "html") || slice_is_fold(local, "head")) {
		o->is_html = true;
		set_root(o, at, tag_at(o->text, at));
		return true;
	}
	if (is_one_of(local, feed_roots, COUNT(feed_roots)) || !*is_junk) {
		if (is_one_of(local, junk_elements, COUNT(junk_elements))) {
			*is_junk = true;
			return false;
		}
		set_root(o, at, tag_at(o->text, at));
		return true;
	}
	return false;
}

static size_t behind_instruction(struct slice text, size_t at)
{
	size_t end = behind(text, at, SLICE("?>"));

	return end < text.len ? end : behind(text, at, SLICE(">"));
}

static size_t search_end(struct slice text, size_t at)
{
	return text.len - at < SEARCH_BYTES ? text.len : at + SEARCH_BYTES;
}

static void find_root(struct opening *o, size_t at)
{
	struct slice text = o->text;
	bool is_junk = text.at[at] != '<';
	size_t last = search_end(text, at);

	while (at < last) {
		struct slice rest = slice_skip(text, at);

		if (rest.at[0] != '<') {
			at += slice_find_byte(rest, '<');
		} else if (slice_starts(rest, "<!--")) {
			at = behind(text, at, SLICE("-->"));
			last = search_end(text, at);
		} else if (slice_starts(rest, "<?")) {
			at = behind_instruction(text, at);
			last = search_end(text, at);
		} else if (slice_starts_fold(rest, "<!DOCTYPE")) {
			at = behind_doctype(text, at);
			last = search_end(text, at);
		} else if (rest.len > 1 && is_name_start(rest.at[1])) {
			if (judge_tag(o, at, &is_junk))
				return;
			at++;
		} else {
			at++;
		}
	}
}

void sniff_opening(struct slice text, struct opening *out)
{
	size_t at = 0;

	*out = (struct opening){.text = text, .root_at = text.len};
	while (at < text.len && (is_space(text.at[at]) || text.at[at] == '\0'))
		at++;
	if (at == text.len)
		return;
	if (text.at[at] == '{' || text.at[at] == '[')
		out->is_json = true;
	else
		find_root(out, at);
}
