/*
 * fetch_loop.h - libcurl's multi interface on libev
 *
 * One watcher a socket, one timer; ended transfers are told from the loop, never from within a
 * call to libcurl.
 */
#ifndef TRIBUTARY_POLL_FETCH_LOOP_H
#define TRIBUTARY_POLL_FETCH_LOOP_H

#include <curl/curl.h>
#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

/* `owner` is what CURLOPT_PRIVATE of the transfer's handle says; it may start and end others. */
typedef void fetch_ended(void *owner, CURLcode code);

/* The socket that the transfer waits for from now on; -1: none. */
typedef void fetch_watched(void *owner, int socket);

struct fetch_pool {
	struct ev_loop *loop;
	CURLM *multi; /* NULL: not open */
	ev_timer timer;
	fetch_ended *ended;
	fetch_watched *watched;
};

/* 0, or -1 where libcurl will not.  `kept`: idle connections, at most. */
int fetch_pool_open(struct fetch_pool *pool, struct ev_loop *loop, long kept, fetch_ended *ended,
	fetch_watched *watched);
/* What a transfer's connection has carried. */
struct fetch_weight {
	int socket;      /* that libcurl waits for; -1: none */
	bool is_known;   /* `before` is */
	uint64_t before; /* the transfer */
};

/*
 * Did more than `most` bytes come since it was weighed first?  libcurl counts neither the
 * extensions of chunks nor what it skips, and they have no end.  A connection of HTTP/2 is not the
 * transfer's alone: false.
 */
bool fetch_is_heavy(struct fetch_weight *w, CURL *easy, uint64_t most);

void fetch_pool_close(struct fetch_pool *pool); /* its transfers were removed before */

#endif
