/* search_find.c - hits in the order of the stream, and no longer than a reader may wait */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/query.h"
#include "store/search.h"
#include "store/search_query.h"
#include "store/search_weight.h"
#include "store/store.h"

#include <assert.h>
#include <sqlite3.h>
#include <time.h>

/* How many hits are passed over one by one before the index is asked anew; then twice as many. */
#define STEPS_WORDS  64
#define STEPS_PREFIX 65536 /* all that begins so is gathered each time */
#define STEPS_MOST   65536

#define LOOK_EVERY 200 /* of SQLite's steps, at the clock */
#define LEFT_MS    50  /* for what was begun when the time is up */

struct search {
	struct store *store;
	enum search_kind kind;
	struct slice expression;
	struct query q;
	struct place hit; /* the newest not passed over */
	double weight;    /* its */
	bool is_open, ended;
	int steps; /* before asking anew */
};

static int64_t row_of(struct place p)
{
	int64_t number = p.number < SEARCH_NUMBER_MOST ? p.number : SEARCH_NUMBER_MOST;

	if (p.at < 0)
		return -1;
	if (p.at > INT64_MAX >> SEARCH_NUMBER_BITS)
		return INT64_MAX;
	return (p.at << SEARCH_NUMBER_BITS) + number;
}

static struct place place_of(int64_t row)
{
	return (struct place){row >> SEARCH_NUMBER_BITS, row & SEARCH_NUMBER_MOST};
}

struct search *search_open(struct store *s, struct slice words, enum search_kind kind,
	struct arena *a, struct error *err)
{
	struct search_question question;
	struct search *one;

	if (!search_question_read(words, a, &question, err) ||
		(kind == SEARCH_WEIGHED && search_weight_register(s, err) < 0))
		return NULL;
	one = arena_alloc(a, sizeof *one);
	*one = (struct search){.store = s, .kind = kind, .expression = question.expression};
	one->steps = STEPS_WORDS;
	for (size_t i = 0; i < question.n_terms; i++)
		if (question.terms[i].is_prefix)
			one->steps = STEPS_PREFIX;
	return one;
}

/* To the first row that is not newer than `from`. */
static void ask(struct search *s, int64_t from)
{
	static const char PLACES[] = "SELECT rowid FROM search WHERE search MATCH ?"
				     " AND rowid <= ? ORDER BY rowid DESC";
	static const char WEIGHED[] = "SELECT rowid, weigh(search) FROM search"
				      " WHERE search MATCH ? AND rowid <= ? ORDER BY rowid DESC";

	s->q = query_ask(s->store, s->kind == SEARCH_WEIGHED ? WEIGHED : PLACES);
	query_end(&s->q); /* another search may have left it open */
	query_put_text(&s->q, s->expression);
	query_put_int(&s->q, from);
	s->is_open = true;
}

static int step(struct search *s, struct error *err)
{
	int got = query_step(&s->q, err);

	s->ended = got == 0;
	if (got == 1)
		s->hit = place_of(query_int(&s->q));
	if (got == 1 && s->kind == SEARCH_WEIGHED)
		s->weight = query_double(&s->q);
	if (got != 1)
		query_end(&s->q);
	return got < 0 ? -1 : 0;
}

static bool is_passed(const struct search *s, int64_t from)
{
	return !s->ended && row_of(s->hit) > from;
}

int search_find(struct search *s, struct place from, struct place *hit_out, struct error *err)
{
	int64_t row = row_of(from);

	if (!s->is_open) {
		ask(s, row);
		if (step(s, err) < 0)
			return -1;
	}
	for (int i = 0; i < s->steps && is_passed(s, row); i++)
		if (step(s, err) < 0)
			return -1;
	if (is_passed(s, row)) {
		if (s->steps < STEPS_MOST)
			s->steps *= 2;
		ask(s, row);
		if (step(s, err) < 0)
			return -1;
	}
	*hit_out = s->hit;
	return !s->ended;
}

double search_weight(const struct search *s)
{
	return s->ended ? 0. : s->weight;
}

int search_has(struct search *s, struct place item, struct error *err)
{
	static const char HAS[] = "SELECT 1 FROM search WHERE search MATCH ? AND rowid = ?";
	struct query q = query_ask(s->store, HAS);
	int got;

	query_put_text(&q, s->expression);
	query_put_int(&q, row_of(item));
	got = query_step(&q, err);
	query_end(&q);
	return got;
}

/* --- no longer than a reader may wait */

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int is_late(void *store)
{
	struct store *s = store;

	return now_ms() >= s->until_ms;
}

void search_limit(struct store *s, struct slice words)
{
	s->is_cut = false;
	s->failed = SQLITE_OK;
	s->until_ms = now_ms() + LIMIT_QUERY_MS - LEFT_MS;
	if (words.len > 0)
		sqlite3_progress_handler(s->db, LOOK_EVERY, is_late, s);
}

void search_unlimit(struct store *s, struct error *err)
{
	sqlite3_progress_handler(s->db, 0, NULL, NULL);
	s->is_cut = (s->failed & 0xff) == SQLITE_INTERRUPT;
	if (s->is_cut)
		error_set(err,
			"the search is too broad to be answered within %d ms: say it in more"
			" words, or rarer ones",
			LIMIT_QUERY_MS);
}
