/* test_word.c - plain text as words */
#include "story/word.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* The words of `text`, a space after each; marks say what they are. */
static const char *words(const char *text)
{
	static char line[2048];
	struct word_reader r;
	struct word w;
	size_t len = 0;

	line[0] = '\0';
	word_begin(&r, slice_of(text));
	while (word_next(&r, &w))
		len += (size_t)snprintf(line + len, sizeof line - len, "%s%.*s%s%s ",
			w.dropped ? "-" : "", SLICE_ARG(w.text), w.upper ? "!" : "",
			w.capital && !w.first ? "^" : "");
	if (len > 0)
		line[len - 1] = '\0';
	return line;
}

struct row {
	const char *text, *want;
};

static void expect_words(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cr_expect_str_eq(words(rows[i].text), rows[i].want, "%s: %s", rows[i].text,
			words(rows[i].text));
}

Test(word, latin_cyrillic_and_arabic_are_folded)
{
	static const struct row rows[] = {
		{"", ""},
		{" -- !", ""},
		{"Élection à Genève", "election -a geneve^"},
		{"STRASSE Straße", "strasse^"},
		{"Ёлка Майский", "елка маискии^"},
		{"القاهرة إلى أمــم مُتَّحِدة", "القاهره -الي امم متحده"},
		{"ｕｎ １２", "-un 12"},
		{"co\u00adope\u200dration", "cooperation"},
		{"ﬁnance", "finance"},
		{"٢٠٢٦", "2026"},
	};
	expect_words(rows + 0, 3);
	expect_words(rows + 4, COUNT(rows) - 4);
}

Test(word, numbers_are_one_word_whatever_stands_between_their_thousands)
{
	static const struct row rows[] = {
		{"1,300 dead", "1300 dead"},
		{"1.300.000", "1300000"},
		{"1\u00a0300", "1300"},
		{"1,30", "1 30"},
		{"1300,1", "1300 1"},
		{"1,3000", "1 3000"},
		{"5th G7", "5th g7!^"},
	};
	expect_words(rows, COUNT(rows));
}

Test(word, function_words_are_dropped_and_acronyms_are_not)
{
	static const struct row rows[] = {
		{"The WHO and who it was", "-the who!^ -and -who -it -was"},
		{"the U.N. envoy", "-the un!^ envoy"},
		{"THE WHO WARNS", "-the -who^ warns^"},
		{"Iran's and Sudan’s", "iran -and sudan^"},
		{"L'Iran", "-l iran^"},
	};
	expect_words(rows, COUNT(rows));
}

Test(word, a_sentence_begins_after_a_full_stop)
{
	static const struct row rows[] = {
		{"He said. Then Guterres spoke", "-he -said -then guterres^ spoke"},
		{"难民。Then", "难民 -then"},
	};
	expect_words(rows, COUNT(rows));
}

Test(word, scripts_without_spaces_come_in_pairs)
{
	static const struct row rows[] = {
		{"联合国", "联合 合国"},
		{"国", "-国"},
		{"难民 2026年", "难民 2026 -年"},
		{"ガザ地区", "ガザ ザ地 地区"},
		{"유엔", "유엔"},
		{"ไทย", "ไท ทย"},
		{"Fed联储", "fed 联储"},
	};
	expect_words(rows, COUNT(rows));
}

Test(word, places_count_every_word)
{
	struct word_reader r;
	struct word w;

	word_begin(&r, SLICE("the right to food"));
	for (uint32_t i = 0; i < 4; i++) {
		cr_assert(word_next(&r, &w));
		cr_expect_eq(w.place, i);
	}
	cr_expect_not(word_next(&r, &w));
	cr_expect_not(word_next(&r, &w), "and stays at the end");
}

Test(word, a_word_without_end_is_kept_to_its_first_letters)
{
	size_t len = 1U << 20;
	char *text = malloc(len);
	struct word_reader r;
	struct word w;

	cr_assert_not_null(text);
	memset(text, 'a', len);
	word_begin(&r, slice_from(text, len));
	cr_assert(word_next(&r, &w));
	cr_expect_leq(w.text.len, WORD_BYTES);
	cr_expect_geq(w.text.len, WORD_BYTES - 4);
	cr_expect_not(word_next(&r, &w));
	free(text);
}

Test(word, the_list_of_function_words_is_in_order)
{
	static const char *const list[] = {
#define DROPPED(word) word,
#include "story/word_dropped.def"
#undef DROPPED
	};
	for (size_t i = 1; i < COUNT(list); i++)
		cr_expect(strcmp(list[i - 1], list[i]) < 0, "%s", list[i]);
	for (size_t i = 0; i < COUNT(list); i++) {
		struct word_reader r;
		struct word w;

		word_begin(&r, slice_of(list[i]));
		cr_assert(word_next(&r, &w));
		cr_expect(slice_is(w.text, list[i]) && w.dropped, "%s is %.*s", list[i],
			SLICE_ARG(w.text));
	}
}
