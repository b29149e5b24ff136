/*
 * cluster_near.c - the story that fits a vector best; see cluster_state.h
 *
 * The members that share rare terms with the item are found by the index, the best of them
 * compared whole; their stories are scored by the nearest member, by the centroid, and by age.
 */
#include "story/best.h"
#include "story/cluster_state.h"

#include <math.h>

#define WINDOW_S  (3 * 86400)
#define DAY_S     86400.0
#define FADE      0.1  /* of a likeness, a day */
#define SHARED    2    /* terms, or they are not alike */
#define LIKE      0.25 /* a member so like the item brings its story in */
#define PART_NEAR 0.3  /* of the score: the nearest member ... */
#define PART_TALE 0.7  /* ... and the centroid */
#define AGE       0.08 /* taken off, a day ... */
#define AGE_FREE  0.5  /* ... from so many days on */

static double days(instant from, instant to)
{
	return (double)(to - from) / DAY_S;
}

/* Gathers the members that the heaviest terms lead to, and takes the best. */
static void gather(struct cluster *c, const struct vector *v, instant at, struct best *best)
{
	struct weight heaviest[VECTOR_TERMS];
	uint32_t found[CLUSTER_HITS], touched[CLUSTER_QUERY * CLUSTER_HITS];
	size_t n_touched = 0, asked = 0;

	memcpy(heaviest, v->at, v->n * sizeof *heaviest);
	vector_by_weight(heaviest, v->n);
	for (size_t i = 0; i < v->n && asked < CLUSTER_QUERY; i++) {
		double w = (double)heaviest[i].weight / VECTOR_ONE;
		size_t n = posting_find(c->words, heaviest[i].term, found, CLUSTER_HITS);

		asked += n > 0;
		for (size_t j = 0; j < n; j++) {
			uint32_t seq = found[j] & (c->ring_cap - 1);

			if (fabs(days(c->ring[seq]->at, at)) * DAY_S > WINDOW_S)
				continue;
			if (c->hits[seq] == 0)
				touched[n_touched++] = found[j];
			c->hits[seq] += w * w;
		}
	}
	for (size_t i = 0; i < n_touched; i++) {
		double *weight = &c->hits[touched[i] & (c->ring_cap - 1)];

		best_keep(best, (struct hit){touched[i], *weight});
		*weight = 0;
	}
}

static double score(const struct tale *t, instant at, const struct vector *v)
{
	struct weight terms[VECTOR_TERMS];
	struct vector centroid = state_centroid(t, terms);
	size_t shared;
	double like =
		vector_cosine(v, &centroid, &shared) * exp(-FADE * fmax(0, days(t->last, at)));

	return PART_NEAR * t->near + PART_TALE * like -
	       AGE * fmax(0, days(t->first, at) - AGE_FREE);
}

static double likeness(const struct member *m, instant at, const struct vector *v)
{
	struct weight terms[VECTOR_TERMS];
	struct vector of = state_vector(m, terms);
	size_t shared;
	double cosine = vector_cosine(v, &of, &shared);

	return shared < SHARED ? 0 : cosine * exp(-FADE * fabs(days(m->at, at)));
}

struct nearness cluster_near(
	struct cluster *c, int64_t item, uint32_t lang, instant at, const struct vector *v)
{
	struct nearness best = {.tale = NULL};
	const struct member *nearest[BEST_MOST];
	double like[BEST_MOST];
	struct best hits = {.n = 0};

	gather(c, v, at, &hits);
	for (size_t i = 0; i < hits.n; i++) {
		nearest[i] = state_at(c, hits.at[i].seq);
		like[i] = likeness(nearest[i], at, v);
		if (like[i] > nearest[i]->tale->near)
			nearest[i]->tale->near = like[i];
	}
	for (size_t i = 0; i < hits.n; i++) {
		struct tale *t = nearest[i]->tale;
		double s;

		if (like[i] < LIKE || like[i] < t->near || t->locked || t->lang != lang ||
			state_is_apart(c, item, t->number))
			continue;
		s = score(t, at, v);
		if (best.tale == NULL || s > best.score ||
			(s == best.score && t->number < best.tale->number))
			best = (struct nearness){t, s, nearest[i], like[i]};
	}
	for (size_t i = 0; i < hits.n; i++)
		nearest[i]->tale->near = 0;
	return best;
}
