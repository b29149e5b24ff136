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
	DOCUMENT_FEED,    /* sandboxed, kept by caches for a while */
	DOCUMENT_PAGE,    /* may use our own style sheet */
	DOCUMENT_LIVE,    /* sandboxed, to be asked for again each time */
	DOCUMENT_ARCHIVE, /* sandboxed, never changes */
	DOCUMENT_DELTA,   /* of a feed what a client does not hold yet (RFC 3229) */
};

struct document_facts {
	const char *media_type; /* static */
	enum document_kind kind;
	instant last_modified; /* INSTANT_NONE: unknown */
	int max_age_s;
	int64_t serial;   /* of the store, when an entry of it last changed; 0: no feed */
	uint32_t key;     /* of what the feed is: a serial counts for feeds of the same key alone */
	const char *etag; /* of a delta: the whole feed's; else NULL */
	const char *base; /* of a delta: the tag that the client holds */
};

/*
 * Takes `body` (left empty).  The tag is a digest of it and of its media type, and names key and
 * serial where there is one.  Owned by the caller until document_drop.
 */
struct document *document_new(struct buf *body, const struct document_facts *facts);
void document_drop(struct document **d);

/* Bytes that it holds, compressed form included. */
size_t document_bytes(const struct document *d);

/* Bytes of all documents that live, those included that only a slow client still holds. */
size_t document_living(void);

/* Its plain form's strong tag, with the quotes. */
const char *document_etag(const struct document *d);

/* What was given to document_new. */
int64_t document_serial(const struct document *d);
uint32_t document_key(const struct document *d);

#endif
