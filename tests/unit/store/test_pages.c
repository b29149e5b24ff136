/* test_pages.c - older pages of a feed: where a walk stands is kept */
#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>

struct seen {
	size_t n;
	int64_t source, left;
	char next[64];
};

static void see(void *to, int64_t source, const struct walk_row *row)
{
	struct seen *seen = to;

	seen->n++;
	seen->source = source;
	seen->left = row->left;
	snprintf(seen->next, sizeof seen->next, "%.*s", SLICE_ARG(row->next));
}

static struct seen walks(struct fixture *f)
{
	static const struct walk_sink sink = {see};
	struct seen seen = {0};

	cr_assert_eq(store_write_walks(f->w, &sink, &seen, &f->err), 0);
	return seen;
}

static void put(struct fixture *f, const char *next, int64_t left)
{
	const struct walk_row row = {.next = slice_of(next), .left = left, .not_before = NOON};

	cr_assert_eq(store_write_begin(f->w, &f->err), 0);
	cr_assert_eq(store_write_walk(f->w, f->sources[1].number, &row, &f->err), 0);
	cr_assert_eq(store_write_commit(f->w, &f->err), 0);
}

static void read_page(struct fixture *f, const char *page, bool is_archive)
{
	struct digest d = digest_bytes(slice_of(page));

	cr_assert_eq(store_write_begin(f->w, &f->err), 0);
	cr_assert_eq(store_write_walked(f->w, f->sources[1].number, &d, is_archive, &f->err), 0);
	cr_assert_eq(store_write_commit(f->w, &f->err), 0);
}

static int was_read(struct fixture *f, size_t source, const char *page)
{
	struct digest d = digest_bytes(slice_of(page));

	return store_write_was_walked(f->w, f->sources[source].number, &d, &f->err);
}

Test(pages, a_walk_outlives_a_restart_and_ends)
{
	struct fixture f;

	fixture_open(&f);
	cr_expect_eq(walks(&f).n, 0);
	put(&f, "https://b.example/2", 9);
	put(&f, "https://b.example/3", 8);
	fixture_reopen(&f);
	cr_expect_eq(walks(&f).n, 1);
	cr_expect_eq(walks(&f).source, f.sources[1].number);
	cr_expect_eq(walks(&f).left, 8);
	cr_expect_str_eq(walks(&f).next, "https://b.example/3");
	put(&f, "", 7);
	cr_expect_eq(walks(&f).n, 0);
	fixture_close(&f);
}

Test(pages, archives_are_remembered_and_other_pages_until_the_end)
{
	struct fixture f;

	fixture_open(&f);
	read_page(&f, "archive", true);
	read_page(&f, "page", false);
	cr_expect_eq(was_read(&f, 1, "archive"), 1);
	cr_expect_eq(was_read(&f, 1, "page"), 1);
	cr_expect_eq(was_read(&f, 0, "archive"), 0);
	put(&f, "", 0);
	cr_expect_eq(was_read(&f, 1, "archive"), 1);
	cr_expect_eq(was_read(&f, 1, "page"), 0);
	fixture_close(&f);
}
