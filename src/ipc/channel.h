/*
 * channel.h - one SOCK_SEQPACKET datagram a message, descriptors with it
 *
 * On libev for the supervisor, the poller and the publisher; blocking for a parser, which has
 * nothing else to do.  A peer that breaks the rules (message_get, truncated data, too many
 * descriptors) is reported as CHANNEL_BROKEN and nothing more is read from it; every descriptor
 * that arrived with such a datagram is closed.
 */
#ifndef TRIBUTARY_IPC_CHANNEL_H
#define TRIBUTARY_IPC_CHANNEL_H

#include "ipc/message.h" /* message */

struct channel;
struct ev_loop; /* ev.h */
struct error;   /* base/log.h */

enum channel_end {
	CHANNEL_CLOSED, /* the other end is gone */
	CHANNEL_BROKEN, /* it broke the rules */
};

struct channel_events {
	/*
	 * A message came; its fds are the handler's to close.  The handler may send on the channel
	 * and may free it.
	 */
	void (*message)(void *data, struct message *m);
	/* Nothing more will come; the handler frees the channel (channel_free is allowed here). */
	void (*ended)(void *data, enum channel_end how);
};

/*
 * A pair of connected ends, close-on-exec, not yet non-blocking.  -1 and `err` where the system
 * has none.
 */
int channel_pair(int ends_out[2], struct error *err);

/* A channel on `fd`, which it owns from here on, between us (`self`) and `peer`. */
struct channel *channel_new(struct ev_loop *loop, int fd, enum message_role self,
	enum message_role peer, const struct channel_events *events, void *data);

/*
 * Sends m and its descriptors (duplicated by the kernel: the caller still closes its own).  What
 * the socket does not take at once is queued, in order, to at most LIMIT_BATCH messages.  -1
 * where the peer is gone, the queue is full, or m is longer than LIMIT_MESSAGE_BYTES.
 */
int channel_send(struct channel *c, const struct message *m);

void channel_free(struct channel **c);

/*
 * Blocking, for a parser: the next message in `box` (LIMIT_MESSAGE_BYTES of the caller's) and
 * *m_out.  1 a message, 0 the other end is gone, -1 it broke the rules.
 */
int channel_wait(
	int fd, enum message_role self, enum message_role peer, char *box, struct message *m_out);

/* Blocking send of a message without descriptors. */
int channel_say(int fd, const struct message *m);

#endif
