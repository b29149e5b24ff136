/* test_view.c - parameters narrow a view */
#include "publish/view.h"
#include "base/arena.h"

#include <criterion/criterion.h>

static struct arena arena;
static struct stored_source sources[3];

static void begin(void)
{
	static const char *const names[] = {"a", "b", "c"};

	for (size_t i = 0; i < COUNT(sources); i++) {
		sources[i] =
			(struct stored_source){.number = (int64_t)i, .name = slice_of(names[i])};
		*ARENA_PUSH(&arena, &sources[i].tags) = slice_of(i < 2 ? "un" : "iom");
	}
	*ARENA_PUSH(&arena, &sources[1].tags) = SLICE("press");
}

static void end(void)
{
	arena_clear(&arena);
}

TestSuite(view, .init = begin, .fini = end);

static const char *join(const struct slice *list, size_t n)
{
	struct buf out;
	const char *text;

	buf_init(&out, 200);
	for (size_t i = 0; i < n; i++) {
		buf_puts(&out, i > 0 ? "," : "");
		buf_put_slice(&out, list[i]);
	}
	text = slice_string(&arena, buf_slice(&out));
	buf_clear(&out);
	return text;
}

static size_t split(const char *text, struct slice list[4])
{
	struct slice rest = slice_of(text), part;
	size_t n = 0;

	while (text[0] != 0 && slice_cut(&rest, ',', &part))
		list[n++] = part;
	return n;
}

Test(view, lists_meet)
{
	static const struct {
		const char *sources, *tags, *langs; /* of the view */
		const char *query;
		enum view_verdict verdict;
		const char *want; /* sources/tags/langs */
	} rows[] = {
		{"", "", "", "", VIEW_OK, "//"},
		{"a,b", "un", "en", "", VIEW_OK, "a,b/un/en"},
		{"", "", "", "?source=a&tag=un&lang=en", VIEW_OK, "a/un/en"},
		{"a,b", "", "", "?source=b&source=c", VIEW_OK, "b//"},
		{"a", "", "", "?source=b", VIEW_EMPTY, NULL},
		{"", "un", "", "?tag=press", VIEW_OK, "b//"},
		{"", "un", "", "?source=c", VIEW_OK, "c/un/"},
		{"", "iom", "", "?tag=press", VIEW_EMPTY, NULL},
		{"", "", "en,fr", "?lang=en-GB", VIEW_OK, "//en-GB"},
		{"", "", "en-GB,en-US,fr", "?lang=en", VIEW_OK, "//en-GB,en-US"},
		{"", "", "en", "?lang=eng", VIEW_EMPTY, NULL},
		{"", "", "", "?source=nobody", VIEW_UNKNOWN, NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice lists[3][4];
		struct view v = {.sources = lists[0], .tags = lists[1], .langs = lists[2]};
		struct item_query q;
		struct route r;
		char target[128] = "/feed.atom";

		v.n_sources = split(rows[i].sources, lists[0]);
		v.n_tags = split(rows[i].tags, lists[1]);
		v.n_langs = split(rows[i].langs, lists[2]);
		strcat(target, rows[i].query);
		cr_assert_eq(route_parse(slice_of(target), &arena, &r), ROUTE_OK);
		cr_expect_eq(view_query(&v, &r, sources, COUNT(sources), &arena, &q),
			rows[i].verdict, "row %zu", i);
		if (rows[i].want == NULL)
			continue;
		char got[200] = "";

		strcat(strcat(got, join(q.sources, q.n_sources)), "/");
		strcat(strcat(got, join(q.tags, q.n_tags)), "/");
		strcat(got, join(q.langs, q.n_langs));
		cr_expect_str_eq(got, rows[i].want, "row %zu: %s", i, got);
	}
}

Test(view, a_request_may_ask_for_another_number_of_entries)
{
	static const struct {
		int64_t limit;
		const char *target;
		size_t want;
	} rows[] = {
		{-1, "/feed.atom", 0},
		{20, "/feed.atom", 20},
		{20, "/feed.atom?limit=5", 5},
		{5000, "/feed.atom", 1000},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct view v = {.limit = rows[i].limit};
		struct item_query q;
		struct route r;

		cr_assert_eq(route_parse(slice_of(rows[i].target), &arena, &r), ROUTE_OK);
		(void)view_query(&v, &r, sources, COUNT(sources), &arena, &q);
		cr_expect_eq(q.limit, rows[i].want, "row %zu", i);
	}
}

Test(view, the_title_says_what_it_is_filtered_by)
{
	struct route r;

	sources[0].title = SLICE("Source A");
	cr_assert_eq(route_parse(SLICE("/feed.atom?source=a&lang=en"), &arena, &r), ROUTE_OK);
	cr_expect(slice_is(view_title(SLICE("News"), &r, sources, COUNT(sources), &arena),
		"News \xE2\x80\x93 Source A, en"));
	cr_assert_eq(route_parse(SLICE("/feed.atom"), &arena, &r), ROUTE_OK);
	cr_expect(slice_is(view_title(SLICE("News"), &r, sources, COUNT(sources), &arena), "News"));
}
