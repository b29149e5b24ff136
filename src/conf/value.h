/*
 * value.h - the text of one value to what the configuration holds
 *
 * Inside src/conf only.  Durations "90s 30m 6h 7d 5y" (a year is 365 days), sizes "512k 16M"
 * (units of 1024), yes and no, addresses, names.
 */
#ifndef TRIBUTARY_CONF_VALUE_H
#define TRIBUTARY_CONF_VALUE_H

#include "conf/option.h" /* option */

struct arena; /* base/arena.h */
struct buf;   /* base/buf.h */
struct error; /* base/log.h */

/*
 * Reads `text` as option `o`'s type has it into `field`: a slice in `a`, an int64_t, a bool, or
 * an int for TYPE_LINE; of a list, one element, a slice.  -1 where it is none: then `why` says
 * what was expected where that is more than o->expected, else it is empty.
 */
int value_read(
	struct arena *a, const struct option *o, struct slice text, void *field, struct error *why);

/* Writes the field so that value_read reads the same. */
void value_print(struct buf *out, const struct option *o, const void *field);

/* Do the two fields of the option hold the same? */
bool value_equal(const struct option *o, const void *one, const void *other);

/* Copies a field; texts stay where they are. */
void value_copy(const struct option *o, void *to, const void *from);

/* A name of a source, topic or view: 1 to 64 of a-z 0-9 . _ - */
bool value_is_name(struct slice s);

/* In quotes, escaped, for value_print and the titles of sections. */
void value_print_string(struct buf *out, struct slice s);

#endif
