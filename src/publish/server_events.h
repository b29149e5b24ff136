/*
 * server_events.h - server-sent events: those who listen, and what they were told
 *
 * WHATWG HTML section 9.2.  A connection is ours from server_events_take on.  Events are told in
 * the order of their numbers, none is left out: who is behind reads the store at its own pace, one
 * event in memory at a time, and what is new to all is held once.  Who takes nothing for
 * LIMIT_EVENTS_STUCK_S goes, and finds its place again by Last-Event-ID.
 */
#ifndef TRIBUTARY_PUBLISH_SERVER_EVENTS_H
#define TRIBUTARY_PUBLISH_SERVER_EVENTS_H

#include "publish/server.h" /* server_site */

struct server_events;

struct server_events *server_events_new(
	struct ev_loop *loop, const struct server_site *site, struct server_figures *figures);

/* Hangs up on all. */
void server_events_free(struct server_events **e);

/*
 * Takes a non-blocking socket that a request for /events came on, which is to hear of what is
 * behind `after` (-1: from now on).  False, and the socket is still the caller's, where there are
 * too many or the store does not answer.
 */
bool server_events_take(struct server_events *e, int fd, bool is_tcp, int64_t after);

/* There may be something new. */
void server_events_ring(struct server_events *e);

#endif
