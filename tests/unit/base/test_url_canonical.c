/* test_url_canonical.c - the form by which two addresses are one */
#include "base/arena.h"
#include "base/limits.h"
#include "base/url.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static struct arena memory;

static void forget(void)
{
	arena_clear(&memory);
}

TestSuite(url_canonical, .fini = forget);

static void expect_canonical(const char *url, const char *want)
{
	struct slice got = url_canonical(&memory, slice_of(url));

	cr_expect(slice_is(got, want), "%s: \"%.*s\" not \"%s\"", url, SLICE_ARG(got), want);
	cr_expect(slice_equal(url_canonical(&memory, got), got), "%s: not so again", url);
}

Test(url_canonical, spellings_of_one_address_are_one)
{
	static const char *const rows[][2] = {
		{"http://example.org", "https://example.org/"},
		{"HTTPS://EXAMPLE.ORG:443/", "https://example.org/"},
		{"http://example.org:80/", "https://example.org/"},
		{"http://example.org:443/", "https://example.org/"},
		{"http://example.org:8080/", "https://example.org:8080/"},
		{"http://user:secret@example.org/", "https://example.org/"},
		{"http://example.org/a/", "https://example.org/a"},
		{"http://example.org/a//", "https://example.org/a"},
		{"http://example.org//", "https://example.org/"},
		{"http://example.org/a/./b/../c", "https://example.org/a/c"},
		{"http://example.org/a/%2e%2E/c", "https://example.org/c"},
		{"http://example.org/%7ejoe/%c3%a4%2f", "https://example.org/~joe/%C3%A4%2F"},
		{"http://example.org/ä", "https://example.org/%C3%A4"},
		{"http://example.org/%zz", "https://example.org/%25zz"},
		{"http://example.org/a#b", "https://example.org/a"},
		{"http://example.org/a?", "https://example.org/a"},
		{"http://example.org/a?#b", "https://example.org/a"},
		{"http://example.org/a/?b=c", "https://example.org/a?b=c"},
		{"http://www.example.org/", "https://www.example.org/"},
		{"http://bücher.example/", "https://xn--bcher-kva.example/"},
		{" http:\\\\example.org\\a\n", "https://example.org/a"},
		{"http://[::1]:80/", "https://[::1]/"},
		{"http://example.org/A", "https://example.org/A"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_canonical(rows[i][0], rows[i][1]);
}

Test(url_canonical, tracking_goes_and_the_rest_keeps_its_order)
{
	static const char *const rows[][2] = {
		{"http://h/?utm_source=rss&utm_medium=x", "https://h/"},
		{"http://h/a?z=1&utm_source=rss&a=2", "https://h/a?z=1&a=2"},
		{"http://h/?UTM_Source=x&b", "https://h/?b"},
		{"http://h/?utm%5Fsource=x&b=%c3%a4", "https://h/?b=%C3%A4"},
		{"http://h/?a=1&amp;utm_source=x", "https://h/?a=1"},
		{"http://h/?fbclid=1&gclid=2&dclid=3&gbraid=4&wbraid=5&msclkid=6&yclid=7",
			"https://h/"},
		{"http://h/?mc_cid=1&mc_eid=2&igshid=3&_openstat=4&at_medium=5&ref_src=6",
			"https://h/"},
		{"http://h/?cmpid=1&ocid=2&s_cid=3&mkt_tok=4&vero_id=5&wt_mc=6&xtor=7",
			"https://h/"},
		{"http://h/?utm_source", "https://h/"},
		{"http://h/?fbclid=", "https://h/"},
		{"http://h/?&&a=1&&b&", "https://h/?a=1&b"},
		{"http://h/?p=123", "https://h/?p=123"},
		{"http://h/?feed=rss2", "https://h/?feed=rss2"},
		{"https://www.unesco.org/en/articles/x?hub=701",
			"https://www.unesco.org/en/articles/x"},
		{"https://unesco.org/x?hub=701&id=1", "https://unesco.org/x?id=1"},
		{"https://notunesco.org/x?hub=701", "https://notunesco.org/x?hub=701"},
		{"http://h/?hub=1&id=2&ref=3&cid=4&source=5",
			"https://h/?hub=1&id=2&ref=3&cid=4&source=5"},
		{"http://h/?utmost=1&at=2&fbclidx=3", "https://h/?utmost=1&at=2&fbclidx=3"},
		{"http://h/?a=utm_source", "https://h/?a=utm_source"},
		{"http://h/?a=1&a=2&a=1", "https://h/?a=1&a=2&a=1"},
		{"http://h/?q=a+b%20c%2B", "https://h/?q=a+b%20c%2B"},
		{"http://h/utm_source/x", "https://h/utm_source/x"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_canonical(rows[i][0], rows[i][1]);
}

Test(url_canonical, what_is_no_web_address_has_no_such_form)
{
	static const char *const rows[] = {"", "a", "/a", "//h/", "ftp://h/", "mailto:a@b",
		"urn:x:y", "javascript:x", "http://", "http:///x", "http://h:65536/"};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(url_canonical(&memory, slice_of(rows[i])).len, 0, "%s", rows[i]);
}

Test(url_canonical, it_stays_within_the_limit)
{
	static char text[LIMIT_URL_BYTES];

	memset(text, 'a', sizeof text);
	memcpy(text, "http://h/", 9);
	cr_expect_eq(url_canonical(&memory, slice_from(text, sizeof text)).len, 0,
		"https is a byte more");
	cr_expect_eq(
		url_canonical(&memory, slice_from(text, sizeof text - 1)).len, LIMIT_URL_BYTES);
}

Test(url_canonical, it_is_its_own_canonical_form_whatever_came_in)
{
	static const char *const bits[] = {"/", "..", ".", "%2e", "%2", "%25", "%", "2e", "e", "?",
		"&", "&amp;", "utm_a", "=", "#", "a", "%41", "%7e", "%c3%a4", "ä", "//", ":80",
		":443", "@", "\\", ";", "%2f", "%26", "%3d", "amp;", "%5f", "+", "'"};

	srandom(6);
	for (int round = 0; round < 60000; round++) {
		char text[256] = "http://h.example";
		struct slice got;

		for (long n = random() % 12; n > 0; n--)
			strcat(text, bits[(size_t)random() % COUNT(bits)]);
		got = url_canonical(&memory, slice_of(text));
		cr_assert(got.len == 0 || slice_starts(got, "https://"), "%s", text);
		cr_assert_eq(slice_find_byte(got, '#'), got.len, "%s", text);
		cr_assert(slice_equal(url_canonical(&memory, got), got), "%s: %.*s", text,
			SLICE_ARG(got));
		arena_reset(&memory);
	}
}
