/* test_answer.c - the page that a parser answers on */
#include "feed/answer.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"

#include <criterion/criterion.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t write_answer(int fd, size_t size, struct slice html)
{
	struct answer w;
	struct item i;
	struct feed f;

	cr_assert_eq(answer_open(&w, fd, size), 0);
	item_init(&i);
	i.id = SLICE("one");
	i.content_html = html;
	feed_init(&f);
	f.format = FORMAT_ATOM_10;
	if (answer_put_item(&w, &i) < 0 || answer_put_feed(&w, &f) < 0) {
		answer_close(&w);
		return 0;
	}
	return answer_close(&w);
}

Test(answer, what_was_put_is_loaded)
{
	struct error err = {""};
	size_t size = answer_size(1000);
	int fd = answer_make(size, &err);
	struct arena a;
	struct answer_read got;
	size_t bytes = write_answer(fd, size, SLICE("<p>text</p>"));

	arena_init(&a);
	cr_assert_gt(bytes, 0);
	cr_assert_eq(answer_load(fd, bytes, &a, &got, &err), 0, "%s", err.text);
	cr_expect_eq(got.n_items, 1);
	cr_expect(slice_is(got.items[0].id, "one"));
	cr_expect(slice_is(got.items[0].content_html, "<p>text</p>"));
	cr_expect_eq(got.feed.format, FORMAT_ATOM_10);
	arena_clear(&a);
	close(fd);
}

Test(answer, html_that_is_not_canonical_breaks_the_rules)
{
	static const char *const rows[] = {
		"<script>x</script>", "<p>", "a & b", "<p onclick=\"x\">y</p>"};

	for (size_t r = 0; r < COUNT(rows); r++) {
		struct error err = {""};
		size_t size = answer_size(1000);
		int fd = answer_make(size, &err);
		struct arena a;
		struct answer_read got;
		size_t bytes = write_answer(fd, size, slice_of(rows[r]));

		arena_init(&a);
		cr_expect_eq(answer_load(fd, bytes, &a, &got, &err), -1, "%s", rows[r]);
		cr_expect_str_eq(err.text, "the answer breaks the rules");
		arena_clear(&a);
		close(fd);
	}
}

Test(answer, a_stated_length_is_not_trusted)
{
	struct error err = {""};
	size_t size = answer_size(1000);
	int fd = answer_make(size, &err);
	size_t bytes = write_answer(fd, size, SLICE("x"));
	const size_t rows[] = {0, 1, bytes - 1, bytes + 1, size, size + 1};

	for (size_t r = 0; r < COUNT(rows); r++) {
		struct arena a;
		struct answer_read got;

		arena_init(&a);
		cr_expect_eq(answer_load(fd, rows[r], &a, &got, &err), -1, "%zu", rows[r]);
		arena_clear(&a);
	}
	close(fd);
}

Test(answer, a_page_fits_the_jail_whatever_an_admin_allows)
{
	cr_expect_eq(answer_size(0), answer_size(LIMIT_BODY_BYTES));
	cr_expect_leq(answer_size(LIMIT_MAX_SIZE), LIMIT_ANSWER_MOST);
	cr_expect_leq(answer_size(SIZE_MAX), LIMIT_ANSWER_MOST);
	cr_expect_gt(answer_size(LIMIT_BODY_BYTES), 4 * LIMIT_BODY_BYTES);
}

Test(answer, a_page_keeps_its_size)
{
	struct error err = {""};
	int fd = answer_make(4096, &err);

	cr_expect_lt(ftruncate(fd, 8192), 0);
	cr_expect_lt(ftruncate(fd, 1), 0);
	close(fd);
}

Test(answer, what_does_not_fit_is_said)
{
	struct error err = {""};
	int fd = answer_make(64, &err);
	char text[200];

	memset(text, 'x', sizeof text);
	cr_expect_eq(write_answer(fd, 64, slice_from(text, sizeof text)), 0);
	close(fd);
}
