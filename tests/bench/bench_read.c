/*
 * bench_read.c - a page of 100 out of a large store: the newest, older ones, a source's, a rare
 * language's, a topic's, one entry a story; and a story, an archive, what arrived last
 *
 *	bench_read [ITEMS]
 */
#include "filled.h"
#include "store/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define POLLS   500 /* a commit */
#define SOURCES 1000
#define ROUNDS  5

#define COMMON 7    /* one item in so many has the common topic, */
#define RARE   9973 /* and the rare one */
#define EVENT  20   /* of so many in a row ... */
#define TELL   3    /* ... so many tell one story */
#define GROUP  1000 /* items a commit */

static double wall_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void ask(struct store_reader *r, const char *what, const struct item_query *q)
{
	double best = 1e9;
	size_t n = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct arena a = {0};
		struct item_page page;
		struct error err;
		double from = wall_s();

		if (store_read_items(r, q, &a, &page, &err) < 0)
			die("%s", err.text);
		if (wall_s() - from < best)
			best = wall_s() - from;
		n = page.n;
		arena_clear(&a);
	}
	printf("%-24s %3zu items %9.3f ms\n", what, n, 1e3 * best);
}

static void ask_topics(struct store_reader *r, struct item_query q)
{
	const struct slice common = SLICE("common"), rare = SLICE("rare"),
			   source = SLICE("source7");

	q.topics = &common;
	q.n_topics = 1;
	ask(r, "of a common topic", &q);
	q.sources = &source;
	q.n_sources = 1;
	ask(r, "and of one source", &q);
	q.n_sources = 0;
	q.topics = &rare;
	ask(r, "of a rare topic", &q);
}

static void ask_stories(struct store_reader *r, struct item_query q)
{
	struct place after = {INT64_MAX, INT64_MAX};

	q.one_per_story = true;
	ask(r, "one a story", &q);
	after.at = q.until;
	q.until = INSTANT_NONE;
	q.after = &after;
	ask(r, "one a story, later page", &q);
}

static void ask_all(struct store_reader *r, instant now)
{
	const struct slice rare = SLICE("cy"), absent = SLICE("gd"), source = SLICE("source7");
	struct item_query q = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 100};
	struct item_query other = q;

	ask(r, "the newest", &q);
	other.limit = 0;
	ask(r, "the default page", &other);
	other = q;
	other.until = now - 15000000;
	ask(r, "half a year back", &other);
	ask_stories(r, other);
	other = q;
	other.sources = &source;
	other.n_sources = 1;
	ask(r, "of one source", &other);
	other = q;
	other.langs = &rare;
	other.n_langs = 1;
	ask(r, "of a rare language", &other);
	other.langs = &absent;
	ask(r, "of a language of nobody", &other);
	ask_topics(r, q);
}

/* --- what is no page */

static int ask_story(struct store_reader *r, struct arena *a, size_t *n_out, struct error *err)
{
	struct stored_story story;

	if (store_read_story(r, SLICE("500001"), a, &story, err) < 0)
		return -1;
	*n_out = story.n;
	return 0;
}

static int ask_archive(struct store_reader *r, struct arena *a, size_t *n_out, struct error *err)
{
	struct stored_archive archive;

	if (store_read_archive(r, 2, a, &archive, err) < 0)
		return -1;
	*n_out = archive.n;
	return 0;
}

static int ask_arrivals(struct store_reader *r, struct arena *a, size_t *n_out, struct error *err)
{
	struct item_page page;
	int64_t last;

	if (store_read_count(r, &last, err) < 0 ||
		store_read_arrivals(r, last - 100, 100, a, &page, err) < 0)
		return -1;
	*n_out = page.n;
	return 0;
}

static int ask_counts(struct store_reader *r, struct arena *a, size_t *n_out, struct error *err)
{
	struct topic_count *counts;

	return store_read_topics(r, 0, a, &counts, n_out, err);
}

static void ask_others(struct store_reader *r)
{
	static const struct {
		const char *what;
		int (*ask)(struct store_reader *, struct arena *, size_t *, struct error *);
	} all[] = {{"a story", ask_story}, {"an archive", ask_archive},
		{"the last arrivals", ask_arrivals}, {"counts of all topics", ask_counts}};

	for (size_t i = 0; i < COUNT(all); i++) {
		double best = 1e9;
		size_t n = 0;

		for (int k = 0; k < ROUNDS; k++) {
			struct arena a = {0};
			struct error err;
			double from = wall_s();

			if (all[i].ask(r, &a, &n, &err) < 0)
				die("%s", err.text);
			if (wall_s() - from < best)
				best = wall_s() - from;
			arena_clear(&a);
		}
		printf("%-24s %3zu things %8.3f ms\n", all[i].what, n, 1e3 * best);
	}
}

/* --- topics and stories */

static int tell(struct filled *f, int64_t item, struct error *err)
{
	const struct slice names[] = {SLICE("common"), SLICE("rare")};
	const struct slice why = SLICE("a word");
	struct story_item_row row = {.item = item,
		.story = item / EVENT + 1,
		.how = SLICE("text"),
		.at = f->now,
		.lang = SLICE("en")};

	if (item % EVENT < TELL && store_write_story_item(f->w, &row, err) != 0)
		return -1;
	if (item % RARE == 0)
		return store_write_topics(f->w, item, &names[1], &why, 1, err);
	return item % COMMON == 0 ? store_write_topics(f->w, item, names, &why, 1, err) : 0;
}

static void tell_all(struct filled *f, size_t n)
{
	struct error err;

	for (size_t i = 0; i < n; i += GROUP) {
		if (store_write_begin(f->w, &err) < 0)
			die("%s", err.text);
		for (size_t k = i; k < i + GROUP && k < n; k++)
			if (tell(f, (int64_t)k + 1, &err) != 0)
				die("%s", err.text);
		if (store_write_commit(f->w, &err) < 0)
			die("%s", err.text);
	}
}

int main(int argc, char **argv)
{
	size_t items = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	size_t documents = items / FILLED_FEED_ITEMS;
	struct store_reader *r;
	struct filled f;
	struct error err;

	documents -= documents % POLLS;
	filled_open(&f, SOURCES);
	for (size_t i = 0; i < documents; i++)
		filled_add(&f, i, 20, POLLS);
	tell_all(&f, documents * FILLED_FEED_ITEMS);
	r = store_read_open(f.state, &err);
	if (r == NULL)
		die("%s", err.text);
	printf("%zu items in the store\n", documents * FILLED_FEED_ITEMS);
	ask_all(r, f.now);
	ask_others(r);
	store_read_close(&r);
	filled_close(&f);
	return 0;
}
