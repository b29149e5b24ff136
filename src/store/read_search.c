/*
 * read_search.c - the best answers to a search
 *
 * The newest CANDIDATES hits are weighed: by how much they are about the words, and by their age
 * before the newest of them, so that the answer depends on the store alone.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "feed/plain.h"
#include "store/item_row.h"
#include "store/reader.h"
#include "store/search.h"
#include "store/search_passage.h"
#include "store/search_query.h"
#include "store/walk.h"

#include <inttypes.h>
#include <stdlib.h>

#define CANDIDATES 1000
#define HALF_OF    (30. * 86400.) /* the age at which half of what age can take is taken */
#define BY_AGE     .6             /* so much it can take */

struct candidate {
	struct place place;
	double score;
};

struct ranking {
	struct store_reader *r;
	const struct item_query *query;
	struct arena *a;
	struct search_question question;
	struct candidate *at;
	size_t n;
	bool more; /* than were weighed */
};

static int find_candidates(struct ranking *k, struct error *err)
{
	struct place at;
	struct walk walk;
	int got;

	k->at = arena_array(k->a, CANDIDATES, sizeof *k->at);
	if (walk_open(&walk, &k->r->store, k->query, k->a, err) < 0)
		return -1;
	while ((got = walk_next(&walk, &at, err)) == 1 && k->n < CANDIDATES)
		k->at[k->n++].place = at;
	k->more = got == 1;
	return got < 0 ? -1 : 0;
}

static double by_age(double weight, instant newest, instant at)
{
	double age = (double)(newest - at);

	return weight * (1. - BY_AGE * age / (age + HALF_OF));
}

static int weigh(struct ranking *k, struct error *err)
{
	struct search *s = search_open(&k->r->store, k->query->q, SEARCH_WEIGHED, k->a, err);

	if (s == NULL)
		return -1;
	for (size_t i = 0; i < k->n; i++) {
		struct place hit;
		int got = search_find(s, k->at[i].place, &hit, err);

		if (got < 0)
			return -1;
		k->at[i].score = by_age(search_weight(s), k->at[0].place.at, k->at[i].place.at);
	}
	return 0;
}

static int compare(const void *one, const void *other)
{
	const struct candidate *a = one, *b = other;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return walk_is_newer(a->place, b->place) ? -1 : 1;
}

static struct slice text_of(const struct item *i, struct arena *a)
{
	if (i->content_html.len > 0)
		return plain_text(a, i->content_html);
	if (i->content_text.len > 0)
		return i->content_text;
	return i->summary_html.len > 0 ? plain_text(a, i->summary_html) : i->summary;
}

static int fill(struct ranking *k, struct search_page *page_out, struct error *err)
{
	size_t n = k->query->limit > 0 && k->query->limit < k->n ? k->query->limit : k->n;
	struct search_hit *hits = arena_array(k->a, n, sizeof *hits);

	for (size_t i = 0; i < n; i++) {
		int64_t number = k->at[i].place.number;
		int got = item_row_read(&k->r->store, number, k->a, &hits[i].item, err);

		if (got <= 0)
			return got < 0 ? -1
				       : error_set(err, "item %" PRId64 " has no text", number);
		hits[i].score = k->at[i].score;
		hits[i].passage =
			search_passage(text_of(&hits[i].item.item, k->a), &k->question, k->a);
	}
	*page_out = (struct search_page){.hits = hits, .n = n, .more = k->more || n < k->n};
	return 0;
}

static int answer(struct ranking *k, struct search_page *page_out, struct error *err)
{
	if (!search_question_read(k->query->q, k->a, &k->question, err) ||
		find_candidates(k, err) < 0 || weigh(k, err) < 0)
		return -1;
	if (k->n > 0)
		qsort(k->at, k->n, sizeof *k->at, compare);
	return fill(k, page_out, err);
}

int store_read_search(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct search_page *page_out, struct error *err)
{
	struct ranking k = {.r = r, .query = q, .a = a};
	int done;

	*page_out = (struct search_page){0};
	if (store_read_begin(r, err) < 0)
		return -1;
	search_limit(&r->store, q->q);
	done = answer(&k, page_out, err);
	search_unlimit(&r->store, err);
	store_read_end(r);
	return done;
}

bool store_read_words(struct slice q, struct error *err)
{
	struct search_question question;
	struct arena a = {0};
	bool good = search_question_read(q, &a, &question, err);

	arena_clear(&a);
	return good;
}

bool store_read_is_too_broad(const struct store_reader *r)
{
	return r->store.is_cut;
}
