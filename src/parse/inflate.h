/*
 * inflate.h - gzip with its ceiling and its trailer checked
 *
 * RFC 1952, members one after the other as it allows.  zlib's door here.
 */
#ifndef TRIBUTARY_PARSE_INFLATE_H
#define TRIBUTARY_PARSE_INFLATE_H

#include "base/buf.h" /* buf */

enum inflate_verdict {
	INFLATE_OK,        /* whole: checksum and length of each member agree */
	INFLATE_CUT,       /* something came out, but it ends too early, or other bytes follow it */
	INFLATE_BROKEN,    /* nothing came out */
	INFLATE_TOO_LARGE, /* past out->max, or past LIMIT_RATIO */
};

/* Does it begin as gzip does? */
bool inflate_is_gzip(struct slice packed);

/* Appends what `packed` holds to `out`, whose ceiling bounds it. */
enum inflate_verdict inflate_gzip(struct slice packed, struct buf *out);

#endif
