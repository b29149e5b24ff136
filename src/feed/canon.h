/*
 * canon.h - is this HTML canonical?
 *
 * The easy check outside the jail (the hard work is parse/sanitize.c's).  One pass, a stack of
 * LIMIT_HTML_DEPTH, no allocation, no recursion.  Canonical HTML is: valid UTF-8; text with
 * `&amp;` `&lt;` `&gt;` (and U+00A0 raw) for what must be escaped and nothing else escaped;
 * elements and attributes of html.def only, lower case, attributes in html.def's order in
 * double quotes, none twice; every element closed, nested as html.def says (may_open), so that
 * any HTML5 parser reads it back to the same tree; addresses absolute, of schemes that we let
 * through, without control characters (relative only where no base was known, and then without a
 * scheme or a host); links bearing rel="noopener noreferrer" as the sanitiser
 * puts it.
 */
#ifndef TRIBUTARY_FEED_CANON_H
#define TRIBUTARY_FEED_CANON_H

#include "base/slice.h" /* slice */

/* True where `html` is canonical.  Where it is not, `*at_out` (if not NULL) is the offending byte.
 */
bool canon_check(struct slice html, size_t *at_out);

#endif
