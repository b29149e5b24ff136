/*
 * read_items.c - items of a view, newest first
 *
 * Each query walks one or several streams: all items by place, or those of each source that is
 * asked for.  A stream is left as soon as it cannot bear anything newer than what is already
 * chosen, so the cost is that of a page and one search a stream, however much is stored.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "feed/wire.h"
#include "store/identity.h"
#include "store/query.h"
#include "store/reader.h"

#include <inttypes.h>
#include <stdlib.h>

/* --- one item */

static int read_sightings(
	struct store_reader *r, struct arena *a, struct stored_item *i, struct error *err)
{
	static const char FIND[] = "SELECT s.source, c.name, s.url, s.first_seen FROM sighting s"
				   " JOIN source c ON c.number = s.source WHERE s.item = ?1"
				   " ORDER BY s.source <> ?2, s.first_seen, s.source";
	struct {
		struct sighting *at;
		size_t n, cap;
	} all = {0};
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, i->number);
	query_put_int(&q, i->source);
	while ((got = query_step(&q, err)) == 1) {
		struct sighting *s = ARENA_PUSH(a, &all);

		s->source = query_int(&q);
		s->source_name = query_text(&q, a);
		s->url = query_text(&q, a);
		if (s->source == i->source)
			s->url = i->item.url;
		s->first_seen = query_int(&q);
	}
	query_end(&q);
	i->sightings = all.at;
	i->n_sightings = all.n;
	return got;
}

static int read_wire(struct slice wire, struct arena *a, struct item *item_out, int64_t number,
	struct error *err)
{
	enum wire_record type;
	struct slice payload;

	if (wire_next(&wire, &type, &payload) != WIRE_OK || type != WIRE_ITEM ||
		wire_get_item(payload, a, item_out) != WIRE_OK)
		return error_set(err, "item %" PRId64 " cannot be read", number);
	return 0;
}

int read_item(struct store_reader *r, int64_t number, struct arena *a, struct stored_item *item_out,
	struct error *err)
{
	static const char FIND[] =
		"SELECT i.atom_id, i.public, i.source, i.place, i.first_seen, i.published,"
		" i.updated, i.withdrawn, i.revisions, t.wire FROM item i"
		" JOIN text t ON t.number = i.number WHERE i.number = ?";
	struct query q = query_ask(&r->store, FIND);
	char hex[DIGEST_HEX_BYTES];
	struct slice wire = SLICE_NONE;
	struct digest shown;
	int got;

	query_put_int(&q, number);
	got = query_step(&q, err);
	*item_out = (struct stored_item){.number = number};
	if (got == 1) {
		item_out->atom_id = query_text(&q, a);
		query_digest(&q, &shown);
		item_out->public_id = slice_copy(a, slice_of(digest_hex(hex, &shown)));
		item_out->source = query_int(&q);
		item_out->place = query_int(&q);
		item_out->first_seen = query_int(&q);
		item_out->published = query_int(&q);
		item_out->updated = query_int(&q);
		item_out->withdrawn = query_instant(&q);
		item_out->revisions = query_int(&q);
		wire = query_blob(&q, a);
	}
	query_end(&q);
	if (got != 1)
		return got;
	if (read_wire(wire, a, &item_out->item, number, err) < 0)
		return -1;
	return read_sightings(r, a, item_out, err) < 0 ? -1 : 1;
}

/* --- the streams */

struct numbers {
	int64_t *at;
	size_t n, cap;
};

/* The newest `most` places that match, newest first; `last` is the oldest of them when full. */
struct choice {
	const struct item_query *query;
	struct place from;  /* older than this */
	struct place least; /* not older than this */
	struct place *at;
	size_t n, most;
};

static bool is_newer(struct place a, struct place b)
{
	return a.at != b.at ? a.at > b.at : a.number > b.number;
}

static bool takes_language(const struct item_query *q, struct slice lang)
{
	for (size_t i = 0; i < q->n_langs; i++) {
		struct slice want = q->langs[i];

		if (slice_equal_fold(slice_head(lang, want.len), want) &&
			(lang.len == want.len || lang.at[want.len] == '-'))
			return true;
	}
	return q->n_langs == 0;
}

/* Puts it where it belongs, once; what is too old for the page falls out. */
static void choose(struct choice *c, struct place p)
{
	size_t low = 0, high = c->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (is_newer(c->at[mid], p))
			low = mid + 1;
		else
			high = mid;
	}
	if (low < c->n && c->at[low].number == p.number)
		return;
	if (low >= c->most)
		return;
	c->n += c->n < c->most;
	memmove(&c->at[low + 1], &c->at[low], (c->n - low - 1) * sizeof *c->at);
	c->at[low] = p;
}

/* Steps a stream of place, number, language; source 0: the stream of all. */
static int walk(struct store_reader *r, struct choice *c, const char *sql, int64_t source,
	struct error *err)
{
	struct arena a = {0};
	struct query q = query_ask(&r->store, sql);
	int got;

	query_put_int(&q, c->from.at);
	query_put_int(&q, c->from.number);
	query_put_int(&q, c->least.at);
	if (source != 0)
		query_put_int(&q, source);
	while ((got = query_step(&q, err)) == 1) {
		struct place p = {.at = query_int(&q)};

		p.number = query_int(&q);
		if (c->n == c->most && !is_newer(p, c->at[c->n - 1]))
			break;
		if (c->query->n_langs == 0 || takes_language(c->query, query_text(&q, &a)))
			choose(c, p);
		arena_reset(&a);
	}
	query_end(&q);
	arena_clear(&a);
	return got < 0 ? -1 : 0;
}

static int walk_all(struct store_reader *r, struct choice *c, struct error *err)
{
	static const char WALK[] =
		"SELECT place, number, lang FROM item INDEXED BY item_by_place WHERE held = 0"
		" AND (place, number) < (?1, ?2) AND place >= ?3 ORDER BY place DESC, number DESC";

	return walk(r, c, WALK, 0, err);
}

static int walk_sources(
	struct store_reader *r, struct choice *c, const struct numbers *sources, struct error *err)
{
	static const char WALK[] =
		"SELECT s.place, s.item, i.lang FROM sighting s INDEXED BY sighting_by_source"
		" CROSS JOIN item i ON i.number = s.item AND i.held = 0 WHERE s.source = ?4"
		" AND (s.place, s.item) < (?1, ?2) AND s.place >= ?3"
		" ORDER BY s.place DESC, s.item DESC";

	for (size_t i = 0; i < sources->n; i++)
		if (walk(r, c, WALK, sources->at[i], err) < 0)
			return -1;
	return 0;
}

static int find_sources(struct store_reader *r, const char *sql, struct slice of,
	struct numbers *to, struct arena *a, struct error *err)
{
	struct query q = query_ask(&r->store, sql);
	int got;

	query_put_text(&q, of);
	while ((got = query_step(&q, err)) == 1)
		*ARENA_PUSH(a, to) = query_int(&q);
	query_end(&q);
	return got;
}

static int compare_numbers(const void *one, const void *other)
{
	int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

	return a < b ? -1 : a > b;
}

/* Sorted, each once. */
static void order(struct numbers *all)
{
	size_t n = 0;

	if (all->n == 0)
		return;
	qsort(all->at, all->n, sizeof *all->at, compare_numbers);
	for (size_t i = 0; i < all->n; i++)
		if (n == 0 || all->at[n - 1] != all->at[i])
			all->at[n++] = all->at[i];
	all->n = n;
}

static int named_sources(struct store_reader *r, const struct item_query *q, struct numbers *to,
	struct arena *a, struct error *err)
{
	static const char FIND[] = "SELECT number FROM source WHERE name = ?";

	for (size_t i = 0; i < q->n_sources; i++)
		if (find_sources(r, FIND, q->sources[i], to, a, err) < 0)
			return -1;
	order(to);
	return 0;
}

static int tagged_sources(struct store_reader *r, const struct item_query *q, struct numbers *to,
	struct arena *a, struct error *err)
{
	static const char FIND[] = "SELECT number FROM source"
				   " WHERE instr(tags, char(10) || ? || char(10)) > 0";

	for (size_t i = 0; i < q->n_tags; i++)
		if (find_sources(r, FIND, q->tags[i], to, a, err) < 0)
			return -1;
	order(to);
	return 0;
}

/* Those of one list that stand in the other too: both conditions must hold. */
static void intersect(struct numbers *one, const struct numbers *other)
{
	size_t n = 0;

	for (size_t i = 0; i < one->n; i++)
		if (other->n > 0 && bsearch(&one->at[i], other->at, other->n, sizeof *other->at,
					    compare_numbers) != NULL)
			one->at[n++] = one->at[i];
	one->n = n;
}

static int choose_sources(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct numbers *to, struct error *err)
{
	struct numbers tagged = {0};

	if (q->n_sources > 0 && named_sources(r, q, to, a, err) < 0)
		return -1;
	if (q->n_tags > 0 && tagged_sources(r, q, &tagged, a, err) < 0)
		return -1;
	if (q->n_sources > 0 && q->n_tags > 0)
		intersect(to, &tagged);
	else if (q->n_tags > 0)
		*to = tagged;
	return 0;
}

/* --- the page */

static struct place start_of(const struct item_query *q)
{
	struct place from = {INT64_MAX, INT64_MAX};

	if (q->until != INSTANT_NONE)
		from = (struct place){q->until, 0}; /* numbers are counted from 1 */
	if (q->after != NULL && is_newer(from, *q->after))
		from = *q->after;
	return from;
}

/* How many of the newest that were found make the page. */
static size_t window(const struct choice *c, size_t limit)
{
	size_t n = c->n < limit ? c->n : limit;

	if (c->query->limit > 0)
		return n;
	while (n > LIMIT_DEFAULT_ENTRIES && c->at[n - 1].at < c->at[0].at - LIMIT_DEFAULT_WINDOW_S)
		n--;
	return n;
}

static int fill(struct store_reader *r, struct choice *c, size_t n, struct arena *a,
	struct item_page *page_out, struct error *err)
{
	struct stored_item *items = arena_array(a, n, sizeof *items);

	for (size_t i = 0; i < n; i++) {
		int got = read_item(r, c->at[i].number, a, &items[i], err);

		if (got <= 0)
			return got < 0 ? -1
				       : error_set(err, "item %" PRId64 " has no text",
						 c->at[i].number);
	}
	*page_out = (struct item_page){.items = items, .n = n, .more = c->n > n};
	if (n > 0)
		page_out->last = c->at[n - 1];
	return 0;
}

static int read_page(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct item_page *page_out, struct error *err)
{
	size_t limit =
		q->limit > 0 && q->limit < LIMIT_PAGE_ENTRIES ? q->limit : LIMIT_PAGE_ENTRIES;
	struct choice c = {.query = q, .from = start_of(q), .most = limit + 1};
	struct numbers sources = {0};
	int done;

	c.least.at = q->since == INSTANT_NONE ? INT64_MIN : q->since;
	c.at = arena_array(a, c.most + 1, sizeof *c.at);
	if (choose_sources(r, q, a, &sources, err) < 0)
		return -1;
	done = q->n_sources > 0 || q->n_tags > 0 ? walk_sources(r, &c, &sources, err)
						 : walk_all(r, &c, err);
	return done < 0 ? -1 : fill(r, &c, window(&c, limit), a, page_out, err);
}

int store_read_items(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct item_page *page_out, struct error *err)
{
	int done;

	if (store_read_begin(r, err) < 0)
		return -1;
	done = read_page(r, q, a, page_out, err);
	store_read_end(r);
	return done;
}

/* --- by any of its names */

static int hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool digest_of_hex(struct slice hex, struct digest *to)
{
	if (hex.len != 2 * sizeof to->at)
		return false;
	for (size_t i = 0; i < hex.len; i += 2) {
		int high = hex_of(hex.at[i]), low = hex_of(hex.at[i + 1]);

		if (high < 0 || low < 0)
			return false;
		to->at[i / 2] = (unsigned char)(high << 4 | low);
	}
	return true;
}

/* A number, 32 hex digits, or an atom:id, of which the public id is made. */
static int find_number(
	struct store_reader *r, struct slice any_id, int64_t *number_out, struct error *err)
{
	static const char FIND[] = "SELECT number FROM item WHERE public = ?";
	struct digest shown;
	struct query q;
	int got;

	if (any_id.len < 2 * DIGEST_BYTES && slice_int(any_id, 1, INT64_MAX, number_out))
		return 1;
	if (!digest_of_hex(any_id, &shown))
		shown = identity_public(any_id);
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
	got = find_number(r, any_id, &number, err);
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
		if (read_wire(query_blob(&q, a), a, &one->item, number, err) < 0) {
			got = -1;
			break;
		}
	}
	query_end(&q);
	*revisions_out = all.at;
	*n_out = all.n;
	return got;
}
