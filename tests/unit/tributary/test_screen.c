/* test_screen.c - plain text for people */
#include "tributary/screen.h"

#include "base/arena.h"

#include <criterion/criterion.h>

Test(screen, a_time_is_said_by_its_distance)
{
	static const struct {
		int64_t apart;
		const char *want;
	} rows[] = {{0, "now"}, {-1, "1 s ago"}, {-119, "119 s ago"}, {-120, "2 min ago"},
		{-5400, "90 min ago"}, {-7200, "2 h ago"}, {-86400, "24 h ago"},
		{-172800, "2 d ago"}, {90, "in 90 s"}, {259200, "in 3 d"}};
	const instant now = 1795464000;
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice got = screen_ago(&a, now + rows[i].apart, now);

		cr_expect(slice_is(got, rows[i].want), "%s: %.*s", rows[i].want, SLICE_ARG(got));
	}
	cr_expect(slice_is(screen_ago(&a, INSTANT_NONE, now), "never"));
	arena_clear(&a);
}

Test(screen, a_time_stands_in_the_zone_that_was_chosen)
{
	struct arena a;

	arena_init(&a);
	screen_zone(SLICE("UTC"));
	cr_expect(slice_is(screen_time(&a, 1795464000), "2026-11-23 20:00"));
	screen_zone(SLICE("UTC-2")); /* POSIX: two hours east */
	cr_expect(slice_is(screen_time(&a, 1795464000), "2026-11-23 22:00"));
	cr_expect(slice_is(screen_time(&a, INSTANT_NONE), "-"));
	arena_clear(&a);
}

Test(screen, canonical_html_becomes_lines)
{
	static const struct {
		const char *html, *want;
	} rows[] = {{"", ""}, {"plain", "plain"}, {"<p>one</p><p>two</p>", "one\ntwo"},
		{"a <b>b</b> c", "a b c"}, {"1<br>2<br/>3", "1\n2\n3"},
		{"a &amp;lt; &lt;b&gt; &quot;c&quot; &#39;d&#39;", "a &lt; <b> \"c\" 'd'"},
		{"<ul><li>x</li><li>y</li></ul>", "x\ny"}, {"cut <b", "cut"}, {"a & b", "a & b"}};
	struct arena a;

	arena_init(&a);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice got = screen_html(&a, slice_of(rows[i].html));

		cr_expect(slice_is(got, rows[i].want), "%s: %.*s", rows[i].html, SLICE_ARG(got));
	}
	arena_clear(&a);
}
