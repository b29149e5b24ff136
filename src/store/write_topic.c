/* write_topic.c - an item's topics, and the past whose topics are made anew */
#include "base/limits.h"
#include "base/log.h"
#include "store/item_row.h"
#include "store/query.h"
#include "store/writer.h"

struct topics {
	int64_t item;
	const struct slice *names, *why;
	size_t n;
};

/* The number of a topic, made where it has none. */
static int intern(struct store_writer *w, struct slice name, int64_t *topic_out, struct error *err)
{
	static const char FIND[] = "SELECT number FROM topic WHERE name = ?";
	static const char PUT[] = "INSERT INTO topic (name) VALUES (?) RETURNING number";
	static const char *const ways[] = {FIND, PUT};
	int got = 0;

	for (size_t i = 0; got == 0 && i < COUNT(ways); i++) {
		struct query q = query_ask(&w->store, ways[i]);

		query_put_text(&q, name);
		got = query_step(&q, err);
		if (got == 1)
			*topic_out = query_int(&q);
		query_end(&q);
	}
	return got < 0 ? -1 : 0;
}

/* Has the item these topics already, for these reasons?  1, 0, or -1 and `err`. */
static int has_these(struct store_writer *w, const struct topics *t, struct error *err)
{
	static const char FIND[] =
		"SELECT t.name, x.why FROM item_topic x CROSS JOIN topic t ON t.number = x.topic"
		" WHERE x.item = ? ORDER BY t.name";
	struct query q = query_ask(&w->store, FIND);
	bool same = true;
	size_t n = 0;
	int got;

	query_put_int(&q, t->item);
	while ((got = query_step(&q, err)) == 1 && same) {
		same = n < t->n && slice_equal(query_text(&q, &w->arena), t->names[n]) &&
		       slice_equal(query_text(&q, &w->arena), t->why[n]);
		n++;
	}
	query_end(&q);
	return got < 0 ? -1 : same && n == t->n;
}

static int put_one(
	struct store_writer *w, const struct topics *t, size_t i, instant place, struct error *err)
{
	static const char PUT[] = "INSERT OR REPLACE INTO item_topic (topic, place, item, why)"
				  " VALUES (?, ?, ?, ?)";
	struct query q;
	int64_t topic = 0;

	if (intern(w, t->names[i], &topic, err) < 0)
		return -1;
	q = query_ask(&w->store, PUT);
	query_put_int(&q, topic);
	query_put_int(&q, place);
	query_put_int(&q, t->item);
	query_put_text(&q, t->why[i]);
	return write_run(w, &q, err);
}

static int drop_all(struct store_writer *w, int64_t item, struct error *err)
{
	static const char DROP[] = "DELETE FROM item_topic WHERE (topic, place, item) IN"
				   " (SELECT topic, place, item FROM item_topic WHERE item = ?)";
	struct query q = query_ask(&w->store, DROP);

	query_put_int(&q, item);
	return write_run(w, &q, err);
}

static int put_topics(struct store_writer *w, void *with, struct error *err)
{
	const struct topics *t = with;
	struct placed item;
	int got = has_these(w, t, err);

	if (got != 0)
		return got < 0 ? -1 : 0;
	got = write_find_placed(w, t->item, &item, err);
	if (got <= 0)
		return got == 0 ? error_set(err, "an item with topics is not in the store") : -1;
	if (drop_all(w, t->item, err) < 0)
		return -1;
	for (size_t i = 0; i < t->n; i++)
		if (put_one(w, t, i, item.place, err) < 0)
			return -1;
	w->tally.visible |= !item.held;
	return item.changed == write_serial(w) ? 0 : write_touch(w, t->item, err);
}

int store_write_topics(struct store_writer *w, int64_t item, const struct slice *names,
	const struct slice *why, size_t n, struct error *err)
{
	struct topics t = {item, names, why, n};

	return write_under_savepoint(w, put_topics, &t, err);
}

int store_write_topics_past(struct store_writer *w, int64_t after, size_t limit, struct arena *a,
	struct stored_item **items_out, size_t *n_out, struct error *err)
{
	static const char FIND[] =
		"SELECT number FROM item WHERE number > ? ORDER BY number LIMIT ?";
	size_t most = limit < LIMIT_PAGE_ENTRIES ? limit : LIMIT_PAGE_ENTRIES;
	int64_t *numbers = arena_array(a, most, sizeof *numbers);
	struct stored_item *items;
	struct query q = query_ask(&w->store, FIND);
	size_t n = 0;
	int got = 0;

	query_put_int(&q, after);
	query_put_int(&q, (int64_t)most);
	while (n < most && (got = query_step(&q, err)) == 1)
		numbers[n++] = query_int(&q);
	query_end(&q);
	items = arena_array(a, n, sizeof *items);
	for (size_t i = 0; got >= 0 && i < n; i++)
		got = item_row_read(&w->store, numbers[i], a, &items[i], err);
	*items_out = items;
	*n_out = n;
	return got < 0 ? -1 : 0;
}

int store_write_noted(struct store_writer *w, struct slice name, struct arena *a,
	struct slice *value_out, struct error *err)
{
	static const char FIND[] = "SELECT value FROM note WHERE name = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_text(&q, name);
	got = query_step(&q, err);
	*value_out = got == 1 ? query_blob(&q, a) : SLICE_NONE;
	query_end(&q);
	return got;
}
