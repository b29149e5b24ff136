/* test_url.c - addresses: clean, resolve, split */
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

TestSuite(url, .fini = forget);

static struct slice link_of(const char *base, const char *ref)
{
	return url_resolve(&memory, slice_of(base), slice_of(ref), URL_LINK);
}

struct row {
	const char *ref, *want;
};

static void expect_resolved(const char *base, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice got = link_of(base, rows[i].ref);

		cr_expect(slice_is(got, rows[i].want), "%s: \"%.*s\" not \"%s\"", rows[i].ref,
			SLICE_ARG(got), rows[i].want);
	}
}

/* What everyone downstream relies on. */
static bool is_safe(struct slice url)
{
	static const char *const schemes[] = {"http://", "https://", "mailto:", "ftp://", "ftps://",
		"tel:", "sms:", "xmpp:", "irc://", "ircs://", "news:", "nntp://", "gopher://",
		"magnet:", "geo:", "webcal://", "urn:", "tag:", "sip:", "sips:"};
	size_t scheme = 0;

	if (url.len > LIMIT_URL_BYTES)
		return false;
	for (size_t i = 0; i < url.len; i++)
		if (url.at[i] <= ' ' || url.at[i] > '~' || strchr("\"<>\\^`{|}", url.at[i]) != NULL)
			return false;
	while (scheme < COUNT(schemes) && !slice_starts(url, schemes[scheme]))
		scheme++;
	return url.len == 0 || scheme < COUNT(schemes);
}

Test(url, rfc3986_5_4_1_normal_examples)
{
	static const struct row rows[] = {
		{"g", "http://a/b/c/g"}, {"./g", "http://a/b/c/g"}, {"g/", "http://a/b/c/g/"},
		{"/g", "http://a/g"}, {"//g", "http://g/"}, /* 6.2.3: an empty path is the root's */
		{"?y", "http://a/b/c/d;p?y"}, {"g?y", "http://a/b/c/g?y"},
		{"#s", "http://a/b/c/d;p?q#s"}, {"g#s", "http://a/b/c/g#s"},
		{"g?y#s", "http://a/b/c/g?y#s"}, {";x", "http://a/b/c/;x"},
		{"g;x", "http://a/b/c/g;x"}, {"g;x?y#s", "http://a/b/c/g;x?y#s"},
		{"", "http://a/b/c/d;p?q"}, {".", "http://a/b/c/"}, {"./", "http://a/b/c/"},
		{"..", "http://a/b/"}, {"../", "http://a/b/"}, {"../g", "http://a/b/g"},
		{"../..", "http://a/"}, {"../../", "http://a/"}, {"../../g", "http://a/g"},
		{"g:h", ""}, /* no scheme that we let through */
	};

	expect_resolved("http://a/b/c/d;p?q", rows, COUNT(rows));
}

Test(url, rfc3986_5_4_2_abnormal_examples)
{
	static const struct row rows[] = {
		{"../../../g", "http://a/g"}, {"../../../../g", "http://a/g"},
		{"/./g", "http://a/g"}, {"/../g", "http://a/g"}, {"g.", "http://a/b/c/g."},
		{".g", "http://a/b/c/.g"}, {"g..", "http://a/b/c/g.."}, {"..g", "http://a/b/c/..g"},
		{"./../g", "http://a/b/g"}, {"./g/.", "http://a/b/c/g/"},
		{"g/./h", "http://a/b/c/g/h"}, {"g/../h", "http://a/b/c/h"},
		{"g;x=1/./y", "http://a/b/c/g;x=1/y"}, {"g;x=1/../y", "http://a/b/c/y"},
		{"g?y/./x", "http://a/b/c/g?y/./x"}, {"g?y/../x", "http://a/b/c/g?y/../x"},
		{"g#s/./x", "http://a/b/c/g#s/./x"}, {"g#s/../x", "http://a/b/c/g#s/../x"},
		{"http:g", "http://a/b/c/g"}, /* as browsers, "for backward compatibility" */
	};

	expect_resolved("http://a/b/c/d;p?q", rows, COUNT(rows));
}

Test(url, bases_of_every_form_are_merged_with)
{
	static const char *const rows[][3] = {
		{"http://a", "g", "http://a/g"},
		{"http://a?q", "g", "http://a/g"},
		{"http://a#f", "g", "http://a/g"},
		{"http://a?q#f", "?x", "http://a/?x"},
		{"http://a/b#f", "", "http://a/b"},
		{"http://a/b?q/r/s#f/g", "h", "http://a/h"},
		{"http://a/b/", "../c", "http://a/c"},
		{"https://a/b", "//h/x", "https://h/x"},
		{"http://u:p@a:81/b", "/c", "http://u:p@a:81/c"},
		{"HTTP://A/b", "c", "http://a/c"},
		{" http://a/b\n", "c", "http://a/c"},
		{"http:\\\\a\\b\\", "c", "http://a/b/c"},
		{"http://a/ä/", "c", "http://a/%C3%A4/c"},
		{"https://a/b/", "http:c", ""},
		{"https://a/b/", "https:c", "https://a/b/c"},
		{"http://a/b/", "HTTP:/c", "http://a/c"},
		{"http://a/b/c", "http://d", "http://d/"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice got = link_of(rows[i][0], rows[i][1]);

		cr_expect(slice_is(got, rows[i][2]), "%s and %s: \"%.*s\" not \"%s\"", rows[i][0],
			rows[i][1], SLICE_ARG(got), rows[i][2]);
	}
}

Test(url, what_is_no_base_counts_as_none)
{
	static const char *const bases[] = {"", "a/b", "//a/b", "javascript:alert(1)//",
		"mailto:a@b", "ftp://a/", "data:text/html,x", "http:a", "http:/a", "file:///a/",
		"http:///a/", "http://%00/", "http://"};
	char base[LIMIT_BASE_BYTES + 2] = "http://a/";
	struct slice got;

	for (size_t i = 0; i < COUNT(bases); i++) {
		cr_expect_eq(link_of(bases[i], "g").len, 0, "%s", bases[i]);
		cr_expect(slice_is(link_of(bases[i], "http://h/"), "http://h/"), "%s", bases[i]);
	}
	cr_expect_eq(link_of(NULL, "g").len, 0);
	cr_expect_eq(link_of("", "").len, 0);
	memset(base + 9, '/', sizeof base - 10);
	got = link_of(base, "g");
	cr_expect_eq(got.len, 0, "one byte too long");
	base[LIMIT_BASE_BYTES] = '\0';
	got = link_of(base, "g");
	cr_expect_eq(got.len, LIMIT_BASE_BYTES + 1);
}

Test(url, what_is_foreign_in_an_address_is_encoded)
{
	static const struct row rows[] = {
		{"http://h/a b", "http://h/a%20b"},
		{"http://h/\"<>^`{|}\x7f", "http://h/%22%3C%3E%5E%60%7B%7C%7D%7F"},
		{"http://h/?a b=\"c\"&d=\\", "http://h/?a%20b=%22c%22&d=%5C"},
		{"http://h/#a b<\\", "http://h/#a%20b%3C%5C"},
		{"http://h/ä?ö#ü", "http://h/%C3%A4?%C3%B6#%C3%BC"},
		{"http://h/\xff", "http://h/%FF"},
		{"http://h/%41%zz%e4%", "http://h/%41%25zz%e4%25"},
		{"http://h/%4", "http://h/%254"},
		{"http://h/\x01/", "http://h/%01/"},
		{"http://h/\xe2\x80\xaegnp.exe", "http://h/%E2%80%AEgnp.exe"},
		{"http://h/!$&'()*+,;=:@-._~[]", "http://h/!$&'()*+,;=:@-._~[]"},
		{"http://h/%2e%2E/x", "http://h/%2e%2E/x"},
		{"http://h/x?", "http://h/x"},
		{"http://h/x#", "http://h/x"},
	};

	expect_resolved("", rows, COUNT(rows));
	cr_expect(slice_is(url_resolve(&memory, SLICE_NONE, SLICE("http://h/a\0b"), URL_LINK),
		"http://h/a%00b"));
}

Test(url, sloppy_web_addresses_are_read_as_browsers_read_them)
{
	static const struct row rows[] = {
		{"\t http://h/a \r\n", "http://h/a"},
		{"\x01\x1fhttp://h/\x02", "http://h/"},
		{"ht\ntp://h\t/a\r\nb", "http://h/ab"},
		{"http:\\\\evil.example\\x", "http://evil.example/x"},
		{"http:/\\evil.example", "http://evil.example/"},
		{"\\\\evil.example\\x", "http://evil.example/x"},
		{"a\\b?c\\d", "http://base.example/dir/a/b?c%5Cd"},
		{"HTTP://EXAMPLE.Org/Path", "http://example.org/Path"},
		{"http://h:/x", "http://h/x"},
		{"http://h:8080/x", "http://h:8080/x"},
		{"http://%65xample.org/", "http://example.org/"},
		{"http://Bücher.example/", "http://xn--bcher-kva.example/"},
		{"http://b%C3%BCcher.example/", "http://xn--bcher-kva.example/"},
		{"http://0x7f.1/", "http://127.0.0.1/"},
		{"http://2130706433/", "http://127.0.0.1/"},
		{"http://１２７.1/", "http://127.0.0.1/"},
		{"http://%31%32%37%2e1/", "http://127.0.0.1/"},
		{"http://[::1]:8080/", "http://[::1]:8080/"},
		{"http://[2001:DB8::A]/", "http://[2001:db8::a]/"},
		{"https://trusted.example@evil.example/", "https://trusted.example@evil.example/"},
		{"http://u:p%40ss@h/", "http://u:p%40ss@h/"},
		{"http://trusted.example\\@evil.example/", "http://trusted.example/@evil.example/"},
		{"http://h?x@y/", "http://h/?x@y/"},
		{"http://h#x@y/", "http://h/#x@y/"},
		{"//evil.example", "http://evil.example/"},
		{"javascript&colon;alert(1)", "http://base.example/dir/javascript&colon;alert(1)"},
		{"\xc2\xa0javascript:alert(1)",
			"http://base.example/dir/%C2%A0javascript:alert(1)"},
		{"java%0ascript:alert(1)", "http://base.example/dir/java%0ascript:alert(1)"},
		{"./javascript:alert(1)", "http://base.example/dir/javascript:alert(1)"},
		{":80", "http://base.example/dir/:80"},
	};

	expect_resolved("http://base.example/dir/doc", rows, COUNT(rows));
}

Test(url, what_is_no_address_gives_none)
{
	static const char *const rows[] = {
		"http://",
		"http:///",
		"http:///x",
		"http://?",
		"http://#",
		"http://:80/",
		"http://u:p@/",
		"http:////x",
		"///x",
		"////x",
		"\\\\\\x",
		"http://h:65536/",
		"http://h:99999999999999999999/",
		"http://h:-1/",
		"http://h:8a/",
		"http://h:80:81/",
		"http://a b/",
		"http://a<b/",
		"http://a%20b/",
		"http://%00/",
		"http://a%2fb/",
		"http://a%/",
		"http://%zz/",
		"http://a%25b/",
		"http://[/",
		"http://[::1/",
		"http://[::1]x/",
		"http://[g]/",
		"http://[::1%25eth0]/",
		"http://[v1.a]/",
		"http://a..b/",
		"http://.a/",
		"http://\xff/",
		"http://a\xe2\x80\xae"
		"b/",
		"http://a\xef\xbc\x8f"
		"b/",
		"javascript:alert(1)",
		"JavaScript:alert(1)",
		"java\tscript:alert(1)",
		"java\nscript:alert(1)",
		"\x01javascript:alert(1)",
		" javascript:alert(1)",
		"javascript://http://h/%0aalert(1)",
		"vbscript:x",
		"data:text/html,<script>",
		"data:image/png;base64,AAAA",
		"data:,x",
		"blob:http://h/1",
		"file:///etc/passwd",
		"file:x",
		"filesystem:http://h/",
		"about:blank",
		"about:srcdoc",
		"view-source:http://h/",
		"jar:http://h/x.jar!/x",
		"livescript:x",
		"mocha:x",
		"ms-msdt:/id",
		"search-ms:x",
		"feed:http://h/",
		"pcast:x",
		"ws://h/",
		"wss://h/",
		"telnet://h/",
		"scp://h/",
		"tftp://h/",
		"ldap://h/",
		"dict://h/",
		"smb://h/",
		"hxxp://h/",
		"intent://h/",
		"chrome://x/",
		"resource://x/",
		"x:",
		"mailto:",
		"tel:",
		"urn:",
		"ftp:x",
		"ftp:/x",
		"ftp:///x",
		"irc:x",
		"gopher://",
		"webcal:",
		"nntp:x",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice got = link_of("http://base.example/", rows[i]);

		cr_expect_eq(got.len, 0, "%s: \"%.*s\"", rows[i], SLICE_ARG(got));
	}
}

Test(url, links_of_other_schemes_are_cleaned)
{
	static const struct row rows[] = {
		{"mailto:joe@example.org", "mailto:joe@example.org"},
		{"MailTo:joe@example.org?subject=a b\"", "mailto:joe@example.org?subject=a%20b%22"},
		{"mailto:Joe <joe@example.org>", "mailto:Joe%20%3Cjoe@example.org%3E"},
		{"tel:+1-234", "tel:+1-234"},
		{"sms:+1", "sms:+1"},
		{"ma\nilto:a@b", "mailto:a@b"},
		{"ftp://EXAMPLE.org/A/../b", "ftp://example.org/b"},
		{"ftps://u:p@h/x", "ftps://u:p@h/x"},
		{"magnet:?xt=urn:btih:0&dn=a b", "magnet:?xt=urn:btih:0&dn=a%20b"},
		{"geo:1.5,-2", "geo:1.5,-2"},
		{"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66",
			"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"},
		{"tag:example.org,2005:x", "tag:example.org,2005:x"},
		{"xmpp:a@b\\c", "xmpp:a@b%5Cc"},
		{"irc://irc.Example.org/room", "irc://irc.example.org/room"},
		{"ircs://h:6697/r", "ircs://h:6697/r"},
		{"news:comp.lang.c", "news:comp.lang.c"},
		{"nntp://h/g", "nntp://h/g"},
		{"gopher://h/1x", "gopher://h/1x"},
		{"webcal://Bücher.example/x.ics", "webcal://xn--bcher-kva.example/x.ics"},
		{"sip:a@b", "sip:a@b"},
		{"sips:a@b", "sips:a@b"},
		{"urn:x:ä\xff%", "urn:x:%C3%A4%FF%25"},
	};

	expect_resolved("http://base.example/", rows, COUNT(rows));
	expect_resolved("", rows, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(url_resolve(&memory, SLICE_NONE, slice_of(rows[i].ref), URL_FETCH).len,
			0, "%s is nothing to fetch", rows[i].ref);
}

Test(url, an_address_past_its_limit_is_none)
{
	static char text[3 * LIMIT_URL_BYTES];
	struct slice got;

	memset(text, 'a', sizeof text);
	memcpy(text, "http://h/", 9);
	got = url_resolve(&memory, SLICE_NONE, slice_from(text, LIMIT_URL_BYTES), URL_FETCH);
	cr_expect_eq(got.len, LIMIT_URL_BYTES);
	got = url_resolve(&memory, SLICE_NONE, slice_from(text, LIMIT_URL_BYTES + 1), URL_FETCH);
	cr_expect_eq(got.len, 0);
	got = url_resolve(
		&memory, SLICE("http://h/"), slice_from(text + 9, LIMIT_URL_BYTES), URL_FETCH);
	cr_expect_eq(got.len, 0, "with its base it is too long");
	memset(text + 9, '"', LIMIT_URL_BYTES / 2);
	got = url_resolve(&memory, SLICE_NONE, slice_from(text, LIMIT_URL_BYTES), URL_FETCH);
	cr_expect_eq(got.len, 0, "encoded it is too long");
	memcpy(text, "mailto:  ", 9);
	got = url_resolve(&memory, SLICE_NONE, slice_from(text, LIMIT_URL_BYTES), URL_LINK);
	cr_expect_eq(got.len, 0, "encoded it is too long");
}

Test(url, whatever_comes_in_what_goes_out_is_safe_and_stays_so)
{
	static const char *const bits[] = {"http:", "https:", "HTTP://", "//", "/", "\\",
		"javascript:", "data:", "mailto:", "ftp://", "urn:", "@", ":", "?", "#", "%", "%00",
		"%2e", "%2f", "..", ".", "[", "]", "::1", "\t", "\n", " ", "\"", "<", ">", "'", "a",
		"h.example", "B", "80", "65536", "0x7f", "\xff", "ä", "。", "\xe2\x80\xae",
		"\xef\xbc\x8f", "&colon;", ";", "{", "|", "^", "`", "=", "&", "-", "_"};

	srandom(3986);
	for (int round = 0; round < 60000; round++) {
		char text[256] = "", base[256] = "http://";
		struct slice got, public;

		for (long n = random() % 10; n > 0; n--)
			strcat(text, bits[(size_t)random() % COUNT(bits)]);
		for (long n = random() % 6; n > 0; n--)
			strcat(base, bits[(size_t)random() % COUNT(bits)]);
		got = link_of(base, text);
		cr_assert(is_safe(got), "%s and %s: %.*s", base, text, SLICE_ARG(got));
		cr_assert(slice_equal(url_resolve(&memory, SLICE_NONE, got, URL_LINK), got),
			"%s and %s: %.*s: not so again", base, text, SLICE_ARG(got));
		public = url_public(&memory, got);
		cr_assert_leq(public.len, got.len);
		arena_reset(&memory);
	}
}

Test(url, an_address_is_split_into_what_decisions_need)
{
	struct url_parts p;

	cr_assert(
		url_split(&memory, SLICE("HTTP://us%20er:p%40ss@Example.ORG:8080/a/b?c=d#e"), &p));
	cr_expect(slice_is(p.scheme, "http"));
	cr_expect(slice_is(p.user, "us er"));
	cr_expect(slice_is(p.password, "p@ss"));
	cr_expect(slice_is(p.host, "example.org"));
	cr_expect(slice_is(p.path, "/a/b"));
	cr_expect(slice_is(p.query, "c=d"));
	cr_expect_eq(p.port, 8080);
	cr_assert(url_split(&memory, SLICE("https://[::1]"), &p));
	cr_expect(slice_is(p.host, "[::1]"));
	cr_expect(slice_is(p.path, "/"));
	cr_expect_eq(p.port, 443);
	cr_expect_eq(p.user.len + p.password.len + p.query.len, 0);
	cr_assert(url_split(&memory, SLICE("http://h/?"), &p));
	cr_expect_eq(p.port, 80);
	cr_expect_eq(p.query.len, 0);
}

Test(url, what_is_no_absolute_web_address_is_not_split)
{
	static const char *const rows[] = {
		"", "/a", "//h/", "mailto:a@b", "ftp://h/", "http://", "http:a", "h"};
	struct url_parts p;

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_not(url_split(&memory, slice_of(rows[i]), &p), "%s", rows[i]);
}

Test(url, an_origin_is_scheme_host_and_port)
{
	static const struct {
		const char *one, *other;
		bool same;
	} rows[] = {
		{"http://a/x", "HTTP://A:80/y?z", true},
		{"https://a/", "https://a:443/", true},
		{"https://u:p@a/", "https://a/", true},
		{"http://bücher.example/", "http://xn--bcher-kva.example/", true},
		{"http://a/", "https://a/", false},
		{"http://a/", "http://b/", false},
		{"http://a/", "http://a:81/", false},
		{"http://a:443/", "https://a:443/", false},
		{"http://a/", "http://a./", false},
		{"mailto:a@b", "mailto:a@b", false},
		{"", "", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(
			url_same_origin(&memory, slice_of(rows[i].one), slice_of(rows[i].other)),
			rows[i].same, "%s %s", rows[i].one, rows[i].other);
}

Test(url, in_public_there_is_no_userinfo)
{
	static const struct row rows[] = {
		{"http://h/a", "http://h/a"},
		{"http://u:p@h/a@b", "http://h/a@b"},
		{"http://u:p@h", "http://h"},
		{"http://u@v@h/", "http://h/"},
		{"http://h?a@b", "http://h?a@b"},
		{"http://h/a?b=c@d", "http://h/a?b=c@d"},
		{"https://u:p@h:8443/#x", "https://h:8443/#x"},
		{"http:\\\\u:p@h\\", "http:\\\\h\\"},
		{"ftp://u:p@h/", "ftp://h/"},
		{"//u:p@h/", "//h/"},
		{"mailto:joe@example.org", "mailto:joe@example.org"},
		{"tag:joe@example.org,2005:x", "tag:joe@example.org,2005:x"},
		{"rubbish", "rubbish"},
		{"http:", "http:"},
		{"http://", "http://"},
		{"", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice got = url_public(&memory, slice_of(rows[i].ref));

		cr_expect(slice_is(got, rows[i].want), "%s: \"%.*s\"", rows[i].ref, SLICE_ARG(got));
	}
}

Test(url, an_id_for_ever_is_an_absolute_iri_of_a_known_scheme)
{
	static const char *const good[] = {"http://h/a", "https://h", "HTTP://h/?x#y", "urn:uuid:1",
		"tag:example.org,2005:x", "http://bücher.example/ä", "http://h/%41",
		"http://h/[x]'"};
	static const char *const bad[] = {"", "h", "/a", "123", "http:", "http://", "http:///a",
		"http:a", "urn:", "tag:", "mailto:a@b", "javascript:x", "http://h/a b",
		"http://h/\n", " http://h/", "http://h/<", "http://h/%zz", "http://h/\xff",
		"http://h/\"", "ftp://h/"};
	static char text[LIMIT_ID_BYTES + 1];

	for (size_t i = 0; i < COUNT(good); i++)
		cr_expect(url_is_global_id(slice_of(good[i])), "%s", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		cr_expect_not(url_is_global_id(slice_of(bad[i])), "%s", bad[i]);
	memset(text, 'a', sizeof text);
	memcpy(text, "urn:", 4);
	cr_expect(url_is_global_id(slice_from(text, LIMIT_ID_BYTES)));
	cr_expect_not(url_is_global_id(slice_from(text, LIMIT_ID_BYTES + 1)));
}

/* --- what is plain is spared the parsing: with its scheme in capitals it is not */

static const char *const PIECES[] = {"a", "news", "www", "xn--a", "-", ".", "..", "/", "/./", "//",
	"?", "#", "?a=b", "&utm_source=x", "@", ":", ":80", ":443", "%41", "%2e", "'", "~", "_",
	"1", "127.0.0.1", "0x7f", "\\", " ", "\t", "[", "]", "{", "example", ".org", "/b", ";", ",",
	"=", "A", "\xc3\xa9", "!", "*"};

static struct slice made_url(unsigned *seed, const char *scheme)
{
	static char text[512];
	size_t len = strlen(scheme);

	strcpy(text, scheme);
	for (unsigned n = 1 + (*seed >> 20) % 9; n > 0; n--) {
		const char *piece = PIECES[(*seed >> 8) % COUNT(PIECES)];

		*seed = *seed * 1664525U + 1013904223U;
		strcpy(text + len, piece);
		len += strlen(piece);
	}
	return slice_copy(&memory, slice_from(text, len));
}

static void expect_same_parts(struct slice one, struct slice other)
{
	struct url_parts x, y;
	bool is_one = url_split(&memory, one, &x);

	cr_assert_eq(is_one, url_split(&memory, other, &y), "%.*s", SLICE_ARG(one));
	if (is_one)
		cr_expect(slice_equal(x.scheme, y.scheme) && slice_equal(x.host, y.host) &&
				  slice_equal(x.path, y.path) && slice_equal(x.query, y.query) &&
				  slice_equal(x.user, y.user) && x.port == y.port,
			"%.*s", SLICE_ARG(one));
}

Test(url, a_plain_address_is_what_parsing_makes_of_it)
{
	static const struct {
		const char *plain, *capital;
	} schemes[] = {{"https://", "HTTPS://"}, {"http://", "HTTP://"},
		{"https://a.example/", "HTTPS://a.example/"}};
	unsigned seed = 1, again;

	for (unsigned i = 0; i < 30000; i++) {
		struct slice plain, capital, one, other;

		again = seed;
		plain = made_url(&seed, schemes[i % COUNT(schemes)].plain);
		capital = made_url(&again, schemes[i % COUNT(schemes)].capital);
		one = url_resolve(&memory, SLICE_NONE, plain, URL_FETCH);
		other = url_resolve(&memory, SLICE_NONE, capital, URL_FETCH);
		cr_expect(slice_equal(one, other), "%.*s: %.*s and %.*s", SLICE_ARG(plain),
			SLICE_ARG(one), SLICE_ARG(other));
		expect_same_parts(plain, capital);
		arena_reset(&memory);
	}
}
