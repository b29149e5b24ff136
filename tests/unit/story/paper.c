/*
 * paper.c - see paper.h
 */
#include "paper.h"

#include <stdlib.h>
#include <uthash.h>

#define ROWS 8192

struct term {
	uint32_t term, value;
	UT_hash_handle hh;
};

struct paper {
	struct cluster_choice rows[ROWS]; /* by item */
	unsigned char vecs[ROWS][CLUSTER_VEC_BYTES];
	struct cluster_story stories[ROWS];
	unsigned char centroids[ROWS][CLUSTER_CENTROID_BYTES];
	struct term *terms;
	unsigned char meta[8192];
	size_t meta_bytes;
	struct {
		int64_t item, story;
	} apart[16];
	size_t n_apart;
	uint64_t seed;
};

struct paper *paper_new(void)
{
	return calloc(1, sizeof(struct paper));
}

void paper_free(struct paper **p)
{
	struct term *t, *next;

	HASH_ITER(hh, (*p)->terms, t, next)
	{
		HASH_DEL((*p)->terms, t);
		free(t);
	}
	free(*p);
	*p = NULL;
}

static struct slice copy(unsigned char *to, struct slice from)
{
	if (from.len > 0)
		memcpy(to, from.at, from.len);
	return slice_from((const char *)to, from.len);
}

static void write_term(struct paper *p, uint32_t term, uint32_t value)
{
	struct term *t;

	HASH_FIND(hh, p->terms, &term, sizeof term, t);
	if (t == NULL) {
		t = calloc(1, sizeof *t);
		t->term = term;
		HASH_ADD(hh, p->terms, term, sizeof t->term, t);
	}
	t->value = value;
}

void paper_write(struct paper *p, struct cluster *c, const struct cluster_choice *row)
{
	struct slice meta;

	if (row->story != 0) {
		p->rows[row->item] = *row;
		p->rows[row->item].vec = copy(p->vecs[row->item], row->vec);
	}
	for (size_t i = 0; i < cluster_dirty_stories(c); i++) {
		struct cluster_story story;

		cluster_dirty_story(c, i, &story);
		p->stories[story.story] = story;
		p->stories[story.story].centroid = copy(p->centroids[story.story], story.centroid);
	}
	for (size_t i = 0; i < cluster_dirty_terms(c); i++) {
		uint32_t term, value;

		cluster_dirty_term(c, i, &term, &value);
		write_term(p, term, value);
	}
	meta = cluster_meta(c);
	memcpy(p->meta, meta.at, meta.len);
	p->meta_bytes = meta.len;
	cluster_clean(c);
}

void paper_write_apart(struct paper *p, int64_t item, int64_t story)
{
	p->apart[p->n_apart].item = item;
	p->apart[p->n_apart++].story = story;
}

const struct cluster_choice *paper_row(const struct paper *p, int64_t item)
{
	return &p->rows[item];
}

const struct cluster_story *paper_story(const struct paper *p, int64_t story)
{
	return &p->stories[story];
}

struct cluster *paper_restore(const struct paper *p, instant now)
{
	struct cluster *c = cluster_new((uint64_t)now * 77);

	cluster_restore_meta(c, slice_from((const char *)p->meta, p->meta_bytes));
	for (const struct term *t = p->terms; t != NULL; t = t->hh.next)
		if (t->value != 0)
			cluster_restore_term(c, t->term, t->value);
	for (size_t i = 0; i < ROWS; i++)
		if (p->stories[i].n > 0 && p->stories[i].last >= now - CLUSTER_OLD_S)
			cluster_restore_story(c, &p->stories[i]);
	for (size_t i = 0; i < ROWS; i++)
		if (p->rows[i].story > 0 && p->rows[i].at >= now - CLUSTER_OLD_S)
			cluster_restore_item(c, &p->rows[i]);
	for (size_t i = 0; i < p->n_apart; i++)
		cluster_restore_apart(c, p->apart[i].item, p->apart[i].story);
	cluster_restored(c, now);
	return c;
}
