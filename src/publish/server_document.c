/* server_document.c - document.h: libmicrohttpd's responses and zlib, made once and lent out */
#include "publish/document.h"
#include "base/limits.h"
#include "base/log.h"
#include "publish/document_send.h"

#include <microhttpd.h>
#include <zlib.h>

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define GZIP_LEAST ((size_t)512) /* less is not worth a header */

enum coding { CODING_PLAIN, CODING_GZIP, CODINGS };

struct document {
	size_t holders;              /* its owner, and each response that lends its bytes */
	struct document_facts facts; /* etag and base: NULL */
	struct document_form forms[CODINGS];
};

static const char *const policies[] = {
	[DOCUMENT_FEED] = "default-src 'none'; sandbox",
	[DOCUMENT_PAGE] = ("default-src 'none'; style-src 'self'; form-action 'self'; "
			   "base-uri 'none'; frame-ancestors 'none'"),
	[DOCUMENT_LIVE] = "default-src 'none'; sandbox",
	[DOCUMENT_ARCHIVE] = "default-src 'none'; sandbox",
	[DOCUMENT_DELTA] = "default-src 'none'; sandbox",
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

/* RFC 9111 section 5.2.2; of a delta RFC 3229 section 10.8.1: only who knows `im` may keep it. */
static void add_lifetime(struct MHD_Response *r, const struct document_facts *f)
{
	static const char *const fixed[] = {
		[DOCUMENT_FEED] = NULL,
		[DOCUMENT_PAGE] = NULL,
		[DOCUMENT_LIVE] = "no-cache",
		[DOCUMENT_ARCHIVE] = "public, max-age=31536000, immutable",
		[DOCUMENT_DELTA] = "no-store, im",
	};
	char fresh[64];

	(void)snprintf(fresh, sizeof fresh, "public, max-age=%d", f->max_age_s);
	document_header(r, "Cache-Control", fixed[f->kind] != NULL ? fixed[f->kind] : fresh);
	document_header(r, "Vary", f->serial > 0 ? "Accept-Encoding, A-IM" : "Accept-Encoding");
}

static void add_document_headers(struct MHD_Response *r, const struct document *d, enum coding c)
{
	char date[INSTANT_TEXT_BYTES];
	instant last_modified = d->facts.last_modified;

	add_lifetime(r, &d->facts);
	document_header(r, "ETag", d->forms[c].etag);
	if (last_modified != INSTANT_NONE)
		document_header(r, "Last-Modified", instant_put_http(date, last_modified));
	document_common_headers(r, d->facts.kind);
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
	document_header(f->whole, "Content-Type", d->facts.media_type);
	if (c == CODING_GZIP)
		document_header(f->whole, "Content-Encoding", "gzip");
	add_document_headers(f->whole, d, c);
	f->unchanged = new_bodiless();
	add_document_headers(f->unchanged, d, c);
}

/* Both forms' tags; the digest of a delta is the whole feed's. */
static void set_tags(struct document *d, const struct document_facts *f)
{
	const struct slice parts[] = {
		buf_slice(&d->forms[CODING_PLAIN].body), slice_of(f->media_type)};
	static const char *const ends[] = {[CODING_PLAIN] = "", [CODING_GZIP] = "-gz"};
	struct digest digest = digest_of(parts, COUNT(parts));
	char hex[DIGEST_HEX_BYTES];

	(void)digest_hex(hex, &digest);
	for (int i = 0; i < CODINGS; i++) {
		char *to = d->forms[i].etag;
		size_t room = sizeof d->forms[i].etag;

		if (f->etag != NULL)
			(void)snprintf(to, room, "%s", f->etag);
		else if (f->serial > 0)
			(void)snprintf(to, room, "\"%s-%08" PRIx32 "-%" PRIx64 "%s\"", hex, f->key,
				(uint64_t)f->serial, ends[i]);
		else
			(void)snprintf(to, room, "\"%s%s\"", hex, ends[i]);
	}
}

struct document *document_new(struct buf *body, const struct document_facts *facts)
{
	struct document *d = calloc(1, sizeof *d);

	if (d == NULL)
		die("out of memory (a document)");
	d->holders = 1;
	d->facts = *facts;
	d->facts.etag = d->facts.base = NULL;
	if (facts->last_modified != INSTANT_NONE && facts->last_modified > INSTANT_MAX)
		d->facts.last_modified = INSTANT_MAX;
	d->forms[CODING_PLAIN].body = *body;
	buf_init(body, body->max);
	buf_init(&d->forms[CODING_GZIP].body, SIZE_MAX);
	set_tags(d, facts);
	living += document_bytes(d);
	make_responses(d, CODING_PLAIN);
	if (facts->kind == DOCUMENT_DELTA) {
		document_header(d->forms[CODING_PLAIN].whole, "IM", "feed");
		document_header(d->forms[CODING_PLAIN].whole, "Delta-Base", facts->base);
	}
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
	int level = body.len <= LIMIT_GZIP_WELL_BYTES ? 6 : 1;

	if (deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
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

	size_t len = d->forms[CODING_PLAIN].body.len;

	if (!gzip || len < GZIP_LEAST || len > LIMIT_GZIP_BYTES || d->facts.kind == DOCUMENT_DELTA)
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
	return d->facts.last_modified;
}

const char *document_etag(const struct document *d)
{
	return d->forms[CODING_PLAIN].etag;
}

int64_t document_serial(const struct document *d)
{
	return d->facts.serial;
}

uint32_t document_key(const struct document *d)
{
	return d->facts.key;
}
