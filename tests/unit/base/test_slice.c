/* test_slice.c - borrowed text as bytes */
#include "base/arena.h"
#include "base/slice.h"

#include <criterion/criterion.h>
#include <inttypes.h>

Test(slice, comparisons_see_bytes_and_lengths)
{
	cr_expect(slice_equal(SLICE("a\0b"), SLICE("a\0b")));
	cr_expect_not(slice_equal(SLICE("a\0b"), SLICE("a\0c")));
	cr_expect(slice_equal(SLICE_NONE, SLICE("")));
	cr_expect(slice_is(SLICE("abc"), "abc"));
	cr_expect_not(slice_is(SLICE("abc"), "ab"));
	cr_expect_not(slice_is(SLICE("a\0"), "a"));
	cr_expect(slice_is(SLICE_NONE, ""));
	cr_expect(slice_is_fold(SLICE("aBc"), "AbC"));
	cr_expect_not(slice_is_fold(SLICE("[{@`"), "{[`@"), "only letters have a case");
	cr_expect_not(slice_is_fold(SLICE("\xc3\xa4"), "\xc3\x84"), "only ASCII has");
	cr_expect(slice_equal_fold(SLICE("X-Y"), SLICE("x-y")));
	cr_expect_not(slice_equal_fold(SLICE("X-Y"), SLICE("x-yz")));
}

Test(slice, heads_and_ends_are_found)
{
	cr_expect(slice_starts(SLICE("http://x"), "http:"));
	cr_expect(slice_starts(SLICE("x"), ""));
	cr_expect_not(slice_starts(SLICE("htt"), "http:"));
	cr_expect_not(slice_starts(SLICE_NONE, "a"));
	cr_expect(slice_starts_fold(SLICE("HTTP://x"), "http:"));
	cr_expect(slice_ends(SLICE("a.xml"), ".xml"));
	cr_expect(slice_ends(SLICE("a"), ""));
	cr_expect_not(slice_ends(SLICE("xml"), ".xml"));
}

Test(slice, order_is_memcmps_with_the_shorter_first)
{
	static const char *const rows[] = {"", "a", "aa", "ab", "b", "\xc3\xa4"};

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(rows); k++) {
			int order = slice_compare(slice_of(rows[i]), slice_of(rows[k]));

			cr_expect((i < k && order < 0) || (i == k && order == 0) ||
					  (i > k && order > 0),
				"%zu %zu", i, k);
		}
	cr_expect_eq(slice_compare(SLICE_NONE, SLICE("")), 0);
}

Test(slice, the_first_place_is_found_or_the_end)
{
	cr_expect_eq(slice_find(SLICE("abcabc"), SLICE("ca")), 2);
	cr_expect_eq(slice_find(SLICE("abc"), SLICE("x")), 3);
	cr_expect_eq(slice_find(SLICE("abc"), SLICE("abcd")), 3);
	cr_expect_eq(slice_find(SLICE("abc"), SLICE("")), 0);
	cr_expect_eq(slice_find(SLICE_NONE, SLICE("a")), 0);
	cr_expect_eq(slice_find(SLICE("a\0b"), SLICE("\0b")), 1);
	cr_expect_eq(slice_find_byte(SLICE("abc"), 'b'), 1);
	cr_expect_eq(slice_find_byte(SLICE("abc"), 'x'), 3);
	cr_expect_eq(slice_find_byte(SLICE_NONE, 'x'), 0);
	cr_expect_eq(slice_find_byte(SLICE("a\0"), '\0'), 1);
}

Test(slice, parts_stay_within)
{
	cr_expect(slice_is(slice_skip(SLICE("abc"), 1), "bc"));
	cr_expect(slice_is(slice_skip(SLICE("abc"), 3), ""));
	cr_expect(slice_is(slice_skip(SLICE("abc"), SIZE_MAX), ""));
	cr_expect(slice_is(slice_head(SLICE("abc"), 2), "ab"));
	cr_expect(slice_is(slice_head(SLICE("abc"), SIZE_MAX), "abc"));
	cr_expect(slice_is(slice_skip(SLICE_NONE, 0), ""));
	cr_expect(slice_is(slice_of(NULL), ""));
}

Test(slice, ascii_white_space_is_trimmed)
{
	cr_expect(slice_is(slice_trim(SLICE(" \t\r\n\fa b\f\n\r\t ")), "a b"));
	cr_expect(slice_is(slice_trim(SLICE(" \n ")), ""));
	cr_expect(slice_is(slice_trim(SLICE_NONE), ""));
	cr_expect(slice_is(slice_trim(SLICE("\va\v")), "\va\v"));
	cr_expect(slice_is(slice_trim(SLICE("\xc2\xa0"
					    "a")),
		"\xc2\xa0"
		"a"));
}

Test(slice, a_cut_gives_each_part_and_the_empty_ones)
{
	static const struct {
		const char *text;
		size_t n;
		const char *parts[4];
	} rows[] = {
		{"a,b", 2, {"a", "b"}},
		{"a,", 2, {"a", ""}},
		{",a", 2, {"", "a"}},
		{",,", 3, {"", "", ""}},
		{"a", 1, {"a"}},
		{"", 1, {""}},
		{NULL, 0, {NULL}},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice rest = slice_of(rows[i].text), part;
		size_t n = 0;

		while (slice_cut(&rest, ',', &part)) {
			cr_assert_lt(n, rows[i].n, "row %zu", i);
			cr_expect(slice_is(part, rows[i].parts[n]), "row %zu, part %zu", i, n);
			n++;
		}
		cr_expect_eq(n, rows[i].n, "row %zu", i);
	}
}

Test(slice, whole_numbers_within_their_range_are_read)
{
	static const struct {
		const char *text;
		int64_t least, most;
		bool good;
		int64_t want;
	} rows[] = {
		{"0", 0, 10, true, 0},
		{"10", 0, 10, true, 10},
		{"11", 0, 10, false, 0},
		{"-1", 0, 10, false, 0},
		{"-1", -1, 10, true, -1},
		{"+7", 0, 10, true, 7},
		{"007", 0, 10, true, 7},
		{"", 0, 10, false, 0},
		{"-", -10, 10, false, 0},
		{"+", -10, 10, false, 0},
		{"+-1", -10, 10, false, 0},
		{" 1", 0, 10, false, 0},
		{"1 ", 0, 10, false, 0},
		{"1.0", 0, 10, false, 0},
		{"0x1", 0, 10, false, 0},
		{"9223372036854775807", INT64_MIN, INT64_MAX, true, INT64_MAX},
		{"9223372036854775808", INT64_MIN, INT64_MAX, false, 0},
		{"-9223372036854775808", INT64_MIN, INT64_MAX, true, INT64_MIN},
		{"-9223372036854775809", INT64_MIN, INT64_MAX, false, 0},
		{"99999999999999999999999999", INT64_MIN, INT64_MAX, false, 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t got = 0;

		cr_expect_eq(slice_int(slice_of(rows[i].text), rows[i].least, rows[i].most, &got),
			rows[i].good, "%s", rows[i].text);
		cr_expect_eq(got, rows[i].want, "%s: %" PRId64, rows[i].text, got);
	}
	cr_expect_not(slice_int(SLICE("1\0"), 0, 10, &(int64_t){0}));
}

Test(slice, a_copy_is_ones_own_and_a_string_ends)
{
	struct arena a;
	char text[] = "abc";
	struct slice copy;
	const char *string;

	arena_init(&a);
	copy = slice_copy(&a, slice_from(text, 3));
	string = slice_string(&a, slice_from(text, 2));
	text[0] = 'x';
	cr_expect(slice_is(copy, "abc"));
	cr_expect_str_eq(string, "ab");
	cr_expect_str_eq(slice_string(&a, SLICE_NONE), "");
	cr_expect_str_eq(slice_string(&a, SLICE("a\0b")), "a");
	cr_expect_eq(slice_copy(&a, SLICE_NONE).len, 0);
	arena_clear(&a);
}
