/*
 * withdraw.c - what a source takes back
 *
 * A feed that says it is complete (fh:complete, RFC 5005 section 2) withdraws what it no longer
 * carries.  The item stays, marked; what comes back is marked no more.
 */
#include "store/match.h"

static int mark(struct document *d, int64_t number, instant withdrawn, struct error *err)
{
	static const char PUT[] = "UPDATE item SET withdrawn = ?, changed = ? WHERE number = ?";
	struct query q;

	if (archive_freeze(d->w, number, err) < 0)
		return -1;
	q = query_ask(&d->w->store, PUT);
	query_put_instant(&q, withdrawn);
	query_put_int(&q, write_serial(d->w));
	query_put_int(&q, number);
	d->w->tally.visible = true;
	return write_run(d->w, &q, err) < 0 ? -1 : write_touch_story(d->w, number, err);
}

int withdraw_missing(struct document *d, bool *any_out, struct error *err)
{
	static const char FIND[] = "SELECT number FROM item WHERE source = ? AND withdrawn IS NULL";
	struct {
		int64_t *at;
		size_t n, cap;
	} missing = {0};
	struct query q;
	int got;

	*any_out = false;
	if (!d->poll->feed->is_complete_set || !d->poll->feed->complete || d->poll->is_first ||
		d->n == 0)
		return 0;
	q = query_ask(&d->w->store, FIND);
	query_put_int(&q, d->poll->source);
	while ((got = query_step(&q, err)) == 1) {
		int64_t number = query_int(&q);

		if (!match_is_taken(d, number))
			*ARENA_PUSH(&d->w->arena, &missing) = number;
	}
	query_end(&q);
	for (size_t i = 0; got == 0 && i < missing.n; i++)
		got = mark(d, missing.at[i], d->now, err);
	*any_out = missing.n > 0;
	return got;
}

int withdraw_not(struct document *d, const struct entry *e, bool *shown_out, struct error *err)
{
	if (e->found.withdrawn == INSTANT_NONE || e->found.source != d->poll->source)
		return 0;
	*shown_out = true;
	return mark(d, e->found.number, INSTANT_NONE, err);
}
