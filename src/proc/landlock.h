/*
 * landlock.h - which paths a process may still reach, by its kernel's Landlock
 *
 * For proc/sandbox.c alone.  Raw system calls (glibc 2.36 has none of its own), and the sizes and
 * bits that belong to the ABI of the kernel that runs, not to that of the header.  Rules stand on
 * directories: one on a file dies with the first rename over it.
 */
#ifndef TRIBUTARY_PROC_LANDLOCK_H
#define TRIBUTARY_PROC_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

struct error; /* base/log.h */

enum landlock_use {
	LANDLOCK_USE_READ,   /* what lies beneath may be read and listed */
	LANDLOCK_USE_WRITE,  /* and written, made, renamed and removed */
	LANDLOCK_USE_DEVICE, /* this one file may be read */
};

struct landlock_path {
	const char *path;
	enum landlock_use use;
	bool must; /* a path that is not there is an error; else it is passed over */
};

/*
 * From here on the calling thread reaches nothing but `paths`, binds no TCP port, connects to one
 * only where `connects`, and cannot signal or reach abstract sockets outside; each as far as the
 * kernel can.  no_new_privs must be set.  -1 and `err` where it cannot be had; a kernel that has
 * no Landlock is no error: *abi_out is 0.
 */
int landlock_enter(const struct landlock_path *paths, size_t n_paths, bool connects, int *abi_out,
	struct error *err);

#endif
