/*
 * sandbox.h - what a role may still do once it has begun
 *
 * libseccomp's door.  no_new_privs, not dumpable, resource limits, Landlock, one seccomp filter
 * a role (threats.md (f), pitfalls.md 2 say what each needs).  Everything that a library opens
 * at its first use must be opened before.
 */
#ifndef TRIBUTARY_PROC_SANDBOX_H
#define TRIBUTARY_PROC_SANDBOX_H

struct error; /* base/log.h */

enum sandbox_role {
	SANDBOX_PARSER,    /* no path, no socket; what is not allowed kills */
	SANDBOX_POLLER,    /* network, reads /etc and certificates, writes `state` */
	SANDBOX_PUBLISHER, /* reads `state`, serves the sockets it was given */
};

/*
 * Shuts the calling process (one thread) in for ever.  `state` is the store's folder, NULL for a
 * parser.  -1 and `err` where a part cannot be set up: the caller must not go on.  A kernel
 * without Landlock is not an error for want of it alone (*landlock_abi_out is 0, may be NULL).
 * A build with sanitizers or coverage loosens the filter (LOOSE_JAIL in config.h).
 */
int sandbox_enter(
	enum sandbox_role role, const char *state, int *landlock_abi_out, struct error *err);

/* Is this a build whose jail is loosened: not for production? */
int sandbox_is_loose(void);

#endif
