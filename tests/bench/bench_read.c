/*
 * bench_read.c - a page of 100 out of a large store: the newest, older ones, a source's, a rare
 * language's
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

static void ask_all(struct store_reader *r, instant now)
{
	const struct slice rare = SLICE("cy"), absent = SLICE("gd"), source = SLICE("source7");
	struct item_query q = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 100};
	struct item_query other = q;

	ask(r, "the newest", &q);
	other.until = now - 15000000;
	ask(r, "half a year back", &other);
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
	r = store_read_open(f.state, &err);
	if (r == NULL)
		die("%s", err.text);
	printf("%zu items in the store\n", documents * FILLED_FEED_ITEMS);
	ask_all(r, f.now);
	store_read_close(&r);
	filled_close(&f);
	return 0;
}
