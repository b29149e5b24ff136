/*
 * fetch.c - see fetch.h
 *
 * Two pools over one loop: requests that may reach private prefixes never share a connection
 * with those that may not, for a reused connection is not checked again.  Easy handles are set up
 * once and used over and over; idle sources cost nothing here.
 */
#include "poll/fetch.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "poll/address.h"
#include "poll/fetch_answer.h"
#include "poll/fetch_handle.h"

#include <curl/curl.h>
#include <errno.h>
#include <ev.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_KEPT 1024L

/* One multi handle and what it waits for. */
struct pool {
	struct fetcher *all;
	CURLM *multi;
	ev_timer timer;
};

struct fetcher {
	struct ev_loop *loop;
	struct pool open, allowed; /* allowed: for requests with private prefixes */
	char *user_agent, *proxy;
	struct fetch *running;
	struct fetch *idle; /* their easy handles are kept */
	ev_timer soon;      /* tells the ends that came within a call */
};

struct fetch {
	struct fetch *next, **at; /* in running; only next in idle */
	struct fetcher *all;
	struct pool *pool;
	CURL *easy;
	struct curl_slist *headers;
	struct arena a;
	struct slice url;
	struct slice *allow;
	size_t n_allow;
	struct fetch_body body;
	bool address_refused, first_byte_seen, too_late;
	char detail[CURL_ERROR_SIZE];
	fetch_done *done;
	void *data;
	ev_timer first_byte;
};

/* One socket that libcurl wants watched. */
struct watch {
	struct pool *pool;
	ev_io io;
};

static const struct {
	CURLcode code;
	enum fetch_failure failure;
} failures[] = {
	{CURLE_COULDNT_RESOLVE_HOST, FETCH_NO_HOST},
	{CURLE_COULDNT_RESOLVE_PROXY, FETCH_NO_HOST},
	{CURLE_COULDNT_CONNECT, FETCH_NO_CONNECT},
	{CURLE_UNSUPPORTED_PROTOCOL, FETCH_REFUSED_ADDRESS},
	{CURLE_URL_MALFORMAT, FETCH_REFUSED_ADDRESS},
	{CURLE_OPERATION_TIMEDOUT, FETCH_TIMEOUT},
	{CURLE_PEER_FAILED_VERIFICATION, FETCH_TLS},
	{CURLE_SSL_CONNECT_ERROR, FETCH_TLS},
	{CURLE_SSL_CERTPROBLEM, FETCH_TLS},
	{CURLE_SSL_CIPHER, FETCH_TLS},
	{CURLE_SSL_CACERT_BADFILE, FETCH_TLS},
	{CURLE_SSL_ISSUER_ERROR, FETCH_TLS},
	{CURLE_SSL_INVALIDCERTSTATUS, FETCH_TLS},
	{CURLE_PARTIAL_FILE, FETCH_CUT},
	{CURLE_RECV_ERROR, FETCH_CUT},
	{CURLE_GOT_NOTHING, FETCH_BROKEN},
	{CURLE_FILESIZE_EXCEEDED, FETCH_TOO_LARGE},
};

/* --- ends */

static void fetch_unlink(struct fetch *t)
{
	*t->at = t->next;
	if (t->next != NULL)
		t->next->at = t->at;
}

/* Takes it out of libcurl's hands and keeps the handle for the next. */
static void fetch_retire(struct fetch *t)
{
	struct fetcher *f = t->all;

	ev_timer_stop(f->loop, &t->first_byte);
	curl_multi_remove_handle(t->pool->multi, t->easy);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	fetch_body_drop(&t->body);
	arena_clear(&t->a);
	fetch_unlink(t);
	t->next = f->idle;
	f->idle = t;
}

static enum fetch_failure failure_of(const struct fetch *t, CURLcode code)
{
	if (t->address_refused)
		return FETCH_REFUSED_ADDRESS;
	if (t->body.is_too_large)
		return FETCH_TOO_LARGE;
	if (t->too_late)
		return FETCH_TIMEOUT;
	for (size_t i = 0; i < COUNT(failures); i++)
		if (failures[i].code == code)
			return failures[i].failure;
	return FETCH_BROKEN;
}

static void answer_fill(struct fetch *t, CURLcode code, struct fetch_answer *answer)
{
	const char *detail = t->detail[0] != '\0' ? t->detail : curl_easy_strerror(code);

	*answer = (struct fetch_answer){.failure = FETCH_ANSWERED, .body = -1, .url = t->url};
	fetch_answer_headers(t->easy, &t->a, answer);
	if (code == CURLE_OK && fetch_body_seal(&t->body)) {
		answer->body = t->body.fd;
		answer->body_bytes = t->body.bytes;
		t->body.fd = -1;
		return;
	}
	answer->failure = failure_of(t, code);
	if (!t->address_refused && !t->too_late && !t->body.is_too_large)
		answer->detail = slice_line(&t->a, slice_of(detail));
}

static void fetch_end(struct fetch *t, CURLcode code)
{
	struct fetch_answer answer;
	fetch_done *done = t->done;
	void *data = t->data;

	t->done = NULL;
	answer_fill(t, code, &answer);
	done(data, &answer);
	fetch_retire(t);
}

/* The transfer of this pool that ended, or NULL. */
static struct fetch *next_ended(struct pool *pool, CURLcode *code_out)
{
	int left;
	CURLMsg *m;

	while ((m = curl_multi_info_read(pool->multi, &left)) != NULL) {
		char *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		*code_out = m->data.result;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		return (struct fetch *)(void *)t;
	}
	return NULL;
}

static void tell_ended(struct pool *pool)
{
	struct fetch *t;
	CURLcode code = CURLE_OK;

	while ((t = next_ended(pool, &code)) != NULL)
		fetch_end(t, code);
}

/* --- libcurl's sockets and timer on the loop */

static void act(struct pool *pool, curl_socket_t socket, int what)
{
	int running;

	curl_multi_socket_action(pool->multi, socket, what, &running);
	tell_ended(pool);
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

static int want_timer(CURLM *multi, long ms, void *data)
{
	struct pool *pool = data;

	(void)multi;
	ev_timer_stop(pool->all->loop, &pool->timer);
	if (ms >= 0) {
		ev_timer_set(&pool->timer, (double)ms / 1000., 0.);
		ev_timer_start(pool->all->loop, &pool->timer);
	}
	return 0;
}

static int want_socket(CURL *easy, curl_socket_t s, int what, void *data, void *socket_data)
{
	struct pool *pool = data;
	struct watch *w = socket_data;
	int events = ((what & CURL_POLL_IN) != 0 ? EV_READ : 0) |
		     ((what & CURL_POLL_OUT) != 0 ? EV_WRITE : 0);

	(void)easy;
	if (w != NULL)
		ev_io_stop(pool->all->loop, &w->io);
	if (what == CURL_POLL_REMOVE) {
		free(w);
		curl_multi_assign(pool->multi, s, NULL);
		return 0;
	}
	if (w == NULL) {
		w = calloc(1, sizeof *w);
		if (w == NULL)
			return -1;
		w->pool = pool;
		ev_init(&w->io, on_socket);
		w->io.data = w;
		curl_multi_assign(pool->multi, s, w);
	}
	ev_io_set(&w->io, s, events);
	ev_io_start(pool->all->loop, &w->io);
	return 0;
}

/* --- what happens within a transfer */

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct fetch *t = data;

	if (purpose != CURLSOCKTYPE_IPCXN ||
		(t->all->proxy == NULL && !address_allowed(&to->addr, t->allow, t->n_allow))) {
		t->address_refused = true;
		return CURL_SOCKET_BAD;
	}
	t->address_refused = false;
	return socket(to->family, to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);
}

static size_t on_body(char *at, size_t size, size_t n, void *data)
{
	struct fetch *t = data;

	return fetch_body_put(&t->body, at, size * n) ? size * n : 0;
}

static size_t on_header(char *at, size_t size, size_t n, void *data)
{
	struct fetch *t = data;

	(void)at;
	if (!t->first_byte_seen) {
		t->first_byte_seen = true;
		ev_timer_stop(t->all->loop, &t->first_byte);
	}
	return size * n;
}

/* Nothing came for LIMIT_FIRST_BYTE_S: libcurl has no clock for that. */
static void on_first_byte(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct fetch *t = timer->data;

	(void)loop, (void)revents;
	t->too_late = true;
	fetch_end(t, CURLE_OPERATION_TIMEDOUT);
}

/* --- the request */

static void set_up_callbacks(struct fetch *t)
{
	CURL *e = t->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->detail);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, t);
}

static struct fetch *fetch_new(struct fetcher *f)
{
	struct fetch *t = f->idle;

	if (t != NULL) {
		f->idle = t->next;
		return t;
	}
	t = calloc(1, sizeof *t);
	if (t == NULL)
		return NULL;
	t->all = f;
	t->body.fd = -1;
	t->easy = fetch_handle_new(f->user_agent, f->proxy);
	if (t->easy == NULL) {
		free(t);
		return NULL;
	}
	ev_init(&t->first_byte, on_first_byte);
	t->first_byte.data = t;
	set_up_callbacks(t);
	return t;
}

static void copy_allow(struct fetch *t, const struct fetch_request *r)
{
	t->n_allow = r->n_allow;
	t->allow = arena_array(&t->a, r->n_allow, sizeof *t->allow);
	for (size_t i = 0; i < r->n_allow; i++)
		t->allow[i] = slice_copy(&t->a, r->allow[i]);
}

static void fetch_prepare(struct fetch *t, const struct fetch_request *r)
{
	arena_init(&t->a);
	t->body = (struct fetch_body){.fd = -1, .most = (uint64_t)r->max_bytes};
	t->address_refused = t->first_byte_seen = t->too_late = false;
	t->detail[0] = '\0';
	t->url = slice_copy(&t->a, r->url);
	copy_allow(t, r);
	t->headers = fetch_handle_ask(t->easy, &t->a, r);
}

static bool port_is_allowed(const struct fetch_request *r)
{
	struct arena a;
	struct url_parts parts;
	bool allowed;

	arena_init(&a);
	allowed = url_split(&a, r->url, &parts) &&
		  address_port_allowed(parts.port, r->configured_port, r->by_redirect);
	arena_clear(&a);
	return allowed;
}

static void on_soon(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct fetcher *f = timer->data;
	struct fetch *next;

	(void)loop, (void)revents;
	for (struct fetch *t = f->running; t != NULL; t = next) {
		next = t->next;
		if (t->address_refused && !t->first_byte_seen && t->too_late)
			fetch_end(t, CURLE_COULDNT_CONNECT);
	}
}

struct fetch *fetch_start(struct fetcher *f, const struct fetch_request *r, fetch_done *done,
	void *data, struct error *err)
{
	struct fetch *t = fetch_new(f);

	if (t == NULL) {
		error_set(err, "no memory for a request");
		return NULL;
	}
	t->done = done;
	t->data = data;
	t->pool = r->n_allow > 0 ? &f->allowed : &f->open;
	t->next = f->running;
	t->at = &f->running;
	if (t->next != NULL)
		t->next->at = &t->next;
	f->running = t;
	fetch_prepare(t, r);
	if (!port_is_allowed(r)) {
		/* Told from the loop, as every end is. */
		t->address_refused = t->too_late = true;
		ev_timer_stop(f->loop, &f->soon);
		ev_timer_set(&f->soon, 0., 0.);
		ev_timer_start(f->loop, &f->soon);
		return t;
	}
	ev_timer_set(&t->first_byte, (double)LIMIT_CONNECT_S + LIMIT_FIRST_BYTE_S, 0.);
	ev_timer_start(f->loop, &t->first_byte);
	curl_multi_add_handle(t->pool->multi, t->easy);
	return t;
}

void fetch_cancel(struct fetch **t)
{
	fetch_retire(*t);
	*t = NULL;
}

/* --- the beginning and the end */

static int pool_open(struct pool *pool, struct fetcher *f, int connections)
{
	pool->all = f;
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
	curl_multi_setopt(pool->multi, CURLMOPT_MAXCONNECTS,
		connections > CONNECTIONS_KEPT ? (long)connections : CONNECTIONS_KEPT);
	return 0;
}

/* glibc loads the libraries of its resolver at the first lookup: the jail would forbid it. */
static void warm_up(void)
{
	const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;

	if (getaddrinfo("localhost", "80", &hints, &found) == 0)
		freeaddrinfo(found);
}

struct fetcher *fetch_open(struct ev_loop *loop, const struct fetch_options *o, struct error *err)
{
	struct fetcher *f;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		error_set(err, "libcurl would not start");
		return NULL;
	}
	f = calloc(1, sizeof *f);
	if (f == NULL)
		die("no memory for the network");
	f->loop = loop;
	f->user_agent =
		strndup(o->user_agent.at == NULL ? "" : o->user_agent.at, o->user_agent.len);
	f->proxy = o->proxy.len == 0 ? NULL : strndup(o->proxy.at, o->proxy.len);
	ev_init(&f->soon, on_soon);
	f->soon.data = f;
	if (pool_open(&f->open, f, o->connections) < 0 ||
		pool_open(&f->allowed, f, o->connections) < 0) {
		error_set(err, "libcurl would not start");
		fetch_close(&f);
		return NULL;
	}
	warm_up();
	return f;
}

static void pool_close(struct pool *pool)
{
	if (pool->multi == NULL)
		return;
	curl_multi_cleanup(pool->multi);
	ev_timer_stop(pool->all->loop, &pool->timer);
}

void fetch_close(struct fetcher **f)
{
	if (*f == NULL)
		return;
	while ((*f)->running != NULL)
		fetch_retire((*f)->running);
	while ((*f)->idle != NULL) {
		struct fetch *t = (*f)->idle;

		(*f)->idle = t->next;
		curl_easy_cleanup(t->easy);
		free(t);
	}
	pool_close(&(*f)->open);
	pool_close(&(*f)->allowed);
	ev_timer_stop((*f)->loop, &(*f)->soon);
	free((*f)->user_agent);
	free((*f)->proxy);
	free(*f);
	*f = NULL;
	curl_global_cleanup();
}
