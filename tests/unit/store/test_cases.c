/*
 * test_cases.c - every rule of identity with a case that asks for it
 *
 * The cases are what agencies' feeds really do; hosts and texts are our own.  Each is two
 * documents, of one source or of two: what the second brings is the first's, or it is not.
 */
#include "fixture.h"

#include <criterion/criterion.h>

#define WORDS                                                                                      \
	"one two three four five six seven eight nine ten eleven twelve thirteen fourteen "        \
	"fifteen sixteen seventeen eighteen nineteen twenty and one more and two more and "        \
	"three more and four more and five more and six more and seven more and eight more"

#define MOST 2 /* items of a document */

static const struct identity_case {
	const char *rule, *seen_at;
	size_t source; /* of the second document; of the first it is 0 */
	struct row first[MOST], second[MOST];
	int64_t items; /* in the end */
	enum item_fate fate;
} cases[] = {
	{"a GUID is the item while it is unique", "a press office: the title is mended", 0,
		{{"https://a.example/1.htm", "https://a.example/1.htm", "Titel", "text", NOON}},
		{{"https://a.example/1.htm", "https://a.example/1.htm", "Title", "text", NOON}}, 1,
		FATE_REVISED},
	{"one GUID with a new date is an update", "a disaster alert: the event goes on", 0,
		{{"EQ12", "https://a.example/report?id=12", "Green alert", "5.1", NOON}},
		{{"EQ12", "https://a.example/report?id=12", "Orange alert", "6.1", NOON + 9}}, 1,
		FATE_REVISED},
	{"a GUID that became another address of the story is its alias",
		"a news service: feed/view was the GUID, then the story was", 0,
		{{"https://a.example/feed/view/en/story/7",
			"https://a.example/feed/view/en/story/7", "Seven", "text", NOON}},
		{{"https://a.example/en/story/7", "https://a.example/feed/view/en/story/7", "Seven",
			"text", NOON}},
		1, FATE_KNOWN},
	{"http or https is one address", "a WordPress that moved, GUIDs and all", 0,
		{{"http://a.example/?p=3", "http://a.example/three/", "Three", "text", NOON}},
		{{"https://a.example/?p=3", "https://a.example/three/", "Three", "text", NOON}}, 1,
		FATE_KNOWN},
	{"without a GUID the address is the key", "a heritage list: no GUIDs, titles are mended", 0,
		{{"", "https://a.example/news/9", "Nin", "cut ...", NOON}},
		{{"", "https://a.example/news/9", "Nine", "cut ...", NOON}}, 1, FATE_REVISED},
	{"without a GUID another address is another item", "the same list: yearly notices", 0,
		{{"", "https://a.example/news/9", "Call", "", NOON}},
		{{"", "https://a.example/news/8", "Call", "", NOON}}, 2, FATE_FRESH},
	{"parameters that track are no part of an address", "a portal's list gives hub=N", 0,
		{{"", "https://www.unesco.org/articles/x?hub=4", "X", "text", NOON}},
		{{"", "https://www.unesco.org/articles/x?hub=71", "X", "text", NOON}}, 1,
		FATE_KNOWN},
	{"without GUID and address title and date are the key",
		"a programme whose items lack links", 0,
		{{"", "", "Report", "", NOON}, {"", "", "Other report", "", NOON}},
		{{"", "", "Report", "", NOON}, {"", "", "Other report", "", NOON}}, 2, FATE_KNOWN},
	{"one title on two days is two items", "the same programme: weekly updates", 0,
		{{"", "", "Update", "", NOON}}, {{"", "", "Update", "", NOON + DAY}}, 2,
		FATE_FRESH},
	{"two that share an address are two", "a data portal: two titles with one link", 0,
		{{"", "https://a.example/doc", "Map", "one", NOON},
			{"", "https://a.example/doc", "Table", "two", NOON}},
		{{"", "https://a.example/doc", "Map", "one", NOON},
			{"", "https://a.example/doc", "Table", "two", NOON}},
		2, FATE_KNOWN},
	{"one meeting announced and reported is two items",
		"a press office: /blog/sc1, then .doc.htm", 0,
		{{"1", "https://a.example/blog/sc1", "The Council meets", "today", NOON}},
		{{"2", "https://a.example/sc1.doc.htm", "The Council meets", "today", NOON}}, 2,
		FATE_FRESH},
	{"one title without text at two addresses is two items", "statements of one office", 0,
		{{"1", "https://a.example/s/1", "Statement", "", NOON}},
		{{"2", "https://a.example/s/2", "Statement", "", NOON}}, 2, FATE_FRESH},
	{"one address in two feeds is one item", "a topic's feed and a region's", 1,
		{{"https://a.example/story/5", "https://a.example/story/5", "Five", "text", NOON}},
		{{"https://a.example/story/5", "https://a.example/story/5?utm_source=rss", "Five",
			"text", NOON}},
		1, FATE_SIGHTED},
	{"one bare GUID in two sources is two items", "alerts of two systems, both counted EQn", 1,
		{{"EQ12", "https://a.example/12", "Quake", "there", NOON}},
		{{"EQ12", "https://b.example/12", "Quake", "here", NOON}}, 2, FATE_FRESH},
	{"one title and 40 words are one item wherever", "a portal that carries others' releases",
		1, {{"1", "https://a.example/release", "Release", WORDS, NOON}},
		{{"77", "https://b.example/report/77", "Release", WORDS, NOON}}, 1, FATE_SIGHTED},
	{"a release under another title is another item", "the same portal: it retitles", 1,
		{{"1", "https://a.example/release", "Release", WORDS, NOON}},
		{{"77", "https://b.example/report/77", "Agency: Release", WORDS, NOON}}, 2,
		FATE_FRESH},
	{"a few words and a title are nobody's own", "summaries of one sentence", 1,
		{{"1", "https://a.example/day", "International day", "It is today.", NOON}},
		{{"2", "https://b.example/day", "International day", "It is today.", NOON}}, 2,
		FATE_FRESH},
	{"a global id at another host is another item", "a squatter writes down another's id", 1,
		{{"tag:a.example,2026:1", "https://a.example/1", "One", "text", NOON}},
		{{"tag:a.example,2026:1", "https://b.example/1", "Mine", "words", NOON}}, 2,
		FATE_FRESH},
	{"a sighting edits nothing", "a squatter on an address", 1,
		{{"1", "https://a.example/1", "One", "text", NOON}},
		{{"x", "https://a.example/1", "Mine", "words", NOON}}, 1, FATE_SIGHTED},
};

static size_t count(const struct row rows[MOST])
{
	return rows[1].title == NULL ? 1 : 2;
}

Test(cases, each_rule_holds_where_it_was_met)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct identity_case *c = &cases[i];
		struct fixture f;

		fixture_open(&f);
		poll_rows(&f, 0, c->first, count(c->first));
		f.now += HOUR;
		poll_rows(&f, c->source, c->second, count(c->second));
		cr_expect_eq(read_count(&f), c->items, "%s (%s): %lld", c->rule, c->seen_at,
			(long long)read_count(&f));
		cr_expect_eq(f.written[0].fate, c->fate, "%s (%s): %d", c->rule, c->seen_at,
			f.written[0].fate);
		poll_rows(&f, 0, c->first, count(c->first));
		poll_rows(&f, c->source, c->second, count(c->second));
		cr_expect_eq(read_count(&f), c->items, "%s (%s), again", c->rule, c->seen_at);
		fixture_close(&f);
	}
}
