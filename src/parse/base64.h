/*
 * base64.h - RFC 4648 section 4, white space within passed over
 */
#ifndef TRIBUTARY_PARSE_BASE64_H
#define TRIBUTARY_PARSE_BASE64_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

/* False where `text` is not that; `*out` is in `a`, any bytes. */
bool base64_decode(struct arena *a, struct slice text, struct slice *out);

#endif
