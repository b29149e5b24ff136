/*
 * vector.h - weighed terms, and how alike two of them are
 *
 * An item's vector has length 1, its weights are 16 bits as they are stored; a centroid is the sum
 * of its items' vectors, in whole numbers.  So what is computed, stored, and read back is one.
 */
#ifndef TRIBUTARY_STORY_VECTOR_H
#define TRIBUTARY_STORY_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VECTOR_TERMS   55  /* of an item: the heaviest */
#define CENTROID_TERMS 150 /* of a story: past it ... */
#define CENTROID_KEPT  100 /* ... the heaviest so many are kept */
#define VECTOR_ONE     65535

struct weight {
	uint32_t term;
	uint32_t weight; /* VECTOR_ONE times the weight; of a centroid, a sum of such */
};

/* The same in less room, for the thousands that are kept. */
struct light {
	uint32_t term;
	uint16_t weight;
} __attribute__((packed));

/* Terms in order, none twice. */
struct vector {
	const struct weight *at;
	size_t n;
	double norm;
};

/*
 * The heaviest VECTOR_TERMS of `n`, scaled to length 1 and put in order; returns how many.  What
 * weighs less than one part is left out.
 */
struct heavy {
	uint32_t term;
	double weight;
};
size_t vector_make(struct heavy *of, size_t n, struct weight made[VECTOR_TERMS]);

/* Of `n` weights in order; borrowed. */
struct vector vector_of(const struct weight *at, size_t n);

/* The weights of kept ones, written to `heavy`, which the vector borrows. */
struct vector vector_of_light(
	const struct light *at, size_t n, double norm, struct weight heavy[VECTOR_TERMS]);
void vector_put_light(const struct vector *v, struct light *to);

/* The cosine, 0 to 1, and how many terms they share. */
double vector_cosine(const struct vector *a, const struct vector *b, size_t *shared_out);

/* Puts `n` weights in order of weight, the heaviest first; what weighs the same, by term. */
void vector_by_weight(struct weight *at, size_t n);
void vector_by_term(struct weight *at, size_t n);

/*
 * The sum of two (`add`), or `a` less `b` as far as it goes; at most CENTROID_TERMS.  Returns how
 * many terms.
 */
size_t vector_sum(const struct vector *a, const struct vector *b, bool add,
	struct weight sum[CENTROID_TERMS]);

#endif
