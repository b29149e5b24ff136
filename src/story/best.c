/*
 * best.c - see best.h
 */
#include "story/best.h"

#include <stdbool.h>

static bool is_before(const struct hit *a, const struct hit *b)
{
	return a->weight != b->weight ? a->weight > b->weight : a->seq > b->seq;
}

void best_keep(struct best *b, struct hit hit)
{
	size_t i;

	if (b->n == BEST_MOST && !is_before(&hit, &b->at[BEST_MOST - 1]))
		return;
	i = b->n < BEST_MOST ? b->n++ : BEST_MOST - 1;
	for (; i > 0 && is_before(&hit, &b->at[i - 1]); i--)
		b->at[i] = b->at[i - 1];
	b->at[i] = hit;
}
