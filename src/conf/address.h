/*
 * address.h - sockets, prefixes and addresses as the configuration writes them
 *
 * Inside src/conf only.
 */
#ifndef TRIBUTARY_CONF_ADDRESS_H
#define TRIBUTARY_CONF_ADDRESS_H

#include "conf/conf.h" /* conf_listen */

#define ADDRESS_SOCKET_BYTES 107 /* of a Unix socket's path: sun_path without its NUL */

struct arena; /* base/arena.h */
struct error; /* base/log.h */

/*
 * "unix:/path", "tcp:127.0.0.1:8080", "tcp:[::1]:8080".  -1 and `why` (empty where the form is
 * wrong); an address that is not a loopback's is refused: strangers' requests are nginx's.
 */
int address_listen(struct slice text, struct conf_listen *listen_out, struct error *why);

/* Writes what address_listen read, in `a`. */
struct slice address_print(struct arena *a, const struct conf_listen *l);

/* The path in "unix:/path" or "/path"; empty where it is none or longer than a socket's may be. */
struct slice address_socket(struct slice text);

/*
 * "10.0.0.0/8" or "fc00::/7" in its one form, in `a`; an address alone is the prefix of all its
 * bits.  Empty where it is none, has bits behind the prefix, or is not within the ranges that
 * are closed to us by themselves (threats N5).
 */
struct slice address_prefix(struct arena *a, struct slice text);

/* Is the host of this absolute address a loopback (127/8, ::1, localhost) within one of `allow`? */
bool address_is_local(struct arena *a, struct slice url, const struct conf_list *allow);

/* A host's name or numeric address as it stands in Host, without port. */
bool address_is_host(struct slice s);

#endif
