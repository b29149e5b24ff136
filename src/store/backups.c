/* backups.c - STATE/backups: one copy of the store a day, the newest of them kept */
#include "store/backups.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COPY_BYTES (64U << 10)

/* "0" stands for a digit. */
static bool is_name(const char *name)
{
	static const char form[] = "tributary-0000-00-00.db";

	if (strlen(name) != sizeof form - 1)
		return false;
	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != form[i])
			return false;
	return true;
}

void backups_name(char name[BACKUPS_NAME_BYTES], instant at)
{
	char day[INSTANT_TEXT_BYTES];

	instant_put_rfc3339(day, at);
	(void)snprintf(name, BACKUPS_NAME_BYTES, "tributary-%.10s.db", day);
}

char *backups_folder(const char *database)
{
	const char *slash = strrchr(database, '/');
	int len = slash == NULL ? 0 : (int)(slash - database + 1);
	char *folder;

	if (asprintf(&folder, "%.*s" BACKUPS_FOLDER, len, database) < 0)
		die("out of memory");
	return folder;
}

bool backups_newest(const char *folder, const char *before, char name_out[BACKUPS_NAME_BYTES])
{
	DIR *all = opendir(folder);
	struct dirent *one;

	name_out[0] = '\0';
	if (all == NULL)
		return false;
	while ((one = readdir(all)) != NULL)
		if (is_name(one->d_name) && strcmp(one->d_name, name_out) > 0 &&
			(before == NULL || strcmp(one->d_name, before) < 0))
			memcpy(name_out, one->d_name, BACKUPS_NAME_BYTES);
	closedir(all);
	return name_out[0] != '\0';
}

void backups_prune(const char *folder, int64_t keep)
{
	char last[BACKUPS_NAME_BYTES], name[BACKUPS_NAME_BYTES];
	const char *before = NULL;

	for (int64_t i = 0; backups_newest(folder, before, name); i++) {
		char *path;

		if (i >= keep && asprintf(&path, "%s/%s", folder, name) > 0) {
			unlink(path);
			free(path);
		}
		memcpy(last, name, sizeof last);
		before = last;
	}
}

static int write_all(int fd, const char *at, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

static int copy_file(int from, int to)
{
	char *bytes = malloc(COPY_BYTES);
	ssize_t n;

	if (bytes == NULL)
		die("out of memory");
	while ((n = read(from, bytes, COPY_BYTES)) > 0)
		if (write_all(to, bytes, (size_t)n) < 0)
			break;
	free(bytes);
	return n == 0 ? fsync(to) : -1;
}

static int put_back(const char *from, const char *part, const char *database)
{
	int source = open(from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int target, done = -1;

	if (source < 0)
		return -1;
	unlink(part);
	target = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (target >= 0) {
		done = copy_file(source, target);
		close(target);
	}
	close(source);
	if (done == 0)
		done = renameat2(AT_FDCWD, part, AT_FDCWD, database, RENAME_NOREPLACE);
	return done;
}

int backups_restore(const char *database, const char *name, struct error *err)
{
	char *folder = backups_folder(database), *from, *part;
	int done;

	if (asprintf(&from, "%s/%s", folder, name) < 0 || asprintf(&part, "%s.part", database) < 0)
		die("out of memory");
	done = put_back(from, part, database);
	if (done < 0)
		error_set(err, "%s cannot be put back: %s", from, strerror(errno));
	free(folder);
	free(from);
	free(part);
	return done;
}
