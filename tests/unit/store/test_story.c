#include "fixture.h"

#include "base/limits.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct store_reader *reader(struct fixture *f)
{
	struct store_reader *r = store_read_open(f->state, &f->err);

	cr_assert_not_null(r, "%s", f->err.text);
	return r;
}

static void begin(struct fixture *f)
{
	cr_assert_eq(store_write_begin(f->w, &f->err), 0, "%s", f->err.text);
}

static void commit(struct fixture *f)
{
	cr_assert_eq(store_write_commit(f->w, &f->err), 0, "%s", f->err.text);
}

static int put(struct fixture *f, int64_t item, int64_t story, const char *how)
{
	struct story_item_row row = {.item = item,
		.story = story,
		.how = slice_of(how),
		.score = .5,
		.near = item == 1 ? 0 : 1,
		.at = f->now,
		.lang = SLICE("en"),
		.vec = SLICE("vector")};

	return store_write_story_item(f->w, &row, &f->err);
}

/* In one commit: these items to that story. */
static void join(struct fixture *f, int64_t story, const int64_t *items, size_t n)
{
	begin(f);
	for (size_t i = 0; i < n; i++)
		cr_assert_eq(put(f, items[i], story, "text"), 0, "%s", f->err.text);
	commit(f);
}

#define JOIN(f, story, ...)                                                                        \
	do {                                                                                       \
		const int64_t items_[] = {__VA_ARGS__};                                            \
                                                                                                   \
		join((f), (story), items_, COUNT(items_));                                         \
	} while (0)

static void put_band(struct fixture *f, int64_t story, const char *lang, int64_t band)
{
	struct story_row row = {
		.story = story, .lang = slice_of(lang), .n = 1, .group = band, .last = f->now};

	begin(f);
	cr_assert_eq(store_write_story(f->w, &row, &f->err), 0, "%s", f->err.text);
	cr_assert_eq(store_write_story_across(f->w, &row, &f->err), 0, "%s", f->err.text);
	cr_assert_eq(store_write_story_across(f->w, &row, &f->err), 0, "%s", f->err.text);
	commit(f);
}

static struct stored_item item(struct fixture *f, const char *id)
{
	struct store_reader *r = reader(f);
	struct stored_item i;

	cr_assert_eq(store_read_item(r, slice_of(id), &f->a, &i, &f->err), 1, "%s", id);
	store_read_close(&r);
	return i;
}

static int story(struct fixture *f, struct slice id, struct stored_story *to)
{
	struct store_reader *r = reader(f);
	int got = store_read_story(r, id, &f->a, to, &f->err);

	store_read_close(&r);
	return got;
}

/* Items 1 to 6, a minute apart, the first the newest; 3 and 4 of b. */
static void six(struct fixture *f)
{
	fixture_open(f);
	POLL(f, 0, {"1", "https://a.example/1", "one", "short", NOON - 60},
		{"2", "https://z.example/2", "two", "this is the longer text", NOON - 120});
	POLL(f, 1, {"3", "https://b.example/3", "three", "long enough", NOON - 180},
		{"4", "https://b.example/4", "four", "long enough", NOON - 240});
	POLL(f, 2, {"5", "https://c.example/5", "five", "", NOON - 300},
		{"6", "https://c.example/6", "six", "", NOON - 360});
}

Test(story, is_found_by_any_id_and_led_by_its_best_item)
{
	struct fixture f;
	struct stored_story s, same;
	struct stored_item one;

	six(&f);
	JOIN(&f, 7, 2, 1, 3);
	one = item(&f, "1");
	cr_expect_eq(one.story.len, 32);
	cr_expect(slice_starts(one.story_atom_id, "urn:uuid:"));
	cr_assert_eq(story(&f, one.story, &s), 1);
	cr_expect_eq(s.n, 3);
	cr_expect_eq(s.items[0].number, 1);
	cr_expect_eq(s.items[2].number, 3);
	cr_expect_eq(s.first, NOON - 180);
	cr_expect_eq(s.last, NOON - 60);
	cr_expect_eq(s.items[s.lead].number, 3, "at home, and longer than 1");
	cr_expect_eq(story(&f, one.story_atom_id, &same), 1);
	cr_expect_eq(story(&f, one.public_id, &same), 1);
	cr_expect_eq(story(&f, one.atom_id, &same), 1);
	cr_expect_eq(story(&f, SLICE("3"), &same), 1);
	cr_expect(slice_equal(same.public_id, s.public_id));
	cr_expect_eq(story(&f, SLICE("5"), &same), 0, "an item without a story");
	cr_expect_eq(story(&f, SLICE("urn:uuid:00000000-0000-5000-8000-000000000000"), &same), 0);
	fixture_close(&f);
}

Test(story, keeps_its_id_whoever_comes_and_goes)
{
	struct fixture f;
	struct stored_item first, other;

	six(&f);
	JOIN(&f, 7, 1);
	first = item(&f, "1");
	JOIN(&f, 7, 2);
	JOIN(&f, 8, 1); /* its founder leaves, and founds another */
	other = item(&f, "1");
	cr_expect_neq(slice_compare(first.story, other.story), 0);
	cr_expect(slice_equal(item(&f, "2").story, first.story));
	JOIN(&f, 8, 2);
	cr_expect_eq(story(&f, first.story, &(struct stored_story){0}), 0, "an empty one goes");
	fixture_close(&f);
}

Test(story, its_row_may_come_before_or_after_its_items)
{
	struct fixture f;
	struct stored_story s;

	six(&f);
	put_band(&f, 9, "fr", 0);
	JOIN(&f, 9, 5);
	cr_assert_eq(story(&f, item(&f, "5").story, &s), 1);
	cr_expect(slice_is(s.lang, "fr"));
	put_band(&f, 9, "de", 0);
	cr_assert_eq(story(&f, SLICE("5"), &s), 1);
	cr_expect(slice_is(s.lang, "de"));
	fixture_close(&f);
}

Test(story, siblings_are_the_others_then_those_in_other_languages)
{
	struct fixture f;
	struct stored_item i;

	six(&f);
	JOIN(&f, 7, 1, 2, 3);
	JOIN(&f, 8, 4, 5);
	put_band(&f, 7, "en", 7);
	put_band(&f, 8, "fr", 7);
	i = item(&f, "2");
	cr_assert_eq(i.n_siblings, 3);
	cr_expect_eq(i.siblings[0].number, 1);
	cr_expect(slice_is(i.siblings[0].title, "one"));
	cr_expect(slice_is(i.siblings[0].source_name, "a"));
	cr_expect_eq(i.siblings[1].number, 3);
	cr_expect_not(i.siblings[1].across);
	cr_expect_eq(i.siblings[2].number, 4, "the lead of its counterpart");
	cr_expect(i.siblings[2].across);
	cr_expect_eq(item(&f, "6").n_siblings, 0);
	fixture_close(&f);
}

Test(story, a_new_member_is_a_change_of_all_that_show_it)
{
	struct fixture f;
	int64_t before, after;

	six(&f);
	JOIN(&f, 7, 1, 2);
	before = read_serial(&f);
	cr_expect_eq(item(&f, "1").changed, before);
	JOIN(&f, 7, 3);
	after = read_serial(&f);
	cr_expect_eq(after, before + 1);
	cr_expect_eq(item(&f, "1").changed, after);
	cr_expect_eq(item(&f, "3").changed, after);
	cr_expect_lt(item(&f, "5").changed, after);
	begin(&f);
	cr_expect_eq(put(&f, 3, 7, "text"), 0);
	commit(&f);
	cr_expect_eq(read_serial(&f), after, "said again, it changes nothing");
	fixture_close(&f);
}

Test(story, an_item_that_is_not_there_is_this_row_s_own_mistake)
{
	struct fixture f;

	six(&f);
	begin(&f);
	cr_expect_eq(put(&f, 99, 7, "new"), 1);
	cr_expect_eq(put(&f, 1, 7, "new"), 0);
	commit(&f);
	cr_expect_eq(story(&f, SLICE("1"), &(struct stored_story){0}), 1);
	fixture_close(&f);
}

/* --- one entry a story */

struct asked {
	int64_t numbers[64];
	size_t n;
};

/* All pages of `limit` entries. */
static struct asked walk(struct fixture *f, struct item_query q)
{
	struct store_reader *r = reader(f);
	struct asked all = {.n = 0};
	struct item_page page;
	struct place after;

	q.one_per_story = true;
	q.since = q.until = INSTANT_NONE;
	do {
		cr_assert_eq(store_read_items(r, &q, &f->a, &page, &f->err), 0, "%s", f->err.text);
		for (size_t i = 0; i < page.n; i++)
			all.numbers[all.n++] = page.items[i].number;
		after = page.last;
		q.after = &after;
	} while (page.more);
	store_read_close(&r);
	return all;
}

static void expect(const struct asked *got, const int64_t *want, size_t n, size_t limit)
{
	cr_assert_eq(got->n, n, "limit %zu: %zu entries", limit, got->n);
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(got->numbers[i], want[i], "limit %zu: entry %zu is %lld", limit, i,
			(long long)got->numbers[i]);
}

Test(story, one_entry_a_story_stands_at_its_newest_item_whatever_the_page)
{
	static const int64_t plain[] = {4, 2, 3, 6};
	static const int64_t of_bc[] = {3, 4, 6};
	const struct slice bc[] = {SLICE("b"), SLICE("c")};
	struct fixture f;

	six(&f);
	JOIN(&f, 7, 1, 4); /* led by 4, the longer, where 1 stands */
	JOIN(&f, 8, 5, 6); /* led by 5, the earlier of two without text */
	JOIN(&f, 8, 6);
	for (size_t limit = 1; limit < 8; limit++) {
		struct asked got = walk(&f, (struct item_query){.limit = limit});
		int64_t want[] = {plain[0], plain[1], plain[2], 5};

		expect(&got, want, COUNT(want), limit);
		got = walk(&f, (struct item_query){.limit = limit, .sources = bc, .n_sources = 2});
		want[0] = of_bc[0];
		want[1] = of_bc[1];
		want[2] = 5;
		expect(&got, want, 3, limit);
	}
	fixture_close(&f);
}

/* --- what src/story goes on from */

struct loaded {
	size_t metas, terms, stories, items, aparts;
	int64_t last_item;
	double df;
	bool in_order;
};

static void on_meta(void *to, struct slice name, struct slice value)
{
	struct loaded *l = to;

	cr_expect(slice_is(name, "n"));
	cr_expect_eq(value.len, 3);
	l->metas++;
}

static void on_term(void *to, const struct story_term_row *row)
{
	struct loaded *l = to;

	l->terms++;
	l->df = row->df;
	cr_expect_eq(row->hash, 0xffffffffU);
}

static void on_story(void *to, const struct story_row *row)
{
	struct loaded *l = to;

	cr_expect_gt(row->story, 0);
	l->stories++;
}

static void on_item(void *to, const struct story_item_row *row)
{
	struct loaded *l = to;

	cr_expect_gt(row->item, l->last_item);
	cr_expect(slice_is(row->vec, "vector"));
	cr_expect(slice_is(row->lang, "en"));
	l->last_item = row->item;
	l->items++;
}

static void on_apart(void *to, int64_t one, int64_t other)
{
	struct loaded *l = to;

	cr_expect_eq(one, 2);
	cr_expect_eq(other, 7);
	l->aparts++;
}

static struct loaded load(struct fixture *f, instant since)
{
	static const struct story_sink sink = {on_meta, on_term, on_story, on_item, on_apart};
	struct loaded l = {0};

	cr_assert_eq(
		store_write_stories_load(f->w, since, &sink, &l, &f->err), 0, "%s", f->err.text);
	return l;
}

Test(story, what_was_kept_is_loaded_and_what_is_old_is_cleared)
{
	struct story_term_row term = {.lang = 3, .hash = 0xffffffffU, .df = 1.5};
	struct fixture f;
	struct loaded l;
	bool more = true;

	six(&f);
	JOIN(&f, 7, 1, 2);
	f.now += 4 * DAY;
	JOIN(&f, 8, 3);
	begin(&f);
	cr_expect_eq(store_write_story_term(f.w, &term, &f.err), 0);
	cr_expect_eq(store_write_story_meta(f.w, SLICE("n"), SLICE("a\0b"), &f.err), 0);
	cr_expect_eq(store_write_story_apart(f.w, 2, 7, &f.err), 0);
	cr_expect_eq(store_write_story_apart(f.w, 2, 7, &f.err), 0);
	commit(&f);
	l = load(&f, NOON);
	cr_expect_eq(l.metas, 1);
	cr_expect_eq(l.terms, 1);
	cr_expect_float_eq(l.df, 1.5, 0);
	cr_expect_eq(l.items, 3);
	cr_expect_eq(l.aparts, 1);
	cr_expect_eq(load(&f, NOON + DAY).items, 1);
	term.df = 0;
	begin(&f);
	cr_expect_eq(store_write_story_term(f.w, &term, &f.err), 0);
	commit(&f);
	cr_expect_eq(load(&f, NOON).terms, 0, "a term of no weight goes");
	for (int i = 0; i < 10 && more; i++)
		cr_assert_eq(store_write_keep(f.w, NOON + 15 * DAY, &more, &f.err), 0);
	cr_expect_eq(load(&f, NOON).items, 1, "two are older than 14 days");
	fixture_close(&f);
}

Test(story, the_rows_of_one_are_found_by_any_id)
{
	struct story_item_row row;
	struct story_row head;
	struct fixture f;
	struct stored_item one;

	six(&f);
	JOIN(&f, 7, 1, 2);
	one = item(&f, "1");
	cr_expect_eq(store_write_story_of(f.w, SLICE("2"), &f.a, &row, &head, &f.err), 1);
	cr_expect_eq(row.item, 2);
	cr_expect_eq(row.near, 1);
	cr_expect_eq(head.story, 7);
	cr_expect_eq(store_write_story_of(f.w, one.atom_id, &f.a, &row, &head, &f.err), 1);
	cr_expect_eq(row.item, 1);
	cr_expect_eq(store_write_story_of(f.w, one.public_id, &f.a, &row, &head, &f.err), 1);
	cr_expect_eq(row.item, 1);
	cr_expect_eq(store_write_story_of(f.w, one.story, &f.a, &row, &head, &f.err), 1);
	cr_expect_eq(row.item, 0);
	cr_expect_eq(head.story, 7);
	cr_expect_eq(store_write_story_of(f.w, one.story_atom_id, &f.a, &row, &head, &f.err), 1);
	cr_expect_eq(store_write_story_of(f.w, SLICE("5"), &f.a, &row, &head, &f.err), 0);
	cr_expect_eq(store_write_story_of(f.w, SLICE("x"), &f.a, &row, &head, &f.err), 0);
	fixture_close(&f);
}

Test(story, retention_takes_the_item_out_of_it_and_an_emptied_one_away)
{
	struct fixture f;
	struct slice id;
	bool more = true;

	six(&f);
	JOIN(&f, 7, 1, 3);
	id = item(&f, "3").story;
	f.conf[0].keep_s = DAY; /* of source a: items 1 and 2 */
	fixture_sources(&f, 3);
	for (int i = 0; i < 10 && more; i++)
		cr_assert_eq(store_write_keep(f.w, NOON + 2 * DAY, &more, &f.err), 0);
	cr_expect_eq(item(&f, "3").n_siblings, 0);
	cr_expect_eq(story(&f, id, &(struct stored_story){0}), 1);
	f.conf[1].keep_s = DAY;
	fixture_sources(&f, 3);
	more = true;
	for (int i = 0; i < 10 && more; i++)
		cr_assert_eq(store_write_keep(f.w, NOON + 3 * DAY, &more, &f.err), 0);
	cr_expect_eq(story(&f, id, &(struct stored_story){0}), 0);
	fixture_close(&f);
}
