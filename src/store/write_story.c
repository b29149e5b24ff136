/*
 * write_story.c - what src/story has decided, kept
 *
 * A story is born with its first item, whose atom:id gives it an id for ever.  Its own row may be
 * written before that item's or after it.
 */
#include "base/limits.h"
#include "base/log.h"
#include "store/query.h"
#include "store/writer.h"

#define STORY_ID_TRIES 16 /* for an item that founds a story, leaves it and founds another */
#define BAND_MOST      16 /* stories of one event: one a language */

/* --- what stands beside what */

int write_touch_story(struct store_writer *w, int64_t item, struct error *err)
{
	static const char PUT[] =
		"UPDATE item SET changed = ?1 WHERE number IN (SELECT item FROM item_story"
		" WHERE story = (SELECT story FROM item_story WHERE item = ?2)"
		" ORDER BY place DESC, item DESC LIMIT ?3)";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, write_serial(w));
	query_put_int(&q, item);
	query_put_int(&q, LIMIT_SIBLINGS);
	return write_run(w, &q, err);
}

static int touch_members(struct store_writer *w, int64_t story, struct error *err)
{
	static const char PUT[] =
		"UPDATE item SET changed = ?1 WHERE number IN (SELECT item FROM item_story"
		" WHERE story = ?2 ORDER BY place DESC, item DESC LIMIT ?3)";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, write_serial(w));
	query_put_int(&q, story);
	query_put_int(&q, LIMIT_SIBLINGS);
	return write_run(w, &q, err);
}

static int touch_band(struct store_writer *w, int64_t band, struct error *err)
{
	static const char FIND[] = "SELECT number FROM story WHERE band = ? AND band <> 0 LIMIT ?";
	int64_t stories[BAND_MOST];
	struct query q = query_ask(&w->store, FIND);
	size_t n = 0;
	int got = 0;

	query_put_int(&q, band);
	query_put_int(&q, BAND_MOST);
	while (n < BAND_MOST && (got = query_step(&q, err)) == 1)
		stories[n++] = query_int(&q);
	query_end(&q);
	for (size_t i = 0; got >= 0 && i < n; i++)
		got = touch_members(w, stories[i], err);
	return got < 0 ? -1 : 0;
}

/* --- birth and end */

static struct digest story_public(struct slice atom_id, unsigned try)
{
	char text[UUID_TEXT_BYTES], again = (char)('0' + try);
	struct slice parts[] = {SLICE("story"), atom_id, slice_from(&again, try > 0 ? 1 : 0)};
	struct digest public = {{0}};

	digest_uuid5(text, parts, COUNT(parts));
	for (size_t i = 0, n = 0; text[i] != '\0'; i++) {
		int c = text[i], value = c <= '9' ? c - '0' : c - 'a' + 10;

		if (c == '-')
			continue;
		public.at[n / 2] = (unsigned char)(public.at[n / 2] << 4 | value);
		n++;
	}
	return public;
}

/* 1 some story bears it, 0 none, -1 error. */
static int is_borne(struct store_writer *w, const struct digest *public, struct error *err)
{
	static const char FIND[] = "SELECT 1 FROM story WHERE public = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_digest(&q, public);
	got = query_step(&q, err);
	query_end(&q);
	return got;
}

/* 1 it has an id, 0 it has none yet, -1 error. */
static int has_public(struct store_writer *w, int64_t story, struct error *err)
{
	static const char FIND[] = "SELECT public IS NOT NULL FROM story WHERE number = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, story);
	got = query_step(&q, err);
	if (got == 1)
		got = query_int(&q) != 0;
	query_end(&q);
	return got;
}

/* The story of an item that may be its first.  *born_out: it is. */
static int bear(struct store_writer *w, const struct story_item_row *row,
	const struct placed *first, bool *born_out, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO story (number, public, lang, first, last, n, band, locked)"
		" VALUES (?1, ?2, ?3, ?4, ?4, 1, 0, 0)"
		" ON CONFLICT (number) DO UPDATE SET public = excluded.public";
	struct digest public;
	struct query q;
	int got = has_public(w, row->story, err), borne = 1;

	*born_out = got == 0;
	if (got != 0)
		return got < 0 ? -1 : 0;
	for (unsigned try = 0; borne == 1 && try < STORY_ID_TRIES; try++) {
		public = story_public(first->atom_id, try);
		borne = is_borne(w, &public, err);
	}
	if (borne != 0)
		return borne < 0 ? -1 : error_set(err, "no free id for a story");
	q = query_ask(&w->store, PUT);
	query_put_int(&q, row->story);
	query_put_digest(&q, &public);
	query_put_text(&q, row->lang);
	query_put_int(&q, first->place);
	return write_run(w, &q, err);
}

/* The story that an item has; 0: none. */
static int find_story(struct store_writer *w, int64_t item, int64_t *story_out, struct error *err)
{
	static const char FIND[] = "SELECT story FROM item_story WHERE item = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, item);
	got = query_step(&q, err);
	*story_out = got == 1 ? query_int(&q) : 0;
	query_end(&q);
	return got < 0 ? -1 : 0;
}

/* A story goes with its last item. */
static int drop_story(struct store_writer *w, int64_t story, struct error *err)
{
	static const char DROP[] = "DELETE FROM story WHERE number = ?1"
				   " AND NOT EXISTS (SELECT 1 FROM item_story WHERE story = ?1)";
	struct query q = query_ask(&w->store, DROP);

	query_put_int(&q, story);
	return write_run(w, &q, err);
}

/* A story that has lost an item. */
static int bereave(struct store_writer *w, int64_t story, struct error *err)
{
	return drop_story(w, story, err) < 0 ? -1 : touch_members(w, story, err);
}

int story_forget(struct store_writer *w, int64_t item, struct error *err)
{
	static const char ITEM[] = "DELETE FROM item_story WHERE item = ?";
	static const char APART[] = "DELETE FROM story_apart WHERE item = ?";
	struct query q = query_ask(&w->store, APART);
	int64_t story;

	query_put_int(&q, item);
	if (write_run(w, &q, err) < 0 || find_story(w, item, &story, err) < 0)
		return -1;
	if (story == 0)
		return 0;
	q = query_ask(&w->store, ITEM);
	query_put_int(&q, item);
	return write_run(w, &q, err) < 0 ? -1 : bereave(w, story, err);
}

/* --- an item's place in a story */

static int put_row(
	struct store_writer *w, const struct story_item_row *row, instant place, struct error *err)
{
	static const char PUT[] =
		"INSERT OR REPLACE INTO item_story (item, story, place, how, score, near, at, vec)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, row->item);
	query_put_int(&q, row->story);
	query_put_int(&q, place);
	query_put_text(&q, row->how);
	query_put_double(&q, row->score);
	query_put_int(&q, row->near);
	query_put_int(&q, row->at);
	query_put_blob(&q, row->vec); /* empty too is to be compared: it is no NULL */
	return write_run(w, &q, err);
}

static int put_item(struct store_writer *w, void *with, struct error *err)
{
	const struct story_item_row *row = *(const struct story_item_row **)with;
	struct placed item;
	int64_t former;
	bool born;
	int got = write_find_placed(w, row->item, &item, err);

	if (got <= 0)
		return got == 0 ? error_set(err, "a story's item is not in the store") : -1;
	if (find_story(w, row->item, &former, err) < 0 || bear(w, row, &item, &born, err) < 0 ||
		put_row(w, row, item.place, err) < 0)
		return -1;
	if (former == row->story)
		return 0;
	w->tally.visible |= !item.held;
	if (former != 0 && bereave(w, former, err) < 0)
		return -1;
	if (born && item.changed == write_serial(w))
		return 0;
	return touch_members(w, row->story, err);
}

int store_write_story_item(
	struct store_writer *w, const struct story_item_row *row, struct error *err)
{
	return write_under_savepoint(w, put_item, &row, err);
}

/* --- the story's own row */

static int put_story_row(struct store_writer *w, const struct story_row *row, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO story (number, lang, first, last, n, centroid, band, locked)"
		" VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (number) DO UPDATE SET"
		" lang = excluded.lang, first = excluded.first, last = excluded.last,"
		" n = excluded.n, centroid = excluded.centroid, locked = excluded.locked";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, row->story);
	query_put_text(&q, row->lang);
	query_put_int(&q, row->first);
	query_put_int(&q, row->last);
	query_put_int(&q, row->n);
	query_put_blob_or_null(&q, row->centroid);
	query_put_int(&q, row->locked);
	return write_run(w, &q, err);
}

static int is_locked(struct store_writer *w, int64_t story, bool *locked_out, struct error *err)
{
	static const char FIND[] = "SELECT locked FROM story WHERE number = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, story);
	got = query_step(&q, err);
	*locked_out = got == 1 && query_int(&q) != 0;
	query_end(&q);
	return got < 0 ? -1 : 0;
}

static int put_story(struct store_writer *w, void *with, struct error *err)
{
	const struct story_row *row = *(const struct story_row **)with;
	bool locked;

	if (row->n == 0)
		return drop_story(w, row->story, err);
	if (is_locked(w, row->story, &locked, err) < 0 || put_story_row(w, row, err) < 0)
		return -1;
	w->tally.visible |= locked != row->locked;
	return 0;
}

int store_write_story(struct store_writer *w, const struct story_row *row, struct error *err)
{
	return write_under_savepoint(w, put_story, &row, err);
}

/* --- its like in other languages */

/* 1 and the group that a story is of, 0 there is no such story, -1 error. */
static int find_band(struct store_writer *w, int64_t story, int64_t *band_out, struct error *err)
{
	static const char FIND[] = "SELECT band FROM story WHERE number = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_int(&q, story);
	got = query_step(&q, err);
	*band_out = got == 1 ? query_int(&q) : 0;
	query_end(&q);
	return got;
}

static int put_across(struct store_writer *w, void *with, struct error *err)
{
	static const char PUT[] = "UPDATE story SET across = ?, band = ? WHERE number = ?";
	const struct story_row *row = *(const struct story_row **)with;
	struct query q;
	int64_t before;
	int got = find_band(w, row->story, &before, err);

	if (got <= 0)
		return got; /* a story that is gone needs no counterpart */
	q = query_ask(&w->store, PUT);
	query_put_blob_or_null(&q, row->across);
	query_put_int(&q, row->group);
	query_put_int(&q, row->story);
	if (write_run(w, &q, err) < 0)
		return -1;
	if (before == row->group)
		return 0;
	w->tally.visible = true;
	if (touch_band(w, before, err) < 0 || touch_members(w, row->story, err) < 0)
		return -1;
	return touch_band(w, row->group, err);
}

int store_write_story_across(struct store_writer *w, const struct story_row *row, struct error *err)
{
	return write_under_savepoint(w, put_across, &row, err);
}

/* --- what it compares by */

static int put_term(struct store_writer *w, void *with, struct error *err)
{
	static const char PUT[] = "INSERT INTO story_term (lang, hash, df) VALUES (?, ?, ?)"
				  " ON CONFLICT (lang, hash) DO UPDATE SET df = excluded.df";
	static const char DROP[] = "DELETE FROM story_term WHERE lang = ? AND hash = ?";
	const struct story_term_row *row = *(const struct story_term_row **)with;
	struct query q = query_ask(&w->store, row->df > 0 ? PUT : DROP);

	query_put_int(&q, row->lang);
	query_put_int(&q, row->hash);
	if (row->df > 0)
		query_put_double(&q, row->df);
	return write_run(w, &q, err);
}

int store_write_story_term(
	struct store_writer *w, const struct story_term_row *row, struct error *err)
{
	return write_under_savepoint(w, put_term, &row, err);
}

struct named {
	const char *sql;
	struct slice name, value;
};

static int put_named(struct store_writer *w, void *with, struct error *err)
{
	const struct named *n = with;
	struct query q = query_ask(&w->store, n->sql);

	query_put_text(&q, n->name);
	query_put_blob(&q, n->value);
	return write_run(w, &q, err);
}

int store_write_story_meta(
	struct store_writer *w, struct slice name, struct slice value, struct error *err)
{
	static const char PUT[] = "INSERT OR REPLACE INTO story_meta (name, value) VALUES (?, ?)";
	struct named n = {PUT, name, value};

	return write_under_savepoint(w, put_named, &n, err);
}

int store_write_note(
	struct store_writer *w, struct slice name, struct slice value, struct error *err)
{
	static const char PUT[] = "INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)";
	struct named n = {PUT, name, value};

	return write_under_savepoint(w, put_named, &n, err);
}

static int put_apart(struct store_writer *w, void *with, struct error *err)
{
	static const char PUT[] = "INSERT OR IGNORE INTO story_apart (item, story) VALUES (?, ?)";
	const int64_t *pair = with;
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, pair[0]);
	query_put_int(&q, pair[1]);
	return write_run(w, &q, err);
}

int store_write_story_apart(struct store_writer *w, int64_t item, int64_t story, struct error *err)
{
	int64_t pair[] = {item, story};

	return write_under_savepoint(w, put_apart, pair, err);
}

/* --- what is too old to be compared */

static int clear_some(
	struct store_writer *w, const char *sql, instant before, size_t most, struct error *err)
{
	struct query q = query_ask(&w->store, sql);

	query_put_int(&q, before);
	query_put_int(&q, (int64_t)most);
	return write_run(w, &q, err);
}

/* How many a statement finds that are due; at most `most`. */
static int count_due(struct store_writer *w, const char *sql, instant before, size_t most,
	size_t *n_out, struct error *err)
{
	struct query q = query_ask(&w->store, sql);
	int got;

	query_put_int(&q, before);
	query_put_int(&q, (int64_t)most);
	got = query_step(&q, err);
	*n_out = got == 1 ? (size_t)query_int(&q) : 0;
	query_end(&q);
	return got < 0 ? -1 : 0;
}

int story_clear(
	struct store_writer *w, instant before, size_t most, size_t *n_out, struct error *err)
{
	static const char OLD_ITEMS[] =
		"SELECT count(*) FROM (SELECT 1 FROM item_story WHERE vec IS NOT NULL AND at < ?"
		" LIMIT ?)";
	static const char OLD_STORIES[] =
		"SELECT count(*) FROM (SELECT 1 FROM story WHERE last < ?"
		" AND (centroid IS NOT NULL OR across IS NOT NULL) LIMIT ?)";
	static const char CLEAR_ITEMS[] =
		"UPDATE item_story SET vec = NULL WHERE item IN (SELECT item FROM item_story"
		" WHERE vec IS NOT NULL AND at < ? LIMIT ?)";
	static const char CLEAR_STORIES[] =
		"UPDATE story SET centroid = NULL, across = NULL WHERE number IN (SELECT number"
		" FROM story WHERE last < ? AND (centroid IS NOT NULL OR across IS NOT NULL)"
		" LIMIT ?)";
	size_t items, stories;

	if (count_due(w, OLD_ITEMS, before, most, &items, err) < 0 ||
		count_due(w, OLD_STORIES, before, most, &stories, err) < 0)
		return -1;
	*n_out = items > stories ? items : stories;
	if (items > 0 && clear_some(w, CLEAR_ITEMS, before, most, err) < 0)
		return -1;
	return stories > 0 ? clear_some(w, CLEAR_STORIES, before, most, err) : 0;
}
