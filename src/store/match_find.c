/* match_find.c - what the store knows under a key, and which items are taken */
#include "store/match.h"

#include <uthash.h>

struct taken {
	int64_t number;
	const struct entry *by;
	UT_hash_handle hh;
};

const struct entry *match_taken_by(const struct document *d, int64_t number)
{
	struct taken *t;

	HASH_FIND(hh, d->taken, &number, sizeof number, t);
	return t == NULL ? NULL : t->by;
}

bool match_is_taken(const struct document *d, int64_t number)
{
	return match_taken_by(d, number) != NULL;
}

void match_take(struct document *d, const struct entry *e)
{
	struct taken *t;

	if (e->found.number <= 0 || match_is_taken(d, e->found.number))
		return;
	t = arena_alloc(&d->w->arena, sizeof *t);
	*t = (struct taken){.number = e->found.number, .by = e};
	HASH_ADD(hh, d->taken, number, sizeof t->number, t);
}

void match_settle(struct document *d, struct entry *e, const struct found *f, enum match match,
	enum identity_sign sign)
{
	e->found = *f;
	e->sign = sign;
	e->match = f->gone ? MATCH_GONE : match;
	match_take(d, e);
}

void match_forget_taken(struct document *d)
{
	HASH_CLEAR(hh, d->taken);
}

void match_read(struct query *q, int64_t number, struct found *f)
{
	*f = (struct found){.number = number};
	f->gone = query_int(q) == 0;
	f->source = query_int(q);
	f->home = query_int(q) != 0;
	f->held = query_int(q) != 0;
	f->place = query_int(q);
	f->first_seen = query_int(q);
	f->published = query_int(q);
	f->updated = query_int(q);
	f->withdrawn = query_instant(q);
	f->has_address = query_digest(q, &f->address);
	query_digest(q, &f->revision);
	f->title = query_int(q);
	f->revisions = query_int(q);
}

int match_find_known(
	struct document *d, const struct digest *key, struct found *f, struct error *err)
{
	static const char FIND[] = "SELECT k.seen, k.item, " MATCH_COLUMNS
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

		match_read(&q, number, f);
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

int match_find_meeting(
	struct document *d, const struct digest *key, struct found *f, struct error *err)
{
	static const char FIND[] = "SELECT m.item, " MATCH_COLUMNS
				   " FROM meeting m LEFT JOIN item i ON i.number = m.item"
				   " WHERE m.key = ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	*f = (struct found){0};
	query_put_digest(&q, key);
	got = query_step(&q, err);
	if (got == 1) {
		int64_t number = query_int(&q);

		match_read(&q, number, f);
	}
	query_end(&q);
	if (got == 0)
		return find_tombstone(d, key, f, err);
	return got < 0 ? -1 : 0;
}

/* 1 this source match_carries the item, 0 it does not, -1 error. */
int match_carries(struct document *d, int64_t item, struct error *err)
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
