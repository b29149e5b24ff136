/*
 * arena.h - memory that dies together
 *
 * Everything made of one item lies in one arena and goes in one call.  There is no way to free
 * a part.  Running out of memory ends the process (die): what is asked for has been held
 * against limits.h before.
 */
#ifndef TRIBUTARY_BASE_ARENA_H
#define TRIBUTARY_BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes given out since the last reset */
};

/* An empty arena: all zero is one too. */
void arena_init(struct arena *a);

/* `size` bytes, zeroed, aligned for anything.  Never NULL; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));

/* As arena_alloc for `count` things of `size` bytes; a product past SIZE_MAX ends the process. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));

/*
 * Room for one more in an array that grows: `*at` holds `n` of `*cap` things of `size` bytes.
 * Returns the array, moved where it had to grow, with the place `n` zeroed.  Use it by ARENA_PUSH.
 */
void *arena_grow(struct arena *a, void *at, size_t n, size_t *cap, size_t size)
	__attribute__((returns_nonnull));

/*
 * Adds a zeroed element to a list {T *at; size_t n, cap;} and gives its address.
 */
#define ARENA_PUSH(a, list)                                                                        \
	((list)->at = arena_grow((a), (list)->at, (list)->n, &(list)->cap, sizeof *(list)->at),    \
		&(list)->at[(list)->n++])

/* Forgets all that was given out and keeps one block, unless it is large, for the next item. */
void arena_reset(struct arena *a);

/* Gives everything back. */
void arena_clear(struct arena *a);

#endif
