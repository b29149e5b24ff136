/* filled.h - a store in a folder of its own, filled with as many items as are asked for */
#ifndef TRIBUTARY_TESTS_BENCH_FILLED_H
#define TRIBUTARY_TESTS_BENCH_FILLED_H

#include "base/arena.h"
#include "base/log.h"
#include "store/write.h"

#include <stdbool.h>

#define FILLED_FEED_ITEMS 20 /* a document's */

/* The text of item `n`, of `words` words, in `a`. */
typedef struct slice filled_text(struct arena *a, size_t n, unsigned words);

struct filled {
	char state[64];
	struct store_writer *w;
	struct arena a; /* of the sources and the text */
	char *text;
	struct source_known *sources;
	size_t n_sources;
	instant now;
	filled_text *write; /* NULL: each text is a stretch of one long text, which costs nothing */
};

/* An empty store that knows `n_sources` sources, each at a host of its own; ends the process on
 * any error. */
void filled_open(struct filled *f, size_t n_sources);
void filled_close(struct filled *f);

/*
 * Stores document `n`: a first one of source n modulo the sources, items of `words` words, at most
 * 5,000, in groups of `polls` polls a commit, each 997th item in Welsh, all others in English.
 */
void filled_add(struct filled *f, size_t n, unsigned words, size_t polls);

/* Seconds of processor that this process has used. */
double filled_cpu_s(void);

#endif
