/*
 * across.h - the same event told in another language: stories are linked, never merged
 *
 * What texts of two languages share is compared: numbers, words and names in Latin letters, the
 * consonants of names in other scripts, countries, and the bodies of the UN by their names in the
 * six official languages (across_names.def).  Where a source says itself that two texts are one
 * (hreflang), or shows the same picture, that links outright.
 *
 * A group is a set of stories that are linked, at most one of a language; its number is that of
 * one of its stories, and stays while two groups do not become one.
 *
 * Pure memory, as cluster.h: what changed is asked for and written in the same commit, and what is
 * given back after a start leads to the same answers.  A story is compared for ACROSS_LIVE_S after
 * the item by which it stands here; past that its next item stands for it.
 */
#ifndef TRIBUTARY_STORY_ACROSS_H
#define TRIBUTARY_STORY_ACROSS_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

#define ACROSS_LIVE_S (INT64_C(48) * 3600)
#define ACROSS_LIVE   32768 /* stories that are compared with */
#define ACROSS_BYTES  256   /* the most that a story's row holds */
#define ACROSS_LINKS  8     /* of an item's `alternates` that are looked at */

struct across;

/* An item that was just given its story. */
struct across_item {
	int64_t story;
	struct slice lang;              /* as the source says, or as the choice has it */
	struct slice title, summary;    /* plain text */
	struct slice link;              /* canonical address, or empty */
	const struct slice *alternates; /* canonical addresses of its rel=alternate with hreflang */
	size_t n_alternates;
	struct slice image; /* address of its picture, or empty */
};

enum across_how { ACROSS_NONE, ACROSS_TEXT, ACROSS_HREFLANG, ACROSS_IMAGE, ACROSS_HOW_COUNT };

/* "", "text", "hreflang", "image".  Static. */
const char *across_how_name(enum across_how how);

struct across_choice {
	int64_t group;       /* of the story, from now on; 0: none */
	int64_t with;        /* the story that it was linked with just now; 0: none */
	enum across_how how; /* why */
	double score;        /* of ACROSS_TEXT, 0 to 1 */
};

struct across *across_new(uint64_t seed); /* `seed`: see cluster_new */
void across_free(struct across **of);

/* After each cluster_choose that gave a story. */
void across_link(
	struct across *a, const struct across_item *it, instant now, struct across_choice *out);

/* The admin's word: the story leaves its group, and nothing links it again. */
void across_part(struct across *a, int64_t story);

/* A story's row.  `bytes` lie in the across until its next call. */
struct across_story {
	int64_t story, group;
	struct slice lang;  /* given back: as it was stored; else static */
	struct slice bytes; /* empty: nothing is kept of it any more */
};

/* What changed since across_clean. */
size_t across_dirty(const struct across *a);
void across_dirty_at(struct across *a, size_t i, struct across_story *out);
void across_clean(struct across *a);

/* After a start, into a new one: the stories of the last 14 days that have bytes or a group. */
void across_restore(struct across *a, const struct across_story *row);
void across_restored(struct across *a, instant now);

#endif
