/*
 * store.c - one connection: pragmas, statements, transactions
 *
 * Opening stands in open.c.
 */
#include "store/store.h"
#include "base/log.h"
#include "store/backup.h"
#include "store/query.h"

#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int store_error(struct store *s, int rc, struct error *err)
{
	const char *what = sqlite3_errstr(rc);

	s->failed = rc;
	if (s->db != NULL && (sqlite3_errcode(s->db) & 0xff) == (rc & 0xff))
		what = sqlite3_errmsg(s->db);
	return error_set(
		err, "the store %s: %s (SQLite %d)", s->path == NULL ? "" : s->path, what, rc);
}

void store_close(struct store *s)
{
	backup_end(&s->backup);
	for (size_t i = 0; i < s->n_kept; i++)
		sqlite3_finalize(s->kept[i].stmt);
	s->n_kept = 0;
	s->can_weigh = false;
	sqlite3_close(s->db);
	s->db = NULL;
	free(s->path);
	s->path = NULL;
}

int store_prepare(struct store *s, const char *sql, struct sqlite3_stmt **stmt_out)
{
	size_t i = 0;
	int rc;

	*stmt_out = NULL;
	if (s->db == NULL)
		return SQLITE_CANTOPEN;
	while (i < s->n_kept && s->kept[i].sql != sql)
		i++;
	if (i == s->n_kept) {
		assert(s->n_kept < STORE_STATEMENTS);
		rc = sqlite3_prepare_v3(
			s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->kept[i].stmt, NULL);
		if (rc != SQLITE_OK)
			return rc;
		s->kept[i].sql = sql;
		s->n_kept++;
	}
	*stmt_out = s->kept[i].stmt;
	return SQLITE_OK;
}

int store_run(struct store *s, const char *sql, struct error *err)
{
	int rc = s->db == NULL ? SQLITE_CANTOPEN : sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : store_error(s, rc, err);
}

bool store_is_open(const struct store *s)
{
	return s->db != NULL && sqlite3_get_autocommit(s->db) == 0;
}

void store_reset(struct store *s)
{
	for (size_t i = 0; i < s->n_kept; i++)
		sqlite3_reset(s->kept[i].stmt);
}

void store_roll_back(struct store *s)
{
	store_reset(s);
	if (store_is_open(s))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_get_number(struct store *s, const char *name, int64_t *value_out, struct error *err)
{
	static const char GET[] = "SELECT value FROM meta WHERE name = ?";
	struct query q = query_ask(s, GET);
	int got;

	*value_out = 0;
	query_put_text(&q, slice_of(name));
	got = query_step(&q, err);
	if (got == 1)
		*value_out = query_int(&q);
	query_end(&q);
	return got < 0 ? -1 : 0;
}

int store_set_number(struct store *s, const char *name, int64_t value, struct error *err)
{
	static const char SET[] = "INSERT INTO meta (name, value) VALUES (?, ?)"
				  " ON CONFLICT (name) DO UPDATE SET value = excluded.value";
	struct query q = query_ask(s, SET);

	query_put_text(&q, slice_of(name));
	query_put_int(&q, value);
	return query_run(&q, err);
}

int64_t store_wal_bytes(const struct store *s)
{
	char wal[4096];
	struct stat st;

	snprintf(wal, sizeof wal, "%s-wal", s->path);
	return stat(wal, &st) < 0 ? 0 : (int64_t)st.st_size;
}

void store_fold_back(struct store *s, bool cut)
{
	int mode = cut ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;

	if (s->db == NULL)
		return;
	sqlite3_busy_timeout(s->db, 0);
	sqlite3_wal_checkpoint_v2(s->db, NULL, mode, NULL, NULL);
	sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
}
