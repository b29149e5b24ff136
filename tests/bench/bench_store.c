/*
 * bench_store.c - what an item costs to store: processor time, of which the look at it
 *
 *	bench_store [DOCUMENTS [WORDS]]
 */
#include "filled.h"
#include "store/identity.h"

#include <stdio.h>
#include <stdlib.h>

#define POLLS 25 /* a commit */

/* The same document again and again, without a store. */
static double look_s(size_t n)
{
	struct arena a = {0}, scratch = {0};
	struct item i;
	double from;

	item_init(&i);
	i.url = SLICE("https://host1.example/news/1-what-has-come-to-pass");
	i.id = i.url;
	i.id_is_given = true;
	i.title = SLICE("What has come to pass at 1");
	from = filled_cpu_s();
	for (size_t k = 0; k < n; k++) {
		struct look look;

		identity_look(&a, &scratch, &i, &look);
		arena_reset(&a);
	}
	arena_clear(&a);
	arena_clear(&scratch);
	return filled_cpu_s() - from;
}

int main(int argc, char **argv)
{
	size_t documents = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	unsigned words = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 200;
	size_t n = documents * FILLED_FEED_ITEMS;
	struct filled f;
	double made_s, from;

	documents -= documents % POLLS;
	filled_open(&f, documents);
	from = filled_cpu_s();
	for (size_t i = 0; i < documents; i++)
		filled_add(&f, i, words, POLLS);
	made_s = filled_cpu_s() - from;
	from = filled_cpu_s();
	for (size_t i = 0; i < documents; i++)
		filled_add(&f, i, words, POLLS);
	printf("%zu items of %u words: new %.1f us, known %.1f us; to look at a bare one %.1f us\n",
		n, words, 1e6 * made_s / (double)n, 1e6 * (filled_cpu_s() - from) / (double)n,
		1e6 * look_s(n) / (double)n);
	filled_close(&f);
	return 0;
}
