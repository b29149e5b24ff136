/*
 * control.c - one question at a time from each peer, in order
 *
 * A peer is either read from, or waits for its answer, or is written to: its input stays in the
 * socket meanwhile.  Nothing is freed in control_answer, so that a handler may answer at once;
 * what ends a peer is done by its own watchers.
 */
#include "config.h"

#include "ipc/control.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* An answer may list more than a question may. */
#define ANSWER_BYTES ((size_t)16 * LIMIT_CONTROL_BYTES)

/* How long no connection is accepted where none can be: too many descriptors, say. */
#define ACCEPT_PAUSE_S 0.5

struct peer {
	struct control *control;
	struct peer *next; /* newer ones first */
	int fd;
	ev_io readable, writable;
	struct buf in, out;
	size_t sent;     /* of out */
	uint64_t asking; /* the question that is not answered yet, or 0 */
	bool leaving;    /* after what is in `out` */
};

struct control {
	struct ev_loop *loop;
	int fd;
	ev_io acceptable;
	ev_timer pause;
	struct peer *peers;
	size_t n_peers;
	uint64_t questions;
	control_handler *handler;
	void *data;
};

static void peer_free(struct peer *p)
{
	struct peer **at = &p->control->peers;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	p->control->n_peers--;
	ev_io_stop(p->control->loop, &p->readable);
	ev_io_stop(p->control->loop, &p->writable);
	close(p->fd);
	buf_clear(&p->in);
	buf_clear(&p->out);
	free(p);
}

/* {"ok": …, key: text} and a newline. */
static void put_answer(struct buf *out, bool ok, const char *key, struct slice text)
{
	json_t *said = json_stringn(text.len > 0 ? text.at : "", text.len);
	json_t *answer = json_pack("{s:b, s:o}", "ok", ok, key,
		said != NULL ? said : json_string("(an answer that is no UTF-8)"));
	char *line = answer == NULL ? NULL : json_dumps(answer, JSON_COMPACT);

	if (line == NULL)
		die("out of memory");
	buf_puts(out, line);
	buf_putc(out, '\n');
	free(line);
	json_decref(answer);
}

static void answer_peer(struct peer *p, bool ok, struct slice text)
{
	p->asking = 0;
	put_answer(&p->out, ok, ok ? "message" : "error", text);
	if (p->out.full) {
		buf_reset(&p->out);
		put_answer(&p->out, false, "error", SLICE("the answer is too long"));
	}
	ev_io_stop(p->control->loop, &p->readable);
	ev_io_start(p->control->loop, &p->writable);
}

static void refuse(struct peer *p, const char *why)
{
	p->leaving = true;
	answer_peer(p, false, slice_of(why));
}

/* The names in `list`, which may be NULL; false where it is no list of names. */
static bool get_sources(const json_t *list, struct control_question *q_out)
{
	size_t n = json_array_size(list);

	if (list == NULL)
		return true;
	if (!json_is_array(list) || n > CONTROL_SOURCES)
		return false;
	q_out->sources = calloc(n + 1, sizeof *q_out->sources);
	if (q_out->sources == NULL)
		die("out of memory");
	for (; q_out->n_sources < n; q_out->n_sources++) {
		const json_t *name = json_array_get(list, q_out->n_sources);

		if (json_string_length(name) == 0)
			return false;
		q_out->sources[q_out->n_sources] =
			slice_from(json_string_value(name), json_string_length(name));
	}
	return true;
}

bool control_read(struct slice line, uint64_t id, control_handler *handler, void *data)
{
	struct control_question q = {.id = id};
	json_t *root = json_loadb(line.at, line.len, JSON_REJECT_DUPLICATES, NULL), *list = NULL;
	const char *verb = NULL;
	bool good = root != NULL &&
		    json_unpack(root, "{s:s%, s?o !}", "ask", &verb, &q.verb.len, "sources",
			    &list) == 0 &&
		    q.verb.len > 0 && get_sources(list, &q);

	q.verb.at = verb;
	if (good)
		handler(data, &q);
	free(q.sources);
	json_decref(root);
	return good;
}

/* Asks the handler the next question in `in`, if it is there. */
static void next_question(struct peer *p)
{
	struct slice have = buf_slice(&p->in);
	size_t end = slice_find_byte(have, '\n');
	struct control *c = p->control;
	struct buf rest;

	if (end == have.len && have.len >= LIMIT_CONTROL_BYTES) {
		refuse(p, "the line is too long");
		return;
	}
	if (end == have.len)
		return;
	ev_io_stop(c->loop, &p->readable);
	p->asking = ++c->questions;
	if (!control_read(slice_head(have, end), p->asking, c->handler, c->data))
		refuse(p, "what was expected is {\"ask\": VERB, \"sources\": [NAME, ...]}");
	buf_init(&rest, LIMIT_CONTROL_BYTES);
	buf_put_slice(&rest, slice_skip(have, end + 1));
	buf_clear(&p->in);
	p->in = rest;
}

static void on_readable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct peer *p = w->data;
	char some[4096];
	size_t room = LIMIT_CONTROL_BYTES - p->in.len;
	ssize_t len = read(p->fd, some, room < sizeof some ? room : sizeof some);

	(void)loop, (void)revents;
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		peer_free(p);
		return;
	}
	buf_put(&p->in, some, (size_t)len);
	next_question(p);
}

static void on_writable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct peer *p = w->data;
	ssize_t len =
		send(p->fd, p->out.at + p->sent, p->out.len - p->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

	(void)revents;
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len > 0)
		p->sent += (size_t)len;
	if (len < 0 || (p->sent == p->out.len && p->leaving)) {
		peer_free(p);
		return;
	}
	if (p->sent < p->out.len)
		return;
	p->sent = 0;
	buf_reset(&p->out);
	ev_io_stop(loop, w);
	ev_io_start(loop, &p->readable);
	next_question(p);
}

/* Room for one more: the oldest that waits for nothing has to go.  False where all wait. */
static bool make_room(struct control *c)
{
	struct peer *oldest = NULL;

	if (c->n_peers < LIMIT_CONTROL_PEERS)
		return true;
	for (struct peer *p = c->peers; p != NULL; p = p->next)
		if (p->asking == 0 && p->out.len == 0)
			oldest = p;
	if (oldest == NULL)
		return false;
	peer_free(oldest);
	return true;
}

static void welcome(struct control *c, int fd)
{
	struct peer *p = calloc(1, sizeof *p);

	if (p == NULL)
		die("out of memory");
	*p = (struct peer){.control = c, .next = c->peers, .fd = fd};
	buf_init(&p->in, LIMIT_CONTROL_BYTES);
	buf_init(&p->out, ANSWER_BYTES);
	ev_io_init(&p->readable, on_readable, fd, EV_READ);
	ev_io_init(&p->writable, on_writable, fd, EV_WRITE);
	p->readable.data = p->writable.data = p;
	ev_io_start(c->loop, &p->readable);
	c->peers = p;
	c->n_peers++;
}

static void on_acceptable(struct ev_loop *loop, ev_io *w, int revents)
{
	struct control *c = w->data;
	int fd = accept4(c->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)revents;
	if (fd < 0 && (errno == EMFILE || errno == ENFILE || errno == ENOMEM)) {
		ev_io_stop(loop, w);
		ev_timer_set(&c->pause, ACCEPT_PAUSE_S, 0);
		ev_timer_start(loop, &c->pause);
	}
	if (fd < 0)
		return;
	if (make_room(c))
		welcome(c, fd);
	else
		close(fd);
}

static void on_pause_over(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct control *c = w->data;

	(void)revents;
	ev_io_start(loop, &c->acceptable);
}

struct control *control_open(
	struct ev_loop *loop, int listen_fd, control_handler *handler, void *data)
{
	struct control *c = calloc(1, sizeof *c);
	size_t seed;

	if (c == NULL)
		die("out of memory");
	digest_random(&seed, sizeof seed);
	json_object_seed(seed | 1); /* else it opens a file for it, in the jail perhaps */
	*c = (struct control){.loop = loop, .fd = listen_fd, .handler = handler, .data = data};
	ev_io_init(&c->acceptable, on_acceptable, listen_fd, EV_READ);
	ev_timer_init(&c->pause, on_pause_over, ACCEPT_PAUSE_S, 0);
	c->acceptable.data = c->pause.data = c;
	fcntl(listen_fd, F_SETFL, fcntl(listen_fd, F_GETFL) | O_NONBLOCK);
	ev_io_start(loop, &c->acceptable);
	return c;
}

void control_answer(struct control *c, uint64_t id, bool ok, struct slice text)
{
	for (struct peer *p = c->peers; p != NULL; p = p->next)
		if (p->asking == id) {
			answer_peer(p, ok, text);
			return;
		}
}

void control_close(struct control **c)
{
	struct control *gone = *c;

	if (gone == NULL)
		return;
	*c = NULL;
	while (gone->peers != NULL)
		peer_free(gone->peers);
	ev_io_stop(gone->loop, &gone->acceptable);
	ev_timer_stop(gone->loop, &gone->pause);
	close(gone->fd);
	free(gone);
}

/* Connected to the daemon, with a limit on each wait; -1 and `err` where nobody is there. */
static int dial(const char *path, int timeout_s, struct error *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	struct timeval limit = {.tv_sec = timeout_s};
	int fd;

	if (strlen(path) >= sizeof to.sun_path)
		return error_set(err, "%s: longer than a socket's path may be", path);
	memcpy(to.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return error_set(err, "no socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	error_set(err, "no daemon answers at %s: %s", path, strerror(errno));
	close(fd);
	return -1;
}

static void put_question(
	struct buf *out, const char *verb, const char *const *sources, size_t n_sources)
{
	json_t *question = json_pack("{s:s, s:[]}", "ask", verb, "sources");
	char *line;

	for (size_t i = 0; i < n_sources; i++)
		json_array_append_new(
			json_object_get(question, "sources"), json_string(sources[i]));
	line = question == NULL ? NULL : json_dumps(question, JSON_COMPACT);
	if (line == NULL)
		die("out of memory");
	buf_puts(out, line);
	buf_putc(out, '\n');
	free(line);
	json_decref(question);
}

static int send_all(int fd, struct slice text, struct error *err)
{
	while (text.len > 0) {
		ssize_t len = send(fd, text.at, text.len, MSG_NOSIGNAL);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return error_set(err, "the daemon does not listen: %s", strerror(errno));
		text = slice_skip(text, (size_t)len);
	}
	return 0;
}

static int receive_line(int fd, struct buf *in, struct error *err)
{
	while (slice_find_byte(buf_slice(in), '\n') == in->len) {
		char some[4096];
		ssize_t len = recv(fd, some, sizeof some, 0);

		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return error_set(err, "the daemon does not answer: %s",
				errno == EAGAIN ? "out of time" : strerror(errno));
		if (len == 0)
			return error_set(err, "the daemon closed without an answer");
		buf_put(in, some, (size_t)len);
		if (in->full)
			return error_set(err, "the daemon's answer is too long");
	}
	return 0;
}

/* 0 or 1 as control_ask has it. */
static int read_answer(struct slice line, struct buf *text_out, struct error *err)
{
	json_t *root = json_loadb(line.at, line.len, 0, NULL);
	const char *message = NULL, *error = NULL;
	int ok = 0;
	int failed = json_unpack(
		root, "{s:b, s?s, s?s}", "ok", &ok, "message", &message, "error", &error);

	if (failed == 0)
		buf_puts(text_out, ok ? (message != NULL ? message : "")
				      : (error != NULL ? error : "no reason given"));
	else
		error_set(err, "the daemon's answer is none");
	json_decref(root);
	if (failed != 0)
		return -1;
	return ok ? 0 : 1;
}

int control_ask(const char *socket_path, const char *verb, const char *const *sources,
	size_t n_sources, int timeout_s, struct buf *text_out, struct error *err)
{
	struct buf out, in;
	int fd = dial(socket_path, timeout_s, err), result = -1;

	if (fd < 0)
		return -1;
	buf_init(&out, LIMIT_CONTROL_BYTES);
	buf_init(&in, ANSWER_BYTES);
	put_question(&out, verb, sources, n_sources);
	if (out.full)
		error_set(err, "too many sources are named at once");
	else if (send_all(fd, buf_slice(&out), err) == 0 && receive_line(fd, &in, err) == 0)
		result = read_answer(buf_slice(&in), text_out, err);
	buf_clear(&out);
	buf_clear(&in);
	close(fd);
	return result;
}
