/* test_delta.c - which tags say what a client holds */
#include "publish/delta.h"

#include <criterion/criterion.h>

#define HEX "0123456789abcdef0123456789abcdef"

Test(delta, it_is_wanted_where_a_im_names_feed)
{
	static const struct {
		const char *a_im;
		bool want;
	} rows[] = {
		{"feed", true},
		{"FEED", true},
		{"vcdiff, feed;q=0.5, gzip", true},
		{" feed ", true},
		{"feed;q=0", false},
		{"vcdiff", false},
		{"feeds", false},
		{"", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(delta_wanted(slice_of(rows[i].a_im), SLICE_NONE), rows[i].want, "%s",
			rows[i].a_im);
}

Test(delta, who_asks_for_it_and_cannot_read_it_gets_the_whole)
{
	cr_expect(delta_wanted(SLICE("feed"), SLICE("newsreader/6.0")));
	cr_expect(!delta_wanted(SLICE("feed"), SLICE("feedparser/6.0.10 +https://example.org/")));
}

Test(delta, the_newest_tag_of_ours_for_this_feed_counts)
{
	static const struct {
		const char *list;
		int64_t want; /* -1: none */
	} rows[] = {
		{"\"" HEX "-0000abcd-1f\"", 31},
		{"\"" HEX "-0000abcd-1f-gz\"", 31},
		{"W/\"" HEX "-0000abcd-1f\"", 31},
		{"\"x\", \"" HEX "-0000abcd-2\", \"" HEX "-0000abcd-10\"", 16},
		{"\"" HEX "-0000abce-1f\"", -1},
		{"\"" HEX "-0000abcd-65\"", -1}, /* newer than the feed */
		{"\"" HEX "-0000abcd-0\"", -1},
		{"\"" HEX "-0000abcd-\"", -1},
		{"\"" HEX "-0000abcd-1F\"", -1},
		{"\"" HEX "-0000abcd-1f-br\"", -1},
		{"\"" HEX "-abcd-1f\"", -1},
		{"\"0123-0000abcd-1f\"", -1},
		{"\"" HEX "\r-0000abcd-1f\"", -1},
		{"\"" HEX "-0000abcd-ffffffffffffffffff\"", -1},
		{"\"\"", -1},
		{"*", -1},
		{"", -1},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t serial;
		struct slice tag;
		bool found = delta_base(slice_of(rows[i].list), 0xabcd, 100, &serial, &tag);

		cr_expect_eq(found, rows[i].want > 0, "%s", rows[i].list);
		cr_expect(!found || (serial == rows[i].want && slice_starts(tag, "\"" HEX)), "%s",
			rows[i].list);
	}
}
