/*
 * pack.h - numbers as bytes, the lowest first: what the room's rows are made of
 */
#ifndef TRIBUTARY_STORY_PACK_H
#define TRIBUTARY_STORY_PACK_H

#include "base/slice.h" /* slice */

/* Writes `bytes` (1 to 8) of `value` at *to, and moves *to behind them. */
static inline void pack_put(unsigned char **to, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		*(*to)++ = (unsigned char)(value >> (8 * i));
}

/* Takes `bytes` off *from, which has so many. */
static inline uint64_t pack_take(struct slice *from, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)(unsigned char)from->at[i] << (8 * i);
	*from = slice_skip(*from, bytes);
	return value;
}

#endif
