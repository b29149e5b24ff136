/*
 * cluster_keep.c - what is to be written, and what was; see cluster.h
 */
#include "story/cluster_state.h"

#include <stdlib.h>

#define META_VERSION 1

size_t cluster_dirty_stories(const struct cluster *c)
{
	return c->n_dirty;
}

void cluster_dirty_story(struct cluster *c, size_t i, struct cluster_story *out)
{
	const struct tale *t = c->dirty[i];

	*out = (struct cluster_story){.story = t->number,
		.first = t->first,
		.last = t->last,
		.n = t->n,
		.locked = t->locked,
		.centroid = state_pack_sum(c, t)};
	state_lang_name(t->lang, out->lang);
}

size_t cluster_dirty_terms(const struct cluster *c)
{
	return count_dirty(c->counts);
}

void cluster_dirty_term(const struct cluster *c, size_t i, uint32_t *term_out, uint32_t *value_out)
{
	count_dirty_at(c->counts, i, term_out, value_out);
}

void cluster_clean(struct cluster *c)
{
	state_unmark_all(c);
	count_clean(c->counts);
}

/* Version, next story, now, halvings; then each language with its items. */
struct slice cluster_meta(struct cluster *c)
{
	size_t len = 0;
	uint64_t head[] = {
		META_VERSION, (uint64_t)c->next_story, (uint64_t)c->now, count_halvings(c->counts)};

	for (size_t i = 0; i < COUNT(head); i++)
		for (unsigned byte = 0; byte < 8; byte++)
			c->meta[len++] = (unsigned char)(head[i] >> (8 * byte));
	for (uint32_t lang = 0; lang < CLUSTER_LANGS; lang++) {
		uint64_t pair = (uint64_t)c->seen[lang] << 16 | lang;

		for (unsigned byte = 0; byte < 6 && c->seen[lang] > 0; byte++)
			c->meta[len++] = (unsigned char)(pair >> (8 * byte));
	}
	return slice_from((const char *)c->meta, len);
}

static uint64_t take(struct slice *from, unsigned bytes)
{
	uint64_t value = 0;

	for (unsigned byte = 0; byte < bytes; byte++)
		value |= (uint64_t)(unsigned char)from->at[byte] << (8 * byte);
	*from = slice_skip(*from, bytes);
	return value;
}

void cluster_restore_meta(struct cluster *c, struct slice meta)
{
	uint64_t next;

	if (meta.len < 32 || take(&meta, 8) != META_VERSION)
		return;
	next = take(&meta, 8);
	c->next_story = next > 0 && next < INT64_MAX ? (int64_t)next : c->next_story;
	c->now = (instant)take(&meta, 8);
	count_restore_halvings(c->counts, (uint32_t)take(&meta, 8));
	while (meta.len >= 6) {
		uint32_t lang = (uint32_t)take(&meta, 2), seen = (uint32_t)take(&meta, 4);

		if (lang >= CLUSTER_LANGS)
			continue;
		c->seen_all += seen - c->seen[lang];
		c->seen[lang] = seen;
	}
}

void cluster_restore_term(struct cluster *c, uint32_t term, uint32_t value)
{
	count_restore(c->counts, term, value);
}

void cluster_restore_story(struct cluster *c, const struct cluster_story *row)
{
	struct tale *t;

	if (row->story <= 0 || row->n <= 0 || state_tale(c, row->story) != NULL)
		return;
	t = state_new_tale(c, row->story, state_lang(slice_of(row->lang)));
	t->first = row->first;
	t->last = row->last;
	t->n = row->n;
	t->locked = row->locked;
	state_unpack_sum(row->centroid, t);
}

void cluster_restore_item(struct cluster *c, const struct cluster_choice *row)
{
	struct weight terms[VECTOR_TERMS];
	struct member m;
	struct vector v;
	size_t n;

	c->restoring = true;
	if (!state_unpack(row->vec, row->at, &m, terms, &n))
		return;
	m.item = row->item;
	m.tale = state_tale(c, row->story);
	if (m.tale == NULL || m.arrived < c->now - CLUSTER_LIVE_S)
		return;
	v = vector_of(terms, n);
	state_add(c, &m, &v);
}

void cluster_restore_apart(struct cluster *c, int64_t item, int64_t story)
{
	struct apart *pair;

	if (state_is_apart(c, item, story))
		return;
	pair = state_get(1, sizeof *pair);
	pair->pair.item = item;
	pair->pair.story = story;
	HASH_ADD(hh, c->aparts, pair, sizeof pair->pair, pair);
}

void cluster_restored(struct cluster *c, instant now)
{
	c->restoring = false;
	c->now = now > c->now ? now : c->now;
	state_expire(c, c->now);
	state_sweep(c);
}
