/*
 * address.h - which network addresses may be connected to.  Pure.
 *
 * threats.md N5: nothing private, local, reserved or of documentation, unless the admin's
 * `allow` names its prefix; an IPv4 address within an IPv6 one (mapped, NAT64, 6to4) is judged by
 * the inner one.  IANA's special-purpose registries (RFC 6890 and its successors).
 */
#ifndef TRIBUTARY_POLL_ADDRESS_H
#define TRIBUTARY_POLL_ADDRESS_H

#include "base/slice.h" /* slice */

#define ADDRESS_TEXT_BYTES 46 /* INET6_ADDRSTRLEN */

struct sockaddr; /* sys/socket.h */

/*
 * May a connection be made to `to`?  `allow`: prefixes such as "127.0.0.0/8", "fd00::/8",
 * "10.1.2.3" (one address).  Scoped IPv6 addresses and other families: never.
 */
bool address_allowed(const struct sockaddr *to, const struct slice *allow, size_t n_allow);

/* The same of an address as text; what is none: never. */
bool address_text_allowed(const char *text, const struct slice *allow, size_t n_allow);

/* The address, without port and scope, as text; "" where it is of another family.  Returns out. */
const char *address_put(char out[ADDRESS_TEXT_BYTES], const struct sockaddr *from);

/* May this port be asked (N5)?  80, 443, 8080, 8443, and any from 1024 on that is the configured
 * one; by redirect only the four and the configured one. */
bool address_port_allowed(int port, int configured_port, bool by_redirect);

/* Is the host of this address a name, which must be looked up, and no number? */
bool address_is_named(struct slice url);

#endif
