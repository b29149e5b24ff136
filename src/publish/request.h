/*
 * request.h - is this a request that we answer?
 *
 * Pure.  What a request's header must be before anything is looked up: GET or HEAD, without a
 * body, nothing doubled that two readers could understand differently (RFC 9112 section 11.2),
 * within our sizes, and on TCP for a host that we are.
 */
#ifndef TRIBUTARY_PUBLISH_REQUEST_H
#define TRIBUTARY_PUBLISH_REQUEST_H

#include "publish/condition.h" /* conditions */

/* What matters of a header; all zero before the first field. */
struct request_headers {
	size_t bytes;                   /* of all fields */
	size_t hosts, lengths, codings; /* how often each stands there */
	struct slice host, length, accept_encoding, a_im, last_event_id, user_agent;
	struct conditions conditions;
};

/* Names that Host may bear besides localhost, 127.0.0.1 and [::1]; with a port or for any. */
struct request_hosts {
	const struct slice *at;
	size_t n;
};

/* Takes one field; borrows. */
void request_take(struct request_headers *h, struct slice name, struct slice value);

/* The status by which it is refused, or 0.  `hosts` NULL: Host is not looked at. */
unsigned request_refuse(const struct request_headers *h, const char *method, struct slice target,
	const struct request_hosts *hosts);

/* What we say to readers of a status.  Static. */
const char *request_reason(unsigned status);

#endif
