/*
 * across_told.c - see across_inside.h
 */
#include "story/across_inside.h"

#include "base/log.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define START_RING   64
#define START_DIRTY  64
#define DAY_S        86400
#define COMMON_FEW   12   /* stories that may always share a mark, ... */
#define COMMON_SHARE 0.12 /* ... or this share of all */
#define IDF_STORIES  100

static void *get(size_t count, size_t size)
{
	void *at = calloc(count, size);

	if (at == NULL)
		die("no memory to link stories: %zu", count);
	return at;
}

struct across *across_new(uint64_t seed)
{
	struct across *a = get(1, sizeof *a);

	a->names = names_new();
	a->marks = posting_new(ACROSS_MARKS_LOG, seed);
	a->keys = posting_new(ACROSS_KEYS_LOG, seed);
	a->ring_cap = START_RING;
	a->ring = get(START_RING, sizeof *a->ring);
	a->hits = get(START_RING, sizeof *a->hits);
	a->df = get(ACROSS_DF, sizeof *a->df);
	a->now = INSTANT_MIN + ACROSS_KNOWN_S;
	return a;
}

void across_free(struct across **of)
{
	struct across *a = *of;

	if (a == NULL)
		return;
	told_free_all(a);
	names_free(&a->names);
	posting_free(&a->marks);
	posting_free(&a->keys);
	free(a->ring);
	free(a->hits);
	free(a->df);
	free(a->dirty);
	free(a);
	*of = NULL;
}

struct told *told_find(const struct across *a, int64_t number)
{
	struct told *t;

	HASH_FIND(hh, a->table, &number, sizeof number, t);
	return t;
}

struct told *told_new(struct across *a, int64_t number, uint32_t lang)
{
	struct told *t = get(1, sizeof *t);

	t->number = number;
	t->lang = lang;
	lang_put(lang, t->lang_name);
	t->peer = t;
	HASH_ADD(hh, a->table, number, sizeof t->number, t);
	return t;
}

struct told *told_at(const struct across *a, uint32_t seq)
{
	return a->ring[seq & (a->ring_cap - 1)];
}

void told_mark(struct across *a, struct told *t)
{
	if (t->dirty)
		return;
	if (a->n_dirty == a->cap_dirty) {
		a->cap_dirty = a->cap_dirty == 0 ? START_DIRTY : 2 * a->cap_dirty;
		a->dirty = reallocarray(a->dirty, a->cap_dirty, sizeof *a->dirty);
		if (a->dirty == NULL)
			die("no memory for %zu changed stories", a->cap_dirty);
	}
	a->dirty[a->n_dirty++] = t;
	t->dirty = true;
}

static void take_out_of_ring(struct told *t)
{
	struct told *before = t;

	while (before->peer != t)
		before = before->peer;
	before->peer = t->peer;
	t->peer = t;
}

static void free_told(struct across *a, struct told *t)
{
	take_out_of_ring(t);
	HASH_DEL(a->table, t);
	free(t->marks);
	free(t);
}

static void free_if_done(struct across *a, struct told *t)
{
	bool kept = (t->group != 0 || t->parted) && t->entered >= a->now - ACROSS_KNOWN_S;

	if (!t->live && !t->dirty && !kept)
		free_told(a, t);
}

static void grow(struct across *a)
{
	struct told **ring = get((size_t)a->ring_cap * 2, sizeof *ring);
	uint32_t seq = posting_oldest(a->marks);

	for (uint32_t i = posting_count(a->marks); i > 0; i--, seq++)
		ring[seq & (a->ring_cap * 2 - 1)] = told_at(a, seq);
	free(a->ring);
	free(a->hits);
	a->ring_cap *= 2;
	a->ring = ring;
	a->hits = get(a->ring_cap, sizeof *a->hits);
}

static uint16_t *df_of(const struct across *a, uint32_t mark)
{
	return &a->df[(mark * UINT32_C(0x9e3779b1)) >> 14];
}

static void drop_oldest(struct across *a)
{
	struct told *t = told_at(a, posting_oldest(a->marks));

	posting_drop(a->marks);
	posting_drop(a->keys);
	for (size_t i = 0; i < t->n_marks; i++)
		--*df_of(a, t->marks[i]);
	free(t->marks);
	t->marks = NULL;
	t->live = false;
	free_if_done(a, t);
}

void told_enter_again(struct across *a, struct told *t)
{
	if (posting_count(a->marks) == ACROSS_LIVE)
		drop_oldest(a);
	if (posting_count(a->marks) == a->ring_cap)
		grow(a);
	for (size_t i = 0; i < t->n_marks; i++)
		++*df_of(a, t->marks[i]);
	posting_add(a->keys, t->marks + t->n_marks, t->n_keys);
	a->ring[posting_add(a->marks, t->marks, t->n_marks) & (a->ring_cap - 1)] = t;
	t->live = true;
	if (t->turn >= a->next_turn)
		a->next_turn = t->turn + 1;
}

void told_enter(struct across *a, struct told *t, const struct marks *m, const struct keys *k)
{
	assert(!t->live && t->marks == NULL);
	t->marks = get(m->n + k->n + 1, sizeof *t->marks);
	memcpy(t->marks, m->at, m->n * sizeof *m->at);
	memcpy(t->marks + m->n, k->at, k->n * sizeof *k->at);
	t->n_marks = (uint8_t)m->n;
	t->n_keys = (uint8_t)k->n;
	t->entered = a->now;
	t->turn = a->next_turn;
	told_enter_again(a, t);
	told_mark(a, t);
}

static void sweep(struct across *a)
{
	struct told *t, *next;

	for (t = a->table; t != NULL; t = next) {
		next = t->hh.next;
		free_if_done(a, t);
	}
}

void told_expire(struct across *a)
{
	while (posting_count(a->marks) > 0 &&
		told_at(a, posting_oldest(a->marks))->entered < a->now - ACROSS_LIVE_S)
		drop_oldest(a);
	if (a->now / DAY_S != a->swept)
		sweep(a);
	a->swept = a->now / DAY_S;
}

void told_tick(struct across *a, instant now)
{
	if (now > a->now || now < a->now - ACROSS_BACK_S)
		a->now = now;
	told_expire(a);
}

void told_free_all(struct across *a)
{
	struct told *t, *next;

	for (t = a->table; t != NULL; t = next) {
		next = t->hh.next;
		t->peer = t;
		free_told(a, t);
	}
}

static bool have_a_language_in_common(const struct told *one, const struct told *two)
{
	const struct told *a = one, *b = two;

	do {
		do {
			if (a->lang == b->lang)
				return true;
			b = b->peer;
		} while (b != two);
		a = a->peer;
	} while (a != one);
	return false;
}

static int64_t group_of(const struct told *t)
{
	return t->group == 0 ? t->number : t->group;
}

bool told_join(struct across *a, struct told *one, struct told *two)
{
	int64_t group = group_of(one) < group_of(two) ? group_of(one) : group_of(two);
	struct told *after = one->peer, *t = one;

	if (one->parted || two->parted || have_a_language_in_common(one, two))
		return false;
	one->peer = two->peer;
	two->peer = after;
	do {
		if (t->group != group)
			told_mark(a, t);
		t->group = group;
		t = t->peer;
	} while (t != one);
	return true;
}

static void set_group(struct across *a, struct told *t, int64_t group)
{
	if (t->group != group)
		told_mark(a, t);
	t->group = group;
}

void told_leave(struct across *a, struct told *t)
{
	struct told *left = t->peer;

	take_out_of_ring(t);
	set_group(a, t, 0);
	if (left->peer == left)
		set_group(a, left, 0);
}

double told_idf(const struct across *a, uint32_t mark)
{
	double df = *df_of(a, mark), all = posting_count(a->marks);

	if (df > COMMON_FEW && df > COMMON_SHARE * all)
		return 0;
	return log(1 + (all + IDF_STORIES) / (1 + df));
}

size_t across_dirty(const struct across *a)
{
	return a->n_dirty;
}

void across_clean(struct across *a)
{
	for (size_t i = 0; i < a->n_dirty; i++) {
		a->dirty[i]->dirty = false;
		free_if_done(a, a->dirty[i]);
	}
	a->n_dirty = 0;
}
