/*
 * plain.h - canonical HTML as plain text: what is read, searched and compared
 *
 * Tags go, each block begins a line of its own, references are decoded.  It is no parser of
 * strangers' HTML: what it is given is what feed/canon.h accepts.
 */
#ifndef TRIBUTARY_FEED_PLAIN_H
#define TRIBUTARY_FEED_PLAIN_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */
struct buf;   /* base/buf.h */

/* Appends the text of `canonical_html`, at most as long as that. */
void plain_put(struct buf *out, struct slice canonical_html);

/* The same in `a`, without space around it. */
struct slice plain_text(struct arena *a, struct slice canonical_html);

#endif
