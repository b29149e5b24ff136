/*
 * test_sniff.c - which characters, and which format
 */
#include "parse/sniff.h"

#include <criterion/criterion.h>

#define XML "<?xml version='1.0' encoding='%s'?>"

Test(sniff, a_mark_wins_then_http_then_the_declaration_then_validity)
{
	const struct {
		const char *type;
		struct slice body;
		const char *encoding;
	} rows[] = {
		{"text/xml; charset=koi8-r", SLICE("\xEF\xBB\xBF<a>\xC3\xA9</a>"), "utf-8"},
		{"text/xml; charset=\"koi8-r\"", SLICE("<?xml encoding='utf-8'?><a>\xD2</a>"),
			"koi8-r"},
		{"", SLICE("<?xml version='1.0' encoding='iso-8859-1'?><a>\xE9</a>"),
			"windows-1252"},
		{"text/xml", SLICE("<a>\xC3\xA9</a>"), "utf-8"},
		{"", SLICE("<?xml version='1.0' encoding='utf-16'?><a/>"), "utf-8"},
		{"text/xml; charset=utf-16", SLICE("<a>b</a>"), "utf-8"},
		{"", SLICE("\xFE\xFF\0<\0a"), "utf-16be"},
		{"", SLICE("<\0a\0/\0>\0"), "utf-16le"},
		{"", SLICE("\0\0\0<\0\0\0a"), "utf-32be"},
		{"", SLICE("<?xml version='1.0' encoding='utf-7'?><a>+AGE-</a>"), "utf-8"},
		{"", SLICE("<?xml version='1.0' encoding='utf-8'?><a>caf\xE9</a>"), "windows-1252"},
		{"", SLICE("<?xml version='1.0' encoding='utf-8'?><a>\xC3\xA9 \xE9</a>"), "utf-8"},
		{"", SLICE("<?xml version='1.0' encoding='gb2312'?><a>\xE6\x97\xA5\xE6</a>"),
			"gbk"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct sniffed s;
		struct buf room;

		sniff_characters(rows[i].body, slice_of(rows[i].type), false, NULL, &room, &s);
		cr_expect_str_eq(s.encoding, rows[i].encoding, "%zu: %s", i, s.encoding);
		cr_expect(slice_utf8_valid(s.text), "%zu", i);
		buf_clear(&room);
	}
}

Test(sniff, valid_utf8_is_not_copied)
{
	const struct slice body = SLICE("<a>\xC3\xA9</a>");
	struct sniffed s;
	struct buf room;

	sniff_characters(body, SLICE_NONE, false, NULL, &room, &s);
	cr_expect_eq(s.text.at, body.at);
	buf_clear(&room);
}

Test(sniff, the_root_is_found_behind_what_may_stand_before_it)
{
	static const struct {
		const char *text, *root, *space;
	} rows[] = {
		{"<rss version='2.0'>", "rss", ""},
		{" \n<!-- <feed> --><?x <feed ?><rss>", "rss", ""},
		{"<!DOCTYPE rss [ <!ENTITY a '<feed>'> ]><rss>", "rss", ""},
		{"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", "feed",
			"http://www.w3.org/2005/Atom"},
		{"<br />\n<b>Warning</b>: x\n<?xml version='1.0'?><rss>", "rss", ""},
		{"junk <rss>", "rss", ""},
		{"<opml><body/></opml>", "opml", ""},
		{"plain text", "", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct opening o;

		sniff_opening(slice_of(rows[i].text), &o);
		cr_expect(slice_is(o.root, rows[i].root), "%s: %.*s", rows[i].text,
			SLICE_ARG(o.root));
		cr_expect(slice_is(o.root_space, rows[i].space), "%s", rows[i].text);
	}
}

Test(sniff, json_and_html_are_told_apart)
{
	struct opening o;

	sniff_opening(SLICE(" \n{\"version\":1}"), &o);
	cr_expect(o.is_json);
	sniff_opening(SLICE("<!DOCTYPE html><html><body><rss>"), &o);
	cr_expect(o.is_html);
}
