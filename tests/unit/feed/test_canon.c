/*
 * test_canon.c - what is canonical, and all that is not
 */
#include "feed/canon.h"
#include "feed/html.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void expect(const char *html, bool want)
{
	size_t at = 0;

	cr_expect_eq(canon_check(slice_of(html), &at), want, "%s (at %zu)", html, at);
}

static void expect_all(const char *const *rows, size_t n, bool want)
{
	for (size_t i = 0; i < n; i++)
		expect(rows[i], want);
}

Test(canon, names_are_sorted_and_each_finds_itself)
{
	for (unsigned e = 1; e < HTML_ELEMENT_COUNT; e++) {
		struct slice name = slice_of(html_elements[e].name);

		cr_expect_eq(name.len, html_elements[e].length);
		cr_expect_eq(html_find(name), e, "%s", html_elements[e].name);
		cr_expect(e == 1 || strcmp(html_elements[e - 1].name, html_elements[e].name) < 0);
	}
	for (unsigned a = 0; a < HTML_ATTRIBUTE_COUNT; a++) {
		struct slice name = slice_of(html_attributes[a].name);

		cr_expect_eq(html_find_attribute(name), a, "%s", html_attributes[a].name);
		cr_expect(
			a == 0 || strcmp(html_attributes[a - 1].name, html_attributes[a].name) < 0);
	}
	cr_expect_eq(html_find(SLICE("BlockQuote")), HTML_BLOCKQUOTE);
	cr_expect_eq(html_find(SLICE("")), HTML_NONE);
	cr_expect_eq(html_find(SLICE("blockquotes")), HTML_NONE);
	cr_expect_eq(html_find(SLICE("blockquoteblockquote")), HTML_NONE);
	cr_expect_eq(html_find_attribute(SLICE("onclick")), HTML_ATTRIBUTE_COUNT);
}

Test(canon, what_the_sanitiser_writes_passes)
{
	static const char *const rows[] = {
		"",
		"plain text\n\twith lines",
		"1 &lt; 2 &amp; 3 &gt; 2 \"so\" \u00a0 \u00e9 \u4e2d \U0001f600",
		"<p>a</p><p dir=\"rtl\" lang=\"ar\" title=\"&quot;&lt;&amp;&gt;\n\">b<br>c</p>",
		"<a href=\"https://example.org/?a=1&amp;b=2\" rel=\"noopener noreferrer\">x</a>",
		"<a rel=\"noopener noreferrer\">x</a>",
		"<a href=\"mailto:a@example.org\" rel=\"noopener noreferrer\">x</a>",
		"<a href=\"../b#c\" rel=\"noopener noreferrer\">x</a>",
		"<img alt=\"\" height=\"20\" src=\"http://example.org/a.png\" width=\"10\">",
		"<img src=\"data:image/png;base64,iVBORw0KGgo=\">",
		"<table><caption>c</caption><tbody><tr><th scope=\"row\">a</th>"
		"<td colspan=\"2\">b<p>c</p></td></tr></tbody></table>",
		"<ul><li>a<ul><li>b</li></ul></li></ul><ol reversed=\"\" start=\"-3\" type=\"a\">"
		"<li value=\"7\">x</li></ol>",
		"<dl><dt>a</dt><dd>b<dl><dt>c</dt></dl></dd></dl>",
		"<ruby>\u6f22<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
		"<audio controls=\"\"><source src=\"http://example.org/a.ogg\">x</audio>",
		"<b><p>blocks may stand in inline elements</p></b>",
		"<pre>a\nb</pre><pre>\n\nc</pre><pre><b>\nd</b></pre>",
		"<blockquote cite=\"http://example.org/\"><h2>a</h2><hr></blockquote>",
	};

	expect_all(rows, COUNT(rows), true);
}

Test(canon, nothing_active_passes)
{
	static const char *const rows[] = {
		"<script>x</script>",
		"<style>x</style>",
		"<iframe></iframe>",
		"<svg></svg>",
		"<math></math>",
		"<form></form>",
		"<object></object>",
		"<x-y></x-y>",
		"<p onclick=\"x\"></p>",
		"<p style=\"x\"></p>",
		"<p class=\"x\"></p>",
		"<p id=\"x\"></p>",
		"<!-- x -->",
		"<!DOCTYPE html>",
		"<?xml?>",
		"<![CDATA[x]]>",
	};

	expect_all(rows, COUNT(rows), false);
}

Test(canon, there_is_one_way_to_write_it)
{
	static const char *const rows[] = {
		"<P></P>",
		"<p></P>",
		"<p ></p>",
		"<p></p >",
		"<p lang=\"a\"  dir=\"ltr\"></p>",
		"<p lang=\"a\" dir=\"ltr\"></p>", /* not in order */
		"<p dir=\"ltr\" dir=\"ltr\"></p>",
		"<p dir='ltr'></p>",
		"<p dir=ltr></p>",
		"<p dir></p>",
		"<p dir=\"LTR\"></p>",
		"<p DIR=\"ltr\"></p>",
		"<p dir=\"ltr\"lang=\"a\"></p>",
		"<p dir=\"ltr",
		"<p title=\"a<b\"></p>",
		"<p title=\"a>b\"></p>",
		"<p title=\"a&b\"></p>",
		"<p title=\"&nbsp;\"></p>",
		"<br/>",
		"<br />",
		"<br></br>",
		"a & b",
		"a > b",
		"a < b",
		"&nbsp;",
		"&#38;",
		"&quot;",
		"&AMP;",
		"&amp",
		"<center>x</center>",
		"<a href=\"http://example.org/\">x</a>", /* without rel */
		"<a rel=\"nofollow\">x</a>",
		"<audio></audio>", /* without controls */
		"<img width=\"010\">",
		"<img width=\"10px\">",
		"<img width=\"\">",
		"<img width=\"123456\">",
		"<ol start=\"-0\"></ol>",
		"<ol type=\"b\"></ol>",
		"<p lang=\"en_GB\"></p>",
		"<p lang=\"en-\"></p>",
		"<p lang=\"verylonglanguage\"></p>",
		"<img height=\"1\" width=\"0\">", /* a pixel */
		"<img colspan=\"2\">",
		"<pre>\na</pre>",
		"<pre>\n</pre>",
	};

	expect_all(rows, COUNT(rows), false);
}

Test(canon, any_parser_reads_it_back_as_it_stands)
{
	static const char *const rows[] = {
		"<p>",
		"</p>",
		"<p></div>",
		"<b><i></b></i>",
		"<p><p></p></p>",
		"<p><div></div></p>",
		"<p><b><ul></ul></b></p>",
		"<p><hr></p>",
		"<p><table></table></p>",
		"<h1><h2></h2></h1>",
		"<b><i><b></b></i></b>",
		"<a rel=\"noopener noreferrer\"><a rel=\"noopener noreferrer\"></a></a>",
		"<ul><li><li></li></li></ul>",
		"<ul><li><div><li></li></div></li></ul>",
		"<dl><dd><p><dt></dt></p></dd></dl>",
		"<table>x</table>",
		"<table> </table>",
		"<table><tr></tr></table>",
		"<table><tbody><td></td></tbody></table>",
		"<table><tbody><tr><p></p></tr></tbody></table>",
		"<tr></tr>",
		"<td></td>",
		"<caption></caption>",
		"<rt></rt>",
		"<source>",
		"<ruby><b><rt></rt></b></ruby>",
	};

	expect_all(rows, COUNT(rows), false);
	/* A cell is a world of its own. */
	expect("<ul><li><table><tbody><tr><td><p></p><ul><li></li></ul></td></tr></tbody></table>"
	       "</li></ul>",
		true);
}

Test(canon, addresses_are_looked_at_again)
{
	static const char *const bad[] = {"javascript:alert(1)", "JaVaScript:alert(1)",
		"java\nscript:x", " http://example.org/", "http://example.org/ ", "http://",
		"http:///x", "http://?x", "http:x", "//example.org/", "data:text/html,x",
		"vbscript:x", "file:///x", "blob:x", "feed:http://example.org/",
		"http://\u00e9.example/", "http://a/\"", "\\\\a\\b", "a\\b", "x:y", "",
		"mailto:", "data:image/png;base64,iVBORw0KGgo="};
	static const char *const bad_pictures[] = {"mailto:a@example.org",
		"data:image/svg+xml;base64,PHN2Zz4=", "data:image/png,x", "data:image/png;base64,",
		"data:image/png;base64,a b",
		"data:text/html;base64,PHN2Zz4=", "DATA:image/png;base64,aaaa"};
	char html[200];

	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(html, sizeof html, "<a href=\"%s\" rel=\"noopener noreferrer\"></a>",
			bad[i]);
		expect(html, false);
	}
	for (size_t i = 0; i < COUNT(bad_pictures); i++) {
		snprintf(html, sizeof html, "<img src=\"%s\">", bad_pictures[i]);
		expect(html, false);
	}
	expect("<source src=\"data:image/png;base64,aaaa\">", false);
}

Test(canon, characters_that_nobody_may_have_are_found_where_they_stand)
{
	static const char *const rows[] = {"ab\x01", "ab\r", "ab\x7f", "ab\xc2\x80", "ab\xff",
		"ab\xc0\x80", "ab\xed\xa0\x80", "ab\xef\xbf\xbe", "ab\xef\xb7\x90",
		"ab\xe2\x80\xa8", "ab\xf4\x90\x80\x80", "ab\xf0\x9f\xbf\xbf", "ab\xc3",
		"ab\xe4\xb8", "ab\xf0\x9f\x98"};

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t at = 0;

		cr_expect_not(canon_check(slice_of(rows[i]), &at), "row %zu", i);
		cr_expect_eq(at, 2, "row %zu: %zu", i, at);
	}
	cr_expect_not(canon_check(slice_from("a\0b", 3), NULL));
	cr_expect_not(canon_check(SLICE("<div\0></div>"), NULL));
	cr_expect_not(canon_check(SLICE("<div lang\0=\"a\"></div>"), NULL));
	cr_expect(canon_check(SLICE("\xef\xbf\xbd"), NULL)); /* U+FFFD itself may stand */
}

Test(canon, depth_is_bounded)
{
	char html[16 * (LIMIT_HTML_DEPTH + 1)];

	for (size_t depth = LIMIT_HTML_DEPTH - 1; depth <= LIMIT_HTML_DEPTH + 1; depth++) {
		html[0] = '\0';
		for (size_t i = 0; i < depth; i++)
			strcat(html, "<div>");
		for (size_t i = 0; i < depth; i++)
			strcat(html, "</div>");
		expect(html, depth <= LIMIT_HTML_DEPTH);
	}
}
