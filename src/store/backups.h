/*
 * backups.h - STATE/backups: one copy of the store a day, the newest of them kept
 *
 * Names bear the day, and sort by it.  What is not so named is left alone.
 */
#ifndef TRIBUTARY_STORE_BACKUPS_H
#define TRIBUTARY_STORE_BACKUPS_H

#include "base/clock.h" /* instant */

#include <stdbool.h>

struct error; /* base/log.h */
struct store; /* store/store.h */

#define BACKUPS_FOLDER     "backups"
#define BACKUPS_NAME_BYTES sizeof "tributary-2024-05-31.db"

/* The name of a day's. */
void backups_name(char name[BACKUPS_NAME_BYTES], instant at);

/* The folder of a database's path; to be freed. */
char *backups_folder(const char *database);

/* The newest that is older than `before` (NULL: of all).  False: there is none. */
bool backups_newest(const char *folder, const char *before, char name_out[BACKUPS_NAME_BYTES]);

/* Removes all but the `keep` newest. */
void backups_prune(const char *folder, int64_t keep);

/* Puts a copy of one in the place of `database`, which is free.  0, or -1 and `err`. */
int backups_restore(const char *database, const char *name, struct error *err);

#endif
