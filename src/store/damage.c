/* damage.c - a database that is not whole any more */
#include "store/damage.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_A_SECOND 100 /* names that are tried */

static char *with_end(const char *path, const char *end)
{
	char *name;

	if (asprintf(&name, "%s%s", path, end) < 0)
		die("out of memory");
	return name;
}

void damage_note(const struct store *s)
{
	char *path = with_end(s->path, "-damaged");
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640);

	if (fd >= 0)
		close(fd);
	free(path);
}

static bool is_there(const char *database, const char *end)
{
	char *path = with_end(database, end);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

bool damage_is_noted(const char *database)
{
	return is_there(database, "-damaged");
}

bool damage_was_ours(const char *database)
{
	return is_there(database, "-shm");
}

static void drop(const char *database, const char *end)
{
	char *path = with_end(database, end);

	unlink(path);
	free(path);
}

void damage_forget(const char *database)
{
	drop(database, "-damaged");
}

/* "….damaged-20240531T120000Z": by the date of its last change. */
static char *name_aside(const char *database, instant at, int again)
{
	char date[INSTANT_TEXT_BYTES], stamp[32];
	size_t n = 0;
	char *name;

	instant_put_rfc3339(date, at);
	for (const char *c = date; *c != '\0' && n + 1 < sizeof stamp; c++)
		if (*c != '-' && *c != ':')
			stamp[n++] = *c;
	stamp[n] = '\0';
	if ((again == 0 ? asprintf(&name, "%s.damaged-%s", database, stamp)
			: asprintf(&name, "%s.damaged-%s-%d", database, stamp, again)) < 0)
		die("out of memory");
	return name;
}

/* The log goes with the database that it belongs to: with another it would be poison. */
static void move_log(const char *database, const char *aside)
{
	char *from = with_end(database, "-wal"), *to = with_end(aside, "-wal");

	if (rename(from, to) < 0)
		unlink(from);
	free(from);
	free(to);
	drop(database, "-shm");
}

int damage_move(const char *database, struct error *err)
{
	struct stat st;

	if (stat(database, &st) < 0)
		return error_set(err, "%s: %s", database, strerror(errno));
	for (int again = 0; again < MOST_A_SECOND; again++) {
		char *aside = name_aside(database, (instant)st.st_mtime, again);
		int done = renameat2(AT_FDCWD, database, AT_FDCWD, aside, RENAME_NOREPLACE);
		int why = errno;

		if (done == 0) {
			move_log(database, aside);
			log_event(LOG_ERROR, "store.damaged", "moved to=%s",
				log_safe(slice_of(aside)));
		}
		free(aside);
		if (done == 0)
			return 0;
		if (why != EEXIST)
			return error_set(
				err, "%s cannot be moved aside: %s", database, strerror(why));
	}
	return error_set(err, "%s cannot be moved aside", database);
}
