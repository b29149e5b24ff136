/*
 * folder.c - what is looked at is what is used: by descriptor, links not followed
 */
#include "config.h"

#include "tributaryd/folder.h"
#include "base/log.h"
#include "base/slice.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder and the one above it: /run is empty after each boot. */
static void make_folder(const char *path)
{
	char above[4096];
	const char *slash = strrchr(path, '/');

	if (mkdir(path, 0750) == 0 || errno != ENOENT || slash == NULL || slash == path ||
		(size_t)(slash - path) >= sizeof above)
		return;
	memcpy(above, path, (size_t)(slash - path));
	above[slash - path] = '\0';
	if (mkdir(above, 0755) == 0)
		mkdir(path, 0750); /* what did not work is seen by open */
}

static int check_folder(int fd, const char *path, struct error *err)
{
	struct stat s;

	if (fstat(fd, &s) < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	if (s.st_uid != geteuid())
		return error_set(err,
			"%s: belongs to user %u, not to us (%u): chown it or run as its owner",
			path, (unsigned)s.st_uid, (unsigned)geteuid());
	if ((s.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return error_set(err, "%s: others may write there: chmod 0750 %s", path, path);
	return 0;
}

int folder_prepare(const char *path, struct error *err)
{
	int fd, failed;

	make_folder(path);
	fd = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return error_set(err, "%s: %s: a folder of ours is needed there", path,
			errno == ENOTDIR ? "a link or a file" : strerror(errno));
	failed = check_folder(fd, path, err);
	close(fd);
	return failed;
}

int folder_lock(const char *path, struct error *err)
{
	int folder = open(path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int fd;

	if (folder < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	fd = openat(folder, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);
	close(folder);
	if (fd < 0)
		return error_set(err, "%s/lock: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	if (errno == EWOULDBLOCK)
		error_set(err, "%s: another tributaryd is at work there", path);
	else
		error_set(err, "%s/lock: %s", path, strerror(errno));
	close(fd);
	return -1;
}
