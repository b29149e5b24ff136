/* server.c - libmicrohttpd's door: accepting, refusing, answering, on libev */
#include "publish/server.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "publish/crowd.h"
#include "publish/request.h"
#include "publish/route.h"
#include "publish/server_events.h"
#include "publish/server_send.h"

#include <ev.h>
#include <microhttpd.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- connections */

struct door {
	struct server *server;
	int fd;
	bool is_tcp;
	ev_io io;
	ev_timer pause; /* after accept failed */
	struct crowd crowd;
};

struct peer {
	struct guest guest; /* first: a guest is its peer */
	struct door *door;
	int fd;         /* libmicrohttpd's to close */
	char *target;   /* of the request in hand, raw */
	bool is_judged; /* its header was looked at */
};

struct server {
	struct ev_loop *loop;
	struct MHD_Daemon *daemon;
	ev_io io;          /* the daemon's epoll descriptor */
	ev_timer turn;     /* what the daemon wants to do later */
	ev_timer patience; /* the next deadline of any connection */
	struct door *doors;
	size_t n_doors;
	struct peer *coming; /* accepted, not yet taken over by the daemon */
	struct server_site site;
	struct server_figures figures;
	struct server_events *events;
	struct arena hosts_arena;
	struct request_hosts hosts;
};

static void set_patience(struct server *s)
{
	double next = -1, now = ev_now(s->loop);

	for (size_t i = 0; i < s->n_doors; i++) {
		double due = crowd_next(&s->doors[i].crowd);

		if (due >= 0 && (next < 0 || due < next))
			next = due;
	}
	ev_timer_stop(s->loop, &s->patience);
	if (next < 0)
		return;
	ev_timer_set(&s->patience, next > now ? next - now : 0., 0.);
	ev_timer_start(s->loop, &s->patience);
}

/* Lets the daemon work on what is ready, and sets the timers by what it left. */
static void run(struct server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	(void)MHD_run(s->daemon);
	ev_timer_stop(s->loop, &s->turn);
	if (MHD_get_timeout(s->daemon, &ms) == MHD_YES) {
		ev_timer_set(&s->turn, (double)ms / 1000., 0.);
		ev_timer_start(s->loop, &s->turn);
	}
	if (!ev_is_active(&s->patience))
		set_patience(s);
}

static void send_away(struct peer *p)
{
	crowd_move(&p->door->crowd, &p->guest, GUEST_CLOSING, ev_now(p->door->server->loop));
	(void)shutdown(p->fd, SHUT_RDWR);
}

static void on_patience(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct server *s = w->data;

	(void)revents;
	for (size_t i = 0; i < s->n_doors; i++) {
		struct guest *g;

		while ((g = crowd_due(&s->doors[i].crowd, ev_now(loop))) != NULL)
			send_away((struct peer *)g);
	}
	run(s);
	set_patience(s);
}

static void on_ready(struct ev_loop *loop, ev_io *w, int revents)
{
	(void)loop, (void)revents;
	run(w->data);
}

static void on_turn(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop, (void)revents;
	run(w->data);
}

static void free_peer(struct peer *p)
{
	crowd_remove(&p->door->crowd, &p->guest);
	free(p->target);
	free(p);
}

static void take_in(struct door *d, int fd, const struct sockaddr *from, socklen_t from_len)
{
	struct server *s = d->server;
	struct guest *excess = crowd_excess(&d->crowd);
	struct peer *p = calloc(1, sizeof *p);

	if (p == NULL)
		die("out of memory (a connection)");
	if (excess != NULL)
		send_away((struct peer *)excess);
	p->door = d;
	p->fd = fd;
	crowd_add(&d->crowd, &p->guest, ev_now(s->loop));
	s->coming = p;
	(void)MHD_add_connection(s->daemon, fd, from, from_len); /* closes fd where it fails */
	if (s->coming != NULL)
		free_peer(s->coming);
	s->coming = NULL;
}

static void on_pause_over(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct door *d = w->data;

	(void)revents;
	ev_io_start(loop, &d->io);
}

/* No descriptor or memory is left: look again in a moment instead of spinning. */
static void pause_door(struct door *d)
{
	struct ev_loop *loop = d->server->loop;

	log_event(LOG_WARNING, "publish.accept", "error=%s", log_safe(slice_of(strerror(errno))));
	ev_io_stop(loop, &d->io);
	ev_timer_set(&d->pause, LIMIT_ACCEPT_PAUSE_MS / 1000., 0.);
	ev_timer_start(loop, &d->pause);
}

static void on_knock(struct ev_loop *loop, ev_io *w, int revents)
{
	struct door *d = w->data;

	(void)loop, (void)revents;
	for (int i = 0; i < LIMIT_BATCH; i++) {
		struct sockaddr_storage from = {0};
		socklen_t len = sizeof from;
		int fd = accept4(
			d->fd, (struct sockaddr *)&from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			take_in(d, fd, (struct sockaddr *)&from, len);
			continue;
		}
		if (errno == EINTR || errno == ECONNABORTED)
			continue;
		if (errno != EAGAIN)
			pause_door(d);
		break;
	}
	run(d->server);
	set_patience(d->server); /* who has come is due before who is idle */
}

static void on_connection(void *data, struct MHD_Connection *c, void **context,
	enum MHD_ConnectionNotificationCode what)
{
	struct server *s = data;

	(void)c;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = s->coming;
		s->coming = NULL;
	} else if (*context != NULL) {
		free_peer(*context);
		*context = NULL;
	}
}

static struct peer *peer_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	assert(info != NULL && info->socket_context != NULL);
	return info->socket_context;
}

/* --- requests */

static enum MHD_Result on_header(void *data, enum MHD_ValueKind kind, const char *key,
	size_t key_len, const char *value, size_t value_len)
{
	(void)kind;
	request_take(
		data, slice_from(key, key_len), slice_from(value != NULL ? value : "", value_len));
	return MHD_YES;
}

static void *on_target(void *data, const char *target, struct MHD_Connection *c)
{
	struct peer *p = peer_of(c);

	(void)data;
	free(p->target);
	p->target = strdup(target);
	if (p->target == NULL)
		die("out of memory (a request)");
	p->is_judged = false;
	return p;
}

/* Looked at once, when the header is whole: the status by which it is refused, or 0. */
static unsigned judge(struct peer *p, const char *method, const struct request_headers *h)
{
	struct server *s = p->door->server;

	p->is_judged = true;
	if (p->guest.state != GUEST_CLOSING)
		crowd_move(&p->door->crowd, &p->guest, GUEST_ANSWERED, ev_now(s->loop));
	return request_refuse(h, method, slice_of(p->target), p->door->is_tcp ? &s->hosts : NULL);
}

/*
 * The connection goes over to server_events.c: its descriptor is doubled, and libmicrohttpd, told
 * that we have no answer, closes its own.
 */
static enum MHD_Result hand_over(
	struct server *s, struct peer *p, struct MHD_Connection *c, int64_t after)
{
	int fd = fcntl(p->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0 || !server_events_take(s->events, fd, p->door->is_tcp, after)) {
		if (fd >= 0)
			(void)close(fd);
		s->figures.answers[5]++;
		return server_send_line(c, 503, "Too many are listening.", true);
	}
	s->figures.answers[2]++;
	return MHD_NO;
}

static enum MHD_Result listen_in(struct server *s, struct peer *p, struct MHD_Connection *c,
	const char *method, const struct request_headers *h, int64_t after)
{
	int64_t id;

	if (strcmp(method, "HEAD") == 0 || s->events == NULL) {
		s->figures.answers[2]++;
		return server_send_events_head(c);
	}
	if (slice_int(h->last_event_id, 0, INT64_MAX, &id))
		after = id;
	return hand_over(s, p, c, after);
}

static void count_figures(struct server *s)
{
	s->figures.clients[0] = s->figures.clients[1] = 0;
	for (size_t i = 0; i < s->n_doors; i++)
		s->figures.clients[s->doors[i].is_tcp] += s->doors[i].crowd.n;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *body, size_t *body_len, void **context)
{
	struct server *s = data;
	struct peer *p = *context;
	struct answer answer = {0};
	struct request_headers h = {0};
	struct request request = {.figures = &s->figures};
	unsigned status = 0;

	(void)url, (void)version, (void)body, (void)body_len;
	(void)MHD_get_connection_values_n(c, MHD_HEADER_KIND, on_header, &h);
	if (!p->is_judged && (status = judge(p, method, &h)) == 0)
		return MHD_YES;
	if (status != 0) {
		s->figures.answers[status / 100]++;
		return server_send_line(c, status, NULL, true);
	}
	request.target = route_origin_form(slice_of(p->target));
	request.now = (instant)ev_now(s->loop);
	count_figures(s);
	s->site.answer(s->site.data, &request, &answer);
	if (answer.is_events)
		return listen_in(s, p, c, method, &h, answer.after);
	if (answer.document != NULL)
		return server_send_document(c, &s->site, &request, &answer, &h, &s->figures);
	s->figures.answers[answer.status / 100]++;
	return server_send_line(
		c, answer.status, answer.text[0] != '\0' ? answer.text : NULL, false);
}

static void on_completed(
	void *data, struct MHD_Connection *c, void **context, enum MHD_RequestTerminationCode how)
{
	struct server *s = data;
	struct peer *p = *context;

	(void)c, (void)how;
	if (p != NULL && p->guest.state != GUEST_CLOSING)
		crowd_move(&p->door->crowd, &p->guest, GUEST_IDLE, ev_now(s->loop));
}

/* --- the whole */

static void on_log(void *data, const char *format, va_list args)
{
	char line[256];

	(void)data;
	(void)vsnprintf(line, sizeof line, format, args);
	log_event(LOG_DEBUG, "publish.http", "text=%s", log_safe(slice_trim(slice_of(line))));
}

/* The target comes to us as it was sent; route.c decodes. */
static size_t leave_escaped(void *data, struct MHD_Connection *c, char *text)
{
	(void)data, (void)c;
	return strlen(text);
}

static struct MHD_Daemon *start_daemon(struct server *s)
{
	/* TURBO: a connection that goes over to server_events.c is closed, but not shut down. */
	const unsigned flags = MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_USE_TURBO;
	const struct MHD_OptionItem options[] = {
		{MHD_OPTION_CONNECTION_LIMIT, 2 * (LIMIT_CLIENTS_TCP + LIMIT_CLIENTS_UNIX), NULL},
		{MHD_OPTION_CONNECTION_TIMEOUT, 0, NULL},
		{MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
		{MHD_OPTION_END, 0, NULL},
	};

	/* The logger must come first, or what happens before it goes to standard error. */
	return MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER,
		on_log, NULL, MHD_OPTION_ARRAY, options, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)(2 * LIMIT_REQUEST_BYTES), MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_URI_LOG_CALLBACK,
		on_target, s, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_END);
}

static void open_door(struct server *s, struct door *d, const struct server_door *given)
{
	int flags = fcntl(given->fd, F_GETFL);

	*d = (struct door){.server = s, .fd = given->fd, .is_tcp = given->is_tcp};
	(void)fcntl(given->fd, F_SETFL, flags | O_NONBLOCK);
	crowd_init(&d->crowd, d->is_tcp ? LIMIT_CLIENTS_TCP : LIMIT_CLIENTS_UNIX);
	ev_io_init(&d->io, on_knock, d->fd, EV_READ);
	d->io.data = d;
	ev_timer_init(&d->pause, on_pause_over, 0., 0.);
	d->pause.data = d;
	ev_io_start(s->loop, &d->io);
}

struct server *server_new(struct ev_loop *loop, const struct server_door *doors, size_t n,
	const struct server_site *site, struct error *err)
{
	struct server *s = calloc(1, sizeof *s);
	const union MHD_DaemonInfo *info;

	if (s == NULL || (s->doors = calloc(n, sizeof *s->doors)) == NULL)
		die("out of memory (the server)");
	s->loop = loop;
	s->site = *site;
	s->daemon = start_daemon(s);
	if (s->daemon == NULL) {
		free(s->doors);
		free(s);
		(void)error_set(err, "libmicrohttpd does not start: %s", strerror(errno));
		return NULL;
	}
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	ev_io_init(&s->io, on_ready, info->epoll_fd, EV_READ);
	ev_timer_init(&s->turn, on_turn, 0., 0.);
	ev_timer_init(&s->patience, on_patience, 0., 0.);
	s->io.data = s->turn.data = s->patience.data = s;
	ev_io_start(loop, &s->io);
	for (s->n_doors = 0; s->n_doors < n; s->n_doors++)
		open_door(s, &s->doors[s->n_doors], &doors[s->n_doors]);
	if (site->event != NULL)
		s->events = server_events_new(loop, site, &s->figures);
	return s;
}

void server_ring(struct server *s)
{
	if (s->events != NULL)
		server_events_ring(s->events);
}

void server_accept_hosts(struct server *s, const struct slice *hosts, size_t n)
{
	struct slice *copy;

	arena_reset(&s->hosts_arena);
	copy = arena_array(&s->hosts_arena, n, sizeof *copy);
	for (size_t i = 0; i < n; i++)
		copy[i] = slice_copy(&s->hosts_arena, hosts[i]);
	s->hosts = (struct request_hosts){copy, n};
}

void server_close_doors(struct server *s)
{
	for (size_t i = 0; i < s->n_doors; i++) {
		ev_io_stop(s->loop, &s->doors[i].io);
		ev_timer_stop(s->loop, &s->doors[i].pause);
	}
}

bool server_is_answering(const struct server *s)
{
	for (size_t i = 0; i < s->n_doors; i++)
		if (s->doors[i].crowd.lists[GUEST_ANSWERED].first != NULL)
			return true;
	return false;
}

void server_free(struct server **s)
{
	struct server *gone = *s;

	*s = NULL;
	if (gone == NULL)
		return;
	server_close_doors(gone);
	ev_io_stop(gone->loop, &gone->io);
	ev_timer_stop(gone->loop, &gone->turn);
	ev_timer_stop(gone->loop, &gone->patience);
	server_events_free(&gone->events);
	MHD_stop_daemon(gone->daemon);
	arena_clear(&gone->hosts_arena);
	free(gone->doors);
	free(gone);
}
