/*
 * encoding.h - bytes in any encoding that a feed declares to UTF-8
 *
 * The WHATWG Encoding Standard's encodings under its names, and some more (encoding.def).
 * iconv's door: its modules are files, so all are opened by encoding_warm_up, and kept.
 */
#ifndef TRIBUTARY_PARSE_ENCODING_H
#define TRIBUTARY_PARSE_ENCODING_H

#include "base/buf.h" /* buf */

struct encoding;

/* The encoding of a label ("ISO-8859-1", " latin1 "), or NULL: unknown, or never read (UTF-7). */
const struct encoding *encoding_find(struct slice label);

/* Its name, lower case; static. */
const char *encoding_name(const struct encoding *e);

/* How many bytes its unit has: 1, 2 or 4; and does ASCII stand for itself in it? */
unsigned encoding_unit(const struct encoding *e);
bool encoding_is_ascii(const struct encoding *e);

/*
 * Appends `bytes` to `out` as UTF-8; what is no character becomes U+FFFD.  Returns how often that
 * was.  out->max bounds it.
 */
size_t encoding_decode(const struct encoding *e, struct slice bytes, struct buf *out);

/* Opens what iconv opens; once in a process, before the jail.  Else the first use does it. */
void encoding_warm_up(void);

#endif
