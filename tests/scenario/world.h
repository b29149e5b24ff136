/*
 * world.h - a whole poller in simulated time: its mind and its store are the real ones
 *
 * The network is tests/fake/fetch.c, the parsers are tests/fake/workers.c, the store lies in a
 * folder of its own, and time passes only in world_run, from one event to the next.
 */
#ifndef TRIBUTARY_TESTS_SCENARIO_WORLD_H
#define TRIBUTARY_TESTS_SCENARIO_WORLD_H

#include "base/arena.h"
#include "base/clock.h" /* instant */
#include "base/log.h"   /* error */
#include "poll/fetch.h"
#include "store/read.h"

/* Monday, 5 January 2026, 00:00:00 UTC: when a scenario begins. */
#define WORLD_BEGIN INT64_C(1767571200)

struct conf;
struct polling;
struct store_writer;
struct workers;

struct world {
	struct arena a;
	char state[64];
	int64_t now_ms;
	bool disk_is_full;       /* commits fail */
	struct fetcher *fetcher; /* outlives restarts: it is the rest of the world */
	struct workers *workers;
	struct store_writer *store;
	struct polling *polling; /* NULL: not running */
	struct conf *conf;
};

void world_open(struct world *w);
void world_close(struct world *w); /* removes the folder */

/* Starts the poller with this configuration, or hands it to the one that runs.  -1 and `err`. */
int world_configure(struct world *w, struct slice text, struct error *err);

/* Ends the poller, in order. */
void world_stop(struct world *w);

/* Lives through so many seconds; ends the process where the poller spins. */
void world_run(struct world *w, int64_t seconds);

/* A source as readers see it; false where there is none. */
bool world_source(struct world *w, struct slice name, struct stored_source *source_out);
int64_t world_items(struct world *w); /* that readers can see */
int64_t world_withdrawn(struct world *w);

#endif
