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
	stories_undo(*s);
	arena_clear(&(*s)->a);
	free(*s);
	*s = NULL;
}

void stories_undo(struct stories *s)
{
	cluster_free(&s->cluster);
	across_free(&s->across);
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
	const struct stories *s = to;

	if (slice_is(name, "cluster"))
		cluster_restore_meta(s->cluster, value);
}

static void load_term(void *to, const struct story_term_row *row)
{
	const struct stories *s = to;

	cluster_restore_term(s->cluster, row->hash, (uint32_t)row->df);
}

static void load_story(void *to, const struct story_row *row)
{
	const struct stories *s = to;
	const struct cluster_story story = stories_story_of(row);
	const struct across_story across = {
		.story = row->story, .group = row->group, .lang = row->lang, .bytes = row->across};

	cluster_restore_story(s->cluster, &story);
	if (across.bytes.len > 0 || across.group != 0)
		across_restore(s->across, &across);
}

static void load_item(void *to, const struct story_item_row *row)
{
	const struct stories *s = to;
	const struct cluster_choice choice = stories_choice_of(row);

	cluster_restore_item(s->cluster, &choice);
}

static void load_apart(void *to, int64_t item, int64_t story)
{
	const struct stories *s = to;

	cluster_restore_apart(s->cluster, item, story);
}

int stories_load(struct stories *s, instant now, struct error *err)
{
	static const struct story_sink sink = {.meta = load_meta,
		.term = load_term,
		.story = load_story,
		.item = load_item,
		.apart = load_apart};

	if (s->cluster != NULL)
		return 0;
	s->cluster = cluster_new(s->seed);
	s->across = across_new(s->seed);
	if (store_write_stories_load(s->store, now - WINDOW_S, &sink, s, err) < 0) {
		stories_undo(s);
		return -1;
	}
	cluster_restored(s->cluster, now);
	across_restored(s->across, now);
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
	return 0;
}

/* The numbers given so far change with a story that begins without a word, too: by the admin. */
static int keep_meta(struct stories *s, struct error *err)
{
	if (cluster_dirty_stories(s->cluster) == 0 && cluster_dirty_terms(s->cluster) == 0)
		return 0;
	return store_write_story_meta(s->store, SLICE("cluster"), cluster_meta(s->cluster), err);
}

static int keep_across(struct stories *s, struct error *err)
{
	size_t n = across_dirty(s->across);

	for (size_t i = 0; i < n; i++) {
		struct across_story story;
		struct story_row row;

		across_dirty_at(s->across, i, &story);
		row = (struct story_row){
			.story = story.story, .across = story.bytes, .group = story.group};
		if (store_write_story_across(s->store, &row, err) != 0)
			return -1;
	}
	return 0;
}

int stories_keep(struct stories *s, struct error *err)
{
	if (s->cluster == NULL)
		return 0;
	if (keep_stories(s, err) != 0 || keep_terms(s, err) != 0 || keep_meta(s, err) != 0 ||
		keep_across(s, err) != 0) {
		stories_undo(s);
		return -1;
	}
	cluster_clean(s->cluster);
	across_clean(s->across);
	return 0;
}

static struct slice text_of(struct arena *a, struct slice html, struct slice text)
{
	struct slice whole = html.len > 0 ? plain_text(a, slice_utf8_head(html, TEXT_BYTES)) : text;

	return slice_utf8_head(whole, TEXT_BYTES);
}

/* The addresses under which it says itself that it stands in other languages. */
static size_t alternates_of(struct arena *a, const struct item *it, struct slice *out)
{
	size_t n = 0;

	for (size_t i = 0; i < it->links.n && n < ACROSS_LINKS; i++) {
		const struct link *l = &it->links.at[i];

		if (l->hreflang.len > 0 && slice_is_fold(l->rel, "alternate"))
			out[n++] = url_canonical(a, l->href);
	}
	return n;
}

static struct slice picture_of(const struct item *it)
{
	if (it->image.len > 0)
		return it->image;
	for (size_t i = 0; i < it->attachments.n; i++)
		if (slice_starts_fold(it->attachments.at[i].mime_type, "image/"))
			return it->attachments.at[i].url;
	return SLICE_NONE;
}

/* Links the story that an item was just given with its like in other languages. */
static void link_across(struct stories *s, const struct item *it, const struct cluster_item *as,
	int64_t story, instant now)
{
	struct slice alternates[ACROSS_LINKS];
	struct across_choice ignored;
	const struct across_item item = {.story = story,
		.lang = as->lang,
		.title = as->title,
		.summary = as->summary.len > 0 ? as->summary : as->content,
		.link = url_canonical(&s->a, it->url),
		.alternates = alternates,
		.n_alternates = alternates_of(&s->a, it, alternates),
		.image = picture_of(it)};

	across_link(s->across, &item, now, &ignored);
}

static instant date_of(const struct item *it, instant place)
{
	if (it->published != INSTANT_NONE)
		return it->published;
	return it->modified != INSTANT_NONE ? it->modified : place;
}

/*
 * A new item's story, and the row that says so.  Its address says nothing here: where addresses
 * tell items apart, two with the same one are one item, and else one address stands for many
 * things.
 */
static int add(struct stories *s, const struct item *it, const struct item_written *as,
	struct slice lang, instant now, struct error *err)
{
	struct cluster_item of = {.item = as->number,
		.lang = it->language.len > 0 ? it->language : lang,
		.title = it->title,
		.date = date_of(it, as->place)};
	struct cluster_choice choice;
	struct story_item_row row;

	arena_reset(&s->a);
	of.summary = text_of(&s->a, it->summary_html, it->summary);
	of.content = text_of(&s->a, it->content_html, it->content_text);
	if (it->attachments.n > 0)
		of.enclosure = it->attachments.at[0].url;
	cluster_choose(s->cluster, &of, now, &choice);
	if (choice.story == 0)
		return 0;
	row = stories_item_row_of(&choice);
	if (store_write_story_item(s->store, &row, err) != 0)
		return -1;
	link_across(s, it, &of, choice.story, now);
	return 0;
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
		status = add(s, &items[all[i].at], &written[all[i].at], lang, now, err);
	free(all);
	if (status != 0)
		stories_undo(s);
	return status == 0 ? 0 : -1;
}
