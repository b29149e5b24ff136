/*
 * test_sanitize.c - strangers' HTML: what comes out, and that it is canonical
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/url.h"
#include "feed/canon.h"
#include "parse/canonical.h"
#include "parse/onepass.h"
#include "parse/sanitize.h"
#include "parse/tagsoup.h"

#include <criterion/criterion.h>

#define BASE SLICE("https://example.org/dir/page")

static struct arena arena;

static void start(void)
{
	arena_init(&arena);
}

static void finish(void)
{
	arena_clear(&arena);
}

TestSuite(sanitize, .init = start, .fini = finish);

static void expect_slice(struct slice got, const char *want, const char *of)
{
	cr_expect(slice_is(got, want), "%s\n  gave %.*s\n  want %s", of, SLICE_ARG(got), want);
}

/* Whatever comes out is canonical, and sanitised again the same. */
static enum sanitize_way sanitize(struct slice html, struct slice *out)
{
	enum sanitize_way way = sanitize_html(&arena, html, BASE, out);
	struct slice again;
	size_t at = 0;

	cr_expect(canon_check(*out, &at), "not canonical at %zu: %.*s", at, SLICE_ARG(*out));
	sanitize_html(&arena, *out, BASE, &again);
	cr_expect(
		slice_equal(again, *out), "%.*s\n  became %.*s", SLICE_ARG(*out), SLICE_ARG(again));
	return way;
}

struct row {
	const char *html, *want;
};

static void expect_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice out;

		sanitize(slice_of(rows[i].html), &out);
		expect_slice(out, rows[i].want, rows[i].html);
	}
}

Test(sanitize, harmless_markup_stays)
{
	static const struct row rows[] = {
		{"", ""},
		{" \n ", ""},
		{"plain", "plain"},
		{"1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"},
		{"<P>a<BR/>b</P>", "<p>a<br>b</p>"},
		{"<p class=x id=y style='color:red' name=z target=_blank data-a=b>a</p>",
			"<p>a</p>"},
		{"<p DIR=RTL lang='ar_EG' title='&lt;a&quot;'>a</p>",
			"<p dir=\"rtl\" lang=\"ar-EG\" title=\"&lt;a&quot;\">a</p>"},
		{"<span>a</span><time datetime=2026-01-01>b</time>",
			"<span>a</span><time datetime=\"2026-01-01\">b</time>"},
		{"<acronym title=x>a</acronym><center>b</center>",
			"<abbr title=\"x\">a</abbr><div>b</div>"},
		{"<font color=red>a<big>b</big></font><blink>c</blink><o:p>d</o:p>", "abcd"},
		{"<ol start='+3' reversed type=A><li value=07>a<li>b</ol>",
			"<ol reversed=\"\" start=\"3\" type=\"A\"><li "
			"value=\"7\">a</li><li>b</li></ol>"},
		{"<td>a</td>", "a"},
		{"<table><tr><td colspan='2px'>a<th scope=ROW>b</table>",
			"<table><tbody><tr><td colspan=\"2\">a</td><th "
			"scope=\"row\">b</th></tr></tbody>"
			"</table>"},
		{"<pre>\n\n a</pre>", "<pre>\n\n a</pre>"},
		{"<video autoplay src=v.mp4>x</video>",
			"<video controls=\"\" src=\"https://example.org/dir/v.mp4\">x</video>"},
		{"a\r\nb\rc\x01\xff", "a\nb\nc\xef\xbf\xbd"},
		{"&eacute;&#8217;&#x80;&#146;&copy 1&AMP;&notit;&nosuch;&#xD800;&#0;",
			"\u00e9\u2019\u20ac\u2019\u00a9 1&amp;\u00acit;&amp;nosuch;\ufffd\ufffd"},
	};

	expect_rows(rows, COUNT(rows));
}

Test(sanitize, what_is_active_goes)
{
	static const struct row rows[] = {
		{"a<script>alert(1)</script>b", "ab"},
		{"a<script><!--<script></script>--></script>b", "ab"},
		{"a<style>p{}</style><title>t</title><xmp>x</xmp>b", "ab"},
		{"a<iframe src=x>y</iframe><noframes>n</noframes><noembed>n</noembed>b", "ab"},
		{"a<noscript><p>n</p></noscript><template>t</template>b", "ab"},
		{"a<textarea>t</textarea><select><option>o</select>b", "ab"},
		{"a<object><param><embed>o</object><applet>p</applet>b", "ab"},
		{"a<svg><p>b</p></svg>c", "ac"},
		{"a<svg><title><script>x</script></title></svg><math><mi>x</mi></math>b", "ab"},
		{"<form>a<input><button>c</button>b</form>", "ab"},
		{"<p onclick=x onload='y'>a", "<p>a</p>"},
		{"<!-- a --><!DOCTYPE html><?xml?><![CDATA[b]]>c", "c"},
		{"<html><head><title>t</title></head><body>a</body></html>", "a"},
		{"<plaintext>a</plaintext>b", ""},
		{"<scr<script>ipt>alert(1)</scr</script>ipt>", "ipt&gt;alert(1)ipt&gt;"},
		{"a<b", "a"},
		{"a<b title=\"x", "a"},
	};

	expect_rows(rows, COUNT(rows));
}

Test(sanitize, addresses_come_out_absolute_or_not_at_all)
{
	static const struct row rows[] = {
		{"<a href=x?a=1&b=2>l</a>", "<a href=\"https://example.org/dir/x?a=1&amp;b=2\" "
					    "rel=\"noopener noreferrer\">l</a>"},
		{"<a href='http://example.com/&quot;<>'>l</a>",
			"<a href=\"http://example.com/%22%3C%3E\" rel=\"noopener "
			"noreferrer\">l</a>"},
		{"<a href='mailto:a@example.org'>l</a>",
			"<a href=\"mailto:a@example.org\" rel=\"noopener noreferrer\">l</a>"},
		{"<a href='java&#115;cript:x' rel=opener>l</a>",
			"<a rel=\"noopener noreferrer\">l</a>"},
		{"<a href=' JAVA\tSCRIPT:x'>l</a>", "<a rel=\"noopener noreferrer\">l</a>"},
		{"<a href='data:text/html,x'>l</a>", "<a rel=\"noopener noreferrer\">l</a>"},
		{"<a name=n>l</a>", "<a rel=\"noopener noreferrer\">l</a>"},
		{"<img src=a.png alt='' width='020' height=10px>",
			"<img alt=\"\" height=\"10\" src=\"https://example.org/dir/a.png\" "
			"width=\"20\">"},
		{"<img src='mailto:a@example.org'>", "<img>"},
		{"<img src='DATA:image/PNG;base64,iVBO Rw0\nKGgo='>",
			"<img src=\"data:image/png;base64,iVBORw0KGgo=\">"},
		{"<img src='data:image/svg+xml;base64,PHN2Zz4='>", "<img>"},
		{"<q cite=/c>a</q>", "<q cite=\"https://example.org/c\">a</q>"},
	};
	struct slice out;

	expect_rows(rows, COUNT(rows));
	sanitize_html(&arena, SLICE("<a href='../x'>l</a><img src='//h/x'>"), SLICE_NONE, &out);
	expect_slice(out, "<a href=\"../x\" rel=\"noopener noreferrer\">l</a><img>", "no base");
	cr_expect(canon_check(out, NULL));
}

Test(sanitize, an_address_in_good_form_comes_out_as_url_resolve_gives_it)
{
	static const char *const rows[] = {"http://example.org/",
		"https://a-b.example.org/x/y.html", "http://example.org", "http://EXAMPLE.org/",
		"http://example.org:80/", "http://1.2.3/", "http://u@example.org/",
		"http://example.org/a/../b", "http://example.org/.",
		"http://example.org/a?b=/../c#d", "http://example.org/#a#b",
		"http://example.org/%zz", "http://example.org/%41?x=%C3%A9",
		"http://xn--e1afmkfd.example/", "http://-a.example/", "http://a.example-/",
		"http://a..example/", "http://localhost/", "http://[::1]/",
		"http://example.org/a b", "http://example.org/\u00e9", "https://example.org/'x'|"};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice want = url_resolve(&arena, BASE, slice_of(rows[i]), URL_LINK), got,
			     rest;
		struct buf html;

		buf_init(&html, 1000);
		buf_printf(&html, "<a href=\"%s\">x</a>", rows[i]);
		sanitize(buf_slice(&html), &got);
		rest = slice_skip(got, sizeof "<a href=\"" - 1);
		cr_expect(want.len == 0 ? !slice_starts(got, "<a href")
					: slice_equal(slice_head(rest, want.len), want),
			"%s: %.*s", rows[i], SLICE_ARG(got));
		buf_clear(&html);
	}
}

Test(sanitize, pictures_of_a_pixel_go)
{
	static const struct row rows[] = {
		{"a<img src=x width=1 height=1>", "a"},
		{"a<img src=x width=0 height='1px'>", "a"},
		{"a<img src=x style='WIDTH : 1px; height:0'>", "a"},
		{"a<img src=x width=1 style='height:1px'>", "a"},
		{"a<img alt=b width=1 height=20>", "a<img alt=\"b\" height=\"20\" width=\"1\">"},
		{"a<img alt=b width='1%' height=1>", "a<img alt=\"b\" height=\"1\">"},
		{"a<img alt=b style='max-width:1px;height:1px'>", "a<img alt=\"b\">"},
	};

	expect_rows(rows, COUNT(rows));
}

Test(sanitize, what_parsers_would_move_is_written_where_they_put_it)
{
	static const struct row rows[] = {
		{"<p>a<p>b", "<p>a</p><p>b</p>"},
		{"<p>a<div>b</div>c</p>", "<p>a</p><div>b</div>c<p></p>"},
		{"<b>a<i>b</b>c</i>", "<b>a<i>b</i></b><i>c</i>"},
		{"<b>a<p>b</b>c</p>", "<b>a</b><p><b>b</b>c</p>"},
		{"<p><b>a</p><p>b</b>", "<p><b>a</b></p><p><b>b</b></p>"},
		{"<b>a<b>b</b>c</b>", "<b>abc</b>"},
		{"<a href=x>a<a href=y>b",
			"<a href=\"https://example.org/dir/x\" rel=\"noopener noreferrer\">a</a>"
			"<a href=\"https://example.org/dir/y\" rel=\"noopener noreferrer\">b</a>"},
		{"<table>a<tr><td>b</table>", "a<table><tbody><tr><td>b</td></tr></tbody></table>"},
		{"<table><tr><td>a<tr><td>b</table>",
			"<table><tbody><tr><td>a</td></tr><tr><td>b</td></tr></tbody></table>"},
		{"<ul><li>a<ul><li>b</ul><li>c</ul>",
			"<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"},
		{"<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"},
		{"<h1>a<h2>b</h1>", "<h1>a</h1><h2>b</h2>"},
		{"</p>a</br>b</div>", "<p></p>a<br>b"},
		{"<select><table><tr><td>a</select>b", "b"},
	};

	expect_rows(rows, COUNT(rows));
}

/* The one pass must say what gumbo says wherever it says anything; most of these it must read. */
Test(sanitize, both_ways_give_the_same)
{
	static const char *const rows[] = {"<p>a<b>b</p>c</b>d", "<b><i>a</b>b</i>", "<a>a<p>b<a>c",
		"<i><table><tr><td><b>a</td><td>b</table>c", "<table><caption>a<tr><td>b",
		"<p>a<table>", "<table><tr><td><table><td>a</table>b<td>c",
		"<table><col><colgroup><col><tr><td>a",
		"<table><thead><tr><th>a<tbody><tr><td>b<tfoot><td>c</table>d", "</table></td>a",
		"<ul><li><p>a<li>b<div><li>c", "<dl><dd><p>a<dt>b", "<ruby>a<rp>(<rt>b<rp>)</ruby>",
		"<form>a<p>b</form>c<form>d", "<form><form>a</form>b<form>c",
		"<p><button><p>a</button>b", "<object><p>a<b>b</object>c", "<object><td>a</object>",
		"<nobr>a<nobr>b", "<pre>\n&#10;a", "<pre></>\na", "<pre>&#10;a",
		"<pre><!-- x -->\na", "<listing>\na</listing>", "<p/>a</p/>",
		"<noscript><p>a</noscript>b", "<h1>a<h2>b</h3>c", "<div><span></div>a</span>b",
		"<foo>a<bar>b</bar></foo>c", "<foo><bar>a</foo>b", "<!--a--!>b<!-->c<!--->d<!--e",
		"<?a>b<!c>d</ e>f</>g", "<a b='c'd=e f = g/h>i", "<a =b c==d \"e\">f",
		"a&lt;b<&gt;", "<script>a<!--b--></script>c", "<script>a</scripty></script >b",
		"<title>a<b></title>c", "<textarea>\na</textarea>b", "<iframe>a",
		"<b><b><b><b>a</b></b></b></b>b", "<main><p>a</main>b",
		"<object><applet>a</object>b", "<s>a</p>b", "<sub><p>a</sub>b",
		"<body><p>a</body>b</html>c", "&#x8b6fc053", "<p title=&#x100000041>a",
		"<img b b src>", "<img b=1 b src=x>", "<frameset>a", "<col>a<tr>b",
		"<ul></li><li>a</ul></li>"};
	size_t answered = 0;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice html = slice_of(rows[i]), one, other;
		enum onepass_verdict verdict;
		struct canonical to;

		canonical_begin(&to, &arena, BASE);
		verdict = onepass_read(html, &to);
		one = canonical_end(&to);
		canonical_begin(&to, &arena, BASE);
		cr_expect(tagsoup_read(html, &to));
		other = canonical_end(&to);
		cr_expect(verdict == ONEPASS_LEFT || slice_equal(one, other),
			"%s\n  one pass %.*s\n  gumbo %.*s", rows[i], SLICE_ARG(one),
			SLICE_ARG(other));
		answered += verdict == ONEPASS_DONE ? 1 : 0;
	}
	cr_expect_geq(answered, 40);
}

static void put_times(struct buf *to, const char *text, size_t times)
{
	buf_reset(to);
	while (times-- > 0)
		buf_puts(to, text);
}

Test(sanitize, what_would_cost_too_much_becomes_plain_text)
{
	static const struct {
		const char *text;
		size_t times;
		enum sanitize_way want;
	} rows[] = {
		{"<div>a", 100, SANITIZE_PLAIN},
		{"<div>a", 100000, SANITIZE_TOO_WILD},
		{"<foo>a", 100000, SANITIZE_TOO_WILD},
		{"<svg>a", 100000, SANITIZE_TOO_WILD},
		{"<svg><td>a", 100000, SANITIZE_TOO_WILD},
		{"<svg><style><x>a", 100000, SANITIZE_TOO_WILD},
		{"<foo><bar></foo>a", 60000, SANITIZE_TOO_WILD},
		{"<span><div></span>a", 50000, SANITIZE_TOO_WILD},
		{"<form><div></form>a", 50000, SANITIZE_TOO_WILD},
		{"<li><ul></li>a", 60000, SANITIZE_TOO_WILD},
		{"<table>a", 100000, SANITIZE_TOO_WILD},
		{"<font color=a>a", 60000, SANITIZE_TOO_WILD},
		{"<b>a", 100, SANITIZE_SOUP},
		{"<b>a", 200000, SANITIZE_TOO_WILD},
		{"<b></b>a", 50000, SANITIZE_PLAIN},
		{"<font a><p><font a><font a><font a></p></font></font></font></font>a", 10000,
			SANITIZE_TOO_WILD},
		{"<table><td><font a></table>a", 20000, SANITIZE_PLAIN},
		{"<font a><table><td></font></table>a", 20000, SANITIZE_TOO_WILD},
		{"<a name=b>c<p>d", 5000, SANITIZE_SOUP},
		{"<p>a", 100000, SANITIZE_PLAIN},
		{"<p><b>a", 5000, SANITIZE_SOUP},
		{"<li>a<br>", 50000, SANITIZE_PLAIN},
		{"<svg/>a", 100000, SANITIZE_TOO_WILD},
		{"<select><option>a", 50000, SANITIZE_TOO_WILD},
	};
	struct buf html;

	buf_init(&html, LIMIT_HTML_BYTES);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice out;

		put_times(&html, rows[i].text, rows[i].times);
		cr_expect_eq(sanitize_html(&arena, buf_slice(&html), BASE, &out), rows[i].want,
			"%s", rows[i].text);
		cr_expect(canon_check(out, NULL), "%s", rows[i].text);
		arena_reset(&arena);
	}
	buf_reset(&html);
	buf_puts(&html, "<p");
	for (size_t i = 0; i <= LIMIT_HTML_ATTRIBUTES; i++)
		buf_printf(&html, " a%zu", i);
	buf_puts(&html, ">a");
	cr_expect_eq(sanitize_html(&arena, buf_slice(&html), BASE, &(struct slice){NULL, 0}),
		SANITIZE_TOO_WILD);
	buf_clear(&html);
}

Test(sanitize, what_is_too_long_is_cut_and_stays_balanced)
{
	static const char *const texts[] = {"<p>\u00e9\u4e2d &amp; a</p>", "<a href=x>y</a>", "\"&",
		"a", "<div>b<p title='>'>"};
	struct buf html;

	buf_init(&html, 2 * LIMIT_HTML_BYTES);
	for (size_t i = 0; i < COUNT(texts) - 1; i++) {
		struct slice out;

		put_times(&html, texts[i], (LIMIT_HTML_BYTES + 1000) / strlen(texts[i]));
		cr_expect_eq(sanitize(buf_slice(&html), &out), SANITIZE_CUT, "%s", texts[i]);
		cr_expect(out.len <= LIMIT_HTML_BYTES && out.len > LIMIT_HTML_BYTES / 2);
		arena_reset(&arena);
	}
	buf_clear(&html);
}

Test(sanitize, text_is_what_a_reader_sees)
{
	static const struct row rows[] = {
		{"A &amp;amp; B", "A &amp; B"},
		{"&lt;b&gt;", "<b>"},
		{"1 < 2", "1 < 2"},
		{"a<br>b<p>c</p>d", "a\nb\nc\nd"},
		{"<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"},
		{"a<!-- b -->c<script>d</script>e<style>f</style>", "ace"},
		{"a<svg><p>b</svg>c<select><option>d</select>e", "ace"},
		{"<noscript>a</noscript>b", "b"},
		{"<scr<script>ipt>alert(1)</scr</script>ipt>", "ipt>alert(1)ipt>"},
		{"<<b></b>script>x", "< script>x"},
		{"<<!---->/script>x", "< /script>x"},
		{"a<b", "a"},
		{"a <3 b", "a <3 b"},
		{"&#1;a&#x202e;", "a\u202e"},
		{"a\nb", "a\nb"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_slice(
			sanitize_text(&arena, slice_of(rows[i].html)), rows[i].want, rows[i].html);
	expect_slice(sanitize_line(&arena, SLICE(" a<br>b \n &nbsp; c")), "a b c", "a line");
	expect_slice(
		sanitize_escape(&arena, SLICE("a < b\n\n&c;")), "a &lt; b\n\n&amp;c;", "escaped");
}

Test(sanitize, markup_is_told_from_text)
{
	static const char *const markup[] = {
		"<p>", "a<br/>", "a</b>", "&amp;", "&#65;", "&copy x", "<!-- a -->"};
	static const char *const text[] = {
		"", "a", "1 < 2", "a & b", "AT&T", "a <3", "<b", "&nosuch;", "<!-- a", "a > b"};

	for (size_t i = 0; i < COUNT(markup); i++)
		cr_expect(sanitize_has_markup(slice_of(markup[i])), "%s", markup[i]);
	for (size_t i = 0; i < COUNT(text); i++)
		cr_expect_not(sanitize_has_markup(slice_of(text[i])), "%s", text[i]);
}
