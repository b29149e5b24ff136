/*
 * url_plain.h - the plain form, in which nearly all web addresses come
 *
 * For url.c alone: nothing in such an address changes by cleaning and parsing, so that both can
 * be spared.  Scheme and host in lower case, an ordinary name for a host, neither port nor user,
 * a path; no percent sign, no dot segment, no empty part, nothing that RFC 3986 has no place for.
 */
#ifndef TRIBUTARY_BASE_URL_PLAIN_H
#define TRIBUTARY_BASE_URL_PLAIN_H

#include "base/url.h" /* url_parts */

/* False where `url` is not plain, whatever else it is.  The parts are borrowed from `url`. */
bool url_plain(struct slice url, struct url_parts *parts_out);

#endif
