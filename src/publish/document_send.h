/*
 * document_send.h - a document as libmicrohttpd sends it: for server.c alone
 */
#ifndef TRIBUTARY_PUBLISH_DOCUMENT_SEND_H
#define TRIBUTARY_PUBLISH_DOCUMENT_SEND_H

#include "base/digest.h"      /* DIGEST_HEX_BYTES */
#include "publish/document.h" /* document_kind */

struct MHD_Response; /* microhttpd.h */

struct document_form {
	struct buf body;
	char etag[DIGEST_HEX_BYTES + 40];       /* strong, with its quotes */
	struct MHD_Response *whole, *unchanged; /* the document's: 200 and 304 */
};

/* The plain form, or the gzip one where that is worth it. */
const struct document_form *document_form(struct document *d, bool gzip);

/* Last-Modified; INSTANT_NONE: unknown. */
instant document_date(const struct document *d);

/* A header of our own words; ends the process where there is no memory. */
void document_header(struct MHD_Response *r, const char *name, const char *value);

/* Content-Security-Policy and its kin, which every answer bears. */
void document_common_headers(struct MHD_Response *r, enum document_kind kind);

#endif
