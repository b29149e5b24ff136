/*
 * fetch_loop.c - see fetch_loop.h
 */
#include "poll/fetch_loop.h"

#include <linux/tcp.h> /* glibc's tcp_info has no tcpi_bytes_received */
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

/* One socket that libcurl wants watched. */
struct watch {
	struct fetch_pool *pool;
	ev_io io;
};

/* The owner of a transfer that ended, or NULL. */
static void *next_ended(struct fetch_pool *pool, CURLcode *code_out)
{
	int left;
	CURLMsg *m;

	while ((m = curl_multi_info_read(pool->multi, &left)) != NULL) {
		char *owner = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		*code_out = m->data.result;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &owner);
		return owner;
	}
	return NULL;
}

static void act(struct fetch_pool *pool, curl_socket_t socket, int what)
{
	CURLcode code = CURLE_OK;
	void *owner;
	int running;

	curl_multi_socket_action(pool->multi, socket, what, &running);
	while ((owner = next_ended(pool, &code)) != NULL)
		pool->ended(owner, code);
}

static void on_socket(struct ev_loop *loop, ev_io *io, int revents)
{
	struct watch *w = io->data;
	int what = 0;

	(void)loop;
	what |= (revents & EV_READ) != 0 ? CURL_CSELECT_IN : 0;
	what |= (revents & EV_WRITE) != 0 ? CURL_CSELECT_OUT : 0;
	act(w->pool, io->fd, what);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int revents)
{
	(void)loop, (void)revents;
	act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* 0 ms is "soon": libcurl must not be called from within its callback. */
static int want_timer(CURLM *multi, long ms, void *data)
{
	struct fetch_pool *pool = data;

	(void)multi;
	ev_timer_stop(pool->loop, &pool->timer);
	if (ms >= 0) {
		ev_timer_set(&pool->timer, (double)ms / 1000., 0.);
		ev_timer_start(pool->loop, &pool->timer);
	}
	return 0;
}

static struct watch *watch_new(struct fetch_pool *pool, curl_socket_t s)
{
	struct watch *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->pool = pool;
	ev_init(&w->io, on_socket);
	w->io.data = w;
	curl_multi_assign(pool->multi, s, w);
	return w;
}

static int want_socket(CURL *easy, curl_socket_t s, int what, void *data, void *socket_data)
{
	struct fetch_pool *pool = data;
	struct watch *w = socket_data;
	int events = ((what & CURL_POLL_IN) != 0 ? EV_READ : 0) |
		     ((what & CURL_POLL_OUT) != 0 ? EV_WRITE : 0);

	char *owner = NULL;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
	if (owner != NULL) /* libcurl closes connections by a handle of its own */
		pool->watched(owner, what == CURL_POLL_REMOVE ? -1 : s);
	if (w != NULL)
		ev_io_stop(pool->loop, &w->io);
	if (what == CURL_POLL_REMOVE) {
		free(w);
		curl_multi_assign(pool->multi, s, NULL);
		return 0;
	}
	if (w == NULL && (w = watch_new(pool, s)) == NULL)
		return -1;
	ev_io_set(&w->io, s, events);
	ev_io_start(pool->loop, &w->io);
	return 0;
}

int fetch_pool_open(struct fetch_pool *pool, struct ev_loop *loop, long kept, fetch_ended *ended,
	fetch_watched *watched)
{
	pool->loop = loop;
	pool->ended = ended;
	pool->watched = watched;
	pool->multi = curl_multi_init();
	if (pool->multi == NULL)
		return -1;
	ev_init(&pool->timer, on_timer);
	pool->timer.data = pool;
	curl_multi_setopt(pool->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(pool->multi, CURLMOPT_SOCKETDATA, pool);
	curl_multi_setopt(pool->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(pool->multi, CURLMOPT_TIMERDATA, pool);
	curl_multi_setopt(pool->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS, kept);
	return 0;
}

bool fetch_is_heavy(struct fetch_weight *w, CURL *easy, uint64_t most)
{
	struct tcp_info info = {0};
	socklen_t len = sizeof info;
	long version = 0;

	curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
	if (version >= CURL_HTTP_VERSION_2_0 || w->socket < 0 ||
		getsockopt(w->socket, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
		return false;
	if (!w->is_known)
		w->before = info.tcpi_bytes_received;
	w->is_known = true;
	return info.tcpi_bytes_received - w->before > most;
}

void fetch_pool_close(struct fetch_pool *pool)
{
	if (pool->multi == NULL)
		return;
	curl_multi_cleanup(pool->multi);
	ev_timer_stop(pool->loop, &pool->timer);
	pool->multi = NULL;
}
