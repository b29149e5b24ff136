/*
 * A life of three sources that do what feeds do: their items come, are edited, repeated, moved,
 * shared and given new ids.  What the world is, the test knows; the store must say the same.
 */
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define POLLS  1000
#define WINDOW 12

/* One thing in the world, whatever its guises. */
struct thing {
	unsigned number;
	size_t home;
	unsigned id, address, edit; /* versions of each */
	bool shared;                /* the next source carries it too */
	bool has_address;
};

struct world {
	struct fixture f;
	unsigned seed;
	struct thing things[4000];
	unsigned n_things;
	unsigned newest[3][WINDOW]; /* by source: numbers of things, newest first */
	unsigned n_newest[3];
	unsigned ids[3]; /* ids change at once */
};

static unsigned dice(struct world *w, unsigned sides)
{
	w->seed = w->seed * 1664525U + 1013904223U;
	return (w->seed >> 8) % sides;
}

static void push(struct world *w, size_t s, unsigned thing)
{
	memmove(&w->newest[s][1], &w->newest[s][0], (WINDOW - 1) * sizeof w->newest[s][0]);
	w->newest[s][0] = thing;
	w->n_newest[s] += w->n_newest[s] < WINDOW;
}

static void happen(struct world *w, size_t s)
{
	for (unsigned n = dice(w, 3); n > 0; n--) {
		struct thing *t = &w->things[w->n_things];

		*t = (struct thing){.number = w->n_things,
			.home = s,
			.shared = dice(w, 4) == 0,
			.has_address = dice(w, 5) != 0};
		push(w, s, w->n_things);
		if (t->shared && t->has_address)
			push(w, (s + 1) % 3, w->n_things);
		w->n_things++;
	}
	if (w->n_newest[s] == 0)
		return;

	struct thing *t = &w->things[w->newest[s][dice(w, w->n_newest[s])]];

	if (t->home != s)
		return;
	switch (dice(w, 12)) {
	case 0:
		t->edit++;
		break;
	case 1:
		if (t->has_address)
			t->id++; /* alone under a new id */
		break;
	case 2:
		t->address++; /* moved, under its old id */
		break;
	case 3:
		w->ids[s] += dice(w, 8) == 0; /* all ids at once, as http becomes https */
		break;
	default:
		break;
	}
}

static struct item guise(struct world *w, size_t s, const struct thing *t)
{
	struct arena *a = &w->f.a;
	char id[64], url[64], title[64], text[64];
	bool at_home = t->home == s;
	struct item i;

	snprintf(id, sizeof id, "%u.%u.%u", t->number, at_home ? t->id : 0, w->ids[s]);
	snprintf(url, sizeof url, "https://%c.example/%u/%u%s", (int)('a' + t->home), t->number,
		t->address, at_home ? "" : "?utm_source=x");
	snprintf(title, sizeof title, "Thing %u", t->number);
	snprintf(text, sizeof text, "t%u e%u ", t->number, at_home ? t->edit : 0);

	struct row row = {id, t->has_address ? url : "", title, text, NOON + t->number};

	i = fixture_item(&w->f, &row);
	i.id = slice_copy(a, i.id);
	i.url = slice_copy(a, i.url);
	i.title = slice_copy(a, i.title);
	i.content_html = long_text(a, text, 45);
	return i;
}

static void poll_world(struct world *w, size_t s)
{
	struct item *items = arena_array(&w->f.a, WINDOW + 1, sizeof *items);
	size_t n = 0;

	for (unsigned i = 0; i < w->n_newest[s]; i++)
		items[n++] = guise(w, s, &w->things[w->newest[s][i]]);
	if (n > 0 && dice(w, 6) == 0) { /* the same one twice */
		items[n] = items[dice(w, (unsigned)n)];
		n++;
	}
	w->f.now += 600;
	if (dice(w, 10) == 0)
		n = 0; /* an empty answer */
	poll_items(&w->f, s, items, n);
}

/* Each thing is there once, and nothing else. */
static void compare(struct world *w)
{
	unsigned char *seen = arena_alloc(&w->f.a, w->n_things + 1);
	struct store_reader *r = store_read_open(w->f.state, &w->f.err);
	struct item_query q = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 1000};
	struct item_page page;
	unsigned lost = 0, twice = 0;
	struct place after;

	cr_assert_not_null(r);
	do {
		cr_assert_eq(store_read_items(r, &q, &w->f.a, &page, &w->f.err), 0);
		for (size_t i = 0; i < page.n; i++) {
			unsigned number =
				(unsigned)strtoul(page.items[i].item.title.at + 6, NULL, 10);

			cr_assert_lt(number, w->n_things);
			twice += seen[number]++ > 0;
		}
		after = page.last;
		q.after = &after;
	} while (page.more);
	for (unsigned i = 0; i < w->n_things; i++)
		lost += seen[i] == 0;
	cr_expect_eq(lost, 0, "%u lost", lost);
	cr_expect_eq(twice, 0, "%u twice", twice);
	store_read_close(&r);
}

Test(life, a_thousand_polls_lose_nothing_and_double_nothing, .timeout = 120)
{
	for (unsigned seed = 1; seed <= 3; seed++) {
		struct world *w = calloc(1, sizeof *w);

		cr_assert_not_null(w);
		w->seed = seed;
		fixture_open(&w->f);
		for (unsigned i = 0; i < POLLS / 3; i++) {
			size_t s = dice(w, 3);

			happen(w, s);
			for (size_t k = 0; k < 3; k++) /* none turns over unseen */
				poll_world(w, k);
			if (dice(w, 50) == 0)
				fixture_reopen(&w->f);
		}
		for (int again = 0; again < 3; again++)
			for (size_t k = 0; k < 3; k++)
				poll_world(w, k);
		compare(w);
		fixture_close(&w->f);
		free(w);
	}
}

Test(life, how_fast_ten_thousand_items_are_stored, .timeout = 120)
{
	enum { FEEDS = 500, ITEMS = 20 };
	struct fixture f;
	struct timespec from, to;
	double store_s = 0;

	fixture_open(&f);
	for (int k = 0; k < FEEDS; k++) {
		struct item *items = arena_array(&f.a, ITEMS, sizeof *items);

		for (int i = 0; i < ITEMS; i++) {
			char id[32], url[64];

			snprintf(id, sizeof id, "%d-%d", k, i);
			snprintf(url, sizeof url, "https://a.example/%d/%d", k, i);
			struct row row = {id, url, id, "", NOON - i};

			items[i] = fixture_item(&f, &row);
			items[i].id = items[i].title = slice_copy(&f.a, items[i].id);
			items[i].url = slice_copy(&f.a, items[i].url);
			items[i].content_html = long_text(&f.a, id, 200);
		}
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		f.is_later[0] = false;
		poll_items(&f, 0, items, ITEMS);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
		store_s += (double)(to.tv_sec - from.tv_sec) +
			   1e-9 * (double)(to.tv_nsec - from.tv_nsec);
	}
	cr_expect_eq(read_count(&f), FEEDS * ITEMS);
	fprintf(stderr, "# %d items in %d commits: %.1f us an item\n", FEEDS * ITEMS, FEEDS,
		1e6 * store_s / (FEEDS * ITEMS));
	fixture_close(&f);
}
