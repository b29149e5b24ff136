/*
 * answering.c - see answering.h
 */
#include "tributaryd/answering.h"

#include "base/arena.h"
#include "base/log.h"
#include "ipc/control.h"
#include "tributaryd/polling.h"
#include "tributaryd/stories.h"

#include "config.h"

#include <stdio.h>

static instant now_of(const struct answering *p)
{
	return p->now_ms(p->data) / 1000;
}

static void refresh(struct answering *p, const struct control_question *q)
{
	struct error err = {""};
	char text[64];
	int moved = polling_refresh(p->polling, q->sources, q->n_sources, &err);

	if (moved < 0) {
		control_answer(p->control, q->id, false, slice_of(err.text));
		return;
	}
	snprintf(text, sizeof text, "%d %s", moved, moved == 1 ? "source" : "sources");
	control_answer(p->control, q->id, true, slice_of(text));
}

static void release(struct answering *p, const struct control_question *q)
{
	struct error err = {""};
	char text[64];
	int released;

	if (q->n_sources != 1) {
		control_answer(p->control, q->id, false, SLICE("release takes one source"));
		return;
	}
	released = polling_release(p->polling, q->sources[0], &err);
	if (released < 0) {
		control_answer(p->control, q->id, false, slice_of(err.text));
		return;
	}
	snprintf(text, sizeof text, "%d %s", released, released == 1 ? "item" : "items");
	control_answer(p->control, q->id, true, slice_of(text));
}

typedef int story_change(struct answering *p, const struct slice *ids, struct arena *a,
	struct slice *said, struct error *err);

static int story_part(struct answering *p, const struct slice *ids, struct arena *a,
	struct slice *said, struct error *err)
{
	return stories_part(p->stories, ids[0], now_of(p), a, said, err);
}

static int story_join(struct answering *p, const struct slice *ids, struct arena *a,
	struct slice *said, struct error *err)
{
	return stories_join(p->stories, ids[0], ids[1], now_of(p), a, said, err);
}

static int story_lock(struct answering *p, const struct slice *ids, struct arena *a,
	struct slice *said, struct error *err)
{
	return stories_lock(p->stories, ids[0], true, now_of(p), a, said, err);
}

static int story_unlock(struct answering *p, const struct slice *ids, struct arena *a,
	struct slice *said, struct error *err)
{
	return stories_lock(p->stories, ids[0], false, now_of(p), a, said, err);
}

static int story_unlink(struct answering *p, const struct slice *ids, struct arena *a,
	struct slice *said, struct error *err)
{
	return stories_unlink(p->stories, ids[0], now_of(p), a, said, err);
}

/* The admin's word on a story; false: `q` asks for something else. */
static bool change_story(struct answering *p, const struct control_question *q)
{
	static const struct {
		const char *verb;
		size_t takes;
		story_change *change;
	} rows[] = {{"story-part", 1, story_part}, {"story-join", 2, story_join},
		{"story-lock", 1, story_lock}, {"story-unlock", 1, story_unlock},
		{"story-unlink", 1, story_unlink}};
	struct error err = {"the store failed; the log says how"};
	struct slice said = SLICE_NONE;
	struct arena a;
	size_t i = 0;
	int done = -1;

	while (i < COUNT(rows) && !slice_is(q->verb, rows[i].verb))
		i++;
	if (i == COUNT(rows))
		return false;
	arena_init(&a);
	if (q->n_sources != rows[i].takes)
		snprintf(err.text, sizeof err.text, "%s takes %zu", rows[i].verb, rows[i].takes);
	else if (polling_commit(p->polling) == 0)
		done = rows[i].change(p, q->sources, &a, &said, &err);
	if (done == 0)
		p->committed(p->data);
	control_answer(p->control, q->id, done == 0, done < 0 ? slice_of(err.text) : said);
	arena_clear(&a);
	return true;
}

void answering_on_question(void *data, const struct control_question *q)
{
	struct answering *p = data;

	if (slice_is(q->verb, "ping"))
		control_answer(p->control, q->id, true, SLICE(PACKAGE_STRING));
	else if (slice_is(q->verb, "reload"))
		p->reload(p->data, q->id);
	else if (slice_is(q->verb, "refresh"))
		refresh(p, q);
	else if (slice_is(q->verb, "release"))
		release(p, q);
	else if (!change_story(p, q))
		control_answer(p->control, q->id, false, SLICE("no such question"));
}
