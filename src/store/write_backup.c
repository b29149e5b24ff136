/* write_backup.c - the backup of the day, in slices of idle work */
#include "base/log.h"
#include "store/backup.h"
#include "store/backups.h"
#include "store/writer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define LOOK_EVERY_S 3600

static int make_folder(const char *folder, struct error *err)
{
	if (mkdir(folder, 0750) == 0 || errno == EEXIST)
		return 0;
	return error_set(err, "%s: %s", folder, strerror(errno));
}

/* Begins one where this day has none.  0, also where there is nothing to do, or -1 and `err`. */
static int begin_day(struct store_writer *w, const char *folder, instant now, struct error *err)
{
	char name[BACKUPS_NAME_BYTES], newest[BACKUPS_NAME_BYTES];
	char *path;

	backups_name(name, now);
	if (backups_newest(folder, NULL, newest) && strcmp(newest, name) >= 0)
		return 0;
	if (make_folder(folder, err) < 0)
		return -1;
	if (asprintf(&path, "%s/%s", folder, name) < 0)
		die("out of memory");
	w->store.backup = backup_begin(&w->store, path, false, err);
	free(path);
	return w->store.backup == NULL ? -1 : 0;
}

static int work(struct store_writer *w, const char *folder, int64_t keep, instant now,
	bool *more_out, struct error *err)
{
	int got = 0;

	if (w->store.backup == NULL && begin_day(w, folder, now, err) < 0)
		return -1;
	if (w->store.backup != NULL)
		got = backup_step(w->store.backup, err);
	*more_out = got == 1;
	if (got == 1)
		return 0;
	backup_end(&w->store.backup);
	w->keep.backup_rest = now + LOOK_EVERY_S;
	if (got == 0)
		backups_prune(folder, keep);
	return got;
}

int store_write_backup(
	struct store_writer *w, int64_t keep, instant now, bool *more_out, struct error *err)
{
	char *folder;
	int done;

	*more_out = false;
	if (w->keep.backup_rest > now + LOOK_EVERY_S)
		w->keep.backup_rest = now; /* the clock was put back */
	if (keep <= 0 || now < w->keep.backup_rest || w->in_doubt || w->store.db == NULL)
		return 0;
	folder = backups_folder(w->store.path);
	done = work(w, folder, keep, now, more_out, err);
	if (done < 0)
		w->keep.backup_rest = now + LOOK_EVERY_S;
	free(folder);
	return done;
}
