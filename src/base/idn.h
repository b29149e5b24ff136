/*
 * idn.h - names of hosts in ASCII
 *
 * Punycode (RFC 3492) after a mapping close to Unicode Technical Standard 46, non-transitional:
 * NFKC and lower case, "ß" and joiners kept.  libcurl would do the same by libidn2, but after
 * the locale, and would open files in the parser's jail.
 */
#ifndef TRIBUTARY_BASE_IDN_H
#define TRIBUTARY_BASE_IDN_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

/*
 * `host` in lower case, each label that is not ASCII as "xn--…", in `a`.  Empty where it is no
 * name: a character that is no letter, digit, "-", "_" or symbol beyond ASCII, an empty label
 * (but one at the end), a label over 63 bytes, more than 253 in all.
 */
struct slice idn_to_ascii(struct arena *a, struct slice host);

#endif
