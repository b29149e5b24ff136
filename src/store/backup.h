/*
 * backup.h - a copy of the store, in slices, while others write
 *
 * Page by page into FILE.part (0640), which is then read back, row by row, flushed to the disk and
 * given its name.  Through the writer's own connection the copy follows what that writes
 * meanwhile; a reader's copies the snapshot that it holds open.  What is not brought to its end
 * leaves no file.
 */
#ifndef TRIBUTARY_STORE_BACKUP_H
#define TRIBUTARY_STORE_BACKUP_H

#include "base/slice.h" /* bool */

struct backup;
struct error; /* base/log.h */
struct store; /* store/store.h */

/* NULL and `err`: there is such a file and `replace` is not said, or none can be made. */
struct backup *backup_begin(struct store *from, const char *path, bool replace, struct error *err);

/* A slice of some milliseconds.  1 there is more to do, 0 the file is there, -1 and `err`. */
int backup_step(struct backup *b, struct error *err);

/* Gives up what is not done.  Leaves NULL. */
void backup_end(struct backup **b);

#endif
