/*
 * gate.h - strangers' XML made well formed, before libxml2 sees it
 *
 * libxml2 2.9 cannot be given strangers' bytes as they come (threats.md, the XML gate).  The gate
 * is one pass over the document that hands on what is well formed as it stands and mends the
 * rest: junk before the root and after it, a DOCTYPE (cut out; its entities put in place), bare &
 * and <, references that only HTML knows, attributes without quotes or twice, prefixes that
 * nobody declared, ends that match no beginning, control characters, a document that breaks off.
 * Each mend is a line in `problems`.  What comes out has at most LIMIT_DEPTH levels,
 * LIMIT_TAG_ATTRIBUTES, and as many line ends before each element as the document.
 */
#ifndef TRIBUTARY_PARSE_GATE_H
#define TRIBUTARY_PARSE_GATE_H

#include "base/buf.h"      /* buf */
#include "base/limits.h"   /* LIMIT_DEPTH */
#include "parse/doctype.h" /* doctype */

struct reading; /* parse/reading.h */
struct gate;

/* `text` is valid UTF-8 and outlives the gate, which lives in r->head; its root's tag is at
 * `root_at`. */
struct gate *gate_new(struct slice text, size_t root_at, struct reading *r);

/* Appends about `least` bytes to `out`, whole tags; false when nothing is left. */
bool gate_next(struct gate *g, struct buf *out, size_t least);

/* The line of the root. */
size_t gate_first_line(const struct gate *g);

#endif
