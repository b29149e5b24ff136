#include "fixture.h"

#include "base/limits.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { FULL = LIMIT_ARCHIVE_ENTRIES };

/* Items "PREFIX0" on, at addresses of their own, each with this text. */
static void fill(struct fixture *f, size_t s, const char *prefix, unsigned n, const char *text)
{
	struct item *items = arena_array(&f->a, n, sizeof *items);

	for (unsigned i = 0; i < n; i++) {
		char id[32], url[64];

		snprintf(id, sizeof id, "%s%u", prefix, i);
		snprintf(url, sizeof url, "https://a.example/%s", id);
		struct row row = {id, url, id, text, NOON - (instant)i};

		items[i] = fixture_item(f, &row);
		items[i].id = items[i].title = slice_copy(&f->a, items[i].id);
		items[i].url = slice_copy(&f->a, items[i].url);
	}
	poll_items(f, s, items, n);
}

static int read_archive(struct fixture *f, int64_t n, struct stored_archive *to)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	int got;

	cr_assert_not_null(r, "%s", f->err.text);
	got = store_read_archive(r, n, &f->a, to, &f->err);
	store_read_close(&r);
	return got;
}

static int64_t closed(struct fixture *f)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	int64_t n;

	cr_assert_not_null(r, "%s", f->err.text);
	cr_assert_eq(store_read_archives(r, &n, &f->err), 0);
	store_read_close(&r);
	return n;
}

static struct item_page arrivals(struct fixture *f, int64_t after, size_t limit)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct item_page page;

	cr_assert_not_null(r, "%s", f->err.text);
	cr_assert_eq(store_read_arrivals(r, after, limit, &f->a, &page, &f->err), 0);
	store_read_close(&r);
	return page;
}

Test(archive, turns_are_handed_out_in_order_and_without_a_gap)
{
	enum { FLOOD = LIMIT_FLOOD_ITEMS + 30 };
	struct fixture f;
	struct item_page page;
	size_t released;

	fixture_open(&f);
	fill(&f, 0, "x", 3, "text");
	f.now += HOUR;
	fill(&f, 0, "y", FLOOD, "text"); /* the last 30 are held back */
	page = arrivals(&f, 0, 1000);
	cr_assert_eq(page.n, 3 + LIMIT_FLOOD_ITEMS);
	for (size_t i = 0; i < page.n; i++)
		cr_expect_eq(page.items[i].arrival, (int64_t)i + 1);
	f.now += HOUR;
	fill(&f, 1, "z", 2, "text");
	cr_expect_eq(arrivals(&f, page.items[page.n - 1].arrival, 10).n, 2);
	cr_assert_eq(store_write_release(f.w, f.sources[0].number, &released, &f.err), 0);
	cr_expect_eq(released, 30);
	page = arrivals(&f, 3 + LIMIT_FLOOD_ITEMS + 2, 10);
	cr_assert_eq(page.n, 10);
	cr_expect(page.more);
	cr_expect(slice_is(page.items[0].item.id, "y500"));
	cr_expect_eq(page.items[9].arrival, 3 + LIMIT_FLOOD_ITEMS + 12);
	cr_expect_eq(page.items[0].changed, read_serial(&f));
	fixture_close(&f);
}

Test(archive, a_poll_that_is_undone_hands_out_no_turn)
{
	struct fixture f;
	struct poll_report report;
	struct source_history h = {.interval_s = 1};
	struct feed feed;
	struct item item;
	struct poll_result p = {
		.source = 99, .history = &h, .feed = &feed, .items = &item, .n_items = 1};

	fixture_open(&f);
	feed_init(&feed);
	item_init(&item);
	item.id = SLICE("lost");
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_expect_eq(store_write_poll(f.w, &p, f.now, &report, &f.err), 1, "no such source");
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	fill(&f, 0, "x", 1, "text");
	cr_expect_eq(arrivals(&f, 0, 10).items[0].arrival, 1);
	fixture_close(&f);
}

Test(archive, it_closes_when_it_is_full)
{
	struct fixture f;
	struct stored_archive archive;

	fixture_open(&f);
	fill(&f, 0, "x", FULL - 1, "text");
	cr_expect_eq(closed(&f), 0);
	cr_expect_eq(read_archive(&f, 1, &archive), 0);
	f.now += HOUR;
	fill(&f, 1, "y", 2 * FULL, "text");
	cr_expect_eq(closed(&f), 2, "two in one commit");
	cr_assert_eq(read_archive(&f, 1, &archive), 1);
	cr_expect_eq(archive.n, FULL);
	cr_expect_eq(archive.closed, NOON + HOUR);
	cr_expect_eq(archive.items[0].arrival, 1);
	cr_expect(slice_is(archive.items[0].item.title, "x0"));
	cr_assert_eq(archive.n_sources, 2);
	cr_expect(slice_is(archive.sources[1].name, "b"));
	cr_assert_eq(read_archive(&f, 2, &archive), 1);
	cr_expect_eq(archive.n_sources, 1);
	cr_expect_eq(read_archive(&f, 3, &archive), 0);
	cr_expect_eq(read_archive(&f, 0, &archive), 0);
	cr_expect_eq(read_archive(&f, -1, &archive), 0);
	fixture_close(&f);
}

Test(archive, it_never_changes_once_closed)
{
	struct fixture f;
	struct stored_archive archive;

	fixture_open(&f);
	fill(&f, 0, "x", FULL - 1, "first");
	f.now += HOUR;
	fill(&f, 0, "x", FULL - 1, "before it closed");
	fill(&f, 1, "y", 1, "text");
	for (int i = 0; i < 3; i++) { /* edits, of which the store damps some */
		f.now += i * DAY;
		fill(&f, 0, "x", FULL - 1, i == 0 ? "same second" : i == 1 ? "later" : "last");
	}
	fill(&f, 2, "x", 5, "last"); /* another source carries some of them too */
	f.conf[0].title = SLICE("another title");
	f.conf[1].name = SLICE("renamed");
	f.conf[1].was = SLICE("b");
	fixture_sources(&f, 3);
	cr_assert_eq(read_archive(&f, 1, &archive), 1);
	cr_expect_eq(archive.closed, NOON + HOUR);
	for (size_t i = 0; i + 1 < archive.n; i++)
		cr_expect(
			slice_is(archive.items[i].item.content_html, "before it closed"), "%zu", i);
	cr_expect_eq(archive.items[0].revisions, 1);
	cr_expect_eq(archive.items[0].updated, NOON + HOUR);
	cr_expect_eq(archive.items[0].n_sightings, 1);
	cr_expect_eq(archive.sources[0].title.len, 0);
	cr_expect(slice_is(archive.sources[1].name, "b"));
	cr_expect(slice_is(archive.items[FULL - 1].sightings[0].source_name, "b"));
	cr_expect(slice_is(read_titled(&f, "x0").item.content_html, "last"));
	fixture_close(&f);
}

Test(archive, what_is_withdrawn_or_taken_over_later_stands_in_it_as_it_was)
{
	struct fixture f;
	struct stored_archive archive;

	fixture_open(&f);
	fill(&f, 1, "x", FULL, "carried elsewhere"); /* b, not at home at a.example */
	f.now += HOUR;
	f.is_complete_set = true;
	fill(&f, 1, "x", FULL - 1, "carried elsewhere"); /* the last is withdrawn */
	f.is_complete_set = false;
	fill(&f, 0, "x", 1, "from its own site"); /* a takes the first over */
	cr_expect_eq(read_titled(&f, "x0").source, f.sources[0].number);
	cr_expect_neq(read_titled(&f, "x199").withdrawn, INSTANT_NONE);
	cr_assert_eq(read_archive(&f, 1, &archive), 1);
	cr_expect_eq(archive.items[0].source, f.sources[1].number);
	cr_expect(slice_is(archive.items[0].item.content_html, "carried elsewhere"));
	cr_assert_eq(archive.items[0].n_sightings, 1);
	cr_expect(slice_equal(archive.items[0].sightings[0].url, archive.items[0].item.url));
	cr_expect_eq(archive.items[FULL - 1].withdrawn, INSTANT_NONE);
	fixture_close(&f);
}

Test(archive, it_is_gone_for_good_when_retention_took_an_item)
{
	struct fixture f;
	struct stored_archive archive;
	bool more = true;

	fixture_open(&f);
	fill(&f, 0, "x", 1, "text");
	f.now += 2 * DAY;
	fill(&f, 1, "y", 2 * FULL, "text");
	cr_expect_eq(read_archive(&f, 1, &archive), 1);
	f.conf[0].keep_s = DAY;
	fixture_sources(&f, 3);
	for (int i = 0; i < 10 && more; i++)
		cr_assert_eq(store_write_keep(f.w, f.now, &more, &f.err), 0);
	cr_expect_eq(read_archive(&f, 1, &archive), 2);
	cr_expect_eq(read_archive(&f, 2, &archive), 1);
	cr_expect_eq(closed(&f), 2);
	fill(&f, 0, "x", 1, "text"); /* a tombstone */
	cr_expect_eq(read_archive(&f, 1, &archive), 2);
	fixture_close(&f);
}
