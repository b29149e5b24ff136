/*
 * keep.c - idle work, in slices of some milliseconds: retention, tombstones, room, checkpoints
 *
 * What retention removes leaves its keys behind: `known` rows and `meeting` rows whose item is
 * no more say that it is not wanted back.  A sweep turns the latter into tombstones, which bear a
 * day, and drops what has not been seen for TOMBSTONE_DAYS: longer than any feed's window.
 */
#include "base/log.h"
#include "store/query.h"
#include "store/search.h"
#include "store/writer.h"

#define TOMBSTONE_DAYS 400
#define COMPARED_S     (14 * DAY_S) /* an item that is older joins no story by its text */
#define SLICE_SOURCES  64
#define SLICE_ITEMS    64
#define SLICE_ROWS     512
#define FREE_LEAST     (16 << 20) /* empty pages, in bytes, that stay … */
#define FREE_PART      4          /* … and this part of the file */
#define RETIRE_EVERY_S 3600
#define SWEEP_EVERY_S  DAY_S
#define WAL_MOST       (16 << 20) /* a reader that rests has let it grow so far */

struct slice_of_work {
	instant now;
	size_t n;   /* done in this slice */
	bool ended; /* this stage has come to its end */
};

/* --- retention */

struct keeping {
	int64_t source, keep_s, keep_items;
};

/* 1 the next source after `after`, 0 none. */
static int next_source(struct store_writer *w, int64_t after, struct keeping *k, struct error *err)
{
	static const char FIND[] = "SELECT number, keep_s, keep_items FROM source WHERE number > ?"
				   " ORDER BY number LIMIT 1";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, after);
	got = query_step(&q, err);
	if (got == 1) {
		k->source = query_int(&q);
		k->keep_s = query_int(&q);
		k->keep_items = query_int(&q);
	}
	query_end(&q);
	return got;
}

struct due {
	int64_t at[SLICE_ITEMS];
	size_t n;
};

static int read_due(struct query *q, struct due *to, struct error *err)
{
	int got = 0;

	while (to->n < SLICE_ITEMS && (got = query_step(q, err)) == 1)
		to->at[to->n++] = query_int(q);
	query_end(q);
	return got < 0 ? -1 : 0;
}

/* Kept so long from when they came. */
static int due_by_age(struct store_writer *w, const struct keeping *k, instant now, struct due *to,
	struct error *err)
{
	static const char FIND[] = "SELECT number FROM item WHERE source = ? AND first_seen < ?"
				   " ORDER BY first_seen, number LIMIT ?";
	struct query q = query_ask(&w->store, FIND);

	query_put_int(&q, k->source);
	query_put_int(&q, now - k->keep_s);
	query_put_int(&q, SLICE_ITEMS);
	return read_due(&q, to, err);
}

static int due_by_count(
	struct store_writer *w, const struct keeping *k, struct due *to, struct error *err)
{
	static const char FIND[] = "SELECT number FROM item WHERE source = ?"
				   " ORDER BY first_seen DESC, number DESC LIMIT ? OFFSET ?";
	struct query q = query_ask(&w->store, FIND);

	query_put_int(&q, k->source);
	query_put_int(&q, SLICE_ITEMS);
	query_put_int(&q, k->keep_items);
	return read_due(&q, to, err);
}

/* Readers lose sight of it; its archive answers no more. */
static int retire_from_sight(struct store_writer *w, int64_t number, struct error *err)
{
	static const char FIND[] = "SELECT arrival FROM item WHERE number = ?";
	struct query q = query_ask(&w->store, FIND);
	int64_t arrival = 0;
	int got;

	query_put_int(&q, number);
	got = query_step(&q, err);
	if (got == 1)
		arrival = query_int(&q);
	query_end(&q);
	if (got < 0 || archive_forget(w, arrival, err) < 0)
		return -1;
	return story_forget(w, number, err);
}

static int retire(struct store_writer *w, int64_t number, struct error *err)
{
	static const char TEXT[] = "DELETE FROM text WHERE number = ?";
	static const char REVISION[] = "DELETE FROM revision WHERE item = ?";
	static const char SIGHTING[] = "DELETE FROM sighting WHERE item = ?";
	static const char TOPIC[] = "DELETE FROM item_topic WHERE (topic, place, item) IN"
				    " (SELECT topic, place, item FROM item_topic WHERE item = ?)";
	static const char FROZEN[] = "DELETE FROM frozen WHERE item = ?";
	static const char ITEM[] = "DELETE FROM item WHERE number = ?";
	static const char *const all[] = {TEXT, REVISION, SIGHTING, TOPIC, FROZEN, ITEM};

	if (search_note(w, number, err) < 0 || retire_from_sight(w, number, err) < 0)
		return -1;
	for (size_t i = 0; i < COUNT(all); i++) {
		struct query q = query_ask(&w->store, all[i]);

		query_put_int(&q, number);
		if (write_run(w, &q, err) < 0)
			return -1;
	}
	w->tally.items--;
	w->tally.visible = true;
	return 0;
}

static int retire_from(struct store_writer *w, const struct keeping *k, instant now, size_t *n_out,
	struct error *err)
{
	struct due due = {.n = 0};

	if (k->keep_s > 0 && due_by_age(w, k, now, &due, err) < 0)
		return -1;
	if (due.n == 0 && k->keep_items >= 0 && due_by_count(w, k, &due, err) < 0)
		return -1;
	for (size_t i = 0; i < due.n; i++)
		if (retire(w, due.at[i], err) < 0)
			return -1;
	*n_out = due.n;
	return 0;
}

static int retire_slice(struct store_writer *w, struct slice_of_work *s, struct error *err)
{
	for (size_t i = 0; i < SLICE_SOURCES && s->n == 0; i++) {
		struct keeping k;
		int got = next_source(w, w->keep.source, &k, err);

		if (got < 0 || (got == 1 && retire_from(w, &k, s->now, &s->n, err) < 0))
			return -1;
		if (got == 0) {
			s->ended = true;
			w->keep.source = 0;
			return 0;
		}
		if (s->n == 0)
			w->keep.source = k.source;
	}
	return 0;
}

/* --- the sweep: each takes SLICE_ROWS rows from where the last slice ended */

static int sweep_known(struct store_writer *w, struct slice_of_work *s, struct error *err)
{
	static const char END[] = "SELECT source, key FROM known WHERE (source, key) > (?, ?)"
				  " ORDER BY source, key LIMIT 1 OFFSET ?";
	static const char DROP[] = "DELETE FROM known WHERE (source, key) > (?1, ?2)"
				   " AND (?3 = 0 OR (source, key) <= (?3, ?4)) AND seen < ?5"
				   " AND NOT EXISTS (SELECT 1 FROM item WHERE number = known.item)";
	struct query end = query_ask(&w->store, END);
	struct query drop;
	struct digest key = {{0}};
	int64_t source = 0;
	int got;

	query_put_int(&end, w->keep.known_source);
	query_put_digest(&end, &w->keep.key);
	query_put_int(&end, SLICE_ROWS);
	got = query_step(&end, err);
	if (got == 1) {
		source = query_int(&end);
		query_digest(&end, &key);
	}
	query_end(&end);
	if (got < 0)
		return -1;
	drop = query_ask(&w->store, DROP);
	query_put_int(&drop, w->keep.known_source);
	query_put_digest(&drop, &w->keep.key);
	query_put_int(&drop, source);
	query_put_digest(&drop, &key);
	query_put_int(&drop, s->now / DAY_S - TOMBSTONE_DAYS);
	w->keep.known_source = source;
	w->keep.key = key;
	s->ended = got == 0;
	return query_run(&drop, err);
}

/* The key at which this slice of a table ends.  1, or 0 where the slice is its last. */
static int find_end(
	struct store_writer *w, const char *sql, struct digest *end_out, struct error *err)
{
	struct query q = query_ask(&w->store, sql);
	int got;

	query_put_digest(&q, &w->keep.key);
	query_put_int(&q, SLICE_ROWS);
	got = query_step(&q, err);
	if (got == 1)
		query_digest(&q, end_out);
	else
		memset(end_out, 0xff, sizeof *end_out);
	query_end(&q);
	return got;
}

static int run_between(struct store_writer *w, const char *sql, const struct digest *end,
	int64_t day, struct error *err)
{
	struct query q = query_ask(&w->store, sql);

	query_put_digest(&q, &w->keep.key);
	query_put_digest(&q, end);
	query_put_int(&q, day);
	return query_run(&q, err);
}

static int sweep_meetings(struct store_writer *w, struct slice_of_work *s, struct error *err)
{
	static const char END[] = "SELECT key FROM meeting WHERE key > ? ORDER BY key"
				  " LIMIT 1 OFFSET ?";
	static const char BURY[] =
		"INSERT OR IGNORE INTO tombstone (key, seen) SELECT key, ?3 FROM meeting m"
		" WHERE key > ?1 AND key <= ?2"
		" AND NOT EXISTS (SELECT 1 FROM item WHERE number = m.item)";
	static const char DROP[] =
		"DELETE FROM meeting WHERE key > ?1 AND key <= ?2 AND ?3 = ?3"
		" AND NOT EXISTS (SELECT 1 FROM item WHERE number = meeting.item)";
	int64_t today = s->now / DAY_S;
	struct digest end;
	int got = find_end(w, END, &end, err);

	if (got < 0 || run_between(w, BURY, &end, today, err) < 0 ||
		run_between(w, DROP, &end, today, err) < 0)
		return -1;
	s->ended = got == 0;
	w->keep.key = end;
	return 0;
}

static int sweep_tombstones(struct store_writer *w, struct slice_of_work *s, struct error *err)
{
	static const char END[] = "SELECT key FROM tombstone WHERE key > ? ORDER BY key"
				  " LIMIT 1 OFFSET ?";
	static const char DROP[] =
		"DELETE FROM tombstone WHERE key > ?1 AND key <= ?2 AND seen < ?3";
	struct digest end;
	int got = find_end(w, END, &end, err);

	if (got < 0 || run_between(w, DROP, &end, s->now / DAY_S - TOMBSTONE_DAYS, err) < 0)
		return -1;
	s->ended = got == 0;
	w->keep.key = end;
	return 0;
}

/* --- what stories compare */

static int clear_stories(struct store_writer *w, struct slice_of_work *s, struct error *err)
{
	s->ended = true;
	if (story_clear(w, s->now - COMPARED_S, SLICE_ROWS, &s->n, err) < 0)
		return -1;
	s->ended = s->n < SLICE_ROWS;
	return 0;
}

/* --- room that stands empty */

/* Bytes of the database and of its pages that hold nothing. */
static int count_bytes(
	struct store_writer *w, int64_t *all_out, int64_t *free_out, struct error *err)
{
	static const char FIND[] = "SELECT page_count * page_size, freelist_count * page_size"
				   " FROM pragma_page_count, pragma_freelist_count,"
				   " pragma_page_size";
	struct query q = query_ask(&w->store, FIND);
	int got = query_step(&q, err);

	*all_out = got == 1 ? query_int(&q) : 0;
	*free_out = got == 1 ? query_int(&q) : 0;
	query_end(&q);
	return got < 0 ? -1 : 0;
}

/* What retention emptied is filled again by what comes; only much of it goes back to the disk. */
static int give_back(struct store_writer *w, struct slice_of_work *s, struct error *err)
{
	int64_t all, free;

	if (count_bytes(w, &all, &free, err) < 0)
		return -1;
	s->ended = free < FREE_LEAST || free < all / FREE_PART;
	return s->ended ? 0 : store_run(&w->store, "PRAGMA incremental_vacuum(256)", err);
}

/* --- stage by stage */

static const struct stage {
	int (*work)(struct store_writer *w, struct slice_of_work *s, struct error *err);
	bool is_sweep;
} stages[] = {
	{retire_slice, false},
	{clear_stories, false},
	{sweep_known, true},
	{sweep_meetings, true},
	{sweep_tombstones, true},
	{give_back, true},
};

static int work_slice(struct store_writer *w, void *with, struct error *err)
{
	return stages[w->keep.stage].work(w, with, err);
}

/* The next stage; after the last, or where no sweep is due, a rest. */
static void go_on(struct store_writer *w, instant now)
{
	w->keep.known_source = 0;
	w->keep.key = (struct digest){{0}};
	w->keep.stage++;
	if (w->keep.stage < COUNT(stages) &&
		(!stages[w->keep.stage].is_sweep || now >= w->keep.sweep_rest))
		return;
	if (w->keep.stage == COUNT(stages))
		w->keep.sweep_rest = now + SWEEP_EVERY_S;
	w->keep.stage = 0;
	w->keep.rest = now + RETIRE_EVERY_S;
}

/* A rest that lies further ahead than any that was meant: the clock was put back. */
static void mind_clock(struct store_writer *w, instant now)
{
	if (w->keep.rest > now + RETIRE_EVERY_S)
		w->keep.rest = now;
	if (w->keep.sweep_rest > now + SWEEP_EVERY_S)
		w->keep.sweep_rest = now;
}

/* Where the log has grown past all measure it is cut as soon as nobody reads. */
static void fold_back(struct store_writer *w)
{
	store_fold_back(&w->store, store_wal_bytes(&w->store) > WAL_MOST);
}

int store_write_keep(struct store_writer *w, instant now, bool *more_out, struct error *err)
{
	struct slice_of_work s = {.now = now};

	*more_out = false;
	mind_clock(w, now);
	write_mind_time(w, now);
	if (now < w->keep.rest) {
		fold_back(w);
		return 0;
	}
	if (write_alone(w, work_slice, &s, err) < 0)
		return -1;
	if (s.ended)
		go_on(w, now);
	*more_out = now >= w->keep.rest;
	fold_back(w);
	return 0;
}
