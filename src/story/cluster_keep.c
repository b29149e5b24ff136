/*
 * cluster_keep.c - what is to be written, and what was; see cluster.h
 */
#include "story/cluster_state.h"
#include "story/pack.h"

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
	lang_put(t->lang, out->lang);
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
	unsigned char *to = c->meta;

	pack_put(&to, META_VERSION, 8);
	pack_put(&to, (uint64_t)c->next_story, 8);
	pack_put(&to, (uint64_t)c->now, 8);
	pack_put(&to, count_halvings(c->counts), 8);
	for (uint32_t lang = 0; lang < LANG_COUNT; lang++) {
		if (c->seen[lang] == 0)
			continue;
		pack_put(&to, lang, 2);
		pack_put(&to, c->seen[lang], 4);
	}
	return slice_from((const char *)c->meta, (size_t)(to - c->meta));
}

void cluster_restore_meta(struct cluster *c, struct slice meta)
{
	uint64_t next;
	instant now;

	if (meta.len < 32 || pack_take(&meta, 8) != META_VERSION)
		return;
	next = pack_take(&meta, 8);
	c->next_story = next > 0 && next < INT64_MAX ? (int64_t)next : c->next_story;
	now = (instant)pack_take(&meta, 8);
	c->now = now > INSTANT_MIN + CLUSTER_OLD_S && now < INSTANT_MAX ? now : c->now;
	count_restore_halvings(c->counts, (uint32_t)pack_take(&meta, 8));
	while (meta.len >= 6) {
		uint32_t lang = (uint32_t)pack_take(&meta, 2), seen = (uint32_t)pack_take(&meta, 4);

		if (lang >= LANG_COUNT)
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
	t = state_new_tale(c, row->story, lang_of(slice_of(row->lang)));
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
	if (row->at <= INSTANT_MIN || row->at > INSTANT_MAX ||
		!state_unpack(row->vec, row->at, &m, terms, &n))
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
	state_tick(c, now);
	state_sweep(c);
}
