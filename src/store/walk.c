/* walk.c - places of the stream, newest first, that meet several conditions at once */
#include "store/walk.h"
#include "base/arena.h"
#include "store/identity.h"
#include "store/query.h"
#include "store/search.h"
#include "store/store.h"

#include <stdlib.h>

#define BATCH_LEAST 2
#define BATCH_MOST  128

struct walk_stream {
	const char *sql; /* NULL: places of the caller's */
	int64_t of;      /* the source or topic that it is of, or */
	struct slice tongue;
	struct search *search;  /* or the words that it answers */
	const struct place *at; /* what was read ahead, */
	struct place *room;     /* here, */
	size_t n, cap, next;    /* and how far it is used */
	size_t batch;           /* how much to read ahead */
	bool ended;             /* nothing behind what was read */
};

bool walk_is_newer(struct place a, struct place b)
{
	return a.at != b.at ? a.at > b.at : a.number > b.number;
}

bool walk_takes_language(const struct item_query *q, struct slice lang)
{
	for (size_t i = 0; i < q->n_langs; i++) {
		struct slice want = q->langs[i];

		if (slice_equal_fold(slice_head(lang, want.len), want) &&
			(lang.len == want.len || lang.at[want.len] == '-'))
			return true;
	}
	return q->n_langs == 0;
}

/* --- one stream */

static bool is_at_end(const struct walk_stream *s)
{
	return s->next == s->n && s->ended;
}

static struct place head_of(const struct walk_stream *s)
{
	return s->at[s->next];
}

static void make_room(struct walk *w, struct walk_stream *s)
{
	if (s->batch <= s->cap)
		return;
	s->at = s->room = arena_array(w->a, s->batch, sizeof *s->room);
	s->cap = s->batch;
}

/* Reads a batch from `*from` on, without what a language's finer parts rule out. */
static int read_batch(struct walk *w, struct walk_stream *s, struct place *from, struct error *err)
{
	struct query q = query_ask(w->store, s->sql);
	struct arena a = {0};
	size_t read = 0;
	int got;

	query_put_int(&q, from->at);
	query_put_int(&q, from->number);
	query_put_int(&q, (int64_t)s->batch);
	if (s->tongue.len > 0)
		query_put_text(&q, s->tongue);
	else if (s->of != 0)
		query_put_int(&q, s->of);
	while ((got = query_step(&q, err)) == 1) {
		*from = (struct place){.at = query_int(&q)};
		from->number = query_int(&q);
		read++;
		s->room[s->n] = *from;
		if (s->tongue.len == 0 || walk_takes_language(w->query, query_text(&q, &a)))
			s->n++;
		arena_reset(&a);
	}
	query_end(&q);
	arena_clear(&a);
	s->ended = read < s->batch;
	from->number--;
	return got;
}

static int read_ahead(struct walk *w, struct walk_stream *s, struct place from, struct error *err)
{
	make_room(w, s);
	s->n = s->next = 0;
	do {
		if (read_batch(w, s, &from, err) < 0)
			return -1;
		if (s->n == 0 && s->batch < BATCH_MOST)
			s->batch *= 2;
		make_room(w, s);
	} while (s->n == 0 && !s->ended);
	return 0;
}

/* Hits are read one by one: the search itself leaps. */
static int read_hit(struct walk_stream *s, struct place from, struct error *err)
{
	int got = search_find(s->search, from, s->room, err);

	s->next = 0;
	s->n = got == 1;
	s->ended = got == 0;
	return got < 0 ? -1 : 0;
}

/* More at once where all of it is wanted, less where a leap left most of it behind. */
static void adapt(struct walk_stream *s, size_t passed)
{
	if (s->n > 0 && passed <= 1 && s->batch < BATCH_MOST)
		s->batch *= 2;
	else if (passed > 1 && s->batch > BATCH_LEAST)
		s->batch /= 2;
}

/* Goes on to the first place that is not newer than `from`. */
static int stream_seek(struct walk *w, struct walk_stream *s, struct place from, struct error *err)
{
	size_t first = s->next;

	while (s->next < s->n && walk_is_newer(head_of(s), from))
		s->next++;
	if (s->next < s->n || s->ended)
		return 0;
	if (s->search != NULL)
		return read_hit(s, from, err);
	adapt(s, s->next - first);
	return read_ahead(w, s, from, err);
}

/* --- a condition: the heap of its streams */

static void sink_down(struct walk_condition *c, size_t i)
{
	for (size_t child; (child = 2 * i + 1) < c->n; i = child) {
		struct walk_stream *s = c->heap[i];

		if (child + 1 < c->n &&
			walk_is_newer(head_of(c->heap[child + 1]), head_of(c->heap[child])))
			child++;
		if (!walk_is_newer(head_of(c->heap[child]), head_of(s)))
			return;
		c->heap[i] = c->heap[child];
		c->heap[child] = s;
	}
}

/* All streams at their first place; those that have none fall out. */
static int condition_open(
	struct walk *w, struct walk_condition *c, struct place from, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (stream_seek(w, c->heap[i], from, err) < 0)
			return -1;
		if (!is_at_end(c->heap[i]))
			c->heap[n++] = c->heap[i];
	}
	c->n = n;
	for (size_t i = n / 2; i-- > 0;)
		sink_down(c, i);
	return 0;
}

/* 1 the first place that is not newer than `from`, 0 none, -1 error. */
static int condition_seek(struct walk *w, struct walk_condition *c, struct place from,
	struct place *place_out, struct error *err)
{
	while (c->n > 0 && walk_is_newer(head_of(c->heap[0]), from)) {
		if (stream_seek(w, c->heap[0], from, err) < 0)
			return -1;
		if (is_at_end(c->heap[0]))
			c->heap[0] = c->heap[--c->n];
		sink_down(c, 0);
	}
	if (c->n == 0)
		return 0;
	*place_out = head_of(c->heap[0]);
	return 1;
}

/* --- which streams */

static int compare_numbers(const void *one, const void *other)
{
	int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;

	return a < b ? -1 : a > b;
}

static bool has_number(const struct walk_numbers *all, int64_t number)
{
	return all->n > 0 &&
	       bsearch(&number, all->at, all->n, sizeof *all->at, compare_numbers) != NULL;
}

/* Sorted, each once. */
static void order(struct walk_numbers *all)
{
	size_t n = 0;

	if (all->n == 0)
		return;
	qsort(all->at, all->n, sizeof *all->at, compare_numbers);
	for (size_t i = 0; i < all->n; i++)
		if (n == 0 || all->at[n - 1] != all->at[i])
			all->at[n++] = all->at[i];
	all->n = n;
}

/* Adds the numbers that a statement finds for each of these names. */
static int find_numbers(struct walk *w, const char *sql, const struct slice *names, size_t n,
	struct walk_numbers *to, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct query q = query_ask(w->store, sql);
		int got;

		query_put_text(&q, names[i]);
		while ((got = query_step(&q, err)) == 1)
			*ARENA_PUSH(w->a, to) = query_int(&q);
		query_end(&q);
		if (got < 0)
			return -1;
	}
	order(to);
	return 0;
}

/* Those of one list that stand in the other too. */
static void intersect(struct walk_numbers *one, const struct walk_numbers *other)
{
	size_t n = 0;

	for (size_t i = 0; i < one->n; i++)
		if (has_number(other, one->at[i]))
			one->at[n++] = one->at[i];
	one->n = n;
}

/* Named and tagged: both must hold. */
static int find_sources(struct walk *w, struct error *err)
{
	static const char NAMED[] = "SELECT number FROM source WHERE name = ?";
	static const char TAGGED[] = "SELECT number FROM source"
				     " WHERE instr(tags, char(10) || ? || char(10)) > 0";
	const struct item_query *q = w->query;
	struct walk_numbers tagged = {0};

	if (find_numbers(w, NAMED, q->sources, q->n_sources, &w->sources, err) < 0 ||
		find_numbers(w, TAGGED, q->tags, q->n_tags, &tagged, err) < 0)
		return -1;
	if (q->n_sources > 0 && q->n_tags > 0)
		intersect(&w->sources, &tagged);
	else if (q->n_tags > 0)
		w->sources = tagged;
	return 0;
}

static struct walk_condition *add_condition(struct walk *w, size_t most)
{
	struct walk_condition *c = &w->conditions[w->n++];

	c->heap = arena_array(w->a, most, sizeof(struct walk_stream *));
	return c;
}

static struct walk_stream *add_stream(struct walk *w, struct walk_condition *c, const char *sql)
{
	struct walk_stream *s = arena_alloc(w->a, sizeof *s);

	*s = (struct walk_stream){.sql = sql, .batch = BATCH_LEAST};
	c->heap[c->n++] = s;
	return s;
}

static void add_numbers(struct walk *w, const char *sql, const struct walk_numbers *all)
{
	struct walk_condition *c = add_condition(w, all->n);

	for (size_t i = 0; i < all->n; i++)
		add_stream(w, c, sql)->of = all->at[i];
}

/* One stream for each first part of a language. */
static void add_tongues(struct walk *w)
{
	static const char WALK[] = "SELECT place, number, lang FROM item INDEXED BY item_by_tongue"
				   " WHERE held = 0 AND tongue = ?4 AND (place, number) <= (?1, ?2)"
				   " ORDER BY place DESC, number DESC LIMIT ?3";
	struct walk_condition *c = add_condition(w, w->query->n_langs);

	for (size_t i = 0; i < w->query->n_langs; i++) {
		char room[TONGUE_BYTES];
		struct slice tongue = identity_tongue(w->query->langs[i], room);
		bool is_there = tongue.len == 0;

		for (size_t k = 0; k < c->n && !is_there; k++)
			is_there = slice_equal(c->heap[k]->tongue, tongue);
		if (!is_there)
			add_stream(w, c, WALK)->tongue = slice_copy(w->a, tongue);
	}
}

static void add_all(struct walk *w)
{
	static const char WALK[] =
		"SELECT place, number FROM item INDEXED BY item_by_place WHERE held = 0"
		" AND (place, number) <= (?1, ?2) ORDER BY place DESC, number DESC LIMIT ?3";
	struct walk_stream *s = add_stream(w, add_condition(w, 1), WALK);

	s->batch = BATCH_MOST;
}

/* What is searched for; which of the hits readers see, another condition says. */
static int add_search(struct walk *w, struct error *err)
{
	struct walk_stream *s;

	w->search = search_open(w->store, w->query->q, SEARCH_PLACES, w->a, err);
	if (w->search == NULL)
		return -1;
	s = add_stream(w, add_condition(w, 1), NULL);
	s->search = w->search;
	s->at = s->room = arena_alloc(w->a, sizeof *s->room);
	return 0;
}

/* --- the walk */

static struct place start_of(const struct item_query *q)
{
	struct place from = {INT64_MAX, INT64_MAX};

	if (q->until != INSTANT_NONE)
		from = (struct place){q->until, 0}; /* numbers are counted from 1 */
	if (q->after != NULL && walk_is_newer(from, *q->after))
		from = (struct place){q->after->at, q->after->number - 1};
	return from;
}

int walk_open(struct walk *w, struct store *s, const struct item_query *q, struct arena *a,
	struct error *err)
{
	static const char SOURCE[] =
		"SELECT s.place, s.item FROM sighting s INDEXED BY sighting_by_source"
		" CROSS JOIN item i ON i.number = s.item AND i.held = 0 WHERE s.source = ?4"
		" AND (s.place, s.item) <= (?1, ?2) ORDER BY s.place DESC, s.item DESC LIMIT ?3";
	static const char TOPIC[] =
		"SELECT x.place, x.item FROM item_topic x"
		" CROSS JOIN item i ON i.number = x.item AND i.held = 0 WHERE x.topic = ?4"
		" AND (x.place, x.item) <= (?1, ?2) ORDER BY x.place DESC, x.item DESC LIMIT ?3";
	static const char FIND_TOPIC[] = "SELECT number FROM topic WHERE name = ?";

	*w = (struct walk){.store = s, .a = a, .query = q, .from = start_of(q)};
	w->since = q->since == INSTANT_NONE ? INT64_MIN : q->since;
	w->by_source = q->n_sources > 0 || q->n_tags > 0;
	w->by_topic = q->n_topics > 0;
	if (find_sources(w, err) < 0 ||
		find_numbers(w, FIND_TOPIC, q->topics, q->n_topics, &w->topics, err) < 0)
		return -1;
	if (w->by_source)
		add_numbers(w, SOURCE, &w->sources);
	if (w->by_topic)
		add_numbers(w, TOPIC, &w->topics);
	if (q->n_langs > 0)
		add_tongues(w);
	if (w->n == 0)
		add_all(w);
	if (q->q.len > 0 && add_search(w, err) < 0)
		return -1;
	for (size_t i = 0; i < w->n; i++)
		if (condition_open(w, &w->conditions[i], w->from, err) < 0)
			return -1;
	return 0;
}

void walk_among(struct walk *w, const struct place *places, size_t n)
{
	struct walk_condition *c = add_condition(w, 1);
	struct walk_stream *s;

	if (n == 0)
		return;
	s = arena_alloc(w->a, sizeof *s);
	*s = (struct walk_stream){.at = places, .n = n, .ended = true};
	c->heap[c->n++] = s;
}

int walk_next(struct walk *w, struct place *place_out, struct error *err)
{
	struct place at = w->from;
	size_t agreed = 0;

	for (size_t i = 0; agreed < w->n; i = (i + 1) % w->n) {
		struct place p;
		int got = condition_seek(w, &w->conditions[i], at, &p, err);

		if (got <= 0)
			return got;
		if (p.at < w->since)
			return 0;
		agreed = walk_is_newer(at, p) ? 1 : agreed + 1;
		at = p;
	}
	w->from = (struct place){at.at, at.number - 1};
	*place_out = at;
	return 1;
}

/* --- one item by itself */

/* 1 one of the numbers that a statement finds for an item is among those, 0 none, -1 error. */
static int has_one_of(struct walk *w, const char *sql, int64_t item,
	const struct walk_numbers *those, struct error *err)
{
	struct query q = query_ask(w->store, sql);
	bool found = false;
	int got = 0;

	query_put_int(&q, item);
	while (!found && (got = query_step(&q, err)) == 1)
		found = has_number(those, query_int(&q));
	query_end(&q);
	return got < 0 ? -1 : found;
}

static int has_language(struct walk *w, int64_t item, struct error *err)
{
	static const char FIND[] = "SELECT lang FROM item WHERE number = ?";
	struct query q = query_ask(w->store, FIND);
	struct arena a = {0};
	int got;

	query_put_int(&q, item);
	got = query_step(&q, err);
	if (got == 1)
		got = walk_takes_language(w->query, query_text(&q, &a));
	query_end(&q);
	arena_clear(&a);
	return got;
}

int walk_takes(struct walk *w, struct place place, struct error *err)
{
	static const char SOURCES[] = "SELECT source FROM sighting WHERE item = ?";
	static const char TOPICS[] = "SELECT topic FROM item_topic WHERE item = ?";
	int got = 1;

	if (w->by_source)
		got = has_one_of(w, SOURCES, place.number, &w->sources, err);
	if (got == 1 && w->by_topic)
		got = has_one_of(w, TOPICS, place.number, &w->topics, err);
	if (got == 1 && w->query->n_langs > 0)
		got = has_language(w, place.number, err);
	if (got == 1 && w->search != NULL)
		got = search_has(w->search, place, err);
	return got;
}
