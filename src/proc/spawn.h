/*
 * spawn.h - run ourselves again in a role, with just these descriptors
 *
 * posix_spawn of /proc/self/exe: descriptors 0 to 2 as ours, then the given ones from
 * SPAWN_FIRST_FD on in their order, nothing else; empty environment (but what sanitizers need);
 * default signal dispositions, nothing blocked.  argv[0] is "tributaryd: ROLE", argv "--role
 * ROLE".  The death of a child is told by its pidfd.
 */
#ifndef TRIBUTARY_PROC_SPAWN_H
#define TRIBUTARY_PROC_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

struct error; /* base/log.h */

#define SPAWN_FIRST_FD 3
#define SPAWN_FDS      32 /* most that a role can be given */

/* The pid; *pidfd_out (close-on-exec) is the caller's.  -1 and `err` where it cannot be started. */
pid_t spawn_role(const char *role, const int *fds, size_t n_fds, int *pidfd_out, struct error *err);

/* The same with one more argument ("--once"), or none where `option` is NULL. */
pid_t spawn_role_with(const char *role, const char *option, const int *fds, size_t n_fds,
	int *pidfd_out, struct error *err);

/*
 * First thing in a role: its name for ps and top (PR_SET_NAME), SIGKILL when the parent dies.
 * The latter is a second line: what a role must watch is the end of its channel.
 */
void spawn_settle(const char *role);

#endif
