/*
 * twins.h - which source has this address, or this feed id?  So that two of one are told.
 *
 * etiquette.md 45.  A table from 64-bit digests to owners.  Owners may lose a key without telling:
 * who looks up asks `owner` whether it still has it.
 */
#ifndef TRIBUTARY_POLL_TWINS_H
#define TRIBUTARY_POLL_TWINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct twins {
	struct twin {
		uint64_t key; /* 0: free */
		void *owner;
	} * at;
	size_t n, cap;
	bool (*has)(const void *owner, uint64_t key); /* does it still have that key? */
};

void twins_init(struct twins *t, bool (*has)(const void *owner, uint64_t key));
void twins_clear(struct twins *t); /* the owners are not the table's; it can be filled again */

/*
 * Who has `key` (never 0): another owner that still has it, or `owner` itself, which has it from
 * now on.
 */
void *twins_claim(struct twins *t, uint64_t key, void *owner);

#endif
