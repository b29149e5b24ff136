/*
 * search.c - filling the index, a slice at a time
 *
 * A slice takes what is due and then what is new, in the order of rows, for FTS5 begins another
 * segment wherever a row is lower than the one before.
 */
#include "store/search.h"
#include "base/limits.h"
#include "base/log.h"
#include "feed/plain.h"
#include "feed/wire.h"
#include "store/query.h"
#include "store/search_words.h"
#include "store/writer.h"

#include <sqlite3.h>
#include <stdlib.h>

#define SLICE_ITEMS 128
#define SLICE_BYTES (1U << 20) /* of texts that are read */

/* An item whose words change in the index. */
struct change {
	int64_t row, number;
	struct slice before, after; /* wires; empty: nothing stands in the index */
};

struct slice_of_words {
	struct arena *arena;
	struct change *at;
	size_t n, cap;
	size_t bytes;
	int64_t searched; /* the mark, moved on */
	bool is_full;     /* there may be more */
};

/* --- what will be due */

static int run_with(struct store_writer *w, const char *sql, int64_t number, struct error *err)
{
	struct query q = query_ask(&w->store, sql);

	query_put_int(&q, number);
	return write_run(w, &q, err);
}

int search_note(struct store_writer *w, int64_t number, struct error *err)
{
	static const char PUT[] =
		"INSERT OR IGNORE INTO search_due (number, row, wire)"
		" SELECT i.number, " SEARCH_ROW ", iif(i.held, NULL, t.wire) FROM item i"
		" JOIN text t ON t.number = i.number WHERE i.number = ?"
		" AND i.number <= (SELECT value FROM meta WHERE name = 'searched')";

	return run_with(w, PUT, number, err);
}

/* --- what is due now */

static void take(struct slice_of_words *s, struct change c)
{
	s->bytes += c.before.len + c.after.len;
	s->is_full = s->n + 1 >= SLICE_ITEMS || s->bytes >= SLICE_BYTES;
	*ARENA_PUSH(s->arena, s) = c;
}

static int take_due(struct store_writer *w, struct slice_of_words *s, struct error *err)
{
	static const char FIND[] = "SELECT d.number, d.row, d.wire, iif(i.held = 0, t.wire, NULL)"
				   " FROM search_due d LEFT JOIN item i ON i.number = d.number"
				   " LEFT JOIN text t ON t.number = d.number ORDER BY d.number";
	struct query q = query_ask(&w->store, FIND);
	int got = 0;

	while (!s->is_full && (got = query_step(&q, err)) == 1) {
		struct change c = {.number = query_int(&q)};

		c.row = query_int(&q);
		c.before = query_blob(&q, s->arena);
		c.after = query_blob(&q, s->arena);
		take(s, c);
	}
	query_end(&q);
	return got < 0 ? -1 : 0;
}

/* Those that are held back come when they are released. */
static int take_new(struct store_writer *w, struct slice_of_words *s, struct error *err)
{
	static const char FIND[] = "SELECT i.number, " SEARCH_ROW ", iif(i.held = 0, t.wire, NULL)"
				   " FROM item i JOIN text t ON t.number = i.number"
				   " WHERE i.number > ? AND i.number <= ? ORDER BY i.number";
	struct query q = query_ask(&w->store, FIND);
	int got = 0;

	query_put_int(&q, s->searched);
	query_put_int(&q, SEARCH_NUMBER_MOST);
	while (!s->is_full && (got = query_step(&q, err)) == 1) {
		struct change c = {.number = query_int(&q)};

		c.row = query_int(&q);
		c.after = query_blob(&q, s->arena);
		s->searched = c.number;
		take(s, c);
	}
	query_end(&q);
	return got < 0 ? -1 : 0;
}

/* --- into the index */

static int compare_rows(const void *one, const void *other)
{
	int64_t a = ((const struct change *)one)->row, b = ((const struct change *)other)->row;

	return a < b ? -1 : a > b;
}

/* What is searched of an item: its content, or where there is none, its summary. */
static void put_text(struct buf *words, struct arena *a, const struct item *i)
{
	if (i->content_html.len > 0)
		search_words_put(words, plain_text(a, i->content_html));
	else if (i->content_text.len > 0)
		search_words_put(words, i->content_text);
	else if (i->summary_html.len > 0)
		search_words_put(words, plain_text(a, i->summary_html));
	else
		search_words_put(words, i->summary);
}

/* False: it cannot be read, so there is nothing to be found by. */
static bool read_words(struct slice wire, struct arena *a, struct slice words_out[2])
{
	enum wire_record type;
	struct slice payload;
	struct item item;
	struct buf words;

	if (wire_next(&wire, &type, &payload) != WIRE_OK || type != WIRE_ITEM ||
		wire_get_item(payload, a, &item) != WIRE_OK)
		return false;
	buf_init(&words, LIMIT_ARENA_BYTES);
	search_words_put(&words, item.title);
	words_out[0] = slice_copy(a, buf_slice(&words));
	buf_reset(&words);
	put_text(&words, a, &item);
	words_out[1] = slice_copy(a, buf_slice(&words));
	buf_clear(&words);
	return true;
}

static int put_row(struct store_writer *w, const char *sql, const struct change *c,
	struct slice wire, struct error *err)
{
	struct slice words[2];
	struct query q;
	int done;

	arena_reset(&w->scratch);
	if (wire.len == 0 || !read_words(wire, &w->scratch, words))
		return 0;
	q = query_ask(&w->store, sql);
	query_put_int(&q, c->row);
	query_put_text(&q, words[0]);
	query_put_text(&q, words[1]);
	done = write_run(w, &q, err);
	w->tally.visible = true;
	return done;
}

static int put_change(struct store_writer *w, const struct change *c, struct error *err)
{
	static const char DROP[] =
		"INSERT INTO search (search, rowid, title, text) VALUES ('delete', ?, ?, ?)";
	static const char PUT[] = "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)";
	static const char DONE[] = "DELETE FROM search_due WHERE number = ?";

	if (put_row(w, DROP, c, c->before, err) < 0 || put_row(w, PUT, c, c->after, err) < 0)
		return -1;
	return run_with(w, DONE, c->number, err);
}

/* What was indexed by other rules, or is damaged, is indexed anew. */
static int begin_anew(struct store_writer *w, void *with, struct error *err)
{
	static const char CLEAR[] = "INSERT INTO search (search) VALUES ('delete-all');"
				    " DELETE FROM search_due;";

	(void)with;
	w->tally.rows++;
	if (store_run(&w->store, CLEAR, err) < 0 ||
		store_set_number(&w->store, "searched", 0, err) < 0)
		return -1;
	return store_set_number(&w->store, "search", SEARCH_WORDS_VERSION, err);
}

static int search_slice(struct store_writer *w, void *with, struct error *err)
{
	struct slice_of_words *s = with;
	int64_t before, version;

	if (store_get_number(&w->store, "search", &version, err) < 0 ||
		(version != SEARCH_WORDS_VERSION && begin_anew(w, NULL, err) < 0) ||
		store_get_number(&w->store, "searched", &before, err) < 0)
		return -1;
	s->searched = before;
	if (take_due(w, s, err) < 0 || take_new(w, s, err) < 0)
		return -1;
	if (s->n > 0)
		qsort(s->at, s->n, sizeof *s->at, compare_rows);
	for (size_t i = 0; i < s->n; i++)
		if (put_change(w, &s->at[i], err) < 0)
			return -1;
	return s->searched == before ? 0
				     : store_set_number(&w->store, "searched", s->searched, err);
}

/* Is there anything to do?  A look that begins no commit. */
static int is_due(struct store_writer *w, struct error *err)
{
	static const char FIND[] =
		"SELECT EXISTS (SELECT 1 FROM search_due)"
		" OR EXISTS (SELECT 1 FROM item WHERE number > (SELECT value FROM meta"
		" WHERE name = 'searched') AND number <= ?)"
		" OR NOT EXISTS (SELECT 1 FROM meta WHERE name = 'search' AND value = ?)";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, SEARCH_NUMBER_MOST);
	query_put_int(&q, SEARCH_WORDS_VERSION);
	got = query_step(&q, err);
	if (got == 1)
		got = query_int(&q) != 0;
	query_end(&q);
	return got;
}

int store_write_search(struct store_writer *w, bool *visible_out, bool *more_out, struct error *err)
{
	struct arena a = {0};
	struct slice_of_words s = {.arena = &a};
	int due = w->in_doubt || w->store.db == NULL ? 1 : is_due(w, err), done;

	*visible_out = *more_out = false;
	if (due <= 0)
		return due;
	done = write_alone(w, search_slice, &s, err);
	if (done < 0 && w->store.failed == SQLITE_CORRUPT_VTAB)
		done = write_alone(w, begin_anew, NULL, err);
	*visible_out = done == 0 && s.n > 0;
	*more_out = done == 0 && s.is_full;
	arena_clear(&a);
	return done;
}
