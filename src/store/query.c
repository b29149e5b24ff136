/* query.c - a statement's parameters in, its columns out */
#include "store/query.h"
#include "base/arena.h"
#include "base/log.h"
#include "store/store.h"

#include <assert.h>
#include <sqlite3.h>

struct query query_ask(struct store *s, const char *sql)
{
	struct query q = {.store = s};

	q.rc = store_prepare(s, sql, &q.stmt);
	return q;
}

static void note(struct query *q, int rc)
{
	if (q->rc == SQLITE_OK)
		q->rc = rc;
}

void query_put_int(struct query *q, int64_t value)
{
	note(q, sqlite3_bind_int64(q->stmt, ++q->parameter, value));
}

void query_put_double(struct query *q, double value)
{
	note(q, sqlite3_bind_double(q->stmt, ++q->parameter, value));
}

void query_put_instant(struct query *q, instant at)
{
	if (at == INSTANT_NONE)
		note(q, sqlite3_bind_null(q->stmt, ++q->parameter));
	else
		query_put_int(q, at);
}

/* An empty text is a text: a NULL address would bind NULL. */
void query_put_text(struct query *q, struct slice text)
{
	note(q, sqlite3_bind_text64(q->stmt, ++q->parameter, text.len > 0 ? text.at : "", text.len,
			SQLITE_STATIC, SQLITE_UTF8));
}

void query_put_text_or_null(struct query *q, struct slice text)
{
	if (text.len == 0)
		note(q, sqlite3_bind_null(q->stmt, ++q->parameter));
	else
		query_put_text(q, text);
}

void query_put_blob(struct query *q, struct slice bytes)
{
	note(q, sqlite3_bind_blob64(q->stmt, ++q->parameter, bytes.len > 0 ? bytes.at : "",
			bytes.len, SQLITE_STATIC));
}

void query_put_blob_or_null(struct query *q, struct slice bytes)
{
	if (bytes.len == 0)
		note(q, sqlite3_bind_null(q->stmt, ++q->parameter));
	else
		query_put_blob(q, bytes);
}

void query_put_digest(struct query *q, const struct digest *d)
{
	if (d == NULL)
		note(q, sqlite3_bind_null(q->stmt, ++q->parameter));
	else
		note(q, sqlite3_bind_blob(
				q->stmt, ++q->parameter, d->at, sizeof d->at, SQLITE_STATIC));
}

int query_step(struct query *q, struct error *err)
{
	int rc = q->rc;

	q->column = 0;
	if (rc == SQLITE_OK)
		rc = sqlite3_step(q->stmt);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	q->rc = rc;
	return store_error(q->store, rc, err);
}

int64_t query_int(struct query *q)
{
	return sqlite3_column_int64(q->stmt, q->column++);
}

double query_double(struct query *q)
{
	return sqlite3_column_double(q->stmt, q->column++);
}

instant query_instant(struct query *q)
{
	if (sqlite3_column_type(q->stmt, q->column) == SQLITE_NULL) {
		q->column++;
		return INSTANT_NONE;
	}
	return query_int(q);
}

struct slice query_blob(struct query *q, struct arena *a)
{
	const void *at = sqlite3_column_blob(q->stmt, q->column);
	int len = sqlite3_column_bytes(q->stmt, q->column);

	q->column++;
	return at == NULL ? SLICE_NONE : slice_copy(a, slice_from(at, (size_t)len));
}

/* The bytes as they are: sqlite3_column_text would ask for memory, and hide that it had none. */
struct slice query_text(struct query *q, struct arena *a)
{
	return query_blob(q, a);
}

bool query_digest(struct query *q, struct digest *to)
{
	const void *at = sqlite3_column_blob(q->stmt, q->column);
	int len = sqlite3_column_bytes(q->stmt, q->column);

	q->column++;
	*to = (struct digest){{0}};
	if (at == NULL || len != (int)sizeof to->at)
		return false;
	memcpy(to->at, at, sizeof to->at);
	return true;
}

void query_end(struct query *q)
{
	if (q->stmt == NULL)
		return;
	sqlite3_reset(q->stmt);
	sqlite3_clear_bindings(q->stmt);
}

int query_run(struct query *q, struct error *err)
{
	int got = query_step(q, err);

	assert(got <= 0);
	query_end(q);
	return got;
}
