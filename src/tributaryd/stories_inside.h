/*
 * stories_inside.h - what stories.c shares with stories_admin.c
 */
#ifndef TRIBUTARY_TRIBUTARYD_STORIES_INSIDE_H
#define TRIBUTARY_TRIBUTARYD_STORIES_INSIDE_H

#include "base/arena.h"
#include "store/write.h"
#include "story/across.h"
#include "story/cluster.h"
#include "tributaryd/stories.h"

struct stories {
	struct store_writer *store;
	struct cluster *cluster; /* NULL: to be read from the store first, as the next */
	struct across *across;
	uint64_t seed;
	struct arena a; /* of one item */
};

/* Reads the store where memory does not follow it.  0, or -1 and `err`. */
int stories_load(struct stories *s, instant now, struct error *err);

/* Rows of the store to the grouping's, and back; texts and bytes are borrowed. */
struct cluster_choice stories_choice_of(const struct story_item_row *row);
struct story_item_row stories_item_row_of(const struct cluster_choice *choice);
struct cluster_story stories_story_of(const struct story_row *row);

#endif
