/*
 * date_shape.h - the two forms that nearly all feeds write, read at a fiftieth of the cost
 *
 * Private to parse/date*.c.  RFC 3339 ("2026-11-23T18:04:35Z") and RFC 5322 with all its parts
 * ("Mon, 23 Nov 2026 18:04:35 +0100").  Whatever differs by one character is date_parts' work,
 * which gives the same for these (fuzz_date asserts it).
 */
#ifndef TRIBUTARY_PARSE_DATE_SHAPE_H
#define TRIBUTARY_PARSE_DATE_SHAPE_H

#include "parse/date_parts.h" /* date_parts */

bool date_shape(struct slice text, struct date_parts *parts_out);

#endif
