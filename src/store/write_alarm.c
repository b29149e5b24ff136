/* write_alarm.c - alarms begin and end */
#include "base/limits.h"
#include "base/log.h"
#include "store/query.h"
#include "store/writer.h"

struct word {
	int64_t source;
	enum alarm kind;
	instant now;
	struct slice detail;
};

static int begin(struct store_writer *w, void *with, struct error *err)
{
	static const char PUT[] = "INSERT INTO alarm (source, kind, since, detail)"
				  " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
	const struct word *a = with;
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, a->source);
	query_put_text(&q, slice_of(alarm_name(a->kind)));
	query_put_int(&q, a->now);
	query_put_text(&q, a->detail);
	return write_run(w, &q, err);
}

static int forget_old(struct store_writer *w, instant now, struct error *err)
{
	static const char PUT[] = "DELETE FROM alarm WHERE until < ?";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, now - LIMIT_ALARM_KEEP_S);
	return write_run(w, &q, err);
}

static int end(struct store_writer *w, void *with, struct error *err)
{
	static const char PUT[] = "UPDATE alarm SET until = ? WHERE source = ? AND kind = ?"
				  " AND until IS NULL";
	const struct word *a = with;
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, a->now);
	query_put_int(&q, a->source);
	query_put_text(&q, slice_of(alarm_name(a->kind)));
	return write_run(w, &q, err) < 0 ? -1 : forget_old(w, a->now, err);
}

int store_write_alarm(struct store_writer *w, int64_t source, enum alarm kind, bool begins,
	instant now, struct slice detail, struct error *err)
{
	struct word a = {source, kind, now, detail};

	return write_under_savepoint(w, begins ? begin : end, &a, err) == 0 ? 0 : -1;
}

int alarms_end(struct store_writer *w, int64_t source, instant now, struct error *err)
{
	static const char END[] = "UPDATE alarm SET until = ? WHERE source = ? AND until IS NULL";
	static const char NONE[] = "UPDATE history SET alarms = 0 WHERE source = ? AND alarms <> 0";
	struct query q = query_ask(&w->store, END);

	query_put_int(&q, now);
	query_put_int(&q, source);
	if (write_run(w, &q, err) < 0)
		return -1;
	q = query_ask(&w->store, NONE);
	query_put_int(&q, source);
	return write_run(w, &q, err);
}

int store_write_holds(struct store_writer *w, int64_t source, struct error *err)
{
	static const char FIND[] =
		"SELECT 1 FROM item INDEXED BY item_held WHERE source = ? AND held = 1 LIMIT 1";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, source);
	got = query_step(&q, err);
	query_end(&q);
	return got;
}
