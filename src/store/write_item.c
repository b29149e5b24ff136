/* write_item.c - one item's rows: new, edited, seen in another source */
#include "base/limits.h"
#include "base/log.h"
#include "feed/wire.h"
#include "store/query.h"
#include "store/search.h"
#include "store/writer.h"

#include <assert.h>
#include <inttypes.h>

#define REVISIONS_MOST   50
#define REVISION_LEAST_S 600 /* no two revisions of one item in less */
#define STORM_REVISIONS  6   /* more in STORM_S: a clock in the text, no edits */
#define STORM_S          DAY_S

struct digest item_shared_key(const struct entry *e)
{
	struct slice parts[] = {
		SLICE("shared"), slice_from((const char *)e->address.at, sizeof e->address.at)};

	return digest_of(parts, COUNT(parts));
}

static int64_t day_of(instant at)
{
	return at / DAY_S;
}

static int put_known(struct document *d, const struct digest *key, int64_t item,
	enum identity_sign sign, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO known (source, key, item, seen, rung, how) VALUES (?, ?, ?, ?, ?, ?)"
		" ON CONFLICT (source, key) DO UPDATE SET item = excluded.item,"
		" seen = excluded.seen, rung = excluded.rung, how = excluded.how";
	struct query q = query_ask(&d->w->store, PUT);

	query_put_int(&q, d->poll->source);
	query_put_digest(&q, key);
	query_put_int(&q, item);
	query_put_int(&q, day_of(d->now));
	query_put_int(&q, d->rung);
	query_put_int(&q, sign);
	return write_run(d->w, &q, err);
}

int item_know(struct document *d, const struct entry *e, struct error *err)
{
	return put_known(d, &e->key, e->found.number, e->sign, err);
}

int item_mark_shared(struct document *d, const struct entry *e, struct error *err)
{
	struct digest key = item_shared_key(e);

	return put_known(d, &key, 0, SIGN_KEY, err);
}

/* --- where and when: design.md, "Place in the stream" */

/* The date that it bears; before 1970 is no date that anybody meant. */
static instant stated_date(const struct item *i)
{
	if (i->published >= 0)
		return i->published;
	return i->modified >= 0 ? i->modified : INSTANT_NONE;
}

static instant feed_date(const struct feed *f)
{
	return f->updated >= 0 ? f->updated : f->published >= 0 ? f->published : INSTANT_NONE;
}

static instant place_of(const struct document *d, instant stated)
{
	instant at = stated;

	if (at == INSTANT_NONE)
		at = d->poll->is_first ? feed_date(d->poll->feed) : d->now;
	if (at == INSTANT_NONE || at > d->now)
		at = d->now;
	if (!d->poll->is_first && at < d->poll->previous)
		at = d->poll->previous > d->now ? d->now : d->poll->previous;
	return at;
}

/* An edit's own date where it can be true. */
static instant edited_at(const struct item *i, instant after, instant now)
{
	return i->modified > after && i->modified <= now ? i->modified : now;
}

/* --- rows */

static int put_wire(struct document *d, const struct item *i, struct error *err)
{
	buf_reset(&d->w->wire);
	wire_put_item(&d->w->wire, i);
	return d->w->wire.full ? error_set(err, "an item is too large") : 0;
}

static int put_text(struct document *d, int64_t number, struct error *err)
{
	static const char PUT[] = "INSERT INTO text (number, wire) VALUES (?, ?)"
				  " ON CONFLICT (number) DO UPDATE SET wire = excluded.wire";
	struct query q = query_ask(&d->w->store, PUT);

	query_put_int(&q, number);
	query_put_blob(&q, buf_slice(&d->w->wire));
	return write_run(d->w, &q, err);
}

static int replace_text(struct document *d, int64_t number, struct error *err)
{
	return search_note(d->w, number, err) < 0 ? -1 : put_text(d, number, err);
}

/* Whoever was first keeps it, but for a stranger at an address where `home` is at home. */
static int put_meeting(
	struct document *d, const struct digest *key, int64_t item, bool home, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO meeting (key, item) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE"
		" SET item = excluded.item WHERE ?3 AND meeting.item <> excluded.item"
		" AND EXISTS (SELECT 1 FROM item WHERE number = meeting.item AND home = 0)";
	struct query q = query_ask(&d->w->store, PUT);

	query_put_digest(&q, key);
	query_put_int(&q, item);
	query_put_int(&q, home);
	return write_run(d->w, &q, err);
}

/* Where other sources will meet it. */
static int put_meetings(struct document *d, const struct entry *e, struct error *err)
{
	bool home = identity_at_home(&e->look, d->source_domain, d->w->domain_of);
	int64_t item = e->found.number;
	struct digest key;

	if (e->has_address && !e->shared && put_meeting(d, &e->address, item, home, err) < 0)
		return -1;
	if (e->shared && item_mark_shared(d, e, err) < 0)
		return -1;
	if (d->rung == RUNG_ID && identity_global_id(&e->look, &d->w->arena, &key) &&
		put_meeting(d, &key, item, home, err) < 0)
		return -1;
	if (identity_text(&e->look, &key) && put_meeting(d, &key, item, false, err) < 0)
		return -1;
	return 0;
}

static int put_sighting(struct document *d, const struct entry *e, instant place, struct slice url,
	struct error *err)
{
	static const char PUT[] =
		"INSERT INTO sighting (item, source, place, first_seen, url, serial, how)"
		" VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (item, source) DO NOTHING";
	struct query q = query_ask(&d->w->store, PUT);

	query_put_int(&q, e->found.number);
	query_put_int(&q, d->poll->source);
	query_put_int(&q, place);
	query_put_int(&q, d->now);
	query_put_text_or_null(&q, url);
	query_put_int(&q, write_serial(d->w));
	query_put_int(&q, e->sign);
	return write_run(d->w, &q, err);
}

static struct slice language_of(const struct document *d, const struct item *i)
{
	if (i->language.len > 0)
		return i->language;
	return d->source_lang.len > 0 ? d->source_lang : d->poll->feed->language;
}

/* What there is to read of it. */
static int64_t size_of(const struct item *i)
{
	size_t size = i->content_html.len > 0 ? i->content_html.len : i->content_text.len;

	if (size == 0)
		size = i->summary_html.len > 0 ? i->summary_html.len : i->summary.len;
	return (int64_t)size;
}

static int put_item(struct document *d, struct entry *e, bool held, struct slice atom_id,
	const struct digest *public, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO item (public, atom_id, source, home, place, first_seen, published,"
		" updated, held, arrival, changed, lang, tongue, size, address, title, revision)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number";
	struct query q = query_ask(&d->w->store, PUT);
	struct slice language = language_of(d, e->item);
	char tongue[TONGUE_BYTES];
	instant stated = stated_date(e->item);
	instant place = place_of(d, stated);
	instant published = stated == INSTANT_NONE || stated > d->now ? d->now : stated;
	instant modified = e->item->modified <= d->now ? e->item->modified : INSTANT_NONE;
	int got;

	query_put_digest(&q, public);
	query_put_text(&q, atom_id);
	query_put_int(&q, d->poll->source);
	query_put_int(&q, identity_at_home(&e->look, d->source_domain, d->w->domain_of));
	query_put_int(&q, place);
	query_put_int(&q, d->now);
	query_put_int(&q, published);
	query_put_int(&q, modified > place && modified > published ? modified
			  : place > published                      ? place
								   : published);
	query_put_int(&q, held);
	if (held)
		query_put_instant(&q, INSTANT_NONE);
	else
		query_put_int(&q, write_arrival(d->w));
	query_put_int(&q, write_serial(d->w));
	query_put_text(&q, language);
	query_put_text(&q, identity_tongue(language, tongue));
	query_put_int(&q, size_of(e->item));
	query_put_digest(&q, e->has_address ? &e->address : NULL);
	query_put_int(&q, e->title);
	query_put_digest(&q, &e->revision);
	got = query_step(&q, err);
	if (got == 1)
		e->found = (struct found){.number = query_int(&q),
			.source = d->poll->source,
			.held = held,
			.place = place,
			.withdrawn = INSTANT_NONE};
	query_end(&q);
	d->w->tally.rows++;
	return got < 0 ? -1 : put_sighting(d, e, place, SLICE_NONE, err);
}

int item_add(struct document *d, struct entry *e, bool held, struct error *err)
{
	struct slice atom_id;
	struct digest public;

	if (item_choose_id(d, e, &atom_id, &public, err) < 0 || put_wire(d, e->item, err) < 0 ||
		put_item(d, e, held, atom_id, &public, err) < 0 ||
		put_text(d, e->found.number, err) < 0 || item_know(d, e, err) < 0)
		return -1;
	d->w->tally.items++;
	d->w->tally.visible |= !held;
	return put_meetings(d, e, err);
}

/* --- an edit */

struct past {
	int64_t lately; /* revisions in the last STORM_S */
	instant last;
};

static int read_past(struct document *d, int64_t item, struct past *past_out, struct error *err)
{
	static const char FIND[] = "SELECT count(*) FILTER (WHERE at > ?), max(at) FROM revision"
				   " WHERE item = ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	query_put_int(&q, d->now - STORM_S);
	query_put_int(&q, item);
	got = query_step(&q, err);
	*past_out = (struct past){.last = INSTANT_NONE};
	if (got == 1) {
		past_out->lately = query_int(&q);
		past_out->last = query_instant(&q);
	}
	query_end(&q);
	return got < 0 ? -1 : 0;
}

static bool is_damped(const struct past *past, instant now)
{
	return past->lately >= STORM_REVISIONS ||
	       (past->last != INSTANT_NONE && past->last > now - REVISION_LEAST_S);
}

/* The text that is there becomes a revision, and the oldest goes where there are too many. */
static int keep_former(struct document *d, int64_t item, int64_t n, struct error *err)
{
	static const char KEEP[] = "INSERT INTO revision (item, n, at, wire)"
				   " SELECT number, ?, ?, wire FROM text WHERE number = ?";
	static const char DROP[] = "DELETE FROM revision WHERE item = ? AND n <= ?";
	struct query keep = query_ask(&d->w->store, KEEP);
	struct query drop;

	query_put_int(&keep, n);
	query_put_int(&keep, d->now);
	query_put_int(&keep, item);
	if (write_run(d->w, &keep, err) < 0)
		return -1;
	if (n <= REVISIONS_MOST)
		return 0;
	drop = query_ask(&d->w->store, DROP);
	query_put_int(&drop, item);
	query_put_int(&drop, n - REVISIONS_MOST);
	return write_run(d->w, &drop, err);
}

static int put_edit(struct document *d, const struct entry *e, bool moved, struct error *err)
{
	static const char PUT[] = "UPDATE item SET source = ?, home = ?, updated = ?, address = ?,"
				  " title = ?, revision = ?, revisions = ?, size = ?, changed = ?"
				  " WHERE number = ?";
	const struct found *f = &e->found;
	struct query q;

	if (archive_freeze(d->w, f->number, err) < 0)
		return -1;
	q = query_ask(&d->w->store, PUT);
	query_put_int(&q, d->poll->source);
	query_put_int(&q, identity_at_home(&e->look, d->source_domain, d->w->domain_of));
	query_put_int(&q, moved ? edited_at(e->item, f->updated, d->now) : f->updated);
	query_put_digest(&q, e->has_address ? &e->address : NULL);
	query_put_int(&q, e->title);
	query_put_digest(&q, &e->revision);
	query_put_int(&q, f->revisions + moved);
	query_put_int(&q, size_of(e->item));
	query_put_int(&q, write_serial(d->w));
	query_put_int(&q, f->number);
	return write_run(d->w, &q, err) < 0 ? -1 : write_touch_story(d->w, f->number, err);
}

int item_revise(
	struct document *d, struct entry *e, bool *moved_out, bool *shown_out, struct error *err)
{
	struct past past;

	if (read_past(d, e->found.number, &past, err) < 0)
		return -1;
	*moved_out = !is_damped(&past, d->now);
	*shown_out |= !e->found.held;
	if (*moved_out && keep_former(d, e->found.number, e->found.revisions + 1, err) < 0)
		return -1;
	if (put_wire(d, e->item, err) < 0 || put_edit(d, e, *moved_out, err) < 0 ||
		replace_text(d, e->found.number, err) < 0)
		return -1;
	d->w->tally.visible |= *shown_out;
	return put_meetings(d, e, err);
}

int item_condone(struct document *d, const struct entry *e, struct error *err)
{
	static const char PUT[] = "UPDATE item SET revision = ? WHERE number = ?";
	struct query q = query_ask(&d->w->store, PUT);

	query_put_digest(&q, &e->revision);
	query_put_int(&q, e->found.number);
	return write_run(d->w, &q, err);
}

/* --- another source */

int item_read(struct document *d, int64_t number, struct item *item_out, struct error *err)
{
	static const char FIND[] = "SELECT wire FROM text WHERE number = ?";
	struct query q = query_ask(&d->w->store, FIND);
	struct slice wire = SLICE_NONE;
	enum wire_record type;
	struct slice payload;
	int got;

	query_put_int(&q, number);
	got = query_step(&q, err);
	if (got == 1)
		wire = query_blob(&q, &d->w->arena);
	query_end(&q);
	if (got < 0)
		return -1;
	if (wire_next(&wire, &type, &payload) != WIRE_OK ||
		wire_get_item(payload, &d->w->arena, item_out) != WIRE_OK)
		return error_set(err, "item %" PRId64 " cannot be read", number);
	return 0;
}

/* The address that the source of record gave stays with its sighting when the text moves on. */
static int keep_address(struct document *d, const struct entry *e, struct error *err)
{
	static const char PUT[] = "UPDATE sighting SET url = ? WHERE item = ? AND source = ?";
	struct query q;
	struct item item;

	if (item_read(d, e->found.number, &item, err) < 0)
		return -1;
	q = query_ask(&d->w->store, PUT);
	query_put_text_or_null(&q, item.url);
	query_put_int(&q, e->found.number);
	query_put_int(&q, e->found.source);
	return write_run(d->w, &q, err);
}

/* The text moves to the source at the item's own domain; `updated` and the place stay. */
static int take_over(struct document *d, struct entry *e, struct error *err)
{
	if (keep_address(d, e, err) < 0 || put_wire(d, e->item, err) < 0 ||
		put_edit(d, e, false, err) < 0)
		return -1;
	return replace_text(d, e->found.number, err);
}

int item_sight(struct document *d, struct entry *e, struct error *err)
{
	bool by_place = e->sign == SIGN_ADDRESS || e->sign == SIGN_ID;
	bool takes = by_place && !e->found.home &&
		     identity_at_home(&e->look, d->source_domain, d->w->domain_of);

	if (put_sighting(d, e, e->found.place, takes ? SLICE_NONE : e->item->url, err) < 0 ||
		item_know(d, e, err) < 0 || write_touch(d->w, e->found.number, err) < 0)
		return -1;
	d->w->tally.visible |= !e->found.held;
	return takes ? take_over(d, e, err) : 0;
}
