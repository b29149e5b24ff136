/*
 * fuzz_wire.c - any bytes as a parser's answer
 *
 * Whatever is read, put again gives the bytes that it was read from: nothing slips by unread and
 * there is one way to write a noun.
 */
#include "base/arena.h"
#include "feed/wire.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Does `out` hold one record, of this payload? */
static void expect_payload(const struct buf *out, struct slice payload)
{
	struct slice rest = buf_slice(out), again;
	enum wire_record type;

	if (wire_next(&rest, &type, &again) != WIRE_OK || rest.len > 0 ||
		!slice_equal(payload, again))
		abort();
}

static void read_item(struct slice payload, struct arena *a, struct buf *out)
{
	struct item i;

	if (wire_get_item(payload, a, &i) != WIRE_OK)
		return;
	wire_put_item(out, &i);
	expect_payload(out, payload);
}

static void read_feed(struct slice payload, struct arena *a, struct buf *out)
{
	struct feed f;

	if (wire_get_feed(payload, a, &f) != WIRE_OK)
		return;
	wire_put_feed(out, &f);
	expect_payload(out, payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_from((const char *)data, size), payload;
	enum wire_record type;
	struct arena a;
	struct buf out;

	arena_init(&a);
	buf_init(&out, size + 16);
	while (wire_next(&rest, &type, &payload) == WIRE_OK) {
		arena_reset(&a);
		buf_reset(&out);
		if (type == WIRE_ITEM)
			read_item(payload, &a, &out);
		else
			read_feed(payload, &a, &out);
	}
	buf_clear(&out);
	arena_clear(&a);
	return 0;
}
