/*
 * reference.h - `&…;` as XML writes it, and as feeds do
 *
 * XML 1.0 section 4.1; HTML's names (entity.h) and windows-1252's numbers are known as well.
 */
#ifndef TRIBUTARY_PARSE_REFERENCE_H
#define TRIBUTARY_PARSE_REFERENCE_H

#include "base/slice.h" /* slice */

enum reference_kind {
	REFERENCE_NONE,   /* a bare &, or no & at all */
	REFERENCE_XML,    /* one of the five that XML knows */
	REFERENCE_NUMBER, /* a character's number */
	REFERENCE_NAME,   /* any other name with its semicolon */
};

struct reference {
	enum reference_kind kind;
	size_t len;        /* bytes of it, from & to ; */
	struct slice name; /* of XML and NAME; borrowed */
	uint32_t number;   /* of NUMBER: a character that XML allows, or U+FFFD */
	bool is_broken;    /* a number without its semicolon, or of no character */
	char room[4];
};

/* What stands at the beginning of `s`. */
void reference_read(struct slice s, struct reference *out);

/* What it stands for, borrowed from `r`; empty for names that HTML does not know. */
struct slice reference_text(struct reference *r);

#endif
