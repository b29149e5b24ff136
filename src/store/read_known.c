/* read_known.c - what the poller knows of a source, for who explains it */
#include "base/arena.h"
#include "base/log.h"
#include "store/query.h"
#include "store/reader.h"
#include "store/source_row.h"

static int find(struct store_reader *r, struct slice name, int64_t *number_out, struct error *err)
{
	static const char FIND[] = "SELECT number FROM source WHERE name = ?";
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_text(&q, name);
	got = query_step(&q, err);
	if (got == 1)
		*number_out = query_int(&q);
	query_end(&q);
	return got;
}

int store_read_known(struct store_reader *r, struct slice name, struct arena *a,
	struct source_known *known_out, struct error *err)
{
	int got;

	*known_out = (struct source_known){0};
	if (store_read_begin(r, err) < 0)
		return -1;
	got = find(r, name, &known_out->number, err);
	if (got == 1 && source_row_known(&r->store, known_out, a, err) < 0)
		got = -1;
	store_read_end(r);
	return got;
}
