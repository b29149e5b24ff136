/*
 * match_batch.c - many keys that changed at once
 *
 * Then the same title, date and text are sign enough, even short ones and at another address: a
 * site moved, or its addresses carry a session's number.
 */
#include "feed/wire.h"
#include "store/match.h"

#include <stdlib.h>

struct likeness {
	struct digest key;
	struct entry *entry; /* of the document, else */
	struct found found;  /* in the store */
};

static struct digest likeness_key(const struct look *l)
{
	struct slice parts[] = {slice_from((const char *)&l->text, sizeof l->text),
		slice_from((const char *)&l->date, sizeof l->date)};

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

/* The items that this source carried last and match_carries no more. */
static int gather(struct document *d, size_t most, struct candidates *to, struct error *err)
{
	static const char FIND[] = "SELECT t.wire, s.item, " MATCH_COLUMNS
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
		struct look look;

		match_read(&q, number, &one.found);
		if (match_is_taken(d, number) || wire_next(&wire, &type, &payload) != WIRE_OK ||
			wire_get_item(payload, &d->w->arena, &item) != WIRE_OK)
			continue;
		identity_look(&d->w->arena, &d->w->scratch, &item, &look);
		one.key = likeness_key(&look);
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
		if (one->entry == NULL)
			match_settle(d, other->entry, &one->found, MATCH_ALIAS, SIGN_BATCH);
		else
			match_settle(d, one->entry, &other->found, MATCH_ALIAS, SIGN_BATCH);
	}
}

int match_batch(struct document *d, struct error *err)
{
	struct candidates all = {0};
	size_t unknown = 0, alike;

	for (size_t i = 0; i < d->n; i++)
		if (d->entries[i].match == MATCH_NEW && d->entries[i].item->title.len > 0) {
			*ARENA_PUSH(&d->w->arena, &all) = (struct likeness){
				likeness_key(&d->entries[i].look), &d->entries[i], {0}};
			unknown++;
		}
	if (unknown < CHURN_LEAST || 2 * unknown < d->n)
		return 0;
	if (gather(d, 2 * d->n, &all, err) < 0)
		return -1;
	qsort(all.at, all.n, sizeof *all.at, compare_likeness);
	settle_alike(d, &all, true, &alike);
	if (alike >= CHURN_LEAST && 2 * alike >= unknown)
		settle_alike(d, &all, false, &alike);
	return 0;
}
