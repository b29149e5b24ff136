#include "fixture.h"

#include <criterion/criterion.h>

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
