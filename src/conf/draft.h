/*
 * draft.h - a configuration that is being read
 *
 * Inside src/conf only: what reading, checking and printing share.  A draft becomes a struct
 * conf when nothing in it is wrong.
 */
#ifndef TRIBUTARY_CONF_DRAFT_H
#define TRIBUTARY_CONF_DRAFT_H

#include "base/arena.h" /* arena */
#include "conf/conf.h"
#include "conf/option.h"

/* The line that each option of one section was given at; 0: it was not. */
struct given {
	int lines[OPTION_COUNT];
};

struct line_list {
	int *at;
	size_t n, cap;
};

struct draft {
	struct conf conf;
	struct arena arena;      /* all texts and lists */
	struct conf_list listen; /* as written; conf.listen is made of it at the end */
	struct given top;
	struct conf_source shared; /* `defaults` */
	struct given shared_given;
	struct given *given;                    /* one a source */
	size_t cap;                             /* of conf.sources and `given` */
	struct slice *topic_files, *view_files; /* where they stand, one each */
	int *topic_lines, *view_lines;
	size_t topic_cap, view_cap;
	struct line_list sections; /* of the text being read: the line that each begins in */
	size_t next_section;
	bool private; /* the text for the roles, no file */
	struct conf_errors *errors;
};

/* Adds "FILE:LINE: …", or "FILE: …" where line is 0. */
void conf_draft_wrong(struct draft *d, struct slice file, int line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Every option of `where` (bits) at its default, in the struct `base`. */
void conf_draft_fall_back(struct draft *d, unsigned where, void *base);

/*
 * Reads one text of the syntax into the draft: false where its syntax ended the reading.  Text
 * is changed (comments go).  This is the part that knows libconfuse.
 */
bool conf_draft_read(struct draft *d, struct slice file, char *text, size_t len);

/* After the last text: `defaults` into the sources, and all that only the whole can tell. */
void conf_draft_finish(struct draft *d);

#endif
