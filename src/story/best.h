/*
 * best.h - the best few of what an index led to
 */
#ifndef TRIBUTARY_STORY_BEST_H
#define TRIBUTARY_STORY_BEST_H

#include <stddef.h>
#include <stdint.h>

#define BEST_MOST 24

struct hit {
	uint32_t seq; /* posting.h */
	double weight;
};

/* All zero: empty. */
struct best {
	struct hit at[BEST_MOST]; /* the heaviest first; of equals, the later */
	size_t n;
};

void best_keep(struct best *b, struct hit hit);

#endif
