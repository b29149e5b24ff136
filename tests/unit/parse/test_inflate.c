/*
 * test_inflate.c - gzip with its ceiling and its trailer checked
 */
#include "base/limits.h"
#include "parse/inflate.h"

#include <criterion/criterion.h>
#include <zlib.h>

/* A member that holds `text`. */
static void pack(struct buf *out, struct slice text)
{
	z_stream z = {.zalloc = NULL};
	char *at = buf_room(out, text.len + 100);

	cr_assert_eq(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)text.at;
	z.avail_in = (uInt)text.len;
	z.next_out = (Bytef *)at;
	z.avail_out = (uInt)text.len + 100;
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_took(out, z.total_out);
	deflateEnd(&z);
}

static enum inflate_verdict inflated(struct slice packed, size_t max, struct buf *out)
{
	buf_init(out, max);
	return inflate_gzip(packed, out);
}

Test(inflate, members_follow_one_another)
{
	struct buf packed, out;

	buf_init(&packed, 10000);
	pack(&packed, SLICE("one "));
	pack(&packed, SLICE("two"));
	buf_put(&packed, "\0\0\0", 3);
	cr_expect_eq(inflated(buf_slice(&packed), 100, &out), INFLATE_OK);
	cr_expect(slice_is(buf_slice(&out), "one two"));
	buf_clear(&out);
	buf_clear(&packed);
}

Test(inflate, a_cut_or_damaged_end_is_told)
{
	struct buf packed, out;

	buf_init(&packed, 10000);
	pack(&packed, SLICE("some text that is long enough to be there when the trailer is not"));
	for (size_t cut = 1; cut <= 8; cut++) {
		cr_expect_eq(inflated(slice_head(buf_slice(&packed), packed.len - cut), 1000, &out),
			INFLATE_CUT);
		buf_clear(&out);
	}
	packed.at[packed.len - 8] ^= 1;
	cr_expect_eq(inflated(buf_slice(&packed), 1000, &out), INFLATE_CUT);
	buf_clear(&out);
	packed.at[packed.len - 8] ^= 1;
	buf_puts(&packed, "junk");
	cr_expect_eq(inflated(buf_slice(&packed), 1000, &out), INFLATE_CUT);
	buf_clear(&out);
	buf_clear(&packed);
}

Test(inflate, what_is_no_gzip_is_broken)
{
	struct buf out;

	static const struct slice rows[] = {
		{"plain", 5},
		{"\x1f\x8b\x08", 3},
		{NULL, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect_eq(inflated(rows[i], 100, &out), INFLATE_BROKEN, "row %zu", i);
		buf_clear(&out);
	}
}

Test(inflate, the_ceiling_may_be_reached_but_not_passed)
{
	struct buf packed, out;

	buf_init(&packed, 10000);
	pack(&packed, SLICE("0123456789"));
	cr_expect_eq(inflated(buf_slice(&packed), 10, &out), INFLATE_OK);
	cr_expect_eq(out.len, 10);
	buf_clear(&out);
	cr_expect_eq(inflated(buf_slice(&packed), 9, &out), INFLATE_TOO_LARGE);
	buf_clear(&out);
	buf_clear(&packed);
}

Test(inflate, a_bomb_is_refused_by_its_ratio)
{
	struct buf plain, packed, out;
	const size_t size = 4 * LIMIT_RATIO_FROM;

	buf_init(&plain, size);
	buf_init(&packed, size * 2);
	memset(buf_room(&plain, size), ' ', size);
	buf_took(&plain, size);
	pack(&packed, buf_slice(&plain));
	cr_expect_eq(inflated(buf_slice(&packed), size, &out), INFLATE_TOO_LARGE);
	buf_clear(&out);
	buf_clear(&packed);
	buf_clear(&plain);
}
