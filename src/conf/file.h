/*
 * file.h - the files of the configuration
 *
 * Inside src/conf only.  A file is an ordinary file, no link, of root or of whoever reads it,
 * that others cannot write (threats P9).
 */
#ifndef TRIBUTARY_CONF_FILE_H
#define TRIBUTARY_CONF_FILE_H

#include "base/buf.h" /* buf */

struct arena; /* base/arena.h */
struct error; /* base/log.h */

/* The whole file into `out`, whose ceiling counts.  -1 and `why`: what was expected of it. */
int file_read(const char *path, struct buf *out, struct error *why);

/* As file_read, of a file that others cannot read either: its one line, without newline, in `a`. */
int file_secret(struct arena *a, struct slice path, struct slice *line_out, struct error *why);

/*
 * The paths of the conf.d/(name).conf beside `path`, in the order of their names, in `a`.  -1 and
 * `why` where there is a conf.d that cannot be listed.
 */
int file_list(struct arena *a, const char *path, struct slice *folder_out, const char ***paths_out,
	size_t *n_out, struct error *why);

/* Does this machine know the time zone of this name? */
bool file_has_zone(struct slice name);

#endif
