/* match_sign.c - signs by which an item is known under a key that is new */
#include "store/match.h"

/* Nothing is the same but the address: a page that is written anew for each item. */
static bool is_unlike(const struct entry *e, const struct found *f)
{
	return e->title != f->title && !digest_equal(&e->revision, &f->revision) &&
	       e->look.date != INSTANT_NONE && e->look.date > f->published;
}

static bool is_evident(const struct entry *e, const struct found *f)
{
	if (e->has_address && f->has_address)
		return digest_equal(&e->address, &f->address) && !e->shared;
	return e->title == f->title;
}

/* The rung was left: its keys still lead to items that came before. */
static int by_higher_rung(struct document *d, struct entry *e, struct error *err)
{
	for (int rung = (int)d->rung - 1; rung >= 0 && e->match == MATCH_NEW; rung--) {
		struct digest key = identity_key(&e->look, (enum identity_rung)rung);
		struct found f;

		if (match_find_known(d, &key, &f, err) < 0)
			return -1;
		if (f.number > 0 && !f.gone && !match_is_taken(d, f.number) && is_evident(e, &f))
			match_settle(d, e, &f, MATCH_ALIAS, SIGN_RUNG);
	}
	return 0;
}

/* An item of this source under a new key, if the document does not carry it under its old one. */
static int by_same_source(
	struct document *d, struct entry *e, const struct found *f, struct error *err)
{
	struct digest key = item_shared_key(e);
	struct found marked;

	if (match_is_taken(d, f->number) || is_unlike(e, f)) {
		e->shared = true;
		return 0;
	}
	if (match_find_known(d, &key, &marked, err) < 0)
		return -1;
	if (!marked.is_key)
		match_settle(d, e, f, MATCH_ALIAS, SIGN_ADDRESS);
	return 0;
}

static int by_address(struct document *d, struct entry *e, struct error *err)
{
	struct found f;
	int ours;

	if (!e->has_address || e->shared)
		return 0;
	if (match_find_meeting(d, &e->address, &f, err) < 0)
		return -1;
	if (f.number == 0)
		return 0;
	if (f.gone) {
		match_settle(d, e, &f, MATCH_GONE, SIGN_ADDRESS);
		return 0;
	}
	ours = match_carries(d, f.number, err);
	if (ours < 0)
		return -1;
	if (ours == 1)
		return by_same_source(d, e, &f, err);
	if (!match_is_taken(d, f.number))
		match_settle(d, e, &f, MATCH_SIGHTING, SIGN_ADDRESS);
	return 0;
}

/* A global id meets other sources only: in its own a key of that id would have been known. */
static int by_global_id(struct document *d, struct entry *e, struct error *err)
{
	struct digest key;
	struct found f;
	int ours;

	if (d->rung != RUNG_ID || !identity_global_id(&e->look, &d->w->arena, &key))
		return 0;
	if (match_find_meeting(d, &key, &f, err) < 0)
		return -1;
	if (f.number <= 0 || match_is_taken(d, f.number))
		return 0;
	ours = f.gone ? 0 : match_carries(d, f.number, err);
	if (ours < 0)
		return -1;
	if (ours == 0)
		match_settle(d, e, &f, MATCH_SIGHTING, SIGN_ID);
	return 0;
}

/* Another address at one site: the site itself tells the two apart. */
static bool is_told_apart(const struct entry *e, const struct digest *address)
{
	return e->has_address && identity_same_site(&e->address, address) &&
	       !digest_equal(&e->address, address);
}

/* 1 a source gives the item another address at the entry's site, 0 none does, -1 error. */
static int is_another_here(
	struct document *d, const struct entry *e, const struct found *f, struct error *err)
{
	static const char FIND[] = "SELECT url FROM sighting WHERE item = ? AND url IS NOT NULL";
	bool apart = f->has_address && is_told_apart(e, &f->address);
	struct query q = query_ask(&d->w->store, FIND);
	struct arena *a = &d->w->arena;
	int got = 0;

	query_put_int(&q, f->number);
	while (!apart && (got = query_step(&q, err)) == 1) {
		struct digest address;

		apart = identity_address_of(a, query_text(&q, a), &address) &&
			is_told_apart(e, &address);
	}
	query_end(&q);
	return got < 0 ? -1 : apart;
}

/*
 * The day is the same and no id says otherwise, for there is none, or the source's are changing:
 * what differs is a session's number in the address.
 */
static bool has_moved(const struct document *d, const struct entry *e, const struct found *f)
{
	return (!e->item->id_is_given || d->rung > RUNG_ID || d->is_churned) &&
	       e->look.date != INSTANT_NONE && e->look.date == f->published;
}

int match_sign(struct document *d, struct entry *e, struct error *err)
{
	static int (*const signs[])(struct document *, struct entry *, struct error *) = {
		by_higher_rung, by_address, by_global_id};

	for (size_t i = 0; i < COUNT(signs) && e->match == MATCH_NEW; i++)
		if (signs[i](d, e, err) < 0)
			return -1;
	return 0;
}

int match_text(struct document *d, struct entry *e, struct error *err)
{
	struct digest key;
	struct found f;
	int ours, apart;

	if (!identity_text(&e->look, &key))
		return 0;
	if (match_find_meeting(d, &key, &f, err) < 0)
		return -1;
	if (f.number == 0 || match_is_taken(d, f.number))
		return 0;
	ours = f.gone ? 0 : match_carries(d, f.number, err);
	apart = f.gone || (ours == 1 && has_moved(d, e, &f)) ? 0 : is_another_here(d, e, &f, err);
	if (ours < 0 || apart < 0)
		return -1;
	if (apart == 1)
		return 0;
	match_settle(d, e, &f, ours == 1 ? MATCH_ALIAS : MATCH_SIGHTING, SIGN_TEXT);
	return 0;
}
