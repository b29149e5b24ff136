/* test_slice_text.c - borrowed text as Unicode */
#include "base/arena.h"
#include "base/slice.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct arena memory;

static void forget(void)
{
	arena_clear(&memory);
}

TestSuite(slice_text, .fini = forget);

struct pair {
	struct slice text;
	const char *want; /* NULL: the very same bytes, not copied */
};

static void expect_pairs(
	struct slice make(struct arena *, struct slice), const struct pair *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice got = make(&memory, rows[i].text);

		if (rows[i].want == NULL)
			cr_expect(got.at == rows[i].text.at && got.len == rows[i].text.len,
				"row %zu was copied: \"%.*s\"", i, SLICE_ARG(got));
		else
			cr_expect(slice_is(got, rows[i].want), "row %zu: \"%.*s\" not \"%s\"", i,
				SLICE_ARG(got), rows[i].want);
		cr_expect(slice_equal(make(&memory, got), got), "row %zu: not so again", i);
	}
}

#define TEXT(literal)                                                                              \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}

/* The Unicode Standard, table 3-7: lead and tails, first and last. */
static bool is_well_formed(const unsigned char *p, size_t len)
{
	static const struct {
		unsigned char least[4], most[4];
		size_t len;
	} rows[] = {
		{{0x00}, {0x7f}, 1},
		{{0xc2, 0x80}, {0xdf, 0xbf}, 2},
		{{0xe0, 0xa0, 0x80}, {0xe0, 0xbf, 0xbf}, 3},
		{{0xe1, 0x80, 0x80}, {0xec, 0xbf, 0xbf}, 3},
		{{0xed, 0x80, 0x80}, {0xed, 0x9f, 0xbf}, 3},
		{{0xee, 0x80, 0x80}, {0xef, 0xbf, 0xbf}, 3},
		{{0xf0, 0x90, 0x80, 0x80}, {0xf0, 0xbf, 0xbf, 0xbf}, 4},
		{{0xf1, 0x80, 0x80, 0x80}, {0xf3, 0xbf, 0xbf, 0xbf}, 4},
		{{0xf4, 0x80, 0x80, 0x80}, {0xf4, 0x8f, 0xbf, 0xbf}, 4},
	};

	for (size_t r = 0; r < COUNT(rows); r++) {
		size_t i = 0;

		while (i < rows[r].len && rows[r].len == len && p[i] >= rows[r].least[i] &&
			p[i] <= rows[r].most[i])
			i++;
		if (i == len)
			return true;
	}
	return false;
}

/* One sequence whose tails are of each kind that matters, alone and behind a word of ASCII. */
static void expect_judged(const unsigned char *p, size_t len)
{
	bool want = is_well_formed(p, len);
	char text[16] = "12345678";
	size_t at = 0;
	struct slice s = slice_from((const char *)p, len);

	memcpy(text + 8, p, len);
	cr_assert_eq(slice_utf8_valid(s), want, "%02x %02x %02x %02x (%zu)", p[0], p[1], p[2], p[3],
		len);
	cr_assert_eq(slice_utf8_valid(slice_from(text, 8 + len)), want);
	if (want) {
		slice_utf8_next(s, &at);
		cr_assert_eq(at, len);
	}
}

Test(slice_text, utf8_is_judged_by_the_standards_table)
{
	static const unsigned char tails[] = {
		0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0x00, 0x41, 0x7f, 0xc0, 0xc2, 0xff};

	for (unsigned lead = 0x80; lead < 0x100; lead++) {
		unsigned char p[4] = {(unsigned char)lead, 0, 0, 0};

		expect_judged(p, 1);
		for (size_t i = 0; i < COUNT(tails); i++) {
			p[1] = tails[i];
			if (tails[i] >= 0x80)
				expect_judged(p, 2);
			for (size_t k = 0; k < COUNT(tails); k++) {
				p[2] = tails[k];
				if (tails[i] >= 0x80 && tails[k] >= 0x80)
					expect_judged(p, lead < 0xe0 ? 2 : 3);
				p[3] = 0xbf;
				if (lead >= 0xf0)
					expect_judged(p, 4);
			}
		}
	}
}

Test(slice_text, every_code_point_is_read_back)
{
	for (uint32_t c = 1; c <= 0x10ffff; c++) {
		unsigned char p[4];
		size_t len, at = 0;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		if (c < 0x80) {
			p[0] = (unsigned char)c;
			len = 1;
		} else if (c < 0x800) {
			p[0] = (unsigned char)(0xc0 | c >> 6);
			len = 2;
		} else if (c < 0x10000) {
			p[0] = (unsigned char)(0xe0 | c >> 12);
			len = 3;
		} else {
			p[0] = (unsigned char)(0xf0 | c >> 18);
			len = 4;
		}
		for (size_t i = 1; i < len; i++)
			p[i] = (unsigned char)(0x80 | (c >> 6 * (len - 1 - i) & 0x3f));
		if (slice_utf8_next(slice_from((char *)p, len), &at) != c || at != len)
			cr_assert(false, "U+%04X", (unsigned)c);
		if (len > 1 && slice_utf8_valid(slice_from((char *)p, len - 1)))
			cr_assert(false, "U+%04X cut", (unsigned)c);
	}
}

Test(slice_text, a_bad_byte_is_seen_wherever_it_stands)
{
	char text[64];

	for (size_t len = 1; len <= sizeof text; len++)
		for (size_t bad = 0; bad < len; bad++) {
			memset(text, 'x', sizeof text);
			cr_assert(slice_utf8_valid(slice_from(text, len)));
			text[bad] = (char)0xff;
			cr_assert_not(
				slice_utf8_valid(slice_from(text, len)), "%zu of %zu", bad, len);
		}
	cr_expect(slice_utf8_valid(SLICE_NONE));
	cr_expect(slice_utf8_valid(SLICE("a\0b")), "a NUL is UTF-8");
}

Test(slice_text, a_bad_byte_gives_u_fffd_and_moves_one)
{
	struct slice s = SLICE("a\xe2\x82z");
	static const uint32_t want[] = {'a', 0xfffd, 0xfffd, 'z'};
	size_t at = 0;

	for (size_t i = 0; i < COUNT(want); i++) {
		cr_expect_eq(slice_utf8_next(s, &at), want[i], "%zu", i);
		cr_expect_eq(at, i + 1);
	}
}

Test(slice_text, a_head_cuts_no_sequence)
{
	struct slice s = SLICE("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z");
	static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};

	for (size_t len = 0; len < COUNT(want); len++)
		cr_expect_eq(slice_utf8_head(s, len).len, want[len], "%zu", len);
	cr_expect_eq(
		slice_utf8_head(SLICE("\x80\x80\x80\x80\x80\x80"), 5).len, 5, "no UTF-8 at all");
	cr_expect_eq(slice_utf8_head(SLICE_NONE, 5).len, 0);
}

Test(slice_text, clean_text_is_its_own_clean_form)
{
	static const struct pair rows[] = {
		{TEXT(""), NULL},
		{TEXT("plain"), NULL},
		{TEXT("two\nlines\tand more than a few words of them"), NULL},
		{TEXT("z\xc3\xa4h, \xe2\x82\xac, \xf0\x9f\x98\x80, \xd0\x9f\xd1\x80"), NULL},
		{TEXT("\xef\xbf\xbd"), NULL},
		{TEXT("a\xe2\x80\xaeoverride stays in a document"), NULL},
		{TEXT("\xef\xbb\xbfmark"), NULL},
		{TEXT("\xee\x80\x80 private"), NULL},
		{TEXT("~~~~~~~~~~~~~~~~ \x7e"), NULL},
	};

	expect_pairs(slice_clean, rows, COUNT(rows));
}

Test(slice_text, what_a_document_may_not_hold_is_mended)
{
	static const struct pair rows[] = {
		{TEXT("a\r\nb\rc\n\rd"), "a\nb\nc\n\nd"},
		{TEXT("\r"), "\n"},
		{TEXT("a\0b"), "ab"},
		{TEXT("\0"), ""},
		{TEXT("long enough for words\x01\x08\x0b\x0c\x0e\x1f\x7f and on it goes"),
			"long enough for words and on it goes"},
		{TEXT("a\xc2\x80\xc2\x85\xc2\x9f"
		      "b"),
			"ab"},
		{TEXT("a\xc2\xa0"
		      "b\xe2\x80\xa8"
		      "c\xe2\x80\xa9"
		      "d"),
			"a\xc2\xa0"
			"b\nc\nd"},
		{TEXT("a\xff"
		      "b"),
			"a\xef\xbf\xbd"
			"b"},
		{TEXT("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd"},
		{TEXT("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{TEXT("\xc0\x80"), "\xef\xbf\xbd\xef\xbf\xbd"},
		{TEXT("\xf4\x90\x80\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{TEXT("a\xef\xb7\x90\xef\xb7\xaf"
		      "b"),
			"ab"},
		{TEXT("a\xef\xbf\xbe\xef\xbf\xbf"
		      "b"),
			"ab"},
		{TEXT("a\xf0\x9f\xbf\xbe\xf4\x8f\xbf\xbf"
		      "b"),
			"ab"},
		{TEXT("a\xef\xb7\x8f\xef\xb7\xb0"
		      "b"),
			"a\xef\xb7\x8f\xef\xb7\xb0"
			"b"},
	};

	expect_pairs(slice_clean, rows, COUNT(rows));
}

Test(slice_text, each_control_at_each_place_is_found)
{
	for (unsigned c = 0; c < 0x20; c++)
		for (size_t at = 0; at < 24; at++) {
			char text[24];
			size_t want = c == '\t' || c == '\n' || c == '\r' ? 24 : 23;

			memset(text, 'x', sizeof text);
			text[at] = (char)c;
			cr_assert_eq(slice_clean(&memory, slice_from(text, sizeof text)).len, want,
				"%02x at %zu", c, at);
		}
}

Test(slice_text, a_good_line_is_itself)
{
	static const struct pair rows[] = {
		{TEXT(""), NULL},
		{TEXT("a title"), NULL},
		{TEXT("\xe4\xb8\xad\xe6\x96\x87 \xe2\x80\x94 title"), NULL},
		{TEXT("a\xe2\x80\xaa"
		      "b\xe2\x80\xac"
		      "c"),
			NULL},
		{TEXT("a\xe2\x81\xa7"
		      "b\xe2\x81\xa9"
		      "c"),
			NULL},
		{TEXT("marks stay \xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"), NULL},
	};

	expect_pairs(slice_line, rows, COUNT(rows));
}

Test(slice_text, white_space_is_collapsed_and_trimmed)
{
	static const struct pair rows[] = {
		{TEXT("  a \t\r\n b  "), "a b"},
		{TEXT(" \n "), ""},
		{TEXT("a\xc2\xa0\xc2\xa0"
		      "b\xe3\x80\x80"),
			"a b"},
		{TEXT("\xe1\x9a\x80\xe2\x80\x80\xe2\x80\x8a\xe2\x80\xaf\xe2\x81\x9f"
		      "a"),
			"a"},
		{TEXT("a\xe2\x80\xa8"
		      "b"),
			"a b"},
		{TEXT("a\0 \0b"), "a b"},
		{TEXT("a\xff"), "a\xef\xbf\xbd"},
	};

	expect_pairs(slice_line, rows, COUNT(rows));
}

#define LRE "\xe2\x80\xaa"
#define RLE "\xe2\x80\xab"
#define PDF "\xe2\x80\xac"
#define RLO "\xe2\x80\xae"
#define LRI "\xe2\x81\xa6"
#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

Test(slice_text, no_direction_is_left_open)
{
	static const struct pair rows[] = {
		{TEXT(RLO "gnp.exe"), RLO "gnp.exe" PDF},
		{TEXT("a" PDF "b" PDI "c"), "abc"},
		{TEXT(LRE "a" RLE "b"), LRE "a" RLE "b" PDF PDF},
		{TEXT(LRI "a" RLO "b"), LRI "a" RLO "b" PDF PDI},
		{TEXT(LRI "a" PDF "b" PDI), LRI "ab" PDI},
		{TEXT(RLE "a" LRI "b" PDF "c" PDI "d" PDF), RLE "a" LRI "bc" PDI "d" PDF},
		{TEXT(LRE "a" PDI "b"), LRE "ab" PDF},
		{TEXT(FSI RLE "a" PDI "b"), FSI RLE "a" PDF PDI "b"},
		{TEXT(LRI LRE "a" PDI "b" PDF), LRI LRE "a" PDF PDI "b"},
	};

	expect_pairs(slice_line, rows, COUNT(rows));
}

Test(slice_text, deep_nesting_of_directions_is_bounded_and_even)
{
	char text[3 * 1000];
	struct slice got;

	for (size_t i = 0; i < 1000; i++)
		memcpy(text + 3 * i, i % 2 == 0 ? RLO : LRI, 3);
	got = slice_line(&memory, slice_from(text, sizeof text));
	cr_expect_eq(got.len, 3 * 2 * 60, "%zu", got.len);
	cr_expect(slice_equal(slice_line(&memory, got), got));
}

Test(slice_text, whatever_comes_in_what_goes_out_is_clean)
{
	static const unsigned char bytes[] = {'a', ' ', '\n', '\r', 0, 0x7f, 0xc2, 0x85, 0xe2, 0x80,
		0xae, 0x81, 0xa9, 0xa8, 0xac, 0xef, 0xbf, 0xbe, 0xb7, 0x90, 0xf0, 0x9f, 0xed, 0xff};
	char text[40];

	srandom(20);
	for (int round = 0; round < 50000; round++) {
		size_t len = (size_t)random() % sizeof text;
		struct slice s = slice_from(text, len), clean, line;

		for (size_t i = 0; i < len; i++)
			text[i] = (char)bytes[(size_t)random() % COUNT(bytes)];
		clean = slice_clean(&memory, s);
		line = slice_line(&memory, s);
		cr_assert(slice_utf8_valid(clean) && slice_utf8_valid(line));
		cr_assert_eq(slice_find_byte(line, '\n'), line.len);
		cr_assert_eq(slice_find(line, SLICE("  ")), line.len);
		cr_assert(slice_equal(slice_clean(&memory, clean), clean));
		cr_assert(slice_equal(slice_line(&memory, line), line));
		cr_assert(slice_utf8_valid(slice_fold(&memory, s)));
		arena_reset(&memory);
	}
}

Test(slice_text, folding_makes_one_of_what_readers_hold_for_one)
{
	static const char *const rows[][2] = {
		{"Hello World", "hello world"},
		{"STRASSE", "Stra\xc3\x9f"
			    "e"},
		{"\xc3\x84", "A\xcc\x88"},
		{"\xef\xbc\xa1", "a"},
		{"\xef\xac\x81", "fi"},
		{"\xce\xa3", "\xcf\x82"},
		{"soft\xc2\xadhyphen", "softhyphen"},
		{"\xf0\x9d\x94\xb8", "a"},
		{"a\xff", "A\xef\xbf\xbd"},
		{"", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice one = slice_fold(&memory, slice_of(rows[i][0]));
		struct slice other = slice_fold(&memory, slice_of(rows[i][1]));

		cr_expect(slice_equal(one, other), "row %zu: \"%.*s\" \"%.*s\"", i, SLICE_ARG(one),
			SLICE_ARG(other));
	}
	cr_expect(slice_is(slice_fold(&memory, SLICE("AbZ[@`{09")), "abz[@`{09"));
}
