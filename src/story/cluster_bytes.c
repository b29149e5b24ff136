/*
 * cluster_bytes.c - rows as they are stored; see cluster_state.h
 */
#include "story/cluster_state.h"
#include "story/pack.h"

#include <stdlib.h>

#define VERSION    1
#define HEAD_BYTES 6 /* version, keys, seconds */
#define TERM_BYTES 6
#define SUM_BYTES  8

_Static_assert(HEAD_BYTES + 8 * CLUSTER_KEYS + TERM_BYTES * VECTOR_TERMS <= CLUSTER_VEC_BYTES,
	"an item's row has room for all its terms");
_Static_assert(SUM_BYTES *CENTROID_TERMS <= CLUSTER_CENTROID_BYTES, "a centroid's, too");

static struct slice put_out(const unsigned char *from, const unsigned char *to)
{
	return slice_from((const char *)from, (size_t)(to - from));
}

struct slice state_pack(struct cluster *c, const struct member *m, const struct vector *v)
{
	unsigned char *to = c->row;
	uint64_t which = 0;

	for (size_t i = 0; i < CLUSTER_KEYS; i++)
		which |= (uint64_t)(m->keys[i] != 0) << i;
	pack_put(&to, VERSION, 1);
	pack_put(&to, which, 1);
	pack_put(&to, (uint64_t)(m->arrived - m->at), 4);
	for (size_t i = 0; i < CLUSTER_KEYS; i++)
		if (m->keys[i] != 0)
			pack_put(&to, m->keys[i], 8);
	for (size_t i = 0; i < v->n; i++) {
		pack_put(&to, v->at[i].term, 4);
		pack_put(&to, v->at[i].weight, 2);
	}
	return put_out(c->row, to);
}

bool state_unpack(struct slice row, instant at, struct member *m_out,
	struct weight terms[VECTOR_TERMS], size_t *n_out)
{
	uint64_t which;
	uint32_t before = 0;

	*n_out = 0;
	*m_out = (struct member){.at = at, .arrived = at};
	if (row.len < HEAD_BYTES || pack_take(&row, 1) != VERSION)
		return false;
	which = pack_take(&row, 1);
	m_out->arrived = at + (instant)pack_take(&row, 4);
	for (size_t i = 0; i < CLUSTER_KEYS; i++)
		if ((which >> i & 1) != 0 && row.len >= 8)
			m_out->keys[i] = pack_take(&row, 8);
	if (row.len % TERM_BYTES != 0 || row.len / TERM_BYTES > VECTOR_TERMS)
		return false;
	while (row.len > 0) {
		struct weight *w = &terms[(*n_out)++];

		w->term = (uint32_t)pack_take(&row, 4);
		w->weight = (uint32_t)pack_take(&row, 2);
		if (w->term <= before || w->weight == 0)
			return false;
		before = w->term;
	}
	return true;
}

struct slice state_pack_sum(struct cluster *c, const struct tale *t)
{
	unsigned char *to = c->centroid;

	for (size_t i = 0; i < t->n_sum; i++) {
		pack_put(&to, t->sum[i].term, 4);
		pack_put(&to, t->sum[i].weight, 4);
	}
	return put_out(c->centroid, to);
}

void state_unpack_sum(struct slice bytes, struct tale *t)
{
	size_t n = bytes.len / SUM_BYTES;

	if (n == 0 || n > CENTROID_TERMS || bytes.len % SUM_BYTES != 0)
		return;
	t->sum = state_get(n, sizeof *t->sum);
	t->n_sum = (uint16_t)n;
	for (size_t i = 0; i < n; i++) {
		t->sum[i].term = (uint32_t)pack_take(&bytes, 4);
		t->sum[i].weight = (uint32_t)pack_take(&bytes, 4);
	}
}
