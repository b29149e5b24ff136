/*
 * bench_poll.c - a simulated day of many sources: polls, requests a host, memory, cost, waits
 *
 *	bench_poll [SOURCES...]		1000 10000 100000
 *
 * The poller's mind, the store and the parser are the real ones; the network is played here, ten
 * sources a host, and time passes from one event to the next.  Each size has a process of its own.
 */
#include "../fake/workers_script.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/conf.h"
#include "poll/domain.h"
#include "poll/fetch.h"
#include "store/write.h"
#include "tributaryd/polling.h"

#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BEGIN_MS INT64_C(1767571200000) /* Monday, 5 January 2026 */
#define DAY_MS   INT64_C(86400000)
#define TURN_MS  60000
#define TAKES_MS 300 /* an answer */
#define A_HOST   10  /* sources */
#define ITEMS    10  /* of a document */

/* The network: every answer takes as long, so that the first asked is the first answered. */
struct fetch {
	struct fetch *next, **at;
	struct fetcher *all;
	char url[64], etag[32];
	int64_t due_ms;
	fetch_done *done;
	void *data;
};

struct fetcher {
	struct fetch *first, **last;
	int64_t now_ms;
	unsigned *hosts; /* requests */
	unsigned *polls; /* of each source */
	size_t n_hosts;
	uint64_t whole;
};

struct world {
	size_t n;
	char state[128];
	struct fetcher fetcher;
	struct store_writer *store;
	struct workers *workers;
	struct polling *polling;
	struct conf *conf;
	double wait_s, wait_burst_s; /* the longest turn: of the day, of the first round */
};

static double clock_s(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Resident kilobytes. */
static long resident_kb(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	if (f == NULL || fscanf(f, "%*d %ld", &pages) != 1)
		pages = 0;
	if (f != NULL)
		fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* --- the network */

struct fetch *fetch_start(struct fetcher *f, const struct fetch_request *r, fetch_done *done,
	void *data, struct error *err)
{
	struct fetch *t = calloc(1, sizeof *t);

	(void)err;
	if (t == NULL)
		die("no memory for a request");
	*t = (struct fetch){.all = f,
		.due_ms = f->now_ms + TAKES_MS,
		.done = done,
		.data = data,
		.at = f->last};
	snprintf(t->url, sizeof t->url, "%.*s", SLICE_ARG(r->url));
	snprintf(t->etag, sizeof t->etag, "%.*s", SLICE_ARG(r->etag));
	*f->last = t;
	f->last = &t->next;
	return t;
}

static void take_out(struct fetch *t)
{
	*t->at = t->next;
	if (t->next != NULL)
		t->next->at = t->at;
	else
		t->all->last = t->at;
}

void fetch_cancel(struct fetch **t)
{
	take_out(*t);
	free(*t);
	*t = NULL;
}

/* One in ten has an item an hour, four one a day, the others one a week. */
static int64_t period_s(size_t number)
{
	static const int64_t rows[10] = {
		3600, 86400, 86400, 86400, 86400, 604800, 604800, 604800, 604800, 604800};

	return rows[number / A_HOST % 10];
}

static int body_of(size_t number, int64_t newest)
{
	char date[INSTANT_TEXT_BYTES];
	struct buf b;
	int fd = memfd_create("bench", MFD_CLOEXEC);

	buf_init(&b, 1U << 16);
	buf_puts(&b,
		"<rss version=\"2.0\"><channel><title>t</title><link>https://t.example/</link>");
	for (int64_t k = newest; k > newest - ITEMS; k--)
		buf_printf(&b,
			"<item><guid>https://h%zu.example/%zu/%" PRId64
			"</guid><title>What came to pass at %zu for the %" PRId64
			"th time</title><pubDate>%s</pubDate></item>",
			number / A_HOST, number, k, number, k,
			instant_put_http(date, k * period_s(number)));
	buf_puts(&b, "</channel></rss>");
	if (fd < 0 || write(fd, b.at, b.len) != (ssize_t)b.len)
		die("no memory for a body");
	buf_clear(&b);
	return fd;
}

static void answer(struct fetch *t)
{
	struct fetcher *f = t->all;
	struct fetch_answer a = {.body = -1, .url = slice_of(t->url), .wire_bytes = 300};
	size_t number = strtoul(strrchr(t->url, '/') + 1, NULL, 10);
	int64_t newest = f->now_ms / 1000 / period_s(number);
	char etag[32];

	f->polls[number]++;
	f->hosts[number / A_HOST]++;
	snprintf(etag, sizeof etag, "\"%" PRId64 "\"", newest);
	a.etag = slice_of(etag);
	a.status = strcmp(etag, t->etag) == 0 ? 304 : 200;
	if (a.status == 200) {
		f->whole++;
		a.body = body_of(number, newest);
		a.body_bytes = (uint64_t)lseek(a.body, 0, SEEK_END);
		a.wire_bytes += a.body_bytes;
	}
	t->done(t->data, &a);
}

/* --- the world */

static int64_t now_ms(void *data)
{
	return ((const struct world *)data)->fetcher.now_ms;
}

static void on_committed(void *data)
{
	(void)data;
}

static struct conf *configure(struct world *w)
{
	struct conf_errors errors;
	struct conf *c;
	struct buf b;

	conf_errors_init(&errors);
	buf_init(&b, LIMIT_CONF_BYTES);
	buf_printf(&b, "state = \"%s\"\nstories = no\n", w->state);
	for (size_t i = 0; i < w->n; i++)
		buf_printf(&b, "source s%zu { url = \"https://h%zu.example/%zu\" }\n", i,
			i / A_HOST, i);
	c = conf_parse(buf_slice(&b), &errors);
	if (c == NULL)
		die("%.*s", SLICE_ARG(buf_slice(&errors.lines)));
	buf_clear(&b);
	conf_errors_clear(&errors);
	return c;
}

static void world_open(struct world *w, size_t n)
{
	const struct workers_needs needs = {0};
	struct polling_setup setup = {
		.now_ms = now_ms, .committed = on_committed, .data = w, .seed = 42};
	const char *folder = getenv("TMPDIR");
	struct error err = {""};

	*w = (struct world){.n = n};
	w->fetcher = (struct fetcher){.now_ms = BEGIN_MS, .n_hosts = n / A_HOST + 1};
	w->fetcher.last = &w->fetcher.first;
	w->fetcher.hosts = calloc(w->fetcher.n_hosts, sizeof *w->fetcher.hosts);
	w->fetcher.polls = calloc(n, sizeof *w->fetcher.polls);
	snprintf(w->state, sizeof w->state, "%s/tributary-bench-XXXXXX",
		folder == NULL ? "/var/tmp" : folder);
	if (mkdtemp(w->state) == NULL || w->fetcher.hosts == NULL || w->fetcher.polls == NULL)
		die("no folder, or no memory, for a store");
	if (store_write_open(w->state, domain_of, &w->store, &err) != STORE_OPEN_OK)
		die("%s", err.text);
	setup.store = w->store;
	setup.fetcher = &w->fetcher;
	setup.workers = w->workers = workers_open(NULL, 1, &needs);
	w->polling = polling_open(&setup);
}

static void world_close(struct world *w)
{
	static const char *const files[] = {
		"/tributary.db", "/tributary.db-wal", "/tributary.db-shm", ""};

	polling_close(&w->polling);
	workers_close(&w->workers);
	store_write_close(&w->store);
	conf_free(&w->conf);
	for (size_t i = 0; i < COUNT(files); i++) {
		char path[160];

		snprintf(path, sizeof path, "%s%s", w->state, files[i]);
		remove(path);
	}
	free(w->fetcher.hosts);
	free(w->fetcher.polls);
}

/* What one step of the loop keeps everybody else waiting. */
static void note_wait(struct world *w, double from)
{
	double took = clock_s(CLOCK_MONOTONIC) - from;

	if (took > w->wait_s)
		w->wait_s = took;
}

/* All that happens now; when something happens next.  Parsing is other processes' time. */
static int64_t settle(struct world *w)
{
	struct fetcher *f = &w->fetcher;

	for (;;) {
		double from = clock_s(CLOCK_MONOTONIC);
		struct fetch *t = f->first;
		int64_t next;

		if (t != NULL && t->due_ms <= f->now_ms) {
			take_out(t);
			answer(t);
			free(t);
		}
		note_wait(w, from);
		workers_script_deliver(w->workers);
		from = clock_s(CLOCK_MONOTONIC);
		next = polling_turn(w->polling);
		note_wait(w, from);
		t = f->first;
		if (t != NULL && t->due_ms < next)
			next = t->due_ms;
		if (next > f->now_ms)
			return next;
	}
}

static void run_until(struct world *w, int64_t until_ms)
{
	struct fetcher *f = &w->fetcher;

	while (f->now_ms < until_ms) {
		int64_t next = settle(w);

		f->now_ms = next < f->now_ms + TURN_MS ? next : f->now_ms + TURN_MS;
	}
}

static void sum(const unsigned *at, size_t n, double *mean_out, unsigned *most_out)
{
	double all = 0;

	*most_out = 0;
	for (size_t i = 0; i < n; i++) {
		all += at[i];
		*most_out = at[i] > *most_out ? at[i] : *most_out;
	}
	*mean_out = n > 0 ? all / (double)n : 0;
}

static bool first_round_is_over(const struct world *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->fetcher.polls[i] == 0)
			return false;
	return true;
}

static void day(size_t n)
{
	struct world w;
	struct error err = {""};
	double from = clock_s(CLOCK_PROCESS_CPUTIME_ID), start_s, mean, host_mean;
	unsigned most, host_most;
	long before_kb;

	world_open(&w, n);
	before_kb = resident_kb();
	w.conf = configure(&w);
	if (polling_configure(w.polling, w.conf, &err) < 0)
		die("%s", err.text);
	malloc_trim(0);
	start_s = clock_s(CLOCK_PROCESS_CPUTIME_ID) - from;
	from = clock_s(CLOCK_PROCESS_CPUTIME_ID);
	while (!first_round_is_over(&w))
		run_until(&w, w.fetcher.now_ms + 10000);
	w.wait_burst_s = w.wait_s;
	w.wait_s = 0;
	run_until(&w, BEGIN_MS + DAY_MS);
	from = clock_s(CLOCK_PROCESS_CPUTIME_ID) - from;
	sum(w.fetcher.polls, n, &mean, &most);
	sum(w.fetcher.hosts, n / A_HOST, &host_mean, &host_most);
	malloc_trim(0);
	printf("%7zu sources: %5.1f polls each (most %u), %6.1f requests a host of %d (most %u), "
	       "%.0f %% "
	       "of them 304\n",
		n, mean, most, host_mean, A_HOST, host_most,
		100. - 100. * (double)w.fetcher.whole / (mean * (double)n));
	printf("        memory %ld kB, %.2f kB a source; start %.1f us a source; the day %.2f ms a "
	       "source, %.1f us a poll\n",
		resident_kb(), (double)(resident_kb() - before_kb) / (double)n,
		1e6 * start_s / (double)n, 1e3 * from / (double)n, 1e6 * from / (mean * (double)n));
	printf("        longest wait of the loop %.1f ms while all were due, %.1f ms afterwards\n",
		1e3 * w.wait_burst_s, 1e3 * w.wait_s);
	world_close(&w);
}

int main(int argc, char **argv)
{
	static const char *const usual[] = {"1000", "10000", "100000"};
	int n = argc > 1 ? argc - 1 : (int)COUNT(usual);

	log_open("bench", (enum log_level)0, false);
	for (int i = 0; i < n; i++) {
		pid_t child;

		fflush(NULL);
		child = fork();
		if (child == 0) {
			day(strtoul(argc > 1 ? argv[i + 1] : usual[i], NULL, 10));
			exit(0);
		}
		if (child < 0 || waitpid(child, NULL, 0) < 0)
			return 1;
	}
	return 0;
}
