/* write_match.c - a document's items: each by itself, then each in the store */
#include "store/match.h"

#include <stdlib.h>

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
	int by_text = memcmp(&a->look.revision, &b->look.revision, sizeof a->look.revision);

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

/* In one document, with an address each, or with no more in common than the address. */
static bool are_two(const struct entry *one, const struct entry *other)
{
	return one->shared || (one->has_address && other->has_address &&
				      !digest_equal(&one->address, &other->address));
}

/* Two keys that were taken for one item's and now stand side by side may be two items after all. */
static void settle_key(struct document *d, struct entry *e, const struct found *f)
{
	const struct entry *holder = f->number > 0 ? match_taken_by(d, f->number) : NULL;

	e->twin = NULL;
	if (holder == NULL)
		match_settle(d, e, f, MATCH_KEY, SIGN_KEY);
	else
		e->match = are_two(e, holder) ? MATCH_NEW : MATCH_TWIN;
}

static int match_keys(struct document *d, struct error *err)
{
	for (size_t i = 0; i < d->n; i++) {
		struct entry *e = &d->entries[i];
		struct found f;

		if (e->twin != NULL && digest_equal(&e->key, &e->twin->key))
			continue;
		if (match_find_known(d, &e->key, &f, err) < 0)
			return -1;
		if (f.is_key)
			settle_key(d, e, &f);
	}
	return 0;
}

static int match_each(struct document *d,
	int (*sign)(struct document *, struct entry *, struct error *), struct error *err)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->entries[i].match == MATCH_NEW && sign(d, &d->entries[i], err) < 0)
			return -1;
	return 0;
}

static bool is_churned(const struct document *d)
{
	size_t aliases = 0;

	for (size_t i = 0; i < d->n; i++)
		aliases += d->entries[i].match == MATCH_ALIAS;
	return aliases >= CHURN_LEAST && 2 * aliases >= d->n;
}

static int match_signs(struct document *d, struct error *err)
{
	if (match_each(d, match_sign, err) < 0)
		return -1;
	d->is_churned = is_churned(d);
	if (match_each(d, match_text, err) < 0)
		return -1;
	return d->poll->is_first ? 0 : match_batch(d, err);
}

/* The first eight bytes of a normalised title's digest. */
static int64_t title_key(struct slice title)
{
	struct digest d = digest_bytes(title);
	uint64_t key = 0;

	for (size_t i = 0; i < sizeof key; i++)
		key = key << 8 | d.at[i];
	return (int64_t)key;
}

static void look_at_all(struct document *d, struct look *looks)
{
	for (size_t i = 0; i < d->n; i++)
		identity_look(&d->w->arena, &d->w->scratch, &d->poll->items[i], &looks[i]);
	d->rung = identity_rung(looks, d->n, d->stored_rung);
}

static void open_entries(struct document *d)
{
	struct look *looks = arena_array(&d->w->arena, d->poll->n_items, sizeof *looks);

	d->n = d->poll->n_items;
	d->entries = arena_array(&d->w->arena, d->n, sizeof *d->entries);
	look_at_all(d, looks);
	for (size_t i = 0; i < d->n; i++) {
		struct entry *e = &d->entries[i];

		e->look = looks[i];
		e->item = e->look.item;
		e->key = identity_key(&e->look, d->rung);
		e->has_address = identity_address(&e->look, &e->address);
		e->revision = d->rung < RUNG_ADDRESS_DATE ? e->look.revision : e->look.body;
		e->title = title_key(e->look.title);
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
	return done;
}
