/* Which item is it?  Each with the case behind it. */
#include "fixture.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

Test(match, bare_ids_never_cross_sources_and_titles_alone_neither)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"123", "https://a.example/1", "Weekly update", "", NOON});
	POLL(&f, 1, {"123", "https://b.example/1", "Weekly update", "", NOON});
	cr_expect_eq(f.report.fresh, 1);
	cr_expect_eq(read_count(&f), 2);
	fixture_close(&f);
}

Test(match, one_address_in_two_sources_is_one_item_that_names_both)
{
	struct fixture f;
	struct stored_item i;
	int64_t serial;

	fixture_open(&f);
	POLL(&f, 1, {"x1", "https://b.example/1", "Story", "first text", NOON});
	serial = read_serial(&f);
	f.now += 2 * HOUR;
	POLL(&f, 2, {"y1", "http://b.example/1/?utm_source=c", "Story!", "another text", NOON});
	cr_expect_eq(f.report.sighted, 1);
	cr_expect_eq(f.report.fresh + f.report.revised, 0);
	cr_expect(f.report.visible);
	cr_expect_gt(read_serial(&f), serial);
	cr_expect_eq(read_count(&f), 1);
	i = read_titled(&f, "Story");
	cr_assert_eq(i.n_sightings, 2);
	cr_expect_eq(i.updated, NOON, "a sighting is no edit");
	cr_expect_eq(i.revisions, 0);
	cr_expect(slice_is(i.sightings[0].source_name, "b"));
	cr_expect(slice_is(i.sightings[1].source_name, "c"));
	cr_expect(slice_is(i.sightings[1].url, "http://b.example/1/?utm_source=c"));
	serial = read_serial(&f);
	f.now += 2 * HOUR;
	POLL(&f, 2, {"y1", "http://b.example/1/?utm_source=c", "Edited by c", "again", NOON});
	cr_expect_not(f.report.visible, "c has no say in b's text");
	cr_expect_eq(read_serial(&f), serial);
	fixture_close(&f);
}

Test(match, the_text_of_record_is_that_of_the_source_at_home)
{
	struct fixture f;
	struct stored_item i;

	fixture_open(&f);
	POLL(&f, 1, {"x1", "https://a.example/1?utm_source=b", "Copied", "short", NOON - HOUR});
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/1", "Original", "whole text", NOON - HOUR});
	cr_expect_eq(f.report.sighted, 1);
	cr_expect_eq(read_count(&f), 1);
	i = read_titled(&f, "Original");
	cr_assert_eq(i.number, 1);
	cr_expect(slice_is(i.sightings[0].source_name, "a"));
	cr_expect(slice_is(i.sightings[0].url, "https://a.example/1"));
	cr_expect(slice_is(i.sightings[1].url, "https://a.example/1?utm_source=b"));
	cr_expect_eq(i.updated, NOON - HOUR);
	cr_expect_eq(i.place, NOON - HOUR);
	cr_expect_eq(i.revisions, 0);
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/1", "Original", "whole text, corrected", NOON - HOUR});
	cr_expect_eq(f.report.revised, 1, "its edits count from now on");
	POLL(&f, 1, {"x1", "https://a.example/1?utm_source=b", "Copied", "defaced", NOON - HOUR});
	cr_expect_eq(f.report.revised, 0, "and those of the copy no more");
	fixture_close(&f);
}

/* ReliefWeb gives one text at two addresses of its own: the site itself tells them apart. */
Test(match, one_text_at_two_addresses_of_a_site_is_two_items)
{
	static const struct {
		const char *why;
		size_t second; /* the source of the other */
		const char *id, *url;
		instant published;
		int64_t want;
	} rows[] = {
		{"another host: a copy", 1, "x", "https://b.example/x", NOON, 1},
		{"another host of the domain: a copy", 1, "x", "https://www.a.example/x", NOON, 1},
		{"no address: a copy", 1, "x", "", NOON, 1},
		{"the same address", 1, "x", "http://a.example/1/?utm_source=b", NOON, 1},
		{"the site's own other address", 1, "x", "https://a.example/x", NOON, 2},
		{"without an id too", 1, "", "https://a.example/x", NOON, 2},
		{"a fragment tells no items apart", 1, "x", "https://a.example/1#more", NOON, 1},
		{"its own source, under an id of its own", 0, "x", "https://a.example/x", NOON, 2},
		{"its own source, no id, another day", 0, "", "https://a.example/x", NOON + DAY, 2},
		{"its own source, another id alone", 0, "x", "https://a.example/1", NOON, 1},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture f;
		struct slice text;

		fixture_open(&f);
		text = long_text(&f.a, "word", 60);
		POLL(&f, 0, {"1", "https://a.example/1", "Report", text.at, NOON});
		f.now += HOUR;
		POLL(&f, rows[i].second,
			{rows[i].id, rows[i].url, "Report", text.at, rows[i].published});
		cr_expect_eq(
			read_count(&f), rows[i].want, "%s: %" PRId64, rows[i].why, read_count(&f));
		fixture_close(&f);
	}
}

/* A copy that was merged brings its own site's addresses along. */
Test(match, a_site_that_copies_tells_its_own_items_apart_too)
{
	struct fixture f;
	struct slice text;

	fixture_open(&f);
	text = long_text(&f.a, "word", 60);
	POLL(&f, 0, {"1", "https://a.example/1", "Report", text.at, NOON});
	POLL(&f, 1, {"x", "https://b.example/x", "Report", text.at, NOON});
	cr_expect_eq(f.report.sighted, 1);
	f.now += HOUR;
	POLL(&f, 1, {"y", "https://b.example/y", "Report", text.at, NOON});
	cr_expect_eq(f.report.fresh, 1);
	cr_expect_eq(read_count(&f), 2);
	fixture_close(&f);
}

/* A session's number in the addresses of a feed without ids, of one item: too few for a batch. */
Test(match, a_single_address_with_a_sessions_number_makes_no_new_items)
{
	struct fixture f;
	struct slice text;

	fixture_open(&f);
	text = long_text(&f.a, "word", 60);
	POLL(&f, 0, {"", "https://a.example/1?s=1", "Report", text.at, NOON});
	f.now += HOUR;
	POLL(&f, 0, {"", "https://a.example/1?s=2", "Report", text.at, NOON});
	cr_expect_eq(read_count(&f), 1);
	f.now += HOUR;
	POLL(&f, 0, {"", "https://a.example/1?s=1", "Report", text.at, NOON},
		{"", "https://a.example/1?s=2", "Report", text.at, NOON});
	cr_expect_eq(read_count(&f), 2, "side by side they are two after all");
	f.now += HOUR;
	POLL(&f, 0, {"", "https://a.example/1?s=1", "Report", text.at, NOON},
		{"", "https://a.example/1?s=2", "Report", text.at, NOON});
	cr_expect_eq(f.report.fresh, 0);
	cr_expect_eq(read_count(&f), 2);
	fixture_close(&f);
}

/* A hostile source writes down what is another's: /steal of the hostile origin, and worse. */
Test(match, a_squatting_source_gains_nothing)
{
	struct fixture f;
	struct stored_item theirs, ours;
	struct slice text;

	fixture_open(&f);
	text = long_text(&f.a, "victim", 60);
	POLL(&f, 2, {"https://a.example/ids/1", "https://c.example/trap", "Trap", "", NOON},
		{"tag:a.example,2024:2", "https://c.example/trap2", "Trap 2", "", NOON},
		{"g1", "https://c.example/trap3", "Trap 3", "", NOON});
	theirs = read_titled(&f, "Trap");
	cr_expect(slice_starts(theirs.atom_id, "urn:uuid:"), "%.*s", SLICE_ARG(theirs.atom_id));
	cr_expect(slice_starts(read_titled(&f, "Trap 2").atom_id, "urn:uuid:"));
	f.now += HOUR;
	POLL(&f, 0, {"https://a.example/ids/1", "https://a.example/1", "True", text.at, NOON},
		{"tag:a.example,2024:2", "https://a.example/2", "True 2", "", NOON},
		{"g1", "https://a.example/3", "True 3", "", NOON});
	cr_expect_eq(f.report.fresh, 3);
	ours = read_titled(&f, "True");
	cr_expect(slice_is(ours.atom_id, "https://a.example/ids/1"));
	cr_expect(slice_is(read_titled(&f, "True 2").atom_id, "tag:a.example,2024:2"));
	f.now += HOUR;
	POLL(&f, 2, {"new", "https://c.example/copy", "True", text.at, NOON});
	cr_expect_eq(f.report.sighted, 1, "the same words are the same item …");
	cr_expect(slice_is(read_titled(&f, "True").item.url, "https://a.example/1"),
		"… but its address stays");
	cr_expect(slice_is(read_titled(&f, "True").sightings[0].source_name, "a"));
	fixture_close(&f);
}

/* FreshRSS#5151, liferea#1195, yarr#87: GUIDs from http to https brought all back as new. */
Test(match, changed_ids_become_aliases)
{
	struct fixture f;
	struct slice id;

	fixture_open(&f);
	POLL(&f, 0, {"http://a.example/?p=1", "https://a.example/1", "one", "text", NOON},
		{"http://a.example/?p=2", "https://a.example/2", "two", "text", NOON});
	id = read_titled(&f, "one").atom_id;
	f.now += HOUR;
	POLL(&f, 0, {"https://a.example/?p=1", "https://a.example/1", "one", "text", NOON},
		{"https://a.example/?p=2", "https://a.example/2", "two", "text", NOON});
	cr_expect_eq(f.report.fresh, 0);
	cr_expect_eq(f.report.overlap, 2);
	cr_expect_not(f.report.visible);
	cr_expect(slice_equal(read_titled(&f, "one").atom_id, id), "for ever");
	POLL(&f, 0, {"http://a.example/?p=1", "https://a.example/1", "one", "text", NOON});
	cr_expect_eq(f.report.fresh, 0, "the old id is known still");
	fixture_close(&f);
}

/* Promise 2: its GUID, its address and its text may change; not all at once. */
Test(match, an_item_is_followed_through_its_changes)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"2", "https://a.example/1", "one", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"2", "https://a.example/moved", "one", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"2", "https://a.example/moved", "One, retitled", "other text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"3", "https://a.example/moved", "One, retitled", "other text", NOON});
	cr_expect_eq(read_count(&f), 1);
	cr_expect_eq(read_titled(&f, "One, retitled").revisions, 2);
	fixture_close(&f);
}

/* A status page: one address, a new item each day under a GUID of its own, a window of one. */
Test(match, a_page_that_is_written_anew_is_no_edit)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"d1", "https://a.example/status", "Monday", "calm", NOON});
	f.now += DAY;
	POLL(&f, 0, {"d2", "https://a.example/status", "Tuesday", "storm", NOON + DAY});
	f.now += DAY;
	POLL(&f, 0, {"d3", "https://a.example/status", "Wednesday", "rain", NOON + 2 * DAY});
	cr_expect_eq(read_count(&f), 3);
	fixture_close(&f);
}

/* Two titles share one link in UNHCR's page; IIS-made feeds link all items to one page. */
Test(match, items_that_share_an_address_are_not_merged_by_it)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/all", "one", "text", NOON},
		{"2", "https://a.example/all", "two", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"3", "https://a.example/all", "three", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"4", "https://a.example/all", "three", "text", NOON});
	cr_expect_eq(read_count(&f), 4);
	fixture_close(&f);
}

Test(match, copies_within_one_document_are_one)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON},
		{"1", "https://a.example/1", "one", "text", NOON},
		{"1b", "https://a.example/1", "one", "text", NOON});
	cr_expect_eq(f.report.fresh, 1);
	f.now += HOUR;
	POLL(&f, 0, {"1b", "https://a.example/1", "one", "text", NOON});
	cr_expect_eq(f.report.overlap, 1, "under its second id alone");
	cr_expect_eq(read_count(&f), 1);
	fixture_close(&f);
}

/* FreshRSS#5329, brief#428: one GUID for all items swallowed all but one. */
Test(match, a_repeated_id_swallows_nothing_and_brings_nothing_back)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/2", "two", "text", NOON + HOUR},
		{"1", "https://a.example/1", "one", "text", NOON});
	cr_expect_eq(f.report.fresh, 1);
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/3", "three", "text", NOON + 2 * HOUR});
	cr_expect_eq(f.report.fresh, 1, "alone in its document the id is no better");
	cr_expect_eq(read_count(&f), 3);
	fixture_close(&f);
}

static void churn(struct fixture *f, unsigned n, bool with_id, bool with_session, bool with_date)
{
	enum { N = 50 };
	struct item *items = arena_array(&f->a, N, sizeof *items);

	for (unsigned i = 0; i < N; i++) {
		char id[32], url[64], title[32];

		snprintf(id, sizeof id, "%u-%u", n, i);
		snprintf(url, sizeof url, "https://a.example/%u?s=%u", i, with_session ? n : 0);
		snprintf(title, sizeof title, "title %u", i);
		struct row row = {with_id ? id : "", url, title, "", with_date ? f->now : 0};

		items[i] = fixture_item(f, &row);
		items[i].id = slice_copy(&f->a, items[i].id);
		items[i].url = slice_copy(&f->a, items[i].url);
		items[i].title = slice_copy(&f->a, items[i].title);
	}
	poll_items(f, 0, items, N);
}

/* The hostile origin's /churn, /churn-links and /now-always, each for days. */
Test(match, churn_makes_no_new_items_and_no_endless_keys)
{
	static const struct {
		const char *why;
		bool with_id, with_session, with_date;
	} rows[] = {{"ids", true, false, false}, {"links without ids", false, true, false},
		{"dates", true, false, true}, {"ids and links", true, true, false}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture f;
		int64_t serial = 0;

		fixture_open(&f);
		for (unsigned n = 0; n < 12; n++, f.now += HOUR) {
			churn(&f, n, rows[i].with_id, rows[i].with_session, rows[i].with_date);
			if (n > 0)
				cr_expect_eq(f.report.fresh, 0, "%s, poll %u: %zu", rows[i].why, n,
					f.report.fresh);
			if (n > 0)
				cr_expect_eq(f.report.overlap, 50, "%s, poll %u: %zu", rows[i].why,
					n, f.report.overlap);
			if (n == 0)
				serial = read_serial(&f);
		}
		cr_expect_eq(read_count(&f), 50, "%s", rows[i].why);
		cr_expect_eq(read_serial(&f), serial, "%s: nothing for readers in it", rows[i].why);
		fixture_close(&f);
	}
}

Test(match, a_site_that_moves_keeps_its_items)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"https://old.example/1", "https://old.example/1", "one", "short", NOON},
		{"https://old.example/2", "https://old.example/2", "two", "short", NOON},
		{"https://old.example/3", "https://old.example/3", "three", "short", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"https://a.example/1", "https://a.example/1", "one", "short", NOON},
		{"https://a.example/2", "https://a.example/2", "two", "short", NOON},
		{"https://a.example/3", "https://a.example/3", "three", "short", NOON});
	cr_expect_eq(f.report.fresh, 0);
	cr_expect_eq(read_count(&f), 3);
	cr_expect(slice_is(read_titled(&f, "one").item.url, "https://a.example/1"));
	fixture_close(&f);
}

/* Three titles that come each week are nine items after three weeks. */
Test(match, columns_that_repeat_their_titles_stay_apart)
{
	struct fixture f;

	fixture_open(&f);
	for (int week = 0; week < 3; week++, f.now += 7 * DAY) {
		char urls[3][64], ids[3][16];

		for (int i = 0; i < 3; i++) {
			snprintf(urls[i], sizeof urls[i], "https://a.example/%d/%d", week, i);
			snprintf(ids[i], sizeof ids[i], "%d-%d", week, i);
		}
		POLL(&f, 0, {ids[0], urls[0], "Wind", "", f.now},
			{ids[1], urls[1], "Rain", "", f.now}, {ids[2], urls[2], "Sun", "", f.now});
	}
	cr_expect_eq(read_count(&f), 9);
	fixture_close(&f);
}

Test(match, a_global_id_meets_only_at_its_own_host)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"tag:a.example,2024:1", "https://a.example/1", "one", "", NOON});
	POLL(&f, 1, {"tag:a.example,2024:1", "https://a.example/other", "one there", "", NOON});
	cr_expect_eq(f.report.sighted, 1);
	POLL(&f, 2, {"tag:a.example,2024:1", "https://c.example/1", "one stolen", "", NOON});
	cr_expect_eq(f.report.fresh, 1);
	cr_expect_eq(read_count(&f), 2);
	fixture_close(&f);
}

/*
 * UN News: the link leads by way of /feed/view/ to the story, whose address is the GUID.  Either
 * may come first, and a page or another feed gives the story's address alone.
 */
Test(match, an_id_that_is_an_address_of_the_site_is_a_second_address)
{
	static const struct row rows[] = {
		{"https://n.example/en/story/2026/01/7",
			"https://n.example/feed/view/en/story/2026/01/7", "one", "", NOON},
		{"", "https://n.example/en/story/2026/01/7", "one", "", NOON},
		{"https://n.example/feed/view/en/story/2026/01/7",
			"https://n.example/feed/view/en/story/2026/01/7", "one", "", NOON},
		{"https://n.example/en/story/2026/01/7", "https://m.example/7", "two", "", NOON},
		{"https://n.example/en/story/2026/01/7", "https://n.example/en/story/2026", "two",
			"", NOON},
	};
	static const struct {
		size_t first, second;
		int64_t want;
	} orders[] = {{0, 1, 1}, {1, 0, 1}, {0, 2, 1}, {2, 0, 1}, {0, 3, 2}, {3, 1, 2}, {1, 4, 2},
		{4, 1, 2}};

	for (size_t i = 0; i < COUNT(orders); i++) {
		struct fixture f;

		fixture_open(&f);
		poll_rows(&f, 0, &rows[orders[i].first], 1);
		poll_rows(&f, 1, &rows[orders[i].second], 1);
		cr_expect_eq(read_count(&f), orders[i].want, "%zu", i);
		fixture_close(&f);
	}
}

/* WordPress: the comments of a post, each at the post's address with a fragment. */
Test(match, comments_are_not_their_post)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"p1", "https://a.example/post", "Post", "text", NOON});
	POLL(&f, 1, {"c1", "https://a.example/post#comment-1", "By: Ann", "yes", NOON});
	f.now += HOUR;
	POLL(&f, 1, {"c2", "https://a.example/post#comment-2", "By: Ann", "no", NOON});
	cr_expect_eq(read_count(&f), 3);
	fixture_close(&f);
}

/* A squatter who is first at an address does not keep it from the site itself. */
Test(match, an_item_that_moves_home_to_a_squatted_address_stays_one)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	POLL(&f, 1, {"x", "https://a.example/2", "squat", "other words", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/2", "one", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"new id", "https://a.example/2", "one", "text", NOON});
	cr_expect_eq(f.written[0].number, 1);
	cr_expect_eq(read_count(&f), 2);
	POLL(&f, 1, {"x", "https://a.example/2", "squat", "yet other words", NOON});
	cr_expect_eq(f.written[0].number, 2);
	cr_expect(slice_is(read_titled(&f, "one").item.content_html, "text"));
	fixture_close(&f);
}
