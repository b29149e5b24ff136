/* write_poll.c - one poll's rows, all or none of them */
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "feed/wire.h"
#include "store/match.h"

#include <assert.h>
#include <inttypes.h>
#include <sqlite3.h>

#define CHURNS_MOST 2 /* then the keys are no keys */
#define SEEN_DAYS   7 /* how old `known.seen` gets before it is renewed */

/* --- the head and the history */

static int put_head(struct document *d, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO head (source, wire) VALUES (?, ?) ON CONFLICT (source)"
		" DO UPDATE SET wire = excluded.wire WHERE wire IS NOT excluded.wire";
	struct query q;

	buf_reset(&d->w->wire);
	wire_put_feed(&d->w->wire, d->poll->feed);
	if (d->w->wire.full)
		return error_set(err, "the feed's head is too large");
	q = query_ask(&d->w->store, PUT);
	query_put_int(&q, d->poll->source);
	query_put_blob(&q, buf_slice(&d->w->wire));
	return write_run(d->w, &q, err);
}

static const struct digest *digest_or_null(const struct digest *d)
{
	static const struct digest none;

	return digest_equal(d, &none) ? NULL : d;
}

static void put_health(struct query *q, const struct health *h)
{
	query_put_int(q, h->alarms);
	query_put_instant(q, h->lively);
	query_put_int(q, h->pause_s);
	query_put_instant(q, h->newest);
	query_put_int(q, h->stuck);
	query_put_int(q, h->usual);
	query_put_text_or_null(q, slice_of(h->tongue));
	query_put_int(q, h->tongue_trust);
}

int history_put(
	struct store_writer *w, int64_t source, const struct source_history *h, struct error *err)
{
	static const char PUT[] =
		"INSERT OR REPLACE INTO history (source, etag, last_modified, validators_url, body,"
		" last_poll, last_ok, last_new, next_poll, not_before, interval_s, fresh_s,"
		" failures, status, gone, gone_since, moved_url, moved_count, moved_since,"
		" moved_adopted, error, notice, polls, unchanged, bytes, crashes, crashed_body,"
		" gap_from, gap_to, items, fresh, lied, whole_asked, requests, least_gap_ms, "
		"alarms,"
		" lively, pause_s, newest, stuck, usual, tongue, tongue_trust)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, source);
	query_put_text_or_null(&q, h->etag);
	query_put_text_or_null(&q, h->last_modified);
	query_put_text_or_null(&q, h->validators_url);
	query_put_digest(&q, digest_or_null(&h->body));
	query_put_instant(&q, h->last_poll);
	query_put_instant(&q, h->last_ok);
	query_put_instant(&q, h->last_new);
	query_put_instant(&q, h->next_poll);
	query_put_instant(&q, h->not_before);
	query_put_int(&q, h->interval_s);
	query_put_int(&q, h->fresh_s);
	query_put_int(&q, h->failures);
	query_put_int(&q, h->status);
	query_put_int(&q, h->gone);
	query_put_instant(&q, h->gone_since);
	query_put_text_or_null(&q, h->moved_url);
	query_put_int(&q, h->moved_count);
	query_put_instant(&q, h->moved_since);
	query_put_int(&q, h->moved_adopted);
	query_put_text_or_null(&q, h->error);
	query_put_text_or_null(&q, h->notice);
	query_put_int(&q, h->polls);
	query_put_int(&q, h->unchanged);
	query_put_int(&q, h->bytes);
	query_put_int(&q, h->crashes);
	query_put_digest(&q, digest_or_null(&h->crashed_body));
	query_put_instant(&q, h->gap_from);
	query_put_instant(&q, h->gap_to);
	query_put_int(&q, h->items);
	query_put_int(&q, h->fresh);
	query_put_instant(&q, h->lied);
	query_put_instant(&q, h->whole_asked);
	query_put_int(&q, h->requests);
	query_put_int(&q, h->least_gap_ms);
	put_health(&q, &h->health);
	return write_run(w, &q, err);
}

/* --- the items */

static struct slice domain_of_url(struct document *d, struct slice url)
{
	struct arena *a = &d->w->arena;
	struct url_parts parts;

	return url_split(a, url, &parts) ? slice_copy(a, d->w->domain_of(parts.host)) : SLICE_NONE;
}

static int read_source(struct document *d, struct error *err)
{
	static const char FIND[] =
		"SELECT name, url, lang, rung, churns FROM source WHERE number = ?";
	struct query q = query_ask(&d->w->store, FIND);
	struct arena *a = &d->w->arena;
	int got;

	query_put_int(&q, d->poll->source);
	got = query_step(&q, err);
	if (got == 1) {
		d->source_name = query_text(&q, a);
		d->source_domain = domain_of_url(d, query_text(&q, a));
		d->source_lang = query_text(&q, a);
		d->stored_rung = (enum identity_rung)query_int(&q);
		d->churns = query_int(&q);
	}
	query_end(&q);
	if (got == 0)
		return error_set(err, "there is no source %" PRId64, d->poll->source);
	return got < 0 ? -1 : 0;
}

/* A key that changes from poll to poll is no key: the next rung down, after two such polls. */
static int put_rung(struct document *d, size_t aliases, struct error *err)
{
	static const char PUT[] = "UPDATE source SET rung = ?, churns = ? WHERE number = ?";
	enum identity_rung rung = d->rung;
	int64_t churns = d->churns;
	struct query q;

	if (aliases >= CHURN_LEAST && 2 * aliases >= d->n)
		churns += churns < CHURNS_MOST || rung < RUNG_TITLE_DATE;
	else if (d->n > 0)
		churns = 0;
	if (churns >= CHURNS_MOST && rung < RUNG_TITLE_DATE) {
		rung++;
		churns = 0;
	}
	if (rung == d->stored_rung && churns == d->churns)
		return 0;
	q = query_ask(&d->w->store, PUT);
	query_put_int(&q, rung);
	query_put_int(&q, churns);
	query_put_int(&q, d->poll->source);
	return write_run(d->w, &q, err);
}

/* The key was there: that it still is, is written once a week. */
static int renew(struct document *d, const struct entry *e, struct error *err)
{
	static const char PUT[] = "UPDATE known SET seen = ? WHERE source = ? AND key = ?";
	struct query q;

	if (d->now / DAY_S < e->found.seen + SEEN_DAYS)
		return 0;
	q = query_ask(&d->w->store, PUT);
	query_put_int(&q, d->now / DAY_S);
	query_put_int(&q, d->poll->source);
	query_put_digest(&q, &e->key);
	return write_run(d->w, &q, err);
}

enum change { CHANGE_NONE, CHANGE_COSMETIC, CHANGE_EDIT };

/*
 * Its words are the same under another address: a session id changed.  Another host is another
 * matter, for there the old address may be dead.
 */
static int judge_move(
	struct document *d, const struct entry *e, enum change *change_out, struct error *err)
{
	struct url_parts theirs;
	struct item former;

	if (item_read(d, e->found.number, &former, err) < 0)
		return -1;
	*change_out = url_split(&d->w->arena, former.url, &theirs) &&
				      !slice_equal(e->look.host, theirs.host)
			      ? CHANGE_EDIT
			      : CHANGE_COSMETIC;
	return 0;
}

static int judge_change(
	struct document *d, const struct entry *e, enum change *change_out, struct error *err)
{
	*change_out = CHANGE_NONE;
	if (e->found.source != d->poll->source || digest_equal(&e->found.revision, &e->revision))
		return 0;
	if (e->sign == SIGN_TEXT || e->sign == SIGN_BATCH)
		return judge_move(d, e, change_out, err);
	*change_out =
		digest_equal(&e->found.revision, &e->look.revision) ? CHANGE_COSMETIC : CHANGE_EDIT;
	return 0;
}

static int write_known(
	struct document *d, struct entry *e, struct poll_report *r, struct error *err)
{
	enum change change;
	bool moved = false, shown = false;

	r->overlap++;
	if (e->match == MATCH_ALIAS && d->churns < CHURNS_MOST && item_know(d, e, err) < 0)
		return -1;
	if (e->match == MATCH_KEY && renew(d, e, err) < 0)
		return -1;
	if (withdraw_not(d, e, &shown, err) < 0 || judge_change(d, e, &change, err) < 0)
		return -1;
	if (change == CHANGE_COSMETIC && item_condone(d, e, err) < 0)
		return -1;
	if (change == CHANGE_EDIT && item_revise(d, e, &moved, &shown, err) < 0)
		return -1;
	e->fate = moved ? FATE_REVISED : FATE_KNOWN;
	r->revised += moved;
	r->known += !moved;
	r->visible |= shown;
	return 0;
}

static int write_new(struct document *d, struct entry *e, struct poll_report *r, struct error *err)
{
	bool held = !d->poll->is_first && r->fresh >= LIMIT_FLOOD_ITEMS;

	if (item_add(d, e, held, err) < 0)
		return -1;
	match_take(d, e);
	e->fate = FATE_FRESH;
	r->fresh++;
	r->held += held;
	r->visible |= !held;
	return 0;
}

static int write_sighted(
	struct document *d, struct entry *e, struct poll_report *r, struct error *err)
{
	if (item_sight(d, e, err) < 0)
		return -1;
	e->fate = FATE_SIGHTED;
	r->sighted++;
	r->visible |= !e->found.held;
	return 0;
}

/* Retention removed it: that it is still there is all that is remembered of it. */
static int write_gone(struct document *d, struct entry *e, struct poll_report *r, struct error *err)
{
	e->fate = FATE_DROPPED;
	r->overlap++;
	r->known++;
	return e->found.is_key ? renew(d, e, err) : item_know(d, e, err);
}

/* A copy under a key of its own: the next document may carry that key alone. */
static int write_twin(struct document *d, struct entry *e, struct error *err)
{
	e->fate = FATE_DROPPED;
	if (e->twin == NULL || digest_equal(&e->key, &e->twin->key) || e->twin->found.number <= 0)
		return 0;
	e->found = e->twin->found;
	e->sign = SIGN_TWIN;
	return item_know(d, e, err);
}

static int write_entry(
	struct document *d, struct entry *e, struct poll_report *r, struct error *err)
{
	switch (e->match) {
	case MATCH_NEW:
		return write_new(d, e, r, err);
	case MATCH_KEY:
	case MATCH_ALIAS:
		return write_known(d, e, r, err);
	case MATCH_SIGHTING:
		return write_sighted(d, e, r, err);
	case MATCH_GONE:
		return write_gone(d, e, r, err);
	case MATCH_TWIN:
		return 0; /* when all others are written */
	}
	return 0;
}

static int write_entries(struct document *d, struct poll_report *r, struct error *err)
{
	size_t aliases = 0;
	bool withdrawn;

	for (size_t i = 0; i < d->n; i++) {
		aliases += d->entries[i].match == MATCH_ALIAS;
		if (write_entry(d, &d->entries[i], r, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < d->n; i++)
		if (d->entries[i].match == MATCH_TWIN && write_twin(d, &d->entries[i], err) < 0)
			return -1;
	if (withdraw_missing(d, &withdrawn, err) < 0)
		return -1;
	r->visible |= withdrawn;
	r->renamed = aliases;
	return put_rung(d, aliases, err);
}

static void tell(const struct document *d)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct entry *e = &d->entries[i];
		bool is_stored = e->fate != FATE_DROPPED;

		d->poll->written[i] = (struct item_written){
			e->fate, is_stored ? e->found.number : 0, is_stored ? e->found.place : 0};
	}
}

static int write_document(struct store_writer *w, const struct poll_result *p, instant now,
	struct poll_report *r, struct error *err)
{
	struct document d = {.w = w, .poll = p, .now = now};
	int done;

	if (history_put(w, p->source, p->history, err) < 0)
		return -1;
	if (p->feed == NULL)
		return 0;
	if (read_source(&d, err) < 0 || (!p->is_past && put_head(&d, err) < 0))
		return -1;
	done = match_document(&d, err);
	if (done == 0)
		done = write_entries(&d, r, err);
	if (done == 0 && p->written != NULL)
		tell(&d);
	match_forget_taken(&d);
	return done;
}

/* --- the savepoint around it */

int store_write_poll(struct store_writer *w, const struct poll_result *p, instant now,
	struct poll_report *report_out, struct error *err)
{
	struct tally before = w->tally;
	struct poll_report report = {0};

	assert(w->is_group);
	*report_out = report;
	write_mind_time(w, now);
	w->store.failed = SQLITE_OK;
	if (store_run(&w->store, "SAVEPOINT poll", err) < 0) {
		write_drop_group(w);
		return -1;
	}
	if (write_document(w, p, now, &report, err) == 0 &&
		store_run(&w->store, "RELEASE poll", err) == 0) {
		arena_reset(&w->arena);
		*report_out = report;
		return 0;
	}

	int undone = write_undo(w, &before, "ROLLBACK TO poll; RELEASE poll", err);

	arena_reset(&w->arena);
	return undone;
}
