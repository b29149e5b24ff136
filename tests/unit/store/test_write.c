#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(write, a_first_poll_stands_at_its_dates_and_a_later_one_at_the_top)
{
	struct fixture f;
	struct item_page page;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON - 10 * DAY},
		{"2", "https://a.example/2", "two", "text", NOON + DAY},
		{"3", "https://a.example/3", "three", "text", 0});
	cr_assert_eq(f.report.fresh, 3);
	cr_assert(f.report.visible);
	f.now += HOUR;
	POLL(&f, 0, {"4", "https://a.example/4", "four", "text", NOON - 300 * DAY});
	page = read_all(&f);
	cr_assert_eq(page.n, 4);
	cr_assert_eq(read_count(&f), 4);
	cr_expect_eq(read_titled(&f, "one").place, NOON - 10 * DAY);
	cr_expect_eq(read_titled(&f, "two").place, NOON, "the future is now");
	cr_expect_eq(read_titled(&f, "two").published, NOON);
	cr_expect_eq(read_titled(&f, "three").place, NOON);
	cr_expect_eq(read_titled(&f, "four").place, NOON, "not before the last poll");
	cr_expect_eq(read_titled(&f, "four").published, NOON - 300 * DAY, "as stated");
	cr_expect(slice_is(page.items[0].item.title, "four"));
	cr_expect(slice_is(page.items[0].sightings[0].source_name, "a"));
	cr_expect(slice_is(page.items[0].sightings[0].url, "https://a.example/4"));
	fixture_close(&f);
}

Test(write, an_unchanged_poll_moves_nothing)
{
	struct fixture f;
	int64_t serial;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	serial = read_serial(&f);
	f.now += HOUR;
	poll_unchanged(&f, 0);
	cr_expect_not(f.report.visible);
	cr_expect_eq(read_serial(&f), serial);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	cr_expect_not(f.report.visible);
	cr_expect_eq(f.report.known, 1);
	cr_expect_eq(f.report.overlap, 1);
	cr_expect_eq(read_serial(&f), serial);
	fixture_close(&f);
}

Test(write, an_edit_moves_updated_and_keeps_the_former_text)
{
	struct fixture f;
	struct stored_item before, after;
	struct store_reader *r;
	struct stored_revision *revisions;
	size_t n;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "<p>text</p>", NOON - DAY});
	before = read_titled(&f, "one");
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/1", "one", "<p>\n text </p>", NOON - DAY});
	cr_expect_eq(f.report.revised, 0);
	cr_expect_not(f.report.visible, "a cosmetic edit changes nothing");
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/1", "one", "<p>other text</p>", NOON - DAY});
	cr_expect_eq(f.report.revised, 1);
	after = read_titled(&f, "one");
	cr_expect_eq(after.updated, f.now);
	cr_expect_eq(after.place, before.place);
	cr_expect_eq(after.published, before.published);
	cr_expect(slice_equal(after.atom_id, before.atom_id));
	cr_expect_eq(after.revisions, 1);
	r = store_read_open(f.state, &f.err);
	cr_assert_eq(store_read_revisions(r, after.number, &f.a, &revisions, &n, &f.err), 0);
	cr_assert_eq(n, 1);
	cr_expect_eq(revisions[0].at, f.now);
	cr_expect(slice_is(revisions[0].item.content_html, "<p>text</p>"));
	store_read_close(&r);
	fixture_close(&f);
}

Test(write, an_edit_bears_its_own_date_where_that_can_be_true)
{
	static const struct {
		instant modified_after_first, want_after_first;
	} rows[] = {{2 * HOUR, 2 * HOUR}, {-DAY, 5 * HOUR}, {30 * DAY, 5 * HOUR}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fixture f;
		struct row row = {"1", "https://a.example/1", "one", "first", NOON};
		struct item item;

		fixture_open(&f);
		item = fixture_item(&f, &row);
		poll_items(&f, 0, &item, 1);
		f.now += 5 * HOUR;
		item.content_html = SLICE("second");
		item.modified = NOON + rows[i].modified_after_first;
		poll_items(&f, 0, &item, 1);
		cr_expect_eq(
			read_titled(&f, "one").updated, NOON + rows[i].want_after_first, "%zu", i);
		fixture_close(&f);
	}
}

/* The hostile origin's /edit: another number in the text at each poll. */
Test(write, a_clock_in_the_text_is_damped)
{
	struct fixture f;
	struct stored_item i;
	instant updated;
	size_t revised = 0;

	fixture_open(&f);
	for (unsigned n = 0; n < 96; n++, f.now += 900) {
		char text[32];

		snprintf(text, sizeof text, "it is %u now", n);
		POLL(&f, 0, {"1", "https://a.example/1", "clock", text, NOON});
		revised += f.report.revised;
	}
	i = read_titled(&f, "clock");
	cr_expect_eq(revised, 6);
	cr_expect_eq(i.revisions, 6);
	cr_expect(slice_is(i.item.content_html, "it is 95 now"), "the text is the newest");
	updated = i.updated;
	cr_expect_lt(updated, NOON + 4 * HOUR);
	fixture_close(&f);
}

Test(write, a_flood_is_stored_and_held_back_until_it_is_released)
{
	enum { N = 700 };
	struct fixture f;
	struct item *items;
	size_t released;
	int64_t serial;

	fixture_open(&f);
	POLL(&f, 0, {"first", "https://a.example/first", "first", "text", NOON});
	items = arena_array(&f.a, N, sizeof *items);
	for (int i = 0; i < N; i++) {
		char id[16];

		snprintf(id, sizeof id, "%d", i);
		struct row row = {id, "", id, "text", NOON};

		items[i] = fixture_item(&f, &row);
		items[i].id = items[i].title = slice_copy(&f.a, items[i].id);
	}
	f.now += HOUR;
	poll_items(&f, 0, items, N);
	cr_expect_eq(f.report.fresh, N);
	cr_expect_eq(f.report.held, 200);
	cr_expect_eq(read_count(&f), N + 1);
	cr_expect_eq(read_all(&f).n, 501);
	poll_items(&f, 0, items, N);
	cr_expect_eq(f.report.known, N);
	serial = read_serial(&f);
	cr_assert_eq(store_write_release(f.w, f.sources[0].number, &released, &f.err), 0);
	cr_expect_eq(released, 200);
	cr_expect_eq(read_all(&f).n, N + 1);
	cr_expect_gt(read_serial(&f), serial);
	fixture_close(&f);
}

Test(write, a_first_poll_of_many_is_no_flood)
{
	enum { N = 700 };
	struct fixture f;
	struct item *items;

	fixture_open(&f);
	items = arena_array(&f.a, N, sizeof *items);
	for (int i = 0; i < N; i++) {
		char id[16];

		snprintf(id, sizeof id, "%d", i);
		struct row row = {id, "", id, "text", NOON};

		items[i] = fixture_item(&f, &row);
		items[i].id = items[i].title = slice_copy(&f.a, items[i].id);
	}
	poll_items(&f, 0, items, N);
	cr_expect_eq(f.report.held, 0);
	cr_expect_eq(read_all(&f).n, N);
	fixture_close(&f);
}

/* The hostile origin's /flap: items that vanish and return. */
Test(write, what_vanished_and_returns_is_known)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON},
		{"2", "https://a.example/2", "two", "text", NOON});
	for (int n = 0; n < 5; n++) {
		f.now += DAY;
		poll_items(&f, 0, NULL, 0);
		cr_expect_eq(f.report.overlap, 0);
		f.now += DAY;
		POLL(&f, 0, {"2", "https://a.example/2", "two", "text", NOON});
		cr_expect_eq(f.report.overlap, 1);
		cr_expect_eq(f.report.fresh, 0);
	}
	cr_expect_eq(read_count(&f), 2);
	fixture_close(&f);
}

Test(write, ids_are_global_where_they_may_be_and_made_where_not)
{
	static const struct {
		const char *id, *url, *want;
	} rows[] = {
		{"https://a.example/ids/1", "https://a.example/1", "https://a.example/ids/1"},
		{"tag:a.example,2024:2", "", "tag:a.example,2024:2"},
		{"tag:ann@blog.a.example,2024:3", "", "tag:ann@blog.a.example,2024:3"},
		{"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "",
			"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"},
		{"https://elsewhere.example/5", "https://elsewhere.example/5",
			"https://elsewhere.example/5"},
		{"https://elsewhere.example/6", "https://a.example/6", NULL},
		{"tag:elsewhere.example,2024:7", "https://a.example/7", NULL},
		{"8", "https://a.example/8", NULL},
	};
	struct fixture f;

	fixture_open(&f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct stored_item got;

		POLL(&f, 0, {rows[i].id, rows[i].url, rows[i].id, "text", NOON});
		got = read_titled(&f, rows[i].id);
		if (rows[i].want != NULL)
			cr_expect(slice_is(got.atom_id, rows[i].want), "%s", rows[i].id);
		else
			cr_expect(slice_starts(got.atom_id, "urn:uuid:"), "%s", rows[i].id);
		cr_expect_eq(got.public_id.len, 32);
	}
	fixture_close(&f);
}

Test(write, the_same_polls_make_the_same_store)
{
	struct fixture f[2];
	struct item_page page[2];

	for (int k = 0; k < 2; k++) {
		fixture_open(&f[k]);
		POLL(&f[k], 0, {"1", "https://a.example/1", "one", "text", NOON},
			{"2", "https://a.example/2", "two", "text", 0});
		f[k].now += HOUR;
		if (k == 1)
			fixture_reopen(&f[k]);
		POLL(&f[k], 1, {"x", "https://a.example/2", "two", "text", 0},
			{"y", "https://b.example/1", "three", "text", 0});
		page[k] = read_all(&f[k]);
	}
	cr_assert_eq(page[0].n, page[1].n);
	for (size_t i = 0; i < page[0].n; i++) {
		cr_expect_eq(page[0].items[i].number, page[1].items[i].number);
		cr_expect(slice_equal(page[0].items[i].atom_id, page[1].items[i].atom_id));
		cr_expect_eq(page[0].items[i].place, page[1].items[i].place);
		cr_expect_eq(page[0].items[i].n_sightings, page[1].items[i].n_sightings);
	}
	fixture_close(&f[0]);
	fixture_close(&f[1]);
}

Test(write, a_complete_feed_withdraws_what_it_drops)
{
	struct fixture f;
	const struct row rows[] = {{"1", "https://a.example/1", "one", "text", NOON},
		{"2", "https://a.example/2", "two", "text", NOON}};
	struct item items[2];

	fixture_open(&f);
	f.is_complete_set = true;
	for (size_t i = 0; i < 2; i++)
		items[i] = fixture_item(&f, &rows[i]);
	poll_items(&f, 0, items, 2);
	cr_expect_eq(read_titled(&f, "one").withdrawn, INSTANT_NONE);
	f.now += HOUR;
	poll_items(&f, 0, items + 1, 1);
	cr_expect(f.report.visible);
	cr_expect_eq(read_titled(&f, "one").withdrawn, f.now);
	cr_expect_eq(read_titled(&f, "two").withdrawn, INSTANT_NONE);
	f.now += HOUR;
	poll_items(&f, 0, items, 0);
	cr_expect_not(f.report.visible, "an empty document takes nothing back");
	poll_items(&f, 0, items, 2);
	cr_expect(f.report.visible);
	cr_expect_eq(read_titled(&f, "one").withdrawn, INSTANT_NONE);
	fixture_close(&f);
}

Test(write, the_fate_of_each_item_is_told)
{
	static const struct {
		enum item_fate fate;
		int64_t number;
	} want[] = {{FATE_KNOWN, 1}, {FATE_REVISED, 2}, {FATE_FRESH, 5}, {FATE_SIGHTED, 4},
		{FATE_DROPPED, 0}, {FATE_DROPPED, 0}};
	struct fixture f;
	bool more = true;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON - 5},
		{"2", "https://a.example/2", "two", "text", NOON});
	cr_expect_eq(f.written[0].fate, FATE_FRESH);
	cr_expect_eq(f.written[0].number, 1);
	cr_expect_eq(f.written[0].place, NOON - 5);
	POLL(&f, 1, {"4", "https://a.example/gone", "gone", "text", NOON},
		{"3", "https://b.example/3", "three", "text", NOON});
	f.conf[1].keep_items = 1;
	fixture_sources(&f, 3);
	f.now += HOUR;
	for (int i = 0; i < 10 && more; i++)
		cr_assert_eq(store_write_keep(f.w, f.now, &more, &f.err), 0);
	cr_assert_eq(read_count(&f), 3);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON - 5},
		{"2", "https://a.example/2", "two", "an edit", NOON},
		{"5", "https://a.example/5", "five", "text", NOON},
		{"6", "https://b.example/3", "three", "text", NOON},
		{"x", "https://a.example/gone", "gone", "text", NOON},
		{"5", "https://a.example/5", "five", "text", NOON});
	for (size_t i = 0; i < COUNT(want); i++) {
		cr_expect_eq(f.written[i].fate, want[i].fate, "%zu: %d", i, f.written[i].fate);
		cr_expect_eq(f.written[i].number, want[i].number, "%zu", i);
	}
	fixture_close(&f);
}

static instant read_changed(struct fixture *f)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	instant changed = INSTANT_NONE;

	cr_assert_not_null(r);
	cr_assert_eq(store_read_changed(r, &changed, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return changed;
}

Test(write, no_two_states_bear_one_second)
{
	struct fixture f;
	instant before;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	before = read_changed(&f);
	cr_expect_geq(before, f.now);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	cr_expect_eq(read_changed(&f), before, "nothing that readers see");
	POLL(&f, 0, {"2", "https://a.example/2", "two", "text", NOON});
	cr_expect_gt(read_changed(&f), before);
	f.now += HOUR;
	POLL(&f, 0, {"3", "https://a.example/3", "three", "text", NOON});
	cr_expect_eq(read_changed(&f), f.now);
	fixture_close(&f);
}
