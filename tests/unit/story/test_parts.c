/* test_parts.c - what the grouping is made of: terms, index, counts, vectors */
#include "story/count.h"
#include "story/feature.h"
#include "story/lang.h"
#include "story/posting.h"
#include "story/vector.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct feature_set set;

static const struct feature_set *read_title(const char *title)
{
	feature_read(&set, 3, slice_of(title), SLICE_NONE, SLICE_NONE);
	return &set;
}

Test(feature, a_term_is_a_words_beginning)
{
	uint32_t one, lang;

	cr_expect_eq(read_title("vaccination")->n, 1);
	one = set.at[0].term;
	cr_expect_eq(read_title("Vaccines")->at[0].term, one);
	cr_expect_neq(read_title("vacancy")->at[0].term, one);
	feature_read(&set, 4, SLICE("vaccine"), SLICE_NONE, SLICE_NONE);
	lang = set.at[0].term;
	cr_expect_neq(lang, one, "each language has its own");
}

Test(feature, neighbours_make_a_pair_unless_a_dropped_word_stands_between)
{
	cr_expect_eq(read_title("peace talks")->n, 3);
	cr_expect_eq(read_title("peace and talks")->n, 2);
	cr_expect_eq(read_title("peace peace")->n, 2);
}

Test(feature, a_name_weighs_more_and_a_year_less)
{
	cr_expect_float_eq(read_title("aid reaches Gaza")->at[3].tf, 1.5F * 1.3F, 1e-6);
	cr_expect_float_eq(read_title("for aid")->at[0].tf, 1.5F, 1e-6);
	cr_expect_float_eq(read_title("for 2026")->at[0].tf, 1.5F * 0.3F, 1e-6);
	cr_expect_float_eq(read_title("for 1956")->at[0].tf, 1.5F, 1e-6);
	cr_expect_float_eq(read_title("Rights Council Adopts Texts")->at[2].tf, 0.45F, 1e-6,
		"a headline's capitals say nothing");
}

Test(feature, no_more_terms_than_there_is_room_for)
{
	static char text[65536];

	for (size_t i = 0; i + 5 < sizeof text; i += 5)
		snprintf(text + i, 6, "%c%c%c%c ", (int)('a' + i / 5 % 26),
			(int)('a' + i / 130 % 26), (int)('a' + i / 3380 % 26), 'q');
	feature_read(&set, 1, slice_of(text), slice_of(text), slice_of(text));
	cr_expect_leq(set.n, FEATURE_MOST);
	cr_expect_geq(set.n, FEATURE_SUMMARY_WORDS);
}

Test(posting, the_newest_items_of_a_term_come_first)
{
	struct posting *p = posting_new(2, 9);
	uint32_t seqs[8];

	for (uint32_t i = 0; i < 1000; i++) {
		const uint32_t terms[] = {7, 100 + i, 5000 + i % 3};

		cr_expect_eq(posting_add(p, terms, 3), i);
		if (i >= 300)
			posting_drop(p);
	}
	cr_expect_eq(posting_count(p), 300);
	cr_expect_eq(posting_oldest(p), 700);
	cr_expect_eq(posting_find(p, 7, seqs, 8), 8);
	cr_expect(seqs[0] == 999 && seqs[7] == 992);
	cr_expect_eq(posting_find(p, 5000, seqs, 8), 8);
	cr_expect(seqs[0] == 999 && seqs[1] == 996);
	cr_expect_eq(posting_find(p, 800, seqs, 8), 1);
	cr_expect_eq(seqs[0], 700);
	cr_expect_eq(posting_find(p, 799, seqs, 8), 0, "it was dropped");
	cr_expect_eq(posting_find(p, 9, seqs, 8), 0);
	posting_free(&p);
}

Test(posting, a_chain_ends_where_the_queue_does)
{
	struct posting *p = posting_new(0, 1);
	const uint32_t term = 5;
	uint32_t seqs[64];

	for (int i = 0; i < 10; i++)
		posting_add(p, &term, 1);
	for (int i = 0; i < 7; i++)
		posting_drop(p);
	cr_expect_eq(posting_find(p, term, seqs, 64), 3);
	for (int i = 0; i < 3; i++)
		posting_drop(p);
	cr_expect_eq(posting_find(p, term, seqs, 64), 0);
	posting_add(p, &term, 1);
	cr_expect_eq(posting_find(p, term, seqs, 64), 1);
	cr_expect_eq(seqs[0], 10);
	posting_free(&p);
}

Test(count, counts_are_bounded_fade_and_come_back)
{
	struct counts *c = count_new(), *again = count_new();
	uint32_t term, value, changed = 0;

	for (uint32_t i = 1; i <= 3 * COUNT_TERMS; i++)
		count_add(c, i);
	for (int i = 0; i < 9; i++)
		count_add(c, 4);
	count_halve(c);
	for (size_t i = 0; i < count_dirty(c); i++) {
		count_dirty_at(c, i, &term, &value);
		changed += value != 0;
	}
	cr_expect_leq(changed, COUNT_TERMS + 9);
	cr_expect_geq(changed, COUNT_TERMS / 10 * 9, "%u", changed);
	count_restore_halvings(again, count_halvings(c));
	for (size_t i = 0; i < count_dirty(c); i++) {
		count_dirty_at(c, i, &term, &value);
		count_restore(again, term, value);
	}
	count_clean(c);
	cr_expect_eq(count_dirty(c), 0);
	for (uint32_t i = 1; i <= 3 * COUNT_TERMS; i++)
		cr_assert_eq(count_of(c, i), count_of(again, i), "%u", i);
	cr_expect_geq(count_of(c, 4), 4, "%u", count_of(c, 4));
	count_free(&c);
	count_free(&again);
}

Test(vector, a_vector_has_length_one_and_the_heaviest_terms)
{
	struct heavy heavy[100];
	struct weight made[VECTOR_TERMS];
	struct vector v;
	size_t n, shared;

	for (uint32_t i = 0; i < 100; i++)
		heavy[i] = (struct heavy){1000 - i, i + 1};
	n = vector_make(heavy, 100, made);
	cr_assert_eq(n, VECTOR_TERMS);
	v = vector_of(made, n);
	cr_expect_float_eq(v.norm, VECTOR_ONE, 10);
	cr_expect_eq(made[0].term, 901, "in order");
	cr_expect_float_eq(vector_cosine(&v, &v, &shared), 1, 1e-9);
	cr_expect_eq(shared, VECTOR_TERMS);
	cr_expect_eq(vector_make(heavy, 0, made), 0);
	v = vector_of(made, 0);
	cr_expect_eq(vector_cosine(&v, &v, &shared), 0);
}

Test(vector, a_sum_can_be_taken_apart_again)
{
	static const struct weight a[] = {{1, 100}, {3, 50}}, b[] = {{2, 7}, {3, 20}};
	struct vector x = vector_of(a, 2), y = vector_of(b, 2), z;
	struct weight sum[CENTROID_TERMS], less[CENTROID_TERMS];

	cr_assert_eq(vector_sum(&x, &y, true, sum), 3);
	cr_expect(sum[1].term == 2 && sum[1].weight == 7 && sum[2].weight == 70);
	z = vector_of(sum, 3);
	cr_assert_eq(vector_sum(&z, &y, false, less), 2);
	cr_expect(memcmp(less, a, sizeof a) == 0);
}

Test(vector, a_large_sum_keeps_its_heaviest_terms)
{
	struct weight a[CENTROID_TERMS], b[VECTOR_TERMS], sum[CENTROID_TERMS];
	struct vector x, y;
	size_t n;

	for (uint32_t i = 0; i < CENTROID_TERMS; i++)
		a[i] = (struct weight){2 * i + 2, 10 + i};
	for (uint32_t i = 0; i < VECTOR_TERMS; i++)
		b[i] = (struct weight){2 * i + 1, 500};
	x = vector_of(a, CENTROID_TERMS);
	y = vector_of(b, VECTOR_TERMS);
	n = vector_sum(&x, &y, true, sum);
	cr_expect_eq(n, CENTROID_KEPT);
	for (size_t i = 1; i < n; i++)
		cr_expect_lt(sum[i - 1].term, sum[i].term);
	cr_expect_eq(sum[0].term, 1);
}

Test(lang, a_title_tells_a_tag_that_cannot_be)
{
	static const struct {
		const char *tag, *title, *want;
	} rows[] = {
		{"en", "Floods in Sudan", "en"},
		{"EN-us", "Floods in Sudan", "en"},
		{"", "Floods in Sudan", "und"},
		{"eng", "Floods in Sudan", "und"},
		{"en", "الأمم المتحدة: فيضانات في السودان", "ar"},
		{"fa", "سازمان ملل متحد", "fa"},
		{"", "联合国：UN 苏丹洪水", "zh"},
		{"", "国連 スーダンの洪水", "ja"},
		{"ja", "国連安保理", "ja"},
		{"uk", "Повінь у Судані", "uk"},
		{"en-GB", "Наводнение в Судане", "ru"},
		{"ko", "유엔 수단 홍수", "ko"},
		{"fr", "", "fr"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[LANG_BYTES];

		lang_put(lang_of_text(slice_of(rows[i].tag), slice_of(rows[i].title)), name);
		cr_expect_str_eq(name, rows[i].want, "%s: %s", rows[i].title, name);
	}
}
