/* What stands after an end that was none. */
#include "fixture.h"
#include "store/writer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct feed *empty_feed(void)
{
	static struct feed feed;

	feed_init(&feed);
	feed.format = FORMAT_RSS_20;
	return &feed;
}

/* A poll of `n` items within the group that is open. */
static int poll_in_group(struct fixture *f, size_t s, unsigned from, unsigned n)
{
	struct item *items = arena_array(&f->a, n, sizeof *items);
	struct source_history h = {.polls = 1, .last_ok = f->now, .etag = SLICE("\"new\"")};
	struct poll_result p = {.source = f->sources[s].number,
		.history = &h,
		.feed = empty_feed(),
		.items = items,
		.n_items = n,
		.is_first = true,
		.previous = INSTANT_NONE};

	for (unsigned i = 0; i < n; i++) {
		char id[32];

		snprintf(id, sizeof id, "s%zu-%u", s, from + i);

		struct row row = {id, "", id, long_text(&f->a, id, 50).at, f->now};

		items[i] = fixture_item(f, &row);
		items[i].id = slice_copy(&f->a, items[i].id);
		items[i].title = items[i].id;
	}
	return store_write_poll(f->w, &p, f->now, &f->report, &f->err);
}

Test(crash, a_killed_writer_leaves_all_of_a_group_or_none)
{
	struct fixture f;

	fixture_open(&f);
	store_write_close(&f.w);
	for (int round = 0; round < 6; round++) {
		int64_t before = read_count(&f);
		pid_t child = fork();

		if (child == 0) {
			if (store_write_open(f.state, fixture_domain, &f.w, &f.err) !=
					STORE_OPEN_OK ||
				store_write_begin(f.w, &f.err) < 0 ||
				poll_in_group(&f, 0, (unsigned)round * 100, 100) != 0 ||
				poll_in_group(&f, 1, (unsigned)round * 100, 100) != 0)
				_exit(1);
			if (round % 2 == 1 && store_write_commit(f.w, &f.err) < 0)
				_exit(1);
			kill(getpid(), SIGKILL);
		}
		int status;

		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert(WIFSIGNALED(status));
		cr_expect_eq(read_count(&f), before + (round % 2 == 1 ? 200 : 0),
			"a reader while no writer lives");
		cr_assert_eq(store_write_open(f.state, fixture_domain, &f.w, &f.err), STORE_OPEN_OK,
			"%s", f.err.text);
		cr_expect_eq(read_count(&f), before + (round % 2 == 1 ? 200 : 0));
		cr_expect_eq(read_all(&f).n, (size_t)read_count(&f));
		store_write_close(&f.w);
	}
	fixture_close(&f);
}

Test(crash, a_group_that_fails_is_as_if_it_had_not_been)
{
	struct fixture f;
	int64_t serial, count;
	struct store_reader *r;
	struct stored_source *sources;
	size_t n;
	int done = 0;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	serial = read_serial(&f);
	count = read_count(&f);
	/* So many pages and no more: the disk is full. */
	cr_assert_eq(store_run(&f.w->store, "PRAGMA max_page_count = 60", &f.err), 0);
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	for (unsigned i = 0; i < 20 && done == 0; i++)
		done = poll_in_group(&f, 1, i * 100, 100);
	cr_assert_eq(done, -1, "the group is gone");
	cr_expect_gt(strlen(f.err.text), 0);
	cr_expect_eq(read_serial(&f), serial);
	cr_expect_eq(read_count(&f), count);
	cr_expect_eq(read_all(&f).n, 1);
	r = store_read_open(f.state, &f.err);
	cr_assert_eq(store_read_sources(r, true, &f.a, &sources, &n, &f.err), 0);
	cr_expect_eq(sources[1].polls, 0, "its history too");
	cr_expect_eq(sources[1].items, 0);
	store_read_close(&r);
	/* There is room again, and no more was needed. */
	cr_assert_eq(store_run(&f.w->store, "PRAGMA max_page_count = 1000000", &f.err), 0);
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_assert_eq(poll_in_group(&f, 1, 0, 100), 0, "%s", f.err.text);
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	cr_expect_eq(read_count(&f), count + 100);
	fixture_close(&f);
}

Test(crash, a_polls_own_mistake_leaves_the_group_whole)
{
	struct fixture f;
	struct source_history h = {.polls = 1};
	struct poll_result bad = {.source = 999, .history = &h, .feed = empty_feed()};

	fixture_open(&f);
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_assert_eq(poll_in_group(&f, 0, 0, 10), 0);
	cr_expect_eq(store_write_poll(f.w, &bad, f.now, &f.report, &f.err), 1);
	cr_expect_gt(strlen(f.err.text), 0);
	cr_assert_eq(poll_in_group(&f, 1, 0, 10), 0);
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	cr_expect_eq(read_count(&f), 20);
	cr_expect_eq(read_all(&f).n, 20);
	fixture_close(&f);
}

Test(crash, a_commit_that_cannot_be_is_undone_and_the_next_one_works)
{
	struct fixture f;

	fixture_open(&f);
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_assert_eq(poll_in_group(&f, 0, 0, 10), 0);
	f.w->store.failed = 10; /* SQLITE_IOERR, as a disk would have it */
	write_drop_group(f.w);
	cr_expect(f.w->in_doubt);
	cr_assert_eq(store_write_begin(f.w, &f.err), 0, "%s", f.err.text);
	cr_expect_not(f.w->in_doubt);
	cr_assert_eq(poll_in_group(&f, 0, 0, 10), 0);
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	cr_expect_eq(read_count(&f), 10);
	fixture_close(&f);
}
