/*
 * handed.h - the configuration as the supervisor hands it on: a sealed text in memory
 */
#ifndef TRIBUTARY_TRIBUTARYD_HANDED_H
#define TRIBUTARY_TRIBUTARYD_HANDED_H

#include <stddef.h>

struct conf;  /* conf/conf.h */
struct error; /* base/log.h */

/*
 * Reads all of `fd`, which stays the caller's, and parses it.  The configuration, the caller's to
 * conf_free; NULL and `err` where it is none, which would be our own mistake.
 */
struct conf *handed_conf(int fd, struct error *err);

#endif
