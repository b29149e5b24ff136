/*
 * tagsoup.h - any markup, read as browsers read it
 *
 * gumbo's door.  It is right about everything and slow (17 MB/s), and quadratic in depth and
 * worse in some other things: burden.h looks at the markup before it does.
 */
#ifndef TRIBUTARY_PARSE_TAGSOUP_H
#define TRIBUTARY_PARSE_TAGSOUP_H

#include "base/slice.h" /* slice */

struct canonical; /* parse/canonical.h */

/* `html`, clean (slice_clean), as the inside of a `div`; false where it is past the limits. */
bool tagsoup_read(struct slice html, struct canonical *to);

#endif
