/* arena.c - memory that dies together: blocks, newest first */
#include "base/arena.h"
#include "base/log.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * Under AddressSanitizer each piece is a block of its own, so that it sees a step past the end
 * of any of them.
 */
#ifdef __SANITIZE_ADDRESS__
#define BLOCK_LEAST ((size_t)1)
#define BLOCK_MOST  ((size_t)1)
#else
#define BLOCK_LEAST ((size_t)8 << 10)
#define BLOCK_MOST  ((size_t)256 << 10)
#endif
#define ALIGNMENT   alignof(max_align_t)
#define ARRAY_LEAST ((size_t)4)

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	alignas(max_align_t) char at[];
};

static size_t align_up(size_t n)
{
	return (n + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
}

static struct arena_block *block_new(size_t size)
{
	struct arena_block *block = NULL;

	if (size <= PTRDIFF_MAX - sizeof *block)
		block = malloc(sizeof *block + size);
	if (block == NULL)
		die("out of memory (an arena's block of %zu bytes)", size);
	*block = (struct arena_block){NULL, size, 0};
	return block;
}

/*
 * A block with room for `size`.  A large piece gets its own behind the newest, whose rest stays
 * in use; else the blocks double in size, so that there are few of them.
 */
static struct arena_block *block_add(struct arena *a, size_t size)
{
	struct arena_block *first = a->blocks;
	size_t next_size = first == NULL ? BLOCK_LEAST : 2 * first->size;
	struct arena_block *block;

	next_size = next_size > BLOCK_MOST ? BLOCK_MOST : next_size;
	if (first != NULL && size > next_size / 2) {
		block = block_new(size);
		block->next = first->next;
		first->next = block;
		return block;
	}
	block = block_new(size > next_size ? size : next_size);
	block->next = first;
	a->blocks = block;
	return block;
}

static void blocks_free(struct arena_block *block)
{
	while (block != NULL) {
		struct arena_block *next = block->next;

		free(block);
		block = next;
	}
}

void arena_init(struct arena *a)
{
	*a = (struct arena){NULL, 0};
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *block = a->blocks;
	size_t want = size == 0 ? 1 : size;
	void *piece;

	if (block == NULL || block->used > block->size || want > block->size - block->used)
		block = block_add(a, want);
	piece = block->at + block->used;
	block->used = align_up(block->used + want);
	a->used += align_up(want);
	return memset(piece, 0, want);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(count, size, &total))
		die("out of memory (%zu things of %zu bytes)", count, size);
	return arena_alloc(a, total);
}

void *arena_grow(struct arena *a, void *at, size_t n, size_t *cap, size_t size)
{
	char *to = at;

	assert(n <= *cap);
	if (n == *cap) {
		*cap = *cap < ARRAY_LEAST ? ARRAY_LEAST : 2 * *cap;
		to = arena_array(a, *cap, size);
		if (n > 0)
			memcpy(to, at, n * size);
	}
	memset(to + n * size, 0, size);
	return to;
}

void arena_reset(struct arena *a)
{
	struct arena_block *kept = a->blocks;

	a->used = 0;
	if (kept == NULL)
		return;
	if (kept->size > BLOCK_MOST) {
		arena_clear(a);
		return;
	}
	blocks_free(kept->next);
	kept->next = NULL;
	kept->used = 0;
}

void arena_clear(struct arena *a)
{
	blocks_free(a->blocks);
	arena_init(a);
}
