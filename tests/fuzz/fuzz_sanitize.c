/*
 * fuzz_sanitize.c - strangers' HTML: what comes out is canonical, stays as it is when it comes
 * again, and both ways to read markup agree
 *
 * The input: a base, a newline, HTML.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "feed/canon.h"
#include "parse/canonical.h"
#include "parse/onepass.h"
#include "parse/sanitize.h"
#include "parse/tagsoup.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_html(struct arena *a, struct slice html, struct slice base)
{
	struct slice once, again;

	sanitize_html(a, html, base, &once);
	assert(once.len <= LIMIT_HTML_BYTES);
	assert(canon_check(once, NULL));
	sanitize_html(a, once, base, &again);
	assert(slice_equal(once, again));
}

/* The one pass, where it answers, says what gumbo says. */
static void check_ways(struct arena *a, struct slice html, struct slice base)
{
	enum onepass_verdict verdict;
	struct slice one, other;
	struct canonical to;
	bool is_bearable;

	html = slice_clean(a, html);
	canonical_begin(&to, a, base);
	verdict = onepass_read(html, &to);
	one = canonical_end(&to);
	assert(verdict != ONEPASS_UNCLEAN);
	canonical_begin(&to, a, base);
	is_bearable = tagsoup_read(html, &to);
	other = canonical_end(&to);
	assert(verdict != ONEPASS_DONE || !is_bearable || slice_equal(one, other));
}

/* A tag of the text must be one of the markup, escaped: without references there is none. */
static void check_text(struct arena *a, struct slice html)
{
	struct slice text = sanitize_text(a, html), line = sanitize_line(a, html), escaped;

	for (size_t i = 0; i + 1 < text.len && slice_find_byte(html, '&') == html.len; i++)
		assert(text.at[i] != '<' ||
			(memchr("/!?", text.at[i + 1], 3) == NULL &&
				((text.at[i + 1] | 0x20) < 'a' || (text.at[i + 1] | 0x20) > 'z')));
	assert(slice_find_byte(line, '\n') == line.len);
	escaped = sanitize_escape(a, text);
	assert(canon_check(escaped, NULL));
	(void)sanitize_has_markup(html);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_from((const char *)data, size), base = SLICE_NONE;
	struct arena a;

	arena_init(&a);
	slice_cut(&rest, '\n', &base);
	check_html(&a, rest, base);
	check_ways(&a, rest, base);
	check_text(&a, rest);
	arena_clear(&a);
	return 0;
}
