/*
 * reserve.h - room on the disk that is kept for a full one
 *
 * On a full disk SQLite cannot even delete.  So STATE/reserve holds RESERVE_BYTES of it, which are
 * let go when the disk is full: the commit at hand can go on, the write-ahead log (of at most as
 * much) be folded back, and retention do its work.  Nothing new is taken in from then on, until
 * there is room again.
 */
#ifndef TRIBUTARY_STORE_RESERVE_H
#define TRIBUTARY_STORE_RESERVE_H

#include "base/slice.h" /* bool */

#define RESERVE_BYTES (4 << 20) /* a write-ahead log of 1,000 pages */

struct error; /* base/log.h */
struct store; /* store/store.h */

/*
 * Sees to it that the reserve is there.  False, and `err`, where the disk has not twice the room
 * for it, so that what was let go is not taken back at once; a file system that can keep none for
 * other reasons is taken as it is.
 */
bool reserve_make(const struct store *s, struct error *err);

/* Lets it go.  True where there was one. */
bool reserve_free(const struct store *s);

#endif
