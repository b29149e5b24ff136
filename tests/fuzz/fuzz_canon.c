/*
 * fuzz_canon.c - what the scanner calls canonical, the sanitiser leaves as it is
 *
 * The input: HTML.  The scanner must end on anything, and say where it stopped; it must refuse
 * what is not plain, and never let by what would change when it is read.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "feed/canon.h"
#include "parse/sanitize.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has(struct slice html, const char *text)
{
	return slice_find(html, slice_of(text)) < html.len;
}

/* The scanner takes an address as it is, url_resolve may know a better way to write it. */
static bool has_address(struct slice html)
{
	return has(html, "href=") || has(html, "src=") || has(html, "cite=");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice html = slice_from((const char *)data, size), out;
	size_t at = SIZE_MAX;
	struct arena a;

	if (!canon_check(html, &at)) {
		assert(at <= size);
		return 0;
	}
	arena_init(&a);
	if (size < LIMIT_HTML_BYTES / 2) {
		assert(sanitize_html(&a, html, SLICE_NONE, &out) == SANITIZE_PLAIN);
		assert(canon_check(out, NULL));
		assert(has_address(html) || slice_equal(out, slice_trim(html)));
	}
	arena_clear(&a);
	return 0;
}
