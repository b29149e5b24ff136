/*
 * inflate.c - gzip with its ceiling and its trailer checked; zlib's door
 */
#include "parse/inflate.h"

#include "base/limits.h"
#include "base/log.h"

#include <limits.h>
#include <zlib.h>

#define STEP        (64U << 10)
#define GZIP_WINDOW (15 + 16) /* the largest window, gzip's header and trailer */

bool inflate_is_gzip(struct slice packed)
{
	return packed.len >= 3 && memcmp(packed.at, "\x1f\x8b\x08", 3) == 0;
}

/* Hands zlib the next part of `packed`; its counters are 32 bits wide. */
static void feed(z_stream *z, struct slice *packed)
{
	size_t part = packed->len < UINT_MAX ? packed->len : UINT_MAX;

	if (z->avail_in > 0)
		return;
	z->next_in = (Bytef *)(uintptr_t)packed->at; /* zlib does not write there */
	z->avail_in = (uInt)part;
	*packed = slice_skip(*packed, part);
}

static bool is_bomb(size_t taken, size_t given)
{
	return given > LIMIT_RATIO_FROM && given / LIMIT_RATIO > taken;
}

/*
 * One step: Z_OK to go on, Z_STREAM_END at a member's end, Z_BUF_ERROR at the end of input,
 * Z_MEM_ERROR for too much, else Z_DATA_ERROR.
 */
static int step(z_stream *z, struct slice *packed, struct buf *out)
{
	size_t left = out->max - out->len;
	size_t room = left < STEP ? left : STEP;
	char *at = room > 0 ? buf_room(out, room) : NULL;
	unsigned char spill = 0;

	feed(z, packed);
	/* A document may fill the ceiling to its last byte: only one more is too much. */
	z->next_out = at != NULL ? (Bytef *)at : &spill;
	z->avail_out = at != NULL ? (uInt)room : 1;

	uInt before = z->avail_out;
	int got = inflate(z, Z_NO_FLUSH);
	size_t came = before - z->avail_out;

	if (at == NULL)
		return came > 0 ? Z_MEM_ERROR : got;
	buf_took(out, came);
	return got;
}

static enum inflate_verdict end_of(const struct buf *out, enum inflate_verdict otherwise)
{
	return out->len > 0 ? otherwise : INFLATE_BROKEN;
}

/* All members.  What follows the last one is another member, zero bytes as padding, or junk. */
static enum inflate_verdict members(z_stream *z, struct slice packed, struct buf *out)
{
	size_t all = packed.len;

	for (;;) {
		int got = step(z, &packed, out);
		size_t left = packed.len + z->avail_in;

		if (got == Z_MEM_ERROR || is_bomb(all - left, out->len))
			return INFLATE_TOO_LARGE;
		if (got == Z_STREAM_END) {
			struct slice rest = slice_from((const char *)z->next_in, z->avail_in);

			while (rest.len > 0 && rest.at[0] == '\0')
				rest = slice_skip(rest, 1);
			if (rest.len == 0)
				return INFLATE_OK;
			if (!inflate_is_gzip(rest) || inflateReset(z) != Z_OK)
				return end_of(out, INFLATE_CUT);
			packed = slice_from(rest.at, rest.len + packed.len);
			z->avail_in = 0;
		} else if (got != Z_OK || (left == 0 && z->avail_out > 0)) {
			return end_of(out, INFLATE_CUT);
		}
	}
}

enum inflate_verdict inflate_gzip(struct slice packed, struct buf *out)
{
	z_stream z = {.zalloc = NULL};

	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		die("zlib: out of memory");

	enum inflate_verdict verdict = members(&z, packed, out);

	inflateEnd(&z);
	return verdict;
}
