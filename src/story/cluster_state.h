/*
 * cluster_state.h - what the cluster*.c files share: items, stories, and how they are stored
 *
 * A member is an item that is compared with; it lives CLUSTER_LIVE_S.  A tale is a story in
 * memory; it lives while a member of it does, and while it is not written.
 */
#ifndef TRIBUTARY_STORY_CLUSTER_STATE_H
#define TRIBUTARY_STORY_CLUSTER_STATE_H

#include "story/cluster.h" /* cluster_item */
#include "story/count.h"   /* counts */
#include "story/feature.h" /* feature_set */
#include "story/lang.h"    /* LANG_COUNT */
#include "story/posting.h" /* posting */
#include "story/vector.h"  /* vector */

#include <uthash.h>

#define CLUSTER_KEYS      3   /* address; enclosure and title; title and text */
#define CLUSTER_INDEXED   16  /* terms of a member by which it is found, as a power ... */
#define CLUSTER_INDEX_LOG 4   /* ... of two */
#define CLUSTER_HITS      100 /* members that a term leads to */
#define CLUSTER_QUERY     12  /* terms that are looked up */

struct tale {
	int64_t number;
	uint32_t lang;
	uint32_t live; /* members */
	instant first, last;
	int64_t n;
	bool locked, dirty;
	double near; /* cluster_near.c's: its nearest member's likeness; 0 between two questions */
	uint16_t n_sum;
	struct weight *sum;  /* its centroid; NULL: a story of one */
	struct member *only; /* the member of a story of one, while it lives */
	UT_hash_handle hh;
};

struct member {
	int64_t item;
	instant at, arrived;
	struct tale *tale;
	uint64_t keys[CLUSTER_KEYS]; /* 0: none */
	double norm;
	size_t n;
	struct light terms[];
};

struct apart {
	struct {
		int64_t item, story;
	} pair;
	UT_hash_handle hh;
};

struct cluster {
	struct counts *counts;
	struct posting *words, *things; /* members by term and by key; in step */
	struct member **ring;           /* by seq; `ring_cap` a power of two */
	uint32_t ring_cap;
	double *hits; /* beside ring: cluster_near.c's; all 0 between two questions */
	struct tale *tales;
	struct apart *aparts;
	struct tale **dirty;
	size_t n_dirty, cap_dirty;
	int64_t next_story;
	instant now; /* state_tick's */
	bool restoring;
	uint32_t seen[LANG_COUNT]; /* items of a language, halved with the counts */
	uint32_t seen_all;
	struct feature_set features; /* of the item that is chosen for */
	unsigned char row[CLUSTER_VEC_BYTES], centroid[CLUSTER_CENTROID_BYTES];
	unsigned char meta[32 + 6 * LANG_COUNT];
};

/* Memory, zeroed; ends the process where there is none. */
void *state_get(size_t count, size_t size);

struct tale *state_tale(const struct cluster *c, int64_t number); /* NULL: it does not live */
struct tale *state_new_tale(struct cluster *c, int64_t number, uint32_t lang);
void state_mark(struct cluster *c, struct tale *t); /* to be written */
void state_unmark_all(struct cluster *c);
void state_sweep(struct cluster *c); /* frees the tales without members, marked or not */

/* A member's vector, written to `terms`. */
struct vector state_vector(const struct member *m, struct weight terms[VECTOR_TERMS]);

/* The story's centroid, or its one member's vector; n 0: not known. */
struct vector state_centroid(const struct tale *t, struct weight terms[VECTOR_TERMS]);

/* The item's vector goes into the story's, or out of it; counts and times too. */
void state_enter(struct cluster *c, struct tale *t, instant at, const struct vector *v);
void state_leave(struct cluster *c, struct tale *t, const struct vector *v);

/* Members, in order of their arrival.  A new one is copied from `m`, its terms from `v`. */
struct member *state_add(struct cluster *c, const struct member *m, const struct vector *v);
struct member *state_find(const struct cluster *c, int64_t item);
struct member *state_at(const struct cluster *c, uint32_t seq);
void state_expire(struct cluster *c, instant now);

/* What time it is: never back by less than an hour; by more, the clock was wrong before. */
void state_tick(struct cluster *c, instant now);

/* A member has another story from here on. */
void state_move(struct cluster *c, struct member *m, struct tale *to);

bool state_is_apart(const struct cluster *c, int64_t item, int64_t story);

/*
 * A row's bytes.  Version, which keys there are, seconds from `at` to arrival, keys, then a
 * term (32 bits) and a weight (16) each; numbers lowest byte first.  0: they are none of ours.
 */
struct slice state_pack(struct cluster *c, const struct member *m, const struct vector *v);
bool state_unpack(struct slice row, instant at, struct member *m_out,
	struct weight terms[VECTOR_TERMS], size_t *n_out);

/* A centroid's: a term and a sum, 32 bits each. */
struct slice state_pack_sum(struct cluster *c, const struct tale *t);
void state_unpack_sum(struct slice bytes, struct tale *t);

/* The nearest stories to a vector (cluster_near.c). */
struct nearness {
	struct tale *tale; /* NULL: none that may take it */
	double score;
	const struct member *near;
	double similarity;
};
struct nearness cluster_near(
	struct cluster *c, int64_t item, uint32_t lang, instant at, const struct vector *v);

#endif
