/*
 * doctype.h - what of a DOCTYPE we read: `<!ENTITY name "text">`, and nothing else
 *
 * XML 1.0 section 4.  Parameter entities, external ones and attribute lists are never followed
 * (threats.md, the XML gate): at most LIMIT_ENTITIES of LIMIT_ENTITY_BYTES, within
 * LIMIT_SUBSET_BYTES.
 */
#ifndef TRIBUTARY_PARSE_DOCTYPE_H
#define TRIBUTARY_PARSE_DOCTYPE_H

#include "base/buf.h"    /* buf */
#include "base/limits.h" /* LIMIT_ENTITIES */

struct entity {
	struct slice name, value; /* of the document; the value as it was written */
	bool is_external;         /* stands elsewhere: its text is not had */
};

struct doctype {
	struct entity entities[LIMIT_ENTITIES];
	size_t n;
	bool is_elsewhere; /* declarations stand in places that we do not read */
	bool is_cut;       /* more than we read */
};

/* Reads `text`, from `<!DOCTYPE` to its `>`; borrows it for as long as `d` lives. */
void doctype_read(struct slice text, struct doctype *d);

/* False where `name` is not declared. */
bool doctype_has(const struct doctype *d, struct slice name);

/*
 * Appends the text of entity `name`, references in it replaced a few levels deep, at most
 * LIMIT_ENTITY_BYTES of it.  False where it was cut.
 */
bool doctype_expand(const struct doctype *d, struct slice name, struct buf *out);

#endif
