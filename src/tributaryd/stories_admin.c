/* stories_admin.c - the admin's word on stories: part, join, lock */
#include "tributaryd/stories_inside.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "store/write.h"
#include "story/cluster.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

/* What is asked, as the store has it. */
struct named {
	struct story_item_row item; /* item 0: a story was named */
	struct story_row story;
};

static struct slice said(struct arena *a, const char *what, struct slice id)
{
	char text[256];

	snprintf(text, sizeof text, "%.*s: %s", SLICE_ARG(slice_utf8_head(id, 128)), what);
	return slice_copy(a, slice_of(text));
}

/* A story that the grouping has forgotten is told to it again. */
static void recall(struct stories *s, const struct story_row *row)
{
	const struct cluster_story story = stories_story_of(row);

	if (!cluster_has(s->cluster, row->story))
		cluster_restore_story(s->cluster, &story);
}

/* 1 found and known to the grouping, 0 none, -1 error. */
static int find(
	struct stories *s, struct slice id, struct arena *a, struct named *out, struct error *err)
{
	int found = store_write_story_of(s->store, id, a, &out->item, &out->story, err);

	if (found > 0)
		recall(s, &out->story);
	return found;
}

static int begin(struct stories *s, instant now, struct error *err)
{
	return stories_load(s, now, err) < 0 || store_write_begin(s->store, err) < 0 ? -1 : 0;
}

/* Writes the item's new row and all that changed with it, and commits. */
static int finish(struct stories *s, const struct cluster_choice *choice, struct error *err)
{
	if (choice != NULL) {
		const struct story_item_row row = stories_item_row_of(choice);

		if (store_write_story_item(s->store, &row, err) != 0)
			goto failed;
	}
	if (stories_keep(s, err) < 0 || store_write_commit(s->store, err) < 0)
		goto failed;
	return 0;
failed:
	stories_undo(s);
	return -1;
}

/* Nothing was to be done: ends the group that holds nothing. */
static int refuse(struct stories *s, struct slice why, struct slice *said_out, struct error *err)
{
	*said_out = why;
	return store_write_commit(s->store, err) < 0 ? -1 : 1;
}

int stories_part(struct stories *s, struct slice id, instant now, struct arena *a,
	struct slice *said_out, struct error *err)
{
	struct named n;
	struct cluster_choice before, after;
	int found;

	if (begin(s, now, err) < 0)
		return -1;
	found = find(s, id, a, &n, err);
	if (found < 0)
		goto failed;
	if (found == 0 || n.item.item == 0)
		return refuse(s, said(a, "no item in a story has this id", id), said_out, err);
	before = stories_choice_of(&n.item);
	if (!cluster_part(s->cluster, &before, &after))
		return refuse(s, said(a, "is alone in its story", id), said_out, err);
	if (store_write_story_apart(s->store, n.item.item, n.item.story, err) != 0)
		goto failed;
	*said_out = said(a, "tells a story of its own now", id);
	return finish(s, &after, err);
failed:
	stories_undo(s);
	return -1;
}

int stories_join(struct stories *s, struct slice id, struct slice to, instant now, struct arena *a,
	struct slice *said_out, struct error *err)
{
	struct named n, target;
	struct cluster_choice before, after;
	int found, is_there = 0;

	if (begin(s, now, err) < 0)
		return -1;
	found = find(s, id, a, &n, err);
	if (found >= 0)
		is_there = find(s, to, a, &target, err);
	if (found < 0 || is_there < 0) {
		stories_undo(s);
		return -1;
	}
	if (found == 0 || n.item.item == 0)
		return refuse(s, said(a, "no item in a story has this id", id), said_out, err);
	if (is_there == 0)
		return refuse(s, said(a, "no story or item in one has this id", to), said_out, err);
	before = stories_choice_of(&n.item);
	if (!cluster_join(s->cluster, &before, target.story.story, &after))
		return refuse(s, said(a, "is in that story already", id), said_out, err);
	*said_out = said(a, "tells that story now", id);
	return finish(s, &after, err);
}

int stories_lock(struct stories *s, struct slice id, bool locked, instant now, struct arena *a,
	struct slice *said_out, struct error *err)
{
	struct named n;
	int found;

	if (begin(s, now, err) < 0)
		return -1;
	found = find(s, id, a, &n, err);
	if (found < 0) {
		stories_undo(s);
		return -1;
	}
	if (found == 0 || !cluster_lock(s->cluster, n.story.story, locked))
		return refuse(s, said(a, "no story or item in one has this id", id), said_out, err);
	*said_out = said(a,
		locked ? "takes no more items by their text" : "takes items by their text again",
		id);
	return finish(s, NULL, err);
}

int stories_unlink(struct stories *s, struct slice id, instant now, struct arena *a,
	struct slice *said_out, struct error *err)
{
	struct named n;
	int found;

	if (begin(s, now, err) < 0)
		return -1;
	found = find(s, id, a, &n, err);
	if (found < 0) {
		stories_undo(s);
		return -1;
	}
	if (found == 0 || n.story.group == 0)
		return refuse(s, said(a, "no story that is linked with others has this id", id),
			said_out, err);
	across_part(s->across, n.story.story);
	*said_out = said(a, "is linked with no story in another language now", id);
	return finish(s, NULL, err);
}
