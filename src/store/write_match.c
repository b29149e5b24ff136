/*
 * write_match.c - which item is it?
 *
 * First under the keys that this source gave its items before; then, for what is left, by the
 * signs of a key that changed, and by the keys at which sources meet.  What the document still
 * carries under its old key cannot be what has come under a new one.
 */
#include "base/log.h"
#include "feed/wire.h"
#include "store/normal.h"
#include "store/query.h"
#include "store/writer.h"

#include <stdlib.h>
#include <uthash.h>

#define BATCH_LEAST 3 /* so many items must have new keys at once for titles to count as a sign */

struct taken {
	int64_t number;
	UT_hash_handle hh;
};

static bool is_taken(const struct document *d, int64_t number)
{
	struct taken *t;

	HASH_FIND(hh, d->taken, &number, sizeof number, t);
	return t != NULL;
}

static void take(struct document *d, int64_t number)
{
	struct taken *t;

	if (is_taken(d, number))
		return;
	t = arena_alloc(&d->w->arena, sizeof *t);
	t->number = number;
	HASH_ADD(hh, d->taken, number, sizeof t->number, t);
}

static void settle(struct document *d, struct entry *e, const struct found *f, enum match match)
{
	e->found = *f;
	e->match = f->gone ? MATCH_GONE : match;
	take(d, f->number);
}

#define FOUND_COLUMNS                                                                              \
	"i.number, i.source, i.home, i.held, i.first_seen, i.published, i.updated, i.withdrawn,"   \
	" i.address, i.revision, i.title, i.revisions"

static void read_found(struct query *q, int64_t number, struct found *f)
{
	*f = (struct found){.number = number};
	f->gone = query_int(q) == 0;
	f->source = query_int(q);
	f->home = query_int(q) != 0;
	f->held = query_int(q) != 0;
	f->first_seen = query_int(q);
	f->published = query_int(q);
	f->updated = query_int(q);
	f->withdrawn = query_instant(q);
	f->has_address = query_digest(q, &f->address);
	query_digest(q, &f->revision);
	f->title = query_int(q);
	f->revisions = query_int(q);
}

/* number 0: none. */
static int find_known(
	struct document *d, const struct digest *key, struct found *f, struct error *err)
{
	static const char FIND[] = "SELECT k.seen, k.item, " FOUND_COLUMNS
				   " FROM known k LEFT JOIN item i ON i.number = k.item"
				   " WHERE k.source = ? AND k.key = ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	*f = (struct found){0};
	query_put_int(&q, d->poll->source);
	query_put_digest(&q, key);
	got = query_step(&q, err);
	if (got == 1) {
		int64_t seen = query_int(&q);
		int64_t number = query_int(&q);

		read_found(&q, number, f);
		f->is_key = true;
		f->seen = seen;
	}
	query_end(&q);
	return got < 0 ? -1 : 0;
}

static int find_tombstone(
	struct document *d, const struct digest *key, struct found *f, struct error *err)
{
	static const char FIND[] = "SELECT 1 FROM tombstone WHERE key = ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	query_put_digest(&q, key);
	got = query_step(&q, err);
	if (got == 1)
		*f = (struct found){.number = -1, .gone = true};
	query_end(&q);
	return got < 0 ? -1 : 0;
}

static int find_meeting(
	struct document *d, const struct digest *key, struct found *f, struct error *err)
{
	static const char FIND[] = "SELECT m.item, " FOUND_COLUMNS
				   " FROM meeting m LEFT JOIN item i ON i.number = m.item"
				   " WHERE m.key = ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	*f = (struct found){0};
	query_put_digest(&q, key);
	got = query_step(&q, err);
	if (got == 1) {
		int64_t number = query_int(&q);

		read_found(&q, number, f);
	}
	query_end(&q);
	if (got == 0)
		return find_tombstone(d, key, f, err);
	return got < 0 ? -1 : 0;
}

/* 1 this source carries the item, 0 it does not, -1 error. */
static int carries(struct document *d, int64_t item, struct error *err)
{
	static const char FIND[] = "SELECT 1 FROM sighting WHERE item = ? AND source = ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	query_put_int(&q, item);
	query_put_int(&q, d->poll->source);
	got = query_step(&q, err);
	query_end(&q);
	return got;
}

/* --- the document in itself: what is there twice, which addresses are no one's own */

static int compare_keys(const void *one, const void *other)
{
	const struct entry *a = *(struct entry *const *)one, *b = *(struct entry *const *)other;
	int by_key = memcmp(&a->key, &b->key, sizeof a->key);

	if (by_key != 0)
		return by_key;
	/* Of several versions the one that says that it is the newest; else the first. */
	if (a->item->modified != b->item->modified)
		return a->item->modified > b->item->modified ? -1 : 1;
	return a < b ? -1 : a > b;
}

static int compare_addresses(const void *one, const void *other)
{
	const struct entry *a = *(struct entry *const *)one, *b = *(struct entry *const *)other;
	int by_address = memcmp(&a->address, &b->address, sizeof a->address);
	int by_text = memcmp(&a->revision_whole, &b->revision_whole, sizeof a->revision_whole);

	if (by_address != 0 || by_text != 0)
		return by_address != 0 ? by_address : by_text;
	return a < b ? -1 : a > b;
}

static void twin(struct entry *e, struct entry *of)
{
	e->twin = of;
	e->match = MATCH_TWIN;
}

static void pair_keys(struct document *d, struct entry **order)
{
	for (size_t i = 0; i < d->n; i++)
		order[i] = &d->entries[i];
	qsort(order, d->n, sizeof *order, compare_keys);
	for (size_t i = 1, first = 0; i < d->n; i++)
		if (digest_equal(&order[i]->key, &order[first]->key))
			twin(order[i], order[first]);
		else
			first = i;
}

static void pair_addresses(struct document *d, struct entry **order)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		if (d->entries[i].has_address && d->entries[i].twin == NULL)
			order[n++] = &d->entries[i];
	qsort(order, n, sizeof *order, compare_addresses);
	for (size_t i = 1, first = 0; i < n; i++) {
		if (!digest_equal(&order[i]->address, &order[first]->address))
			first = i;
		else if (digest_equal(&order[i]->revision, &order[first]->revision))
			twin(order[i], order[first]);
		else
			order[i]->shared = order[first]->shared = true;
	}
}

static void look_within(struct document *d)
{
	struct entry **order = arena_array(&d->w->arena, d->n, sizeof(struct entry *));

	pair_keys(d, order);
	pair_addresses(d, order);
}

/* --- signs of a key that changed */

/* Nothing is the same but the address: a page that is written anew for each item. */
static bool is_unlike(const struct entry *e, const struct found *f)
{
	instant stated =
		e->item->published != INSTANT_NONE ? e->item->published : e->item->modified;

	return e->title != f->title && !digest_equal(&e->revision, &f->revision) &&
	       stated != INSTANT_NONE && stated > f->published;
}

static bool is_evident(const struct entry *e, const struct found *f)
{
	if (e->has_address && f->has_address)
		return digest_equal(&e->address, &f->address) && !e->shared;
	return e->title == f->title;
}

/* The rung was left: its keys still lead to items that came before. */
static int match_higher_rung(struct document *d, struct entry *e, struct error *err)
{
	for (int rung = (int)d->rung - 1; rung >= 0 && e->match == MATCH_NEW; rung--) {
		struct digest key = identity_key(e->item, (enum identity_rung)rung);
		struct found f;

		if (find_known(d, &key, &f, err) < 0)
			return -1;
		if (f.number > 0 && !f.gone && !is_taken(d, f.number) && is_evident(e, &f))
			settle(d, e, &f, MATCH_ALIAS);
	}
	return 0;
}

/* An item of this source under a new key, if the document does not carry it under its old one. */
static int match_same_source(
	struct document *d, struct entry *e, const struct found *f, struct error *err)
{
	struct digest key = item_shared_key(e);
	struct found marked;

	if (is_taken(d, f->number) || is_unlike(e, f)) {
		e->shared = true;
		return 0;
	}
	if (find_known(d, &key, &marked, err) < 0)
		return -1;
	if (!marked.is_key)
		settle(d, e, f, MATCH_ALIAS);
	return 0;
}

static int match_address(struct document *d, struct entry *e, struct error *err)
{
	struct found f;
	int ours;

	if (!e->has_address || e->shared)
		return 0;
	if (find_meeting(d, &e->address, &f, err) < 0)
		return -1;
	if (f.number == 0)
		return 0;
	if (f.gone) {
		settle(d, e, &f, MATCH_GONE);
		return 0;
	}
	ours = carries(d, f.number, err);
	if (ours < 0)
		return -1;
	if (ours == 1)
		return match_same_source(d, e, &f, err);
	if (!is_taken(d, f.number)) {
		settle(d, e, &f, MATCH_SIGHTING);
		e->by_place = true;
	}
	return 0;
}

/* A global id meets other sources only: in its own a key of that id would have been known. */
static int match_global_id(struct document *d, struct entry *e, struct error *err)
{
	struct digest key;
	struct found f;
	int ours;

	if (d->rung != RUNG_ID || !identity_global_id(e->item, &d->w->arena, &key))
		return 0;
	if (find_meeting(d, &key, &f, err) < 0)
		return -1;
	if (f.number <= 0 || is_taken(d, f.number))
		return 0;
	ours = f.gone ? 0 : carries(d, f.number, err);
	if (ours < 0)
		return -1;
	if (ours == 0) {
		settle(d, e, &f, MATCH_SIGHTING);
		e->by_place = true;
	}
	return 0;
}

static int match_text(struct document *d, struct entry *e, struct error *err)
{
	struct digest key;
	struct found f;
	int ours;

	if (!identity_text(e->item, &d->w->arena, &key))
		return 0;
	if (find_meeting(d, &key, &f, err) < 0)
		return -1;
	if (f.number == 0 || is_taken(d, f.number))
		return 0;
	ours = f.gone ? 0 : carries(d, f.number, err);
	if (ours < 0)
		return -1;
	settle(d, e, &f, ours == 1 ? MATCH_ALIAS : MATCH_SIGHTING);
	e->by_text = true;
	return 0;
}

/* --- many keys at once: then the same title, date and text are sign enough, even short ones */

struct likeness {
	struct digest key;
	struct entry *entry; /* of the document, else */
	struct found found;  /* in the store */
};

static struct digest revision_without_address(struct arena *a, const struct item *i)
{
	struct item bare = *i;

	bare.url = SLICE_NONE;
	return identity_revision(&bare, a);
}

static struct digest likeness_key(struct arena *a, const struct item *i)
{
	struct item bare = *i;
	struct digest whole;

	bare.attachments = (struct attachment_list){0};
	whole = revision_without_address(a, &bare);

	instant date = i->published != INSTANT_NONE ? i->published : i->modified;
	struct slice parts[] = {slice_from((const char *)whole.at, sizeof whole.at),
		slice_from((const char *)&date, sizeof date)};

	return digest_of(parts, COUNT(parts));
}

static int compare_likeness(const void *one, const void *other)
{
	const struct likeness *a = one, *b = other;

	return memcmp(&a->key, &b->key, sizeof a->key);
}

struct candidates {
	struct likeness *at;
	size_t n, cap;
};

/* The items that this source carried last and carries no more. */
static int gather(struct document *d, size_t most, struct candidates *to, struct error *err)
{
	static const char FIND[] = "SELECT t.wire, s.item, " FOUND_COLUMNS
				   " FROM sighting s JOIN item i ON i.number = s.item"
				   " JOIN text t ON t.number = s.item WHERE s.source = ?"
				   " ORDER BY s.place DESC, s.item DESC LIMIT ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	query_put_int(&q, d->poll->source);
	query_put_int(&q, (int64_t)most);
	while ((got = query_step(&q, err)) == 1) {
		struct slice wire = query_blob(&q, &d->w->arena);
		int64_t number = query_int(&q);
		enum wire_record type;
		struct slice payload;
		struct likeness one = {.entry = NULL};
		struct item item;

		read_found(&q, number, &one.found);
		if (is_taken(d, number) || wire_next(&wire, &type, &payload) != WIRE_OK ||
			wire_get_item(payload, &d->w->arena, &item) != WIRE_OK)
			continue;
		one.key = likeness_key(&d->w->arena, &item);
		*ARENA_PUSH(&d->w->arena, to) = one;
	}
	query_end(&q);
	return got;
}

static void settle_alike(struct document *d, struct candidates *all, bool counting, size_t *n_out)
{
	*n_out = 0;
	for (size_t i = 0, end; i < all->n; i = end) {
		struct likeness *one = &all->at[i], *other = one + 1;

		end = i + 1;
		while (end < all->n && digest_equal(&all->at[end].key, &one->key))
			end++;
		if (end != i + 2 || (one->entry == NULL) == (other->entry == NULL))
			continue;
		++*n_out;
		if (counting)
			continue;
		if (one->entry == NULL) {
			other->entry->by_text = true;
			settle(d, other->entry, &one->found, MATCH_ALIAS);
		} else {
			one->entry->by_text = true;
			settle(d, one->entry, &other->found, MATCH_ALIAS);
		}
	}
}

static int match_batch(struct document *d, struct error *err)
{
	struct candidates all = {0};
	size_t unknown = 0, alike;

	for (size_t i = 0; i < d->n; i++)
		if (d->entries[i].match == MATCH_NEW && d->entries[i].item->title.len > 0) {
			*ARENA_PUSH(&d->w->arena, &all) =
				(struct likeness){likeness_key(&d->w->arena, d->entries[i].item),
					&d->entries[i], {0}};
			unknown++;
		}
	if (unknown < BATCH_LEAST || 2 * unknown < d->n)
		return 0;
	if (gather(d, 2 * d->n, &all, err) < 0)
		return -1;
	qsort(all.at, all.n, sizeof *all.at, compare_likeness);
	settle_alike(d, &all, true, &alike);
	if (alike >= BATCH_LEAST && 2 * alike >= unknown)
		settle_alike(d, &all, false, &alike);
	return 0;
}

/* --- all of it */

/*
 * Two keys that were taken for one item's, both in one document: where they share no more than
 * the address they are two items after all, and the second is a new one.
 */
static void settle_key(struct document *d, struct entry *e, const struct found *f)
{
	bool again = f->number > 0 && is_taken(d, f->number);

	e->twin = NULL;
	if (!again)
		settle(d, e, f, MATCH_KEY);
	else if (!e->shared)
		e->match = MATCH_TWIN;
	else
		e->match = MATCH_NEW;
}

static int match_keys(struct document *d, struct error *err)
{
	for (size_t i = 0; i < d->n; i++) {
		struct entry *e = &d->entries[i];
		struct found f;

		if (e->twin != NULL && digest_equal(&e->key, &e->twin->key))
			continue;
		if (find_known(d, &e->key, &f, err) < 0)
			return -1;
		if (f.is_key)
			settle_key(d, e, &f);
	}
	return 0;
}

static int match_signs(struct document *d, struct error *err)
{
	for (size_t i = 0; i < d->n; i++) {
		struct entry *e = &d->entries[i];

		if (e->match == MATCH_NEW && match_higher_rung(d, e, err) < 0)
			return -1;
		if (e->match == MATCH_NEW && match_address(d, e, err) < 0)
			return -1;
		if (e->match == MATCH_NEW && match_global_id(d, e, err) < 0)
			return -1;
		if (e->match == MATCH_NEW && match_text(d, e, err) < 0)
			return -1;
	}
	return d->poll->is_first ? 0 : match_batch(d, err);
}

static void open_entries(struct document *d)
{
	struct arena *a = &d->w->arena;

	d->n = d->poll->n_items;
	d->entries = arena_array(a, d->n, sizeof *d->entries);
	d->rung = identity_rung(d->poll->items, d->n, d->stored_rung);
	for (size_t i = 0; i < d->n; i++) {
		struct entry *e = &d->entries[i];

		e->item = &d->poll->items[i];
		e->key = identity_key(e->item, d->rung);
		e->has_address = identity_address(e->item, a, &e->address);
		e->revision = e->revision_whole = identity_revision(e->item, a);
		if (d->rung >= RUNG_ADDRESS_DATE)
			e->revision = revision_without_address(a, e->item);
		e->title = item_title_key(a, e->item);
	}
	look_within(d);
}

int match_document(struct document *d, struct error *err)
{
	int done;

	open_entries(d);
	done = match_keys(d, err);
	if (done == 0)
		done = match_signs(d, err);
	HASH_CLEAR(hh, d->taken);
	return done;
}
