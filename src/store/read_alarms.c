/* read_alarms.c - what is, or was, wrong with the sources */
#include "base/arena.h"
#include "base/log.h"
#include "store/query.h"
#include "store/reader.h"

struct alarm_list {
	struct stored_alarm *at;
	size_t n, cap;
};

/* Kinds of a newer version are left out. */
static int read_rows(struct query *q, struct arena *a, struct stored_alarm **alarms_out,
	size_t *n_out, struct error *err)
{
	struct alarm_list list = {0};
	int got;

	while ((got = query_step(q, err)) == 1) {
		struct stored_alarm one = {.source = query_int(q)};

		one.kind = alarm_of(query_text(q, a));
		one.since = query_instant(q);
		one.until = query_instant(q);
		one.detail = query_text(q, a);
		if (one.kind != ALARMS)
			*ARENA_PUSH(a, &list) = one;
	}
	query_end(q);
	*alarms_out = list.at;
	*n_out = list.n;
	return got;
}

int alarms_of(struct store_reader *r, int64_t source, struct arena *a,
	struct stored_alarm **alarms_out, size_t *n_out, struct error *err)
{
	static const char FIND[] = "SELECT source, kind, since, until, detail FROM alarm"
				   " WHERE source = ? AND until IS NULL ORDER BY since, number";
	struct query q = query_ask(&r->store, FIND);

	query_put_int(&q, source);
	return read_rows(&q, a, alarms_out, n_out, err);
}

int store_read_alarms(struct store_reader *r, instant after, size_t limit, struct arena *a,
	struct stored_alarm **alarms_out, size_t *n_out, struct error *err)
{
	static const char FIND[] =
		"SELECT a.source, a.kind, a.since, a.until, a.detail FROM alarm a"
		" JOIN source s ON s.number = a.source AND s.retired = 0"
		" WHERE a.until IS NULL OR a.until > ?1"
		" ORDER BY coalesce(a.until, a.since) DESC, a.number DESC LIMIT ?2";
	struct query q;
	int got;

	if (store_read_begin(r, err) < 0)
		return -1;
	q = query_ask(&r->store, FIND);
	query_put_int(&q, after);
	query_put_int(&q, (int64_t)limit);
	got = read_rows(&q, a, alarms_out, n_out, err);
	store_read_end(r);
	return got;
}
