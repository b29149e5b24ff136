/* read_archive.c - items by order of arrival: what is new, and what was closed for good */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/item_row.h"
#include "store/query.h"
#include "store/reader.h"
#include "store/source_row.h"

#include <inttypes.h>

/* --- what is new */

static int read_turns(struct store_reader *r, int64_t after, size_t limit, struct arena *a,
	struct item_page *page, struct error *err)
{
	static const char FIND[] = "SELECT number, place FROM item INDEXED BY item_by_arrival"
				   " WHERE arrival > ? ORDER BY arrival LIMIT ?";
	struct query q = query_ask(&r->store, FIND);
	struct place *places = arena_array(a, limit + 1, sizeof *places);
	struct story_book book = {NULL};
	size_t n = 0;
	int got;

	query_put_int(&q, after);
	query_put_int(&q, (int64_t)limit + 1);
	while ((got = query_step(&q, err)) == 1) {
		places[n].number = query_int(&q);
		places[n++].at = query_int(&q);
	}
	query_end(&q);
	page->more = n > limit;
	page->n = n > limit ? limit : n;
	page->items = arena_array(a, page->n, sizeof *page->items);
	for (size_t i = 0; got >= 0 && i < page->n; i++) {
		got = item_row_read(&r->store, places[i].number, a, &page->items[i], err);
		if (got == 1)
			got = read_siblings(r, &book, a, &page->items[i], err);
	}
	read_siblings_end(&book);
	if (page->n > 0)
		page->last = places[page->n - 1];
	return got < 0 ? -1 : 0;
}

int store_read_arrivals(struct store_reader *r, int64_t after, size_t limit, struct arena *a,
	struct item_page *page_out, struct error *err)
{
	int done;

	*page_out = (struct item_page){.n = 0};
	if (store_read_begin(r, err) < 0)
		return -1;
	done = read_turns(r, after, limit < LIMIT_PAGE_ENTRIES ? limit : LIMIT_PAGE_ENTRIES, a,
		page_out, err);
	store_read_end(r);
	return done;
}

/* --- what was closed */

int store_read_archives(struct store_reader *r, int64_t *closed_out, struct error *err)
{
	int64_t arrived;

	*closed_out = 0;
	if (store_get_number(&r->store, "arrivals", &arrived, err) < 0)
		return -1;
	*closed_out = arrived / LIMIT_ARCHIVE_ENTRIES;
	return 0;
}

struct closing {
	int64_t n, serial;
	struct stored_archive *archive;
	struct arena *a;
};

/* Its sources as they were, by number. */
static int read_sources(struct store_reader *r, struct closing *c, struct error *err)
{
	static const char FIND[] =
		"SELECT source, name, url, title, lang, tags, is_page, wire FROM archive_source"
		" WHERE archive = ? ORDER BY source";
	struct {
		struct stored_source *at;
		size_t n, cap;
	} all = {0};
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, c->n);
	while ((got = query_step(&q, err)) == 1) {
		struct stored_source *s = ARENA_PUSH(c->a, &all);

		*s = (struct stored_source){.number = query_int(&q)};
		s->name = query_text(&q, c->a);
		s->url = query_text(&q, c->a);
		s->title = query_text(&q, c->a);
		s->lang = query_text(&q, c->a);
		source_row_tags(query_text(&q, c->a), c->a, &s->tags);
		s->is_page = query_int(&q) != 0;
		source_row_head(query_blob(&q, c->a), c->a, &s->feed);
	}
	query_end(&q);
	c->archive->sources = all.at;
	c->archive->n_sources = all.n;
	return got;
}

static struct slice name_of(const struct stored_archive *archive, int64_t source)
{
	for (size_t i = 0; i < archive->n_sources; i++)
		if (archive->sources[i].number == source)
			return archive->sources[i].name;
	return SLICE_NONE;
}

/* Who carried an item then: the source of record first. */
static int read_carriers(
	struct store_reader *r, const struct closing *c, struct stored_item *i, struct error *err)
{
	static const char FIND[] = "SELECT source, url, first_seen FROM sighting"
				   " WHERE item = ?1 AND serial <= ?3"
				   " ORDER BY source <> ?2, first_seen, source";
	struct {
		struct sighting *at;
		size_t n, cap;
	} all = {0};
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, i->number);
	query_put_int(&q, i->source);
	query_put_int(&q, c->serial);
	while ((got = query_step(&q, err)) == 1) {
		struct sighting *s = ARENA_PUSH(c->a, &all);

		s->source = query_int(&q);
		s->url = query_text(&q, c->a);
		if (s->source == i->source)
			s->url = i->item.url;
		s->first_seen = query_int(&q);
		s->source_name = name_of(c->archive, s->source);
	}
	query_end(&q);
	i->sightings = all.at;
	i->n_sightings = all.n;
	return got;
}

static int read_as_it_was(
	struct query *q, struct closing *c, struct stored_item *i, struct error *err)
{
	struct digest public;

	*i = (struct stored_item){.number = query_int(q), .changed = c->serial};
	i->arrival = query_int(q);
	i->atom_id = query_text(q, c->a);
	query_digest(q, &public);
	i->public_id = item_row_hex(c->a, &public);
	i->place = query_int(q);
	i->first_seen = query_int(q);
	i->published = query_int(q);
	i->source = query_int(q);
	i->updated = query_int(q);
	i->withdrawn = query_instant(q);
	i->revisions = query_int(q);
	return item_row_text(query_blob(q, c->a), c->a, &i->item, i->number, err);
}

static int read_members(struct store_reader *r, struct closing *c, struct error *err)
{
	static const char FIND[] =
		"SELECT i.number, i.arrival, i.atom_id, i.public, i.place, i.first_seen,"
		" i.published, coalesce(f.source, i.source), coalesce(f.updated, i.updated),"
		" CASE WHEN f.item IS NULL THEN i.withdrawn ELSE f.withdrawn END,"
		" coalesce(f.revisions, i.revisions), coalesce(f.wire, t.wire)"
		" FROM item i INDEXED BY item_by_arrival CROSS JOIN text t ON t.number = i.number"
		" LEFT JOIN frozen f ON f.item = i.number"
		" WHERE i.arrival > ? AND i.arrival <= ? ORDER BY i.arrival";
	struct stored_archive *archive = c->archive;
	struct query q = query_ask(&r->store, FIND);
	int got;

	archive->items = arena_array(c->a, LIMIT_ARCHIVE_ENTRIES, sizeof *archive->items);
	query_put_int(&q, (c->n - 1) * LIMIT_ARCHIVE_ENTRIES);
	query_put_int(&q, c->n * LIMIT_ARCHIVE_ENTRIES);
	while ((got = query_step(&q, err)) == 1)
		if (read_as_it_was(&q, c, &archive->items[archive->n++], err) < 0) {
			got = -1;
			break;
		}
	query_end(&q);
	return got;
}

/* 1 it is closed, 0 it is not, -1 error. */
static int read_closing(struct store_reader *r, struct closing *c, struct error *err)
{
	static const char FIND[] = "SELECT closed, serial FROM archive WHERE n = ?";
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, c->n);
	got = query_step(&q, err);
	if (got == 1) {
		c->archive->closed = query_int(&q);
		c->serial = query_int(&q);
	}
	query_end(&q);
	return got;
}

static int read_archive(struct store_reader *r, struct closing *c, struct error *err)
{
	int got = read_closing(r, c, err);

	if (got <= 0)
		return got;
	if (read_members(r, c, err) < 0)
		return -1;
	if (c->archive->n < LIMIT_ARCHIVE_ENTRIES)
		return 2;
	if (read_sources(r, c, err) < 0)
		return -1;
	for (size_t i = 0; i < c->archive->n; i++)
		if (read_carriers(r, c, &c->archive->items[i], err) < 0)
			return -1;
	return 1;
}

int store_read_archive(struct store_reader *r, int64_t n, struct arena *a,
	struct stored_archive *archive_out, struct error *err)
{
	struct closing c = {.n = n, .archive = archive_out, .a = a};
	int got;

	*archive_out = (struct stored_archive){.n = 0};
	if (store_read_begin(r, err) < 0)
		return -1;
	got = read_archive(r, &c, err);
	store_read_end(r);
	return got;
}
