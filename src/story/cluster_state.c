/*
 * cluster_state.c - items and stories in memory; see cluster_state.h
 */
#include "story/cluster_state.h"

#include "base/log.h"

#include <assert.h>
#include <stdlib.h>

#define START_RING   64
#define START_DIRTY  64
#define CLOCK_BACK_S 3600

void *state_get(size_t count, size_t size)
{
	void *at = calloc(count, size);

	if (at == NULL)
		die("no memory for stories: %zu", count);
	return at;
}

struct cluster *cluster_new(uint64_t seed)
{
	struct cluster *c = state_get(1, sizeof *c);

	c->counts = count_new();
	c->words = posting_new(CLUSTER_INDEX_LOG, seed);
	c->things = posting_new(2, seed);
	c->ring_cap = START_RING;
	c->ring = state_get(START_RING, sizeof *c->ring);
	c->hits = state_get(START_RING, sizeof *c->hits);
	c->next_story = 1;
	c->now = INSTANT_MIN + CLUSTER_OLD_S;
	return c;
}

static void free_tale(struct cluster *c, struct tale *t)
{
	HASH_DEL(c->tales, t);
	free(t->sum);
	free(t);
}

void cluster_free(struct cluster **of)
{
	struct cluster *c = *of;
	struct apart *pair, *next;

	if (c == NULL)
		return;
	state_unmark_all(c);
	while (posting_count(c->words) > 0)
		state_expire(c, INSTANT_MAX);
	state_sweep(c);
	for (pair = c->aparts; pair != NULL; pair = next) {
		next = pair->hh.next;
		HASH_DEL(c->aparts, pair);
		free(pair);
	}
	count_free(&c->counts);
	posting_free(&c->words);
	posting_free(&c->things);
	free(c->ring);
	free(c->hits);
	free(c->dirty);
	free(c);
	*of = NULL;
}

struct tale *state_tale(const struct cluster *c, int64_t number)
{
	struct tale *t;

	HASH_FIND(hh, c->tales, &number, sizeof number, t);
	return t;
}

struct tale *state_new_tale(struct cluster *c, int64_t number, uint32_t lang)
{
	struct tale *t = state_get(1, sizeof *t);

	t->number = number;
	t->lang = lang;
	HASH_ADD(hh, c->tales, number, sizeof t->number, t);
	if (number >= c->next_story)
		c->next_story = number + 1;
	return t;
}

void state_mark(struct cluster *c, struct tale *t)
{
	if (t->dirty)
		return;
	if (c->n_dirty == c->cap_dirty) {
		c->cap_dirty = c->cap_dirty == 0 ? START_DIRTY : 2 * c->cap_dirty;
		c->dirty = reallocarray(c->dirty, c->cap_dirty, sizeof *c->dirty);
		if (c->dirty == NULL)
			die("no memory for %zu changed stories", c->cap_dirty);
	}
	c->dirty[c->n_dirty++] = t;
	t->dirty = true;
}

static void free_if_done(struct cluster *c, struct tale *t)
{
	if (t->live == 0 && !t->dirty && !c->restoring)
		free_tale(c, t);
}

void state_unmark_all(struct cluster *c)
{
	for (size_t i = 0; i < c->n_dirty; i++) {
		c->dirty[i]->dirty = false;
		free_if_done(c, c->dirty[i]);
	}
	c->n_dirty = 0;
}

void state_sweep(struct cluster *c)
{
	struct tale *t, *next;

	for (t = c->tales; t != NULL; t = next) {
		next = t->hh.next;
		free_if_done(c, t);
	}
}

struct vector state_vector(const struct member *m, struct weight terms[VECTOR_TERMS])
{
	return vector_of_light(m->terms, m->n, m->norm, terms);
}

struct vector state_centroid(const struct tale *t, struct weight terms[VECTOR_TERMS])
{
	if (t->sum != NULL)
		return vector_of(t->sum, t->n_sum);
	if (t->only != NULL)
		return state_vector(t->only, terms);
	return (struct vector){0};
}

static void set_sum(struct tale *t, const struct weight *sum, size_t n)
{
	free(t->sum);
	t->sum = n == 0 ? NULL : state_get(n, sizeof *sum);
	t->n_sum = (uint16_t)n;
	if (n > 0)
		memcpy(t->sum, sum, n * sizeof *sum);
}

void state_enter(struct cluster *c, struct tale *t, instant at, const struct vector *v)
{
	struct weight sum[CENTROID_TERMS], terms[VECTOR_TERMS];

	if (t->n > 0) {
		struct vector centroid = state_centroid(t, terms);

		size_t n = vector_sum(&centroid, v, true, sum);

		set_sum(t, sum, n);
	}
	t->first = t->n == 0 || at < t->first ? at : t->first;
	t->last = t->n == 0 || at > t->last ? at : t->last;
	t->n++;
	t->only = NULL;
	state_mark(c, t);
}

void state_leave(struct cluster *c, struct tale *t, const struct vector *v)
{
	struct weight sum[CENTROID_TERMS];

	if (t->sum != NULL) {
		struct vector centroid = vector_of(t->sum, t->n_sum);

		size_t n = vector_sum(&centroid, v, false, sum);

		set_sum(t, sum, n);
	}
	t->n -= t->n > 0;
	t->only = NULL;
	state_mark(c, t);
}

static void grow_ring(struct cluster *c)
{
	struct member **ring = state_get((size_t)c->ring_cap * 2, sizeof *ring);
	uint32_t seq = posting_oldest(c->words);

	for (uint32_t i = posting_count(c->words); i > 0; i--, seq++)
		ring[seq & (c->ring_cap * 2 - 1)] = c->ring[seq & (c->ring_cap - 1)];
	free(c->ring);
	free(c->hits);
	c->ring_cap *= 2;
	c->ring = ring;
	c->hits = state_get(c->ring_cap, sizeof *c->hits);
}

struct member *state_at(const struct cluster *c, uint32_t seq)
{
	return c->ring[seq & (c->ring_cap - 1)];
}

static void drop_oldest(struct cluster *c)
{
	struct member *m = state_at(c, posting_oldest(c->words));

	posting_drop(c->words);
	posting_drop(c->things);
	m->tale->live--;
	if (m->tale->only == m)
		m->tale->only = NULL;
	free_if_done(c, m->tale);
	free(m);
}

void state_expire(struct cluster *c, instant now)
{
	while (posting_count(c->words) > 0 &&
		state_at(c, posting_oldest(c->words))->arrived < now - CLUSTER_LIVE_S)
		drop_oldest(c);
}

void state_tick(struct cluster *c, instant now)
{
	if (now > c->now || now < c->now - CLOCK_BACK_S)
		c->now = now;
	state_expire(c, c->now);
}

/* Enters the member into both indexes: by its heaviest terms, and by its keys. */
static uint32_t index_member(struct cluster *c, const struct member *m)
{
	struct weight heaviest[VECTOR_TERMS];
	uint32_t terms[CLUSTER_INDEXED], keys[CLUSTER_KEYS];
	size_t n = m->n < CLUSTER_INDEXED ? m->n : CLUSTER_INDEXED, n_keys = 0;

	state_vector(m, heaviest);
	vector_by_weight(heaviest, m->n);
	for (size_t i = 0; i < n; i++)
		terms[i] = heaviest[i].term;
	for (size_t i = 0; i < CLUSTER_KEYS; i++)
		if (m->keys[i] != 0)
			keys[n_keys++] = (uint32_t)m->keys[i];
	posting_add(c->things, keys, n_keys);
	return posting_add(c->words, terms, n);
}

struct member *state_add(struct cluster *c, const struct member *m, const struct vector *v)
{
	struct member *added = state_get(1, sizeof *added + v->n * sizeof added->terms[0]);

	if (posting_count(c->words) == CLUSTER_LIVE)
		drop_oldest(c);
	if (posting_count(c->words) == c->ring_cap)
		grow_ring(c);
	*added = *m;
	added->norm = v->norm;
	added->n = v->n;
	vector_put_light(v, added->terms);
	c->ring[index_member(c, added) & (c->ring_cap - 1)] = added;
	added->tale->live++;
	if (added->tale->n == 1 && added->tale->sum == NULL)
		added->tale->only = added;
	return added;
}

struct member *state_find(const struct cluster *c, int64_t item)
{
	uint32_t oldest = posting_oldest(c->words), low = 0, high = posting_count(c->words);

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (state_at(c, oldest + middle)->item < item)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == posting_count(c->words) || state_at(c, oldest + low)->item != item)
		return NULL;
	return state_at(c, oldest + low);
}

void state_move(struct cluster *c, struct member *m, struct tale *to)
{
	struct tale *from = m->tale;

	from->live--;
	m->tale = to;
	to->live++;
	if (to->n == 1 && to->sum == NULL)
		to->only = m;
	free_if_done(c, from);
}

bool state_is_apart(const struct cluster *c, int64_t item, int64_t story)
{
	struct apart key = {.pair = {item, story}}, *found;

	HASH_FIND(hh, c->aparts, &key.pair, sizeof key.pair, found);
	return found != NULL;
}
