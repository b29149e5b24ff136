/*
 * read_items.c - items of a view, newest first
 *
 * A walk (walk.h) goes through the places that match; a page takes what it needs of them.  One
 * entry a story stands where the story's newest matching item stands, so a page that goes on
 * behind a cursor must know which stories stand before it: it looks, once a story.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/item_row.h"
#include "store/query.h"
#include "store/search.h"
#include "store/reader.h"
#include "store/walk.h"

#include <inttypes.h>
#include <uthash.h>

/* --- one entry a story */

struct told {
	int64_t story;
	UT_hash_handle hh;
};

struct page {
	struct store_reader *r;
	struct arena *a;
	const struct item_query *query;
	struct walk walk;
	struct told *told; /* the stories that have their entry */
	struct place *places;
	size_t n, most;
};

/* The story of an item; 0: none. */
static int story_of(struct store_reader *r, int64_t item, int64_t *story_out, struct error *err)
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

/* 1 the story has an item that matches and stands before the page, 0 it has none, -1 error. */
static int stands_before(struct page *p, int64_t story, struct place from, struct error *err)
{
	static const char FIND[] =
		"SELECT m.place, m.item FROM item_story m INDEXED BY item_story_by_story"
		" CROSS JOIN item i ON i.number = m.item AND i.held = 0 WHERE m.story = ?1"
		" AND (m.place, m.item) > (?2, ?3) AND m.place < ?4"
		" ORDER BY m.place DESC, m.item DESC";
	struct query q = query_ask(&p->r->store, FIND);
	int got = 0, takes = 0;

	query_put_int(&q, story);
	query_put_int(&q, from.at);
	query_put_int(&q, from.number);
	query_put_int(&q, p->query->until == INSTANT_NONE ? INT64_MAX : p->query->until);
	while (takes == 0 && (got = query_step(&q, err)) == 1) {
		struct place at = {.at = query_int(&q)};

		at.number = query_int(&q);
		takes = walk_takes(&p->walk, at, err);
	}
	query_end(&q);
	return got < 0 ? -1 : takes;
}

/* 1 the place is an entry of its own, 0 its story has one already, -1 error. */
static int is_entry(struct page *p, struct place at, struct error *err)
{
	struct told *t;
	int64_t story;
	int before = 0;

	if (story_of(p->r, at.number, &story, err) < 0)
		return -1;
	if (story == 0)
		return 1;
	HASH_FIND(hh, p->told, &story, sizeof story, t);
	if (t != NULL)
		return 0;
	if (p->query->after != NULL)
		before = stands_before(p, story, at, err);
	t = arena_alloc(p->a, sizeof *t);
	t->story = story;
	HASH_ADD(hh, p->told, story, sizeof t->story, t);
	return before < 0 ? -1 : before == 0;
}

/* --- the page */

/* The default window ends where it has its least, and what is next is too old. */
static bool is_behind_window(const struct page *p, struct place at)
{
	return p->query->limit == 0 && p->n >= LIMIT_DEFAULT_ENTRIES &&
	       at.at < p->places[0].at - LIMIT_DEFAULT_WINDOW_S;
}

/* The places of the page; *more_out: there are others behind them. */
static int choose(struct page *p, bool *more_out, struct error *err)
{
	struct place at;
	int got;

	*more_out = false;
	while ((got = walk_next(&p->walk, &at, err)) == 1) {
		int entry = p->query->one_per_story ? is_entry(p, at, err) : 1;

		if (entry < 0)
			return -1;
		if (entry == 0)
			continue;
		*more_out = p->n == p->most || is_behind_window(p, at);
		if (*more_out)
			return 0;
		p->places[p->n++] = at;
	}
	return got;
}

/* The item of a place; for a story its lead, standing there. */
static int read_entry(struct page *p, struct story_book *book, struct place at,
	struct stored_item *item_out, struct error *err)
{
	int64_t number = at.number;
	int got;

	if (p->query->one_per_story && read_lead_of(p->r, at.number, &number, err) < 0)
		return -1;
	got = item_row_read(&p->r->store, number, p->a, item_out, err);
	if (got == 0)
		return error_set(err, "item %" PRId64 " has no text", number);
	if (got < 0 || read_siblings(p->r, book, p->a, item_out, err) < 0)
		return -1;
	item_out->place = at.at;
	return 0;
}

static int fill(struct page *p, struct item_page *page_out, struct error *err)
{
	struct stored_item *items = arena_array(p->a, p->n, sizeof *items);
	struct story_book book = {NULL};
	int done = 0;

	for (size_t i = 0; done == 0 && i < p->n; i++)
		done = read_entry(p, &book, p->places[i], &items[i], err);
	read_siblings_end(&book);
	page_out->items = items;
	page_out->n = p->n;
	if (p->n > 0)
		page_out->last = p->places[p->n - 1];
	return done;
}

static int read_page(struct page *p, struct item_page *page_out, struct error *err)
{
	*page_out = (struct item_page){0};
	p->places = arena_array(p->a, p->most, sizeof *p->places);
	if (walk_open(&p->walk, &p->r->store, p->query, p->a, err) < 0 ||
		choose(p, &page_out->more, err) < 0)
		return -1;
	return fill(p, page_out, err);
}

int store_read_items(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct item_page *page_out, struct error *err)
{
	struct page p = {.r = r, .a = a, .query = q, .most = LIMIT_PAGE_ENTRIES};
	int done;

	if (q->limit > 0 && q->limit < LIMIT_PAGE_ENTRIES)
		p.most = q->limit;
	if (store_read_begin(r, err) < 0)
		return -1;
	search_limit(&r->store, q->q);
	done = read_page(&p, page_out, err);
	HASH_CLEAR(hh, p.told);
	search_unlimit(&r->store, err);
	store_read_end(r);
	return done;
}

/* --- by any of its names */

/* A number, 32 hex digits, or an atom:id, of which the public id is made. */
int read_number(struct store_reader *r, struct slice any_id, int64_t *number_out, struct error *err)
{
	static const char FIND[] = "SELECT number FROM item WHERE public = ?";
	struct digest shown;
	struct query q;
	int got;

	if (any_id.len < 2 * DIGEST_BYTES && slice_int(any_id, 1, INT64_MAX, number_out))
		return 1;
	shown = item_row_public(any_id);
	q = query_ask(&r->store, FIND);
	query_put_digest(&q, &shown);
	got = query_step(&q, err);
	if (got == 1)
		*number_out = query_int(&q);
	query_end(&q);
	return got;
}

int store_read_item(struct store_reader *r, struct slice any_id, struct arena *a,
	struct stored_item *item_out, struct error *err)
{
	int64_t number;
	int got;

	if (store_read_begin(r, err) < 0)
		return -1;
	got = read_number(r, any_id, &number, err);
	if (got == 1)
		got = read_item(r, number, a, item_out, err);
	store_read_end(r);
	return got;
}

int store_read_revisions(struct store_reader *r, int64_t number, struct arena *a,
	struct stored_revision **revisions_out, size_t *n_out, struct error *err)
{
	static const char FIND[] = "SELECT at, wire FROM revision WHERE item = ? ORDER BY n";
	struct {
		struct stored_revision *at;
		size_t n, cap;
	} all = {0};
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, number);
	while ((got = query_step(&q, err)) == 1) {
		struct stored_revision *one = ARENA_PUSH(a, &all);

		one->at = query_int(&q);
		if (item_row_text(query_blob(&q, a), a, &one->item, number, err) < 0) {
			got = -1;
			break;
		}
	}
	query_end(&q);
	*revisions_out = all.at;
	*n_out = all.n;
	return got;
}
