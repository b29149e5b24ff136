#include "world.h"

#include "../fake/fetch_script.h"
#include "../fake/workers_script.h"
#include "base/buf.h"
#include "base/limits.h"
#include "conf/conf.h"
#include "poll/domain.h"
#include "store/write.h"
#include "tributaryd/polling.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define TURN_MS    60000
#define SPINS_MOST 200000 /* turns without time passing */

static int64_t now_ms(void *data)
{
	const struct world *w = data;

	return w->now_ms;
}

static void on_committed(void *data)
{
	(void)data;
}

void world_open(struct world *w)
{
	const struct fetch_options o = {0};
	struct error err = {""};

	*w = (struct world){.now_ms = WORLD_BEGIN * 1000};
	snprintf(w->state, sizeof w->state, "%s/tributary-scenario-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(w->state) == NULL)
		die("no folder for a scenario");
	signal(SIGXFSZ, SIG_IGN);
	w->fetcher = fetch_open(NULL, &o, &err);
	fetch_script_at(w->fetcher, w->now_ms);
}

void world_stop(struct world *w)
{
	polling_close(&w->polling);
	workers_close(&w->workers);
	store_write_close(&w->store);
	conf_free(&w->conf);
}

void world_close(struct world *w)
{
	static const char *const files[] = {
		"/tributary.db", "/tributary.db-wal", "/tributary.db-shm", ""};

	world_stop(w);
	fetch_close(&w->fetcher);
	for (size_t i = 0; i < COUNT(files); i++) {
		char path[128];

		snprintf(path, sizeof path, "%s%s", w->state, files[i]);
		remove(path);
	}
	arena_clear(&w->a);
}

static struct conf *read_conf(struct world *w, struct slice text, struct error *err)
{
	struct conf_errors errors;
	struct conf *c;
	struct buf whole;

	conf_errors_init(&errors);
	buf_init(&whole, 1U << 24);
	buf_printf(&whole, "state = \"%s\"\n%.*s", w->state, SLICE_ARG(text));
	c = conf_parse(buf_slice(&whole), &errors);
	if (c == NULL)
		error_set(err, "%.*s", SLICE_ARG(slice_trim(buf_slice(&errors.lines))));
	buf_clear(&whole);
	conf_errors_clear(&errors);
	return c;
}

static int start(struct world *w, struct error *err)
{
	const struct workers_needs needs = {0};
	struct polling_setup setup = {.now_ms = now_ms,
		.committed = on_committed,
		.data = w,
		.seed = 42,
		.fetcher = w->fetcher};

	if (store_write_open(w->state, domain_of, &w->store, err) != STORE_OPEN_OK)
		return -1;
	setup.store = w->store;
	setup.workers = w->workers = workers_open(NULL, 1, &needs);
	w->polling = polling_open(&setup);
	return 0;
}

int world_configure(struct world *w, struct slice text, struct error *err)
{
	struct conf *c = read_conf(w, text, err);
	struct buf agent;

	if (c == NULL)
		return -1;
	if ((w->polling == NULL && start(w, err) < 0) ||
		polling_configure(w->polling, c, err) < 0) {
		conf_free(&c);
		return -1;
	}
	conf_free(&w->conf);
	w->conf = c;
	buf_init(&agent, 512);
	polling_agent(c, &agent);
	fetch_script_agent(w->fetcher, buf_slice(&agent));
	buf_clear(&agent);
	return 0;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* No file grows past `bytes`; memory that is a file would not either, so only for a moment. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
}

static int64_t turn(struct world *w)
{
	int64_t next;

	limit_files(w->disk_is_full ? 1 : RLIM_INFINITY);
	next = polling_turn(w->polling);
	limit_files(RLIM_INFINITY);
	return next;
}

/* All that happens now; when something happens next. */
static int64_t settle(struct world *w)
{
	for (int spins = 0; spins < SPINS_MOST; spins++) {
		size_t n = fetch_script_deliver(w->fetcher) + workers_script_deliver(w->workers);
		int64_t next = turn(w);

		next = least(next, fetch_script_next(w->fetcher));
		if (n == 0 && next > w->now_ms && workers_load(w->workers) == 0)
			return next;
	}
	die("the poller spins");
}

void world_run(struct world *w, int64_t seconds)
{
	int64_t until_ms = w->now_ms + seconds * 1000;

	while (w->polling != NULL) {
		/* As poller.c does: a turn a minute at least. */
		int64_t next = least(settle(w), w->now_ms + TURN_MS);

		if (next > until_ms)
			break;
		w->now_ms = next;
		fetch_script_at(w->fetcher, w->now_ms);
	}
	w->now_ms = until_ms;
	fetch_script_at(w->fetcher, w->now_ms);
}

bool world_source(struct world *w, struct slice name, struct stored_source *source_out)
{
	struct error err = {""};
	struct store_reader *r = store_read_open(w->state, &err);
	struct stored_source *all = NULL;
	size_t n = 0;

	if (r == NULL || store_read_sources(r, false, &w->a, &all, &n, &err) < 0)
		die("the store cannot be read: %s", err.text);
	store_read_close(&r);
	for (size_t i = 0; i < n; i++) {
		if (slice_equal(all[i].name, name)) {
			*source_out = all[i];
			return true;
		}
	}
	return false;
}

int64_t world_items(struct world *w)
{
	struct error err = {""};
	struct store_reader *r = store_read_open(w->state, &err);
	int64_t n = 0;

	if (r == NULL || store_read_count(r, &n, &err) < 0)
		die("the store cannot be read: %s", err.text);
	store_read_close(&r);
	return n;
}

int64_t world_withdrawn(struct world *w)
{
	const struct item_query all = {
		.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = LIMIT_PAGE_ENTRIES};
	struct error err = {""};
	struct store_reader *r = store_read_open(w->state, &err);
	struct item_page page;
	int64_t n = 0;

	if (r == NULL || store_read_items(r, &all, &w->a, &page, &err) < 0)
		die("the store cannot be read: %s", err.text);
	for (size_t i = 0; i < page.n; i++)
		n += page.items[i].withdrawn != INSTANT_NONE;
	store_read_close(&r);
	return n;
}
