/*
 * entity.h - what HTML's named character references stand for
 *
 * The HTML Standard, section 13.5.  XML knows five of them, but feeds use all.
 */
#ifndef TRIBUTARY_PARSE_ENTITY_H
#define TRIBUTARY_PARSE_ENTITY_H

#include "base/slice.h" /* slice */

/* The text of `name` ("nbsp", without & and ;), static; empty where there is none. */
struct slice entity_text(struct slice name);

/* The character that number `code` means as browsers read it: 128 to 159 are windows-1252's. */
uint32_t entity_number(uint32_t code);

#endif
