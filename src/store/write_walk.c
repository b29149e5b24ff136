/* write_walk.c - older pages of a feed: where a walk stands, and which pages were read */
#include "base/arena.h"
#include "base/log.h"
#include "store/query.h"
#include "store/writer.h"

#include <assert.h>

/* The walk is over: its row goes, and so do the pages that may change. */
static int put_end(struct store_writer *w, int64_t source, struct error *err)
{
	static const char DROP[] = "DELETE FROM walk WHERE source = ?";
	static const char FORGET[] = "DELETE FROM walked WHERE source = ? AND is_archive = 0";
	struct query q = query_ask(&w->store, DROP);

	query_put_int(&q, source);
	if (write_run(w, &q, err) < 0)
		return -1;
	q = query_ask(&w->store, FORGET);
	query_put_int(&q, source);
	return write_run(w, &q, err);
}

int store_write_walk(
	struct store_writer *w, int64_t source, const struct walk_row *row, struct error *err)
{
	static const char PUT[] = "INSERT OR REPLACE INTO walk"
				  " (source, next, left, tries, not_before, is_gap, is_archive)"
				  " VALUES (?, ?, ?, ?, ?, ?, ?)";
	struct query q;
	int done;

	assert(w->is_group);
	if (row->next.len == 0) {
		done = put_end(w, source, err);
	} else {
		q = query_ask(&w->store, PUT);
		query_put_int(&q, source);
		query_put_text(&q, row->next);
		query_put_int(&q, row->left);
		query_put_int(&q, row->tries);
		query_put_instant(&q, row->not_before);
		query_put_int(&q, row->is_gap);
		query_put_int(&q, row->is_archive);
		done = write_run(w, &q, err);
	}
	if (done < 0)
		write_drop_group(w);
	return done;
}

int store_write_walked(struct store_writer *w, int64_t source, const struct digest *page,
	bool is_archive, struct error *err)
{
	static const char PUT[] =
		"INSERT OR REPLACE INTO walked (source, page, is_archive) VALUES (?, ?, ?)";
	struct query q = query_ask(&w->store, PUT);

	assert(w->is_group);
	query_put_int(&q, source);
	query_put_digest(&q, page);
	query_put_int(&q, is_archive);
	if (write_run(w, &q, err) == 0)
		return 0;
	write_drop_group(w);
	return -1;
}

int store_write_was_walked(
	struct store_writer *w, int64_t source, const struct digest *page, struct error *err)
{
	static const char FIND[] = "SELECT 1 FROM walked WHERE source = ? AND page = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, source);
	query_put_digest(&q, page);
	got = query_step(&q, err);
	query_end(&q);
	return got;
}

int store_write_walks(
	struct store_writer *w, const struct walk_sink *sink, void *to, struct error *err)
{
	static const char FIND[] =
		"SELECT source, next, left, tries, not_before, is_gap, is_archive FROM walk";
	struct query q = query_ask(&w->store, FIND);
	struct arena a;
	int got;

	arena_init(&a);
	while ((got = query_step(&q, err)) == 1) {
		int64_t source = query_int(&q);
		struct walk_row row = {.next = query_text(&q, &a)};

		row.left = query_int(&q);
		row.tries = query_int(&q);
		row.not_before = query_instant(&q);
		row.is_gap = query_int(&q) != 0;
		row.is_archive = query_int(&q) != 0;
		sink->walk(to, source, &row);
	}
	query_end(&q);
	arena_clear(&a);
	return got;
}
