/* write_story_load.c - what src/story needs to go on where it stood */
#include "store/item_row.h"
#include "store/query.h"
#include "store/writer.h"

#define STORY_COLUMNS "number, lang, first, last, n, centroid, across, band, locked FROM story"
#define ITEM_COLUMNS                                                                               \
	"m.item, m.story, m.how, m.score, m.near, m.at, s.lang, m.vec FROM item_story m"           \
	" JOIN story s ON s.number = m.story"

/* Walks a statement's rows, each of which `tell` reads. */
static int each(struct store_writer *w, struct query *q,
	void (*tell)(struct query *q, struct arena *a, const struct story_sink *sink, void *to),
	const struct story_sink *sink, void *to, struct error *err)
{
	int got;

	while ((got = query_step(q, err)) == 1) {
		tell(q, &w->scratch, sink, to);
		arena_reset(&w->scratch);
	}
	query_end(q);
	return got;
}

static void tell_meta(struct query *q, struct arena *a, const struct story_sink *sink, void *to)
{
	struct slice name = query_text(q, a);

	sink->meta(to, name, query_blob(q, a));
}

static void tell_term(struct query *q, struct arena *a, const struct story_sink *sink, void *to)
{
	struct story_term_row row = {.lang = (uint32_t)query_int(q)};

	(void)a;
	row.hash = (uint32_t)query_int(q);
	row.df = query_double(q);
	sink->term(to, &row);
}

static void read_story_row(struct query *q, struct arena *a, struct story_row *row)
{
	*row = (struct story_row){.story = query_int(q)};
	row->lang = query_text(q, a);
	row->first = query_int(q);
	row->last = query_int(q);
	row->n = query_int(q);
	row->centroid = query_blob(q, a);
	row->across = query_blob(q, a);
	row->group = query_int(q);
	row->locked = query_int(q) != 0;
}

static void tell_story(struct query *q, struct arena *a, const struct story_sink *sink, void *to)
{
	struct story_row row;

	read_story_row(q, a, &row);
	sink->story(to, &row);
}

static void read_item_row(struct query *q, struct arena *a, struct story_item_row *row)
{
	*row = (struct story_item_row){.item = query_int(q)};
	row->story = query_int(q);
	row->how = query_text(q, a);
	row->score = query_double(q);
	row->near = query_int(q);
	row->at = query_int(q);
	row->lang = query_text(q, a);
	row->vec = query_blob(q, a);
}

static void tell_item(struct query *q, struct arena *a, const struct story_sink *sink, void *to)
{
	struct story_item_row row;

	read_item_row(q, a, &row);
	sink->item(to, &row);
}

static void tell_apart(struct query *q, struct arena *a, const struct story_sink *sink, void *to)
{
	int64_t item = query_int(q);

	(void)a;
	sink->apart(to, item, query_int(q));
}

int store_write_stories_load(struct store_writer *w, instant since, const struct story_sink *sink,
	void *to, struct error *err)
{
	static const char META[] = "SELECT name, value FROM story_meta ORDER BY name";
	static const char TERM[] = "SELECT lang, hash, df FROM story_term ORDER BY lang, hash";
	static const char STORY[] = "SELECT " STORY_COLUMNS
				    " WHERE last >= ?1 OR number IN (SELECT story FROM item_story"
				    " WHERE vec IS NOT NULL AND at >= ?1) ORDER BY number";
	static const char ITEM[] =
		"SELECT " ITEM_COLUMNS " WHERE m.vec IS NOT NULL AND m.at >= ?1 ORDER BY m.item";
	static const char APART[] = "SELECT item, story FROM story_apart ORDER BY item, story";
	static const struct {
		const char *sql;
		void (*tell)(
			struct query *q, struct arena *a, const struct story_sink *sink, void *to);
		bool since;
	} all[] = {
		{META, tell_meta, false},
		{TERM, tell_term, false},
		{STORY, tell_story, true},
		{ITEM, tell_item, true},
		{APART, tell_apart, false},
	};

	for (size_t i = 0; i < COUNT(all); i++) {
		struct query q = query_ask(&w->store, all[i].sql);

		if (all[i].since)
			query_put_int(&q, since);
		if (each(w, &q, all[i].tell, sink, to, err) < 0)
			return -1;
	}
	return 0;
}

/* --- one story, by any name */

/* Two numbers of one row.  1, 0 there is none, or -1 and `err`. */
static int take_pair(struct query *q, int64_t *item_out, int64_t *story_out, struct error *err)
{
	int got = query_step(q, err);

	if (got == 1) {
		*item_out = query_int(q);
		*story_out = query_int(q);
	}
	query_end(q);
	return got;
}

static int find_named(struct store_writer *w, struct slice any_id, int64_t *item_out,
	int64_t *story_out, struct error *err)
{
	static const char NUMBER[] = "SELECT item, story FROM item_story WHERE item = ?";
	static const char STORY[] = "SELECT 0, number FROM story WHERE public = ?";
	static const char ITEM[] = "SELECT m.item, m.story FROM item i"
				   " JOIN item_story m ON m.item = i.number WHERE i.public = ?";
	struct digest public;
	struct query q;
	int64_t number;
	int got = 0;

	if (any_id.len < 2 * DIGEST_BYTES && slice_int(any_id, 1, INT64_MAX, &number)) {
		q = query_ask(&w->store, NUMBER);
		query_put_int(&q, number);
		return take_pair(&q, item_out, story_out, err);
	}
	if (item_row_story_id(any_id, &public)) {
		q = query_ask(&w->store, STORY);
		query_put_digest(&q, &public);
		got = take_pair(&q, item_out, story_out, err);
	}
	if (got != 0)
		return got;
	public = item_row_public(any_id);
	q = query_ask(&w->store, ITEM);
	query_put_digest(&q, &public);
	return take_pair(&q, item_out, story_out, err);
}

int store_write_story_of(struct store_writer *w, struct slice any_id, struct arena *a,
	struct story_item_row *item_out, struct story_row *story_out, struct error *err)
{
	static const char ITEM[] = "SELECT " ITEM_COLUMNS " WHERE m.item = ?";
	static const char STORY[] = "SELECT " STORY_COLUMNS " WHERE number = ?";
	int64_t item = 0, story = 0;
	struct query q;
	int got = find_named(w, any_id, &item, &story, err);

	*item_out = (struct story_item_row){.item = 0};
	if (got == 1 && item != 0) {
		q = query_ask(&w->store, ITEM);
		query_put_int(&q, item);
		got = query_step(&q, err);
		if (got == 1)
			read_item_row(&q, a, item_out);
		query_end(&q);
	}
	if (got != 1)
		return got;
	q = query_ask(&w->store, STORY);
	query_put_int(&q, story);
	got = query_step(&q, err);
	if (got == 1)
		read_story_row(&q, a, story_out);
	query_end(&q);
	return got;
}
