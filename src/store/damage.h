/*
 * damage.h - a database that is not whole any more
 *
 * It is moved aside, under the date of its last change, with its log, for who wants to dig in it;
 * nothing of it is ever deleted.  The newest backup that is sound takes its place, or, where there
 * is none, a new one.  What came since that backup comes again as far as sources still carry it:
 * their validators are forgotten, so that they answer with all they have.
 */
#ifndef TRIBUTARY_STORE_DAMAGE_H
#define TRIBUTARY_STORE_DAMAGE_H

#include <stdbool.h>

struct error; /* base/log.h */
struct store; /* store/store.h */

/* Notes, in a file beside it, that damage was met, so that the next start looks at all of it. */
void damage_note(const struct store *s);
bool damage_is_noted(const char *database);
void damage_forget(const char *database);

/* Was this file, which is no database now, one of ours?  Its log's index stands beside it. */
bool damage_was_ours(const char *database);

/* Moves it aside and says so in the log.  0, or -1 and `err`. */
int damage_move(const char *database, struct error *err);

#endif
