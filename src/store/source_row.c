/* source_row.c - a source as the store has it */
#include "store/source_row.h"
#include "base/arena.h"
#include "base/log.h"
#include "feed/wire.h"
#include "store/query.h"
#include "store/store.h"

#define GONE_LEAST 3 /* answers 410 in a row, and it is not asked any more */

static void read_health(struct query *q, struct arena *a, struct health *h)
{
	struct slice tongue;

	*h = HEALTH_NOTHING;
	h->alarms = (uint32_t)query_int(q);
	h->lively = query_instant(q);
	h->pause_s = query_int(q);
	h->newest = query_instant(q);
	h->stuck = query_int(q);
	h->usual = query_int(q);
	tongue = query_text(q, a);
	if (tongue.len > 0 && tongue.len < sizeof h->tongue)
		memcpy(h->tongue, tongue.at, tongue.len);
	h->tongue_trust = query_int(q);
}

static void read_history(struct query *q, struct arena *a, struct source_history *h)
{
	h->etag = query_text(q, a);
	h->last_modified = query_text(q, a);
	h->validators_url = query_text(q, a);
	query_digest(q, &h->body);
	h->last_poll = query_instant(q);
	h->last_ok = query_instant(q);
	h->last_new = query_instant(q);
	h->next_poll = query_instant(q);
	h->not_before = query_instant(q);
	h->interval_s = query_int(q);
	h->fresh_s = query_int(q);
	h->failures = query_int(q);
	h->status = query_int(q);
	h->gone = query_int(q);
	h->gone_since = query_instant(q);
	h->moved_url = query_text(q, a);
	h->moved_count = query_int(q);
	h->moved_since = query_instant(q);
	h->moved_adopted = query_int(q) != 0;
	h->error = query_text(q, a);
	h->notice = query_text(q, a);
	h->polls = query_int(q);
	h->unchanged = query_int(q);
	h->bytes = query_int(q);
	h->crashes = query_int(q);
	query_digest(q, &h->crashed_body);
	h->gap_from = query_instant(q);
	h->gap_to = query_instant(q);
	h->items = query_int(q);
	h->fresh = query_int(q);
	h->lied = query_instant(q);
	h->whole_asked = query_instant(q);
	h->requests = query_int(q);
	h->least_gap_ms = query_int(q);
	read_health(q, a, &h->health);
}

void source_row_tags(struct slice text, struct arena *a, struct slice_list *to)
{
	struct slice rest = slice_skip(text, 1);
	struct slice tag;

	while (slice_cut(&rest, '\n', &tag))
		if (tag.len > 0)
			*ARENA_PUSH(a, to) = tag;
}

static enum source_state state_of(const struct source_row *r, bool enabled, bool retired)
{
	if (retired)
		return SOURCE_RETIRED;
	if (!enabled)
		return SOURCE_DISABLED;
	if (r->history.gone >= GONE_LEAST)
		return SOURCE_GONE;
	if (r->history.polls == 0 && r->history.last_poll == INSTANT_NONE)
		return SOURCE_NEW;
	return r->history.failures > 0 ? SOURCE_FAILING : SOURCE_OK;
}

void source_row_head(struct slice wire, struct arena *a, struct feed *feed_out)
{
	enum wire_record type;
	struct slice payload;

	feed_init(feed_out);
	if (wire_next(&wire, &type, &payload) != WIRE_OK || type != WIRE_FEED ||
		wire_get_feed(payload, a, feed_out) != WIRE_OK)
		feed_init(feed_out);
}

static void read_row(struct query *q, struct arena *a, struct source_row *r)
{
	bool enabled, retired, has_history;

	*r = (struct source_row){.number = query_int(q)};
	r->name = query_text(q, a);
	r->url = query_text(q, a);
	r->title = query_text(q, a);
	r->lang = query_text(q, a);
	source_row_tags(query_text(q, a), a, &r->tags);
	r->is_page = query_int(q) != 0;
	enabled = query_int(q) != 0;
	retired = query_int(q) != 0;
	r->asked = query_instant(q);
	source_row_head(query_blob(q, a), a, &r->feed);
	has_history = query_int(q) != 0;
	read_history(q, a, &r->history);
	if (!has_history)
		r->history.fresh_s = r->history.least_gap_ms = NUMBER_NONE;
	r->state = state_of(r, enabled, retired);
}

#define COLUMNS                                                                                    \
	"s.number, s.name, s.url, s.title, s.lang, s.tags, s.is_page, s.enabled, s.retired, a.at," \
	" w.wire, h.source IS NOT NULL, h.etag, h.last_modified, h.validators_url, h.body,"        \
	" h.last_poll, h.last_ok, h.last_new, h.next_poll, h.not_before, h.interval_s, h.fresh_s," \
	" h.failures, h.status, h.gone, h.gone_since, h.moved_url, h.moved_count, h.moved_since,"  \
	" h.moved_adopted, h.error, h.notice, h.polls, h.unchanged, h.bytes, h.crashes,"           \
	" h.crashed_body, h.gap_from, h.gap_to, h.items, h.fresh, h.lied,"                         \
	" h.whole_asked, h.requests, h.least_gap_ms, h.alarms, h.lively, h.pause_s, h.newest,"     \
	" h.stuck, h.usual, h.tongue, h.tongue_trust FROM source s"                                \
	" LEFT JOIN history h ON h.source = s.number LEFT JOIN asked a ON a.source = s.number"     \
	" LEFT JOIN head w ON w.source = s.number"

int source_row_find(struct store *s, int64_t number, struct arena *a, struct source_row *row_out,
	struct error *err)
{
	static const char FIND[] = "SELECT " COLUMNS " WHERE s.number = ?";
	struct query q = query_ask(s, FIND);
	int got;

	query_put_int(&q, number);
	got = query_step(&q, err);
	if (got == 1)
		read_row(&q, a, row_out);
	query_end(&q);
	return got;
}

int source_row_all(struct store *s, struct arena *a, struct source_row_list *to, struct error *err)
{
	static const char FIND[] = "SELECT " COLUMNS " ORDER BY s.name";
	struct query q = query_ask(s, FIND);
	int got;

	while ((got = query_step(&q, err)) == 1)
		read_row(&q, a, ARENA_PUSH(a, to));
	query_end(&q);
	return got;
}

static int read_recent(struct store *s, struct source_known *known, struct error *err)
{
	static const char FIND[] = "SELECT place FROM sighting WHERE source = ?"
				   " ORDER BY place DESC, item DESC LIMIT ?";
	struct query q = query_ask(s, FIND);
	int got;

	query_put_int(&q, known->number);
	query_put_int(&q, (int64_t)COUNT(known->recent));
	while ((got = query_step(&q, err)) == 1)
		known->recent[known->n_recent++] = query_int(&q);
	query_end(&q);
	return got;
}

int source_row_known(
	struct store *s, struct source_known *known, struct arena *a, struct error *err)
{
	struct source_row row;
	int got = source_row_find(s, known->number, a, &row, err);

	if (got <= 0)
		return got == 0 ? error_set(err, "a source went away") : -1;
	known->name = row.name;
	known->url = row.url;
	known->state = row.state;
	known->history = row.history;
	known->asked = row.asked;
	known->update_interval_s = row.feed.update_interval_s;
	known->skip_hours = row.feed.skip_hours;
	known->skip_days = row.feed.skip_days;
	known->feed_id = row.feed.id;
	return read_recent(s, known, err);
}
