/* test_parts.c - names, titles, teasers */
#include "publish/parts.h"
#include "base/limits.h"

#include <criterion/criterion.h>

#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

Test(parts, plain_text_of_canonical_html)
{
	static const struct {
		struct slice html;
		size_t max;
		const char *want;
	} rows[] = {
		{TEXT(""), 100, ""},
		{TEXT("<p>One</p><p>two</p>"), 100, "One two"},
		{TEXT("<p>A <b>b</b>c &amp; &lt;d&gt; &quot;e&quot;</p>\n"), 100,
			"A bc & <d> \"e\""},
		{TEXT("<a href=\"https://a.example/?a>b\" rel=\"x\">link</a>"), 100, "link"},
		{TEXT("a<br>b<img alt=\"c\" src=\"d\">"), 100, "a b"},
		{TEXT("  a \n\t b  "), 100, "a b"},
		{TEXT("one two three"), 9, "one two\xE2\x80\xA6"},
		{TEXT("onetwothree"), 5, "onet\xE2\x80\xA6"},
		{TEXT("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"), 6, "\xC3\xA9\xC3\xA9\xE2\x80\xA6"},
		{TEXT("a < unclosed"), 100, "a"},
	};
	struct buf out;

	buf_init(&out, 1000);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&out);
		buf_puts(&out, "|");
		parts_plain(&out, rows[i].html, rows[i].max);
		cr_expect(slice_is(slice_skip(buf_slice(&out), 1), rows[i].want), "%.*s, not %s",
			SLICE_ARG(buf_slice(&out)), rows[i].want);
	}
	buf_clear(&out);
}

Test(parts, an_item_without_a_title_is_called_by_what_it_has)
{
	static const struct {
		struct slice title, summary, html, text, url;
		const char *want;
	} rows[] = {
		{TEXT("T"), TEXT("S"), TEXT(""), TEXT(""), TEXT("http://u.example/"), "T"},
		{TEXT(""), TEXT("S s"), TEXT("<p>H</p>"), TEXT(""), TEXT(""), "S s"},
		{TEXT(" "), TEXT(""), TEXT("<p>H</p>"), TEXT("X"), TEXT(""), "H"},
		{TEXT(""), TEXT(""), TEXT("<p></p>"), TEXT("X"), TEXT(""), "X"},
		{TEXT(""), TEXT(""), TEXT(""), TEXT(""), TEXT("http://u.example/"),
			"http://u.example/"},
		{TEXT(""), TEXT(""), TEXT(""), TEXT(""), TEXT(""), "Untitled"},
	};
	struct buf out;

	buf_init(&out, 1000);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item item;

		item_init(&item);
		item.title = rows[i].title;
		item.summary = rows[i].summary;
		item.content_html = rows[i].html;
		item.content_text = rows[i].text;
		item.url = rows[i].url;
		buf_reset(&out);
		parts_title(&out, &item);
		cr_expect(slice_is(buf_slice(&out), rows[i].want), "%.*s, not %s",
			SLICE_ARG(buf_slice(&out)), rows[i].want);
	}
	buf_clear(&out);
}

Test(parts, a_source_is_found_by_its_number)
{
	struct stored_source sources[7] = {0};
	struct outlet o = {.sources = sources, .n_sources = COUNT(sources)};

	for (size_t i = 0; i < COUNT(sources); i++)
		sources[i].number = (int64_t)(3 * i + 1);
	for (int64_t n = 0; n < 25; n++) {
		const struct stored_source *s = parts_source(&o, n);

		cr_expect_eq(s != NULL, n % 3 == 1 && n < 20, "%d", (int)n);
		cr_expect(s == NULL || s->number == n);
	}
	o.n_sources = 0;
	cr_expect_null(parts_source(&o, 1));
}

Test(parts, mailboxes_and_media_types_are_told_from_other_text)
{
	static const struct {
		struct slice text;
		bool is_mailbox, is_type;
	} rows[] = {
		{TEXT("a.b@c.example"), true, false},
		{TEXT("a b@c.example"), false, false},
		{TEXT("@c.example"), false, false},
		{TEXT("a@localhost"), false, false},
		{TEXT("a@b@c.example"), false, false},
		{TEXT("audio/mpeg"), false, true},
		{TEXT("application/vnd.x+json"), false, true},
		{TEXT("audio"), false, false},
		{TEXT("a/b; c=d"), false, false},
		{TEXT("/b"), false, false},
		{TEXT(""), false, false},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		cr_expect_eq(
			parts_is_mailbox(rows[i].text), rows[i].is_mailbox, "%s", rows[i].text.at);
		cr_expect_eq(
			parts_is_media_type(rows[i].text), rows[i].is_type, "%s", rows[i].text.at);
	}
}
