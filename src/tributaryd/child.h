/*
 * child.h - a role that runs: started, watched by its pidfd, told of when it ends
 */
#ifndef TRIBUTARY_TRIBUTARYD_CHILD_H
#define TRIBUTARY_TRIBUTARYD_CHILD_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct error; /* base/log.h */

struct child {
	const char *role;
	pid_t pid; /* 0 while it does not run */
	int pidfd;
	struct ev_loop *loop;
	ev_io death;
	/* It has ended; `status` is its exit status, or minus the signal.  May free the child. */
	void (*died)(struct child *c, int status);
};

/*
 * Starts `c->role` with `fds` (still the caller's) and an option or NULL.  role, loop and died
 * are set by the caller.  -1 and `err`.
 */
int child_start(struct child *c, const char *option, const int *fds, size_t n, struct error *err);

/* SIGKILL; nothing where it does not run.  Its end is told as any other. */
void child_kill(const struct child *c);

/* "status=0", "signal=KILL", and a word where it is worth one: for a log line. */
const char *child_epitaph(int status);

#endif
