/*
 * text.h - a file's text made fit for libconfuse
 *
 * Inside src/conf only.  libconfuse stops at the first name that it does not know, counts a line
 * too many after a C comment, stays inside a string that is never closed, and puts the
 * environment in the place of "${…}".  So before it reads a text, comments go, and names that
 * are no options go with all that belongs to them, each with its complaint.
 */
#ifndef TRIBUTARY_CONF_TEXT_H
#define TRIBUTARY_CONF_TEXT_H

#include "base/slice.h" /* slice */

struct draft; /* conf/draft.h */

/*
 * Changes `text`, which ends in a newline and, at `len`, a NUL, in place; no line moves.  Every
 * complaint is d's.  False where the text cannot be read on: then libconfuse need not try.
 */
bool text_prepare(struct draft *d, struct slice file, char *text, size_t len);

#endif
