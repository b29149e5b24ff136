/* server_document.c - document.h: libmicrohttpd's responses and zlib, made once and lent out */
#include "publish/document.h"
#include "base/limits.h"
#include "base/log.h"
#include "publish/document_send.h"

#include <microhttpd.h>
#include <zlib.h>

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define GZIP_LEAST ((size_t)512) /* less is not worth a header */

enum coding { CODING_PLAIN, CODING_GZIP, CODINGS };

struct document {
	size_t holders; /* its owner, and each response that lends its bytes */
	const char *media_type;
	enum document_kind kind;
	instant last_modified;
	struct document_form forms[CODINGS];
};

static const char *const policies[] = {
	[DOCUMENT_FEED] = "default-src 'none'; sandbox",
	[DOCUMENT_PAGE] = ("default-src 'none'; style-src 'self'; form-action 'self'; "
			   "base-uri 'none'; frame-ancestors 'none'"),
	[DOCUMENT_LIVE] = "default-src 'none'; sandbox",
};

/* Bytes of all documents that somebody holds: one that left the shelf may still be read. */
static size_t living;

size_t document_living(void)
{
	return living;
}

static void leave_document(void *data)
{
	struct document *d = data;

	if (--d->holders > 0)
		return;
	living -= document_bytes(d);
	for (int i = 0; i < CODINGS; i++)
		buf_clear(&d->forms[i].body);
	free(d);
}

void document_header(struct MHD_Response *r, const char *name, const char *value)
{
	if (MHD_add_response_header(r, name, value) != MHD_YES)
		die("out of memory (a header)");
}

void document_common_headers(struct MHD_Response *r, enum document_kind kind)
{
	document_header(r, "Content-Security-Policy", policies[kind]);
	document_header(r, "X-Content-Type-Options", "nosniff");
	document_header(r, "Referrer-Policy", "no-referrer");
}

static void add_document_headers(struct MHD_Response *r, const struct document *d, enum coding c)
{
	char date[INSTANT_TEXT_BYTES], fresh[64];

	(void)snprintf(fresh, sizeof fresh, "public, max-age=%d", LIMIT_FRESH_S);
	document_header(r, "Cache-Control", d->kind == DOCUMENT_LIVE ? "no-cache" : fresh);
	document_header(r, "ETag", d->forms[c].etag);
	document_header(r, "Vary", "Accept-Encoding");
	if (d->last_modified != INSTANT_NONE)
		document_header(r, "Last-Modified", instant_put_http(date, d->last_modified));
	document_common_headers(r, d->kind);
}

/* A response that lends the document's body, and counts among its holders. */
static struct MHD_Response *new_response(struct document *d, const struct buf *body)
{
	struct MHD_Response *r = MHD_create_response_from_buffer_with_free_callback_cls(
		body->len, body->at, leave_document, d);

	if (r == NULL)
		die("out of memory (an answer)");
	d->holders++;
	return r;
}

/*
 * A response without a body.  The library gives it a Content-Length of 0, which RFC 9110 section
 * 8.6 does not want in a 304; the true one makes some clients wait for a body, and there is no
 * way to send none.
 */
static struct MHD_Response *new_bodiless(void)
{
	static char nothing[1];
	struct MHD_Response *r =
		MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);

	if (r == NULL)
		die("out of memory (an answer)");
	return r;
}

/* The answers 200 and 304 of a form whose body is there. */
static void make_responses(struct document *d, enum coding c)
{
	struct document_form *f = &d->forms[c];

	f->whole = new_response(d, &f->body);
	document_header(f->whole, "Content-Type", d->media_type);
	if (c == CODING_GZIP)
		document_header(f->whole, "Content-Encoding", "gzip");
	add_document_headers(f->whole, d, c);
	f->unchanged = new_bodiless();
	add_document_headers(f->unchanged, d, c);
}

struct document *document_new(
	struct buf *body, const char *media_type, enum document_kind kind, instant last_modified)
{
	struct slice parts[] = {buf_slice(body), slice_of(media_type)};
	struct digest digest = digest_of(parts, COUNT(parts));
	struct document *d = calloc(1, sizeof *d);
	char hex[DIGEST_HEX_BYTES];

	if (d == NULL)
		die("out of memory (a document)");
	d->holders = 1;
	d->media_type = media_type;
	d->kind = kind;
	d->last_modified = last_modified;
	if (last_modified != INSTANT_NONE && last_modified > INSTANT_MAX)
		d->last_modified = INSTANT_MAX;
	d->forms[CODING_PLAIN].body = *body;
	buf_init(body, body->max);
	buf_init(&d->forms[CODING_GZIP].body, SIZE_MAX);
	(void)digest_hex(hex, &digest);
	(void)snprintf(d->forms[CODING_PLAIN].etag, sizeof d->forms[0].etag, "\"%s\"", hex);
	(void)snprintf(d->forms[CODING_GZIP].etag, sizeof d->forms[0].etag, "\"%s-gz\"", hex);
	living += document_bytes(d);
	make_responses(d, CODING_PLAIN);
	return d;
}

void document_drop(struct document **d)
{
	struct document *gone = *d;

	*d = NULL;
	if (gone == NULL)
		return;
	for (int i = 0; i < CODINGS; i++) {
		if (gone->forms[i].whole == NULL)
			continue;
		MHD_destroy_response(gone->forms[i].unchanged);
		MHD_destroy_response(gone->forms[i].whole);
	}
	leave_document(gone);
}

size_t document_bytes(const struct document *d)
{
	return sizeof *d + d->forms[CODING_PLAIN].body.cap + d->forms[CODING_GZIP].body.cap;
}

/* The body as one gzip member without a name or a time: the same bytes each time. */
static void compress_body(struct slice body, struct buf *out)
{
	z_stream z = {0};
	uLong bound;
	char *room;

	if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		die("out of memory (deflate)");
	bound = deflateBound(&z, body.len);
	room = buf_room(out, bound);
	assert(room != NULL && body.len <= UINT32_MAX && bound <= UINT32_MAX);
	z.next_in = (z_const Bytef *)(uintptr_t)body.at;
	z.avail_in = (uInt)body.len;
	z.next_out = (Bytef *)room;
	z.avail_out = (uInt)bound;
	if (deflate(&z, Z_FINISH) != Z_STREAM_END)
		die("deflate did not end");
	buf_took(out, z.total_out);
	(void)deflateEnd(&z);
}

const struct document_form *document_form(struct document *d, bool gzip)
{
	struct document_form *f = &d->forms[CODING_GZIP];

	if (!gzip || d->forms[CODING_PLAIN].body.len < GZIP_LEAST)
		return &d->forms[CODING_PLAIN];
	if (f->whole == NULL) {
		compress_body(buf_slice(&d->forms[CODING_PLAIN].body), &f->body);
		living += f->body.cap;
		make_responses(d, CODING_GZIP);
	}
	return f;
}

instant document_date(const struct document *d)
{
	return d->last_modified;
}
