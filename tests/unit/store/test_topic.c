#include "fixture.h"

#include <criterion/criterion.h>

static void tag(struct fixture *f, int64_t item, const struct slice *names, size_t n)
{
	const struct slice why[] = {SLICE("one word"), SLICE("another"), SLICE("a third")};

	cr_assert_eq(store_write_begin(f->w, &f->err), 0);
	cr_assert_eq(store_write_topics(f->w, item, names, why, n, &f->err), 0, "%s", f->err.text);
	cr_assert_eq(store_write_commit(f->w, &f->err), 0);
}

static struct item_page ask(struct fixture *f, const struct item_query *q)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct item_page page;

	cr_assert_not_null(r, "%s", f->err.text);
	cr_assert_eq(store_read_items(r, q, &f->a, &page, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return page;
}

static const struct slice names[] = {{"climate", 7}, {"health", 6}};
static const struct item_query all = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 10};

static void four(struct fixture *f)
{
	fixture_open(f);
	POLL(f, 0, {"1", "", "one", "", NOON - 1}, {"2", "", "two", "", NOON - 2});
	POLL(f, 1, {"3", "", "three", "", NOON - 3}, {"4", "", "four", "", NOON - 4});
}

Test(topic, an_item_bears_those_that_it_was_given_last)
{
	struct fixture f;
	struct stored_item i;
	int64_t serial;

	four(&f);
	tag(&f, 1, names, 2);
	i = read_titled(&f, "one");
	cr_assert_eq(i.topics.n, 2);
	cr_expect(slice_is(i.topics.at[0], "climate"));
	serial = read_serial(&f);
	cr_expect_eq(i.changed, serial);
	tag(&f, 1, names, 2);
	cr_expect_eq(read_serial(&f), serial, "the same again changes nothing");
	tag(&f, 1, names, 1);
	cr_expect_eq(read_titled(&f, "one").topics.n, 1);
	cr_expect_eq(read_serial(&f), serial + 1);
	tag(&f, 1, names, 0);
	cr_expect_eq(read_titled(&f, "one").topics.n, 0);
	fixture_close(&f);
}

Test(topic, feeds_are_filtered_by_it_and_by_more)
{
	const struct slice b = SLICE("b"), none = SLICE("nothing");
	struct fixture f;
	struct item_query q = all;
	struct item_page page;

	four(&f);
	tag(&f, 1, names, 2);
	tag(&f, 3, names + 1, 1);
	tag(&f, 4, names, 1);
	q.topics = names;
	q.n_topics = 2;
	page = ask(&f, &q);
	cr_assert_eq(page.n, 3, "either, and each once");
	cr_expect_eq(page.items[0].number, 1);
	cr_expect_eq(page.items[2].number, 4);
	q.n_topics = 1;
	cr_expect_eq(ask(&f, &q).n, 2);
	q.sources = &b;
	q.n_sources = 1;
	page = ask(&f, &q);
	cr_assert_eq(page.n, 1);
	cr_expect_eq(page.items[0].number, 4);
	q.topics = &none;
	cr_expect_eq(ask(&f, &q).n, 0);
	fixture_close(&f);
}

Test(topic, counts_are_of_what_was_seen_since)
{
	struct store_reader *r;
	struct topic_count *counts;
	struct fixture f;
	size_t n;

	four(&f);
	tag(&f, 1, names, 2);
	tag(&f, 4, names, 1);
	f.now += DAY;
	POLL(&f, 1, {"5", "", "five", "", NOON - 5});
	tag(&f, 5, names, 1);
	r = store_read_open(f.state, &f.err);
	cr_assert_eq(store_read_topics(r, NOON, &f.a, &counts, &n, &f.err), 0);
	cr_assert_eq(n, 2);
	cr_expect(slice_is(counts[0].name, "climate"));
	cr_expect_eq(counts[0].items, 3);
	cr_expect_eq(counts[1].items, 1);
	cr_assert_eq(store_read_topics(r, NOON + 1, &f.a, &counts, &n, &f.err), 0);
	cr_assert_eq(n, 1);
	cr_expect_eq(counts[0].items, 1);
	store_read_close(&r);
	fixture_close(&f);
}

Test(topic, the_past_is_walked_by_number)
{
	struct stored_item *items;
	struct fixture f;
	size_t n;

	four(&f);
	cr_assert_eq(store_write_topics_past(f.w, 0, 3, &f.a, &items, &n, &f.err), 0);
	cr_assert_eq(n, 3);
	cr_expect(slice_is(items[2].item.title, "three"));
	cr_assert_eq(store_write_topics_past(f.w, 3, 3, &f.a, &items, &n, &f.err), 0);
	cr_expect_eq(n, 1);
	cr_assert_eq(store_write_topics_past(f.w, 4, 3, &f.a, &items, &n, &f.err), 0);
	cr_expect_eq(n, 0);
	fixture_close(&f);
}

Test(topic, notes_outlive_a_restart)
{
	struct slice value;
	struct fixture f;

	fixture_open(&f);
	cr_expect_eq(store_write_noted(f.w, SLICE("done"), &f.a, &value, &f.err), 0);
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_expect_eq(store_write_note(f.w, SLICE("done"), SLICE("17"), &f.err), 0);
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	fixture_reopen(&f);
	cr_expect_eq(store_write_noted(f.w, SLICE("done"), &f.a, &value, &f.err), 1);
	cr_expect(slice_is(value, "17"));
	fixture_close(&f);
}
