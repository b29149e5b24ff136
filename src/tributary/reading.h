/*
 * reading.h - what the commands that read the store begin and end with
 */
#ifndef TRIBUTARY_TRIBUTARY_READING_H
#define TRIBUTARY_TRIBUTARY_READING_H

#include "base/arena.h" /* arena */
#include "base/log.h"   /* error */
#include "store/read.h" /* store_reader */

#include "tributary/commands.h"

struct reading {
	struct request request;
	struct conf *conf;
	struct store_reader *reader;
	struct arena arena; /* what is read, until the end */
	struct error err;
};

/*
 * The configuration and its store, the time zone set.  COMMAND_WELL, or the exit status, all said;
 * reading_end is called either way.
 */
int reading_begin(
	struct reading *r, unsigned takes, size_t least, size_t most, int argc, char **argv);

void reading_end(struct reading *r);

/*
 * The path of the store of `c`, in `a`.  *is_there_out: there is one, or we may not know.
 */
const char *reading_path(struct arena *a, const struct conf *c, bool *is_there_out);

/* Says r->err; COMMAND_WRONG. */
int reading_failed(const struct reading *r);

/* explain_source.c: 1 it was one of that name and is explained, 0 there is none, -1 r->err. */
int explain_source(struct reading *r, struct slice name);

/*
 * explain_views.c: of the merged feed and every view, one line each: that the item is in it, or
 * which of its criteria keeps it out.  0, or -1 and r->err.
 */
int explain_views(struct reading *r, const struct stored_item *i, struct slice_list *lines);

#endif
