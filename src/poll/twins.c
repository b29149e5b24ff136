/*
 * twins.c - see twins.h: open addressing, at most half full
 */
#include "poll/twins.h"

#include "base/log.h"

#include <assert.h>
#include <stdlib.h>

#define CAP_FIRST 64

void twins_init(struct twins *t, bool (*has)(const void *owner, uint64_t key))
{
	*t = (struct twins){.has = has};
}

void twins_clear(struct twins *t)
{
	free(t->at);
	twins_init(t, t->has);
}

/* The place of `key`, or the free one where it belongs. */
static struct twin *place(const struct twins *t, uint64_t key)
{
	size_t i = (size_t)key & (t->cap - 1);

	while (t->at[i].key != 0 && t->at[i].key != key)
		i = (i + 1) & (t->cap - 1);
	return &t->at[i];
}

/* Makes room, and leaves behind what its owner has lost. */
static void rebuild(struct twins *t)
{
	struct twins old = *t;

	t->n = 0;
	for (size_t i = 0; i < old.cap; i++)
		if (old.at[i].key != 0)
			t->n += t->has(old.at[i].owner, old.at[i].key);
	t->cap = CAP_FIRST;
	while (t->cap < 4 * (t->n + 1))
		t->cap *= 2;
	t->at = calloc(t->cap, sizeof *t->at);
	if (t->at == NULL)
		die("no memory for %zu sources", t->n);
	for (size_t i = 0; i < old.cap; i++)
		if (old.at[i].key != 0 && t->has(old.at[i].owner, old.at[i].key))
			*place(t, old.at[i].key) = old.at[i];
	free(old.at);
}

void *twins_claim(struct twins *t, uint64_t key, void *owner)
{
	struct twin *at;

	assert(key != 0);
	if (2 * (t->n + 1) > t->cap)
		rebuild(t);
	at = place(t, key);
	if (at->key == key && at->owner != owner && t->has(at->owner, key))
		return at->owner;
	t->n += at->key == 0;
	*at = (struct twin){key, owner};
	return owner;
}
