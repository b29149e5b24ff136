/*
 * test_jsonfeed.c - JSON Feed read as feeds really write it
 */
#include "base/limits.h"
#include "feed/wire.h"
#include "parse/parse.h"

#include "base/arena.h"

#include <criterion/criterion.h>

#define OUT_BYTES (64U << 20)

/* What came of a document: records, and the feed and its items got back from them. */
static struct {
	struct arena arena;
	struct buf out;
	enum parse_verdict verdict;
	struct verdict_text why;
	struct feed feed;
	struct item items[4];
	size_t n_items;
} got;

static int put_item(void *data, const struct item *i)
{
	(void)data;
	wire_put_item(&got.out, i);
	return got.out.full ? -1 : 0;
}

static int put_feed(void *data, const struct feed *f)
{
	(void)data;
	wire_put_feed(&got.out, f);
	return got.out.full ? -1 : 0;
}

static void start(void)
{
	arena_init(&got.arena);
	buf_init(&got.out, OUT_BYTES);
	parse_warm_up();
}

static void finish(void)
{
	buf_clear(&got.out);
	arena_clear(&got.arena);
}

TestSuite(jsonfeed, .init = start, .fini = finish);

static void get_all(void)
{
	struct slice rest = buf_slice(&got.out), payload;
	enum wire_record type;

	while (rest.len > 0 && wire_next(&rest, &type, &payload) == WIRE_OK) {
		struct item extra;
		struct item *i = got.n_items < COUNT(got.items) ? &got.items[got.n_items] : &extra;

		if (type == WIRE_FEED)
			cr_assert_eq(wire_get_feed(payload, &got.arena, &got.feed), WIRE_OK);
		else
			cr_assert_eq(wire_get_item(payload, &got.arena, i), WIRE_OK);
		got.n_items += type == WIRE_ITEM;
	}
}

static void read_slice(struct slice text)
{
	static const struct hints hints = {.url = {"https://press.example/feed.json", 31}};
	static const struct sink sink = {NULL, put_item, put_feed};

	buf_reset(&got.out);
	got.n_items = 0;
	got.verdict = parse_document(text, &hints, &sink, &got.why);
	get_all();
}

static void read(const char *text)
{
	read_slice(slice_of(text));
}

#define V11 "\"version\":\"https://jsonfeed.org/version/1.1\""

static bool has_problem(const char *part)
{
	for (size_t i = 0; i < got.feed.problems.n; i++)
		if (slice_find(got.feed.problems.at[i], slice_of(part)) <
			got.feed.problems.at[i].len)
			return true;
	return false;
}

Test(jsonfeed, every_member_of_a_feed_is_read)
{
	read("{" V11 ",\"title\":\"Pr\\u00e9sse &amp; <b>Co</b>\",\"home_page_url\":\"/home\","
	     "\"feed_url\":\"feed.json\",\"description\":\"All\\n<i>we</i> say\","
	     "\"next_url\":\"?page=2\",\"icon\":\"/i.png\",\"favicon\":\"/f.ico\","
	     "\"authors\":[{\"name\":\"Ana\",\"url\":\"mailto:a@press.example\","
	     "\"avatar\":\"/a.png\"}],\"author\":{\"name\":\"Bo\"},\"language\":\"en_GB\","
	     "\"expired\":true,\"hubs\":[{\"type\":\"WebSub\",\"url\":\"https://hub.example/\"}],"
	     "\"_own\":{\"x\":[1]},\"items\":[]}");
	cr_assert_eq(got.verdict, PARSE_OK);
	cr_expect_eq(got.feed.format, FORMAT_JSON_11);
	cr_expect(got.feed.well_formed && got.feed.complete);
	cr_expect_eq(got.feed.problems.n, 0);
	cr_expect(slice_is(got.feed.title, "Présse & Co"));
	cr_expect(slice_is(got.feed.home_page_url, "https://press.example/home"));
	cr_expect(slice_is(got.feed.feed_url, "https://press.example/feed.json"));
	cr_expect(slice_is(got.feed.description, "All\nwe say"));
	cr_expect(slice_is(got.feed.next_url, "https://press.example/feed.json?page=2"));
	cr_expect(slice_is(got.feed.icon, "https://press.example/i.png"));
	cr_expect(slice_is(got.feed.favicon, "https://press.example/f.ico"));
	cr_assert_eq(got.feed.authors.n, 1);
	cr_expect(slice_is(got.feed.authors.at[0].name, "Ana"));
	cr_expect(slice_is(got.feed.authors.at[0].url, "mailto:a@press.example"));
	cr_expect(slice_is(got.feed.authors.at[0].avatar, "https://press.example/a.png"));
	cr_expect(slice_is(got.feed.language, "en-GB"));
	cr_expect_eq(got.feed.expired, TRI_TRUE);
	cr_assert_eq(got.feed.hubs.n, 1);
	cr_expect(slice_is(got.feed.hubs.at[0].url, "https://hub.example/"));
}

Test(jsonfeed, every_member_of_an_item_is_read)
{
	const struct item *i = &got.items[0];

	read("{" V11 ",\"items\":[{\"id\":\"urn:1\",\"url\":\"/1\","
	     "\"external_url\":\"https://other.example/1\",\"title\":\"One\\n\\u200etwo\","
	     "\"content_html\":\"<p onclick='x()'>a<script>b</script>"
	     "<a href='/c'>c</a></p>\","
	     "\"content_text\":\"a\\n1 < 2\",\"summary\":\"s\",\"image\":\"/i.png\","
	     "\"banner_image\":\"/b.png\",\"date_published\":\"2026-11-23T10:00:00+01:00\","
	     "\"date_modified\":\"2026-11-23T11:00:00Z\",\"tags\":[\" w \",\"\",\"w\",\"x\"],"
	     "\"language\":\"fr\",\"attachments\":[{\"url\":\"/a.mp3\","
	     "\"mime_type\":\"audio/mpeg\",\"title\":\"t\",\"size_in_bytes\":12,"
	     "\"duration_in_seconds\":61.5}]}]}");
	cr_assert_eq(got.verdict, PARSE_OK);
	cr_assert_eq(got.n_items, 1);
	cr_expect(slice_is(i->id, "urn:1"));
	cr_expect(i->id_is_given);
	cr_expect(slice_is(i->url, "https://press.example/1"));
	cr_expect(slice_is(i->external_url, "https://other.example/1"));
	cr_expect_eq(slice_find_byte(i->title, '\n'), i->title.len);
	cr_expect_eq(slice_find(i->content_html, SLICE("script")), i->content_html.len);
	cr_expect_eq(slice_find(i->content_html, SLICE("onclick")), i->content_html.len);
	cr_expect_lt(
		slice_find(i->content_html, SLICE("https://press.example/c")), i->content_html.len);
	cr_expect(slice_is(i->content_text, "a\n1 < 2"));
	cr_expect(slice_is(i->summary, "s"));
	cr_expect(slice_is(i->image, "https://press.example/i.png"));
	cr_expect(slice_is(i->banner_image, "https://press.example/b.png"));
	cr_expect_eq(i->modified - i->published, 2 * 3600);
	cr_expect_eq(i->categories.n, 2);
	cr_expect(slice_is(i->language, "fr"));
	cr_assert_eq(i->attachments.n, 1);
	cr_expect_eq(i->attachments.at[0].size_in_bytes, 12);
	cr_expect_eq(i->attachments.at[0].duration_in_seconds, 61);
}

Test(jsonfeed, version_1_has_one_author)
{
	read("{\"version\":\"https://jsonfeed.org/version/1\",\"author\":{\"name\":\"Ana\"},"
	     "\"items\":[{\"id\":1,\"author\":{\"name\":\"Bo\"}},"
	     "{\"id\":2,\"author\":\"Cy\",\"authors\":[]}]}");
	cr_assert_eq(got.verdict, PARSE_OK);
	cr_expect_eq(got.feed.format, FORMAT_JSON_10);
	cr_assert_eq(got.feed.authors.n, 1);
	cr_assert_eq(got.n_items, 2);
	cr_assert_eq(got.items[0].authors.n, 1);
	cr_expect(slice_is(got.items[0].authors.at[0].name, "Bo"));
	cr_assert_eq(got.items[1].authors.n, 1);
	cr_expect(slice_is(got.items[1].authors.at[0].name, "Cy"));
}

Test(jsonfeed, an_id_that_is_a_number_keeps_its_digits)
{
	read("{" V11 ",\"items\":[{\"id\":42},{\"id\":12345678901234567890123},{\"id\":1.50}]}");
	cr_assert_eq(got.n_items, 3);
	cr_expect(slice_is(got.items[0].id, "42"));
	cr_expect(slice_is(got.items[1].id, "12345678901234567890123"));
	cr_expect(slice_is(got.items[2].id, "1.50"));
	cr_expect(got.feed.well_formed);
}

Test(jsonfeed, what_is_no_json_feed_is_refused)
{
	static const char *const rows[] = {"{}", "[]", "{\"version\":\"1.1\",\"items\":[]}",
		"{\"title\":\"t\",\"items\":[{\"id\":1}]}", "[{" V11 "}]", "{\"version\":1}",
		"{\"openapi\":\"3.0\"", "[[[["};

	for (size_t i = 0; i < COUNT(rows); i++) {
		read(rows[i]);
		cr_expect_eq(got.verdict, PARSE_NO_FEED, "%s", rows[i]);
		cr_expect_eq(got.out.len, 0, "%s", rows[i]);
		cr_expect_str_not_empty(got.why.text, "%s", rows[i]);
	}
}

Test(jsonfeed, a_broken_item_takes_no_other_with_it)
{
	read("{" V11 ",\n\"items\":[{\"id\":\"1\"},\n{\"id\":nope},\n7,\n{},\n{\"id\":\"2\"}]}");
	cr_assert_eq(got.verdict, PARSE_OK);
	cr_assert_eq(got.n_items, 2);
	cr_expect(slice_is(got.items[1].id, "2"));
	cr_expect_not(got.feed.well_formed);
	cr_expect(got.feed.complete);
	cr_expect(has_problem("line 3: "));
}

Test(jsonfeed, a_document_that_was_cut_gives_what_came)
{
	read("{" V11 ",\"title\":\"t\",\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"title\":\"a");
	cr_assert_eq(got.verdict, PARSE_OK);
	cr_assert_eq(got.n_items, 1);
	cr_expect(slice_is(got.feed.title, "t"));
	cr_expect_not(got.feed.complete);
	cr_expect_not(got.feed.well_formed);
}

Test(jsonfeed, small_faults_are_mended_and_told)
{
	static const char *const rows[] = {
		"{" V11 ",\"items\":[{\"id\":\"1\",\"title\":\"a\tb\"}]}",
		"{" V11 ",\"items\":[{\"id\":\"1\",\"title\":\"a\\'b\"},]}x",
		"{" V11 ",\"items\":[{\"id\":\"1\",\"title\":\"a\",}]}",
		"{" V11 ",\"_x\":[1,,2],\"items\":[{\"id\":\"1\",\"title\":\"a\"}]}",
		"{" V11 ",\"_x\":[1]],\"items\":[{\"id\":\"1\",\"title\":\"a\"}]}",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		read(rows[i]);
		cr_expect_eq(got.verdict, PARSE_OK, "%s", rows[i]);
		cr_expect_eq(got.n_items, 1, "%s", rows[i]);
		cr_expect(slice_starts(got.items[0].title, "a"), "%s", rows[i]);
		cr_expect_not(got.feed.well_formed, "%s", rows[i]);
		cr_expect_gt(got.feed.problems.n, 0, "%s", rows[i]);
	}
}

Test(jsonfeed, no_nul_no_half_character_and_no_other_type_gets_through)
{
	read("{" V11 ",\"title\":[\"t\"],\"expired\":\"yes\",\"hubs\":{},\"authors\":7,"
	     "\"items\":[{\"id\":\"a\\u0000b\\ud800\",\"\\u0000k\":1,\"title\":{\"a\":1},"
	     "\"tags\":\"one, two\",\"attachments\":[1,{}],\"date_published\":\"soon\"}]}");
	cr_assert_eq(got.verdict, PARSE_OK);
	cr_assert_eq(got.n_items, 1);
	cr_expect(slice_is(got.items[0].id, "a\xef\xbf\xbd"
					    "b\xef\xbf\xbd"));
	cr_expect_eq(got.items[0].title.len, 0);
	cr_assert_eq(got.items[0].categories.n, 2);
	cr_expect(slice_is(got.items[0].categories.at[1].term, "two"));
	cr_expect_eq(got.items[0].attachments.n, 0);
	cr_expect_eq(got.items[0].published, INSTANT_NONE);
	cr_expect_eq(got.feed.title.len, 0);
	cr_expect_eq(got.feed.expired, TRI_UNKNOWN);
	cr_expect(has_problem("soon"));
}

Test(jsonfeed, duplicate_members_and_a_byte_order_mark_are_no_harm)
{
	read("\xef\xbb\xbf {" V11 ",\"title\":\"a\",\"title\":\"b\",\"items\":[{\"id\":\"1\"}],"
	     "\"items\":[{\"id\":\"2\"}]}");
	cr_assert_eq(got.verdict, PARSE_OK);
	cr_expect(slice_is(got.feed.title, "b"));
	cr_assert_eq(got.n_items, 1);
	cr_expect(slice_is(got.items[0].id, "1"));
}

/* `head`, so many times `part`, `tail`. */
static struct slice repeated(const char *head, const char *part, size_t n, const char *tail)
{
	struct buf b;
	struct slice text;

	buf_init(&b, OUT_BYTES);
	buf_puts(&b, head);
	for (size_t i = 0; i < n; i++)
		buf_puts(&b, part);
	buf_puts(&b, tail);
	text = slice_copy(&got.arena, buf_slice(&b));
	buf_clear(&b);
	return text;
}

Test(jsonfeed, what_a_tree_costs_is_counted_before)
{
	static const char head[] = "{" V11 ",\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"_x\":";

	read_slice(repeated(head, "[", 100000, "}]}"));
	cr_expect_eq(got.verdict, PARSE_OK);
	cr_expect_eq(got.n_items, 1);
	cr_expect_not(got.feed.complete);
	read_slice(repeated(head, "[", 300, ""));
	cr_expect_eq(got.n_items, 1);
	read_slice(repeated("{" V11 ",\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"_x\":[0", ",{}",
		LIMIT_JSON_VALUES, "]}]}"));
	cr_expect_eq(got.n_items, 1);
	cr_expect(has_problem("too large"));
	read_slice(repeated("{" V11 ",\"items\":[{\"id\":\"1\"},{\"id\":\"2\",\"content_text\":\"",
		"0123456789", LIMIT_JSON_BYTES / 10 + 1, "\"},{\"id\":\"3\"}]}"));
	cr_expect_eq(got.n_items, 2);
	read_slice(repeated("{" V11 ",\"items\":[]", ",\"a\":1", LIMIT_JSON_MEMBERS, "}"));
	cr_expect_eq(got.verdict, PARSE_OK);
	cr_expect_not(got.feed.complete);
}

Test(jsonfeed, items_end_at_their_limit)
{
	read_slice(repeated(
		"{" V11 ",\"items\":[{\"id\":\"1\"}", ",{\"id\":\"2\"}", LIMIT_ITEMS, "]}"));
	cr_expect_eq(got.verdict, PARSE_OK);
	cr_expect_eq(got.n_items, LIMIT_ITEMS);
	cr_expect_not(got.feed.complete);
}
