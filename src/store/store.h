/*
 * store.h - one connection: open, pragmas, migrate, transactions
 *
 * What reader and writer share, for this room alone.  STATE/tributary.db is of our application
 * id and of a version that counts the schema's steps.  The writer makes it, keeps -wal and -shm
 * in place for readers, and commits with synchronous=FULL.
 */
#ifndef TRIBUTARY_STORE_STORE_H
#define TRIBUTARY_STORE_STORE_H

#include "base/clock.h"  /* instant */
#include "base/slice.h"  /* slice */
#include "store/write.h" /* store_open_verdict */

#define STORE_FILE       "tributary.db"
#define STORE_STATEMENTS 192 /* more than the room has; a bound that is asserted */

#define STORE_BUSY_MS 2000 /* another process checkpoints or recovers; nobody else writes */

struct backup; /* store/backup.h */
struct sqlite3;
struct sqlite3_stmt;

struct store {
	struct sqlite3 *db; /* NULL: closed */
	struct {
		const char *sql; /* its address is its name */
		struct sqlite3_stmt *stmt;
	} kept[STORE_STATEMENTS];
	size_t n_kept;
	char *path;            /* of the database */
	int failed;            /* result code of the last error that was said */
	int64_t until_ms;      /* what is asked ends then (search_limit), */
	bool is_cut;           /* and it did */
	bool can_weigh;        /* search_weight_register was here */
	uint64_t inode;        /* of the file that a reader opened */
	struct backup *backup; /* that is being made of it; NULL: none */
};

/*
 * The writer's way in: looks before it touches (a link, a stranger's file, another program's
 * database, a newer version: refused as they are), makes what is not there, migrates, checks.
 */
enum store_open_verdict store_open_writer(struct store *s, const char *state, struct error *err);

/* As it was opened, after an error that leaves the connection in doubt.  -1 and `err`: closed. */
int store_reopen_writer(struct store *s, struct error *err);

/* The reader's: read-only, and asked once, so that what is wrong shows here. */
int store_open_reader(struct store *s, const char *state, struct error *err);

/* Is there one that is sound so far, but of an older version than ours? */
bool store_is_older(const char *state);

void store_close(struct store *s);

/* Stands another file where the reader's was opened? */
bool store_is_replaced(const struct store *s);

/* The statement of a constant text, prepared once.  A result code of SQLite. */
int store_prepare(struct store *s, const char *sql, struct sqlite3_stmt **stmt_out);

/* SQL without parameters and rows.  0, or -1 and `err`. */
int store_run(struct store *s, const char *sql, struct error *err);

/* What SQLite says of `rc`, in `err`.  Returns -1. */
int store_error(struct store *s, int rc, struct error *err);

/* Lets all statements go. */
void store_reset(struct store *s);

/* Undoes what is open, where anything is: SQLite undoes some errors by itself. */
void store_roll_back(struct store *s);

/* Is the transaction that was begun still open? */
bool store_is_open(const struct store *s);

/* Single values.  -1 and `err` on an error; get: 0 where there is none. */
int store_get_number(struct store *s, const char *name, int64_t *value_out, struct error *err);
int store_set_number(struct store *s, const char *name, int64_t value, struct error *err);

/* Folds the write-ahead log back as far as readers let it, waits for none; `cut`: to nothing. */
void store_fold_back(struct store *s, bool cut);

/* How large that log is; 0 where there is none. */
int64_t store_wal_bytes(const struct store *s);

#endif
