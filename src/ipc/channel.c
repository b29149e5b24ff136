/*
 * channel.c - datagrams on libev, and blocking
 *
 * One box for what comes in serves all channels: a loop has one thread, and a message is read to
 * its end by its handler before the next is received.
 */
#include "config.h"

#include "ipc/channel.h"
#include "base/log.h"

#include <assert.h>
#include <ev.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the socket did not take at once: a datagram and descriptors of our own. */
struct parcel {
	struct parcel *next;
	struct buf bytes;
	int fds[LIMIT_MESSAGE_FDS];
	size_t n_fds;
};

struct channel {
	struct ev_loop *loop;
	ev_io readable, writable;
	int fd;
	enum message_role self, peer;
	const struct channel_events *events;
	void *data;
	struct parcel *first, **last; /* the queue, oldest first */
	size_t queued;
	bool *freed; /* set by channel_free for a handler's caller; NULL outside handlers */
};

union rights {
	struct cmsghdr head;
	char at[CMSG_SPACE(LIMIT_MESSAGE_FDS * sizeof(int))];
};

enum received { RECEIVED, RECEIVED_NOTHING, RECEIVED_END, RECEIVED_RUBBISH };

static char inbox[LIMIT_MESSAGE_BYTES];

static void close_all(const int *fds, size_t n_fds)
{
	for (size_t i = 0; i < n_fds; i++)
		close(fds[i]);
}

/* The descriptors that came with a datagram: all of them, for what is not used must be closed. */
static void collect_fds(struct msghdr *header, struct message *m_out)
{
	m_out->n_fds = 0;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		assert(m_out->n_fds + n <= LIMIT_MESSAGE_FDS);
		memcpy(m_out->fds + m_out->n_fds, CMSG_DATA(c), n * sizeof(int));
		m_out->n_fds += n;
	}
}

/* One datagram into `box`, its descriptors into *m_out; descriptors stay only with RECEIVED. */
static enum received receive(
	int fd, enum message_role self, enum message_role peer, char *box, struct message *m_out)
{
	union rights rights;
	struct iovec room = {box, LIMIT_MESSAGE_BYTES};
	struct msghdr header = {.msg_iov = &room,
		.msg_iovlen = 1,
		.msg_control = &rights,
		.msg_controllen = sizeof rights};
	ssize_t len;

	do
		len = recvmsg(fd, &header, MSG_CMSG_CLOEXEC);
	while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno == EAGAIN ? RECEIVED_NOTHING : RECEIVED_END;
	collect_fds(&header, m_out);
	if (len > 0 && (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
		message_get(slice_from(box, (size_t)len), peer, self, m_out))
		return RECEIVED;
	close_all(m_out->fds, m_out->n_fds);
	m_out->n_fds = 0;
	return len == 0 ? RECEIVED_END : RECEIVED_RUBBISH;
}

/* 1 it is on its way, 0 the socket is full, -1 the peer is gone. */
static int transmit(int fd, const struct buf *datagram, const int *fds, size_t n_fds)
{
	union rights rights = {.at = {0}};
	struct iovec bytes = {datagram->at, datagram->len};
	struct msghdr header = {.msg_iov = &bytes, .msg_iovlen = 1};
	ssize_t sent;

	if (n_fds > 0) {
		header.msg_control = &rights;
		header.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		rights.head.cmsg_level = SOL_SOCKET;
		rights.head.cmsg_type = SCM_RIGHTS;
		rights.head.cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(&rights.head), fds, n_fds * sizeof(int));
	}
	do
		sent = sendmsg(fd, &header, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return 1;
	return errno == EAGAIN ? 0 : -1;
}

static void drop_first(struct channel *c)
{
	struct parcel *p = c->first;

	c->first = p->next;
	if (c->first == NULL)
		c->last = &c->first;
	c->queued--;
	close_all(p->fds, p->n_fds);
	buf_clear(&p->bytes);
	free(p);
}

static int queue(struct channel *c, const struct message *m, struct buf *bytes)
{
	struct parcel *p;

	if (c->queued >= LIMIT_BATCH)
		return -1;
	p = calloc(1, sizeof *p);
	if (p == NULL)
		die("out of memory");
	for (; p->n_fds < m->n_fds; p->n_fds++) {
		p->fds[p->n_fds] = fcntl(m->fds[p->n_fds], F_DUPFD_CLOEXEC, 3);
		if (p->fds[p->n_fds] < 0) {
			close_all(p->fds, p->n_fds);
			free(p);
			return -1;
		}
	}
	p->bytes = *bytes; /* moved */
	buf_init(bytes, LIMIT_MESSAGE_BYTES);
	*c->last = p;
	c->last = &p->next;
	c->queued++;
	ev_io_start(c->loop, &c->writable);
	return 0;
}

/* Nothing more is read or written; the owner is told, and frees. */
static void end(struct channel *c, enum channel_end how)
{
	ev_io_stop(c->loop, &c->readable);
	ev_io_stop(c->loop, &c->writable);
	c->events->ended(c->data, how);
}

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct channel *c = w->data;
	bool freed = false;

	(void)loop, (void)revents;
	c->freed = &freed;
	for (int n = 0; n < LIMIT_BATCH; n++) {
		struct message m = {.n_fds = 0};
		enum received got = receive(c->fd, c->self, c->peer, inbox, &m);

		if (got == RECEIVED_NOTHING)
			break;
		if (got != RECEIVED) {
			c->freed = NULL;
			end(c, got == RECEIVED_END ? CHANNEL_CLOSED : CHANNEL_BROKEN);
			return;
		}
		c->events->message(c->data, &m);
		if (freed)
			return;
	}
	c->freed = NULL;
}

static void on_writable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct channel *c = w->data;

	(void)revents;
	while (c->first != NULL) {
		struct parcel *p = c->first;
		int sent = transmit(c->fd, &p->bytes, p->fds, p->n_fds);

		if (sent == 0)
			return;
		/* A peer that is gone is told by reading, after what it still had to say. */
		drop_first(c);
	}
	ev_io_stop(loop, w);
}

int channel_pair(int ends_out[2], struct error *err)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends_out) < 0)
		return error_set(err, "no pair of sockets: %s", strerror(errno));
	return 0;
}

struct channel *channel_new(struct ev_loop *loop, int fd, enum message_role self,
	enum message_role peer, const struct channel_events *events, void *data)
{
	struct channel *c = calloc(1, sizeof *c);

	if (c == NULL)
		die("out of memory");
	*c = (struct channel){
		.loop = loop, .fd = fd, .self = self, .peer = peer, .events = events, .data = data};
	c->last = &c->first;
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	ev_io_init(&c->readable, on_readable, fd, EV_READ);
	ev_io_init(&c->writable, on_writable, fd, EV_WRITE);
	c->readable.data = c->writable.data = c;
	ev_io_start(loop, &c->readable);
	return c;
}

int channel_send(struct channel *c, const struct message *m)
{
	struct buf bytes;
	int sent;

	assert(message_may(m->kind, c->self, c->peer) && m->n_fds <= message_fds(m->kind));
	buf_init(&bytes, LIMIT_MESSAGE_BYTES);
	message_put(&bytes, m);
	if (bytes.full)
		sent = -1;
	else if (c->first != NULL)
		sent = 0;
	else
		sent = transmit(c->fd, &bytes, m->fds, m->n_fds);
	if (sent == 0)
		sent = queue(c, m, &bytes) < 0 ? -1 : 1;
	buf_clear(&bytes);
	return sent < 0 ? -1 : 0;
}

void channel_free(struct channel **c)
{
	struct channel *gone = *c;

	if (gone == NULL)
		return;
	*c = NULL;
	if (gone->freed != NULL)
		*gone->freed = true;
	ev_io_stop(gone->loop, &gone->readable);
	ev_io_stop(gone->loop, &gone->writable);
	while (gone->first != NULL)
		drop_first(gone);
	close(gone->fd);
	free(gone);
}

int channel_wait(
	int fd, enum message_role self, enum message_role peer, char *box, struct message *m_out)
{
	enum received got;

	m_out->n_fds = 0;
	do
		got = receive(fd, self, peer, box, m_out);
	while (got == RECEIVED_NOTHING);
	return got == RECEIVED ? 1 : got == RECEIVED_END ? 0 : -1;
}

int channel_say(int fd, const struct message *m)
{
	struct buf bytes;
	int sent;

	assert(m->n_fds == 0);
	buf_init(&bytes, LIMIT_MESSAGE_BYTES);
	message_put(&bytes, m);
	sent = bytes.full ? -1 : transmit(fd, &bytes, NULL, 0);
	buf_clear(&bytes);
	return sent > 0 ? 0 : -1;
}
