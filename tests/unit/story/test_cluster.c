/* test_cluster.c - which items tell one story */
#include "story/cluster.h"

#include "paper.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NOW   INT64_C(1780000000)
#define HOUR  3600
#define DAY   86400
#define ITEMS 3000

static struct cluster_item item_of(int64_t number, const char *title, const char *summary)
{
	return (struct cluster_item){.item = number,
		.lang = SLICE("en"),
		.title = slice_of(title),
		.summary = slice_of(summary),
		.date = INSTANT_NONE};
}

static struct cluster_choice choose(
	struct cluster *c, int64_t number, const char *title, const char *summary, instant now)
{
	struct cluster_item it = item_of(number, title, summary);
	struct cluster_choice choice;

	cluster_choose(c, &it, now, &choice);
	return choice;
}

#define QUAKE "Strong earthquake strikes northern Afghanistan, killing dozens"
#define QUAKE_TEXT                                                                                 \
	"Rescue teams are searching for survivors near Kunduz after a 6.3 magnitude quake"
#define AGAIN "Afghanistan earthquake: dozens killed as rescue teams search Kunduz"
#define OTHER "Central bank of Norway keeps its interest rate unchanged"

Test(cluster, items_that_tell_one_event_are_one_story)
{
	struct cluster *c = cluster_new(1);
	struct cluster_choice one = choose(c, 1, QUAKE, QUAKE_TEXT, NOW);
	struct cluster_choice two = choose(c, 2, OTHER, "", NOW + HOUR);
	struct cluster_choice three = choose(c, 3, AGAIN, QUAKE_TEXT, NOW + 2 * HOUR);

	cr_expect_eq(one.how, CLUSTER_NEW);
	cr_expect(one.is_new && one.story == 1);
	cr_expect_eq(two.how, CLUSTER_NEW);
	cr_expect_eq(two.story, 2);
	cr_expect_eq(three.how, CLUSTER_TEXT);
	cr_expect_eq(three.story, one.story);
	cr_expect_eq(three.near, 1);
	cr_expect(three.score >= 0.3 && three.similarity > 0.3 && three.similarity <= 1);
	cr_expect_str_eq(three.lang, "en");
	cluster_free(&c);
}

Test(cluster, languages_are_not_mixed)
{
	struct cluster *c = cluster_new(1);
	struct cluster_item it = item_of(2, QUAKE, QUAKE_TEXT);
	struct cluster_choice one = choose(c, 1, QUAKE, QUAKE_TEXT, NOW), two;

	it.lang = SLICE("fr-CH");
	cluster_choose(c, &it, NOW, &two);
	cr_expect_neq(one.story, two.story);
	cr_expect_str_eq(two.lang, "fr");
	cluster_free(&c);
}

Test(cluster, what_no_tag_says_is_one_language)
{
	static const char *const tags[] = {"", "x", "klingon", "1a", "zzz-Latn"};
	struct cluster *c = cluster_new(1);

	for (size_t i = 0; i < COUNT(tags); i++) {
		struct cluster_item it = item_of((int64_t)i + 1, QUAKE, QUAKE_TEXT);
		struct cluster_choice choice;

		it.lang = slice_of(tags[i]);
		cluster_choose(c, &it, NOW, &choice);
		cr_expect_str_eq(choice.lang, "und");
		cr_expect_eq(choice.story, 1, "%s", tags[i]);
	}
	cluster_free(&c);
}

Test(cluster, the_same_thing_is_the_same_story)
{
	struct cluster *c = cluster_new(1);
	struct cluster_item one = item_of(1, "Photos of the day", ""), two = one, three = one;
	struct cluster_choice choice;

	one.enclosure = SLICE("https://a.example/p/17.jpg");
	one.link = SLICE("https://a.example/photos/17");
	two.item = 2;
	two.enclosure = one.enclosure;
	three = item_of(3, "Photos of this day by our staff", "");
	three.link = one.link;
	cluster_choose(c, &one, NOW, &choice);
	cluster_choose(c, &two, NOW, &choice);
	cr_expect_eq(choice.how, CLUSTER_ENCLOSURE);
	cr_expect_eq(choice.story, 1);
	cluster_choose(c, &three, NOW, &choice);
	cr_expect_eq(choice.how, CLUSTER_LINK);
	cr_expect_eq(choice.story, 1);
	choose(c, 4, QUAKE, "", NOW);
	choice = choose(
		c, 5, "strong EARTHQUAKE strikes northern Afghanistan killing dozens", "", NOW);
	cr_expect_eq(choice.how, CLUSTER_DIGEST);
	cluster_free(&c);
}

Test(cluster, one_address_for_all_items_makes_no_story_of_them)
{
	struct cluster *c = cluster_new(1);
	struct cluster_item one = item_of(1, QUAKE, QUAKE_TEXT), two = item_of(2, OTHER, "");
	struct cluster_choice choice;

	one.link = two.link = SLICE("https://a.example/");
	cluster_choose(c, &one, NOW, &choice);
	cluster_choose(c, &two, NOW, &choice);
	cr_expect_eq(choice.how, CLUSTER_NEW);
	cr_expect_eq(choice.story, 2);
	cluster_free(&c);
}

Test(cluster, dates_are_held_within_fourteen_days)
{
	static const struct {
		instant date, at;
		int64_t story;
	} rows[] = {
		{INSTANT_NONE, NOW, 1},
		{NOW + DAY, NOW, 2},
		{NOW - 2 * DAY, NOW - 2 * DAY, 3},
		{NOW - 14 * DAY, NOW - 14 * DAY, 4},
		{NOW - 14 * DAY - 1, NOW, 0},
		{INSTANT_MIN, NOW, 0},
	};
	static const char *const titles[] = {QUAKE, OTHER, "Parliament of Peru elects a speaker",
		"Whales counted in Antarctic waters", AGAIN, QUAKE};
	struct cluster *c = cluster_new(1);

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cluster_item it = item_of((int64_t)i + 1, titles[i], "");
		struct cluster_choice choice;

		it.date = rows[i].date;
		cluster_choose(c, &it, NOW, &choice);
		cr_expect_eq(choice.at, rows[i].at, "%zu", i);
		cr_expect_eq(choice.story, rows[i].story, "%zu", i);
		cr_expect_eq(choice.how == CLUSTER_OLD, choice.story == 0);
	}
	cluster_free(&c);
}

Test(cluster, a_story_ages)
{
	struct cluster *c = cluster_new(1);

	choose(c, 1, QUAKE, QUAKE_TEXT, NOW);
	cr_expect_eq(choose(c, 2, AGAIN, QUAKE_TEXT, NOW + 3 * DAY + HOUR).story, 2,
		"after three days it is not known any more");
	cr_expect_not(cluster_has(c, 1) && cluster_dirty_stories(c) == 0);
	cluster_clean(c);
	cr_expect_not(cluster_has(c, 1));
	cr_expect(cluster_has(c, 2));
	cluster_free(&c);
}

Test(cluster, what_the_admin_parts_stays_apart)
{
	struct cluster *c = cluster_new(1);
	struct paper *p = paper_new();
	struct cluster_choice one = choose(c, 1, QUAKE, QUAKE_TEXT, NOW), two, parted;

	paper_write(p, c, &one);
	two = choose(c, 2, AGAIN, QUAKE_TEXT, NOW);
	paper_write(p, c, &two);
	cr_assert_eq(two.story, 1);
	cr_expect(cluster_part(c, paper_row(p, 2), &parted));
	cr_expect(parted.story == 2 && parted.is_new && parted.how == CLUSTER_HAND);
	cr_expect_eq(parted.item, 2);
	paper_write(p, c, &parted);
	paper_write_apart(p, 2, 1);
	cr_expect_eq(paper_story(p, 1)->n, 1);
	cr_expect_eq(paper_story(p, 2)->n, 1);
	cr_expect_not(cluster_part(c, paper_row(p, 2), &parted), "it is alone already");
	cluster_free(&c);
	c = paper_restore(p, NOW);
	cr_expect_not(cluster_part(c, paper_row(p, 2), &parted));
	cr_expect(cluster_join(c, paper_row(p, 2), 1, &parted), "but the admin may join it again");
	cr_expect_eq(parted.story, 1);
	paper_write(p, c, &parted);
	cr_expect_eq(paper_story(p, 1)->n, 2);
	cr_expect_eq(paper_story(p, 2)->n, 0, "and its own story is empty");
	cluster_free(&c);
	paper_free(&p);
}

Test(cluster, what_the_admin_joins_stands_and_draws_others)
{
	struct cluster *c = cluster_new(1);
	struct paper *p = paper_new();
	struct cluster_choice one = choose(c, 1, QUAKE, QUAKE_TEXT, NOW), two, joined;

	paper_write(p, c, &one);
	two = choose(c, 2, OTHER, "", NOW);
	paper_write(p, c, &two);
	cr_expect(cluster_join(c, paper_row(p, 2), 1, &joined));
	cr_expect(joined.story == 1 && joined.how == CLUSTER_HAND && !joined.is_new);
	paper_write(p, c, &joined);
	cr_expect_not(cluster_join(c, paper_row(p, 2), 1, &joined), "it is there");
	cr_expect_not(cluster_join(c, paper_row(p, 2), 99, &joined), "there is none");
	cr_expect_eq(choose(c, 3, OTHER, "Norway", NOW).story, 1);
	cluster_free(&c);
	paper_free(&p);
}

Test(cluster, an_item_of_long_ago_can_be_joined_and_parted)
{
	struct cluster *c = cluster_new(1);
	struct paper *p = paper_new();
	struct cluster_choice row = choose(c, 1, QUAKE, QUAKE_TEXT, NOW);

	paper_write(p, c, &row);
	row = choose(c, 2, OTHER, "", NOW);
	paper_write(p, c, &row);
	row = choose(c, 3, "Whales counted in Antarctic waters", "", NOW + 10 * DAY);
	paper_write(p, c, &row);
	cr_assert_not(cluster_has(c, 1));
	cluster_restore_story(c, paper_story(p, 1));
	cluster_restore_story(c, paper_story(p, 2));
	cr_expect(cluster_join(c, paper_row(p, 2), 1, &row));
	paper_write(p, c, &row);
	cr_expect_eq(paper_story(p, 1)->n, 2);
	cr_expect_not(cluster_has(c, 1), "and it is forgotten again");
	cluster_restore_story(c, paper_story(p, 1));
	cr_expect(cluster_part(c, paper_row(p, 2), &row));
	cr_expect_eq(row.story, 4);
	cluster_free(&c);
	paper_free(&p);
}

Test(cluster, a_locked_story_takes_no_more_by_text)
{
	struct cluster *c = cluster_new(1);
	struct paper *p = paper_new();
	struct cluster_choice row = choose(c, 1, QUAKE, QUAKE_TEXT, NOW);

	cr_expect(cluster_lock(c, 1, true));
	cr_expect_not(cluster_lock(c, 7, true));
	paper_write(p, c, &row);
	cluster_free(&c);
	c = paper_restore(p, NOW);
	cr_expect_eq(choose(c, 2, AGAIN, QUAKE_TEXT, NOW).story, 2);
	cr_expect(cluster_lock(c, 1, false));
	cluster_free(&c);
	paper_free(&p);
}

/* Numbers that look like chance and are not. */
static uint32_t chance(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

/* A word made of syllables, for a number. */
static size_t put_word(char *to, uint32_t number)
{
	static const char syllables[][3] = {"ba", "ce", "di", "fo", "gu", "ha", "ki", "lo", "mu",
		"na", "pe", "ri", "so", "tu", "ve", "zi"};
	size_t len = 0;

	for (int i = 0; i < 3; i++, number /= 16)
		len += (size_t)sprintf(to + len, "%s", syllables[number % 16]);
	to[len++] = ' ';
	to[len] = '\0';
	return len;
}

/* News: events come and go, each with words of its own. */
static struct cluster_item news(int64_t number, instant *now_out)
{
	static char title[256], summary[512];
	uint64_t state = (uint64_t)number * 977;
	uint32_t event = (uint32_t)number / 12 + chance(&state) % 30;
	size_t len = 0;

	for (int i = 0; i < 5; i++)
		len += put_word(title + len, event * 11 + chance(&state) % 8);
	for (int i = 0; i < 2; i++)
		len += put_word(title + len, chance(&state) % 300);
	len = 0;
	for (int i = 0; i < 15; i++)
		len += put_word(summary + len,
			i % 2 == 0 ? event * 11 + chance(&state) % 9 : chance(&state) % 4000);
	*now_out = NOW + number * 400 + chance(&state) % 300;
	return (struct cluster_item){.item = number,
		.lang = chance(&state) % 4 == 0 ? SLICE("fr") : SLICE("en"),
		.title = slice_of(title),
		.summary = slice_of(summary),
		.link = chance(&state) % 20 == 0 ? SLICE("https://a.example/live") : SLICE_NONE,
		.date = *now_out - chance(&state) % (2 * DAY)};
}

static bool same_choice(const struct cluster_choice *a, const struct cluster_choice *b)
{
	return a->story == b->story && a->how == b->how && a->score == b->score &&
	       a->near == b->near && a->similarity == b->similarity && slice_equal(a->vec, b->vec);
}

/* Restarted all the time where `often` says so, never else: the same. */
static void expect_same_after_restarts(bool (*often)(int64_t item))
{
	struct cluster *c = cluster_new(1), *again = cluster_new(2);
	struct paper *p = paper_new();
	size_t joined = 0;

	for (int64_t i = 1; i <= ITEMS; i++) {
		instant now;
		struct cluster_item it = news(i, &now);
		struct cluster_choice one, two;

		cluster_choose(c, &it, now, &one);
		cluster_clean(c);
		cluster_choose(again, &it, now, &two);
		cr_assert(same_choice(&one, &two), "item %" PRId64 ": %" PRId64 " %" PRId64, i,
			one.story, two.story);
		joined += one.how == CLUSTER_TEXT;
		paper_write(p, again, &two);
		if (!often(i))
			continue;
		cluster_free(&again);
		again = paper_restore(p, now + 1);
	}
	cr_expect(joined > ITEMS / 5 && joined < ITEMS * 9 / 10, "%zu", joined);
	cluster_free(&c);
	cluster_free(&again);
	paper_free(&p);
}

static bool now_and_then(int64_t item)
{
	return item % 61 == 0;
}

static bool after_each_of_some(int64_t item)
{
	return item > 1500 && item <= 1700;
}

static bool never(int64_t item)
{
	(void)item;
	return false;
}

Test(cluster, the_same_answers_twice_whatever_the_seed)
{
	expect_same_after_restarts(never);
}

Test(cluster, the_same_answers_after_a_restart_between_any_two_items)
{
	expect_same_after_restarts(now_and_then);
	expect_same_after_restarts(after_each_of_some);
}

Test(cluster, damaged_rows_are_left_out)
{
	static const char *const vecs[] = {"", "\1", "\2abcdefghijk", "\1\0\0\0\0\0abc",
		"\1\7\0\0\0\0abc", "\1\0\0\0\0\0bbbb\1\0aaaa\1\0"};
	static const size_t lens[] = {0, 1, 12, 9, 9, 18};
	struct cluster *c = cluster_new(1);
	struct cluster_story story = {.story = 5, .lang = "en", .first = NOW, .last = NOW, .n = 1};
	struct cluster_choice row = {.story = 5, .at = NOW, .lang = "en"};

	story.centroid = SLICE("short");
	cluster_restore_meta(c, SLICE("what is this"));
	cluster_restore_story(c, &story);
	for (size_t i = 0; i < COUNT(vecs); i++) {
		row.item = (int64_t)i + 1;
		row.vec = slice_from(vecs[i], lens[i]);
		cluster_restore_item(c, &row);
	}
	cluster_restored(c, NOW);
	cr_expect_not(cluster_has(c, 5), "no item holds it");
	cr_expect_eq(choose(c, 10, QUAKE, "", NOW).story, 6, "but its number is taken");
	cluster_free(&c);
}

Test(cluster, nothing_to_read_is_a_story_of_its_own)
{
	struct cluster *c = cluster_new(1);

	cr_expect_eq(choose(c, 1, "", "", NOW).story, 1);
	cr_expect_eq(choose(c, 2, "", "", NOW).story, 2);
	cr_expect_eq(choose(c, 3, "of the", "!", NOW).story, 3);
	cluster_free(&c);
}

Test(cluster, a_text_of_a_megabyte_costs_no_more_than_its_head)
{
	struct cluster *c = cluster_new(1);
	size_t len = 1U << 20;
	char *text = malloc(len);
	struct cluster_item it = item_of(1, "", "");
	struct cluster_choice choice;

	cr_assert_not_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = i % 3 == 2 ? ' ' : (char)('a' + (i * i / 7) % 26);
	it.title = it.summary = it.content = slice_from(text, len);
	for (int64_t i = 1; i <= 50; i++) {
		it.item = i;
		cluster_choose(c, &it, NOW, &choice);
		cr_expect_leq(choice.vec.len, CLUSTER_VEC_BYTES);
	}
	free(text);
	cluster_free(&c);
}

Test(cluster, a_clock_that_was_wrong_does_not_end_the_grouping)
{
	struct cluster *c = cluster_new(1);
	struct paper *p = paper_new();
	struct cluster_choice row = choose(c, 1, OTHER, "", NOW + 9000 * (instant)DAY);

	paper_write(p, c, &row);
	cluster_free(&c);
	c = paper_restore(p, NOW);
	choose(c, 2, QUAKE, QUAKE_TEXT, NOW);
	cr_expect_eq(choose(c, 3, AGAIN, QUAKE_TEXT, NOW + HOUR).story, 2);
	cr_expect_eq(choose(c, 4, QUAKE, QUAKE_TEXT, NOW + HOUR - 60).story, 2);
	cluster_free(&c);
	paper_free(&p);
}

Test(cluster, without_its_value_and_its_stories_a_cluster_begins_anew)
{
	struct cluster *c = cluster_new(1), *again = cluster_new(2);
	struct cluster_choice row = choose(c, 1, QUAKE, QUAKE_TEXT, NOW);

	cluster_restore_item(again, &row);
	row.at = INT64_MIN;
	cluster_restore_item(again, &row);
	cluster_restored(again, NOW);
	cr_expect_eq(choose(again, 2, AGAIN, QUAKE_TEXT, NOW).how, CLUSTER_NEW);
	cluster_free(&c);
	cluster_free(&again);
}
