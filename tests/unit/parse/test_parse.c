/*
 * test_parse.c - whole documents: verdicts, limits, what the headers say
 *
 * What is made of each element stands in tests/corpus.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "parse/parse.h"

#include <criterion/criterion.h>

#define RSS(inside) "<rss version='2.0'><channel><title>t</title>" inside "</channel></rss>"

/* What came out, kept. */
struct kept {
	struct arena room;
	size_t n_items, most;
	struct slice ids[8];
	struct slice feed_url, language, url, icon;
	bool complete, well_formed, is_fed;
	size_t n_hubs, n_problems;
	struct verdict_text why;
};

static int keep_item(void *data, const struct item *i)
{
	struct kept *k = data;

	if (k->most > 0 && k->n_items == k->most)
		return -1;
	if (k->n_items < COUNT(k->ids))
		k->ids[k->n_items] = slice_copy(&k->room, i->id);
	k->url = slice_copy(&k->room, i->url);
	k->n_items++;
	return 0;
}

static int keep_feed(void *data, const struct feed *f)
{
	struct kept *k = data;

	k->is_fed = true;
	k->feed_url = slice_copy(&k->room, f->feed_url);
	k->language = slice_copy(&k->room, f->language);
	k->icon = slice_copy(&k->room, f->icon);
	k->complete = f->complete;
	k->well_formed = f->well_formed;
	k->n_hubs = f->hubs.n;
	k->n_problems = f->problems.n;
	return 0;
}

static enum parse_verdict read_by(struct kept *k, struct slice body, const struct hints *h)
{
	const struct sink to = {k, keep_item, keep_feed};

	return parse_document(body, h, &to, &k->why);
}

static enum parse_verdict read(struct kept *k, const char *text)
{
	const struct hints h = {.url = SLICE("https://feed.example/dir/feed")};

	*k = (struct kept){.room = {NULL, 0}};
	return read_by(k, slice_of(text), &h);
}

Test(parse, what_is_no_feed_is_refused_by_name)
{
	static const struct {
		const char *text, *why;
		enum parse_verdict verdict;
	} rows[] = {
		{"", "empty", PARSE_EMPTY},
		{" \n\t", "nothing but white space", PARSE_EMPTY},
		{"<html><body/></html>", "no feed: an HTML page", PARSE_NO_FEED},
		{"<opml/>", "no feed: an OPML document", PARSE_NO_FEED},
		{"<urlset/>", "no feed: a sitemap", PARSE_NO_FEED},
		{"<other/>", "no feed: an XML document whose root is <other>", PARSE_NO_FEED},
		{"hello", "no feed: something without markup", PARSE_NO_FEED},
		{"<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
			"no feed: an RDF document without RSS", PARSE_NO_FEED},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct kept k;

		cr_expect_eq(read(&k, rows[i].text), rows[i].verdict, "%s", rows[i].text);
		cr_expect_str_eq(k.why.text, rows[i].why);
		cr_expect_not(k.is_fed);
		arena_clear(&k.room);
	}
}

Test(parse, an_item_without_an_id_gets_one_that_lasts)
{
	struct kept one, other;

	cr_assert_eq(read(&one, RSS("<item><title>a</title></item><item><title>b</title></item>"
				    "<item><link>c</link></item>")),
		PARSE_OK);
	cr_assert_eq(read(&other, RSS("<item><title>b</title></item>")), PARSE_OK);
	cr_expect_eq(one.n_items, 3);
	cr_expect_not(slice_equal(one.ids[0], one.ids[1]));
	cr_expect(slice_equal(one.ids[1], other.ids[0]));
	cr_expect(slice_is(one.ids[2], "https://feed.example/dir/c"));
	arena_clear(&one.room);
	arena_clear(&other.room);
}

Test(parse, items_that_only_point_elsewhere_are_told_apart)
{
	struct kept k;

	cr_assert_eq(read(&k, "{\"version\":\"https://jsonfeed.org/version/"
			      "1.1\",\"title\":\"t\",\"items\":["
			      "{\"external_url\":\"https://a.example/\"},"
			      "{\"external_url\":\"https://b.example/\"}]}"),
		PARSE_OK);
	cr_expect_eq(k.n_items, 2);
	cr_expect_not(slice_equal(k.ids[0], k.ids[1]));
	arena_clear(&k.room);
}

Test(parse, headers_say_what_the_document_does_not)
{
	const struct hints h = {.url = SLICE("https://feed.example/a"),
		.content_location = SLICE("/dir/b"),
		.content_language = SLICE("de_CH"),
		.link = SLICE("<https://hub.example/>; rel=\"hub\", </self,1>; rel=self")};
	struct kept k = {.room = {NULL, 0}};

	cr_assert_eq(read_by(&k, SLICE(RSS("<item><link>c</link></item>")), &h), PARSE_OK);
	cr_expect(slice_is(k.url, "https://feed.example/dir/c"), "%.*s", SLICE_ARG(k.url));
	cr_expect(slice_is(k.language, "de-CH"));
	cr_expect_eq(k.n_hubs, 1);
	cr_expect(
		slice_is(k.feed_url, "https://feed.example/self,1"), "%.*s", SLICE_ARG(k.feed_url));
	arena_clear(&k.room);
}

Test(parse, a_document_past_its_ceiling_is_refused)
{
	const struct hints h = {.max_bytes = 10};
	struct kept k = {.room = {NULL, 0}};

	cr_expect_eq(read_by(&k, SLICE(RSS("")), &h), PARSE_TOO_LARGE);
	cr_expect_not(k.is_fed);
}

Test(parse, a_full_sink_ends_the_reading)
{
	const struct hints h = {.max_bytes = 0};
	struct kept k = {.room = {NULL, 0}, .most = 1};

	cr_expect_eq(read_by(&k,
			     SLICE(RSS("<item><guid>1</guid></item><item><guid>2</guid></item>"
				       "<item><guid>3</guid></item>")),
			     &h),
		PARSE_TOO_LARGE);
	cr_expect_eq(k.n_items, 1);
	arena_clear(&k.room);
}

Test(parse, too_many_items_are_cut_and_the_feed_says_so)
{
	struct kept k = {.room = {NULL, 0}};
	const struct hints h = {.max_bytes = 0};
	struct buf text;

	buf_init(&text, SIZE_MAX / 2);
	buf_puts(&text, "<rss>");
	for (int i = 0; i < LIMIT_ITEMS + 5; i++)
		buf_puts(&text, "<item/>");
	buf_puts(&text, "</rss>");
	cr_expect_eq(read_by(&k, buf_slice(&text), &h), PARSE_OK);
	cr_expect_eq(k.n_items, LIMIT_ITEMS);
	cr_expect_not(k.complete);
	buf_clear(&text);
	arena_clear(&k.room);
}

Test(parse, what_breaks_off_keeps_its_items_and_is_not_complete)
{
	struct kept k;

	cr_assert_eq(
		read(&k, "<rss><channel><item><guid>1</guid></item><item><guid>2</gu"), PARSE_OK);
	cr_expect_eq(k.n_items, 2);
	cr_expect_not(k.complete);
	cr_expect_not(k.well_formed);
	arena_clear(&k.room);
}

Test(parse, values_are_cut_to_their_limits)
{
	struct kept k = {.room = {NULL, 0}};
	const struct hints h = {.max_bytes = 0};
	struct buf text;

	buf_init(&text, SIZE_MAX / 2);
	buf_puts(&text, "<rss><item><guid>");
	for (unsigned i = 0; i < 2 * LIMIT_ID_BYTES; i++)
		buf_putc(&text, 'x');
	buf_puts(&text, "</guid>");
	for (int i = 0; i < 2 * LIMIT_CATEGORIES; i++)
		buf_printf(&text, "<category>%d</category>", i);
	buf_puts(&text, "</item></rss>");
	cr_expect_eq(read_by(&k, buf_slice(&text), &h), PARSE_OK);
	cr_expect_leq(k.ids[0].len, LIMIT_ID_BYTES);
	cr_expect_geq(k.ids[0].len, LIMIT_ID_BYTES / 2);
	cr_expect_eq(k.n_problems, 2);
	buf_clear(&text);
	arena_clear(&k.room);
}

/* --- pages */

#define PAGE                                                                                       \
	"<!DOCTYPE html><html lang=en><head><title> News </title></head><body>"                    \
	"<div class=card><a href='/one'>First <b>one</b></a><time datetime='2026-01-02'>x</time>"  \
	"</div><div class=card><a href=two>Second</a><span>3 February 2026</span></div>"           \
	"<div class=card>nothing</div><script>var a='<div class=card>'</script>"

static enum parse_verdict read_page(struct kept *k, struct selectors page)
{
	const struct hints h = {.url = SLICE("https://body.example/news/"), .page = &page};

	*k = (struct kept){.room = {NULL, 0}};
	return read_by(k, SLICE(PAGE), &h);
}

Test(page, items_are_found_by_xpath)
{
	struct kept k;
	const struct selectors page = {.item = SLICE("//div[@class='card']"),
		.link = SLICE("a/@href"),
		.heading = SLICE("a"),
		.date = SLICE("time | span")};

	cr_assert_eq(read_page(&k, page), PARSE_OK);
	cr_expect_eq(k.n_items, 2);
	cr_expect(slice_is(k.ids[0], "https://body.example/one"));
	cr_expect(slice_is(k.ids[1], "https://body.example/news/two"));
	cr_expect_eq(k.n_problems, 0);
	arena_clear(&k.room);
}

Test(page, selectors_that_find_nothing_or_one_address_are_an_error)
{
	const struct {
		struct selectors page;
		const char *why;
	} rows[] = {
		{{.item = SLICE("//article")}, "`item' finds nothing"},
		{{.item = SLICE("//div[@class='card']"), .link = SLICE("b/@href")},
			"`link' finds no address in 2 items"},
		{{.item = SLICE("//div[@class='card']"), .link = SLICE("//a[1]/@href")},
			"`link' finds the same address for all of 3 items"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct kept k;

		cr_expect_eq(read_page(&k, rows[i].page), PARSE_NO_FEED, "%s", rows[i].why);
		cr_expect(strstr(k.why.text, rows[i].why) != NULL, "%s", k.why.text);
		cr_expect_not(k.is_fed);
		arena_clear(&k.room);
	}
}

Test(page, what_is_no_xpath_is_refused)
{
	struct kept k;
	const struct selectors page = {.item = SLICE("//div["), .link = SLICE("a")};

	cr_expect_eq(read_page(&k, page), PARSE_BROKEN);
	cr_expect_str_eq(k.why.text, "the selector `item' is no XPath");
	arena_clear(&k.room);
}

Test(page, a_selector_without_end_is_stopped)
{
	struct kept k;
	const struct selectors page = {.item = SLICE("//*[count(//*[count(//*[count(//*[count(//"
						     "*[count(//*[count(//*)>0])>0])>0])"
						     ">0])>0])>0]")};

	cr_expect_eq(read_page(&k, page), PARSE_TOO_LARGE);
	arena_clear(&k.room);
}
