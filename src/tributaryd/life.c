/*
 * life.c - roles and parsers: started, mourned, started again
 *
 * Everything that a role is given is closed here at once: a copy of a channel's end would hide
 * its closing.
 */
#include "config.h"

#include "tributaryd/supervisor.h"
#include "base/log.h"
#include "conf/conf.h"
#include "tributaryd/roles.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define LAST_WORDS_S 5. /* from the closing of a channel to SIGKILL */

/* A poller may have some parsers that are dying while it asks for the next. */
#define SPARE_PARSERS 4

/* --- parsers */

static void on_parser_died(struct child *c, int status)
{
	struct parser *p = (struct parser *)(void *)c, **at = &p->of->parsers;
	bool is_odd = status != EXIT_WELL && status != -SIGKILL;

	log_event(is_odd ? LOG_NOTICE : LOG_DEBUG, "role.died", "role=parser id=%" PRIu64 " %s",
		p->id, child_epitaph(status));
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	p->of->n_parsers--;
	free(p);
}

/* A parser with one end of a new channel; the other is the poller's.  -1 and `err`. */
static int start_parser(struct supervisor *s, struct error *err)
{
	struct parser *p;
	int ends[2];

	if (s->n_parsers >= (uint64_t)s->conf->parsers * 2 + SPARE_PARSERS)
		return error_set(err, "there are %" PRIu64 " already", s->n_parsers);
	if (channel_pair(ends, err) < 0)
		return -1;
	p = calloc(1, sizeof *p);
	if (p == NULL)
		die("out of memory");
	*p = (struct parser){.child = {.role = "parser", .loop = s->loop, .died = on_parser_died},
		.of = s,
		.next = s->parsers,
		.id = ++s->next_parser};
	if (child_start(&p->child, NULL, &ends[1], 1, err) < 0) {
		close(ends[0]);
		ends[0] = -1;
		free(p);
	} else {
		log_event(LOG_DEBUG, "role.started", "role=parser id=%" PRIu64 " pid=%d", p->id,
			(int)p->child.pid);
		s->parsers = p;
		s->n_parsers++;
	}
	close(ends[1]);
	return ends[0];
}

void parser_give(struct supervisor *s)
{
	struct message m = {.kind = MESSAGE_WORKER};
	struct error err = {""};
	int end = s->is_stopping ? -1 : start_parser(s, &err);

	if (end < 0 && !s->is_stopping)
		log_event(LOG_WARNING, "role.failed", "role=parser %s", err.text);
	if (end >= 0) {
		m.id = s->next_parser;
		m.fds[0] = end;
		m.n_fds = 1;
	}
	if (channel_send(s->poller.channel, &m) < 0)
		child_kill(&s->poller.child);
	if (end >= 0)
		close(end);
}

void parser_kill(const struct supervisor *s, uint64_t id)
{
	for (const struct parser *p = s->parsers; p != NULL; p = p->next)
		if (p->id == id)
			child_kill(&p->child);
}

void parser_kill_all(const struct supervisor *s)
{
	for (const struct parser *p = s->parsers; p != NULL; p = p->next)
		child_kill(&p->child);
}

/* --- the life of a role */

/* What it finds open, in the order of enum role_fd. */
static size_t role_fds(const struct role *r, int channel, int conf, int *fds)
{
	const struct supervisor *s = r->of;
	size_t n = 0;

	fds[n++] = channel;
	fds[n++] = conf;
	fds[n++] = s->doorbell;
	if (r == &s->poller && !s->once)
		fds[n++] = s->sockets.control;
	for (size_t i = 0; r == &s->publisher && i < s->sockets.n_http; i++)
		fds[n++] = s->sockets.http[i];
	return n;
}

static int try_role(struct role *r, struct error *err)
{
	struct supervisor *s = r->of;
	int fds[SPAWN_FDS], ends[2], conf, started;
	uint64_t bytes;

	if (channel_pair(ends, err) < 0)
		return -1;
	conf = conf_seal(s, &bytes, err);
	started = conf < 0 ? -1
			   : child_start(&r->child, s->once ? "--once" : NULL, fds,
				     role_fds(r, ends[1], conf, fds), err);
	if (conf >= 0)
		close(conf);
	close(ends[1]);
	if (started < 0)
		close(ends[0]);
	else
		r->channel =
			channel_new(s->loop, ends[0], ROLE_SUPERVISOR, r->as, &supervisor_hears, r);
	return started;
}

static void start_later(struct role *r, double served_s)
{
	ev_timer_set(&r->again, restart_after_ms(&r->past, served_s) / 1000., 0.);
	ev_timer_start(r->of->loop, &r->again);
}

/* 0: it never said HELLO; a clock that was put back shows as the shortest service. */
static double served_for(const struct role *r)
{
	double served_s = ev_now(r->of->loop) - r->hello_at;

	if (r->hello_at <= 0)
		return 0;
	return served_s > 0.001 ? served_s : 0.001;
}

void role_start(struct role *r)
{
	struct error err = {""};

	ev_timer_stop(r->of->loop, &r->again);
	r->hello_at = 0;
	if (try_role(r, &err) < 0) {
		log_event(LOG_ERROR, "role.failed", "role=%s %s", r->child.role, err.text);
		start_later(r, 0);
		return;
	}
	log_event(LOG_NOTICE, "role.started", "role=%s pid=%d", r->child.role, (int)r->child.pid);
}

static void on_again(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop, (void)revents;
	role_start(w->data);
}

static void on_role_died(struct child *c, int status)
{
	struct role *r = (struct role *)(void *)c;
	struct supervisor *s = r->of;
	bool is_expected = s->is_stopping || (s->once && status >= 0 && status != EXIT_CRASH);
	double served_s = served_for(r);

	log_event(is_expected ? LOG_INFO : LOG_ERROR, "role.died", "role=%s %s", c->role,
		child_epitaph(status));
	channel_free(&r->channel);
	ev_timer_stop(s->loop, &r->last_words);
	r->hello_at = 0;
	if (r == &s->poller) {
		s->strikes = 0;
		parser_kill_all(s); /* what they read was for this poller */
	}
	/* It was told to end before all that was due was asked. */
	if (s->is_stopping && s->once && r == &s->poller && status == EXIT_SOURCE_FAILED)
		s->status = status;
	if (s->is_stopping)
		supervisor_end_if_alone(s);
	else if (s->once)
		supervisor_stop(s, status >= 0 ? status : EXIT_CRASH);
	else if (status == EXIT_START && !r->has_served)
		supervisor_stop(s, EXIT_START);
	else
		start_later(r, served_s);
}

static void on_last_words(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct role *r = w->data;

	(void)loop, (void)revents;
	child_kill(&r->child);
}

void role_init(struct role *r, struct supervisor *s, const char *name, enum message_role as)
{
	r->of = s;
	r->as = as;
	r->child = (struct child){.role = name, .pidfd = -1, .loop = s->loop, .died = on_role_died};
	ev_timer_init(&r->again, on_again, 0., 0.);
	ev_init(&r->last_words, on_last_words);
	r->last_words.repeat = LAST_WORDS_S;
	r->again.data = r->last_words.data = r;
}
