/*
 * fuzz_parse.c - any bytes as a document
 *
 * Whatever comes in: it ends, an item has an id, and what it says is canonical and clean.
 */
#include "base/arena.h"
#include "feed/canon.h"
#include "parse/parse.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_clean(struct slice text)
{
	struct arena room = {NULL, 0};

	assert(slice_utf8_valid(text));
	assert(slice_equal(slice_clean(&room, text), text));
	arena_clear(&room);
}

static int on_item(void *data, const struct item *i)
{
	(void)data;
	assert(i->id.len > 0);
	assert(canon_check(i->content_html, NULL));
	assert(canon_check(i->summary_html, NULL));
	expect_clean(i->title);
	expect_clean(i->summary);
	expect_clean(i->content_text);
	return 0;
}

static int on_feed(void *data, const struct feed *f)
{
	*(int *)data += 1;
	assert(f->well_formed || f->problems.n > 0);
	expect_clean(f->title);
	expect_clean(f->description);
	return 0;
}

/* The first byte says which hints stand beside the document. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int n_feeds = 0;
	struct verdict_text why;
	const struct sink to = {&n_feeds, on_item, on_feed};
	const struct selectors page = {.item = SLICE("//article"), .date = SLICE(".//time")};
	struct hints h = {.url = SLICE("https://feed.example/"), .max_bytes = 1U << 20};

	if (size == 0)
		return 0;
	h.page = data[0] == 'P' ? &page : NULL;
	h.is_gzip = data[0] == 'G';
	if (data[0] == 'H')
		h.content_type = SLICE("text/xml; charset=shift_jis");

	size_t skip = h.page != NULL || h.is_gzip || h.content_type.len > 0;
	enum parse_verdict v =
		parse_document(slice_from((const char *)data + skip, size - skip), &h, &to, &why);

	assert(n_feeds == (v == PARSE_OK));
	assert((v == PARSE_OK) == (why.text[0] == '\0'));
	return 0;
}
