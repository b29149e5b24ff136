/*
 * gate_tag.h - one start tag as a stranger wrote it
 */
#ifndef TRIBUTARY_PARSE_GATE_TAG_H
#define TRIBUTARY_PARSE_GATE_TAG_H

#include "base/limits.h" /* LIMIT_TAG_ATTRIBUTES */
#include "base/slice.h"  /* slice */

struct gate_attribute {
	struct slice name, value; /* as written, without quotes */
};

struct gate_tag {
	struct slice name;
	struct gate_attribute attributes[LIMIT_TAG_ATTRIBUTES];
	size_t n;
	bool is_closed;    /* ends in /> */
	const char *fault; /* what must be mended (the first thing); NULL: nothing */
	bool is_dirty;     /* cannot go on as it stands: references in values, or a fault */
	bool is_cut;       /* the document ends within it */
	bool is_over;      /* more attributes or bytes than we read */
};

/* Reads the tag that begins at s.at[0] == '<'.  Returns its length. */
size_t gate_tag_read(struct slice s, struct gate_tag *out);

/* Is `c` a byte that a name may begin with (all of UTF-8's other bytes count)? */
bool gate_is_name_start(char c);

/* The longest head of `s` that is an XML name (XML 1.0 section 2.3, fifth edition). */
size_t gate_name_len(struct slice s);

#endif
