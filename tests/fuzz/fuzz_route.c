/*
 * fuzz_route.c - any bytes as a target and as the headers that decide what is sent
 *
 * A target that is understood and put again is understood alike; nothing else may happen.
 */
#include "base/arena.h"
#include "publish/condition.h"
#include "publish/route.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_target(struct slice target)
{
	struct route r, again;
	struct arena a;
	struct buf out;

	arena_init(&a);
	buf_init(&out, SIZE_MAX);
	if (route_parse(target, &a, &r) == ROUTE_OK && r.kind == ROUTE_FEED) {
		route_put(&out, r.path, r.filter, r.query.limit, r.query.after);
		if (route_parse(buf_slice(&out), &a, &again) != ROUTE_OK ||
			!slice_equal(r.filter, again.filter) || !slice_equal(r.name, again.name) ||
			r.form != again.form || r.query.since != again.query.since ||
			r.query.limit != again.query.limit)
			abort();
	}
	buf_clear(&out);
	arena_clear(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_from((const char *)data, size), line[4] = {SLICE_NONE};
	struct conditions c;

	for (size_t i = 0; i < COUNT(line); i++)
		(void)slice_cut(&rest, '\n', &line[i]);
	read_target(line[0]);
	c = (struct conditions){
		.if_none_match = line[1], .if_modified_since = line[2], .if_match = rest};
	(void)condition_judge(&c, SLICE("\"abc\""), 784111777);
	(void)condition_takes_gzip(line[3]);
	return 0;
}
