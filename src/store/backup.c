/* backup.c - a copy of the store, in slices, while others write */
#include "store/backup.h"
#include "base/log.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLICE_PAGES 256 /* of 4 KiB */
#define SLICE_ROWS  500

struct backup {
	char *path, *part;
	bool replace, made;
	struct sqlite3 *to;
	struct sqlite3_backup *job; /* NULL: copied */
	struct sqlite3_stmt *tables, *rows;
};

static int refuse(const char *path, struct error *err)
{
	return error_set(err, "%s: %s", path, strerror(errno));
}

/* What a backup that died has left is nobody's. */
static int make_part(struct backup *b, struct error *err)
{
	int fd;

	if (unlink(b->part) < 0 && errno != ENOENT)
		return refuse(b->part, err);
	fd = open(b->part, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (fd < 0)
		return refuse(b->part, err);
	b->made = true;
	return close(fd) < 0 ? refuse(b->part, err) : 0;
}

static int open_part(struct backup *b, struct error *err)
{
	static const char PLAIN[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
				    " PRAGMA cache_size = -2048;";
	int rc =
		sqlite3_open_v2(b->part, &b->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(b->to, PLAIN, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		return 0;
	return error_set(err, "%s: %s", b->part, sqlite3_errstr(rc));
}

struct backup *backup_begin(struct store *from, const char *path, bool replace, struct error *err)
{
	struct backup *b = calloc(1, sizeof *b);
	struct stat st;

	if (b == NULL || asprintf(&b->part, "%s.part", path) < 0)
		die("out of memory");
	b->path = strdup(path);
	if (b->path == NULL)
		die("out of memory");
	b->replace = replace;
	if (!replace && lstat(path, &st) == 0)
		error_set(err, "%s: there is such a file already", path);
	else if (make_part(b, err) == 0 && open_part(b, err) == 0) {
		b->job = sqlite3_backup_init(b->to, "main", from->db, "main");
		if (b->job != NULL)
			return b;
		error_set(err, "%s: %s", b->part, sqlite3_errmsg(b->to));
	}
	backup_end(&b);
	return NULL;
}

void backup_end(struct backup **b)
{
	struct backup *one = *b;

	*b = NULL;
	if (one == NULL)
		return;
	sqlite3_backup_finish(one->job);
	sqlite3_finalize(one->rows);
	sqlite3_finalize(one->tables);
	sqlite3_close(one->to);
	if (one->made)
		unlink(one->part);
	free(one->path);
	free(one->part);
	free(one);
}

/* --- copied, then read back */

/* The copy as a file by itself, that has no log beside it. */
static int read_back(struct backup *b, struct error *err)
{
	static const char ALONE[] =
		"PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;";
	static const char TABLES[] = "SELECT name FROM sqlite_schema WHERE type = 'table'"
				     " AND sql NOT LIKE 'CREATE VIRTUAL%'";
	int rc = sqlite3_close(b->to);

	b->to = NULL;
	if (rc == SQLITE_OK)
		rc = sqlite3_open_v2(
			b->part, &b->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(b->to, ALONE, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(b->to, TABLES, -1, &b->tables, NULL);
	if (rc == SQLITE_OK)
		return 1;
	return error_set(err, "%s cannot be read back: %s", b->part, sqlite3_errstr(rc));
}

static int copy(struct backup *b, struct error *err)
{
	int rc = sqlite3_backup_step(b->job, SLICE_PAGES);

	if (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
		return 1;
	if (rc == SQLITE_DONE)
		rc = sqlite3_backup_finish(b->job);
	else
		sqlite3_backup_finish(b->job);
	b->job = NULL;
	if (rc == SQLITE_OK)
		return read_back(b, err);
	return error_set(err, "%s: %s", b->part, sqlite3_errstr(rc));
}

/* SQLITE_DONE: that was the last table. */
static int next_table(struct backup *b)
{
	int rc = sqlite3_step(b->tables);
	char *sql;

	if (rc != SQLITE_ROW)
		return rc;
	sql = sqlite3_mprintf("SELECT * FROM \"%w\"", sqlite3_column_text(b->tables, 0));
	if (sql == NULL)
		die("out of memory");
	rc = sqlite3_prepare_v2(b->to, sql, -1, &b->rows, NULL);
	sqlite3_free(sql);
	return rc;
}

static int read_rows(struct backup *b)
{
	int rc = b->rows == NULL ? next_table(b) : SQLITE_OK;

	if (rc != SQLITE_OK)
		return rc;
	for (int i = 0; i < SLICE_ROWS; i++) {
		rc = sqlite3_step(b->rows);
		if (rc != SQLITE_ROW)
			break;
	}
	if (rc == SQLITE_DONE) {
		rc = sqlite3_finalize(b->rows);
		b->rows = NULL;
	}
	return rc == SQLITE_ROW ? SQLITE_OK : rc;
}

/* --- flushed, and named */

static int flush(const char *path, int flags, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	int done = fd < 0 ? -1 : fsync(fd);

	if (done < 0)
		refuse(path, err);
	if (fd >= 0)
		close(fd);
	return done;
}

static int flush_folder(const char *path, struct error *err)
{
	char *folder = strdup(path);
	char *slash = folder == NULL ? NULL : strrchr(folder, '/');
	int done;

	if (folder == NULL)
		die("out of memory");
	if (slash != NULL)
		slash[slash == folder ? 1 : 0] = '\0';
	done = flush(slash != NULL ? folder : ".", O_DIRECTORY, err);
	free(folder);
	return done;
}

static int finish(struct backup *b, struct error *err)
{
	sqlite3_finalize(b->tables);
	b->tables = NULL;
	sqlite3_close(b->to);
	b->to = NULL;
	if (flush(b->part, 0, err) < 0)
		return -1;
	if (renameat2(AT_FDCWD, b->part, AT_FDCWD, b->path, b->replace ? 0 : RENAME_NOREPLACE) < 0)
		return refuse(b->path, err);
	b->made = false;
	return flush_folder(b->path, err);
}

int backup_step(struct backup *b, struct error *err)
{
	int rc;

	if (b->job != NULL)
		return copy(b, err);
	rc = read_rows(b);
	if (rc == SQLITE_OK)
		return 1;
	if (rc == SQLITE_DONE)
		return finish(b, err);
	return error_set(err, "%s is damaged: %s", b->part, sqlite3_errmsg(b->to));
}
