/*
 * schema.h - the migrations, embedded by schema.awk
 *
 * Step n brings a store of version n to version n + 1 (PRAGMA user_version).  A step that was
 * released is never edited.
 */
#ifndef TRIBUTARY_STORE_SCHEMA_H
#define TRIBUTARY_STORE_SCHEMA_H

#include <stddef.h>

struct schema_step {
	const char *name;         /* of its file */
	const char *const *lines; /* of SQL, up to a NULL: a C string may be too short for a file */
};

extern const struct schema_step schema_steps[];
extern const size_t schema_n;

#endif
