/*
 * test_gate.c - strangers' XML made well formed
 */
#include "base/arena.h"
#include "base/limits.h"
#include "parse/gate.h"
#include "parse/reading.h"
#include "parse/sniff.h"

#include <criterion/criterion.h>

struct passed {
	struct arena head;
	struct reading r;
	struct verdict_text why;
	struct buf out;
};

static void pass(struct passed *p, struct slice text)
{
	struct opening o;
	struct gate *g;

	*p = (struct passed){.head = {NULL, 0}};
	p->r.head = &p->head;
	p->r.why = &p->why;
	feed_init(&p->r.feed);
	p->r.feed.well_formed = p->r.feed.complete = true;
	buf_init(&p->out, SIZE_MAX / 2);
	sniff_opening(text, &o);
	g = gate_new(text, o.root_at, &p->r);
	while (gate_next(g, &p->out, 64))
		continue;
}

static void clear(struct passed *p)
{
	buf_clear(&p->out);
	arena_clear(&p->head);
}

static void expect(const char *text, const char *want, bool well_formed, bool complete)
{
	struct passed p;

	pass(&p, slice_of(text));
	cr_expect(
		slice_is(buf_slice(&p.out), want), "%s: %.*s", text, SLICE_ARG(buf_slice(&p.out)));
	cr_expect_eq(p.r.feed.well_formed, well_formed, "%s", text);
	cr_expect_eq(p.r.feed.complete, complete, "%s", text);
	cr_expect_eq(p.r.feed.problems.n == 0, well_formed && complete, "%s", text);
	clear(&p);
}

Test(gate, what_is_well_formed_goes_on_as_it_is)
{
	static const char *const rows[] = {
		"<rss/>",
		"<rss a='1' b=\"&lt;2\"><c/>text &amp; &gt;</rss>",
		"<rss xmlns:p='urn:p'><p:a p:b='c'>\xE2\x82\xAC</p:a></rss>",
		"<rss><![CDATA[a < b ]] > &nbsp;]]></rss>",
		"<rss><br></br></rss>",
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		expect(rows[i],
			i == 1 ? "<rss a=\"1\" b=\"&lt;2\"><c/>text &amp; &gt;</rss>" : rows[i],
			true, true);
}

Test(gate, what_is_legal_but_not_for_libxml2_is_put_in_place)
{
	expect("<?xml version='1.0'?><!DOCTYPE r [<!ENTITY e 'x&#65;&f;'><!ENTITY f "
	       "'<y>'>]><r>&e;</r>",
		"<r>xA&lt;y&gt;</r>", true, true);
	expect("<r>&#150;&#x41;</r>",
		"<r>\xE2\x80\x93"
		"A</r>",
		true, true);
	expect("<r><!-- gone --><?also gone?></r>", "<r></r>", true, true);
	expect("<!DOCTYPE r SYSTEM 'http://evil.example/x.dtd'><r>&eacute;</r>", "<r>\xC3\xA9</r>",
		true, true);
}

Test(gate, what_is_not_well_formed_is_mended)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"<r>a & b &copy; &foo; &#0; c</r>",
			"<r>a &amp; b \xC2\xA9 &amp;foo; \xEF\xBF\xBD c</r>"},
		{"<r>1 < 2</r>", "<r>1 &lt; 2</r>"},
		{"<r>]]></r>", "<r>]]&gt;</r>"},
		{"<r>a\x01z\xEF\xBF\xBF</r>", "<r>az</r>"},
		{"<r a=b c d='e'd='f'/>", "<r a=\"b\" c=\"c\" d=\"e\"/>"},
		{"<r a='<'></r>", "<r a=\"&lt;\"></r>"},
		{"<r a='x?a=1&b=2'/>", "<r a=\"x?a=1&amp;b=2\"/>"},
		{"<r><a href='x>text</a></r>", "<r><a href=\"x\">text</a></r>"},
		{"<r><a><b></a></r>", "<r><a><b></b></a></r>"},
		{"<r></b>x</r>", "<r>x</r>"},
		{"<r><A>x</a></r>", "<r><A>x</A></r>"},
		{"<r>x<br>y</r>", "<r>x<br/>y</r>"},
		{"<r><media:title>x</media:title></r>",
			"<r><media:title "
			"xmlns:media=\"http://search.yahoo.com/mrss/\">x</media:title></r>"},
		{"<r><a:b:c/></r>", "<r><b:c xmlns:b=\"urn:undeclared\"/></r>"},
		{"<rss></rss><rss></rss>", "<rss></rss>"},
		{"<rss/>junk", "<rss/>"},
		{"junk<rss/>", "<rss/>"},
		{"<!-- a --><?xml version='1.0'?><rss/>", "<rss/>"},
		{"<r><!DOCTYPE x></r>", "<r></r>"},
		{"<r><!-- a</r>", "<r></r>"},
		{"<r><t><![CDATA[a</t></r>", "<r><t>a</t></r>"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct passed p;

		pass(&p, slice_of(rows[i].text));
		cr_expect(slice_is(buf_slice(&p.out), rows[i].want), "%s: %.*s", rows[i].text,
			SLICE_ARG(buf_slice(&p.out)));
		cr_expect_not(p.r.feed.well_formed, "%s", rows[i].text);
		cr_expect_gt(p.r.feed.problems.n, 0, "%s", rows[i].text);
		clear(&p);
	}
}

Test(gate, a_document_that_breaks_off_is_closed_and_not_complete)
{
	expect("<r><a>te", "<r><a>te</a></r>", false, false);
	expect("<r><a>te</a", "<r><a>te</a></r>", false, false);
	expect("<r><a b='c", "<r></r>", false, false);
	expect("<r><![CDATA[abc", "<r>abc</r>", false, false);
}

Test(gate, limits_cut_and_say_so)
{
	struct passed p;
	struct buf text;

	buf_init(&text, SIZE_MAX / 2);
	for (int i = 0; i < 2 * LIMIT_DEPTH; i++)
		buf_puts(&text, "<a>");
	for (int i = 0; i < 2 * LIMIT_DEPTH; i++)
		buf_puts(&text, "</a>");
	pass(&p, buf_slice(&text));
	cr_expect_eq(p.out.len, LIMIT_DEPTH * strlen("<a></a>"));
	cr_expect_not(p.r.feed.complete);
	clear(&p);

	buf_reset(&text);
	buf_puts(&text, "<a");
	for (int i = 0; i < 2 * LIMIT_TAG_ATTRIBUTES; i++)
		buf_printf(&text, " a%d=''", i);
	buf_puts(&text, "/>");
	pass(&p, buf_slice(&text));
	cr_expect_not(p.r.feed.complete);
	cr_expect_lt(p.out.len, text.len);
	clear(&p);
	buf_clear(&text);
}

Test(gate, a_mend_names_its_line_and_lines_are_kept)
{
	struct passed p;

	pass(&p, SLICE("<!--\n\n-->\n<r>\n<!-- \n --><a x='1'\n y=2>&</a></r>"));
	cr_assert_eq(p.r.feed.problems.n, 2);
	cr_expect(slice_starts(p.r.feed.problems.at[0], "line 6: "), "%.*s",
		SLICE_ARG(p.r.feed.problems.at[0]));
	cr_expect(slice_starts(p.r.feed.problems.at[1], "line 7: "));
	cr_expect(slice_is(buf_slice(&p.out), "<r>\n<!--\n--><a x=\"1\" y=\"2\"\n>&amp;</a></r>"),
		"%.*s", SLICE_ARG(buf_slice(&p.out)));
	clear(&p);
}
