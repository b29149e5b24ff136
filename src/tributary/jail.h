/*
 * jail.h - work in a process of its own, shut in as the daemon's parsers are
 *
 * The child writes to a pipe; whoever reads it believes nothing of what comes.  Only the time that
 * the reader spends waiting counts, so that a slow standard output kills nobody.
 */
#ifndef TRIBUTARY_TRIBUTARY_JAIL_H
#define TRIBUTARY_TRIBUTARY_JAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error; /* base/log.h */

struct jail {
	pid_t child;
	int in;
	int left_ms; /* of LIMIT_PARSE_WALL_S */
};

/* Runs in the jail, with LIMIT_PARSE_CPU_S, and writes to `out`; its end is the child's. */
typedef void jail_work(void *data, int out);

/* Forks and begins; -1 and `err`. */
int jail_open(struct jail *j, jail_work *work, void *data, struct error *err);

/* Exactly `len` bytes; false where the child said less, or nothing for too long. */
bool jail_read(struct jail *j, void *at, size_t len);

/* The child has nothing more to say, whatever it is doing: kills it and waits for it. */
void jail_close(struct jail *j);

/* The child's side: all of it, or false. */
bool jail_write(int out, const void *at, size_t len);

#endif
