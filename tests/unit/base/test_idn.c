/* test_idn.c - names of hosts in ASCII */
#include "base/arena.h"
#include "base/idn.h"

#include <criterion/criterion.h>

static struct arena memory;

static void forget(void)
{
	arena_clear(&memory);
}

TestSuite(idn, .fini = forget);

static void expect_name(const char *host, const char *want)
{
	struct slice got = idn_to_ascii(&memory, slice_of(host));

	cr_expect(slice_is(got, want), "%s: \"%.*s\" not \"%s\"", host, SLICE_ARG(got), want);
	cr_expect(slice_equal(idn_to_ascii(&memory, got), got), "%s: not so again", host);
}

Test(idn, names_in_ascii_are_folded)
{
	expect_name("example.org", "example.org");
	expect_name("EXAMPLE.Org.", "example.org.");
	expect_name("a_b-c.1.2", "a_b-c.1.2");
	expect_name("XN--80AK6AA92E.com", "xn--80ak6aa92e.com");
}

Test(idn, other_labels_are_punycode)
{
	static const char *const rows[][2] = {
		{"bücher.example", "xn--bcher-kva.example"},
		{"BÜCHER.example", "xn--bcher-kva.example"},
		{"bu\xcc\x88"
		 "cher.example",
			"xn--bcher-kva.example"},
		{"www.詹姆斯.com", "www.xn--8ws00zhy3a.com"},
		{"müller.köln", "xn--mller-kva.xn--kln-sna"},
		{"пример.рф", "xn--e1afmkfd.xn--p1ai"},
		{"उदाहरण.परीक्षा", "xn--p1b6ci4b4b3a.xn--11b5bs3a9aj6g"},
		{"аpple.com", "xn--pple-43d.com"},
		{"☃.net", "xn--n3h.net"},
		{"💩.la", "xn--ls8h.la"},
		/* RFC 3492 section 7.1, (B), (K) and (R) */
		{"他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"},
		{"TạisaohọkhôngthểchỉnóitiếngViệt",
			"xn--tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g"},
		{"ひとつ屋根の下2", "xn--2-u9tlzr9756bt3uc0v"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_name(rows[i][0], rows[i][1]);
}

Test(idn, the_mapping_is_that_of_browsers)
{
	static const char *const rows[][2] = {
		{"straße.de", "xn--strae-oqa.de"},
		{"ＥＸＡＭＰＬＥ．ｃｏｍ", "example.com"},
		{"a。b", "a.b"},
		{"exa\xc2\xadmple.com", "example.com"},
		{"\xe2\x84\xa1.com", "tel.com"},
		{"①.com", "1.com"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect_name(rows[i][0], rows[i][1]);
}

Test(idn, what_is_no_name_gives_none)
{
	static const char *const rows[] = {
		"",
		".",
		"..",
		"a..b",
		".a",
		"a b",
		"a\nb",
		"a/b",
		"a%b",
		"a:b",
		"a@b",
		"a<b",
		"a\"b",
		"a\\b",
		"[::1]",
		"a\xff"
		"b",
		"\xed\xa0\x80",
		"a\xe2\x80\x8b\xe2\x80\xae"
		"b",
		"a\xef\xbc\x8f"
		"b",
		"\xef\xbc\x85"
		"41",
		"\xc2\xad",
		"\xee\x80\x80",
		"\xef\xbf\xbf",
		"a\xe3\x80\x80"
		"b",
		"\xe2\x84\x80" /* "a/c" in one character */,
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(idn_to_ascii(&memory, slice_of(rows[i])).len, 0, "row %zu", i);
	cr_expect_eq(idn_to_ascii(&memory, SLICE("a\0b")).len, 0);
}

Test(idn, labels_and_names_have_their_bounds)
{
	char text[1000];

	memset(text, 'a', sizeof text);
	cr_expect_eq(idn_to_ascii(&memory, slice_from(text, 63)).len, 63);
	cr_expect_eq(idn_to_ascii(&memory, slice_from(text, 64)).len, 0);
	for (size_t i = 50; i < sizeof text; i += 51)
		text[i] = '.';
	cr_expect_eq(idn_to_ascii(&memory, slice_from(text, 253)).len, 253);
	cr_expect_eq(idn_to_ascii(&memory, slice_from(text, 254)).len, 0);
	cr_expect_eq(
		idn_to_ascii(&memory, slice_from(text, 255)).len, 0, "ends in a dot, is 254 long");
	text[253] = '.';
	cr_expect_eq(
		idn_to_ascii(&memory, slice_from(text, 254)).len, 254, "the root's dot is free");
	for (size_t i = 0; i < 40; i++)
		memcpy(text + 4 * i, "\xf0\x9f\x92\xa9", 4);
	cr_expect_gt(idn_to_ascii(&memory, slice_from(text, 4 * 20)).len, 20);
	memcpy(text, "\xf4\x8f\xbf\xbd", 4);
	cr_expect_eq(idn_to_ascii(&memory, slice_from(text, 4 * 20)).len, 0, "private use");
}

Test(idn, hostile_names_never_pass_what_is_no_name)
{
	static const char *const bits[] = {"a", ".", "-", "xn--", "ß", "\xef\xbc\x8e", "。",
		"\xe2\x80\x8d", "\xcc\x88", "\xe2\x84\xa1", "\xf0\x9f\x92\xa9", "\xff", "\xc2\xad",
		"ﷺ", "Z", "9", "_"};

	srandom(7);
	for (int round = 0; round < 20000; round++) {
		char text[128] = "";
		struct slice got;

		for (long n = random() % 12; n > 0; n--)
			strcat(text, bits[(size_t)random() % COUNT(bits)]);
		got = idn_to_ascii(&memory, slice_of(text));
		cr_assert_leq(got.len, 254);
		for (size_t i = 0; i < got.len; i++)
			cr_assert_not_null(
				strchr("abcdefghijklmnopqrstuvwxyz0123456789-_.", got.at[i]), "%s",
				text);
		cr_assert(slice_equal(idn_to_ascii(&memory, got), got), "%s", text);
		arena_reset(&memory);
	}
}
