/*
 * test_encoding.c - bytes of any encoding to UTF-8
 */
#include "parse/encoding.h"

#include <criterion/criterion.h>

static void expect_decoded(const char *label, struct slice bytes, const char *want, size_t bad)
{
	const struct encoding *e = encoding_find(slice_of(label));
	struct buf out;

	cr_assert_not_null(e, "%s", label);
	buf_init(&out, 1000);
	cr_expect_eq(encoding_decode(e, bytes, &out), bad, "%s", label);
	cr_expect(slice_is(buf_slice(&out), want), "%s: %.*s", label, SLICE_ARG(buf_slice(&out)));
	buf_clear(&out);
}

Test(encoding, labels_are_the_whatwgs)
{
	static const struct {
		const char *label, *name;
	} rows[] = {{"UTF-8", "utf-8"}, {" latin1 ", "windows-1252"},
		{"ISO-8859-1", "windows-1252"}, {"us-ascii", "windows-1252"},
		{"tis-620", "windows-874"}, {"gb2312", "gbk"}, {"x-sjis", "shift_jis"},
		{"iso-8859-9", "windows-1254"}, {"cp850", "ibm850"}, {"ks_c_5601-1987", "euc-kr"},
		{"utf-16", "utf-16le"}, {"UTF-32BE", "utf-32be"}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct encoding *e = encoding_find(slice_of(rows[i].label));

		cr_assert_not_null(e, "%s", rows[i].label);
		cr_expect_str_eq(encoding_name(e), rows[i].name);
	}
}

Test(encoding, what_is_never_read_has_no_label)
{
	static const char *const labels[] = {"utf-7", "unicode-1-1-utf-7", "", "iso-2022-kr",
		"nonsense", "utf-8 utf-8", "utf\n8"};

	for (size_t i = 0; i < COUNT(labels); i++)
		cr_expect_null(encoding_find(slice_of(labels[i])), "%s", labels[i]);
}

Test(encoding, each_kind_becomes_utf8)
{
	expect_decoded("windows-1252", SLICE("\x80 \xE9"), "€ é", 0);
	expect_decoded("koi8-r", SLICE("\xD2\xD5\xD3"), "рус", 0);
	expect_decoded("macintosh", SLICE("\xDB"), "€", 0);
	expect_decoded("cp437", SLICE("\x82"), "é", 0);
	expect_decoded("shift_jis", SLICE("\x93\xFA\x96\x7B"), "日本", 0);
	expect_decoded("euc-kr", SLICE("\xC7\xD1"), "한", 0);
	expect_decoded("gbk", SLICE("\xD6\xD0"), "中", 0);
	expect_decoded("big5", SLICE("\xA4\xA4"), "中", 0);
	expect_decoded("utf-16le", SLICE("a\0\x3D\xD8\x00\xDE"), "a😀", 0);
	expect_decoded("utf-16be", SLICE("\0a\xD8\x3D\xDE\x00"), "a😀", 0);
	expect_decoded("utf-32le", SLICE("\x00\xF6\x01\x00"), "😀", 0);
	expect_decoded("ibm037", SLICE("\x81\x4C"), "a<", 0);
	expect_decoded("tcvn", SLICE("a"), "a", 0);
}

Test(encoding, what_is_no_character_is_replaced_and_counted)
{
	expect_decoded("utf-8", SLICE("a\xFF\xC3z"), "a\xEF\xBF\xBD\xEF\xBF\xBDz", 2);
	expect_decoded("shift_jis", SLICE("a\xFFz"), "a\xEF\xBF\xBDz", 1);
	expect_decoded("utf-16le",
		SLICE("\x00\xD8"
		      "a\0"),
		"\xEF\xBF\xBD"
		"a",
		1);
	expect_decoded("utf-32be", SLICE("\x00\x11\x00\x00"), "\xEF\xBF\xBD", 1);
	expect_decoded("windows-1253", SLICE("\xAA"), "\xEF\xBF\xBD", 1);
}
