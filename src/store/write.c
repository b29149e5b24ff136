/* write.c - the writer: its opening, its groups, its commits */
#include "base/limits.h"
#include "base/log.h"
#include "store/damage.h"
#include "store/query.h"
#include "store/reserve.h"
#include "store/search.h"
#include "store/writer.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

/* Makes what every store has one of, once. */
static int make_identity(struct store_writer *w, struct error *err)
{
	static const char PUT[] = "INSERT INTO meta (name, value) VALUES ('merged', ?)"
				  " ON CONFLICT (name) DO NOTHING";
	struct query q = query_ask(&w->store, PUT);
	char uuid[UUID_TEXT_BYTES];

	query_put_text(&q, slice_of(digest_uuid4(uuid)));
	return query_run(&q, err);
}

enum store_open_verdict store_write_open(const char *state, identity_domain *domain_of,
	struct store_writer **w_out, struct error *err)
{
	struct store_writer *w = calloc(1, sizeof *w);
	enum store_open_verdict verdict;

	*w_out = NULL;
	if (w == NULL)
		die("out of memory");
	w->domain_of = domain_of;
	buf_init(&w->wire, LIMIT_ARENA_BYTES);
	verdict = store_open_writer(&w->store, state, err);
	if (verdict == STORE_OPEN_OK &&
		(make_identity(w, err) < 0 ||
			store_get_number(&w->store, "group", &w->group, err) < 0))
		verdict = STORE_OPEN_FAILED;
	if (verdict == STORE_OPEN_OK)
		*w_out = w;
	else
		store_write_close(&w);
	return verdict;
}

/* A clean end: nothing in the WAL, and the mark of an open store gone. */
void store_write_close(struct store_writer **w)
{
	struct store_writer *one = *w;

	*w = NULL;
	if (one == NULL)
		return;
	store_roll_back(&one->store);
	if (one->store.db != NULL && !one->in_doubt &&
		store_set_number(&one->store, "dirty", 0, NULL) == 0)
		sqlite3_wal_checkpoint_v2(
			one->store.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	store_close(&one->store);
	arena_clear(&one->arena);
	arena_clear(&one->scratch);
	buf_clear(&one->wire);
	free(one);
}

void write_mind_time(struct store_writer *w, instant now)
{
	if (now > w->now)
		w->now = now;
}

int64_t write_serial(const struct store_writer *w)
{
	return w->serial + 1;
}

int64_t write_arrival(struct store_writer *w)
{
	return w->arrived + ++w->tally.arrivals;
}

int write_touch(struct store_writer *w, int64_t item, struct error *err)
{
	static const char PUT[] = "UPDATE item SET changed = ? WHERE number = ?";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, write_serial(w));
	query_put_int(&q, item);
	return write_run(w, &q, err);
}

bool store_write_is_damaged(const struct store_writer *w)
{
	return w->is_damaged;
}

int write_run(struct store_writer *w, struct query *q, struct error *err)
{
	w->tally.rows++;
	return query_run(q, err);
}

/* True where there was one: what failed for want of room may go on. */
static bool let_go_reserve(struct store_writer *w)
{
	w->has_reserve = false;
	return reserve_free(&w->store);
}

void write_drop_group(struct store_writer *w)
{
	int rc = w->store.failed & 0xff;

	if ((rc == SQLITE_CORRUPT && w->store.failed != SQLITE_CORRUPT_VTAB) ||
		rc == SQLITE_NOTADB) {
		w->is_damaged = true;
		damage_note(&w->store);
	}
	w->in_doubt |= rc == SQLITE_IOERR || rc == SQLITE_CORRUPT || rc == SQLITE_CANTOPEN;
	w->is_group = false;
	w->tally = (struct tally){0};
	store_roll_back(&w->store);
	if (rc == SQLITE_FULL) {
		let_go_reserve(w);
		store_fold_back(&w->store, true);
	}
}

/* What this change alone has done wrong: its data, not the disk below us. */
static bool is_own_mistake(struct store_writer *w)
{
	int rc = w->store.failed & 0xff;

	return store_is_open(&w->store) && (rc == SQLITE_OK || rc == SQLITE_CONSTRAINT ||
						   rc == SQLITE_TOOBIG || rc == SQLITE_MISMATCH);
}

int write_undo(
	struct store_writer *w, const struct tally *before, const char *undo, struct error *err)
{
	bool own = is_own_mistake(w);

	w->tally = *before;
	store_reset(&w->store);
	if (own && store_run(&w->store, undo, err) < 0)
		own = false;
	if (!own)
		write_drop_group(w);
	return own ? 1 : -1;
}

int write_under_savepoint(struct store_writer *w, write_work *work, void *with, struct error *err)
{
	static const char SAVE[] = "SAVEPOINT part", GO_ON[] = "RELEASE part";
	struct tally before = w->tally;
	struct query save = query_ask(&w->store, SAVE);
	struct query go_on;
	int done;

	assert(w->is_group);
	w->store.failed = SQLITE_OK;
	done = query_run(&save, err);
	if (done == 0)
		done = work(w, with, err);
	if (done == 0) {
		go_on = query_ask(&w->store, GO_ON);
		done = query_run(&go_on, err);
	}
	arena_reset(&w->arena);
	return done == 0 ? 0 : write_undo(w, &before, "ROLLBACK TO part; RELEASE part", err);
}

int write_find_placed(
	struct store_writer *w, int64_t item, struct placed *placed_out, struct error *err)
{
	static const char FIND[] =
		"SELECT place, held, changed, atom_id FROM item WHERE number = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, item);
	got = query_step(&q, err);
	if (got == 1) {
		placed_out->place = query_int(&q);
		placed_out->held = query_int(&q) != 0;
		placed_out->changed = query_int(&q);
		placed_out->atom_id = query_text(&q, &w->arena);
	}
	query_end(&q);
	return got;
}

static int begin(struct store_writer *w, struct error *err)
{
	assert(!w->is_group);
	w->tally = (struct tally){0};
	if ((w->in_doubt || w->store.db == NULL) && store_reopen_writer(&w->store, err) < 0)
		return -1;
	w->in_doubt = false;
	if (store_run(&w->store, "BEGIN IMMEDIATE", err) < 0) {
		write_drop_group(w);
		return -1;
	}
	w->is_group = true;
	if (store_get_number(&w->store, "serial", &w->serial, err) == 0 &&
		store_get_number(&w->store, "arrivals", &w->arrived, err) == 0)
		return 0;
	write_drop_group(w);
	return -1;
}

/* Has retention left room within the database itself? */
static bool has_free_pages(struct store_writer *w)
{
	static const char COUNT_FREE[] = "SELECT freelist_count * page_size"
					 " FROM pragma_freelist_count, pragma_page_size";
	struct query q = query_ask(&w->store, COUNT_FREE);
	bool enough = query_step(&q, NULL) == 1 && query_int(&q) >= 2 * RESERVE_BYTES;

	query_end(&q);
	return enough;
}

int store_write_begin(struct store_writer *w, struct error *err)
{
	if (!w->has_reserve && w->store.path != NULL)
		w->has_reserve = reserve_make(&w->store, err);
	return w->has_reserve || has_free_pages(w) ? begin(w, err) : -1;
}

size_t store_write_rows(const struct store_writer *w)
{
	return w->is_group ? w->tally.rows : 0;
}

static int add_number(struct store_writer *w, const char *name, int64_t more, struct error *err)
{
	static const char ADD[] = "UPDATE meta SET value = value + ? WHERE name = ?";
	struct query q = query_ask(&w->store, ADD);

	query_put_int(&q, more);
	query_put_text(&q, slice_of(name));
	return query_run(&q, err);
}

/* Two states of one second cannot be told apart by Last-Modified: the later one is given the next.
 */
static int note_change(struct store_writer *w, struct error *err)
{
	int64_t changed;

	if (store_get_number(&w->store, "changed", &changed, err) < 0)
		return -1;
	return store_set_number(&w->store, "changed", w->now > changed ? w->now : changed + 1, err);
}

/* The counters that go with the group: what readers see, how much there is, which group it was. */
static int close_books(struct store_writer *w, struct error *err)
{
	if (w->tally.rows == 0)
		return 0;
	if (w->tally.visible && (add_number(w, "serial", 1, err) < 0 || note_change(w, err) < 0))
		return -1;
	if (w->tally.arrivals > 0 && (add_number(w, "arrivals", w->tally.arrivals, err) < 0 ||
					     archive_close(w, err) < 0))
		return -1;
	if (w->tally.items != 0 && add_number(w, "items", w->tally.items, err) < 0)
		return -1;
	return store_set_number(&w->store, "group", w->group + 1, err);
}

/*
 * A commit that failed may have happened: the write can have reached the disk before the error.
 * A new connection says which groups stand.
 */
static int look_again(struct store_writer *w, struct error *err)
{
	struct error why;
	int64_t group;

	w->in_doubt = true;
	if (store_reopen_writer(&w->store, &why) < 0)
		return -1;
	w->in_doubt = false;
	if (store_get_number(&w->store, "group", &group, &why) < 0 || group != w->group + 1)
		return -1;
	w->group = group;
	*err = (struct error){{0}};
	return 0;
}

static int run_commit(struct store_writer *w, struct error *err)
{
	int done = store_run(&w->store, "COMMIT", err);

	if (done < 0 && (w->store.failed & 0xff) == SQLITE_FULL && store_is_open(&w->store) &&
		let_go_reserve(w))
		done = store_run(&w->store, "COMMIT", err);
	return done;
}

int store_write_commit(struct store_writer *w, struct error *err)
{
	bool wrote = w->tally.rows > 0;
	struct error here;

	assert(w->is_group);
	if (close_books(w, err) < 0) {
		write_drop_group(w);
		return -1;
	}
	w->is_group = false;
	if (run_commit(w, &here) == 0) {
		w->group += wrote;
		return 0;
	}
	if (err != NULL)
		*err = here;
	write_drop_group(w);
	return wrote ? look_again(w, err) : -1;
}

int write_alone(struct store_writer *w, write_work *work, void *with, struct error *err)
{
	if (begin(w, err) < 0)
		return -1;
	if (work(w, with, err) < 0) {
		write_drop_group(w);
		return -1;
	}
	return store_write_commit(w, err);
}

/* --- release */

struct release {
	int64_t source;
	size_t n;
};

struct held {
	int64_t *at;
	size_t n, cap;
};

/* Those that are held, in the order in which they came. */
static int find_held(struct store_writer *w, int64_t source, struct held *to, struct error *err)
{
	static const char FIND[] = "SELECT number FROM item INDEXED BY item_held"
				   " WHERE source = ? AND held = 1 ORDER BY number";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, source);
	while ((got = query_step(&q, err)) == 1)
		*ARENA_PUSH(&w->arena, to) = query_int(&q);
	query_end(&q);
	return got;
}

static int release_one(struct store_writer *w, int64_t item, struct error *err)
{
	static const char PUT[] =
		"UPDATE item SET held = 0, arrival = ?, changed = ? WHERE number = ?";
	struct query q;

	if (search_note(w, item, err) < 0)
		return -1;
	q = query_ask(&w->store, PUT);
	query_put_int(&q, write_arrival(w));
	query_put_int(&q, write_serial(w));
	query_put_int(&q, item);
	return write_run(w, &q, err) < 0 ? -1 : write_touch_story(w, item, err);
}

static int release(struct store_writer *w, void *with, struct error *err)
{
	struct release *r = with;
	struct held held = {0};
	int done = find_held(w, r->source, &held, err);

	for (size_t i = 0; done == 0 && i < held.n; i++)
		done = release_one(w, held.at[i], err);
	arena_reset(&w->arena);
	r->n = held.n;
	w->tally.visible |= r->n > 0;
	return done;
}

int store_write_release(
	struct store_writer *w, int64_t source, size_t *released_out, struct error *err)
{
	struct release r = {.source = source};

	*released_out = 0;
	if (write_alone(w, release, &r, err) < 0)
		return -1;
	*released_out = r.n;
	return 0;
}

/* --- asked */

struct asked {
	const int64_t *sources;
	size_t n;
	instant now;
};

static int put_asked(struct store_writer *w, void *with, struct error *err)
{
	static const char PUT[] = "INSERT OR REPLACE INTO asked (source, at) VALUES (?, ?)";
	const struct asked *all = with;

	for (size_t i = 0; i < all->n; i++) {
		struct query q = query_ask(&w->store, PUT);

		query_put_int(&q, all->sources[i]);
		query_put_int(&q, all->now);
		if (write_run(w, &q, err) < 0)
			return -1;
	}
	return 0;
}

/* A process that dies loses nothing of it; power that fails takes a minute to come back. */
int store_write_asked(
	struct store_writer *w, const int64_t *sources, size_t n, instant now, struct error *err)
{
	struct asked all = {sources, n, now};
	int done;

	write_mind_time(w, now);
	if (store_run(&w->store, "PRAGMA synchronous = NORMAL", err) < 0)
		return -1;
	done = write_alone(w, put_asked, &all, err);
	if (w->store.db != NULL && store_run(&w->store, "PRAGMA synchronous = FULL", err) < 0)
		w->in_doubt = true;
	return done;
}
