/*
 * publisher.c - the main of the publisher: server to route to read to render
 *
 * Reads the store, serves the sockets that it was given, and can do nothing else.
 */
#include "tributaryd/roles.h"

#include "base/arena.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/url.h"
#include "conf/conf.h"
#include "ipc/channel.h"
#include "proc/sandbox.h"
#include "publish/site.h"
#include "tributaryd/handed.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DOORS_MOST   SPAWN_FDS
#define OPEN_TRIES   20  /* for the store, that the poller may be making just now … */
#define OPEN_STEP_MS 100 /* … so long apart */
#define END_TRIES    40  /* for answers on their way … */
#define END_STEP_S   0.05

struct publisher {
	struct ev_loop *loop;
	struct channel *channel;
	struct site *site;
	struct server *server;
	struct server_door doors[DOORS_MOST];
	size_t n_doors;
	ev_io bell;
	ev_timer end;
	int end_tries;
};

/* What readers see: as configured, else the first TCP socket's, else localhost. */
static struct slice base_url_of(const struct conf *c, struct arena *a)
{
	struct slice url = c->base_url;
	struct buf text;

	while (slice_ends(url, "/"))
		url = slice_head(url, url.len - 1);
	if (url.len > 0)
		return url;
	for (size_t i = 0; i < c->n_listen; i++) {
		if (c->listen[i].kind != CONF_LISTEN_TCP)
			continue;
		buf_init(&text, 256);
		buf_printf(
			&text, "http://%.*s:%d", SLICE_ARG(c->listen[i].host), c->listen[i].port);
		url = slice_copy(a, buf_slice(&text));
		buf_clear(&text);
		return url;
	}
	return SLICE("http://localhost");
}

static void set_hosts(struct publisher *p, const struct conf *c, struct slice base, struct arena *a)
{
	struct slice *hosts = arena_array(a, c->hosts.n + 1, sizeof *hosts);
	struct url_parts parts;
	size_t n = 0;

	for (size_t i = 0; i < c->hosts.n; i++)
		hosts[n++] = c->hosts.at[i];
	if (url_split(a, base, &parts))
		hosts[n++] = parts.host;
	server_accept_hosts(p->server, hosts, n);
}

static void configure(struct publisher *p, const struct conf *c)
{
	struct arena a = {0};
	struct view *views = arena_array(&a, c->n_views, sizeof *views);
	struct topic_name *topics = arena_array(&a, c->n_topics, sizeof *topics);
	struct site_conf site = {.title = c->title.len > 0 ? c->title : SLICE("tributary"),
		.base_url = base_url_of(c, &a),
		.views = views,
		.n_views = c->n_views,
		.timezone = c->timezone,
		.topics = topics,
		.n_topics = c->n_topics};

	for (size_t i = 0; i < c->n_topics; i++) {
		struct slice name = c->topics[i].name, title = c->topics[i].title;

		topics[i] = (struct topic_name){name, title.len > 0 ? title : name};
	}
	for (size_t i = 0; i < c->n_views; i++) {
		const struct conf_view *v = &c->views[i];

		views[i] = (struct view){.name = v->name,
			.title = v->title,
			.sources = v->sources.at,
			.n_sources = v->sources.n,
			.tags = v->tags.at,
			.n_tags = v->tags.n,
			.langs = v->langs.at,
			.n_langs = v->langs.n,
			.topics = v->topics.at,
			.n_topics = v->topics.n,
			.q = v->q,
			.one_per_story = slice_is(v->stories, "one"),
			.limit = v->limit};
	}
	site_configure(p->site, &site);
	set_hosts(p, c, site.base_url, &a);
	arena_clear(&a);
}

static void take_configuration(struct publisher *p, const struct message *m)
{
	struct error err = {""};
	struct conf *c = m->n_fds == 1 ? handed_conf(m->fds[0], &err) : NULL;

	if (c != NULL)
		configure(p, c);
	else
		log_event(LOG_ERROR, "publish.conf", "error=%s", log_safe(slice_of(err.text)));
	conf_free(&c);
}

/* Ends when what is being sent has gone out, or has had two seconds to. */
static void on_end(struct ev_loop *loop, ev_timer *w, int revents)
{
	struct publisher *p = w->data;

	(void)revents;
	if (!server_is_answering(p->server) || ++p->end_tries > END_TRIES)
		ev_break(loop, EVBREAK_ALL);
}

static void begin_end(struct publisher *p)
{
	server_close_doors(p->server);
	if (!ev_is_active(&p->end))
		ev_timer_start(p->loop, &p->end);
}

static void on_message(void *data, struct message *m)
{
	struct publisher *p = data;

	if (m->kind == MESSAGE_CONFIG)
		take_configuration(p, m);
	else if (m->kind == MESSAGE_QUIT)
		begin_end(p);
	for (size_t i = 0; i < m->n_fds; i++)
		close(m->fds[i]);
}

static void on_ended(void *data, enum channel_end how)
{
	struct publisher *p = data;

	(void)how;
	channel_free(&p->channel);
	begin_end(p);
}

static void on_bell(struct ev_loop *loop, ev_io *w, int revents)
{
	struct publisher *p = w->data;
	uint64_t rings;

	(void)loop, (void)revents;
	if (read(ROLE_FD_DOORBELL, &rings, sizeof rings) == (ssize_t)sizeof rings) {
		site_ring(p->site);
		server_ring(p->server);
	}
}

/* The listening sockets stand from ROLE_FD_LISTEN on, and nothing behind them. */
static void find_doors(struct publisher *p)
{
	for (int fd = ROLE_FD_LISTEN; p->n_doors < DOORS_MOST; fd++) {
		struct sockaddr_storage at = {0};
		socklen_t len = sizeof at;

		if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
			return;
		p->doors[p->n_doors++] =
			(struct server_door){.fd = fd, .is_tcp = at.ss_family != AF_UNIX};
	}
}

/* The poller makes the store at its first start; where it takes longer we begin without. */
static void wait_for_store(struct publisher *p)
{
	static const struct timespec step = {.tv_nsec = OPEN_STEP_MS * 1000000L};
	struct error err = {""};

	for (int i = 0; i < OPEN_TRIES; i++) {
		if (site_open(p->site, &err))
			return;
		nanosleep(&step, NULL);
	}
	log_event(LOG_WARNING, "publish.store", "error=%s", log_safe(slice_of(err.text)));
}

/* What libcrypto looks for at its first use, it cannot look for in the jail. */
static void warm_up(void)
{
	char text[UUID_TEXT_BYTES];
	const struct slice part = SLICE("warm");

	(void)digest_bytes(part);
	(void)digest_uuid5(text, &part, 1);
}

static int begin(struct publisher *p, struct error *err)
{
	static const struct channel_events events = {on_message, on_ended};
	const struct message hello = {.kind = MESSAGE_HELLO};
	struct arena a = {0};
	struct conf *c = handed_conf(ROLE_FD_CONF, err);
	const char *state;
	int jailed;

	if (c == NULL)
		return -1;
	state = slice_string(&a, c->state);
	p->site = site_new(state);
	find_doors(p);
	p->server = server_new(p->loop, p->doors, p->n_doors,
		&(const struct server_site){p->site, site_answer, site_event, site_newest_event},
		err);
	if (p->server != NULL)
		configure(p, c);
	conf_free(&c);
	close(ROLE_FD_CONF);
	warm_up();
	wait_for_store(p);
	jailed = p->server == NULL ? -1 : sandbox_enter(SANDBOX_PUBLISHER, state, NULL, err);
	arena_clear(&a);
	if (jailed < 0)
		return -1;
	p->channel =
		channel_new(p->loop, ROLE_FD_CHANNEL, ROLE_PUBLISHER, ROLE_SUPERVISOR, &events, p);
	return channel_send(p->channel, &hello) < 0 ? error_set(err, "the supervisor is gone") : 0;
}

static void watch(struct publisher *p)
{
	(void)fcntl(ROLE_FD_DOORBELL, F_SETFL, O_NONBLOCK);
	ev_io_init(&p->bell, on_bell, ROLE_FD_DOORBELL, EV_READ);
	ev_timer_init(&p->end, on_end, 0., END_STEP_S);
	p->bell.data = p->end.data = p;
	ev_io_start(p->loop, &p->bell);
}

int publisher_main(void)
{
	struct publisher p = {.loop = ev_default_loop(0)};
	struct error err = {""};
	int status = EXIT_WELL;

	if (p.loop == NULL)
		die("libev does not start");
	watch(&p);
	if (begin(&p, &err) == 0) {
		ev_run(p.loop, 0);
	} else {
		log_event(LOG_ERROR, "publish.start", "error=%s", log_safe(slice_of(err.text)));
		status = EXIT_START;
	}
	channel_free(&p.channel);
	server_free(&p.server);
	site_free(&p.site);
	return status;
}
