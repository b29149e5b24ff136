/* read_story.c - what tells one event: an item's siblings, and a story as a whole */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/item_row.h"
#include "store/query.h"
#include "store/reader.h"

#include <inttypes.h>
#include <uthash.h>

#define BAND_MOST 16 /* stories of one event: one a language */

/* --- siblings */

/* A story's newest items, and the leads of its counterparts. */
struct story_shelf {
	int64_t story;
	struct sibling *at;
	size_t n, n_same;
	UT_hash_handle hh;
};

struct siblings {
	struct sibling *at;
	size_t n, cap;
};

#define SIBLING_COLUMNS                                                                            \
	"i.number, i.atom_id, i.public, i.lang, c.name, t.wire FROM item_story m"                  \
	" CROSS JOIN item i ON i.number = m.item AND i.held = 0"                                   \
	" CROSS JOIN source c ON c.number = i.source CROSS JOIN text t ON t.number = i.number"

static int read_sibling(
	struct query *q, struct arena *a, bool across, struct siblings *to, struct error *err)
{
	struct sibling *s = ARENA_PUSH(a, to);
	struct digest public;
	struct item item;

	*s = (struct sibling){.number = query_int(q), .across = across};
	s->atom_id = query_text(q, a);
	query_digest(q, &public);
	s->public_id = item_row_hex(a, &public);
	s->lang = query_text(q, a);
	s->source_name = query_text(q, a);
	if (item_row_text(query_blob(q, a), a, &item, s->number, err) < 0)
		return -1;
	s->url = item.url;
	s->title = item.title;
	return 0;
}

static int read_sibling_rows(
	struct query *q, struct arena *a, bool across, struct siblings *to, struct error *err)
{
	int got;

	while ((got = query_step(q, err)) == 1)
		if (read_sibling(q, a, across, to, err) < 0) {
			got = -1;
			break;
		}
	query_end(q);
	return got;
}

/* The lead among a story's newest items: at home, the longer, the earlier; not taken back. */
static int find_lead(struct store_reader *r, int64_t story, int64_t *lead_out, struct error *err)
{
	static const char FIND[] =
		"SELECT number FROM (SELECT i.number, i.withdrawn, i.home, i.size FROM item_story m"
		" INDEXED BY item_story_by_story CROSS JOIN item i ON i.number = m.item"
		" AND i.held = 0 WHERE m.story = ? ORDER BY m.place DESC, m.item DESC LIMIT ?)"
		" ORDER BY withdrawn IS NOT NULL, home DESC, size DESC, number LIMIT 1";
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, story);
	query_put_int(&q, LIMIT_STORY_ITEMS);
	got = query_step(&q, err);
	if (got == 1)
		*lead_out = query_int(&q);
	query_end(&q);
	return got;
}

static int read_same(struct store_reader *r, int64_t story, struct arena *a, struct siblings *to,
	struct error *err)
{
	static const char FIND[] = "SELECT " SIBLING_COLUMNS
				   " WHERE m.story = ? ORDER BY m.place DESC, m.item DESC LIMIT ?";
	struct query q = query_ask(&r->store, FIND);

	query_put_int(&q, story);
	query_put_int(&q, LIMIT_SIBLINGS + 1); /* one of them is the item itself */
	return read_sibling_rows(&q, a, false, to, err);
}

static int read_one(struct store_reader *r, int64_t number, struct arena *a, struct siblings *to,
	struct error *err)
{
	static const char FIND[] = "SELECT " SIBLING_COLUMNS " WHERE m.item = ?";
	struct query q = query_ask(&r->store, FIND);

	query_put_int(&q, number);
	return read_sibling_rows(&q, a, true, to, err);
}

/* The leads of the stories that tell the same event in other languages, by language. */
static int read_across(struct store_reader *r, int64_t story, struct arena *a, struct siblings *to,
	struct error *err)
{
	static const char FIND[] =
		"SELECT o.number FROM story s CROSS JOIN story o INDEXED BY story_by_band"
		" ON o.band = s.band AND o.band <> 0 AND o.number <> s.number"
		" WHERE s.number = ? ORDER BY o.lang, o.number LIMIT ?";
	struct query q = query_ask(&r->store, FIND);
	int64_t others[BAND_MOST], lead;
	size_t n = 0;
	int got = 0;

	query_put_int(&q, story);
	query_put_int(&q, BAND_MOST);
	while (n < BAND_MOST && (got = query_step(&q, err)) == 1)
		others[n++] = query_int(&q);
	query_end(&q);
	for (size_t i = 0; got >= 0 && i < n; i++) {
		got = find_lead(r, others[i], &lead, err);
		if (got == 1)
			got = read_one(r, lead, a, to, err);
	}
	return got < 0 ? -1 : 0;
}

static int fill_shelf(
	struct store_reader *r, struct story_shelf *shelf, struct arena *a, struct error *err)
{
	struct siblings all = {0};

	if (read_same(r, shelf->story, a, &all, err) < 0)
		return -1;
	shelf->n_same = all.n;
	if (read_across(r, shelf->story, a, &all, err) < 0)
		return -1;
	shelf->at = all.at;
	shelf->n = all.n;
	return 0;
}

/* The story of an item; 0: none. */
static int find_story(struct store_reader *r, int64_t item, int64_t *story_out, struct error *err)
{
	static const char FIND[] = "SELECT story FROM item_story WHERE item = ?";
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, item);
	got = query_step(&q, err);
	*story_out = got == 1 ? query_int(&q) : 0;
	query_end(&q);
	return got < 0 ? -1 : 0;
}

/* All but the item itself, as many as may be told. */
static void take_from(const struct story_shelf *shelf, struct arena *a, struct stored_item *item)
{
	item->siblings = arena_array(a, LIMIT_SIBLINGS, sizeof *item->siblings);
	for (size_t i = 0; i < shelf->n && item->n_siblings < LIMIT_SIBLINGS; i++)
		if (shelf->at[i].number != item->number)
			item->siblings[item->n_siblings++] = shelf->at[i];
}

int read_siblings(struct store_reader *r, struct story_book *book, struct arena *a,
	struct stored_item *item, struct error *err)
{
	struct story_shelf *shelf;
	int64_t story;

	if (item->story.len == 0)
		return 0;
	if (find_story(r, item->number, &story, err) < 0)
		return -1;
	HASH_FIND(hh, book->shelves, &story, sizeof story, shelf);
	if (shelf == NULL) {
		shelf = arena_alloc(a, sizeof *shelf);
		shelf->story = story;
		if (fill_shelf(r, shelf, a, err) < 0)
			return -1;
		HASH_ADD(hh, book->shelves, story, sizeof shelf->story, shelf);
	}
	take_from(shelf, a, item);
	return 0;
}

void read_siblings_end(struct story_book *book)
{
	HASH_CLEAR(hh, book->shelves);
}

int read_lead_of(struct store_reader *r, int64_t item, int64_t *lead_out, struct error *err)
{
	int64_t story;

	*lead_out = item;
	if (find_story(r, item, &story, err) < 0)
		return -1;
	return story == 0 || find_lead(r, story, lead_out, err) >= 0 ? 0 : -1;
}

int read_item(struct store_reader *r, int64_t number, struct arena *a, struct stored_item *item_out,
	struct error *err)
{
	struct story_book book = {NULL};
	int got = item_row_read(&r->store, number, a, item_out, err);

	if (got == 1 && read_siblings(r, &book, a, item_out, err) < 0)
		got = -1;
	read_siblings_end(&book);
	return got;
}

/* --- a story as a whole */

/* A story's own id, or that of one of its items. */
static int find_any(
	struct store_reader *r, struct slice any_id, int64_t *story_out, struct error *err)
{
	static const char FIND[] = "SELECT number FROM story WHERE public = ?";
	struct digest public;
	struct query q;
	int64_t item;
	int got = 0;

	if (item_row_story_id(any_id, &public)) {
		q = query_ask(&r->store, FIND);
		query_put_digest(&q, &public);
		got = query_step(&q, err);
		if (got == 1)
			*story_out = query_int(&q);
		query_end(&q);
	}
	if (got == 0)
		got = read_number(r, any_id, &item, err);
	else
		return got;
	if (got != 1)
		return got;
	if (find_story(r, item, story_out, err) < 0)
		return -1;
	return *story_out != 0;
}

static int read_head(struct store_reader *r, int64_t story, struct arena *a, struct stored_story *s,
	struct error *err)
{
	static const char FIND[] = "SELECT public, lang, first, last, locked FROM story"
				   " WHERE number = ? AND public IS NOT NULL";
	struct query q = query_ask(&r->store, FIND);
	struct digest public;
	int got;

	query_put_int(&q, story);
	got = query_step(&q, err);
	if (got == 1) {
		query_digest(&q, &public);
		s->public_id = item_row_hex(a, &public);
		s->atom_id = item_row_urn(a, &public);
		s->lang = query_text(&q, a);
		s->first = query_int(&q);
		s->last = query_int(&q);
		s->locked = query_int(&q) != 0;
	}
	query_end(&q);
	return got;
}

static int read_members(struct store_reader *r, int64_t story, struct arena *a,
	struct stored_story *s, struct error *err)
{
	static const char FIND[] =
		"SELECT m.item FROM item_story m INDEXED BY item_story_by_story"
		" CROSS JOIN item i ON i.number = m.item AND i.held = 0 WHERE m.story = ?"
		" ORDER BY m.place DESC, m.item DESC LIMIT ?";
	struct query q = query_ask(&r->store, FIND);
	int64_t *numbers = arena_array(a, LIMIT_STORY_ITEMS, sizeof *numbers);
	int got;

	query_put_int(&q, story);
	query_put_int(&q, LIMIT_STORY_ITEMS);
	while ((got = query_step(&q, err)) == 1)
		numbers[s->n++] = query_int(&q);
	query_end(&q);
	s->items = arena_array(a, s->n, sizeof *s->items);
	for (size_t i = 0; got >= 0 && i < s->n; i++)
		got = item_row_read(&r->store, numbers[i], a, &s->items[i], err);
	return got < 0 ? -1 : 0;
}

static int read_first(struct store_reader *r, int64_t story, instant *first_out, struct error *err)
{
	static const char FIND[] =
		"SELECT m.place FROM item_story m INDEXED BY item_story_by_story"
		" CROSS JOIN item i ON i.number = m.item AND i.held = 0 WHERE m.story = ?"
		" ORDER BY m.place, m.item LIMIT 1";
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, story);
	got = query_step(&q, err);
	if (got == 1)
		*first_out = query_int(&q);
	query_end(&q);
	return got < 0 ? -1 : 0;
}

static int read_whole(struct store_reader *r, int64_t story, struct arena *a,
	struct stored_story *s, struct error *err)
{
	struct siblings also = {0};
	int64_t lead = 0;

	if (read_members(r, story, a, s, err) < 0)
		return -1;
	if (s->n == 0)
		return 0; /* all are held back */
	s->last = s->items[0].place;
	if (read_first(r, story, &s->first, err) < 0 || find_lead(r, story, &lead, err) < 0 ||
		read_across(r, story, a, &also, err) < 0)
		return -1;
	while (s->items[s->lead].number != lead && s->lead + 1 < s->n)
		s->lead++;
	s->also = also.at;
	s->n_also = also.n;
	return 1;
}

int store_read_story(struct store_reader *r, struct slice any_id, struct arena *a,
	struct stored_story *story_out, struct error *err)
{
	int64_t story;
	int got;

	*story_out = (struct stored_story){.lead = 0};
	if (store_read_begin(r, err) < 0)
		return -1;
	got = find_any(r, any_id, &story, err);
	if (got == 1)
		got = read_head(r, story, a, story_out, err);
	if (got == 1)
		got = read_whole(r, story, a, story_out, err);
	store_read_end(r);
	return got;
}
