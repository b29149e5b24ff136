/*
 * explain_views.c - in which feeds an item stands, and what keeps it out of the others
 *
 * The store is asked what the publisher asks it: each criterion of a view by itself first, for the
 * items of this one's second, then all together for the first page.
 */
#include "tributary/reading.h"

#include "base/buf.h"
#include "base/limits.h"
#include "conf/conf.h"

#include <stdarg.h>
#include <stdio.h>

#define LINE_BYTES 1024

struct looked {
	struct reading *r;
	const struct stored_item *item;
	struct slice_list *lines;
};

__attribute__((format(printf, 2, 3))) static void say(struct looked *l, const char *format, ...)
{
	struct buf line;
	va_list more;

	buf_init(&line, LINE_BYTES);
	va_start(more, format);
	buf_vprintf(&line, format, more);
	va_end(more);
	*ARENA_PUSH(&l->r->arena, l->lines) = slice_copy(&l->r->arena, buf_slice(&line));
	buf_clear(&line);
}

/* --- one criterion of a view */

static void take_sources(struct item_query *q, const struct conf_view *v)
{
	q->sources = v->sources.at;
	q->n_sources = v->sources.n;
}

static void take_tags(struct item_query *q, const struct conf_view *v)
{
	q->tags = v->tags.at;
	q->n_tags = v->tags.n;
}

static void take_langs(struct item_query *q, const struct conf_view *v)
{
	q->langs = v->langs.at;
	q->n_langs = v->langs.n;
}

static void take_topics(struct item_query *q, const struct conf_view *v)
{
	q->topics = v->topics.at;
	q->n_topics = v->topics.n;
}

static void take_words(struct item_query *q, const struct conf_view *v)
{
	q->q = v->q;
}

static const struct criterion {
	void (*take)(struct item_query *q, const struct conf_view *v);
	const char *why; /* what it is where the criterion keeps the item out */
} criteria[] = {
	{take_sources, "none of its sources carries it"},
	{take_tags, "no source that carries it has one of its tags"},
	{take_langs, "it is in none of its languages"},
	{take_topics, "it has none of its topics"},
	{take_words, "the words of its q are not in it"},
};

/* 1 it is among what `q` finds, 0 it is not, -1 r->err. */
static int finds(struct looked *l, const struct item_query *q)
{
	struct item_page page;

	if (store_read_items(l->r->reader, q, &l->r->arena, &page, &l->r->err) < 0)
		return -1;
	for (size_t i = 0; i < page.n; i++)
		if (page.items[i].number == l->item->number)
			return 1;
	return 0;
}

/* The item's second alone, and of that what stands from it on. */
static struct item_query its_second(const struct looked *l, struct place *from)
{
	*from = (struct place){l->item->place, l->item->number + 1};
	return (struct item_query){
		.since = l->item->place, .until = l->item->place + 1, .after = from, .limit = 1};
}

/* The first criterion of `v` that keeps the item out.  1 there is one, 0 none, -1 r->err. */
static int kept_out(struct looked *l, const struct conf_view *v, const char **why_out)
{
	for (size_t i = 0; i < COUNT(criteria); i++) {
		struct place from;
		struct item_query q = its_second(l, &from);
		int found;

		criteria[i].take(&q, v); /* what the view does not ask keeps nothing out */
		found = finds(l, &q);
		if (found < 0)
			return -1;
		*why_out = criteria[i].why;
		if (found == 0)
			return 1;
	}
	return 0;
}

/* --- a whole feed */

/* What a feed shows that has one entry a story: the story's best item stands for all. */
static int tell_lead(struct looked *l, const char *feed)
{
	struct stored_story story;
	int found =
		store_read_story(l->r->reader, l->item->story, &l->r->arena, &story, &l->r->err);

	if (found < 0)
		return -1;
	if (found == 0 || story.items[story.lead].number == l->item->number)
		say(l, "in %s, past its first page", feed);
	else
		say(l, "absent from %s: it has one entry a story, this one's is \"%.*s\"", feed,
			SLICE_ARG(story.items[story.lead].item.title));
	return 0;
}

/* What keeps an item from the first page that meets all that `v` (NULL: the merged feed) asks. */
static int tell_page(struct looked *l, const struct conf_view *v, const char *feed)
{
	struct item_query q = {.since = INSTANT_NONE, .until = INSTANT_NONE};
	int found;

	for (size_t i = 0; v != NULL && i < COUNT(criteria); i++)
		criteria[i].take(&q, v);
	if (v != NULL && v->limit > 0)
		q.limit = (size_t)v->limit;
	q.one_per_story = v != NULL && slice_is(v->stories, "one");
	found = finds(l, &q);
	if (found < 0)
		return -1;
	if (found == 1)
		say(l, "in %s, on its first page", feed);
	else if (q.one_per_story && l->item->story.len > 0)
		return tell_lead(l, feed);
	else
		say(l, "in %s, past its first page: newer items fill that", feed);
	return 0;
}

static int tell_view(struct looked *l, const struct conf_view *v)
{
	char feed[LINE_BYTES];
	const char *why;
	int out = kept_out(l, v, &why);

	snprintf(feed, sizeof feed, "view %.*s", SLICE_ARG(v->name));
	if (out < 0)
		return -1;
	if (out == 0)
		return tell_page(l, v, feed);
	say(l, "absent from %s: %s", feed, why);
	return 0;
}

int explain_views(struct reading *r, const struct stored_item *i, struct slice_list *lines)
{
	struct looked l = {r, i, lines};
	struct place from;
	const struct item_query q = its_second(&l, &from);
	int found = finds(&l, &q);

	if (found <= 0)
		return found; /* held back or withdrawn: told with the item's own reasons */
	if (tell_page(&l, NULL, "the merged feed") < 0)
		return -1;
	for (size_t k = 0; k < r->conf->n_views; k++)
		if (tell_view(&l, &r->conf->views[k]) < 0)
			return -1;
	return 0;
}
