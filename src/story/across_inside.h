/*
 * across_inside.h - the stories that are compared with across languages, and their groups
 *
 * A told is a story here.  It is live for ACROSS_LIVE_S after its item came; while it is in a
 * group, or was parted, it is known for ACROSS_KNOWN_S.  The stories of a group are a ring.
 */
#ifndef TRIBUTARY_STORY_ACROSS_INSIDE_H
#define TRIBUTARY_STORY_ACROSS_INSIDE_H

#include "story/across.h"       /* across_item */
#include "story/across_state.h" /* marks */
#include "story/lang.h"         /* LANG_BYTES */
#include "story/posting.h"      /* posting */

#include <uthash.h>

#define ACROSS_KEYS      8 /* of an item: its address, its picture, its alternates */
#define ACROSS_KEYS_LOG  3
#define ACROSS_MARKS_LOG 5
#define ACROSS_KNOWN_S   (INT64_C(14) * 86400)
#define ACROSS_BACK_S    3600                /* a clock that goes back by more was wrong before */
#define ACROSS_DF        (UINT32_C(1) << 18) /* counters of marks: some share one */

/* What makes two stories one without a look at their texts. */
struct keys {
	uint32_t at[ACROSS_KEYS];
	size_t n;
	uint32_t image; /* one of them, or 0 */
};

struct told {
	int64_t number, group;
	uint32_t lang;
	char lang_name[LANG_BYTES];
	bool live, parted, dirty;
	uint8_t n_marks, n_keys;
	instant entered;
	uint64_t turn;     /* in which they entered */
	uint32_t *marks;   /* then keys; while it is live */
	struct told *peer; /* the next of its group; itself: none */
	UT_hash_handle hh;
};

struct across {
	struct names *names;
	struct posting *marks, *keys; /* in step */
	struct told **ring;
	uint32_t ring_cap;
	double *hits; /* beside ring; all 0 between two questions */
	uint16_t *df; /* live stories by mark */
	struct told *table;
	struct told **dirty;
	size_t n_dirty, cap_dirty;
	uint64_t next_turn;
	instant now;
	int64_t swept; /* the day */
	unsigned char bytes[ACROSS_BYTES];
};

struct told *told_find(const struct across *a, int64_t number);
struct told *told_new(struct across *a, int64_t number, uint32_t lang);
struct told *told_at(const struct across *a, uint32_t seq);
void told_mark(struct across *a, struct told *t); /* to be written */

/* Makes it live, at a->now. */
void told_enter(struct across *a, struct told *t, const struct marks *m, const struct keys *k);
/* The same for one that was read back, with its marks. */
void told_enter_again(struct across *a, struct told *t);

/* What is too old is dropped; frees what nobody needs any more. */
void told_expire(struct across *a);

/* What time it is, as state_tick; then expires. */
void told_tick(struct across *a, instant now);
void told_free_all(struct across *a);

/* Two groups, or stories of none, become one; false: they are, or both have a language. */
bool told_join(struct across *a, struct told *one, struct told *two);
void told_leave(struct across *a, struct told *t);

/* How much a mark says: 0 where too many stories have it. */
double told_idf(const struct across *a, uint32_t mark);

#endif
