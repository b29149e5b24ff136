/* play.h - a scenario that is being played: what run.c and expect.c share */
#ifndef TRIBUTARY_TESTS_SCENARIO_PLAY_H
#define TRIBUTARY_TESTS_SCENARIO_PLAY_H

#include "words.h"
#include "world.h"

struct part {
	struct slice name, text;
};

struct play {
	struct world w;
	struct {
		struct part *at;
		size_t n, cap;
	} parts; /* of the configuration; name empty: global */
	bool is_applied;
	size_t mark; /* requests that are not counted any more */
	bool bad;
	const char *file;
	int line;
};

/* Something is not as it must be. */
void complain(struct play *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* expect.c: the command `expect`. */
void play_expect(struct play *p, struct words *in);

#endif
