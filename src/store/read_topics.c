/* read_topics.c - how much each topic has */
#include "base/arena.h"
#include "store/query.h"
#include "store/reader.h"

struct counts {
	struct topic_count *at;
	size_t n, cap;
};

/* Numbers grow with the time of first sight: the first of those seen since then. */
static int first_since(
	struct store_reader *r, instant since, int64_t *number_out, struct error *err)
{
	static const char FIND[] = "SELECT number, first_seen FROM item WHERE number >= ?"
				   " ORDER BY number LIMIT 1";
	static const char LAST[] = "SELECT coalesce(max(number), 0) + 1 FROM item";
	struct query last = query_ask(&r->store, LAST);
	int64_t low = 0, high = 0;
	int got = query_step(&last, err);

	if (got == 1)
		high = query_int(&last);
	query_end(&last);
	while (got >= 0 && low < high) {
		int64_t mid = low + (high - low) / 2, number = high;
		struct query q = query_ask(&r->store, FIND);
		bool early = false;

		query_put_int(&q, mid);
		got = query_step(&q, err);
		if (got == 1) {
			number = query_int(&q);
			early = query_int(&q) < since;
		}
		query_end(&q);
		if (early)
			low = number + 1;
		else
			high = mid;
	}
	*number_out = low;
	return got < 0 ? -1 : 0;
}

static int count(
	struct store_reader *r, int64_t from, struct arena *a, struct counts *to, struct error *err)
{
	static const char FIND[] =
		"SELECT t.name, x.n FROM (SELECT topic, count(*) AS n FROM item_topic"
		" INDEXED BY item_topic_by_item WHERE item >= ? GROUP BY topic) x"
		" JOIN topic t ON t.number = x.topic ORDER BY t.name";
	struct query q = query_ask(&r->store, FIND);
	int got;

	query_put_int(&q, from);
	while ((got = query_step(&q, err)) == 1) {
		struct topic_count *one = ARENA_PUSH(a, to);

		one->name = query_text(&q, a);
		one->items = query_int(&q);
	}
	query_end(&q);
	return got;
}

int store_read_topics(struct store_reader *r, instant since, struct arena *a,
	struct topic_count **counts_out, size_t *n_out, struct error *err)
{
	struct counts all = {0};
	int64_t from;
	int done;

	if (store_read_begin(r, err) < 0)
		return -1;
	done = first_since(r, since, &from, err);
	if (done == 0)
		done = count(r, from, a, &all, err);
	store_read_end(r);
	*counts_out = all.at;
	*n_out = all.n;
	return done;
}
