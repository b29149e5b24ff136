#include "fixture.h"
#include "store/normal.h"

#include <criterion/criterion.h>

static struct item item_of(const char *id, const char *url, const char *title, instant published)
{
	struct item i;

	item_init(&i);
	i.url = slice_of(url);
	i.id = slice_of(id);
	i.id_is_given = i.id.len > 0;
	if (!i.id_is_given)
		i.id = i.url;
	i.title = slice_of(title);
	i.published = published;
	return i;
}

static struct look look_at(struct arena *a, const struct item *i)
{
	struct arena scratch = {0};
	struct look l;

	identity_look(a, &scratch, i, &l);
	arena_clear(&scratch);
	return l;
}

static bool address_key(struct arena *a, const struct item *i, struct digest *key_out)
{
	struct look l = look_at(a, i);

	return identity_address(&l, key_out);
}

static bool global_key(struct arena *a, const struct item *i, struct digest *key_out)
{
	struct look l = look_at(a, i);

	return identity_global_id(&l, a, key_out);
}

static bool text_key(struct arena *a, const struct item *i, struct digest *key_out)
{
	struct look l = look_at(a, i);

	return identity_text(&l, key_out);
}

static struct digest revision_of(struct arena *a, const struct item *i)
{
	return look_at(a, i).revision;
}

static enum identity_rung rung_of(const struct item *items, size_t n, enum identity_rung stored)
{
	struct arena a = {0};
	struct look looks[3];
	enum identity_rung rung;

	for (size_t i = 0; i < n; i++)
		looks[i] = look_at(&a, &items[i]);
	rung = identity_rung(looks, n, stored);
	arena_clear(&a);
	return rung;
}

Test(identity, the_first_rung_that_is_unique_in_the_document_is_taken)
{
	static const struct {
		const char *why;
		struct {
			const char *id, *url, *title;
			instant published;
		} items[3];
		enum identity_rung stored, want;
	} rows[] = {
		{"GUIDs differ: that is what they are for",
			{{"1", "https://a.example/", "x", 1}, {"2", "https://a.example/", "x", 1},
				{"3", "https://a.example/", "x", 1}},
			RUNG_ID, RUNG_ID},
		{"FreshRSS#5329: one GUID for all, addresses differ",
			{{"1", "https://a.example/1", "x", 1}, {"1", "https://a.example/2", "y", 1},
				{"1", "https://a.example/3", "z", 1}},
			RUNG_ID, RUNG_ADDRESS},
		{"no GUID and one address for all: the date",
			{{"", "https://a.example/now", "x", 1},
				{"", "https://a.example/now", "x", 2},
				{"", "https://a.example/now", "x", 3}},
			RUNG_ID, RUNG_ADDRESS_DATE},
		{"two titles share one link in UNHCR's page: the title",
			{{"", "https://a.example/1", "x", 1}, {"", "https://a.example/1", "y", 1},
				{"", "https://a.example/2", "z", 1}},
			RUNG_ID, RUNG_TITLE_DATE},
		{"no GUID, no date, one address: the title alone",
			{{"", "https://a.example/1", "x", INSTANT_NONE},
				{"", "https://a.example/1", "y", INSTANT_NONE},
				{"", "https://a.example/1", "z", INSTANT_NONE}},
			RUNG_ID, RUNG_ADDRESS_DATE},
		{"once left it is not climbed again",
			{{"1", "https://a.example/1", "x", 1}, {"2", "https://a.example/2", "y", 1},
				{"3", "https://a.example/3", "z", 1}},
			RUNG_ADDRESS, RUNG_ADDRESS},
		{"one item twice is no reason to leave it",
			{{"1", "https://a.example/1", "x", 1}, {"1", "https://a.example/1", "x", 1},
				{"2", "https://a.example/2", "y", 1}},
			RUNG_ID, RUNG_ID},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item items[3];

		for (size_t k = 0; k < 3; k++)
			items[k] = item_of(rows[i].items[k].id, rows[i].items[k].url,
				rows[i].items[k].title, rows[i].items[k].published);
		cr_expect_eq(rung_of(items, 3, rows[i].stored), rows[i].want, "%s: %d", rows[i].why,
			(int)rung_of(items, 3, rows[i].stored));
	}
}

Test(identity, versions_of_one_atom_entry_are_one_item)
{
	struct item items[2] = {
		item_of("tag:a.example,2024:1", "https://a.example/1", "x", INSTANT_NONE),
		item_of("tag:a.example,2024:1", "https://a.example/1", "x", INSTANT_NONE)};

	items[0].modified = 5;
	items[1].modified = 9;
	items[1].content_html = SLICE("<p>corrected</p>");
	cr_expect_eq(rung_of(items, 2, RUNG_ID), RUNG_ID);
}

Test(identity, addresses_meet_unless_they_are_nobodys)
{
	static const struct {
		const char *one, *other;
		bool has, same;
	} rows[] = {
		{"https://a.example/1", "https://a.example/1", true, true},
		{"http://A.example:80/1/", "https://a.example/1?utm_source=rss", true, true},
		{"https://a.example/1#top", "https://a.example/1", true, true},
		{"https://a.example/1", "https://a.example/2", true, false},
		{"https://a.example/?p=1", "https://a.example/?p=2", true, false},
		{"https://a.example/", "https://a.example/", false, false},
		{"https://a.example/1#comment-7", "https://a.example/1#comment-7", false, false},
		{"mailto:a@a.example", "mailto:a@a.example", false, false},
		{"", "", false, false},
	};
	struct arena a = {0};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item one = item_of("", rows[i].one, "x", 1);
		struct item other = item_of("", rows[i].other, "y", 2);
		struct digest one_key, other_key;
		bool has = address_key(&a, &one, &one_key);

		cr_expect_eq(has, rows[i].has, "%s", rows[i].one);
		if (has && address_key(&a, &other, &other_key))
			cr_expect_eq(digest_equal(&one_key, &other_key), rows[i].same, "%s %s",
				rows[i].one, rows[i].other);
	}
	arena_clear(&a);
}

Test(identity, only_global_ids_at_one_host_meet)
{
	static const struct {
		const char *id, *url;
		bool has;
	} rows[] = {
		{"tag:a.example,2024:1", "https://a.example/1", true},
		{"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66", "https://a.example/1", true},
		{"https://a.example/?p=1", "https://a.example/1", true},
		{"123", "https://a.example/1", false},
		{"tag:a.example,2024:1", "", false},
		{"https://a.example/1", "https://a.example/1", false},
	};
	struct arena a = {0};
	struct digest key, other;
	struct item one, moved;

	for (size_t i = 0; i < COUNT(rows); i++) {
		one = item_of(rows[i].id, rows[i].url, "x", 1);
		cr_expect_eq(global_key(&a, &one, &key), rows[i].has, "%s", rows[i].id);
	}
	one = item_of("tag:a.example,2024:1", "https://a.example/1", "x", 1);
	moved = item_of("tag:a.example,2024:1", "https://evil.example/1", "x", 1);
	cr_assert(global_key(&a, &one, &key));
	cr_assert(global_key(&a, &moved, &other));
	cr_expect_not(digest_equal(&key, &other), "another host: another item");
	arena_clear(&a);
}

Test(identity, texts_of_forty_words_meet_and_shorter_ones_do_not)
{
	struct arena a = {0};
	struct item one = item_of("1", "https://a.example/1", "A Title", 1);
	struct item other = item_of("2", "https://b.example/1", "a  title", 2);
	struct digest key, second;

	one.content_html = long_text(&a, "word", 39);
	cr_expect_not(text_key(&a, &one, &key));
	one.content_html = long_text(&a, "word", 40);
	other.content_text = one.content_html;
	cr_expect(text_key(&a, &one, &key));
	cr_expect(text_key(&a, &other, &second));
	cr_expect(digest_equal(&key, &second));
	arena_clear(&a);
}

Test(identity, a_cosmetic_edit_is_none_and_a_real_one_is)
{
	static const struct {
		const char *why, *one, *other;
		bool same;
	} rows[] = {
		{"white space", "<p>one two</p>", "<p>one\n  two</p>\n", true},
		{"markup within words", "<p>one <b>two</b></p>", "<p>one two</p>", true},
		{"blocks part words", "<p>one</p><p>two</p>", "<p>one<br>two</p>", true},
		{"blocks part words, not join them", "<p>one</p><p>two</p>", "<p>onetwo</p>",
			false},
		{"quotes drawn otherwise", "<p>\xe2\x80\x9cone\xe2\x80\x9d</p>", "<p>\"one\"</p>",
			true},
		{"a no-break space", "<p>one\xc2\xa0two</p>", "<p>one two</p>", true},
		{"a link's tracking", "<a href=\"https://a.example/?utm_source=x\">one</a>",
			"<a href=\"https://a.example/\">one</a>", true},
		{"case", "<p>One</p>", "<p>one</p>", true},
		{"a word", "<p>one two</p>", "<p>one three</p>", false},
		{"a sign", "<p>1 &lt; 2</p>", "<p>1 &gt; 2</p>", false},
	};
	struct arena a = {0};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct item one = item_of("1", "https://a.example/1", "x", 1), other = one;
		struct digest d, e;

		one.content_html = slice_of(rows[i].one);
		other.content_html = slice_of(rows[i].other);
		d = revision_of(&a, &one);
		e = revision_of(&a, &other);
		cr_expect_eq(digest_equal(&d, &e), rows[i].same, "%s", rows[i].why);
	}
	arena_clear(&a);
}

Test(identity, an_enclosure_or_an_address_counts_as_an_edit)
{
	struct arena a = {0};
	struct item one = item_of("1", "https://a.example/1", "x", 1), other = one;
	struct attachment sound = {.url = SLICE("https://a.example/1.mp3")};
	struct digest d = revision_of(&a, &one), e;

	other.attachments = (struct attachment_list){&sound, 1, 1};
	e = revision_of(&a, &other);
	cr_expect_not(digest_equal(&d, &e));
	other = one;
	other.url = SLICE("https://a.example/2");
	e = revision_of(&a, &other);
	cr_expect_not(digest_equal(&d, &e));
	other.url = SLICE("http://a.example/1/?utm_medium=rss");
	e = revision_of(&a, &other);
	cr_expect(digest_equal(&d, &e));
	arena_clear(&a);
}

/* An index of ids that lie anywhere costs a page of the disk for each item. */
Test(identity, public_ids_of_one_origin_are_neighbours_and_all_differ)
{
	static const struct {
		const char *one, *other;
		bool near;
	} rows[] = {
		{"https://a.example/1", "https://a.example/2", true},
		{"https://a.example/1", "https://b.example/1", false},
		{"https://a.example", "https://a.example/2", true},
		{"tag:a.example,2024:1", "tag:a.example,2024:2", true},
		{"tag:a.example,2024:1", "tag:b.example,2024:1", false},
		{"urn:isbn:1", "urn:isbn:2", true},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct digest one = identity_public(slice_of(rows[i].one));
		struct digest other = identity_public(slice_of(rows[i].other));

		cr_expect_not(digest_equal(&one, &other), "%s", rows[i].one);
		cr_expect_eq(memcmp(&one, &other, 4) == 0, rows[i].near, "%s %s", rows[i].one,
			rows[i].other);
	}
}

Test(identity, home_is_the_registrable_domain)
{
	struct arena a = {0};
	struct item i = item_of("1", "https://news.a.example/1", "x", 1);

	struct look l = look_at(&a, &i);

	cr_expect(identity_at_home(&l, SLICE("a.example"), fixture_domain));
	cr_expect_not(identity_at_home(&l, SLICE("b.example"), fixture_domain));
	cr_expect_not(identity_at_home(&l, SLICE_NONE, fixture_domain));
	arena_clear(&a);
}

Test(normal, words_are_counted_in_every_script)
{
	static const struct {
		const char *text;
		size_t words;
	} rows[] = {{"", 0}, {"one", 1}, {"one two", 2},
		{"\xe4\xb8\x80\xe4\xba\x8c\xe4\xb8\x89", 1},
		{"\xe4\xb8\x80\xe4\xba\x8c ab \xe4\xb8\x80\xe4\xba\x8c", 3}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice text = slice_of(rows[i].text);

		cr_expect(normal_has_words(text, rows[i].words), "%s", rows[i].text);
		cr_expect_not(normal_has_words(text, rows[i].words + 1), "%s", rows[i].text);
	}
}
