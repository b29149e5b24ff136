/*
 * roles.c - a poller, a parser and a publisher that do as they are told
 *
 * For tests of the supervisor.  The poller takes its orders on the control socket, one a question
 * (die, exit, hang, parser, kill, reload, rubbish, conf); the publisher answers each connection
 * with one line, its pid and the configured title, and dies of a "die" said to it.  A title that
 * begins with "start:" makes the poller end before HELLO with the status that follows, "read:" the
 * publisher.
 */
#include "config.h"

#include "base/arena.h"
#include "base/log.h"
#include "conf/conf.h"
#include "ipc/channel.h"
#include "ipc/control.h"
#include "tributaryd/handed.h"
#include "tributaryd/roles.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
	struct ev_loop *loop;
	struct channel *supervisor;
	struct control *control;
	struct conf *conf;
	uint64_t asked, parser;
	int parser_fd;
	bool is_silent, is_deaf;
	int status;
} me = {.parser_fd = -1};

static void say(enum message_kind kind, uint64_t id)
{
	channel_send(me.supervisor, &(struct message){.kind = kind, .id = id});
}

static void answer(uint64_t id, unsigned long value, struct slice text)
{
	char line[512];
	int len = snprintf(line, sizeof line, "%lu %.*s", value, SLICE_ARG(text));

	control_answer(me.control, id, true, slice_from(line, (size_t)len));
}

static void on_parser(struct message *m)
{
	me.parser = m->id;
	me.parser_fd = m->n_fds == 1 ? m->fds[0] : -1;
	answer(me.asked, m->id, SLICE_NONE);
}

static void on_message(void *data, struct message *m)
{
	(void)data;
	if (m->kind == MESSAGE_QUIT && !me.is_deaf)
		ev_break(me.loop, EVBREAK_ALL);
	if (m->kind == MESSAGE_CONFIG) {
		conf_free(&me.conf);
		me.conf = handed_conf(m->fds[0], NULL);
		close(m->fds[0]);
	}
	if (m->kind == MESSAGE_WORKER)
		on_parser(m);
	if (m->kind == MESSAGE_RELOADED)
		control_answer(me.control, m->id, m->number == 0, m->parts[0]);
}

static void on_ended(void *data, enum channel_end how)
{
	(void)data, (void)how;
	_exit(EXIT_CRASH);
}

/* How many descriptors are open beyond those that a role is given. */
static unsigned long count_fds(void)
{
	unsigned long n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void on_question(void *data, const struct control_question *q)
{
	(void)data;
	me.asked = q->id;
	if (slice_is(q->verb, "die"))
		raise(SIGKILL);
	else if (slice_is(q->verb, "exit"))
		_exit(EXIT_START);
	else if (slice_is(q->verb, "rubbish"))
		(void)!write(ROLE_FD_CHANNEL, "rubbish", 7);
	else if (slice_is(q->verb, "parser"))
		say(MESSAGE_WORKER, 0);
	else if (slice_is(q->verb, "kill"))
		say(MESSAGE_KILL, me.parser);
	else if (slice_is(q->verb, "reload"))
		say(MESSAGE_RELOAD, q->id);
	else if (slice_is(q->verb, "silence"))
		me.is_silent = true;
	else if (slice_is(q->verb, "deaf"))
		me.is_deaf = true;
	else if (slice_is(q->verb, "fds"))
		answer(q->id, count_fds(), SLICE_NONE);
	else if (slice_is(q->verb, "conf"))
		answer(q->id, (unsigned long)getpid(), me.conf->title);
	if (slice_is(q->verb, "silence") || slice_is(q->verb, "deaf") || slice_is(q->verb, "kill"))
		answer(q->id, 0, SLICE_NONE);
}

static void on_tick(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop, (void)w, (void)revents;
	if (!me.is_silent)
		say(MESSAGE_PROGRESS, 1);
}

static void begin(enum message_role role)
{
	static const struct channel_events events = {on_message, on_ended};

	me.loop = ev_loop_new(EVFLAG_NOENV);
	me.conf = handed_conf(ROLE_FD_CONF, NULL);
	close(ROLE_FD_CONF);
	if (me.conf == NULL)
		_exit(EXIT_CRASH);
	if (role == ROLE_POLLER && slice_starts(me.conf->title, "start:"))
		_exit(me.conf->title.at[6] - '0');
	if (role == ROLE_PUBLISHER && slice_starts(me.conf->title, "read:"))
		_exit(me.conf->title.at[5] - '0');
	me.supervisor = channel_new(me.loop, ROLE_FD_CHANNEL, role, ROLE_SUPERVISOR, &events, NULL);
	say(MESSAGE_HELLO, 0);
}

int poller_main(bool once)
{
	ev_timer tick;

	begin(ROLE_POLLER);
	if (once)
		return slice_is(me.conf->title, "fails") ? EXIT_SOURCE_FAILED : EXIT_WELL;
	me.control = control_open(me.loop, ROLE_FD_CONTROL, on_question, NULL);
	ev_timer_init(&tick, on_tick, 0.05, 0.2);
	ev_timer_start(me.loop, &tick);
	ev_run(me.loop, 0);
	return EXIT_WELL;
}

int parser_main(void)
{
	char byte;

	/* Until the poller goes. */
	return read(ROLE_FD_CHANNEL, &byte, 1) == 0 ? EXIT_WELL : EXIT_CRASH;
}

static void on_reader(struct ev_loop *loop, ev_io *w, int revents)
{
	int fd = accept(w->fd, NULL, NULL);
	char line[600], said[4] = "";
	int len = snprintf(line, sizeof line, "%d %d %lu %.*s\n", (int)getpid(),
		w->fd - (int)ROLE_FD_LISTEN, count_fds(), SLICE_ARG(me.conf->title));

	(void)loop, (void)revents;
	if (fd < 0)
		return;
	if (recv(fd, said, 3, MSG_DONTWAIT) == 3 && memcmp(said, "die", 3) == 0)
		raise(SIGUSR1);
	(void)!write(fd, line, (size_t)len);
	close(fd);
}

int publisher_main(void)
{
	static ev_io readers[32];

	begin(ROLE_PUBLISHER);
	for (int i = 0; fcntl(ROLE_FD_LISTEN + i, F_GETFD) >= 0 && i < 32; i++) {
		int is_listening = 0;
		socklen_t len = sizeof is_listening;

		if (getsockopt(ROLE_FD_LISTEN + i, SOL_SOCKET, SO_ACCEPTCONN, &is_listening, &len) <
				0 ||
			!is_listening)
			continue;
		ev_io_init(&readers[i], on_reader, ROLE_FD_LISTEN + i, EV_READ);
		ev_io_start(me.loop, &readers[i]);
	}
	ev_run(me.loop, 0);
	return EXIT_WELL;
}
