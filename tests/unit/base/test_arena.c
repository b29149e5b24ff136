/* test_arena.c - memory that dies together */
#include "base/arena.h"
#include "base/slice.h"

#include <criterion/criterion.h>

static bool is_zero(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] != 0)
			return false;
	return true;
}

Test(arena, pieces_are_zeroed_aligned_and_apart)
{
	static const size_t sizes[] = {0, 1, 7, 16, 17, 100, 5000, 8192, 100000, 3, 1 << 20, 24};
	char *pieces[COUNT(sizes)];
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		pieces[i] = arena_alloc(&a, sizes[i]);
		cr_assert_not_null(pieces[i]);
		cr_expect_eq((uintptr_t)pieces[i] % _Alignof(max_align_t), 0, "%zu", sizes[i]);
		cr_expect(is_zero(pieces[i], sizes[i]), "%zu", sizes[i]);
		if (sizes[i] > 0)
			memset(pieces[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (size_t k = 0; k < sizes[i]; k++)
			cr_assert_eq(pieces[i][k], (char)(i + 1), "%zu at %zu", sizes[i], k);
	arena_clear(&a);
	cr_expect_null(a.blocks);
}

Test(arena, an_arena_of_zeroes_is_an_empty_one)
{
	struct arena a = {NULL, 0};

	cr_expect_not_null(arena_alloc(&a, 10));
	arena_clear(&a);
	arena_clear(&a);
	cr_expect_eq(a.used, 0);
}

Test(arena, it_counts_what_it_gave_out)
{
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < 1000; i++)
		arena_alloc(&a, 100);
	cr_expect_geq(a.used, 100000);
	cr_expect_lt(a.used, 120000);
	arena_alloc(&a, 1 << 20);
	cr_expect_geq(a.used, (1 << 20) + 100000);
	arena_reset(&a);
	cr_expect_eq(a.used, 0);
	arena_clear(&a);
}

Test(arena, what_comes_after_a_reset_is_zeroed)
{
	struct arena a;

	arena_init(&a);
	for (size_t round = 0; round < 5; round++) {
		for (size_t i = 0; i < 200; i++) {
			char *at = arena_alloc(&a, 333);

			cr_assert(is_zero(at, 333), "round %zu, piece %zu", round, i);
			memset(at, 0xff, 333);
		}
		arena_reset(&a);
	}
	arena_clear(&a);
}

Test(arena, a_reset_keeps_a_block_but_not_a_giant)
{
	struct arena a;

	arena_init(&a);
	arena_reset(&a);
	cr_expect_null(a.blocks);
	for (size_t i = 0; i < 100; i++)
		arena_alloc(&a, 4000);
	arena_reset(&a);
#ifndef __SANITIZE_ADDRESS__ /* there each piece is a block, so that a use after a reset is seen   \
			      */
	cr_expect_not_null(a.blocks);
#endif
	arena_clear(&a);
	arena_alloc(&a, 32 << 20);
	arena_reset(&a);
	cr_expect_null(a.blocks, "32 MiB would stay with an idle worker");
	arena_clear(&a);
}

Test(arena, a_list_grows_and_keeps_what_it_holds)
{
	struct {
		size_t *at;
		size_t n, cap;
	} list = {NULL, 0, 0};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < 10000; i++) {
		size_t *one = ARENA_PUSH(&a, &list);

		cr_assert_eq(*one, 0);
		cr_assert_eq(one, &list.at[i]);
		*one = i * 3;
	}
	cr_expect_eq(list.n, 10000);
	for (size_t i = 0; i < list.n; i++)
		cr_assert_eq(list.at[i], i * 3);
	arena_clear(&a);
}

Test(arena, a_place_in_a_list_that_is_used_again_is_zeroed)
{
	struct {
		int *at;
		size_t n, cap;
	} list = {NULL, 0, 0};
	struct arena a;

	arena_init(&a);
	*ARENA_PUSH(&a, &list) = 7;
	list.n--;
	cr_expect_eq(*ARENA_PUSH(&a, &list), 0);
	arena_clear(&a);
}

Test(arena, a_product_past_size_max_ends_the_process, .exit_code = 2)
{
	struct arena a;

	arena_init(&a);
	arena_array(&a, SIZE_MAX / 2, 3);
}

Test(arena, a_size_that_cannot_be_ends_the_process, .exit_code = 2)
{
	struct arena a;

	arena_init(&a);
	arena_alloc(&a, SIZE_MAX - 8);
}
