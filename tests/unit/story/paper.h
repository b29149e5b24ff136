/*
 * paper.h - a store for tests: what a cluster says is to be written, and a cluster made of it again
 */
#ifndef TESTS_UNIT_STORY_PAPER_H
#define TESTS_UNIT_STORY_PAPER_H

#include "story/cluster.h" /* cluster_choice */

struct paper;

struct paper *paper_new(void);
void paper_free(struct paper **p);

/* As a commit does: the row, and all that is dirty, which is clean afterwards. */
void paper_write(struct paper *p, struct cluster *c, const struct cluster_choice *row);
void paper_write_apart(struct paper *p, int64_t item, int64_t story);

/* What stands there of an item, or of a story (n 0: nothing). */
const struct cluster_choice *paper_row(const struct paper *p, int64_t item);
const struct cluster_story *paper_story(const struct paper *p, int64_t story);

/* Another cluster out of what was written, at `now`, with another seed. */
struct cluster *paper_restore(const struct paper *p, instant now);

#endif
