/*
 * sockets.h - the listening sockets: handed in by systemd, or bound by ourselves
 *
 * threats.md P8: the folder of a Unix socket is ours; a socket that somebody answers on is left
 * alone; ours is bound under a name of its own and renamed into place, so that whoever finds it
 * is answered.  HTTP sockets are open to the group, the control socket to its owner alone.
 */
#ifndef TRIBUTARY_TRIBUTARYD_SOCKETS_H
#define TRIBUTARY_TRIBUTARYD_SOCKETS_H

#include "proc/spawn.h" /* SPAWN_FDS */

struct arena; /* base/arena.h */
struct conf;  /* conf/conf.h */
struct error; /* base/log.h */

#define SOCKETS_HTTP (SPAWN_FDS - 3) /* a publisher has three other descriptors */

struct sockets {
	int http[SOCKETS_HTTP]; /* in conf's order, then what systemd gave beyond it */
	size_t n_http;
	int control;
	struct sockets_path {
		const char *path;
		unsigned long device, inode; /* ours as long as these are the same */
	} bound[SOCKETS_HTTP + 1];
	size_t n_bound;
};

/*
 * All that `c` names, taken from the `n_given` descriptors where one has the same address; those
 * that `c` does not name are for HTTP too.  Close-on-exec, non-blocking.  -1 and `err`, one line;
 * then sockets_close is still to be called.  Text lives in `a`.
 */
int sockets_open(const struct conf *c, const int *given, size_t n_given, struct arena *a,
	struct sockets *out, struct error *err);

/* Closes all and removes the paths of those that we bound. */
void sockets_close(struct sockets *s);

#endif
