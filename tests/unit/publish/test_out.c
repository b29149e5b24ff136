/* test_out.c - escaping: what goes in, what comes out, by context */
#include "publish/out.h"

#include <criterion/criterion.h>

/* A slice within an initialiser. */
#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}

static struct buf out;

static void begin(void)
{
	buf_init(&out, 1 << 20);
}

static void end(void)
{
	buf_clear(&out);
}

TestSuite(out, .init = begin, .fini = end);

#define expect_out(want, ...)                                                                      \
	cr_expect(slice_is(buf_slice(&out), want), "%.*s, not %s" __VA_ARGS__,                     \
		SLICE_ARG(buf_slice(&out)), want)

Test(out, each_context_escapes_what_is_special_in_it)
{
	static const struct {
		struct slice text;
		const char *xml, *attr, *twice, *html, *json;
	} rows[] = {
		{TEXT("plain"), "plain", "plain", "plain", "plain", "\"plain\""},
		{TEXT(""), "", "", "", "", "\"\""},
		{TEXT("a<b&c>"), "a&lt;b&amp;c&gt;", "a&lt;b&amp;c&gt;",
			"a&amp;lt;b&amp;amp;c&amp;gt;", "a&lt;b&amp;c&gt;", "\"a<b&c>\""},
		{TEXT("\"'"), "\"'", "&quot;&#39;", "\"'", "&quot;&#39;", "\"\\\"'\""},
		{TEXT("\\"), "\\", "\\", "\\", "\\", "\"\\\\\""},
		{TEXT("a\tb\nc"), "a\tb\nc", "a&#9;b&#10;c", "a\tb\nc", "a\tb\nc", "\"a\\tb\\nc\""},
		{TEXT("]]>"), "]]&gt;", "]]&gt;", "]]&amp;gt;", "]]&gt;", "\"]]>\""},
	};
	static void (*const contexts[])(struct buf *, struct slice) = {
		out_xml, out_xml_attr, out_xml_twice, out_html, out_json_string};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const want[] = {
			rows[i].xml, rows[i].attr, rows[i].twice, rows[i].html, rows[i].json};

		for (size_t c = 0; c < COUNT(contexts); c++) {
			buf_reset(&out);
			buf_puts(&out, "");
			contexts[c](&out, rows[i].text);
			expect_out(want[c]);
		}
	}
}

Test(out, what_no_document_may_hold_is_dropped_or_replaced)
{
	static const struct {
		struct slice text;
		const char *want;
	} rows[] = {
		{TEXT("a\0b\x01\x1F\x7F\r"), "ab"},
		{TEXT("\xC2\x85"), "\xEF\xBF\xBD"},                             /* a C1 control */
		{TEXT("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
		{TEXT("\xEF\xBF\xBE|\xEF\xBF\xBF"), "\xEF\xBF\xBD|\xEF\xBF\xBD"},
		{TEXT("\xEF\xB7\x90"), "\xEF\xBF\xBD"},
		{TEXT("\xF0\x9F\xBF\xBE"), "\xEF\xBF\xBD"},
		{TEXT("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* overlong */
		{TEXT("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD"}, /* cut */
		{TEXT("\xF5\x80\x80\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
		{TEXT("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"),
			"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"},
		{TEXT("\xEF\xBF\xBD"), "\xEF\xBF\xBD"},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_reset(&out);
		out_xml(&out, rows[i].text);
		expect_out(rows[i].want);
	}
}

Test(out, an_address_is_of_a_known_scheme_and_percent_encoded)
{
	static const struct {
		struct slice url;
		const char *want;
	} rows[] = {
		{TEXT("http://a.example/?x=1&y=2"), " href=\"http://a.example/?x=1&amp;y=2\""},
		{TEXT("https://a.example/?t[0]=a"), " href=\"https://a.example/?t%5B0%5D=a\""},
		{TEXT("http://[::1]:80/"), " href=\"http://[::1]:80/\""},
		{TEXT("http://a.example/a b\"c|d"), " href=\"http://a.example/a%20b%22c%7Cd\""},
		{TEXT("http://a.example/%zz%41"), " href=\"http://a.example/%25zz%41\""},
		{TEXT("http://a.example/#a#b"), " href=\"http://a.example/#a%23b\""},
		{TEXT("http://a.example/\xC3\xA9'"), " href=\"http://a.example/%C3%A9&#39;\""},
		{TEXT("http://u:p@a.example/@"), " href=\"http://a.example/@\""},
		{TEXT("http://u@p@[::1]"), " href=\"http://[::1]\""},
		{TEXT("http://u@"), " href=\"http://\""},
		{TEXT("mailto:a@b.example"), " href=\"mailto:a@b.example\""},
		{TEXT("javascript:alert(1)"), ""},
		{TEXT("data:text/html,x"), ""},
		{TEXT("//a.example/"), ""},
		{TEXT("http://"), ""},
		{TEXT(""), ""},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool was;

		buf_reset(&out);
		buf_puts(&out, "");
		was = out_attr_url(&out, "href", rows[i].url);
		cr_expect_eq(was, rows[i].want[0] != '\0');
		expect_out(rows[i].want);
	}
}

Test(out, json_members_are_parted_by_commas)
{
	buf_putc(&out, '{');
	out_json_text(&out, "a", SLICE("x"));
	out_json_text(&out, "left out", SLICE_NONE);
	out_json_instant(&out, "b", 0);
	out_json_instant(&out, "never", INSTANT_NONE);
	out_json_name(&out, "c");
	buf_putc(&out, '[');
	for (int i = 0; i < 2; i++) {
		out_json_next(&out);
		out_json_string(&out, SLICE("["));
	}
	buf_putc(&out, ']');
	out_json_number(&out, "d", INT64_MIN);
	out_json_bool(&out, "e", true);
	buf_putc(&out, '}');
	expect_out("{\"a\":\"x\",\"b\":\"1970-01-01T00:00:00Z\",\"c\":[\"[\",\"[\"],"
		   "\"d\":-9223372036854775808,\"e\":true}");
}

Test(out, elements_and_attributes_without_text_are_left_out)
{
	out_element(&out, "t", SLICE("<"));
	out_element(&out, "t", SLICE_NONE);
	out_element_instant(&out, "i", INSTANT_NONE);
	out_element_instant(&out, "i", INT64_MAX);
	out_attr(&out, "n", SLICE("a\"b"));
	out_attr(&out, "n", SLICE_NONE);
	expect_out("<t>&lt;</t>\n<i>9999-12-31T23:59:59Z</i>\n n=\"a&quot;b\"");
}

Test(out, a_part_of_an_address_keeps_unreserved_bytes_only)
{
	out_url_part(&out, SLICE("Az09-._~ &=/?#%\xC3\xA9"));
	expect_out("Az09-._~%20%26%3D%2F%3F%23%25%C3%A9");
}
