/* reserve.c - room on the disk that is kept for a full one */
#include "store/reserve.h"
#include "base/log.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define RESERVE_FILE "reserve"
#define BLOCK_BYTES  512 /* of st_blocks */

static char *path_of(const struct store *s)
{
	int folder = (int)(strlen(s->path) - strlen(STORE_FILE));
	char *path;

	if (asprintf(&path, "%.*s" RESERVE_FILE, folder, s->path) < 0)
		die("out of memory");
	return path;
}

static bool is_whole(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (int64_t)st.st_blocks * BLOCK_BYTES >= RESERVE_BYTES;
}

/* What was let go must not be taken back as long as nothing more is free. */
static bool has_room(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) < 0 ||
	       (uint64_t)fs.f_bavail * fs.f_frsize >= 2 * (uint64_t)RESERVE_BYTES;
}

/* 0, or the error's number. */
static int allocate(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0640);
	int failed = 0;

	if (fd < 0)
		return errno;
	if (!is_whole(fd))
		failed = has_room(fd) ? posix_fallocate(fd, 0, RESERVE_BYTES) : ENOSPC;
	close(fd);
	return failed;
}

bool reserve_make(const struct store *s, struct error *err)
{
	char *path = path_of(s);
	int failed = allocate(path);
	bool is_full = failed == ENOSPC || failed == EDQUOT;

	if (is_full) {
		unlink(path); /* a part of it only takes room */
		error_set(err, "the disk is full: %s wants %d MiB free", path,
			2 * RESERVE_BYTES >> 20);
	}
	free(path);
	return !is_full;
}

bool reserve_free(const struct store *s)
{
	char *path = path_of(s);
	bool was_there = unlink(path) == 0;

	free(path);
	return was_there;
}
