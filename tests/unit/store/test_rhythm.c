/* test_rhythm.c - proves what read.h says of store_read_rhythm */
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define DAYS 5

static void ask(struct fixture *f, int64_t source, instant from, int64_t items_out[DAYS])
{
	struct store_reader *r = store_read_open(f->state, &f->err);

	cr_assert_not_null(r, "%s", f->err.text);
	memset(items_out, 0, DAYS * sizeof *items_out);
	cr_assert_eq(
		store_read_rhythm(r, source, from, DAYS, items_out, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
}

Test(rhythm, each_day_has_the_items_that_stand_in_it)
{
	const instant from = NOON - 4 * DAY;
	struct fixture f;
	int64_t items[DAYS];

	fixture_open(&f);
	POLL(&f, 0, {"1", "", "one", "text", from - 1}, {"2", "", "two", "text", from},
		{"3", "", "three", "text", from + DAY - 1}, {"4", "", "four", "text", from + DAY},
		{"5", "", "five", "text", NOON});
	POLL(&f, 1, {"6", "", "six", "text", from + 2 * DAY});
	ask(&f, f.sources[0].number, from, items);
	cr_expect_arr_eq(items, ((int64_t[DAYS]){2, 1, 0, 0, 1}), sizeof items);
	ask(&f, f.sources[1].number, from, items);
	cr_expect_arr_eq(items, ((int64_t[DAYS]){0, 0, 1, 0, 0}), sizeof items);
	ask(&f, 999, from, items);
	cr_expect_arr_eq(items, ((int64_t[DAYS]){0}), sizeof items);
	fixture_close(&f);
}
