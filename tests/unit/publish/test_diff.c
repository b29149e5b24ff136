/* test_diff.c - proves what publish/diff.h promises */
#include "publish/diff.h"

#include "base/arena.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct arena arena;

static void leave(void)
{
	arena_clear(&arena);
}

TestSuite(diff, .fini = leave);

/* "same -gone- +new+ " */
static const char *told(const char *old, const char *new)
{
	static char text[1024];
	size_t n = 0;
	struct diff d;

	arena_reset(&arena);
	diff_words(slice_of(old), slice_of(new), &arena, &d);
	text[0] = '\0';
	for (size_t i = 0; i < d.n; i++) {
		static const char marks[] = {' ', '-', '+'};
		char mark = marks[d.runs[i].kind];

		n += (size_t)snprintf(text + n, sizeof text - n, "%c%.*s%c", mark,
			SLICE_ARG(slice_trim(d.runs[i].text)), mark);
	}
	return text;
}

Test(diff, words_that_changed_are_told_apart_from_those_that_stayed)
{
	static const struct {
		const char *old, *new, *want;
	} rows[] = {
		{"", "", ""},
		{"a b", "a b", " a b "},
		{"", "a b", "+a b+"},
		{"a b", "", "-a b-"},
		{"12 trucks left", "14 trucks left", "-12-+14+ trucks left "},
		{"one two three", "one three", " one -two- three "},
		{"a  b\nc", "a b c", " a b c "},
		{"联合国秘书长说", "联合国前秘书长说", " 联合国 +前+ 秘书长说 "},
		{"قال 12 شخصا", "قال 15 شخصا", " قال -12-+15+ شخصا "},
		{"no end", "no end.", " no -end-+end.+"},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_str_eq(told(rows[i].old, rows[i].new), rows[i].want, "%s", rows[i].old);
}

static void append(struct slice part, char *to)
{
	strncat(to, part.at, part.len);
}

Test(diff, both_texts_can_be_put_together_again)
{
	srand(7);
	for (int round = 0; round < 20000; round++) {
		char texts[2][80] = {"", ""}, again[2][80] = {"", ""};
		struct diff d;

		for (int t = 0; t < 2; t++)
			for (int w = rand() % 15; w > 0; w--)
				append(slice_from(&"a b c d "[2 * (rand() % 4)], 2), texts[t]);
		arena_reset(&arena);
		diff_words(slice_of(texts[0]), slice_of(texts[1]), &arena, &d);
		for (size_t i = 0; i < d.n; i++)
			for (int t = 0; t < 2; t++)
				if (d.runs[i].kind == DIFF_SAME ||
					(d.runs[i].kind == DIFF_GONE) == (t == 0))
					append(d.runs[i].text, again[t]);
		cr_assert_str_eq(again[0], texts[0], "%s -> %s", texts[0], texts[1]);
		cr_assert_str_eq(again[1], texts[1], "%s -> %s", texts[0], texts[1]);
	}
}

static char *many_words(size_t n, const char *word)
{
	char *text = calloc(n, 8);

	for (size_t i = 0, at = 0; i < n; i++)
		at += (size_t)snprintf(text + at, 8, "%s%zu ", word, i % 1000);
	return text;
}

Test(diff, texts_that_are_too_long_or_too_far_apart_differ_in_one_piece)
{
	static const size_t lengths[] = {DIFF_EDITS + 10, DIFF_WORDS + 10};

	for (size_t i = 0; i < COUNT(lengths); i++) {
		char *old = many_words(lengths[i], "a"), *new = many_words(lengths[i], "b");
		struct diff d;

		arena_reset(&arena);
		diff_words(slice_of(old), slice_of(new), &arena, &d);
		cr_expect_eq(d.n, 2);
		cr_expect_eq(d.runs[0].kind, DIFF_GONE);
		cr_expect_eq(d.runs[0].text.len, strlen(old));
		cr_expect_eq(d.runs[1].text.len, strlen(new));
		free(old);
		free(new);
	}
}

Test(diff, what_is_no_utf8_is_compared_all_the_same)
{
	cr_expect_str_eq(told("a \xFF b", "a \xFE b"), " a -\xFF-+\xFE+ b ");
}
