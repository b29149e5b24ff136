/*
 * xhtml.h - XML's elements written as HTML, for the sanitiser to read
 */
#ifndef TRIBUTARY_PARSE_XHTML_H
#define TRIBUTARY_PARSE_XHTML_H

#include "base/buf.h" /* buf */

/* `<name` */
void xhtml_put_start(struct buf *out, struct slice name);

/* ` name="value"`; where `base` is given, an address is made absolute by it. */
void xhtml_put_attribute(struct buf *out, struct slice name, struct slice value, struct slice base);

/* `</name>`, but for elements that have no end in HTML */
void xhtml_put_end(struct buf *out, struct slice name);

void xhtml_put_text(struct buf *out, struct slice text);

/* Is all of it, valid UTF-8, below U+0100, and valid UTF-8 of several bytes when taken as Latin-1?
 */
bool xhtml_is_encoded_twice(struct slice text);

/* Takes it as Latin-1: what it was before it was encoded twice. */
void xhtml_decode_once(struct buf *text);

#endif
