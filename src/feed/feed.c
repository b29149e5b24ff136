/*
 * feed.c - nouns with nothing given, and what their values are called
 */
#include "feed/feed.h"

#include <assert.h>

void item_init(struct item *i)
{
	*i = (struct item){
		.published = INSTANT_NONE,
		.modified = INSTANT_NONE,
		.comments_count = NUMBER_NONE,
		.duration_in_seconds = NUMBER_NONE,
	};
}

void feed_init(struct feed *f)
{
	*f = (struct feed){
		.published = INSTANT_NONE,
		.updated = INSTANT_NONE,
		.image = {.width = NUMBER_NONE, .height = NUMBER_NONE},
		.update_interval_s = NUMBER_NONE,
	};
}

const char *feed_format_name(enum feed_format f)
{
	static const char *const names[FORMAT_COUNT] = {
		[FORMAT_UNKNOWN] = "",
		[FORMAT_RSS_090] = "rss0.90",
		[FORMAT_RSS_091] = "rss0.91",
		[FORMAT_RSS_092] = "rss0.92",
		[FORMAT_RSS_093] = "rss0.93",
		[FORMAT_RSS_094] = "rss0.94",
		[FORMAT_RSS_10] = "rss1.0",
		[FORMAT_RSS_20] = "rss2.0",
		[FORMAT_ATOM_03] = "atom0.3",
		[FORMAT_ATOM_10] = "atom1.0",
		[FORMAT_CDF] = "cdf",
		[FORMAT_JSON_10] = "jsonfeed1.0",
		[FORMAT_JSON_11] = "jsonfeed1.1",
		[FORMAT_PAGE] = "page",
	};

	assert(f < FORMAT_COUNT);
	return names[f];
}

const char *feed_day_name(unsigned day)
{
	static const char *const names[] = {
		"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

	assert(day < COUNT(names));
	return names[day];
}
