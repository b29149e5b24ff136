/*
 * count.c - see count.h
 *
 * A table of buckets of WAYS places; a term's bucket follows from the term alone.  While it may
 * grow, a full bucket doubles the table; afterwards the rarest of the bucket gives way.
 */
#include "story/count.h"

#include "base/log.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#define WAYS        8
#define START       (UINT32_C(1) << 7) /* buckets */
#define MOST        (COUNT_TERMS / WAYS)
#define COUNT_BITS  20
#define COUNT_MOST  ((UINT32_C(1) << COUNT_BITS) - 1)
#define HALVINGS    ((UINT32_C(1) << 11) - 1) /* 200 million items; then counts stay high */
#define START_DIRTY 256

struct place {
	uint32_t term; /* 0: free */
	uint32_t count : COUNT_BITS;
	uint32_t halvings : 11; /* how many there had been when `count` was written */
	uint32_t dirty : 1;     /* it stands in the list */
};

struct counts {
	struct place *places; /* WAYS times `buckets` */
	uint32_t buckets;     /* a power of two */
	uint32_t halvings;
	uint32_t *dirty;
	size_t n_dirty, cap_dirty;
};

static struct place *new_places(uint32_t buckets)
{
	struct place *places = calloc((size_t)buckets * WAYS, sizeof *places);

	if (places == NULL)
		die("no memory to count terms");
	return places;
}

struct counts *count_new(void)
{
	struct counts *c = calloc(1, sizeof *c);

	if (c == NULL)
		die("no memory to count terms");
	c->places = new_places(START);
	c->buckets = START;
	return c;
}

void count_free(struct counts **c)
{
	if (*c == NULL)
		return;
	free((*c)->places);
	free((*c)->dirty);
	free(*c);
	*c = NULL;
}

static struct place *bucket_of(const struct counts *c, uint32_t term)
{
	uint32_t h = term;

	h = (h ^ h >> 16) * 0x7feb352d;
	h = (h ^ h >> 15) * 0x846ca68b;
	h ^= h >> 16;
	return c->places + (size_t)(h & (c->buckets - 1)) * WAYS;
}

/* The place of `term` in a bucket, or with 0 a free one; NULL: there is none. */
static struct place *find(struct place *bucket, uint32_t term)
{
	for (size_t i = 0; i < WAYS; i++)
		if (bucket[i].term == term)
			return &bucket[i];
	return NULL;
}

/* What is left of a count after the halvings since. */
static uint32_t faded(const struct counts *c, const struct place *p)
{
	uint32_t since = c->halvings - p->halvings;

	return since < COUNT_BITS ? (uint32_t)p->count >> since : 0;
}

static bool is_rarer(const struct counts *c, const struct place *a, const struct place *b)
{
	uint32_t of_a = faded(c, a), of_b = faded(c, b);

	return of_a != of_b ? of_a < of_b : a->term < b->term;
}

static void put_dirty(struct counts *c, uint32_t term)
{
	if (c->n_dirty == c->cap_dirty) {
		c->cap_dirty = c->cap_dirty == 0 ? START_DIRTY : 2 * c->cap_dirty;
		c->dirty = reallocarray(c->dirty, c->cap_dirty, sizeof *c->dirty);
		if (c->dirty == NULL)
			die("no memory for %zu changed terms", c->cap_dirty);
	}
	c->dirty[c->n_dirty++] = term;
}

static void grow(struct counts *c)
{
	struct place *was = c->places;
	size_t n = (size_t)c->buckets * WAYS;

	c->buckets *= 2;
	c->places = new_places(c->buckets);
	for (size_t i = 0; i < n; i++) {
		struct place *to = find(bucket_of(c, was[i].term), 0);

		if (was[i].term == 0)
			continue;
		assert(to != NULL); /* two buckets take what one held */
		*to = was[i];
	}
	free(was);
}

/* A place for a term that has none. */
static struct place *make_room(struct counts *c, uint32_t term)
{
	struct place *room = find(bucket_of(c, term), 0), *bucket;

	for (; room == NULL && c->buckets < MOST; room = find(bucket_of(c, term), 0))
		grow(c);
	if (room == NULL) {
		room = bucket = bucket_of(c, term);
		for (size_t i = 1; i < WAYS; i++)
			if (is_rarer(c, &bucket[i], room))
				room = &bucket[i];
		put_dirty(c, room->term);
	}
	*room = (struct place){.term = term};
	return room;
}

uint32_t count_of(const struct counts *c, uint32_t term)
{
	const struct place *p = find(bucket_of(c, term), term);

	return p == NULL ? 0 : faded(c, p);
}

void count_add(struct counts *c, uint32_t term)
{
	struct place *p = find(bucket_of(c, term), term);
	uint32_t count;

	if (p == NULL)
		p = make_room(c, term);
	count = faded(c, p) + 1;
	p->count = (count < COUNT_MOST ? count : COUNT_MOST) & COUNT_MOST;
	p->halvings = c->halvings & HALVINGS;
	if (!p->dirty)
		put_dirty(c, term);
	p->dirty = true;
}

void count_halve(struct counts *c)
{
	if (c->halvings < HALVINGS)
		c->halvings++;
}

uint32_t count_halvings(const struct counts *c)
{
	return c->halvings;
}

void count_restore_halvings(struct counts *c, uint32_t halvings)
{
	c->halvings = halvings < HALVINGS ? halvings : HALVINGS;
}

size_t count_dirty(const struct counts *c)
{
	return c->n_dirty;
}

void count_dirty_at(const struct counts *c, size_t i, uint32_t *term_out, uint32_t *value_out)
{
	const struct place *p = find(bucket_of(c, c->dirty[i]), c->dirty[i]);

	*term_out = c->dirty[i];
	*value_out = p == NULL ? 0 : (uint32_t)p->halvings << COUNT_BITS | p->count;
}

void count_clean(struct counts *c)
{
	for (size_t i = 0; i < c->n_dirty; i++) {
		struct place *p = find(bucket_of(c, c->dirty[i]), c->dirty[i]);

		if (p != NULL)
			p->dirty = false;
	}
	c->n_dirty = 0;
}

void count_restore(struct counts *c, uint32_t term, uint32_t value)
{
	struct place *p;

	if (term == 0 || value == 0)
		return;
	p = find(bucket_of(c, term), term);
	if (p == NULL)
		p = make_room(c, term);
	p->count = value & COUNT_MOST;
	p->halvings = value >> COUNT_BITS & HALVINGS;
	if (p->halvings > c->halvings)
		p->halvings = c->halvings & HALVINGS;
}
