/*
 * folder.h - folders that are ours alone, and the lock that lets one daemon in
 */
#ifndef TRIBUTARY_TRIBUTARYD_FOLDER_H
#define TRIBUTARY_TRIBUTARYD_FOLDER_H

struct error; /* base/log.h */

/*
 * Makes the folder where it is missing (0750), and proves it: no symbolic link, owned by us,
 * writable by nobody else.  -1 and `err`, which says what to do.
 */
int folder_prepare(const char *path, struct error *err);

/*
 * An exclusive lock on PATH/lock, held as long as the descriptor (the caller's, close-on-exec)
 * is open.  -1 and `err` where another has it.
 */
int folder_lock(const char *path, struct error *err);

#endif
