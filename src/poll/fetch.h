/*
 * fetch.h - libcurl's multi interface on libev: one request out, one answer in
 *
 * A transfer is one hop: redirects are given back as they came (RFC 9110 section 15.4), for the
 * caller judges them.  The body is written as it came (gzip is the only coding asked for, and
 * is not inflated here) into a memfd with a ceiling, sealed when whole.  The address connected to
 * is checked at connect time (threats.md N5); environment proxies, cookies, netrc, alt-svc and
 * HSTS files are not used; TLS is verified, at least 1.2.
 */
#ifndef TRIBUTARY_POLL_FETCH_H
#define TRIBUTARY_POLL_FETCH_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

struct ev_loop; /* ev.h */
struct error;   /* base/log.h */
struct fetcher;

struct fetch_options {
	struct slice user_agent;
	int connections; /* at most, in all */
};

/* NULL and `err` where libcurl will not.  One a process; also warms the resolver and the CA bundle.
 */
struct fetcher *fetch_open(struct ev_loop *loop, const struct fetch_options *o, struct error *err);
void fetch_close(struct fetcher **f);

/*
 * Is asked before a request connects to `address` (its text), or takes a connection to it; not
 * with a proxy.  False: the request ends as FETCH_HELD.  `data` is that of fetch_start.
 */
typedef bool fetch_gate(void *data, struct slice address);

struct fetch_request {
	struct slice url;
	struct slice etag, last_modified; /* sent back exactly; empty: not sent */
	bool takes_delta;                 /* A-IM: feed (RFC 3229): a 226 may answer */
	const struct slice *allow;        /* private prefixes that this request may reach */
	size_t n_allow;
	const struct slice *headers; /* more of them, "Name: value" */
	size_t n_headers;
	struct slice user, password;
	struct slice proxy; /* empty: none */
	int64_t timeout_s;
	int64_t max_bytes;   /* encoded */
	bool by_redirect;    /* stricter: ports (N5) */
	int configured_port; /* the port of the configured address, for that */
	fetch_gate *gate;    /* NULL: always open */
};

enum fetch_failure {
	FETCH_ANSWERED, /* there is an answer: see status */
	FETCH_NO_HOST,  /* the name does not resolve */
	FETCH_NO_CONNECT,
	FETCH_REFUSED_ADDRESS, /* a private or forbidden address, port or scheme */
	FETCH_TLS,
	FETCH_TIMEOUT, /* too slow, by whichever clock */
	FETCH_TOO_LARGE,
	FETCH_CUT,    /* the body ended before its end */
	FETCH_BROKEN, /* no HTTP that we read (0.9, headers without end, …) */
	FETCH_CANCELLED,
	FETCH_HELD, /* the gate was shut: nothing was sent */
};

/* "connection refused", … one or two words.  Static. */
const char *fetch_failure_name(enum fetch_failure f);

/* All slices live until the callback returns. */
struct fetch_answer {
	enum fetch_failure failure;
	struct slice detail;   /* libcurl's own words, clean, where it failed */
	long status;           /* HTTP */
	int body;              /* memfd, sealed, at 0; the callback's to close; -1: none */
	uint64_t body_bytes;   /* in it */
	uint64_t wire_bytes;   /* headers and body */
	struct slice url;      /* asked */
	struct slice location; /* absolute, of a redirect; may be any scheme */
	struct slice etag, last_modified; /* of one header each; empty where none or unfit (N9) */
	struct slice cache_control, expires, age, date, retry_after; /* joined by ", " */
	struct slice content_type, content_encoding, content_location, content_language, link;
	struct slice im;  /* IM (RFC 3229) */
	instant cert_end; /* of the certificate that the origin showed for this connection, if this
			   * is its first request; else INSTANT_NONE */
	struct slice cf_mitigated;
};

typedef void fetch_done(void *data, const struct fetch_answer *answer);

struct fetch;

/*
 * Starts a request; `done` is called exactly once, never from within.  What `r` points to is
 * copied.  NULL and `err` where it cannot even be tried (memory, descriptors).
 */
struct fetch *fetch_start(struct fetcher *f, const struct fetch_request *r, fetch_done *done,
	void *data, struct error *err);

/* Ends it; `done` is not called any more. */
void fetch_cancel(struct fetch **t);

#endif
