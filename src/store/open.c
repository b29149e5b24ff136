/*
 * open.c - the ways into the store: look first, then open, migrate, check
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "store/backups.h"
#include "store/damage.h"
#include "store/query.h"
#include "store/schema.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define APPLICATION_ID     0x54726962 /* "Trib" */
#define STORE_OPEN_DAMAGED (STORE_OPEN_FAILED + 1)
#define PAGE_BYTES         4096 /* SQLite's default, and ours */
#define HEADER_BYTES       100  /* of a database file (SQLite's file format, section 1.3) */
#define AT_COOKIE          40   /* counts changes of the schema */
#define AT_VERSION         60
#define AT_APPLICATION     68
#define CHECK_BYTES        (256 << 20) /* a larger store is not read whole at start: it takes minutes */
#define CHECK_ALWAYS_BYTES                                                                         \
	(64 << 20) /* a smaller one always is: part of a second, and disks lose pages at rest */
#define SQL_BYTES (1U << 20)

/* The path of the database; the reader's as a URI (RFC 3986: what a path may not hold is escaped).
 */
static char *path_of(const char *state)
{
	char *path;

	if (asprintf(&path, "%s/" STORE_FILE, state) < 0)
		die("out of memory");
	return path;
}

static uint32_t big_endian(const unsigned char *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static enum store_open_verdict refuse(const char *path, struct error *err, const char *why)
{
	error_set(err, "%s: %s", path, why);
	return STORE_OPEN_REFUSED;
}

static enum store_open_verdict judge_version(const char *path, int64_t version, struct error *err)
{
	if (version <= (int64_t)schema_n)
		return STORE_OPEN_OK;
	error_set(err,
		"%s: of version %" PRId64 ", newer than this program's %zu: run the newer one",
		path, version, schema_n);
	return STORE_OPEN_REFUSED;
}

/* By its application id; one that nobody has put anything into is ours too: we died too soon. */
static bool is_ours(const unsigned char *header)
{
	return big_endian(header + AT_APPLICATION) == APPLICATION_ID ||
	       (big_endian(header + AT_APPLICATION) == 0 && big_endian(header + AT_VERSION) == 0 &&
		       big_endian(header + AT_COOKIE) == 0);
}

/* Damage is no verdict of the caller's: store_open_writer deals with it. */
static enum store_open_verdict damaged(const char *path, struct error *err)
{
	error_set(err, "%s: damaged", path);
	return STORE_OPEN_DAMAGED;
}

static bool has_backup(const char *path)
{
	char name[BACKUPS_NAME_BYTES];
	char *folder = backups_folder(path);
	bool has = backups_newest(folder, NULL, name);

	free(folder);
	return has;
}

/* Its first page is gone, but it has others, and a log was kept of it. */
static bool was_ours(int fd, const char *path)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_size > PAGE_BYTES && st.st_size % PAGE_BYTES == 0 &&
	       damage_was_ours(path);
}

/*
 * What the first bytes of a file say of it; an empty one is a new one, or one that lost what
 * backups still have.
 */
static enum store_open_verdict judge_header(int fd, const char *path, struct error *err)
{
	static const char MAGIC[16] = "SQLite format 3";
	unsigned char header[HEADER_BYTES];
	ssize_t got = pread(fd, header, sizeof header, 0);

	if (got < 0) {
		error_set(err, "%s: %s", path, strerror(errno));
		return STORE_OPEN_FAILED;
	}
	if (got == 0)
		return has_backup(path) ? damaged(path, err) : STORE_OPEN_OK;
	if (got < HEADER_BYTES || memcmp(header, MAGIC, sizeof MAGIC) != 0)
		return was_ours(fd, path) ? damaged(path, err)
					  : refuse(path, err, "no database: move it away");
	if (!is_ours(header))
		return refuse(path, err, "another program's database: move it away");
	return judge_version(path, big_endian(header + AT_VERSION), err);
}

/*
 * A write-ahead log needs memory that all processes share, and a disk that keeps its word: a file
 * system over a network gives neither.
 */
static bool is_remote(int fd)
{
	static const unsigned long kinds[] = {0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x73757245,
		0x5346414f}; /* nfs smb cifs smb2 coda afs */
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (((unsigned long)fs.f_type & 0xffffffffUL) == kinds[i])
			return true;
	return false;
}

static enum store_open_verdict judge_file(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		error_set(err, "%s: %s", path, strerror(errno));
		return STORE_OPEN_FAILED;
	}
	if (!S_ISREG(st.st_mode))
		return refuse(path, err, "not a regular file: move it away");
	if (st.st_uid != geteuid())
		return refuse(path, err, "belongs to another user: chown it or move it away");
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return refuse(path, err, "others may write it: chmod it to 0640");
	if (is_remote(fd))
		return refuse(path, err, "on a network file system: put `state` on a local disk");
	return judge_header(fd, path, err);
}

/* Makes an empty file where there is none, so that it is ours and 0640 before SQLite sees it. */
static enum store_open_verdict look(const char *path, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0640);
	enum store_open_verdict verdict;

	if (fd < 0) {
		bool link = errno == ELOOP;

		error_set(err, "%s: %s", path,
			link ? "a symbolic link: move it away" : strerror(errno));
		return link ? STORE_OPEN_REFUSED : STORE_OPEN_FAILED;
	}
	verdict = judge_file(fd, path, err);
	close(fd);
	return verdict;
}

/* Nothing in the database itself may run: a schema made by a stranger has no teeth. */
static void harden(struct sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, STORE_BUSY_MS);
}

/* keep.c gives room back to the disk; that must be said before the first table. */
static int prepare_new(struct store *s, struct error *err)
{
	struct stat st;

	if (stat(s->path, &st) < 0 || st.st_size > 0)
		return 0;
	return store_run(s, "PRAGMA auto_vacuum = INCREMENTAL", err);
}

static int connect_writer(struct store *s, struct error *err)
{
	int keep = 1;
	int rc =
		sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		return store_error(s, rc, err);
	harden(s->db);
	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
	if (prepare_new(s, err) < 0)
		return -1;
	return store_run(s,
		"PRAGMA journal_mode = WAL;"
		"PRAGMA synchronous = FULL;"
		"PRAGMA cache_size = -8192;"
		"PRAGMA secure_delete = OFF;"
		"PRAGMA temp_store = MEMORY;"
		"PRAGMA wal_autocheckpoint = 1000;"
		"PRAGMA journal_size_limit = 4194304;",
		err);
}

static int pragma_number(struct store *s, const char *sql, int64_t *value_out, struct error *err)
{
	struct query q = query_ask(s, sql);
	int got = query_step(&q, err);

	*value_out = got == 1 ? query_int(&q) : 0;
	query_end(&q);
	return got < 0 ? -1 : 0;
}

/* One step, its version with it, in one transaction. */
static int migrate_step(struct store *s, size_t step, struct error *err)
{
	struct buf sql;
	int done;

	buf_init(&sql, SQL_BYTES);
	buf_puts(&sql, "BEGIN IMMEDIATE;");
	for (const char *const *line = schema_steps[step].lines; *line != NULL; line++)
		buf_puts(&sql, *line);
	buf_printf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %zu; COMMIT;",
		APPLICATION_ID, step + 1);
	done = sql.full ? error_set(err, "%s is too long", schema_steps[step].name)
			: store_run(s, sql.at, err);
	if (done < 0)
		store_roll_back(s);
	buf_clear(&sql);
	return done;
}

static enum store_open_verdict migrate(struct store *s, struct error *err)
{
	static const char VERSION[] = "PRAGMA user_version";
	enum store_open_verdict verdict;
	int64_t version;

	if (pragma_number(s, VERSION, &version, err) < 0)
		return STORE_OPEN_FAILED;
	verdict = judge_version(s->path, version, err);
	for (size_t step = (size_t)version; verdict == STORE_OPEN_OK && step < schema_n; step++)
		if (migrate_step(s, step, err) < 0)
			verdict = STORE_OPEN_FAILED;
	return verdict;
}

/* After an end that was none: is every page what it should be? */
static enum store_open_verdict check(struct store *s, struct error *err)
{
	static const char CHECK[] = "PRAGMA quick_check(1)";
	struct arena a = {0};
	struct query q = query_ask(s, CHECK);
	int got = query_step(&q, err);
	bool whole = got == 1 && slice_is(query_text(&q, &a), "ok");

	query_end(&q);
	arena_clear(&a);
	if (got < 0 && (q.rc & 0xff) != SQLITE_CORRUPT)
		return STORE_OPEN_FAILED;
	return whole ? STORE_OPEN_OK : damaged(s->path, err);
}

/* `dirty` is on from open to close: it is on now where the last end was a crash. */
static enum store_open_verdict check_end(struct store *s, struct error *err)
{
	enum store_open_verdict verdict = STORE_OPEN_OK;
	struct stat st;
	int64_t dirty;

	if (store_get_number(s, "dirty", &dirty, err) < 0)
		return STORE_OPEN_FAILED;
	if (damage_is_noted(s->path) ||
		(stat(s->path, &st) == 0 &&
			st.st_size <= (dirty != 0 ? CHECK_BYTES : CHECK_ALWAYS_BYTES)))
		verdict = check(s, err);
	if (verdict == STORE_OPEN_OK && store_set_number(s, "dirty", 1, err) < 0)
		verdict = STORE_OPEN_FAILED;
	return verdict;
}

/* SQLite's own word for what only shows when it reads. */
static enum store_open_verdict why_not(struct store *s, struct error *err)
{
	int rc = s->db == NULL ? SQLITE_CANTOPEN : sqlite3_errcode(s->db);

	if ((rc & 0xff) == SQLITE_NOTADB || (rc & 0xff) == SQLITE_CORRUPT)
		return damaged(s->path, err);
	return STORE_OPEN_FAILED;
}

static enum store_open_verdict open_writer(struct store *s, const char *state, struct error *err)
{
	enum store_open_verdict verdict;

	*s = (struct store){.path = path_of(state)};
	verdict = look(s->path, err);
	if (verdict == STORE_OPEN_OK && connect_writer(s, err) < 0)
		verdict = why_not(s, err);
	if (verdict == STORE_OPEN_OK)
		verdict = migrate(s, err);
	if (verdict == STORE_OPEN_OK)
		verdict = check_end(s, err);
	if (verdict == STORE_OPEN_FAILED)
		verdict = why_not(s, err);
	if (verdict != STORE_OPEN_OK)
		store_close(s);
	return verdict;
}

/*
 * The newest backup, or the next one where that was tried, in the place of what was moved aside.
 * 1 and its name in `name`, 0 there is none (more), -1 and `err`.
 */
static int put_back(const char *path, char name[BACKUPS_NAME_BYTES], struct error *err)
{
	char *folder = backups_folder(path);
	char tried[BACKUPS_NAME_BYTES];
	int found;

	memcpy(tried, name, sizeof tried);
	found = backups_newest(folder, tried[0] == '\0' ? NULL : tried, name);
	free(folder);
	return found && backups_restore(path, name, err) < 0 ? -1 : found;
}

/* Sources are to answer with all they have; and no reader takes it for what it saw before. */
static int begin_again(struct store *s, struct error *err)
{
	return store_run(s,
		"UPDATE history SET etag = NULL, last_modified = NULL, validators_url = NULL,"
		" body = NULL, next_poll = min(next_poll, last_poll);"
		"UPDATE meta SET value = value + 1000000 WHERE name = 'serial';",
		err);
}

/* Moves aside what is damaged, until what stands there is not. */
static enum store_open_verdict repair(struct store *s, const char *state, struct error *err)
{
	char *path = path_of(state);
	char name[BACKUPS_NAME_BYTES] = "";
	enum store_open_verdict verdict = STORE_OPEN_DAMAGED;
	int found = 1;

	while (verdict == STORE_OPEN_DAMAGED && found == 1) {
		found = damage_move(path, err) < 0 ? -1 : put_back(path, name, err);
		verdict = found < 0 ? STORE_OPEN_FAILED : open_writer(s, state, err);
	}
	if (verdict == STORE_OPEN_OK && found == 1 && begin_again(s, err) < 0) {
		store_close(s);
		verdict = STORE_OPEN_FAILED;
	}
	if (verdict == STORE_OPEN_OK && found == 1)
		log_event(LOG_ERROR, "store.restored",
			"from=%s; sources are asked again for what came since", name);
	else if (verdict == STORE_OPEN_OK)
		log_event(LOG_ERROR, "store.new",
			"there is no sound backup: sources are asked for all that they carry");
	free(path);
	return verdict == STORE_OPEN_DAMAGED ? STORE_OPEN_REFUSED : verdict;
}

enum store_open_verdict store_open_writer(struct store *s, const char *state, struct error *err)
{
	enum store_open_verdict verdict = open_writer(s, state, err);

	if (verdict == STORE_OPEN_DAMAGED)
		verdict = repair(s, state, err);
	if (verdict == STORE_OPEN_OK)
		damage_forget(s->path);
	return verdict;
}

int store_reopen_writer(struct store *s, struct error *err)
{
	char *path = strdup(s->path);

	if (path == NULL)
		die("out of memory");
	store_close(s);
	s->path = path;
	if (connect_writer(s, err) == 0)
		return 0;
	sqlite3_close(s->db);
	s->db = NULL;
	return -1;
}

/*
 * "file:" and the path with what has a meaning in a URI escaped.  The index in shared memory is
 * opened for reading only, as the publisher's jail wants it.
 */
static void put_uri(struct buf *to, const char *path)
{
	buf_puts(to, "file:");
	for (const char *at = path; *at != '\0'; at++)
		if (strchr("%?#", *at) != NULL)
			buf_printf(to, "%%%02X", (unsigned)*at);
		else
			buf_putc(to, *at);
	buf_puts(to, "?mode=ro&readonly_shm=1");
}

static int connect_reader(struct store *s, struct error *err)
{
	struct buf uri;
	int rc;

	buf_init(&uri, SQL_BYTES);
	put_uri(&uri, s->path);
	rc = sqlite3_open_v2(
		uri.at, &s->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
	buf_clear(&uri);
	if (rc != SQLITE_OK)
		return store_error(s, rc, err);
	harden(s->db);
	return store_run(s, "PRAGMA query_only = 1; PRAGMA cache_size = -4096;", err);
}

static uint64_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : (uint64_t)st.st_ino;
}

bool store_is_replaced(const struct store *s)
{
	return inode_of(s->path) != s->inode;
}

static int other_version(const struct store *s, int64_t version, struct error *err)
{
	if (version < (int64_t)schema_n)
		return error_set(err,
			"%s: of version %" PRId64 "; the daemon brings it to version %zu when it "
			"starts",
			s->path, version, schema_n);
	return error_set(err, "%s: of version %" PRId64 ", newer than this program's %zu", s->path,
		version, schema_n);
}

bool store_is_older(const char *state)
{
	static const char VERSION[] = "PRAGMA user_version";
	struct store s = {.path = path_of(state)};
	struct error ignored;
	int64_t version = (int64_t)schema_n;

	if (connect_reader(&s, &ignored) == 0 && pragma_number(&s, VERSION, &version, &ignored) < 0)
		version = (int64_t)schema_n;
	store_close(&s);
	return version < (int64_t)schema_n;
}

int store_open_reader(struct store *s, const char *state, struct error *err)
{
	static const char VERSION[] = "PRAGMA user_version";
	int64_t version, serial;
	int done;

	*s = (struct store){.path = path_of(state)};
	s->inode = inode_of(s->path);
	done = connect_reader(s, err);
	if (done == 0)
		done = pragma_number(s, VERSION, &version, err);
	if (done == 0 && version != (int64_t)schema_n)
		done = other_version(s, version, err);
	if (done == 0)
		done = store_get_number(s, "serial", &serial, err);
	if (done < 0)
		store_close(s);
	return done;
}
