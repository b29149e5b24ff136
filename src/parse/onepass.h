/*
 * onepass.h - plain markup, read as browsers read it, in one pass
 *
 * Most of what feeds hold is nested as it ought to be, or nearly.  Here HTML's rules for that are
 * followed without a tree; whatever would need one (tables with something between the cells,
 * formatting closed across blocks, forms, svg, …) is left to tagsoup.h.  Where this answers, that
 * would answer the same.
 */
#ifndef TRIBUTARY_PARSE_ONEPASS_H
#define TRIBUTARY_PARSE_ONEPASS_H

#include "base/slice.h" /* slice */

struct canonical; /* parse/canonical.h */

enum onepass_verdict {
	ONEPASS_DONE,
	ONEPASS_UNCLEAN, /* try again with slice_clean of it */
	ONEPASS_LEFT,    /* not for us */
};

/* `html` as the inside of a `div`.  Unless it is DONE, what was written is not to be used. */
enum onepass_verdict onepass_read(struct slice html, struct canonical *to);

#endif
