/* test_pages.c - proves what the pages for people promise: page.h, filters.h, words.h, … */
#include "publish/page.h"

#include "base/arena.h"
#include "fake_store.h"
#include "publish/changes.h"
#include "publish/filters.h"
#include "publish/parts.h"
#include "publish/rhythm.h"
#include "publish/words.h"
#include "publish/zone.h"

#include <criterion/criterion.h>

#define NOON ((instant)1700049600) /* 2023-11-15T12:00:00Z */

static struct buf out;
static struct arena arena;
static struct stored_source sources[4];
static struct outlet outlet;

static void enter(void)
{
	static const char *const names[] = {"un", "who", "fao", "iom"};

	buf_init(&out, 1 << 20);
	zone_set(SLICE("UTC"));
	for (size_t i = 0; i < COUNT(sources); i++)
		fake_source(&sources[i], (int64_t)i + 1, names[i]);
	outlet = (struct outlet){.title = SLICE("Hub"),
		.site = SLICE("Hub"),
		.sources = sources,
		.n_sources = COUNT(sources)};
}

static void leave(void)
{
	buf_clear(&out);
	arena_clear(&arena);
	fake_empty();
}

TestSuite(pages, .init = enter, .fini = leave);

static bool holds(const char *text)
{
	return out.at != NULL && strstr(out.at, text) != NULL;
}

Test(pages, days_and_hours_are_those_of_the_zone)
{
	static const struct {
		const char *zone, *day, *time;
	} rows[] = {
		{"UTC", "Wednesday, 15 November 2023", ">12:00<"},
		{"Asia/Kathmandu", "Wednesday, 15 November 2023", ">17:45<"},
		{"Pacific/Kiritimati", "Thursday, 16 November 2023", ">02:00<"},
		{"No/Where", "Wednesday, 15 November 2023", ">12:00<"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&out);
		zone_set(slice_of(rows[i].zone));
		page_day(&out, NOON);
		page_time(&out, NOON);
		cr_expect(holds(rows[i].day), "%s: %s", rows[i].zone, out.at);
		cr_expect(holds(rows[i].time), "%s: %s", rows[i].zone, out.at);
		cr_expect(holds("datetime=\"2023-11-15T12:00Z\""), "%s", out.at);
	}
	zone_set(SLICE("Europe/Zurich"));
	cr_expect_eq(zone_midnight(NOON), NOON - 13 * 3600);
}

Test(pages, times_out_of_the_calendar_are_told_too)
{
	page_day(&out, INT64_MIN + 1);
	page_day_and_time(&out, INT64_MAX);
	cr_expect(holds("December 9999"));
	buf_reset(&out);
	page_day_and_time(&out, INSTANT_NONE);
	cr_expect_str_eq(out.at, "never");
}

Test(pages, words_from_right_to_left_say_so)
{
	static const struct {
		struct slice lang, text;
		const char *want;
	} rows[] = {
		{{"ar", 2}, {"\xD8\xB3", 2}, " lang=\"ar\" dir=\"rtl\""},
		{{"ar", 2}, {"IOM", 3}, " lang=\"ar\""},
		{{"en", 2}, {"plain", 5}, ""},
		{{"en", 2}, {"\xD7\x90", 2}, " dir=\"auto\""},
		{{NULL, 0}, {"\xD8\xB3", 2}, " dir=\"auto\""},
		{{"ur-Latn", 7}, {"\xD8\xB3", 2}, " lang=\"ur-Latn\" dir=\"auto\""},
		{{"zh-cn", 5}, {"\xE4\xB8\xAD", 3}, " lang=\"zh-cn\""},
		{{"rss-language", 12}, {"x", 1}, ""},
		{{"e\"n", 3}, {"x", 1}, ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&out);
		buf_puts(&out, "");
		page_direction(&out, rows[i].lang, rows[i].text);
		cr_expect_str_eq(out.len > 0 ? out.at : "", rows[i].want);
	}
}

Test(pages, a_teaser_ends_with_a_word_or_a_character)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"short", "short"},
		{"exactly te", "exactly te"},
		{"one two three", "one two\xE2\x80\xA6"},
		{"unbreakably", "unbreakabl\xE2\x80\xA6"},
		{"\xE4\xB8\x80\xE4\xBA\x8C\xE4\xB8\x89\xE5\x9B\x9B\xE4\xBA\x94\xE5\x85\xAD"
		 "\xE4\xB8\x83\xE5\x85\xAB\xE4\xB9\x9D\xE5\x8D\x81\xE4\xB8\x80",
			"\xE4\xB8\x80\xE4\xBA\x8C\xE4\xB8\x89\xE5\x9B\x9B\xE4\xBA\x94\xE5\x85\xAD"
			"\xE4\xB8\x83\xE5\x85\xAB\xE4\xB9\x9D\xE5\x8D\x81\xE2\x80\xA6"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&out);
		page_cut(&out, slice_of(rows[i].text), 10);
		cr_expect_str_eq(out.at, rows[i].want);
	}
}

static const struct slice asked_langs[] = {{"ar", 2}};
static const struct slice asked_topics[] = {{"a&b", 3}};
static const struct item_query asked = {.langs = asked_langs,
	.n_langs = 1,
	.topics = asked_topics,
	.n_topics = 1,
	.q = {"two words", 9},
	.since = INSTANT_NONE,
	.until = INSTANT_NONE};

Test(pages, a_filter_takes_the_place_of_its_kind_and_keeps_the_others)
{
	const struct river r = {.asked = &asked, .filter = SLICE("x")};
	const struct page p = {.up = "", .feeds = "feed", .n_forms = 3};

	filters_all(&out, &outlet, &r, &p);
	cr_expect(holds("href=\"?q=two%20words&amp;source=who&amp;lang=ar&amp;topic=a%26b\""));
	cr_expect(holds("href=\"?q=two%20words&amp;topic=a%26b\" aria-current=\"true\"") == false);
	buf_reset(&out);
	filters_on(&out, &outlet, &r);
	cr_expect(holds("href=\"?q=two%20words&amp;topic=a%26b\""), "%s", out.at);
	cr_expect(holds("href=\"?lang=ar&amp;topic=a%26b\""), "%s", out.at);
	cr_expect(holds("href=\"?q=two%20words&amp;lang=ar\""), "%s", out.at);
	buf_reset(&out);
	filters_search(&out, &r);
	cr_expect(holds("name=\"lang\" value=\"ar\""));
	cr_expect(holds("name=\"topic\" value=\"a&amp;b\""));
	cr_expect(!holds("type=\"hidden\" name=\"q\""));
}

Test(pages, sources_with_the_latest_news_come_first)
{
	static const struct item_query all = {.since = INSTANT_NONE, .until = INSTANT_NONE};
	static struct stored_source many[100];
	const struct river r = {.asked = &all};
	const struct page p = {.up = "", .feeds = "feed", .n_forms = 3};
	const char *first, *second;

	for (size_t i = 0; i < COUNT(many); i++) {
		fake_source(&many[i], (int64_t)i + 1, "x");
		many[i].name = many[i].url;
		many[i].last_new = NOON + (instant)(i * 37 % 100);
	}
	many[27].state = SOURCE_RETIRED; /* 27 * 37 % 100 is 99 */
	outlet.sources = many;
	outlet.n_sources = COUNT(many);
	filters_all(&out, &outlet, &r, &p);
	first = strstr(out.at, ">News number 55<");  /* 98 */
	second = strstr(out.at, ">News number 82<"); /* 97 */
	cr_assert(first != NULL && second != NULL && first < second, "%s", out.at);
	cr_expect(!holds(">News number 28<"));
	cr_expect(!holds(">News number 1<"), "it has the oldest news");
	cr_expect(holds("All 100 sources"));
}

Test(pages, a_filtered_page_is_called_by_what_it_is_filtered_by)
{
	const struct view_name views[] = {{{"v", 1}, {"The view", 8}}};
	struct river r = {.asked = &asked, .views = views, .n_views = 1};

	cr_expect(slice_is(filters_title(&outlet, &r, &arena),
		"Hub \xE2\x80\x93 two words, \xD8\xA7\xD9\x84\xD8\xB9\xD8\xB1\xD8\xA8\xD9\x8A\xD8"
		"\xA9, a&b"));
	r.view = SLICE("v");
	cr_expect(slice_starts(filters_title(&outlet, &r, &arena), "The view \xE2\x80\x93 two"));
}

Test(pages, health_is_told_in_words)
{
	words_health(&out, &outlet, "");
	cr_expect_str_eq(out.at, "<a href=\"sources\">All 4 sources</a> are well.");
	sources[1].state = SOURCE_FAILING;
	sources[1].last_ok = NOON;
	sources[2].state = SOURCE_NEW;
	sources[3].state = SOURCE_RETIRED;
	buf_reset(&out);
	words_health(&out, &outlet, "../");
	cr_expect(holds("1 of 3 sources</a> is well. 1 not asked yet."), "%s", out.at);
	cr_expect(holds("<a href=\"../sources#s2\">News number 2</a> since <time"), "%s", out.at);
	outlet.n_sources = 0;
	buf_reset(&out);
	words_health(&out, &outlet, "");
	cr_expect_str_eq(out.at, "No source is followed yet.");
}

Test(pages, a_rhythm_is_a_picture_with_words)
{
	struct rhythm r = {.from = NOON - 12 * 3600};

	rhythm_put(&out, &r);
	cr_expect(holds("aria-label=\"No item in 8 weeks\""));
	r.items[0] = 1;
	r.items[RHYTHM_DAYS - 1] = INT32_MAX;
	buf_reset(&out);
	rhythm_put(&out, &r);
	cr_expect(holds("2147483648 items in 8 weeks, at most 2147483647 a day, on 2024-01-09"),
		"%s", out.at);
	cr_expect(holds("<path d=\"M1.5 24v-1M166.5 24v-24\"/>"), "%s", out.at);
}

Test(pages, an_edit_is_told_with_some_words_around_it)
{
	struct stored_revision before[1] = {{.at = NOON}};
	struct stored_item now;

	fake_item(&now, 1, "A title");
	item_init(&before[0].item);
	before[0].item.title = SLICE("A title");
	before[0].item.url = now.item.url;
	before[0].item.content_html = SLICE("<p>It has <b>12</b> trucks &amp; &lt;more&gt;</p>");
	now.item.content_html = SLICE("<p>It has <b>14</b> trucks &amp; &lt;more&gt;</p>");
	changes_put(&out, &now, SLICE("fr"), before, 1);
	cr_expect(holds("It has <del>12</del> <ins>14</ins> trucks &amp; &lt;more&gt;"), "%s",
		out.at);
	cr_expect(holds("lang=\"fr\""));
	cr_expect(!holds("<dt>Title"));
	buf_reset(&out);
	before[0].item.content_html = SLICE("<p>It has <i>14</i> trucks &amp; &lt;more&gt;</p>");
	changes_put(&out, &now, SLICE_NONE, before, 1);
	cr_expect(holds("Its words stayed"), "%s", out.at);
	buf_reset(&out);
	changes_put(&out, &now, SLICE_NONE, before, 0);
	cr_expect_eq(out.len, 0);
}
