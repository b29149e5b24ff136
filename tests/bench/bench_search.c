/*
 * bench_search.c - filling the index of words and asking it, in a large store
 *
 *	bench_search [ITEMS]
 *
 * Texts of 100 words that are as frequent as words are (Zipf's law over 200,000 of them): w1
 * stands in nearly every text, w2000 in one of 130, w100000 in one of 6,000.  What is asked is held
 * against 20 ms for two words and LIMIT_QUERY_MS for anything.
 */
#include "base/limits.h"
#include "filled.h"
#include "store/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define POLLS      100 /* a commit */
#define SOURCES    1000
#define WORDS      100
#define VOCABULARY 200000
#define ROUNDS     5

static double cumulated[VOCABULARY];

static void make_vocabulary(void)
{
	double sum = 0;

	for (size_t i = 0; i < VOCABULARY; i++)
		cumulated[i] = sum += 1. / (double)(i + 3);
	for (size_t i = 0; i < VOCABULARY; i++)
		cumulated[i] /= sum;
}

/* The rank of a word that chance has chosen. */
static size_t choose_word(uint64_t *chance)
{
	size_t low = 0, high = VOCABULARY - 1;
	double at;

	*chance = *chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	at = (double)(*chance >> 11) / (double)(UINT64_C(1) << 53);
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (cumulated[mid] < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low + 1;
}

static struct slice write_text(struct arena *a, size_t n, unsigned words)
{
	uint64_t chance = n * UINT64_C(0x9e3779b97f4a7c15) + 1;
	char *text = arena_alloc(a, words * 8 + 1);
	size_t len = 0;

	for (unsigned i = 0; i < words; i++)
		len += (size_t)snprintf(text + len, 9, "w%zu ", choose_word(&chance));
	return slice_from(text, len);
}

static double wall_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double store_bytes(const struct filled *f)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof path, "%s/tributary.db", f->state);
	return stat(path, &st) < 0 ? 0 : (double)st.st_size;
}

static void fill(struct filled *f, size_t items)
{
	double before, cpu, longest = 0;
	struct error err;
	bool visible, more = true;

	for (size_t i = 0; i < items / FILLED_FEED_ITEMS; i++)
		filled_add(f, i, WORDS, POLLS);
	before = store_bytes(f);
	cpu = filled_cpu_s();
	while (more) {
		double from = wall_s();

		if (store_write_search(f->w, &visible, &more, &err) < 0)
			die("%s", err.text);
		if (wall_s() - from > longest)
			longest = wall_s() - from;
	}
	printf("%zu items indexed: %.1f us and %.0f bytes an item, longest slice %.0f ms\n", items,
		1e6 * (filled_cpu_s() - cpu) / (double)items,
		(store_bytes(f) - before) / (double)items, 1e3 * longest);
}

static void ask(struct store_reader *r, const char *words, const struct item_query *with)
{
	struct item_query q = *with;
	struct error err;
	double best = 1e9, worst = 0;
	int n = 0;

	q.q = slice_of(words);
	for (int i = 0; i < ROUNDS; i++) {
		struct arena a = {0};
		struct item_page page = {0};
		double from = wall_s(), took;

		n = store_read_items(r, &q, &a, &page, &err) < 0 ? -1 : (int)page.n;
		took = wall_s() - from;
		best = took < best ? took : best;
		worst = took > worst ? took : worst;
		arena_clear(&a);
	}
	printf("%-40s%-10s %4d items %9.2f ms, worst %9.2f\n", words,
		q.n_sources > 0 ? "+source"
		: q.n_langs > 0 ? "+lang"
				: "",
		n, 1e3 * best, 1e3 * worst);
	if (n < 0)
		printf("\t%s\n", err.text);
}

static void ask_all(struct store_reader *r)
{
	static const char *const rows[] = {"w100000", "w2000", "w1", "w2000 w3000", "w1 w2",
		"w1 w100000", "w50000 w60000", "\"w1 w2\"", "\"w10 w20 w30\"", "w1 -w2",
		"w1 -w3 -w4 -w5", "nowhere", "w19999 OR w29999",
		"w1 OR w2 OR w3 OR w4 OR w5 OR w6 OR w7 OR w8", "w1234*", "w12*", "w*",
		"w1* w2* w3* w4* w5* w6* w7* w8* w9* -w1*", "\"w1 w1 w1 w1 w1 w1 w1 w1\"",
		"w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16"};
	const struct slice source = SLICE("source7"), rare = SLICE("cy");
	struct item_query q = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 100};

	for (size_t i = 0; i < COUNT(rows); i++)
		ask(r, rows[i], &q);
	q.sources = &source;
	q.n_sources = 1;
	ask(r, "w1", &q);
	ask(r, "w2000", &q);
	ask(r, "w12*", &q);
	q.n_sources = 0;
	q.langs = &rare;
	q.n_langs = 1;
	ask(r, "w1", &q);
	ask(r, "w2000 w3000", &q);
}

int main(int argc, char **argv)
{
	size_t items = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	struct store_reader *r;
	struct filled f;
	struct error err;

	make_vocabulary();
	items -= items % ((size_t)POLLS * FILLED_FEED_ITEMS);
	filled_open(&f, SOURCES);
	f.write = write_text;
	fill(&f, items);
	r = store_read_open(f.state, &err);
	if (r == NULL)
		die("%s", err.text);
	ask_all(r);
	store_read_close(&r);
	filled_close(&f);
	return 0;
}
