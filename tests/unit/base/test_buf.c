/* test_buf.c - bytes that grow, up to the ceiling given at birth */
#include "base/buf.h"

#include <criterion/criterion.h>

Test(buf, it_grows_and_ends_in_a_nul)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	for (int i = 0; i < 10000; i++) {
		buf_putc(&b, (char)('a' + i % 26));
		cr_assert_eq(b.at[b.len], '\0');
	}
	cr_expect_eq(b.len, 10000);
	for (size_t i = 0; i < b.len; i++)
		cr_assert_eq(b.at[i], (char)('a' + i % 26));
	cr_expect_not(b.full);
	buf_clear(&b);
}

Test(buf, every_way_to_put_puts)
{
	struct buf b;

	buf_init(&b, 100);
	buf_put(&b, "a\0b", 3);
	buf_put_slice(&b, SLICE("-slice"));
	buf_put_slice(&b, SLICE_NONE);
	buf_put(&b, NULL, 0);
	buf_puts(&b, "-text");
	buf_putc(&b, '-');
	buf_printf(&b, "%d:%s", 42, "x");
	cr_expect(slice_equal(buf_slice(&b), SLICE("a\0b-slice-text-42:x")));
	cr_expect_eq(b.at[b.len], '\0');
	buf_clear(&b);
}

Test(buf, what_would_pass_the_ceiling_is_not_put_even_in_part)
{
	struct buf b;

	buf_init(&b, 5);
	buf_puts(&b, "12345");
	cr_expect_not(b.full, "exactly the ceiling fits");
	buf_putc(&b, '6');
	cr_expect(b.full);
	cr_expect_str_eq(b.at, "12345");
	buf_reset(&b);
	cr_expect_not(b.full);
	cr_expect_eq(buf_slice(&b).len, 0);
	cr_expect_str_eq(b.at, "");
	buf_puts(&b, "123");
	buf_puts(&b, "456");
	cr_expect_str_eq(b.at, "123");
	cr_expect(b.full);
	buf_puts(&b, "45");
	cr_expect_str_eq(b.at, "12345", "what fits is put still");
	cr_expect(b.full, "and full stays");
	buf_clear(&b);
}

Test(buf, printf_keeps_to_the_ceiling_and_leaves_the_text_whole)
{
	struct buf b;

	buf_init(&b, 10);
	buf_printf(&b, "%s", "12345678901");
	cr_expect(b.full);
	cr_expect_eq(b.len, 0);
	buf_reset(&b);
	buf_printf(&b, "%s", "1234567890");
	cr_expect_not(b.full);
	cr_expect_str_eq(b.at, "1234567890");
	buf_reset(&b);
	buf_puts(&b, "123");
	buf_printf(&b, "%08d", 7);
	cr_expect(b.full);
	cr_expect_str_eq(b.at, "123");
	buf_clear(&b);
}

Test(buf, printf_longer_than_the_room_at_hand_is_whole)
{
	struct buf b;
	char text[3000];

	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	buf_init(&b, 10000);
	buf_puts(&b, "a");
	buf_printf(&b, "%s%s|", text, text);
	cr_expect_eq(b.len, 2 * strlen(text) + 2);
	cr_expect_eq(b.at[b.len - 1], '|');
	buf_clear(&b);
}

Test(buf, room_is_given_up_to_the_ceiling_and_taken_as_said)
{
	struct buf b;
	char *room;

	buf_init(&b, 8);
	room = buf_room(&b, 8);
	cr_assert_not_null(room);
	memcpy(room, "abcdefgh", 8);
	buf_took(&b, 3);
	cr_expect_str_eq(b.at, "abc");
	cr_expect_null(buf_room(&b, 6));
	cr_expect(b.full);
	cr_expect_not_null(buf_room(&b, 5));
	buf_clear(&b);
}

Test(buf, a_cleared_buf_may_be_used_again_under_its_ceiling)
{
	struct buf b;

	buf_init(&b, 4);
	buf_puts(&b, "1234");
	buf_clear(&b);
	cr_expect_eq(b.cap, 0);
	cr_expect_null(b.at);
	buf_puts(&b, "12345");
	cr_expect(b.full);
	buf_puts(&b, "1");
	cr_expect_str_eq(b.at, "1");
	buf_clear(&b);
}

Test(buf, sizes_near_the_end_of_the_numbers_do_not_wrap)
{
	struct buf b;

	buf_init(&b, SIZE_MAX);
	buf_puts(&b, "abc");
	cr_expect_null(buf_room(&b, SIZE_MAX - 1));
	cr_expect(b.full);
	cr_expect_str_eq(b.at, "abc");
	buf_clear(&b);
}

Test(buf, a_ceiling_of_nothing_takes_nothing)
{
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "");
	cr_expect_not(b.full);
	buf_putc(&b, 'x');
	cr_expect(b.full);
	cr_expect_eq(buf_slice(&b).len, 0);
	buf_clear(&b);
}
