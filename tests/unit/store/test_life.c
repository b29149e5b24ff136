/*
 * A life of three sources that do what feeds do: their items come, are edited, repeated, moved,
 * shared and given new ids; some have nothing but a title, and that of others.  A fourth squats:
 * on their ids, titles, addresses and texts, at times before they bring them themselves.  What the
 * world is, the test knows; the store must say the same.
 */
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define POLLS    1000
#define WINDOW   12
#define SQUATTER 3 /* the source */
#define SQUATS   2000

/* One thing in the world, whatever its guises. */
struct thing {
	unsigned number;
	size_t home;
	unsigned id, address, edit; /* versions of each */
	bool shared;                /* the next source carries it too */
	bool has_address;
	bool is_note;   /* all that it says is a title that others have */
	bool is_global; /* its id is a tag: URI */
	bool is_out;    /* its home has brought it */
};

enum squat_kind {
	SQUAT_ID,      /* a thing's id */
	SQUAT_TITLE,   /* a thing's title, and no text */
	SQUAT_WORDS,   /* a thing's title and date, and some words */
	SQUAT_ADDRESS, /* a thing's address: one item, and the thing's */
	SQUAT_TEXT,    /* a thing's title and text: the same */
	SQUAT_KINDS
};

struct squat {
	enum squat_kind kind;
	unsigned thing, edit;
};

struct world {
	struct fixture f;
	unsigned seed;
	struct thing things[4000];
	unsigned n_things;
	unsigned newest[3][WINDOW]; /* by source: numbers of things, newest first */
	unsigned n_newest[3];
	unsigned ids[3]; /* ids change at once */
	struct squat squats[SQUATS];
	unsigned n_squats;
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
			.is_note = dice(w, 8) == 0,
			.is_global = dice(w, 8) == 0};
		t->has_address = t->is_note || dice(w, 5) != 0;
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
		t->edit += !t->is_note;
		break;
	case 1:
		if (t->has_address)
			t->id++; /* alone under a new id */
		break;
	case 2:
		t->address += !t->is_note; /* moved, under its old id */
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

	snprintf(id, sizeof id, "%s%u.%u.%u", t->is_global ? "tag:a.example,2023:" : "", t->number,
		at_home ? t->id : 0, w->ids[s]);
	snprintf(url, sizeof url, "https://%c.example/%u/%u%s", (int)('a' + t->home), t->number,
		t->address, at_home ? "" : "?utm_source=x");
	snprintf(title, sizeof title, t->is_note ? "Note" : "Thing %u", t->number);
	snprintf(text, sizeof text, "t%u e%u ", t->number, at_home ? t->edit : 0);

	struct row row = {
		id, t->has_address ? url : "", title, text, t->is_note ? NOON : NOON + t->number};

	i = fixture_item(&w->f, &row);
	i.id = slice_copy(a, i.id);
	i.url = slice_copy(a, i.url);
	i.title = slice_copy(a, i.title);
	i.content_html = t->is_note ? SLICE_NONE : long_text(a, text, 45);
	return i;
}

/* --- the squatter */

/*
 * Nobody copies a text before it is there, and an id that one source uses twice is by design one
 * item's: these squat on the title instead.
 */
static enum squat_kind squat_kind(struct world *w, unsigned thing)
{
	enum squat_kind kind = (enum squat_kind)dice(w, SQUAT_KINDS);

	if (kind == SQUAT_TEXT && !w->things[thing].is_out)
		return SQUAT_TITLE;
	for (unsigned i = 0; kind == SQUAT_ID && i < w->n_squats; i++)
		if (w->squats[i].thing == thing && w->squats[i].kind == SQUAT_ID)
			return SQUAT_TITLE;
	return kind;
}

/* On what is in a source's window, at times before its home has brought it. */
static void squat(struct world *w)
{
	size_t s = dice(w, 3);
	unsigned thing;

	if (w->n_newest[s] == 0 || w->n_squats == SQUATS)
		return;
	thing = w->newest[s][dice(w, w->n_newest[s])];
	w->squats[w->n_squats] = (struct squat){squat_kind(w, thing), thing, 0};
	w->n_squats++;
}

static struct item squat_guise(struct world *w, unsigned n)
{
	const struct squat *q = &w->squats[n];
	const struct thing *t = &w->things[q->thing];
	struct arena *a = &w->f.a;
	struct item of = guise(w, t->home, t), i = of;
	char id[32], url[64], text[64];

	snprintf(id, sizeof id, "squat %u", n);
	snprintf(url, sizeof url, "https://evil.example/%u", n);
	snprintf(text, sizeof text, "squat%u e%u ", n, q->edit);
	if (q->kind != SQUAT_ID)
		i.id = slice_copy(a, slice_of(id));
	if (q->kind != SQUAT_ADDRESS || !t->has_address)
		i.url = slice_copy(a, slice_of(url));
	if (q->kind == SQUAT_ID || q->kind == SQUAT_ADDRESS)
		i.title = slice_copy(a, slice_of(text));
	if (q->kind == SQUAT_ID || q->kind == SQUAT_ADDRESS)
		i.content_html = long_text(a, text, 45);
	else if (q->kind == SQUAT_TITLE)
		i.content_html = SLICE_NONE;
	else if (q->kind == SQUAT_WORDS)
		i.content_html = slice_copy(a, slice_of(text));
	i.language = SLICE("sq");
	return i;
}

static void poll_squatter(struct world *w)
{
	struct item *items = arena_array(&w->f.a, WINDOW, sizeof *items);
	size_t n = 0;

	squat(w);
	if (w->n_squats > 0)
		w->squats[dice(w, w->n_squats)].edit++;
	for (unsigned i = w->n_squats; i > 0 && n < WINDOW; i--)
		items[n++] = squat_guise(w, i - 1);
	poll_items(&w->f, SQUATTER, items, n);
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
	for (unsigned i = 0; n > 0 && i < w->n_newest[s]; i++)
		w->things[w->newest[s][i]].is_out |= w->things[w->newest[s][i]].home == s;
}

/* --- what must be */

struct seen {
	unsigned char *things, *squats;
	unsigned foreign; /* things that bear the squatter's text */
};

static unsigned number_of(struct slice s, const char *before)
{
	return (unsigned)strtoul(s.at + strlen(before), NULL, 10);
}

static void see(struct world *w, struct seen *seen, const struct stored_item *i)
{
	struct slice url = i->item.url;

	if (slice_starts(url, "https://evil.example/")) {
		seen->squats[number_of(url, "https://evil.example/")]++;
		seen->foreign += !slice_is(i->item.language, "sq");
		return;
	}
	if (slice_is(i->item.language, "sq"))
		return; /* at an address that its home has left before it brought it */

	unsigned number = slice_is(i->item.title, "Note") ? number_of(url, "https://x.example/")
							  : number_of(i->item.title, "Thing ");

	cr_assert_lt(number, w->n_things);
	seen->things[number]++;
	seen->foreign += i->source == w->f.sources[SQUATTER].number;
}

static void see_all(struct world *w, struct seen *seen)
{
	struct store_reader *r = store_read_open(w->f.state, &w->f.err);
	struct item_query q = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 1000};
	struct item_page page;
	struct place after;

	cr_assert_not_null(r);
	do {
		cr_assert_eq(store_read_items(r, &q, &w->f.a, &page, &w->f.err), 0);
		for (size_t i = 0; i < page.n; i++)
			see(w, seen, &page.items[i]);
		after = page.last;
		q.after = &after;
	} while (page.more);
	store_read_close(&r);
}

/* Each thing is there once, each squat that is a thing of its own too, and nothing else. */
static void compare(struct world *w)
{
	struct seen seen = {
		arena_alloc(&w->f.a, w->n_things + 1), arena_alloc(&w->f.a, w->n_squats + 1), 0};
	unsigned lost = 0, twice = 0, merged = 0;

	see_all(w, &seen);
	for (unsigned i = 0; i < w->n_things; i++) {
		lost += seen.things[i] == 0;
		twice += seen.things[i] > 1;
	}
	for (unsigned i = 0; i < w->n_squats; i++) {
		twice += seen.squats[i] > 1;
		merged += seen.squats[i] == 0 && w->squats[i].kind < SQUAT_ADDRESS;
	}
	cr_expect_eq(lost, 0, "%u lost", lost);
	cr_expect_eq(twice, 0, "%u twice", twice);
	cr_expect_eq(merged, 0, "%u merged wrongly", merged);
	cr_expect_eq(seen.foreign, 0, "%u taken over", seen.foreign);
}

static void settle(struct world *w)
{
	static const struct source_conf evil = {.name = {"squatter", 8},
		.url = {"https://evil.example/feed", 25},
		.enabled = true,
		.keep_items = -1};

	fixture_open(&w->f);
	w->f.conf[SQUATTER] = evil;
	fixture_sources(&w->f, SQUATTER + 1);
}

Test(life, a_thousand_polls_lose_nothing_and_double_nothing, .timeout = 120)
{
	for (unsigned seed = 1; seed <= 4; seed++) {
		struct world *w = calloc(1, sizeof *w);

		cr_assert_not_null(w);
		w->seed = seed;
		settle(w);
		for (unsigned i = 0; i < POLLS / 3; i++) {
			size_t s = dice(w, 3);

			happen(w, s);
			poll_squatter(w);              /* first, where it has luck */
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
