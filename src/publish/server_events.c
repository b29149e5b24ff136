/* server_events.c - one chain of what is new, and a place in it for everyone who listens */
#include "publish/server_events.h"
#include "base/limits.h"
#include "base/log.h"

#include <ev.h>

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHATTER_BYTES 4096 /* that a listener may send; it has nothing to say */
#define TURN_EVENTS   16   /* to one listener, before the next has its turn */
#define LATER_S       0.05 /* where there is too much in memory */

/* The text of one event: what stands behind number `from`. */
struct chunk {
	struct chunk *next; /* newer; of those that are kept */
	size_t holders;
	int64_t from, number;
	size_t len;
	char text[];
};

struct listener {
	struct listener *before, *after;
	struct server_events *events;
	int fd;
	bool is_tcp;
	ev_io io;
	int64_t told;      /* the last event that went out whole, or is on its way */
	struct chunk *now; /* on its way; NULL: nothing is */
	size_t sent;       /* of it */
	size_t heard;      /* bytes that it sent to us */
	double moved;      /* when it last took something */
};

struct server_events {
	struct ev_loop *loop;
	struct server_site site;
	struct server_figures *figures;
	struct listener *first;
	struct chunk *oldest, *newest; /* kept */
	size_t kept, bytes;            /* of those, and of all chunks that live */
	int64_t number;                /* of the newest event; -1: not known */
	ev_timer beat, later;
};

/* --- chunks */

static struct chunk *new_chunk(
	struct server_events *e, int64_t from, int64_t number, struct slice text)
{
	struct chunk *c = malloc(sizeof *c + text.len);

	if (c == NULL)
		die("out of memory (an event)");
	*c = (struct chunk){.holders = 1, .from = from, .number = number, .len = text.len};
	memcpy(c->text, text.at, text.len);
	e->bytes += text.len;
	return c;
}

static void drop_chunk(struct server_events *e, struct chunk **c)
{
	struct chunk *gone = *c;

	*c = NULL;
	if (gone == NULL || --gone->holders > 0)
		return;
	e->bytes -= gone->len;
	free(gone);
}

static void forget_oldest(struct server_events *e)
{
	struct chunk *gone = e->oldest;

	e->oldest = gone->next;
	if (e->oldest == NULL)
		e->newest = NULL;
	gone->next = NULL;
	e->kept -= gone->len;
	drop_chunk(e, &gone);
}

/* Keeps it as the newest, its one holder from here on. */
static void keep_chunk(struct server_events *e, struct chunk *c)
{
	if (e->newest != NULL)
		e->newest->next = c;
	else
		e->oldest = c;
	e->newest = c;
	e->kept += c->len;
	while (e->kept > LIMIT_EVENTS_KEPT && e->oldest != e->newest)
		forget_oldest(e);
}

/* What stands behind `after` in the store; NULL: nothing, or it cannot be read now. */
static struct chunk *read_chunk(struct server_events *e, int64_t after)
{
	struct chunk *c = NULL;
	struct buf text;
	int64_t number;

	buf_init(&text, SIZE_MAX);
	if (e->site.event(e->site.data, after, &text, &number) == 1)
		c = new_chunk(e, after, number, buf_slice(&text));
	buf_clear(&text);
	return c;
}

/* The kept one behind `after`, or NULL. */
static struct chunk *find_chunk(const struct server_events *e, int64_t after)
{
	for (struct chunk *c = e->oldest; c != NULL; c = c->next)
		if (c->from <= after && after < c->number)
			return c;
	return NULL;
}

/* --- listeners */

static void come_back_later(struct server_events *e)
{
	if (ev_is_active(&e->later))
		return;
	ev_timer_set(&e->later, LATER_S, 0.);
	ev_timer_start(e->loop, &e->later);
}

static void set_events(struct listener *l, int events)
{
	ev_io_stop(l->events->loop, &l->io);
	ev_io_set(&l->io, l->fd, events);
	ev_io_start(l->events->loop, &l->io);
}

static void hang_up(struct listener *l)
{
	struct server_events *e = l->events;

	ev_io_stop(e->loop, &l->io);
	(void)close(l->fd);
	drop_chunk(e, &l->now);
	*(l->before != NULL ? &l->before->after : &e->first) = l->after;
	if (l->after != NULL)
		l->after->before = l->before;
	e->figures->listeners[l->is_tcp]--;
	free(l);
}

/* What it is to hear next; false: nothing now. */
static bool find_next(struct listener *l)
{
	struct server_events *e = l->events;
	struct chunk *c;

	if (l->told >= e->number)
		return false;
	c = find_chunk(e, l->told);
	if (c != NULL) {
		c->holders++;
	} else if (e->bytes > LIMIT_EVENTS_BYTES) {
		come_back_later(e);
		return false;
	} else if ((c = read_chunk(e, l->told)) == NULL) {
		return false;
	}
	l->now = c;
	l->sent = 0;
	l->told = c->number;
	return true;
}

/* Sends what is on its way: 1 all of it, 0 the socket is full, -1 the listener is gone. */
static int push(struct listener *l)
{
	while (l->sent < l->now->len) {
		ssize_t n = send(l->fd, l->now->text + l->sent, l->now->len - l->sent,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		l->sent += (size_t)n;
		l->moved = ev_now(l->events->loop);
	}
	drop_chunk(l->events, &l->now);
	return 1;
}

/* Tells it what there is, as far as its socket takes it; it may be gone afterwards. */
static void tell(struct listener *l)
{
	for (int i = 0; i < TURN_EVENTS; i++) {
		int pushed;

		if (l->now == NULL && !find_next(l)) {
			set_events(l, EV_READ);
			return;
		}
		l->events->figures->events_sent += l->sent == 0;
		pushed = push(l);
		if (pushed < 0) {
			hang_up(l);
			return;
		}
		if (pushed == 0)
			break;
	}
	set_events(l, EV_READ | EV_WRITE);
}

static void tell_all(struct server_events *e)
{
	struct listener *after;

	for (struct listener *l = e->first; l != NULL; l = after) {
		after = l->after;
		if (l->now == NULL)
			tell(l);
	}
}

static void on_listener(struct ev_loop *loop, ev_io *w, int revents)
{
	struct listener *l = w->data;
	char words[512];

	(void)loop;
	if ((revents & EV_READ) != 0) {
		ssize_t n = recv(l->fd, words, sizeof words, MSG_DONTWAIT);

		l->heard += n > 0 ? (size_t)n : 0;
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
			l->heard > CHATTER_BYTES) {
			hang_up(l);
			return;
		}
	}
	if ((revents & EV_WRITE) != 0)
		tell(l);
}

/* --- the whole */

static void on_later(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop, (void)revents;
	server_events_ring(w->data);
}

/* A comment to those who hear nothing, so that it shows which of them are gone. */
static void on_beat(struct ev_loop *loop, ev_timer *w, int revents)
{
	static const char comment[] = ":\n\n";
	struct server_events *e = w->data;
	struct listener *after;

	(void)revents;
	for (struct listener *l = e->first; l != NULL; l = after) {
		double still = ev_now(loop) - l->moved;

		after = l->after;
		if (l->now != NULL && still > LIMIT_EVENTS_STUCK_S)
			hang_up(l);
		else if (l->now == NULL && still > LIMIT_EVENTS_BEAT_S / 2. &&
			 send(l->fd, comment, sizeof comment - 1, MSG_NOSIGNAL | MSG_DONTWAIT) !=
				 (ssize_t)sizeof comment - 1)
			hang_up(l);
	}
	server_events_ring(e);
}

void server_events_ring(struct server_events *e)
{
	if (e->first == NULL) { /* nobody hears it: where we are is asked when somebody comes */
		e->number = -1;
		while (e->oldest != NULL)
			forget_oldest(e);
		return;
	}
	for (int i = 0; i < LIMIT_BATCH; i++) {
		struct chunk *c = read_chunk(e, e->number);

		if (c == NULL)
			break;
		e->number = c->number;
		keep_chunk(e, c);
		if (i == LIMIT_BATCH - 1)
			come_back_later(e);
	}
	tell_all(e);
}

struct server_events *server_events_new(
	struct ev_loop *loop, const struct server_site *site, struct server_figures *figures)
{
	struct server_events *e = calloc(1, sizeof *e);

	if (e == NULL)
		die("out of memory (events)");
	e->loop = loop;
	e->site = *site;
	e->figures = figures;
	e->number = -1;
	ev_timer_init(&e->beat, on_beat, LIMIT_EVENTS_BEAT_S, LIMIT_EVENTS_BEAT_S);
	ev_init(&e->later, on_later);
	e->beat.data = e->later.data = e;
	ev_timer_start(loop, &e->beat);
	return e;
}

void server_events_free(struct server_events **e)
{
	struct server_events *gone = *e;

	*e = NULL;
	if (gone == NULL)
		return;
	while (gone->first != NULL)
		hang_up(gone->first);
	while (gone->oldest != NULL)
		forget_oldest(gone);
	ev_timer_stop(gone->loop, &gone->beat);
	ev_timer_stop(gone->loop, &gone->later);
	free(gone);
}

/* The answer's header; the body ends when the connection does. */
static struct chunk *new_greeting(struct server_events *e, int64_t told)
{
	char text[512], date[INSTANT_TEXT_BYTES];
	int len = snprintf(text, sizeof text,
		"HTTP/1.1 200 OK\r\nDate: %s\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
		"Cache-Control: no-store\r\nConnection: close\r\nX-Accel-Buffering: no\r\n"
		"Content-Security-Policy: default-src 'none'; sandbox\r\n"
		"X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\r\n"
		"retry: 5000\n\n",
		instant_put_http(date, (instant)ev_now(e->loop)));

	return new_chunk(e, told, told, slice_from(text, (size_t)len));
}

bool server_events_take(struct server_events *e, int fd, bool is_tcp, int64_t after)
{
	const size_t most = is_tcp ? LIMIT_EVENTS_TCP : LIMIT_EVENTS_UNIX;
	const int at_once = 1;
	struct listener *l;

	if (e->figures->listeners[is_tcp] >= most)
		return false;
	if (e->number < 0 && (e->number = e->site.newest(e->site.data)) < 0)
		return false;
	l = calloc(1, sizeof *l);
	if (l == NULL)
		die("out of memory (a listener)");
	if (after < 0 || after > e->number)
		after = e->number;
	*l = (struct listener){.events = e,
		.fd = fd,
		.is_tcp = is_tcp,
		.told = after,
		.after = e->first,
		.moved = ev_now(e->loop)};
	if (e->first != NULL)
		e->first->before = l;
	e->first = l;
	e->figures->listeners[is_tcp]++;
	if (is_tcp)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
	l->now = new_greeting(e, after);
	ev_io_init(&l->io, on_listener, fd, EV_READ | EV_WRITE);
	l->io.data = l;
	ev_io_start(e->loop, &l->io);
	return true;
}
