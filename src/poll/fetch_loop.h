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

/* `owner` is what CURLOPT_PRIVATE of the transfer's handle says; it may start and end others. */
typedef void fetch_ended(void *owner, CURLcode code);

struct fetch_pool {
	struct ev_loop *loop;
	CURLM *multi; /* NULL: not open */
	ev_timer timer;
	fetch_ended *ended;
};

/* 0, or -1 where libcurl will not.  `kept`: idle connections, at most. */
int fetch_pool_open(struct fetch_pool *pool, struct ev_loop *loop, long kept, fetch_ended *ended);
void fetch_pool_close(struct fetch_pool *pool); /* its transfers were removed before */

#endif
