/*
 * across_keep.c - rows as they are stored, and given back; see across.h
 *
 * A row: version, parted, how many marks and keys; then when it entered (seconds) and in which
 * turn; then marks and keys.  Numbers lowest byte first.
 */
#include "story/across_inside.h"
#include "story/pack.h"

#include "base/log.h"

#include <stdlib.h>

#define VERSION    1
#define HEAD_BYTES 20

_Static_assert(HEAD_BYTES + 4 * (MARKS_MOST + ACROSS_KEYS) <= ACROSS_BYTES, "a row has room");

void across_dirty_at(struct across *a, size_t i, struct across_story *out)
{
	const struct told *t = a->dirty[i];
	size_t n = t->marks == NULL ? 0 : (size_t)t->n_marks + t->n_keys;
	unsigned char *to = a->bytes;

	pack_put(&to, VERSION, 1);
	pack_put(&to, t->parted, 1);
	pack_put(&to, n == 0 ? 0 : t->n_marks, 1);
	pack_put(&to, n == 0 ? 0 : t->n_keys, 1);
	pack_put(&to, (uint64_t)t->entered, 8);
	pack_put(&to, t->turn, 8);
	for (size_t mark = 0; mark < n; mark++)
		pack_put(&to, t->marks[mark], 4);
	*out = (struct across_story){.story = t->number,
		.group = t->group,
		.lang = slice_of(t->lang_name),
		.bytes = slice_from((const char *)a->bytes, (size_t)(to - a->bytes))};
}

/* False: none of ours. */
static bool unpack(struct slice bytes, struct told *t)
{
	size_t n;

	if (bytes.len < HEAD_BYTES || pack_take(&bytes, 1) != VERSION)
		return false;
	t->parted = pack_take(&bytes, 1) != 0;
	t->n_marks = (uint8_t)pack_take(&bytes, 1);
	t->n_keys = (uint8_t)pack_take(&bytes, 1);
	t->entered = (instant)pack_take(&bytes, 8);
	t->turn = pack_take(&bytes, 8);
	n = (size_t)t->n_marks + t->n_keys;
	if (t->entered <= INSTANT_MIN || t->entered > INSTANT_MAX || t->n_marks > MARKS_MOST ||
		t->n_keys > ACROSS_KEYS || bytes.len != 4 * n)
		return false;
	t->marks = calloc(n + 1, sizeof *t->marks);
	if (t->marks == NULL)
		die("no memory to link stories");
	for (size_t i = 0; i < n; i++) {
		t->marks[i] = (uint32_t)pack_take(&bytes, 4);
		if (t->marks[i] == 0)
			t->marks[i] = 1;
	}
	return true;
}

void across_restore(struct across *a, const struct across_story *row)
{
	struct told *t;

	if (row->story <= 0 || told_find(a, row->story) != NULL)
		return;
	t = told_new(a, row->story, lang_of(row->lang));
	t->group = row->group;
	if (!unpack(row->bytes, t)) {
		t->n_marks = t->n_keys = 0;
		t->entered = INSTANT_MIN;
	}
}

static int by_turn(const void *a, const void *b)
{
	const struct told *x = *(struct told *const *)a, *y = *(struct told *const *)b;

	return (x->turn > y->turn) - (x->turn < y->turn);
}

static int by_group(const void *a, const void *b)
{
	const struct told *x = *(struct told *const *)a, *y = *(struct told *const *)b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* Makes rings of what has the same group. */
static void make_groups(struct told **all, size_t n)
{
	qsort(all, n, sizeof(struct told *), by_group);
	for (size_t i = 1; i < n; i++) {
		if (all[i]->group == 0 || all[i]->group != all[i - 1]->group)
			continue;
		all[i]->peer = all[i - 1]->peer;
		all[i - 1]->peer = all[i];
	}
}

void across_restored(struct across *a, instant now)
{
	size_t n = HASH_COUNT(a->table), i = 0;
	struct told **all = calloc(n + 1, sizeof(struct told *));

	if (all == NULL)
		die("no memory to link stories");
	a->now = now;
	for (struct told *t = a->table; t != NULL; t = t->hh.next) {
		if (t->entered > a->now && t->entered <= now + ACROSS_BACK_S)
			a->now = t->entered;
		all[i++] = t;
	}
	make_groups(all, n);
	qsort(all, n, sizeof(struct told *), by_turn);
	for (i = 0; i < n; i++) {
		if (all[i]->entered >= a->now - ACROSS_LIVE_S) {
			told_enter_again(a, all[i]);
			continue;
		}
		free(all[i]->marks);
		all[i]->marks = NULL;
	}
	free(all);
	a->swept = -1;
	told_expire(a);
}
