/*
 * server.h - HTTP/1.1 on the sockets that we were given
 *
 * libmicrohttpd's door (with server_*.c), on libev.  One struct request in, one struct answer out;
 * what the protocol asks for stands here: GET and HEAD only, smuggling refused, Host held against a
 * list on TCP, sizes and deadlines, conditional requests.  RFC 9110, RFC 9112.
 */
#ifndef TRIBUTARY_PUBLISH_SERVER_H
#define TRIBUTARY_PUBLISH_SERVER_H

#include "base/buf.h"   /* buf */
#include "base/clock.h" /* instant */

struct ev_loop;  /* ev.h */
struct document; /* publish/document.h */
struct error;    /* base/log.h */
struct server;

/* What the server counts, for /metrics. */
struct server_figures {
	uint64_t answers[6]; /* by the first digit of their status */
	size_t clients[2];   /* connected now: Unix, TCP */
	size_t listeners[2]; /* to /events */
	uint64_t events_sent;
};

struct request {
	struct slice target; /* in origin-form: path and query */
	instant now;
	const struct server_figures *figures; /* NULL: not known */
	/* Of a delta alone: the feed as it is, the client's tag, and its serial. */
	const struct document *whole;
	struct slice base;
	int64_t changed_after; /* 0: the document is asked for */
};

/* A document, or a status with one line of our own words. */
struct answer {
	struct document *document; /* borrowed: the server counts itself in */
	unsigned status;           /* where document is NULL: 400, 404, 503 … */
	bool is_events;            /* the client is to be told of events ... */
	int64_t after;             /* ... behind this one; -1: from now on */
	char text[160];
};

/* Who answers.  `event` and `newest` may be NULL: there are no events. */
struct server_site {
	void *data;
	void (*answer)(void *data, const struct request *r, struct answer *answer_out);
	/* Appends the event behind `after` and gives its number: 1; 0: there is none; -1: fails. */
	int (*event)(void *data, int64_t after, struct buf *out, int64_t *number_out);
	/* The number of the newest event, 0: there is none; -1: fails. */
	int64_t (*newest)(void *data);
};

/* A listening socket; not yet non-blocking. */
struct server_door {
	int fd;
	bool is_tcp;
};

/*
 * Serves on `doors` (whose descriptors stay the caller's to close after server_free).  NULL and
 * `err` where the system does not let us.  To be called before the sandbox is entered.
 */
struct server *server_new(struct ev_loop *loop, const struct server_door *doors, size_t n,
	const struct server_site *site, struct error *err);

/* There may be new events: those who listen are told at once. */
void server_ring(struct server *s);

/* Names that Host may bear on TCP besides localhost, 127.0.0.1 and [::1]; copied. */
void server_accept_hosts(struct server *s, const struct slice *hosts, size_t n);

/* Takes no more connections; those that are there go on. */
void server_close_doors(struct server *s);

/* Is an answer on its way? */
bool server_is_answering(const struct server *s);

/* Takes no more connections, ends those that are there. */
void server_free(struct server **s);

#endif
