/*
 * test_wire.c - what was put is got, and what nobody put is refused
 */
#include "base/arena.h"
#include "base/limits.h"
#include "feed/wire.h"

#include <criterion/criterion.h>

#define OUT_BYTES (32U << 20)

static struct arena arena;
static struct buf out;

static void start(void)
{
	arena_init(&arena);
	buf_init(&out, OUT_BYTES);
}

static void finish(void)
{
	arena_clear(&arena);
	buf_clear(&out);
}

TestSuite(wire, .init = start, .fini = finish);

static struct slice repeated(char c, size_t n)
{
	char *at = arena_alloc(&arena, n);

	memset(at, c, n);
	return slice_from(at, n);
}

static void fill_item(struct item *i)
{
	item_init(i);
	i->id = SLICE("tag:press.example,2026:1");
	i->id_is_given = true;
	i->url = SLICE("https://press.example/1");
	i->external_url = SLICE("https://other.example/1");
	i->title = SLICE("Sécheresse \xf0\x9f\x8c\xb5");
	i->content_html = SLICE("<p>one\n\ttwo</p>");
	i->content_text = SLICE("one\n\ttwo");
	i->summary = SLICE("one");
	i->summary_html = SLICE("<b>one</b>");
	i->image = SLICE("https://press.example/1.png");
	i->banner_image = SLICE("https://press.example/b.png");
	i->published = 1790000000;
	i->modified = INSTANT_MIN;
	*ARENA_PUSH(&arena, &i->authors) = (struct person){
		SLICE("Ana"), SLICE("https://a.example/"), SLICE_NONE, SLICE("ana@a.example")};
	*ARENA_PUSH(&arena, &i->authors) = (struct person){.name = SLICE("Bo")};
	ARENA_PUSH(&arena, &i->contributors)->avatar = SLICE("https://a.example/c.png");
	*ARENA_PUSH(&arena, &i->categories) =
		(struct category){SLICE("w"), SLICE("https://c.example/"), SLICE("Water")};
	i->language = SLICE("fr-CH");
	*ARENA_PUSH(&arena, &i->attachments) = (struct attachment){
		SLICE("https://press.example/1.mp3"), SLICE("audio/mpeg"), SLICE("Radio"), 0, 61};
	*ARENA_PUSH(&arena, &i->links) =
		(struct link){SLICE("alternate"), SLICE("https://press.example/1"),
			SLICE("text/html"), SLICE("t"), SLICE("fr"), NUMBER_NONE};
	i->rights = SLICE("CC BY\nSA");
	i->comments_url = SLICE("https://press.example/1#c");
	i->comments_feed_url = SLICE("https://press.example/1/c.xml");
	i->comments_count = 0;
	i->source = (struct origin){
		SLICE("urn:x"), SLICE("X"), SLICE_NONE, SLICE("https://x.example/f")};
	i->has_geo = true;
	i->latitude = 0;
	i->longitude = -180;
	*ARENA_PUSH(&arena, &i->in_reply_to) = SLICE("urn:y");
	i->guid_is_permalink = TRI_FALSE;
	i->is_explicit = TRI_TRUE;
	i->duration_in_seconds = INT64_MAX;
}

static void fill_feed(struct feed *f)
{
	feed_init(f);
	f->format = FORMAT_PAGE;
	f->encoding = SLICE("windows-1252");
	f->well_formed = f->complete = f->is_complete_set = f->is_archive = true;
	*ARENA_PUSH(&arena, &f->problems) = SLICE("line 1: mended");
	*ARENA_PUSH(&arena, &f->problems) = SLICE("line 2: mended");
	f->title = SLICE("Press");
	f->home_page_url = SLICE("https://press.example/");
	f->feed_url = SLICE("https://press.example/f");
	f->next_url = SLICE("https://press.example/f?2");
	f->prev_archive_url = SLICE("https://press.example/f/2025");
	f->description = SLICE("All that\nwe say");
	f->icon = SLICE("https://press.example/i.png");
	f->favicon = SLICE("https://press.example/favicon.ico");
	f->language = SLICE("en");
	ARENA_PUSH(&arena, &f->authors)->name = SLICE("Ana");
	ARENA_PUSH(&arena, &f->contributors)->name = SLICE("Bo");
	f->webmaster.email = SLICE("w@press.example");
	f->editor.email = SLICE("e@press.example");
	*ARENA_PUSH(&arena, &f->hubs) =
		(struct hub){SLICE("WebSub"), SLICE("https://hub.example/")};
	f->expired = TRI_TRUE;
	f->is_explicit = TRI_FALSE;
	f->id = SLICE("urn:f");
	f->published = -1;
	f->updated = INSTANT_MAX;
	f->rights = SLICE("all");
	f->generator = SLICE("hand");
	ARENA_PUSH(&arena, &f->categories)->label = SLICE("News");
	ARENA_PUSH(&arena, &f->links)->length = 7;
	f->image = (struct image){
		SLICE("https://press.example/l.png"), SLICE("l"), SLICE_NONE, 88, 31};
	f->update_interval_s = 3600;
	f->skip_hours = 0xffffff;
	f->skip_days = 0x7f;
}

/* The payload of the only record in `out`. */
static struct slice only_payload(enum wire_record want)
{
	struct slice rest = buf_slice(&out);
	struct slice payload = SLICE_NONE;
	enum wire_record type = WIRE_END;

	cr_assert_eq(wire_next(&rest, &type, &payload), WIRE_OK);
	cr_assert_eq(type, want);
	cr_assert_eq(rest.len, 0);
	return payload;
}

static void put_and_get(const struct item *put, struct item *got)
{
	buf_reset(&out);
	wire_put_item(&out, put);
	cr_assert_not(out.full);
	cr_assert_eq(wire_get_item(only_payload(WIRE_ITEM), &arena, got), WIRE_OK);
}

/* Does the second putting give the bytes of the first? */
static bool puts_the_same_item(const struct item *i, struct slice payload)
{
	struct buf again;
	struct slice rest, second = SLICE_NONE;
	enum wire_record type;
	bool same;

	buf_init(&again, OUT_BYTES);
	wire_put_item(&again, i);
	rest = buf_slice(&again);
	same = wire_next(&rest, &type, &second) == WIRE_OK && slice_equal(payload, second);
	buf_clear(&again);
	return same;
}

Test(wire, an_item_comes_back_as_it_was)
{
	struct item i, got;

	fill_item(&i);
	put_and_get(&i, &got);
	cr_expect(puts_the_same_item(&got, only_payload(WIRE_ITEM)));
	cr_expect(slice_equal(got.id, i.id));
	cr_expect(got.id_is_given);
	cr_expect(slice_equal(got.title, i.title));
	cr_expect(slice_equal(got.content_text, i.content_text));
	cr_expect_eq(got.published, i.published);
	cr_expect_eq(got.modified, INSTANT_MIN);
	cr_assert_eq(got.authors.n, 2);
	cr_expect(slice_is(got.authors.at[0].email, "ana@a.example"));
	cr_expect(slice_is(got.authors.at[1].name, "Bo"));
	cr_assert_eq(got.attachments.n, 1);
	cr_expect_eq(got.attachments.at[0].size_in_bytes, 0);
	cr_expect_eq(got.attachments.at[0].duration_in_seconds, 61);
	cr_assert_eq(got.links.n, 1);
	cr_expect_eq(got.links.at[0].length, NUMBER_NONE);
	cr_expect_eq(got.comments_count, 0);
	cr_expect(slice_is(got.source.feed_url, "https://x.example/f"));
	cr_expect(got.has_geo && got.latitude == 0 && got.longitude == -180);
	cr_assert_eq(got.in_reply_to.n, 1);
	cr_expect(slice_is(got.in_reply_to.at[0], "urn:y"));
	cr_expect_eq(got.guid_is_permalink, TRI_FALSE);
	cr_expect_eq(got.is_explicit, TRI_TRUE);
	cr_expect_eq(got.duration_in_seconds, INT64_MAX);
}

Test(wire, a_feed_comes_back_as_it_was)
{
	struct feed f, got;
	struct slice first, second;

	fill_feed(&f);
	wire_put_feed(&out, &f);
	first = slice_copy(&arena, only_payload(WIRE_FEED));
	cr_assert_eq(wire_get_feed(first, &arena, &got), WIRE_OK);
	buf_reset(&out);
	wire_put_feed(&out, &got);
	second = only_payload(WIRE_FEED);
	cr_expect(slice_equal(first, second));
	cr_expect_eq(got.format, FORMAT_PAGE);
	cr_expect(got.well_formed && got.complete && got.is_complete_set && got.is_archive);
	cr_assert_eq(got.problems.n, 2);
	cr_expect(slice_is(got.problems.at[1], "line 2: mended"));
	cr_expect(slice_is(got.webmaster.email, "w@press.example"));
	cr_expect_eq(got.updated, INSTANT_MAX);
	cr_expect_eq(got.image.width, 88);
	cr_expect_eq(got.image.height, 31);
	cr_expect_eq(got.skip_hours, 0xffffff);
	cr_expect_eq(got.skip_days, 0x7f);
}

Test(wire, what_is_not_given_takes_no_room_and_is_not_given_afterwards)
{
	struct item i, got;
	struct feed f, got_feed;

	item_init(&i);
	i.id = SLICE("1");
	ARENA_PUSH(&arena, &i.authors);
	ARENA_PUSH(&arena, &i.in_reply_to);
	put_and_get(&i, &got);
	cr_expect_eq(out.len, 5 + 1 + 5 + 1);
	cr_expect_eq(got.authors.n, 0, "an author without anything is none");
	cr_expect_eq(got.published, INSTANT_NONE);
	cr_expect_eq(got.comments_count, NUMBER_NONE);
	cr_expect_not(got.has_geo);

	feed_init(&f);
	buf_reset(&out);
	wire_put_feed(&out, &f);
	cr_expect_eq(out.len, 5 + 1);
	cr_assert_eq(wire_get_feed(only_payload(WIRE_FEED), &arena, &got_feed), WIRE_OK);
	cr_expect_eq(got_feed.image.width, NUMBER_NONE);
}

Test(wire, what_passes_limits_is_cut_or_left_out_when_put)
{
	struct item i, got;

	fill_item(&i);
	i.title = repeated('x', LIMIT_TITLE_BYTES + 1);
	i.url = repeated('u', LIMIT_URL_BYTES + 1);
	i.image = repeated('u', LIMIT_URL_BYTES);
	i.content_html = repeated('h', LIMIT_ANSWER_FACTOR * LIMIT_HTML_BYTES + 1);
	i.content_text = repeated('t', LIMIT_TEXT_BYTES + 1);
	i.latitude = 90.5;
	i.modified = INSTANT_MAX + 1;
	i.comments_count = -5;
	for (size_t n = 0; n <= LIMIT_PERSONS; n++)
		ARENA_PUSH(&arena, &i.authors)->name = SLICE("Ana");
	put_and_get(&i, &got);
	cr_expect_eq(got.title.len, LIMIT_TITLE_BYTES);
	cr_expect_eq(got.url.len, 0);
	cr_expect_eq(got.image.len, LIMIT_URL_BYTES);
	cr_expect_eq(got.content_html.len, 0);
	cr_expect_eq(got.content_text.len, LIMIT_TEXT_BYTES);
	cr_expect_not(got.has_geo);
	cr_expect_eq(got.modified, INSTANT_NONE);
	cr_expect_eq(got.comments_count, NUMBER_NONE);
	cr_expect_eq(got.authors.n, LIMIT_PERSONS);
}

Test(wire, a_record_that_does_not_fit_is_not_put_in_part)
{
	struct item i;
	size_t whole;

	fill_item(&i);
	wire_put_item(&out, &i);
	whole = out.len;
	for (size_t max = 0; max < 2 * whole + 5; max += 3) {
		struct buf small;

		buf_init(&small, max);
		wire_put_item(&small, &i);
		wire_put_item(&small, &i);
		wire_put_end(&small);
		cr_expect(small.full, "%zu", max);
		cr_expect_eq(small.len % whole, 0, "%zu: %zu", max, small.len);
		buf_clear(&small);
	}
}

Test(wire, a_stream_is_records_and_an_end_with_nothing_behind_it)
{
	struct item i;
	struct feed f;
	struct slice rest, payload;
	enum wire_record type;

	fill_item(&i);
	feed_init(&f);
	wire_put_item(&out, &i);
	wire_put_feed(&out, &f);
	wire_put_end(&out);
	rest = buf_slice(&out);
	cr_expect_eq(wire_next(&rest, &type, &payload), WIRE_OK);
	cr_expect_eq(type, WIRE_ITEM);
	cr_expect_eq(wire_next(&rest, &type, &payload), WIRE_OK);
	cr_expect_eq(type, WIRE_FEED);
	cr_expect_eq(wire_next(&rest, &type, &payload), WIRE_DONE);
	buf_putc(&out, '\0');
	rest = slice_skip(buf_slice(&out), out.len - 6);
	cr_expect_eq(wire_next(&rest, &type, &payload), WIRE_BAD);
}

Test(wire, a_record_is_no_longer_than_what_is_there)
{
	static const struct slice rows[] = {
		{NULL, 0},
		{"\1", 1},
		{"\1\0\0\0", 4},
		{"\1\1\0\0\0", 5},
		{"\1\xff\xff\xff\xff\1", 6},
		{"\3\0\0\0\0", 5},
		{"\0\1\0\0\0\1", 6},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice rest = rows[i], payload;
		enum wire_record type;

		cr_expect_eq(wire_next(&rest, &type, &payload), WIRE_BAD, "row %zu", i);
	}
}

Test(wire, every_cut_of_a_payload_is_refused_or_shorter)
{
	struct item i, got;
	struct slice payload;

	fill_item(&i);
	wire_put_item(&out, &i);
	payload = only_payload(WIRE_ITEM);
	for (size_t len = 0; len < payload.len; len++) {
		struct slice cut = slice_copy(&arena, slice_head(payload, len));

		if (wire_get_item(cut, &arena, &got) == WIRE_OK)
			cr_expect(puts_the_same_item(&got, cut), "%zu", len);
	}
}

#define ID          "\1\1\1\0\0\0a"
#define BYTES(text) text, sizeof(text) - 1

Test(wire, what_nobody_puts_is_no_item)
{
	static const struct {
		const char *why, *at;
		size_t len;
	} rows[] = {
		{"nothing at all", BYTES("")},
		{"no fields", BYTES("\1")},
		{"another version", BYTES("\2\1\1\0\0\0a")},
		{"no id", BYTES("\1\2\1")},
		{"an empty id", BYTES("\1\1\0\0\0\0")},
		{"a text past the end", BYTES("\1\1\2\0\0\0a")},
		{"a text of 4 GiB", BYTES("\1\1\xff\xff\xff\xff"
					  "a")},
		{"a field twice", BYTES(ID "\1\1\0\0\0b")},
		{"fields out of order", BYTES(ID "\5\1\0\0\0t\2\1")},
		{"field 0", BYTES(ID "\0\1")},
		{"an unknown field", BYTES(ID "\x1e\1\0\0\0t")},
		{"a boolean of 0", BYTES(ID "\2\0")},
		{"a boolean of 2", BYTES(ID "\2\2")},
		{"a tristate of 0", BYTES(ID "\x1b\0")},
		{"a tristate of 3", BYTES(ID "\x1b\3")},
		{"an empty text", BYTES(ID "\5\0\0\0\0")},
		{"bad UTF-8", BYTES(ID "\5\1\0\0\0\xff")},
		{"a surrogate", BYTES(ID "\5\3\0\0\0\xed\xa0\x80")},
		{"a NUL", BYTES(ID "\5\1\0\0\0\0")},
		{"DEL", BYTES(ID "\5\1\0\0\0\x7f")},
		{"CR", BYTES(ID "\7\1\0\0\0\r")},
		{"U+0085", BYTES(ID "\7\2\0\0\0\xc2\x85")},
		{"U+FDD0", BYTES(ID "\7\3\0\0\0\xef\xb7\x90")},
		{"U+FFFE", BYTES(ID "\7\3\0\0\0\xef\xbf\xbe")},
		{"U+10FFFF", BYTES(ID "\7\4\0\0\0\xf4\x8f\xbf\xbf")},
		{"a newline in a title", BYTES(ID "\5\3\0\0\0a\nb")},
		{"an instant past year 9999", BYTES(ID "\x0c\x80"
						       "A\xf4\xff\x3a\0\0\0")},
		{"INSTANT_NONE", BYTES(ID "\x0c\0\0\0\0\0\0\0\x80")},
		{"a number below 0", BYTES(ID "\x17\xff\xff\xff\xff\xff\xff\xff\xff")},
		{"half a number", BYTES(ID "\x17\1\0\0\0")},
		{"an empty list", BYTES(ID "\x0e\0\0\0\0")},
		{"a list of 4 billion", BYTES(ID "\x0e\xff\xff\xff\xff\7\0\0\0\1\2\0\0\0An")},
		{"a list of 51 persons", BYTES(ID "\x0e\x33\0\0\0\7\0\0\0\1\2\0\0\0An")},
		{"a list of more than there is", BYTES(ID "\x0e\2\0\0\0\7\0\0\0\1\2\0\0\0An")},
		{"a person without anything", BYTES(ID "\x0e\1\0\0\0\0\0\0\0\0")},
		{"an unknown field in a person", BYTES(ID "\x0e\1\0\0\0\2\0\0\0\5\1")},
		{"an empty line in a list", BYTES(ID "\x1a\1\0\0\0\0\0\0\0\0")},
		{"latitude 91", BYTES(ID "\x19\0\0\0\0\0\xc0\x56\x40\0\0\0\0\0\0\0\0")},
		{"a longitude of NaN", BYTES(ID "\x19\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xf8\x7f")},
		{"half a place", BYTES(ID "\x19\0\0\0\0\0\0\0\0")},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item got;
		struct slice row = slice_copy(&arena, slice_from(rows[i].at, rows[i].len));

		cr_expect_eq(wire_get_item(row, &arena, &got), WIRE_BAD, "%s", rows[i].why);
	}
}

Test(wire, what_nobody_puts_is_no_feed)
{
	static const struct {
		const char *why, *at;
		size_t len;
	} rows[] = {
		{"nothing at all", BYTES("")},
		{"format 0", BYTES("\1\1\0")},
		{"a format that there is not", BYTES("\1\1\x0e")},
		{"hour 24", BYTES("\1\x21\0\0\0\1")},
		{"no hour", BYTES("\1\x21\0\0\0\0")},
		{"an eighth day", BYTES("\1\x22\x80")},
		{"a problem of two lines", BYTES("\1\7\1\0\0\0\3\0\0\0a\nb")},
		{"an unknown field", BYTES("\1\x23\1")},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct feed got;
		struct slice row = slice_copy(&arena, slice_from(rows[i].at, rows[i].len));

		cr_expect_eq(wire_get_feed(row, &arena, &got), WIRE_BAD, "%s", rows[i].why);
	}
}

Test(wire, texts_hold_any_character_but_controls)
{
	static const char *const rows[] = {
		"plain",
		"tab\tonly",
		"\xc2\xa0",
		"\xef\xb7\xb0",
		"\xef\xbf\xbd",
		"\xf0\x9f\xbf\xbd",
		"\xe2\x80\xae",
		"日本語",
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item put, got;

		item_init(&put);
		put.id = put.title = slice_of(rows[i]);
		put_and_get(&put, &got);
		cr_expect(slice_equal(got.title, put.title), "row %zu", i);
	}
}
