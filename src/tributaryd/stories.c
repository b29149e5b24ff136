/* stories.c - the grouping and the store, held together */
#include "tributaryd/stories_inside.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "feed/feed.h"
#include "feed/plain.h"

#include <inttypes.h>
#include <stdlib.h>

#define WINDOW_S   (14 * 86400)
#define TEXT_BYTES (16U << 10) /* of a content: more words than are weighed */

struct stories *stories_open(struct store_writer *store, uint64_t seed)
{
	struct stories *s = calloc(1, sizeof *s);

	if (s == NULL)
		die("no memory for the stories");
	s->store = store;
	s->seed = seed;
	arena_init(&s->a);
	return s;
}

void stories_close(struct stories **s)
{
	if (*s == NULL)
		return;
	cluster_free(&(*s)->cluster);
	arena_clear(&(*s)->a);
	free(*s);
	*s = NULL;
}

void stories_undo(struct stories *s)
{
	cluster_free(&s->cluster);
}

/* --- rows of the store and of the grouping */

static void put_lang(char lang[CLUSTER_LANG_BYTES], struct slice from)
{
	size_t len = from.len < CLUSTER_LANG_BYTES - 1 ? from.len : CLUSTER_LANG_BYTES - 1;

	memset(lang, 0, CLUSTER_LANG_BYTES);
	if (len > 0)
		memcpy(lang, from.at, len);
}

struct cluster_choice stories_choice_of(const struct story_item_row *row)
{
	struct cluster_choice choice = {.item = row->item,
		.story = row->story,
		.how = cluster_how_of(row->how),
		.score = row->score,
		.near = row->near,
		.at = row->at,
		.vec = row->vec};

	put_lang(choice.lang, row->lang);
	return choice;
}

struct story_item_row stories_item_row_of(const struct cluster_choice *choice)
{
	return (struct story_item_row){.item = choice->item,
		.story = choice->story,
		.how = slice_of(cluster_how_name(choice->how)),
		.score = choice->how == CLUSTER_TEXT ? choice->score : choice->similarity,
		.near = choice->near,
		.at = choice->at,
		.lang = slice_of(choice->lang),
		.vec = choice->vec};
}

struct cluster_story stories_story_of(const struct story_row *row)
{
	struct cluster_story story = {.story = row->story,
		.first = row->first,
		.last = row->last,
		.n = row->n,
		.locked = row->locked,
		.centroid = row->centroid};

	put_lang(story.lang, row->lang);
	return story;
}

static struct story_row story_row_of(const struct cluster_story *story)
{
	return (struct story_row){.story = story->story,
		.lang = slice_of(story->lang),
		.first = story->first,
		.last = story->last,
		.n = story->n,
		.centroid = story->centroid,
		.locked = story->locked};
}

/* --- out of the store */

static void load_meta(void *to, struct slice name, struct slice value)
{
	if (slice_is(name, "cluster"))
		cluster_restore_meta(to, value);
}

static void load_term(void *to, const struct story_term_row *row)
{
	cluster_restore_term(to, row->hash, (uint32_t)row->df);
}

static void load_story(void *to, const struct story_row *row)
{
	const struct cluster_story story = stories_story_of(row);

	cluster_restore_story(to, &story);
}

static void load_item(void *to, const struct story_item_row *row)
{
	const struct cluster_choice choice = stories_choice_of(row);

	cluster_restore_item(to, &choice);
}

static void load_apart(void *to, int64_t item, int64_t story)
{
	cluster_restore_apart(to, item, story);
}

int stories_load(struct stories *s, instant now, struct error *err)
{
	static const struct story_sink sink = {.meta = load_meta,
		.term = load_term,
		.story = load_story,
		.item = load_item,
		.apart = load_apart};
	struct cluster *c;

	if (s->cluster != NULL)
		return 0;
	c = cluster_new(s->seed);
	if (store_write_stories_load(s->store, now - WINDOW_S, &sink, c, err) < 0) {
		cluster_free(&c);
		return -1;
	}
	cluster_restored(c, now);
	s->cluster = c;
	return 0;
}

/* --- into the store */

static int keep_stories(struct stories *s, struct error *err)
{
	size_t n = cluster_dirty_stories(s->cluster);

	for (size_t i = 0; i < n; i++) {
		struct cluster_story story;
		struct story_row row;

		cluster_dirty_story(s->cluster, i, &story);
		row = story_row_of(&story);
		if (store_write_story(s->store, &row, err) != 0)
			return -1;
	}
	return 0;
}

static int keep_terms(struct stories *s, struct error *err)
{
	size_t n = cluster_dirty_terms(s->cluster);

	for (size_t i = 0; i < n; i++) {
		struct story_term_row row = {0};
		uint32_t value;

		cluster_dirty_term(s->cluster, i, &row.hash, &value);
		row.df = value;
		if (store_write_story_term(s->store, &row, err) != 0)
			return -1;
	}
	return n == 0 ? 0
		      : store_write_story_meta(
				s->store, SLICE("cluster"), cluster_meta(s->cluster), err);
}

int stories_keep(struct stories *s, struct error *err)
{
	if (s->cluster == NULL)
		return 0;
	if (keep_stories(s, err) != 0 || keep_terms(s, err) != 0) {
		stories_undo(s);
		return -1;
	}
	cluster_clean(s->cluster);
	return 0;
}

static struct slice text_of(struct arena *a, struct slice html, struct slice text)
{
	struct slice whole = html.len > 0 ? plain_text(a, slice_utf8_head(html, TEXT_BYTES)) : text;

	return slice_utf8_head(whole, TEXT_BYTES);
}

/* A new item's story, and the row that says so. */
static int add(struct stories *s, const struct item *it, int64_t number, struct slice lang,
	instant now, struct error *err)
{
	struct cluster_item of = {.item = number,
		.lang = it->language.len > 0 ? it->language : lang,
		.title = it->title,
		.date = it->published != INSTANT_NONE ? it->published : it->modified};
	struct cluster_choice choice;
	struct story_item_row row;

	arena_reset(&s->a);
	of.summary = text_of(&s->a, it->summary_html, it->summary);
	of.content = text_of(&s->a, it->content_html, it->content_text);
	of.link = url_canonical(&s->a, it->url);
	if (it->attachments.n > 0)
		of.enclosure = it->attachments.at[0].url;
	cluster_choose(s->cluster, &of, now, &choice);
	if (choice.story == 0)
		return 0;
	row = stories_item_row_of(&choice);
	return store_write_story_item(s->store, &row, err);
}

struct arrived {
	int64_t number;
	size_t at; /* of its document */
};

static int by_number(const void *a, const void *b)
{
	const struct arrived *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* The new ones in the order of their numbers, which is not always the document's. */
static struct arrived *arrived_of(const struct item_written *written, size_t n, size_t *n_out)
{
	struct arrived *all = malloc((n + 1) * sizeof *all);
	size_t fresh = 0;

	if (all == NULL)
		die("no memory for the order of %zu items", n);
	for (size_t i = 0; i < n; i++)
		if (written[i].fate == FATE_FRESH)
			all[fresh++] = (struct arrived){written[i].number, i};
	qsort(all, fresh, sizeof *all, by_number);
	*n_out = fresh;
	return all;
}

int stories_add(struct stories *s, const struct item *items, const struct item_written *written,
	size_t n, struct slice lang, instant now, struct error *err)
{
	size_t fresh;
	struct arrived *all = arrived_of(written, n, &fresh);
	int status = fresh > 0 ? stories_load(s, now, err) : 0;

	for (size_t i = 0; status == 0 && i < fresh; i++)
		status = add(s, &items[all[i].at], all[i].number, lang, now, err);
	free(all);
	if (status != 0)
		stories_undo(s);
	return status == 0 ? 0 : -1;
}
