/*
 * document.h - what is sent, made once and sent many times
 *
 * A body with its strong entity tag, its date, its gzip form (made when first asked for) and the
 * headers that every answer bears.  Counted: it may be dropped while it is still being sent.
 */
#ifndef TRIBUTARY_PUBLISH_DOCUMENT_H
#define TRIBUTARY_PUBLISH_DOCUMENT_H

#include "base/buf.h"   /* buf */
#include "base/clock.h" /* instant */

struct document;

enum document_kind {
	DOCUMENT_FEED, /* sandboxed, kept by caches for LIMIT_FRESH_S */
	DOCUMENT_PAGE, /* may use our own style sheet */
	DOCUMENT_LIVE, /* sandboxed, to be asked for again each time */
};

/*
 * Takes `body` (left empty).  The tag is a digest of it and of `media_type`, which is static;
 * last_modified INSTANT_NONE: unknown.  Owned by the caller until document_drop.
 */
struct document *document_new(
	struct buf *body, const char *media_type, enum document_kind kind, instant last_modified);
void document_drop(struct document **d);

/* Bytes that it holds, compressed form included. */
size_t document_bytes(const struct document *d);

/* Bytes of all documents that live, those included that only a slow client still holds. */
size_t document_living(void);

#endif
