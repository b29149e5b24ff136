/* test_route.c - targets, what they ask for, and what is wrong with them */
#include "publish/route.h"
#include "base/arena.h"
#include "base/limits.h"

#include <criterion/criterion.h>

static struct arena arena;

static void end(void)
{
	arena_clear(&arena);
}

TestSuite(route, .fini = end);

Test(route, the_table_of_paths)
{
	static const struct {
		const char *target;
		enum route_verdict verdict;
		enum route_kind kind;
		const struct rendering *form;
		const char *name; /* or id */
	} rows[] = {
		{"/", ROUTE_OK, ROUTE_PAGE, NULL, ""},
		{"", ROUTE_OK, ROUTE_PAGE, NULL, ""},
		{"/feed.atom", ROUTE_OK, ROUTE_FEED, &render_atom, ""},
		{"/feed.json", ROUTE_OK, ROUTE_FEED, &render_json, ""},
		{"/feed.rss?limit=3", ROUTE_OK, ROUTE_FEED, &render_rss, ""},
		{"http://a.example/feed.rss", ROUTE_OK, ROUTE_FEED, &render_rss, ""},
		{"https://a.example?limit=1", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/feed.atom#x", ROUTE_OK, ROUTE_FEED, &render_atom, ""},
		{"/view/un%20news.atom", ROUTE_OK, ROUTE_FEED, &render_atom, "un news"},
		{"/view/a%2Fb.json", ROUTE_OK, ROUTE_FEED, &render_json, "a/b"},
		{"/view/a/b.json", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/view/.atom", ROUTE_OK, ROUTE_PAGE, NULL, ".atom"},
		{"/view/x", ROUTE_OK, ROUTE_PAGE, NULL, "x"},
		{"/view/", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/item/0123", ROUTE_OK, ROUTE_ITEM, NULL, "0123"},
		{"/item/0123.atom", ROUTE_OK, ROUTE_ITEM, &render_atom, "0123"},
		{"/item/0123.json", ROUTE_OK, ROUTE_ITEM, &render_json, "0123"},
		{"/item/", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/item/..%2f..%2fetc", ROUTE_OK, ROUTE_ITEM, NULL, "../../etc"},
		{"/sources.opml", ROUTE_OK, ROUTE_OPML, NULL, ""},
		{"/status.json", ROUTE_OK, ROUTE_STATUS, NULL, ""},
		{"/story/0123", ROUTE_OK, ROUTE_STORY, NULL, "0123"},
		{"/story/0123.atom", ROUTE_OK, ROUTE_STORY, &render_atom, "0123"},
		{"/archive/1.atom", ROUTE_OK, ROUTE_ARCHIVE, &render_atom, ""},
		{"/archive/0.atom", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/archive/01.atom", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/archive/1x.atom", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/metrics", ROUTE_OK, ROUTE_METRICS, NULL, ""},
		{"/health.atom", ROUTE_OK, ROUTE_HEALTH, &render_atom, ""},
		{"/events?after=7", ROUTE_OK, ROUTE_EVENTS, NULL, ""},
		{"/events?limit=7", ROUTE_BAD, ROUTE_EVENTS, NULL, ""},
		{"/style.css", ROUTE_OK, ROUTE_STYLE, NULL, ""},
		{"/../etc/passwd", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"//feed.atom", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"/Feed.atom", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
		{"*", ROUTE_UNKNOWN, ROUTE_PAGE, NULL, ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct route r;
		enum route_verdict v = route_parse(slice_of(rows[i].target), &arena, &r);

		cr_expect_eq(v, rows[i].verdict, "%s", rows[i].target);
		if (v != ROUTE_OK || rows[i].verdict != ROUTE_OK)
			continue;
		cr_expect_eq(r.kind, rows[i].kind, "%s", rows[i].target);
		cr_expect_eq(r.form, rows[i].form, "%s", rows[i].target);
		cr_expect(slice_is(r.kind == ROUTE_ITEM || r.kind == ROUTE_STORY ? r.id : r.name,
				  rows[i].name),
			"%s", rows[i].target);
	}
}

Test(route, a_wrong_parameter_is_named)
{
	static const struct {
		const char *query, *name;
	} rows[] = {
		{"x=1", "x: "},
		{"=1", ": "},
		{"%0d%0aX=1", "??X: "},
		{"limit", "limit: "},
		{"limit=0", "limit: "},
		{"limit=1001", "limit: "},
		{"limit=-1", "limit: "},
		{"limit=+1", "limit: "},
		{"limit=1x", "limit: "},
		{"limit=1&limit=1", "limit: "},
		{"after=", "after: "},
		{"after=1", "after: "},
		{"after=1.", "after: "},
		{"after=1.x", "after: "},
		{"after=1.-1", "after: "},
		{"since=yesterday", "since: "},
		{"since=2024-02-30", "since: "},
		{"since=2024-1-1", "since: "},
		{"since=2024-01-01T10:00", "since: "},
		{"since=2024-01-01T10:00:00", "since: "},
		{"since=0001-01-01T00:00:00%2B23:59", "since: "},
		{"until=9999-12-31T23:59:59-23:59", "until: "},
		{"until=2024-01-01T10:00:00+25:00", "until: "},
		{"until=2024-01-01T10:00:00Zx", "until: "},
		{"source=", "source: "},
		{"tag=%ff", "tag: "},
		{"lang=en&topic=", "topic: "},
		{"stories=two", "stories: "},
		{"q=a&q=b", "q: "},
		{"q=1+2+3+4+5+6+7+8+9+10+11+12+13+14+15+16+17", "q: "},
		{"source=1&source=2&source=3&source=4&source=5&source=6&source=7&source=8&source=9"
		 "&source=1&source=2&source=3&source=4&source=5&source=6&source=7&source=8",
			"source: "},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char target[256] = "/feed.atom?";
		struct route r;

		strcat(target, rows[i].query);
		cr_expect_eq(route_parse(slice_of(target), &arena, &r), ROUTE_BAD, "%s", target);
		cr_expect(slice_starts(slice_of(r.why), rows[i].name), "%s: %s", target, r.why);
	}
}

Test(route, dates_are_rfc_3339)
{
	static const struct {
		const char *text;
		instant want;
	} rows[] = {
		{"2024-05-31", 1717113600},
		{"2024-05-31T12:00:00Z", 1717156800},
		{"2024-05-31t12:00:00z", 1717156800},
		{"2024-05-31T12:00:00%2B02:00", 1717149600},
		{"2024-05-31T12:00:00+02:00", 1717149600},
		{"2024-05-31T12:00:00-01:30", 1717162200},
		{"1969-12-31T23:59:59Z", -1},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		char target[128] = "/feed.atom?since=";
		struct route r;

		strcat(target, rows[i].text);
		cr_expect_eq(route_parse(slice_of(target), &arena, &r), ROUTE_OK, "%s", target);
		cr_expect_eq(
			r.query.since, rows[i].want, "%s: %lld", target, (long long)r.query.since);
	}
}

Test(route, what_is_put_is_read_again)
{
	const struct place after = {-5, 77};
	struct route r, again;
	struct buf out;

	buf_init(&out, 1000);
	cr_assert_eq(route_parse(SLICE("/view/a%20b.rss?&lang=zh&tag=x%26y&source=b&source=a"
				       "&until=2024-05-31&limit=7"),
			     &arena, &r),
		ROUTE_OK);
	cr_expect(slice_is(r.filter, "source=b&source=a&tag=x%26y&lang=zh"
				     "&until=2024-05-31T00%3A00%3A00Z"));
	route_put(&out, r.path, r.filter, r.query.limit, &after);
	cr_assert_eq(route_parse(buf_slice(&out), &arena, &again), ROUTE_OK, "%s", out.at);
	cr_expect(slice_equal(r.filter, again.filter));
	cr_expect(slice_equal(r.path, again.path));
	cr_expect_eq(again.query.limit, 7);
	cr_expect(slice_is(again.query.tags[0], "x&y"));
	cr_assert_not_null(again.query.after);
	cr_expect_eq(again.query.after->at, -5);
	cr_expect_eq(again.query.after->number, 77);
	buf_clear(&out);
}
