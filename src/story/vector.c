/*
 * vector.c - see vector.h
 */
#include "story/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_heavy(const void *a, const void *b)
{
	const struct heavy *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->term > y->term) - (x->term < y->term);
}

static int by_weight(const void *a, const void *b)
{
	const struct weight *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->term > y->term) - (x->term < y->term);
}

static int by_term(const void *a, const void *b)
{
	const struct weight *x = a, *y = b;

	return (x->term > y->term) - (x->term < y->term);
}

void vector_by_weight(struct weight *at, size_t n)
{
	if (n > 1)
		qsort(at, n, sizeof *at, by_weight);
}

void vector_by_term(struct weight *at, size_t n)
{
	if (n > 1)
		qsort(at, n, sizeof *at, by_term);
}

size_t vector_make(struct heavy *of, size_t n, struct weight made[VECTOR_TERMS])
{
	double square = 0;
	size_t kept = 0;

	if (n > 1)
		qsort(of, n, sizeof *of, by_heavy);
	n = n < VECTOR_TERMS ? n : VECTOR_TERMS;
	for (size_t i = 0; i < n; i++)
		square += of[i].weight * of[i].weight;
	for (size_t i = 0; i < n; i++) {
		double part = of[i].weight / sqrt(square) * VECTOR_ONE;

		if (part >= 1)
			made[kept++] = (struct weight){of[i].term, (uint32_t)lround(part)};
	}
	vector_by_term(made, kept);
	return kept;
}

struct vector vector_of(const struct weight *at, size_t n)
{
	struct vector v = {.at = at, .n = n};
	double square = 0;

	for (size_t i = 0; i < n; i++)
		square += (double)at[i].weight * at[i].weight;
	v.norm = sqrt(square);
	return v;
}

struct vector vector_of_light(
	const struct light *at, size_t n, double norm, struct weight heavy[VECTOR_TERMS])
{
	for (size_t i = 0; i < n; i++)
		heavy[i] = (struct weight){at[i].term, at[i].weight};
	return (struct vector){heavy, n, norm};
}

void vector_put_light(const struct vector *v, struct light *to)
{
	for (size_t i = 0; i < v->n; i++)
		to[i] = (struct light){v->at[i].term, (uint16_t)v->at[i].weight};
}

double vector_cosine(const struct vector *a, const struct vector *b, size_t *shared_out)
{
	size_t i = 0, j = 0, shared = 0;
	double dot = 0;

	while (i < a->n && j < b->n) {
		uint32_t x = a->at[i].term, y = b->at[j].term;

		if (x == y) {
			dot += (double)a->at[i].weight * b->at[j].weight;
			shared++;
		}
		i += x <= y;
		j += y <= x;
	}
	*shared_out = shared;
	return shared == 0 ? 0 : fmin(1, dot / (a->norm * b->norm));
}

static uint32_t plus(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static uint32_t minus(uint32_t a, uint32_t b)
{
	return a > b ? a - b : 0;
}

size_t vector_sum(
	const struct vector *a, const struct vector *b, bool add, struct weight sum[CENTROID_TERMS])
{
	struct weight all[CENTROID_TERMS + VECTOR_TERMS] = {{0, 0}};
	size_t i = 0, j = 0, n = 0;

	while (i < a->n || j < b->n) {
		struct weight w = {0, 0};

		if (j == b->n || (i < a->n && a->at[i].term < b->at[j].term)) {
			w = a->at[i++];
		} else if (i == a->n || b->at[j].term < a->at[i].term) {
			w = (struct weight){b->at[j].term, add ? b->at[j].weight : 0};
			j++;
		} else {
			w.term = a->at[i].term;
			w.weight = add ? plus(a->at[i].weight, b->at[j].weight)
				       : minus(a->at[i].weight, b->at[j].weight);
			i++, j++;
		}
		if (w.weight > 0)
			all[n++] = w;
	}
	if (n > CENTROID_TERMS) {
		vector_by_weight(all, n);
		n = CENTROID_KEPT;
		vector_by_term(all, n);
	}
	memcpy(sum, all, n * sizeof *all);
	return n;
}
