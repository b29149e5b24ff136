/*
 * supervisor.c - starts, watches, restarts and stops
 *
 *  poller --HELLO--> publisher --HELLO--> READY=1
 *
 * It reads the configuration, binds the sockets, owns the pids and speaks to systemd; it never
 * touches the network, the store or a stranger's byte.  A role that ends is started again, later
 * each time (proc/restart.h); one that cannot begin at all ends the start.
 */
#include "config.h"

#include "tributaryd/supervisor.h"
#include "base/log.h"
#include "conf/conf.h"
#include "proc/sandbox.h"
#include "tributaryd/folder.h"
#include "tributaryd/notify.h"
#include "tributaryd/roles.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#define STOP_S   4.  /* from QUIT to SIGKILL: systemd and people wait for five */
#define STRIKE_S 15. /* two of them without PROGRESS: the poller hangs */

/* --- what the poller and the publisher say */

static void on_progress(struct supervisor *s)
{
	s->strikes = 0;
	ev_timer_again(s->loop, &s->strike);
	if (s->has_watchdog)
		notify_progress();
}

/* Twice, since after a stop of the whole machine its words may lie unread. */
static void on_strike(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct supervisor *s = w->data;

	(void)loop, (void)revents;
	if (s->poller.hello_at <= 0 || ++s->strikes < 2)
		return;
	s->strikes = 0;
	log_event(LOG_ERROR, "role.stuck", "role=poller it makes no progress and is killed");
	child_kill(&s->poller.child);
}

static void become_ready(struct supervisor *s)
{
	s->is_ready = true;
	log_event(LOG_NOTICE, "daemon.ready", "sources=%zu", s->conf->n_sources);
	notify_ready(s->conf->n_sources);
}

static void on_hello(struct role *r)
{
	struct supervisor *s = r->of;

	r->hello_at = ev_now(s->loop);
	r->has_served = true;
	if (r == &s->poller && !s->once && s->publisher.child.pid == 0 &&
		!s->publisher.has_served && !s->is_stopping)
		role_start(&s->publisher);
	if (!s->is_ready && s->poller.has_served && s->publisher.has_served)
		become_ready(s);
}

static void on_message(void *data, struct message *m)
{
	struct role *r = data;

	switch (m->kind) {
	case MESSAGE_HELLO:
		on_hello(r);
		break;
	case MESSAGE_WORKER:
		parser_give(r->of);
		break;
	case MESSAGE_KILL:
		parser_kill(r->of, m->id);
		break;
	case MESSAGE_PROGRESS:
		on_progress(r->of);
		break;
	case MESSAGE_RELOAD:
		conf_reload(r->of, m->id);
		break;
	case MESSAGE_CONFIG:
	case MESSAGE_RELOADED:
	case MESSAGE_PARSE:
	case MESSAGE_PARSED:
	case MESSAGE_REFUSED:
	case MESSAGE_QUIT:
	case MESSAGE_KINDS:
		break; /* message_get lets none of them through from a role */
	}
	for (size_t i = 0; i < m->n_fds; i++)
		close(m->fds[i]);
}

/* Its end will follow; where it does not, we help. */
static void on_channel_ended(void *data, enum channel_end how)
{
	struct role *r = data;

	channel_free(&r->channel);
	if (how == CHANNEL_BROKEN) {
		log_event(LOG_ERROR, "role.broke_rules", "role=%s it is killed", r->child.role);
		child_kill(&r->child);
	}
	ev_timer_again(r->of->loop, &r->last_words);
}

const struct channel_events supervisor_hears = {on_message, on_channel_ended};

/* --- the end */

void supervisor_end_if_alone(struct supervisor *s)
{
	if (s->poller.child.pid == 0 && s->publisher.child.pid == 0)
		ev_break(s->loop, EVBREAK_ALL);
}

static void quit_role(struct role *r)
{
	const struct message quit = {.kind = MESSAGE_QUIT};

	ev_timer_stop(r->of->loop, &r->again);
	if (r->channel == NULL || channel_send(r->channel, &quit) < 0)
		child_kill(&r->child);
}

static void kill_all(const struct supervisor *s)
{
	child_kill(&s->poller.child);
	child_kill(&s->publisher.child);
	parser_kill_all(s);
}

static void on_stop_limit(struct ev_loop *loop, ev_timer *w, int revents)
{
	const struct supervisor *s = w->data;

	(void)loop, (void)revents;
	log_event(LOG_WARNING, "daemon.killed", "a role did not end in order");
	kill_all(s);
}

void supervisor_stop(struct supervisor *s, int status)
{
	if (s->is_stopping) {
		kill_all(s); /* asked twice */
		return;
	}
	s->is_stopping = true;
	s->status = status;
	notify_stopping();
	quit_role(&s->poller);
	quit_role(&s->publisher);
	parser_kill_all(s);
	ev_timer_start(s->loop, &s->stop_limit);
	supervisor_end_if_alone(s);
}

static void on_stop_signal(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct supervisor *s = w->data;

	(void)loop, (void)revents;
	log_event(LOG_NOTICE, "daemon.stopping", "signal=%s", sigabbrev_np(w->signum));
	supervisor_stop(s, EXIT_WELL);
}

static void on_hup(struct ev_loop *loop, ev_signal *w, int revents)
{
	struct supervisor *s = w->data;

	(void)loop, (void)revents;
	if (!s->once && !s->is_stopping)
		conf_reload(s, 0);
}

/* --- the beginning */

static bool listen_everywhere(struct supervisor *s, struct error *err)
{
	char **names = NULL;
	int n = sd_listen_fds_with_names(1, &names), given[SOCKETS_HTTP];
	bool good;

	for (int i = 0; i < n && i < SOCKETS_HTTP; i++)
		given[i] = SD_LISTEN_FDS_START + i;
	if (n > SOCKETS_HTTP)
		error_set(err, "systemd gave %d sockets, more than %d", n, SOCKETS_HTTP);
	good = n <= SOCKETS_HTTP && sockets_open(s->first, given, n < 0 ? 0 : (size_t)n, &s->arena,
					    &s->sockets, err) == 0;
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return good;
}

/* The folder, the lock, the sockets, the doorbell.  -1 and `err`: the start ends. */
static int open_all(struct supervisor *s, struct error *err)
{
	const char *state = slice_string(&s->arena, s->first->state);

	umask(0027);
	if (folder_prepare(state, err) < 0)
		return -1;
	s->lock = folder_lock(state, err);
	if (s->lock < 0 || (!s->once && !listen_everywhere(s, err)))
		return -1;
	s->doorbell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (s->doorbell < 0)
		return error_set(err, "no eventfd: %s", strerror(errno));
	return 0;
}

static void wire(struct supervisor *s)
{
	role_init(&s->poller, s, "poller", ROLE_POLLER);
	role_init(&s->publisher, s, "publisher", ROLE_PUBLISHER);
	ev_signal_init(&s->on_term, on_stop_signal, SIGTERM);
	ev_signal_init(&s->on_int, on_stop_signal, SIGINT);
	ev_signal_init(&s->on_hup, on_hup, SIGHUP);
	ev_timer_init(&s->stop_limit, on_stop_limit, STOP_S, 0.);
	ev_init(&s->strike, on_strike);
	s->strike.repeat = STRIKE_S;
	s->on_term.data = s->on_int.data = s->on_hup.data = s;
	s->stop_limit.data = s->strike.data = s;
	ev_signal_start(s->loop, &s->on_term);
	ev_signal_start(s->loop, &s->on_int);
	ev_signal_start(s->loop, &s->on_hup);
	s->has_watchdog = notify_is_watched();
	ev_timer_again(s->loop, &s->strike);
	(void)signal(SIGPIPE, SIG_IGN);
}

static void close_all(struct supervisor *s)
{
	while (s->parsers != NULL) {
		struct parser *p = s->parsers;

		s->parsers = p->next;
		ev_io_stop(s->loop, &p->child.death);
		close(p->child.pidfd);
		free(p);
	}
	sockets_close(&s->sockets);
	if (s->doorbell >= 0)
		close(s->doorbell);
	if (s->lock >= 0)
		close(s->lock);
	if (s->conf != s->first)
		conf_free(&s->conf);
	conf_free(&s->first);
	arena_clear(&s->arena);
	ev_loop_destroy(s->loop);
}

/* A loosened jail must not come into service by a slip. */
static bool may_run_loose(void)
{
	if (!sandbox_is_loose())
		return true;
	log_event(LOG_WARNING, "daemon.loose", "this build loosens its jail: not for production");
	return getenv("NOTIFY_SOCKET") == NULL && getenv("INVOCATION_ID") == NULL;
}

int supervisor_main(const char *conf_path, bool once)
{
	struct supervisor s = {.conf_path = conf_path,
		.once = once,
		.lock = -1,
		.doorbell = -1,
		.sockets = {.control = -1},
		.status = EXIT_START};
	struct error err = {""};

	if (!may_run_loose())
		return EXIT_START;
	s.first = s.conf = conf_load(conf_path, NULL);
	if (s.first == NULL)
		return EXIT_START;
	arena_init(&s.arena);
	s.loop = ev_loop_new(EVFLAG_NOENV);
	if (s.loop == NULL)
		die("no event loop");
	if (open_all(&s, &err) == 0) {
		wire(&s);
		role_start(&s.poller);
		ev_run(s.loop, 0);
	} else {
		log_event(LOG_ERROR, "daemon.start", "%s", err.text);
	}
	close_all(&s);
	return s.status;
}
