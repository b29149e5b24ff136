/* read_sources.c - the sources, their health and what they carried */
#include "base/arena.h"
#include "base/log.h"
#include "store/query.h"
#include "store/reader.h"
#include "store/source_row.h"

#include <assert.h>

const char *source_state_name(enum source_state s)
{
	static const char *const names[] = {
		[SOURCE_NEW] = "new",
		[SOURCE_OK] = "ok",
		[SOURCE_FAILING] = "failing",
		[SOURCE_GONE] = "gone",
		[SOURCE_DISABLED] = "disabled",
		[SOURCE_RETIRED] = "retired",
	};

	assert(s < COUNT(names));
	return names[s];
}

static int count(
	struct store_reader *r, const char *sql, int64_t source, int64_t *n_out, struct error *err)
{
	struct query q = query_ask(&r->store, sql);
	int got;

	query_put_int(&q, source);
	got = query_step(&q, err);
	if (got == 1)
		*n_out = query_int(&q);
	query_end(&q);
	return got < 0 ? -1 : 0;
}

static int count_items(struct store_reader *r, struct stored_source *s, struct error *err)
{
	static const char ITEMS[] = "SELECT count(*) FROM item WHERE source = ?";
	static const char SIGHTINGS[] = "SELECT count(*) FROM sighting WHERE source = ?";

	if (count(r, ITEMS, s->number, &s->items, err) < 0)
		return -1;
	return count(r, SIGHTINGS, s->number, &s->sightings, err);
}

static struct stored_source shown(const struct source_row *row)
{
	const struct source_history *h = &row->history;

	return (struct stored_source){
		.number = row->number,
		.name = row->name,
		.url = row->url,
		.title = row->title,
		.lang = row->lang,
		.tags = row->tags,
		.is_page = row->is_page,
		.state = row->state,
		.feed = row->feed,
		.last_poll = h->last_poll,
		.last_ok = h->last_ok,
		.last_new = h->last_new,
		.next_poll = h->next_poll,
		.failures = h->failures,
		.status = h->status,
		.error = h->error,
		.notice = h->notice,
		.polls = h->polls,
		.unchanged = h->unchanged,
		.bytes = h->bytes,
		.gap_from = h->gap_from,
		.gap_to = h->gap_to,
		.requests = h->requests,
		.least_gap_ms = h->least_gap_ms,
	};
}

static int row_alarms(struct store_reader *r, const struct source_row *row, struct arena *a,
	struct stored_source *to, struct error *err)
{
	return row->history.health.alarms == 0
		       ? 0
		       : alarms_of(r, row->number, a, &to->alarms, &to->n_alarms, err);
}

static int read_all(struct store_reader *r, bool with_items, struct arena *a,
	struct stored_source **sources_out, size_t *n_out, struct error *err)
{
	struct source_row_list rows = {0};
	struct stored_source *all;

	if (source_row_all(&r->store, a, &rows, err) < 0)
		return -1;
	all = arena_array(a, rows.n, sizeof *all);
	for (size_t i = 0; i < rows.n; i++) {
		all[i] = shown(&rows.at[i]);
		if (row_alarms(r, &rows.at[i], a, &all[i], err) < 0)
			return -1;
		if (with_items && count_items(r, &all[i], err) < 0)
			return -1;
	}
	*sources_out = all;
	*n_out = rows.n;
	return 0;
}

int store_read_sources(struct store_reader *r, bool with_items, struct arena *a,
	struct stored_source **sources_out, size_t *n_out, struct error *err)
{
	int done;

	if (store_read_begin(r, err) < 0)
		return -1;
	done = read_all(r, with_items, a, sources_out, n_out, err);
	store_read_end(r);
	return done;
}
