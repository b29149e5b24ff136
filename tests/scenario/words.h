/* words.h - a line of a scenario, word by word */
#ifndef TRIBUTARY_TESTS_SCENARIO_WORDS_H
#define TRIBUTARY_TESTS_SCENARIO_WORDS_H

#include "base/arena.h"
#include "base/slice.h"

struct words {
	struct arena a;
	struct slice rest;
};

void words_init(struct words *w, struct slice line);
void words_clear(struct words *w);

/* The next word, without its quotes; empty at the end.  Lives as long as `w`. */
struct slice words_next(struct words *w);

/* What is left, as it stands, trimmed; and a line's first word. */
struct slice words_rest(const struct words *w);
struct slice words_first(struct slice line);

/* "90s", "30m", "6h", "7d" in seconds. */
bool words_duration(struct slice word, int64_t *seconds_out);

#endif
