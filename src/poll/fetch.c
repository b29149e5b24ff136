/*
 * fetch.c - see fetch.h
 *
 * Two pools over one loop: requests that may reach private prefixes share no connection with
 * those that may not; and each request's connection, new or reused, is held against its own
 * prefixes before a byte is sent.  Easy handles are set up once and used over and over; idle
 * sources cost nothing here.
 */
#include "poll/fetch.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "poll/address.h"
#include "poll/fetch_answer.h"
#include "poll/fetch_handle.h"
#include "poll/fetch_loop.h"

#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>

#define CONNECTIONS_KEPT 1024L

struct fetcher {
	struct ev_loop *loop;
	struct fetch_pool open, allowed; /* allowed: for requests with private prefixes */
	char *user_agent;
	struct fetch *running;
	struct fetch *idle; /* their easy handles are kept */
	int looking;        /* requests whose names may be being looked up: a thread each */
	ev_timer soon;      /* tells the ends that came within a call */
};

struct fetch {
	struct fetch *next, **at; /* in running; only next in idle */
	struct fetcher *all;
	struct fetch_pool *pool;
	CURL *easy;
	struct curl_slist *headers;
	struct arena a;
	struct slice url;
	struct slice *allow;
	size_t n_allow;
	struct fetch_body body;
	size_t header_bytes;
	bool is_looking;      /* its name may be being looked up */
	bool is_waiting;      /* for others to have done so: not yet given to libcurl */
	bool is_stillborn;    /* never given to libcurl: its end is told soon */
	bool address_refused; /* the last address that was tried */
	bool is_proxied;
	bool is_held; /* the gate was shut for it */
	fetch_gate *gate;
	bool too_late, too_many_headers;
	bool has_begun; /* an answer: the timer weighs it from then on */
	struct fetch_weight weight;
	char detail[CURL_ERROR_SIZE];
	fetch_done *done;
	void *data;
	ev_timer timer; /* until the answer begins; then, of its weight */
};

/* --- ends */

static void fetch_unlink(struct fetch *t)
{
	*t->at = t->next;
	if (t->next != NULL)
		t->next->at = t->at;
}

static void call_soon(struct fetcher *f)
{
	if (ev_is_active(&f->soon))
		return;
	ev_timer_set(&f->soon, 0., 0.);
	ev_timer_start(f->loop, &f->soon);
}

/* Its name is known, or will not be: another's turn. */
static void looked_up(struct fetch *t)
{
	if (!t->is_looking)
		return;
	t->is_looking = false;
	t->all->looking--;
	call_soon(t->all);
}

/* Takes it out of libcurl's hands and keeps the handle for the next. */
static void fetch_retire(struct fetch *t)
{
	struct fetcher *f = t->all;

	ev_timer_stop(f->loop, &t->timer);
	looked_up(t);
	if (!t->is_stillborn && !t->is_waiting)
		curl_multi_remove_handle(t->pool->multi, t->easy);
	curl_slist_free_all(t->headers);
	t->headers = NULL;
	fetch_body_drop(&t->body);
	arena_clear(&t->a);
	fetch_unlink(t);
	t->next = f->idle;
	f->idle = t;
}

static bool is_refusal(const struct fetch *t, CURLcode code)
{
	return t->address_refused &&
	       (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK);
}

static enum fetch_failure failure_of(const struct fetch *t, CURLcode code)
{
	if (is_refusal(t, code))
		return t->is_held ? FETCH_HELD : FETCH_REFUSED_ADDRESS;
	if (t->body.is_too_large || t->too_many_headers)
		return FETCH_TOO_LARGE;
	if (t->too_late)
		return FETCH_TIMEOUT;
	return fetch_failure_of(code);
}

/* libcurl's words, where the failure is not of our own making. */
static struct slice detail_of(struct fetch *t, CURLcode code)
{
	const char *words = t->detail[0] != '\0' ? t->detail : curl_easy_strerror(code);

	if (is_refusal(t, code) || t->body.is_too_large || t->too_many_headers || t->too_late)
		return SLICE_NONE;
	return slice_line(&t->a, slice_of(words));
}

static void answer_fill(struct fetch *t, CURLcode code, struct fetch_answer *answer)
{
	*answer = (struct fetch_answer){
		.failure = FETCH_ANSWERED, .body = -1, .url = t->url, .cert_end = INSTANT_NONE};
	if (!t->is_stillborn)
		fetch_answer_headers(t->easy, &t->a, answer);
	if (code == CURLE_OK && fetch_body_seal(&t->body)) {
		answer->body = t->body.fd;
		answer->body_bytes = t->body.bytes;
		t->body.fd = -1;
		return;
	}
	answer->failure = failure_of(t, code);
	answer->detail = detail_of(t, code);
}

static void fetch_end(struct fetch *t, CURLcode code)
{
	struct fetch_answer answer;

	answer_fill(t, code, &answer);
	t->done(t->data, &answer);
	fetch_retire(t);
}

static void on_ended(void *owner, CURLcode code)
{
	fetch_end(owner, code);
}

static void on_watched(void *owner, int socket)
{
	((struct fetch *)owner)->weight.socket = socket;
}

/* --- what happens within a transfer */

static bool gate_is_shut(struct fetch *t, const char *address)
{
	t->is_held = t->gate != NULL && !t->gate(t->data, slice_of(address));
	return t->is_held;
}

static bool gate_is_shut_for(struct fetch *t, const struct sockaddr *to)
{
	char text[ADDRESS_TEXT_BYTES];

	return gate_is_shut(t, address_put(text, to));
}

static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct fetch *t = data;

	looked_up(t);
	if (purpose != CURLSOCKTYPE_IPCXN ||
		(!t->is_proxied && (!address_allowed(&to->addr, t->allow, t->n_allow) ||
					   gate_is_shut_for(t, &to->addr)))) {
		t->address_refused = true;
		return CURL_SOCKET_BAD;
	}
	t->address_refused = false;
	t->weight.is_known = true; /* a new connection's is 0 */
	return socket(to->family, to->socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to->protocol);
}

static size_t on_body(char *at, size_t size, size_t n, void *data)
{
	struct fetch *t = data;

	return fetch_body_put(&t->body, at, size * n) ? size * n : 0;
}

static void watch(struct fetch *t, double seconds)
{
	ev_timer_stop(t->all->loop, &t->timer);
	ev_timer_set(&t->timer, seconds, 0.);
	ev_timer_start(t->all->loop, &t->timer);
}

/* Interim answers (1xx) count, too: a flood of them is one. */
static size_t on_header(char *at, size_t size, size_t n, void *data)
{
	struct fetch *t = data;

	(void)at;
	if (!t->has_begun)
		watch(t, (double)LIMIT_WEIGH_MS / 1000.);
	t->has_begun = true;
	t->header_bytes += size * n;
	t->too_many_headers = t->header_bytes > LIMIT_HEADER_BYTES;
	return t->too_many_headers ? 0 : size * n;
}

/*
 * The connection stands and the request is about to go out.  on_open did not see this request
 * where the connection is another's; and only from here on can an answer be slow.
 */
static int on_request(void *data, char *to, char *from, int to_port, int from_port)
{
	struct fetch *t = data;

	(void)from, (void)to_port, (void)from_port;
	looked_up(t);
	t->address_refused = !t->is_proxied && (!address_text_allowed(to, t->allow, t->n_allow) ||
						       gate_is_shut(t, to));
	if (t->address_refused)
		return CURL_PREREQFUNC_ABORT;
	t->has_begun = false;
	watch(t, (double)LIMIT_FIRST_BYTE_S);
	return CURL_PREREQFUNC_OK;
}

/* Nothing came for LIMIT_FIRST_BYTE_S, or what comes is too much: libcurl looks after neither. */
static void on_time(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct fetch *t = timer->data;

	(void)loop, (void)revents;
	if (!t->has_begun) {
		t->too_late = true;
		fetch_end(t, CURLE_OPERATION_TIMEDOUT);
	} else if (fetch_is_heavy(&t->weight, t->easy, 2 * (t->body.most + LIMIT_HEADER_BYTES))) {
		t->body.is_too_large = true;
		fetch_end(t, CURLE_FILESIZE_EXCEEDED);
	} else {
		watch(t, (double)LIMIT_WEIGH_MS / 1000.);
	}
}

/* --- the request */

static void set_up_callbacks(struct fetch *t)
{
	CURL *e = t->easy;

	curl_easy_setopt(e, CURLOPT_PRIVATE, t);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, t->detail);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(e, CURLOPT_OPENSOCKETDATA, t);
	curl_easy_setopt(e, CURLOPT_PREREQFUNCTION, on_request);
	curl_easy_setopt(e, CURLOPT_PREREQDATA, t);
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
	t->easy = fetch_handle_new(f->user_agent);
	if (t->easy == NULL) {
		free(t);
		return NULL;
	}
	ev_init(&t->timer, on_time);
	t->timer.data = t;
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
	t->header_bytes = 0;
	t->is_looking = t->is_waiting = false;
	t->is_stillborn = t->address_refused = t->too_late = t->too_many_headers = false;
	t->is_held = false;
	t->weight = (struct fetch_weight){.socket = -1};
	t->gate = r->gate;
	t->detail[0] = '\0';
	t->url = slice_copy(&t->a, r->url);
	copy_allow(t, r);
	t->is_proxied = r->proxy.len > 0;
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

static struct fetch *find_stillborn(const struct fetcher *f)
{
	struct fetch *t = f->running;

	while (t != NULL && !t->is_stillborn)
		t = t->next;
	return t;
}

/* The oldest that waits; the newest stand first. */
static struct fetch *find_waiting(const struct fetcher *f)
{
	struct fetch *found = NULL;

	for (struct fetch *t = f->running; t != NULL; t = t->next)
		if (t->is_waiting)
			found = t;
	return found;
}

static void give_to_curl(struct fetch *t)
{
	t->is_waiting = false;
	t->is_stillborn = curl_multi_add_handle(t->pool->multi, t->easy) != CURLM_OK;
	if (t->is_stillborn) {
		looked_up(t);
		call_soon(t->all);
	}
}

static void look_up(struct fetch *t)
{
	t->is_looking = true;
	t->all->looking++;
	give_to_curl(t);
}

static void on_soon(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct fetcher *f = timer->data;
	struct fetch *t;

	(void)loop, (void)revents;
	while ((t = find_stillborn(f)) != NULL)
		fetch_end(t, t->address_refused ? CURLE_COULDNT_CONNECT : CURLE_OUT_OF_MEMORY);
	while (f->looking < LIMIT_LOOKUPS && (t = find_waiting(f)) != NULL)
		look_up(t);
}

static void fetch_link(struct fetch *t)
{
	struct fetcher *f = t->all;

	t->next = f->running;
	t->at = &f->running;
	if (t->next != NULL)
		t->next->at = &t->next;
	f->running = t;
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
	fetch_link(t);
	fetch_prepare(t, r);
	t->address_refused = !port_is_allowed(r);
	if (t->address_refused) {
		t->is_stillborn = true;
		call_soon(f);
	} else if (t->is_proxied || !address_is_named(r->url)) {
		give_to_curl(t);
	} else if (f->looking < LIMIT_LOOKUPS) {
		look_up(t);
	} else {
		t->is_waiting = true;
	}
	return t;
}

void fetch_cancel(struct fetch **t)
{
	fetch_retire(*t);
	*t = NULL;
}

/* --- the beginning and the end */

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
	long kept = o->connections > CONNECTIONS_KEPT ? o->connections : CONNECTIONS_KEPT;
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
	ev_init(&f->soon, on_soon);
	f->soon.data = f;
	if (fetch_pool_open(&f->open, loop, kept, on_ended, on_watched) < 0 ||
		fetch_pool_open(&f->allowed, loop, kept, on_ended, on_watched) < 0) {
		error_set(err, "libcurl would not start");
		fetch_close(&f);
		return NULL;
	}
	warm_up();
	return f;
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
	fetch_pool_close(&(*f)->open);
	fetch_pool_close(&(*f)->allowed);
	ev_timer_stop((*f)->loop, &(*f)->soon);
	free((*f)->user_agent);
	free(*f);
	*f = NULL;
	curl_global_cleanup();
}
