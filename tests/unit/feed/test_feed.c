/*
 * test_feed.c - nouns with nothing given, and names
 */
#include "feed/feed.h"

#include <criterion/criterion.h>

Test(feed, a_new_item_has_nothing_given)
{
	struct item i;

	item_init(&i);
	cr_expect_eq(i.id.len, 0);
	cr_expect_eq(i.published, INSTANT_NONE);
	cr_expect_eq(i.modified, INSTANT_NONE);
	cr_expect_eq(i.comments_count, NUMBER_NONE);
	cr_expect_eq(i.duration_in_seconds, NUMBER_NONE);
	cr_expect_eq(i.guid_is_permalink, TRI_UNKNOWN);
	cr_expect_eq(i.links.n, 0);
	cr_expect_not(i.has_geo);
}

Test(feed, a_new_feed_has_nothing_given)
{
	struct feed f;

	feed_init(&f);
	cr_expect_eq(f.format, FORMAT_UNKNOWN);
	cr_expect_eq(f.published, INSTANT_NONE);
	cr_expect_eq(f.updated, INSTANT_NONE);
	cr_expect_eq(f.update_interval_s, NUMBER_NONE);
	cr_expect_eq(f.image.width, NUMBER_NONE);
	cr_expect_eq(f.image.height, NUMBER_NONE);
	cr_expect_eq(f.skip_hours, 0);
}

Test(feed, every_format_but_the_unknown_has_a_name_of_its_own)
{
	cr_expect_str_empty(feed_format_name(FORMAT_UNKNOWN));
	for (unsigned i = FORMAT_UNKNOWN + 1; i < FORMAT_COUNT; i++) {
		cr_assert_not_null(feed_format_name((enum feed_format)i));
		for (unsigned j = FORMAT_UNKNOWN; j < i; j++)
			cr_expect_str_neq(feed_format_name((enum feed_format)i),
				feed_format_name((enum feed_format)j));
	}
	cr_expect_str_eq(feed_format_name(FORMAT_ATOM_10), "atom1.0");
}

Test(feed, the_week_begins_on_monday)
{
	cr_expect_str_eq(feed_day_name(0), "Monday");
	cr_expect_str_eq(feed_day_name(6), "Sunday");
}
