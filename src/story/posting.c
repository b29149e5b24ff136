/*
 * posting.c - see posting.h
 *
 * A posting's number is its item's place in the queue times the terms an item may have, plus its
 * term's place: 32 bits that wrap.  A term's newest posting stands in a table, and each posting
 * holds the number of the next older one of its term (its own number: there is none).  Since the
 * queue drops the oldest first, a chain is cut where it leaves the queue, and a term whose newest
 * has left it is dead: dead entries stay in the table until it is made anew.
 */
#include "story/posting.h"

#include "base/log.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define START_ITEMS 64
#define START_HEADS 1024

struct head {
	uint32_t term; /* 0: free */
	uint32_t newest;
};

struct posting {
	uint64_t seed;
	unsigned each_log2;
	uint32_t begin, end; /* postings' numbers: of the oldest item, and behind the newest */
	uint32_t cap;        /* postings that `older` has room for: a power of two */
	uint32_t *older;
	struct head *heads;
	uint32_t heads_cap, heads_used;
};

static void *get(size_t count, size_t size)
{
	void *at = calloc(count, size);

	if (at == NULL)
		die("no memory for an index of %zu", count);
	return at;
}

struct posting *posting_new(unsigned each_log2, uint64_t seed)
{
	struct posting *p = get(1, sizeof *p);

	assert(each_log2 <= 8);
	p->seed = seed | 1;
	p->each_log2 = each_log2;
	p->cap = (uint32_t)START_ITEMS << each_log2;
	p->older = get(p->cap, sizeof *p->older);
	p->heads_cap = START_HEADS;
	p->heads = get(p->heads_cap, sizeof *p->heads);
	return p;
}

void posting_free(struct posting **p)
{
	if (*p == NULL)
		return;
	free((*p)->older);
	free((*p)->heads);
	free(*p);
	*p = NULL;
}

static bool is_live(const struct posting *p, uint32_t number)
{
	return p->end - number - 1 < p->end - p->begin;
}

/* The entry of a term, or the free one where it would be. */
static struct head *head_of(const struct posting *p, uint32_t term)
{
	uint64_t h = (term + p->seed) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t at = (uint32_t)((h ^ (h >> 29)) >> 16) & (p->heads_cap - 1);

	while (p->heads[at].term != 0 && p->heads[at].term != term)
		at = (at + 1) & (p->heads_cap - 1);
	return &p->heads[at];
}

/* A table with the live entries alone, at most half full. */
static void renew_heads(struct posting *p)
{
	struct head *was = p->heads;
	uint32_t cap = p->heads_cap, live = 0;

	for (uint32_t i = 0; i < cap; i++)
		live += was[i].term != 0 && is_live(p, was[i].newest);
	p->heads_cap = START_HEADS;
	while (p->heads_cap < 2 * live)
		p->heads_cap *= 2;
	p->heads = get(p->heads_cap, sizeof *p->heads);
	p->heads_used = live;
	for (uint32_t i = 0; i < cap; i++)
		if (was[i].term != 0 && is_live(p, was[i].newest))
			*head_of(p, was[i].term) = was[i];
	free(was);
}

static void grow(struct posting *p)
{
	uint32_t *older = get((size_t)p->cap * 2, sizeof *older);

	for (uint32_t i = p->begin; i != p->end; i++)
		older[i & (p->cap * 2 - 1)] = p->older[i & (p->cap - 1)];
	free(p->older);
	p->older = older;
	p->cap *= 2;
}

uint32_t posting_add(struct posting *p, const uint32_t *terms, size_t n)
{
	uint32_t number = p->end;

	assert(n <= (size_t)1 << p->each_log2);
	if (p->end - p->begin == p->cap)
		grow(p);
	if (p->heads_used + n > p->heads_cap / 4 * 3)
		renew_heads(p);
	p->end += UINT32_C(1) << p->each_log2;
	for (size_t i = 0; i < n; i++, number++) {
		struct head *head = head_of(p, terms[i]);
		bool is_new = head->term == 0;

		p->heads_used += is_new;
		p->older[number & (p->cap - 1)] = is_new ? number : head->newest;
		*head = (struct head){terms[i], number};
	}
	return posting_oldest(p) + posting_count(p) - 1;
}

void posting_drop(struct posting *p)
{
	assert(p->begin != p->end);
	p->begin += UINT32_C(1) << p->each_log2;
}

uint32_t posting_count(const struct posting *p)
{
	return (p->end - p->begin) >> p->each_log2;
}

uint32_t posting_oldest(const struct posting *p)
{
	return p->begin >> p->each_log2;
}

size_t posting_find(const struct posting *p, uint32_t term, uint32_t *seqs, size_t most)
{
	const struct head *head = head_of(p, term);
	uint32_t number = head->newest;
	size_t n = 0;

	if (head->term == 0)
		return 0;
	while (n < most && is_live(p, number)) {
		uint32_t older = p->older[number & (p->cap - 1)];

		seqs[n++] = number >> p->each_log2;
		if (older == number)
			break;
		number = older;
	}
	return n;
}
