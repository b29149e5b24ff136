#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct item_page ask(struct fixture *f, const struct item_query *q)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct item_page page;

	cr_assert_not_null(r, "%s", f->err.text);
	cr_assert_eq(store_read_items(r, q, &f->a, &page, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return page;
}

/* `n` items of a source, `step` seconds apart, the newest at NOON. */
static void fill(struct fixture *f, size_t s, unsigned n, int64_t step, const char *lang)
{
	struct item *items = arena_array(&f->a, n, sizeof *items);

	for (unsigned i = 0; i < n; i++) {
		char id[32];

		snprintf(id, sizeof id, "%zu %u", s, i);
		struct row row = {id, "", id, "text", NOON - (int64_t)i * step};

		items[i] = fixture_item(f, &row);
		items[i].id = items[i].title = slice_copy(&f->a, items[i].id);
		items[i].language = slice_of(lang);
	}
	poll_items(f, s, items, n);
}

static const struct item_query all = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 1000};

Test(read, pages_follow_one_another_without_gap_or_overlap)
{
	struct fixture f;
	struct item_query q = all;
	struct item_page page;
	struct place after = {INT64_MAX, INT64_MAX};
	size_t seen = 0;

	fixture_open(&f);
	fill(&f, 0, 57, 0, "");
	fill(&f, 1, 58, 60, "");
	q.limit = 10;
	do {
		page = ask(&f, &q);
		for (size_t i = 0; i < page.n; i++) {
			struct place p = {page.items[i].place, page.items[i].number};

			cr_expect(p.at < after.at || (p.at == after.at && p.number < after.number));
			after = p;
		}
		seen += page.n;
		cr_assert_eq(page.last.number, after.number);
		q.after = &after;
	} while (page.more);
	cr_expect_eq(seen, 115);
	cr_expect_eq(page.n, 5);
	fixture_close(&f);
}

Test(read, the_default_window_is_a_hundred_or_two_days)
{
	static const struct {
		unsigned n;
		int64_t step;
		size_t want;
		bool more;
	} rows[] = {{50, DAY, 50, false}, {150, DAY, 100, true}, {300, HOUR, 100, true},
		{300, 600, 289, true}, {1500, 1, 1000, true}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture f;
		struct item_query q = all;
		struct item_page page;

		fixture_open(&f);
		fill(&f, 0, rows[i].n, rows[i].step, "");
		q.limit = 0;
		page = ask(&f, &q);
		cr_expect_eq(page.n, rows[i].want, "%u each %d: %zu", rows[i].n, (int)rows[i].step,
			page.n);
		cr_expect_eq(page.more, rows[i].more);
		fixture_close(&f);
	}
}

Test(read, filters_hold_together)
{
	const struct slice a = SLICE("a"), un[] = {SLICE("un")}, en[] = {SLICE("en")},
			   both[] = {SLICE("a"), SLICE("b"), SLICE("a")}, un2[] = {SLICE("un2")};
	const struct {
		const char *why;
		struct item_query q;
		size_t want;
	} rows[] = {
		{"one source", {.sources = &a, .n_sources = 1}, 20},
		{"two of them", {.sources = both, .n_sources = 3}, 50},
		{"a tag", {.tags = un, .n_tags = 1}, 70},
		{"no part of a tag", {.tags = un2, .n_tags = 1}, 0},
		{"tag and source", {.sources = both, .n_sources = 3, .tags = un, .n_tags = 1}, 30},
		{"a language", {.langs = en, .n_langs = 1}, 50},
		{"language and source", {.sources = &a, .n_sources = 1, .langs = en, .n_langs = 1},
			20},
		{"since", {.since = NOON - 5 * HOUR}, 18},
		{"until", {.until = NOON - 5 * HOUR}, 72},
		{"both", {.since = NOON - 5 * HOUR, .until = NOON}, 15},
	};
	struct fixture f;

	fixture_open(&f);
	f.conf[1].tags = f.conf[2].tags = un;
	f.conf[1].n_tags = f.conf[2].n_tags = 1;
	fixture_sources(&f, 3);
	fill(&f, 0, 20, HOUR, "en-GB");
	fill(&f, 1, 30, HOUR, "en");
	fill(&f, 2, 40, HOUR, "eng");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item_query q = rows[i].q;
		struct item_page page;

		q.limit = 1000;
		if (q.since == 0)
			q.since = INSTANT_NONE;
		if (q.until == 0)
			q.until = INSTANT_NONE;
		page = ask(&f, &q);
		cr_expect_eq(page.n, rows[i].want, "%s: %zu", rows[i].why, page.n);
	}
	fixture_close(&f);
}

Test(read, an_item_is_found_by_any_of_its_names)
{
	struct fixture f;
	struct store_reader *r;
	struct stored_item i, same;
	char number[24];

	fixture_open(&f);
	POLL(&f, 0, {"tag:a.example,2024:1", "https://a.example/1", "one", "text", NOON});
	i = read_titled(&f, "one");
	snprintf(number, sizeof number, "%d", (int)i.number);
	struct slice names[] = {slice_of(number), i.public_id, i.atom_id};

	r = store_read_open(f.state, &f.err);
	for (size_t k = 0; k < COUNT(names); k++) {
		cr_assert_eq(store_read_item(r, names[k], &f.a, &same, &f.err), 1, "%.*s",
			SLICE_ARG(names[k]));
		cr_expect_eq(same.number, i.number);
	}
	cr_expect_eq(store_read_item(r, SLICE("4711"), &f.a, &same, &f.err), 0);
	cr_expect_eq(store_read_item(r, SLICE("nothing"), &f.a, &same, &f.err), 0);
	cr_expect_eq(store_read_item(r, SLICE_NONE, &f.a, &same, &f.err), 0);
	store_read_close(&r);
	fixture_close(&f);
}

Test(read, a_snapshot_stands_still_while_the_writer_goes_on)
{
	struct fixture f;
	struct store_reader *r;
	int64_t serial, again, after;
	struct item_page page;

	fixture_open(&f);
	POLL(&f, 0, {"1", "", "one", "text", NOON});
	r = store_read_open(f.state, &f.err);
	cr_assert_eq(store_read_begin(r, &f.err), 0);
	cr_assert_eq(store_read_serial(r, &serial, &f.err), 0);
	POLL(&f, 0, {"2", "", "two", "text", NOON});
	cr_assert_eq(store_read_items(r, &all, &f.a, &page, &f.err), 0);
	cr_assert_eq(store_read_serial(r, &again, &f.err), 0);
	cr_expect_eq(page.n, 1);
	cr_expect_eq(serial, again);
	store_read_end(r);
	cr_assert_eq(store_read_serial(r, &after, &f.err), 0);
	cr_expect_eq(after, serial + 1);
	store_read_close(&r);
	fixture_close(&f);
}
