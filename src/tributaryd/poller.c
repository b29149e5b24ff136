/*
 * poller.c - the main of the poller: it wires the loop, the network, the parsers and the store
 *
 * The only process that speaks to the network of its own accord, and the only writer.  What it
 * decides is decided in polling.c.
 */
#include "tributaryd/roles.h"

#include "base/arena.h"
#include "base/digest.h"
#include "base/log.h"
#include "conf/conf.h"
#include "ipc/channel.h"
#include "ipc/control.h"
#include "poll/domain.h"
#include "poll/fetch.h"
#include "proc/sandbox.h"
#include "store/write.h"
#include "tributaryd/answering.h"
#include "tributaryd/handed.h"
#include "tributaryd/polling.h"
#include "tributaryd/stories.h"
#include "tributaryd/topics.h"
#include "tributaryd/upkeep.h"
#include "tributaryd/workers.h"

#include "config.h"

#include <ev.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_S   2.
#define KEEP_S       20. /* between slices of idle work … */
#define KEEP_MORE_S  .05 /* … where there is more to do */
#define PUT_OFF_MOST 20  /* times that polls in hand put it off */

struct poller {
	struct ev_loop *loop;
	bool once;
	struct conf *conf, *wanted; /* wanted: not in force yet, for the store failed */
	struct channel *supervisor;
	struct store_writer *store;
	struct fetcher *fetcher;
	struct workers *workers;
	struct stories *stories;
	struct topics *topics;
	struct polling *polling;
	struct control *control;
	struct answering answering;
	ev_prepare turn;
	ev_timer wake, progress, keep;
	int put_off; /* idle work, so often in a row */
	uint64_t turns;
	struct error refused; /* why the newest configuration is not in force; "" where it is */
	int status;
};

static int64_t now_ms(void *data)
{
	struct poller *p = data;

	return (int64_t)(ev_now(p->loop) * 1000.);
}

static void end(struct poller *p, int status)
{
	p->status = status;
	ev_break(p->loop, EVBREAK_ALL);
}

/* --- the doorbell */

static void on_committed(void *data)
{
	struct poller *p = data;
	const uint64_t one = 1;

	if (p->once)
		return;
	/* A full counter means that nobody has listened yet: the bell rings already. */
	if (write(ROLE_FD_DOORBELL, &one, sizeof one) < 0)
		log_event(LOG_DEBUG, "poller.doorbell", "it rings already");
}

/* --- the supervisor */

static void say(struct poller *p, const struct message *m)
{
	if (channel_send(p->supervisor, m) < 0)
		end(p, EXIT_CRASH);
}

static void want_parser(void *data)
{
	const struct message m = {.kind = MESSAGE_WORKER};

	say(data, &m);
}

static void kill_parser(void *data, uint64_t id)
{
	const struct message m = {.kind = MESSAGE_KILL, .id = id};

	say(data, &m);
}

/* The rules first: they may be refused, and then nothing has changed. */
static int apply(struct poller *p, const struct conf *c, struct error *err)
{
	if (polling_commit(p->polling) < 0)
		return error_set(err, "the store is failing; the log says how");
	if (topics_configure(p->topics, c, err) < 0)
		return -1;
	return polling_configure(p->polling, c, err);
}

static void keep_in(struct poller *p, double seconds)
{
	ev_timer_stop(p->loop, &p->keep);
	ev_timer_set(&p->keep, seconds, 0.);
	ev_timer_start(p->loop, &p->keep);
}

/* Puts the newest configuration in force; while the store fails it is tried again. */
static void take_conf(struct poller *p)
{
	if (p->wanted == NULL || apply(p, p->wanted, &p->refused) < 0) {
		log_event(LOG_ERROR, "poller.configuration", "%s", p->refused.text);
		return;
	}
	workers_configure(p->workers, (int)p->wanted->parsers);
	conf_free(&p->conf);
	p->conf = p->wanted;
	p->wanted = NULL;
	p->refused = (struct error){""};
	keep_in(p, KEEP_MORE_S); /* the rules of topics may have changed */
}

static void configure(struct poller *p, int fd)
{
	conf_free(&p->wanted);
	p->wanted = handed_conf(fd, &p->refused);
	take_conf(p);
}

/* It follows the configuration that was read: whether that is in force was seen above. */
static void reloaded(struct poller *p, const struct message *m)
{
	struct slice text = m->n_parts > 0 ? m->parts[0] : SLICE_NONE;
	bool is_read = m->number == 0, is_taken = p->refused.text[0] == '\0';

	if (is_read && !is_taken)
		text = slice_of(p->refused.text);
	if (p->control != NULL)
		control_answer(p->control, m->id, is_read && is_taken, text);
}

static void on_message(void *data, struct message *m)
{
	struct poller *p = data;

	switch (m->kind) {
	case MESSAGE_CONFIG:
		if (m->n_fds == 1)
			configure(p, m->fds[0]);
		break;
	case MESSAGE_WORKER:
		workers_arrived(p->workers, m->id, m->n_fds == 1 ? m->fds[0] : -1);
		return;
	case MESSAGE_RELOADED:
		reloaded(p, m);
		break;
	case MESSAGE_QUIT:
		end(p, p->once && !polling_is_idle(p->polling) ? EXIT_SOURCE_FAILED : EXIT_WELL);
		break;
	case MESSAGE_HELLO:
	case MESSAGE_KILL:
	case MESSAGE_PROGRESS:
	case MESSAGE_RELOAD:
	case MESSAGE_PARSE:
	case MESSAGE_PARSED:
	case MESSAGE_REFUSED:
	case MESSAGE_KINDS:
		break;
	}
	for (size_t i = 0; i < m->n_fds; i++)
		close(m->fds[i]);
}

/* Without a supervisor there is nobody to serve. */
static void on_ended(void *data, enum channel_end how)
{
	(void)how;
	end(data, EXIT_CRASH);
}

/* --- the admin */

static void ask_reload(void *data, uint64_t id)
{
	const struct message m = {.kind = MESSAGE_RELOAD, .id = id};

	say(data, &m);
}

/* --- the loop */

/* What came is indexed, a slice a turn; then this run has done its work. */
static void finish_once(struct poller *p)
{
	struct error err = {""};
	bool visible, more = false;

	if (store_write_search(p->store, &visible, &more, &err) < 0)
		log_event(LOG_ERROR, "store.failed", "%s", err.text);
	if (!more) {
		end(p, polling_has_failed(p->polling) ? EXIT_SOURCE_FAILED : EXIT_WELL);
		return;
	}
	ev_timer_stop(p->loop, &p->wake);
	ev_timer_set(&p->wake, 0., 0.);
	ev_timer_start(p->loop, &p->wake);
}

/* Before each wait: start what is due, and see when to look again. */
static void on_turn(struct ev_loop *loop, ev_prepare *w, int revents)
{
	struct poller *p = w->data;
	int64_t next = polling_turn(p->polling);
	double in = next == INT64_MAX ? 60. : (double)(next - now_ms(p)) / 1000.;

	(void)revents;
	p->turns++;
	ev_timer_stop(loop, &p->wake);
	ev_timer_set(&p->wake, in > 0. ? (in < 60. ? in : 60.) : 0., 0.);
	ev_timer_start(loop, &p->wake);
	if (p->once && polling_is_idle(p->polling))
		finish_once(p);
}

static void on_wake(struct ev_loop *loop, ev_timer *w, int revents)
{
	(void)loop, (void)w, (void)revents;
}

static void on_progress(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct poller *p = w->data;
	const struct message m = {.kind = MESSAGE_PROGRESS, .id = p->turns};

	(void)loop, (void)revents;
	/* Another start moves the damaged store aside and puts a backup in its place. */
	if (store_write_is_damaged(p->store))
		end(p, EXIT_CRASH);
	else if (polling_is_well(p->polling))
		say(p, &m);
}

/* Idle work waits for a pause between polls, but not for ever. */
static bool may_keep(struct poller *p)
{
	if (!polling_is_idle(p->polling) && ++p->put_off < PUT_OFF_MOST)
		return false;
	p->put_off = 0;
	return polling_commit(p->polling) == 0;
}

static void on_keep(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct poller *p = w->data;
	const struct upkeep work = {
		.store = p->store, .topics = p->topics, .keep_backups = p->conf->keep_backups};
	struct error err = {""};
	bool more = p->put_off > 0, visible = false;

	(void)revents;
	if (p->wanted != NULL)
		take_conf(p);
	if (!may_keep(p))
		more = true;
	else if (upkeep_slice(&work, (instant)ev_now(loop), &visible, &more, &err) < 0)
		log_event(LOG_ERROR, "store.failed", "%s", err.text);
	if (visible)
		on_committed(p);
	keep_in(p, more ? KEEP_MORE_S : KEEP_S);
}

static void start_timers(struct poller *p)
{
	ev_init(&p->wake, on_wake);
	p->wake.data = p;
	ev_prepare_init(&p->turn, on_turn);
	p->turn.data = p;
	ev_prepare_start(p->loop, &p->turn);
	ev_timer_init(&p->progress, on_progress, 0., PROGRESS_S);
	p->progress.data = p;
	ev_timer_start(p->loop, &p->progress);
	ev_timer_init(&p->keep, on_keep, KEEP_S, 0.);
	p->keep.data = p;
	ev_timer_start(p->loop, &p->keep);
}

/* --- the beginning */

static int open_fetcher(struct poller *p, struct error *err)
{
	struct buf agent;
	struct fetch_options o = {.connections = (int)p->conf->connections};

	buf_init(&agent, 512);
	polling_agent(p->conf, &agent);
	o.user_agent = buf_slice(&agent);
	p->fetcher = fetch_open(p->loop, &o, err);
	buf_clear(&agent);
	return p->fetcher == NULL ? -1 : 0;
}

/* What needs files or may fail, before the jail.  0, or the exit status. */
static int open_all(struct poller *p, struct arena *a, struct error *err)
{
	p->conf = handed_conf(ROLE_FD_CONF, err);
	if (p->conf == NULL || open_fetcher(p, err) < 0)
		return EXIT_START;
	close(ROLE_FD_CONF);
	switch (store_write_open(slice_string(a, p->conf->state), domain_of, &p->store, err)) {
	case STORE_OPEN_OK:
		break;
	case STORE_OPEN_REFUSED:
		return EXIT_START;
	case STORE_OPEN_FAILED:
		return EXIT_CRASH;
	}
	if (sandbox_enter(SANDBOX_POLLER, slice_string(a, p->conf->state), NULL, err) < 0)
		return EXIT_START;
	return EXIT_WELL;
}

static void open_control(struct poller *p)
{
	p->control = control_open(p->loop, ROLE_FD_CONTROL, answering_on_question, &p->answering);
	p->answering = (struct answering){.control = p->control,
		.polling = p->polling,
		.stories = p->stories,
		.now_ms = now_ms,
		.committed = on_committed,
		.reload = ask_reload,
		.data = p};
}

static int wire(struct poller *p, struct error *err)
{
	static const struct channel_events events = {.message = on_message, .ended = on_ended};
	const struct workers_needs needs = {.want = want_parser, .kill = kill_parser, .data = p};
	struct polling_setup setup = {.store = p->store,
		.fetcher = p->fetcher,
		.now_ms = now_ms,
		.committed = on_committed,
		.data = p,
		.once = p->once};

	p->supervisor =
		channel_new(p->loop, ROLE_FD_CHANNEL, ROLE_POLLER, ROLE_SUPERVISOR, &events, p);
	p->workers = workers_open(p->loop, (int)p->conf->parsers, &needs);
	digest_random(&setup.seed, sizeof setup.seed);
	setup.workers = p->workers;
	setup.stories = p->stories = stories_open(p->store, setup.seed);
	setup.topics = p->topics = topics_open(p->store);
	p->polling = polling_open(&setup);
	if (!p->once)
		open_control(p);
	return apply(p, p->conf, err);
}

static void close_all(struct poller *p)
{
	polling_close(&p->polling);
	stories_close(&p->stories);
	topics_close(&p->topics);
	workers_close(&p->workers);
	fetch_close(&p->fetcher);
	control_close(&p->control);
	store_write_close(&p->store);
	channel_free(&p->supervisor);
	conf_free(&p->wanted);
	conf_free(&p->conf);
	ev_loop_destroy(p->loop);
}

int poller_main(bool once)
{
	struct poller p = {.once = once, .status = EXIT_CRASH};
	const struct message hello = {.kind = MESSAGE_HELLO};
	struct error err = {""};
	struct arena a;

	mallopt(M_ARENA_MAX, 1);
	tzset();
	arena_init(&a);
	p.loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	if (p.loop == NULL)
		die("no event loop");
	p.status = open_all(&p, &a, &err);
	if (p.status == EXIT_WELL && wire(&p, &err) < 0)
		p.status = EXIT_CRASH;
	if (p.status == EXIT_WELL) {
		say(&p, &hello);
		start_timers(&p);
		ev_run(p.loop, 0);
	} else {
		log_event(LOG_ERROR, "poller.start", "%s", err.text);
	}
	arena_clear(&a);
	close_all(&p);
	return p.status;
}
