/*
 * url.h - addresses: parse, resolve, normalise
 *
 * RFC 3986 section 5.2 (resolution) and 6.2 (normalisation), by libcurl's URL half, whose door
 * this is.  What strangers give as an address comes out absolute, in ASCII (IDN by punycode,
 * base/idn.h, percent-encoded elsewhere), with a scheme that we let through, at most
 * LIMIT_URL_BYTES long, and without what RFC 3986 has no place for: white space, controls, and
 * any of "<>\^`{|}.  An apostrophe may stand in an address: who writes markup escapes it.
 */
#ifndef TRIBUTARY_BASE_URL_H
#define TRIBUTARY_BASE_URL_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

enum url_use {
	URL_FETCH, /* http, https: what we ask, a base, a picture */
	URL_LINK,  /* and mailto, ftp, ftps, tel, sms, xmpp, irc, ircs, news, nntp, gopher, magnet,
		      geo, webcal, urn, tag, sip, sips: what a reader may follow */
};

/*
 * `ref` against `base`, which may be empty, in `a`: empty where the result is not absolute, not
 * of a scheme for `use`, or not an address.  As browsers have it, white space around `ref` and
 * newlines and tabs within are dropped, and backslashes before the query are slashes.  A base
 * that is not http(s) or longer than LIMIT_BASE_BYTES counts as none.  Userinfo is kept.
 */
struct slice url_resolve(struct arena *a, struct slice base, struct slice ref, enum url_use use);

/*
 * The canonical form, by which two items are one: scheme and host folded, default port,
 * fragment, tracking parameters (utm_*, fbclid, gclid, mc_cid, …) and a trailing slash dropped,
 * dot segments removed, percent-encoding normalised, userinfo dropped, "www." kept.  http and
 * https give the same (https).  Empty where `url` is no http(s) address.
 */
struct slice url_canonical(struct arena *a, struct slice url);

/* The parts that decisions need, borrowed from `a`; user and password percent-decoded. */
struct url_parts {
	struct slice scheme, user, password, host, path,
		query; /* folded scheme and host; IPv6 in [] */
	int port;      /* the scheme's own where none stands */
};

/* False where `url` is no absolute http(s) address. */
bool url_split(struct arena *a, struct slice url, struct url_parts *parts_out);

/* The same scheme, host and port: one origin (RFC 6454 section 5)? */
bool url_same_origin(struct arena *a, struct slice one, struct slice other);

/*
 * The address without userinfo, for logs, outputs and `status`: `url` itself where it has none.
 * Only bytes are cut out; what is no address stays what it was.
 */
struct slice url_public(struct arena *a, struct slice url);

/* Is it an absolute IRI of scheme http, https, urn or tag: fit to be an atom:id for ever? */
bool url_is_global_id(struct slice id);

#endif
