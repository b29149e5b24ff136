/*
 * httpdate.h - the instants of HTTP headers
 *
 * RFC 9110 section 5.6.7: IMF-fixdate, and the obsolete RFC 850 and asctime forms, by libcurl.
 */
#ifndef TRIBUTARY_POLL_HTTPDATE_H
#define TRIBUTARY_POLL_HTTPDATE_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

/* INSTANT_NONE where `text` is no date. */
instant httpdate_parse(struct slice text);

#endif
