/* file.c - the files of the configuration */
#include "conf/file.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ZONES        "/usr/share/zoneinfo"
#define SECRET_BYTES 1024
#define CONF_SUFFIX  ".conf"

struct path_list {
	const char **at;
	size_t n, cap;
};

/* Is it a file that nobody else can have written (with `closed_to`, the modes nobody may have)? */
static int check_file(int fd, mode_t closed_to, struct error *why)
{
	struct stat s;

	if (fstat(fd, &s) < 0)
		return error_set(why, "a file that can be examined (%s)", strerror(errno));
	if (S_ISDIR(s.st_mode))
		return error_set(why, "a file, this is a folder");
	if (!S_ISREG(s.st_mode))
		return error_set(why, "an ordinary file");
	if (s.st_uid != 0 && s.st_uid != geteuid())
		return error_set(why,
			"a file of root or of the user who reads it, this is of user %u",
			(unsigned)s.st_uid);
	if ((s.st_mode & closed_to & 0002) != 0)
		return error_set(why, "a file that others cannot write (chmod o-w)");
	if ((s.st_mode & closed_to) != 0)
		return error_set(why, "a file that others can neither read nor write (chmod o=)");
	return 0;
}

static int read_all(int fd, struct buf *out, struct error *why)
{
	ssize_t got;

	do {
		char *room = buf_room(out, 1U << 16);

		/* The last part of a ceiling may be less than a block. */
		if (room == NULL && out->max - out->len > 0)
			room = buf_room(out, out->max - out->len);
		if (room == NULL)
			return error_set(why, "a file of at most %zu bytes", out->max);
		out->full = false;
		got = read(
			fd, room, out->max - out->len < 1U << 16 ? out->max - out->len : 1U << 16);
		if (got < 0)
			return error_set(why, "a file that can be read (%s)", strerror(errno));
		buf_took(out, (size_t)got);
	} while (got > 0);
	return 0;
}

static int read_checked(const char *path, mode_t closed_to, struct buf *out, struct error *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	int result;

	if (fd < 0 && errno == ELOOP)
		return error_set(why, "a file, this is a symbolic link");
	if (fd < 0)
		return error_set(why, "a file that can be opened (%s)", strerror(errno));
	result = check_file(fd, closed_to, why);
	if (result == 0)
		result = read_all(fd, out, why);
	close(fd);
	return result;
}

int file_read(const char *path, struct buf *out, struct error *why)
{
	return read_checked(path, 0002, out, why);
}

static bool is_line(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7f)
			return false;
	return s.len > 0;
}

int file_secret(struct arena *a, struct slice path, struct slice *line_out, struct error *why)
{
	struct buf text;
	int result;

	buf_init(&text, SECRET_BYTES);
	result = read_checked(slice_string(a, path), 0007, &text, why);
	if (result == 0) {
		struct slice line = buf_slice(&text);

		if (slice_ends(line, "\n"))
			line.len--;
		if (slice_ends(line, "\r"))
			line.len--;
		*line_out = slice_copy(a, line);
		if (!is_line(line) || !slice_utf8_valid(line))
			result = error_set(why, "a file of one line, the password");
	}
	if (text.at != NULL)
		explicit_bzero(text.at, text.len);
	buf_clear(&text);
	return result;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(*(const char *const *)one, *(const char *const *)other);
}

int file_list(struct arena *a, const char *path, struct slice *folder_out, const char ***paths_out,
	size_t *n_out, struct error *why)
{
	const char *slash = strrchr(path, '/');
	int before = slash == NULL ? 0 : (int)(slash + 1 - path);
	struct path_list list = {0};
	struct buf folder;
	const struct dirent *entry;
	DIR *dir;

	buf_init(&folder, PATH_MAX);
	buf_printf(&folder, "%.*sconf.d", before, path);
	*folder_out = slice_copy(a, buf_slice(&folder));
	*paths_out = NULL;
	*n_out = 0;
	dir = folder.full ? NULL : opendir(folder.at);
	if (dir == NULL && !folder.full && errno == ENOENT) {
		buf_clear(&folder);
		return 0;
	}
	buf_clear(&folder);
	if (dir == NULL)
		return error_set(why, "a folder that can be listed (%s)", strerror(errno));
	while ((entry = readdir(dir)) != NULL) {
		char name[PATH_MAX + 1 + sizeof entry->d_name];

		if (entry->d_name[0] == '.' || !slice_ends(slice_of(entry->d_name), CONF_SUFFIX))
			continue;
		snprintf(name, sizeof name, "%.*s/%s", SLICE_ARG(*folder_out), entry->d_name);
		*ARENA_PUSH(a, &list) = slice_string(a, slice_of(name));
	}
	closedir(dir);
	if (list.n > 0)
		qsort(list.at, list.n, sizeof *list.at, by_name);
	*paths_out = list.at;
	*n_out = list.n;
	return 0;
}

bool file_has_zone(struct slice name)
{
	char path[sizeof ZONES + 1 + 128];
	struct stat s;

	if (slice_is(name, "UTC") || stat(ZONES, &s) < 0)
		return true; /* no zones here: what is told is believed */
	if (name.len > 64)
		return false;
	snprintf(path, sizeof path, ZONES "/%.*s", SLICE_ARG(name));
	return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}
