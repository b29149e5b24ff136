/*
 * fuzz_url.c - addresses of strangers: what comes out is safe, and resolving it again changes
 * nothing
 *
 * The input: a base, a newline, a reference.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/url.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_bytes(struct slice url)
{
	assert(url.len <= LIMIT_URL_BYTES);
	for (size_t i = 0; i < url.len; i++) {
		unsigned char c = (unsigned char)url.at[i];

		assert(c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\');
	}
}

static void check_use(struct arena *a, struct slice base, struct slice ref, enum url_use use)
{
	struct slice url = url_resolve(a, base, ref, use);
	struct slice canonical = url_canonical(a, url);

	check_bytes(url);
	if (url.len > 0)
		assert(slice_equal(url_resolve(a, SLICE_NONE, url, use), url));
	check_bytes(canonical);
	if (canonical.len > 0)
		assert(slice_equal(url_canonical(a, canonical), canonical));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_from((const char *)data, size), base = SLICE_NONE;
	struct arena a;

	arena_init(&a);
	slice_cut(&rest, '\n', &base);
	check_use(&a, base, rest, URL_FETCH);
	check_use(&a, base, rest, URL_LINK);
	url_public(&a, rest);
	arena_clear(&a);
	return 0;
}
