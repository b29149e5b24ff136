/*
 * test_walk.c - pages against a plain reading of everything: whatever is asked, in pages of
 * whatever length, the same items come in the same order
 */
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { ITEMS = 240, STORIES = 40, QUERIES = 400 };

static const char *const langs[] = {"en", "en-GB", "fr", "zh-Hant", "zh", "EN-us", "eng", ""};
static const char *const topics[] = {"climate", "health"};
static const char *const sources[] = {"a", "b", "c"};

static unsigned dice(unsigned *state, unsigned sides)
{
	*state = *state * 1103515245U + 12345U;
	return (*state >> 16) % sides;
}

/* Some items by one source, of which others carry some; places repeat. */
static void fill(struct fixture *f, unsigned *state)
{
	struct item *items = arena_array(&f->a, ITEMS, sizeof *items);

	for (unsigned i = 0; i < ITEMS; i++) {
		char id[32], url[64];

		snprintf(id, sizeof id, "item %u", i);
		snprintf(url, sizeof url, "https://%s.example/%u", sources[i % 3], i);
		struct row row = {id, url, id, "text", NOON - (instant)dice(state, 60) * 60};

		items[i] = fixture_item(f, &row);
		items[i].id = items[i].title = slice_copy(&f->a, items[i].id);
		items[i].url = slice_copy(&f->a, items[i].url);
		items[i].language = slice_of(langs[dice(state, COUNT(langs))]);
	}
	for (size_t s = 0; s < COUNT(sources); s++) {
		unsigned from = dice(state, ITEMS / 2);

		poll_items(f, s, items + from, ITEMS / 2);
	}
	poll_items(f, 0, items, ITEMS);
}

static void group(struct fixture *f, unsigned *state)
{
	int64_t count = read_count(f);

	cr_assert_eq(store_write_begin(f->w, &f->err), 0);
	for (int64_t i = 1; i <= count; i++) {
		struct story_item_row row = {
			.item = i, .story = 1 + dice(state, STORIES), .how = SLICE("text")};
		struct slice names[] = {slice_of(topics[0]), slice_of(topics[1])};
		const struct slice why[] = {SLICE("x"), SLICE("y")};
		unsigned which = dice(state, 6);

		if (dice(state, 3) > 0)
			cr_assert_eq(store_write_story_item(f->w, &row, &f->err), 0);
		if (which < 3)
			cr_assert_eq(store_write_topics(f->w, i, names + (which == 1), why,
					     which == 2 ? 2 : 1, &f->err),
				0);
	}
	cr_assert_eq(store_write_commit(f->w, &f->err), 0);
}

/* --- the plain reading */

static bool has_source(const struct stored_item *i, const struct item_query *q)
{
	for (size_t k = 0; k < i->n_sightings; k++)
		for (size_t s = 0; s < q->n_sources; s++)
			if (slice_equal(i->sightings[k].source_name, q->sources[s]))
				return true;
	return q->n_sources == 0;
}

static bool has_topic(const struct stored_item *i, const struct item_query *q)
{
	for (size_t k = 0; k < i->topics.n; k++)
		for (size_t t = 0; t < q->n_topics; t++)
			if (slice_equal(i->topics.at[k], q->topics[t]))
				return true;
	return q->n_topics == 0;
}

static bool has_lang(const struct stored_item *i, const struct item_query *q)
{
	struct slice lang = i->item.language;

	for (size_t k = 0; k < q->n_langs; k++) {
		struct slice want = q->langs[k];

		if (slice_equal_fold(slice_head(lang, want.len), want) &&
			(lang.len == want.len || lang.at[want.len] == '-'))
			return true;
	}
	return q->n_langs == 0;
}

static bool matches(const struct stored_item *i, const struct item_query *q)
{
	return has_source(i, q) && has_topic(i, q) && has_lang(i, q) &&
	       (q->since == INSTANT_NONE || i->place >= q->since) &&
	       (q->until == INSTANT_NONE || i->place < q->until);
}

static bool is_told(const struct stored_item **told, size_t n, const struct stored_item *i)
{
	for (size_t k = 0; k < n; k++)
		if (i->story.len > 0 && slice_equal(told[k]->story, i->story))
			return true;
	return false;
}

static size_t plain(
	const struct item_page *all, const struct item_query *q, const struct stored_item **to)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		if (matches(&all->items[i], q) &&
			!(q->one_per_story && is_told(to, n, &all->items[i])))
			to[n++] = &all->items[i];
	return n;
}

/* --- the questions */

struct room {
	struct slice sources[2], topics[2], langs[2];
};

static struct item_query make_query(struct room *room, unsigned *state)
{
	static const char *const wanted[] = {"en", "en-gb", "fr", "zh", "zh-Hant", "de", "e"};
	struct item_query q = {.since = INSTANT_NONE,
		.until = INSTANT_NONE,
		.limit = 1 + dice(state, 30),
		.one_per_story = dice(state, 2) == 0,
		.sources = room->sources,
		.n_sources = dice(state, 3),
		.topics = room->topics,
		.n_topics = dice(state, 3),
		.langs = room->langs,
		.n_langs = dice(state, 3)};

	for (size_t i = 0; i < 2; i++) {
		room->sources[i] = slice_of(sources[dice(state, COUNT(sources))]);
		room->topics[i] = slice_of(topics[dice(state, COUNT(topics))]);
		room->langs[i] = slice_of(wanted[dice(state, COUNT(wanted))]);
	}
	if (dice(state, 4) == 0)
		q.since = NOON - (instant)dice(state, 60) * 60;
	if (dice(state, 4) == 0)
		q.until = NOON - (instant)dice(state, 60) * 60;
	return q;
}

static void compare(struct store_reader *r, struct item_query q, const struct stored_item **want,
	size_t n, int round)
{
	struct place after;
	bool more = true;
	size_t seen = 0;

	while (more) {
		struct arena a = {0};
		struct item_page page;
		struct error err;

		cr_assert_eq(store_read_items(r, &q, &a, &page, &err), 0, "%s", err.text);
		cr_assert_leq(seen + page.n, n, "%d: too many", round);
		for (size_t i = 0; i < page.n; i++, seen++) {
			cr_assert_eq(
				page.items[i].place, want[seen]->place, "%d: %zu", round, seen);
			cr_assert(slice_equal(page.items[i].story, want[seen]->story), "%d: %zu",
				round, seen);
			cr_assert(q.one_per_story || page.items[i].number == want[seen]->number);
		}
		more = page.more;
		after = page.last;
		q.after = &after;
		arena_clear(&a);
	}
	cr_assert_eq(seen, n, "%d: %zu of %zu", round, seen, n);
}

Test(walk, all_questions_in_all_pages_give_what_a_plain_reading_gives, .timeout = 60)
{
	struct fixture f;
	struct item_page all;
	struct store_reader *r;
	unsigned state = 7;
	size_t found = 0;

	fixture_open(&f);
	fill(&f, &state);
	group(&f, &state);
	all = read_all(&f);
	r = store_read_open(f.state, &f.err);
	cr_assert_not_null(r);
	for (int round = 0; round < QUERIES; round++) {
		const struct stored_item *want[ITEMS];
		struct room room;
		struct item_query q = make_query(&room, &state);
		size_t n = plain(&all, &q, want);

		compare(r, q, want, n, round);
		found += n;
	}
	cr_expect_gt(found, 5000);
	store_read_close(&r);
	fixture_close(&f);
}
