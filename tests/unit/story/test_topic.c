/* The admin's rules held against texts. */
#include "story/topic.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "feed/feed.h"
#include "feed/rule.h"

#include <criterion/criterion.h>

#include <stdio.h>

static void add(struct topic_table *t, const char *name, const char *match, size_t words)
{
	const struct topic_rule rule = {
		.name = slice_of(name), .match = slice_of(match), .words = words};
	struct rule_mistake mistake = {0};

	cr_assert(topic_table_add(t, &rule, &mistake), "%s: at %zu expected %s", match, mistake.at,
		mistake.expected);
}

static bool has(const char *match, size_t words, const struct topic_text *text)
{
	struct topic_table *t = topic_table_new();
	const uint32_t *found;
	size_t n;

	add(t, "other", "zzyzx", 1);
	add(t, "topic", match, words);
	n = topic_match(t, text, &found);
	cr_assert(n == 0 || (n == 1 && found[0] == 1));
	topic_table_free(&t);
	return n == 1;
}

static const struct slice sources[] = {{"un-news", 7}, {"iom", 3}};

static struct topic_text text_of(const char *title, const char *summary, const char *lang)
{
	return (struct topic_text){.title = slice_of(title),
		.summary = slice_of(summary),
		.lang = slice_of(lang),
		.sources = sources,
		.n_sources = 2};
}

Test(topic, rules_hold_as_their_words_say)
{
	static const struct {
		const char *match, *title, *summary;
		bool holds;
	} rows[] = {
		{"migrant", "A migrant arrives", "", true},
		{"migrant", "Migrants arrive", "", false},
		{"MIGRANT", "a Migrant's way", "", true},
		{"migra*", "Les Migrations", "", true},
		{"migra*", "emigrants", "", false},
		{"migra*", "migra", "", true},
		{"migration", "", "of migration.", true},
		{"\"climate change\"", "Climate change", "", true},
		{"\"climate change\"", "Climate-change talks", "", true},
		{"climate-change", "the climate change", "", true},
		{"\"climate change\"", "The climate may change", "", false},
		{"\"climate change\"", "The climate", "change of plans", false},
		{"\"climat* chang*\"", "climatic changes", "", true},
		{"\"a b a c\"", "a b a b a c", "", true},
		{"\"a b a c\"", "a b b a c", "", false},
		{"\"of the sea\"", "law of the sea", "", true},
		{"\"of the sea\"", "law of a sea", "", false},
		{"water OR rain", "Rain", "", true},
		{"water rain", "Rain", "", false},
		{"water rain", "Rain", "water", true},
		{"water NOT rain", "water", "rain", false},
		{"water NOT rain", "water", "sun", true},
		{"water NOT rain", "sun", "", false},
		{"water AND (rain OR sun)", "water", "sun", true},
		{"title:water", "water", "", true},
		{"title:water", "", "water", false},
		{"title:\"clean water\" OR rain", "", "clean water", false},
		{"title:(a1 OR b1) c1", "b1", "c1", true},
		{"water title:water", "clean water", "water", true},
		{"lang:en water", "water", "", true},
		{"lang:EN-gb water", "water", "", true},
		{"lang:e water", "water", "", false},
		{"lang:fr water", "water", "", false},
		{"water NOT lang:en", "water", "", false},
		{"source:iom", "", "", true},
		{"source:iom NOT water", "water", "", false},
		{"source:un", "water", "", false},
		{"ete", "L'\xc3\x89t\xc3\xa9 est l\xc3\xa0", "", true},
		{"\xc3\xa9t\xc3\xa9", "ETE", "", true},
		{"l'\xc3\xa9t\xc3\xa9", "L\xe2\x80\x99\xc3\xa9t\xc3\xa9", "", true},
		{"COP28", "at Cop28", "", true},
		{"\"1,300\"", "some 1300 people", "", true},
		{"UN", "the U.N. said", "", true},
		{"WHO", "the WHO said", "", true},
		{"WHO", "those who said", "", false},
		{"who", "those who said", "", true},
		{"\"the WHO\"", "the WHO said", "", true},
		{"\xe9\x9a\xbe\xe6\xb0\x91",
			"\xe8\x81\x94\xe5\x90\x88\xe5\x9b\xbd\xe9\x9a\xbe\xe6\xb0\x91\xe7\xbd\xb2",
			"", true},
		{"\xe9\x9a\xbe\xe6\xb0\x91\xe7\xbd\xb2",
			"\xe8\x81\x94\xe5\x90\x88\xe5\x9b\xbd\xe9\x9a\xbe\xe6\xb0\x91\xe7\xbd\xb2",
			"", true},
		{"\xe9\x9a\xbe\xe6\xb0\x91\xe7\xbd\xb2", "\xe9\x9a\xbe\xe6\xb0\x91", "", false},
		{"\xe5\x90\x88*", "\xe8\x81\x94\xe5\x90\x88\xe5\x9b\xbd", "", true},
		{"\xd8\xa7\xd9\x84\xd8\xa3\xd9\x85\xd9\x85",
			"\xd8\xa7\xd9\x84\xd8\xa7\xd9\x85\xd9\x80\xd9\x85", "", true},
		{"\xd0\xbc\xd0\xb8\xd0\xb3\xd1\x80\xd0\xb0*",
			"\xd0\x9c\xd0\xb8\xd0\xb3\xd1\x80\xd0\xb0\xd0\xbd\xd1\x82\xd1\x8b", "",
			true},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct topic_text text = text_of(rows[i].title, rows[i].summary, "en-GB");

		cr_expect_eq(has(rows[i].match, 1, &text), rows[i].holds, "row %zu: %s: %s", i,
			rows[i].match, rows[i].title);
	}
}

Test(topic, so_many_different_words_must_be_there)
{
	static const struct {
		const char *match;
		size_t words;
		const char *title;
		bool holds;
	} rows[] = {
		{"migra* OR refugee* OR asylum", 2, "migrants and more migrants", false},
		{"migra* OR refugee* OR asylum", 2, "migrants, refugees", true},
		{"migra* OR refugee* OR asylum", 3, "migrants, refugees", false},
		{"migra* OR migra*", 2, "migrants", false},
		{"migra* OR title:asylum", 2, "migrants and asylum", true},
		{"migra* OR lang:en", 2, "migrants", false},
		{"migra* OR source:iom", 2, "migrants", false},
		{"migra* OR (refugee* NOT bird*)", 2, "migrants, birds", false},
		{"migra* OR refugee*", 0, "migrants", true},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct topic_text text = text_of(rows[i].title, "", "en");

		cr_expect_eq(has(rows[i].match, rows[i].words, &text), rows[i].holds, "%s: %s",
			rows[i].match, rows[i].title);
	}
}

Test(topic, a_category_of_the_feed_is_a_topic_straight)
{
	static const struct slice mapped[] = {{"Migrants and Refugees", 21}, {"+++", 3}};
	static const struct {
		const char *label;
		bool holds;
	} rows[] = {
		{"Migrants and Refugees", true},
		{"MIGRANTS AND R\xc3\xa9"
		 "fugees",
			true},
		{" migrants  and-refugees ", true},
		{"Migrants", false},
		{"", false},
		{"+++", false},
	};
	const struct topic_rule rule = {
		.name = SLICE("m"), .categories = mapped, .n_categories = 2};
	struct topic_table *t = topic_table_new();

	cr_assert(topic_table_add(t, &rule, NULL));
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct slice label = slice_of(rows[i].label);
		const struct topic_text text = {.title = SLICE("Migrants and Refugees"),
			.categories = &label,
			.n_categories = 1};
		const uint32_t *found;

		cr_expect_eq(topic_match(t, &text, &found), rows[i].holds, "%s", rows[i].label);
	}
	topic_table_free(&t);
}

Test(topic, topics_are_found_in_order_and_forgotten_with_the_next_item)
{
	struct topic_table *t = topic_table_new();
	struct topic_text text = text_of("rain and sun", "", "en");
	const uint32_t *found;

	cr_expect_eq(topic_match(t, &text, &found), 0);
	add(t, "sun", "sun", 1);
	add(t, "snow", "snow", 1);
	add(t, "rain", "rain", 1);
	cr_expect_eq(topic_table_count(t), 3);
	cr_assert_eq(topic_match(t, &text, &found), 2);
	cr_expect(slice_is(topic_table_name(t, found[0]), "sun"));
	cr_expect(slice_is(topic_table_name(t, found[1]), "rain"));
	text = text_of("nothing", "", "en");
	cr_expect_eq(topic_match(t, &text, &found), 0);
	topic_table_free(&t);
	cr_expect_null(t);
}

Test(topic, the_reason_names_what_was_met)
{
	static const struct slice mapped[] = {{"Climate", 7}};
	static const struct {
		const char *match, *title, *summary, *label, *reason;
	} rows[] = {
		{"migra* OR \"climate change\" NOT bird*", "Migrants", "climate change", "",
			"migra* (title), \"climate change\" (text)"},
		{"migra* OR \"climate change\" NOT bird*", "Migrants", "climate change, birds", "",
			"migra* (title), \"climate change\" (text)"},
		{"migra* lang:en source:iom", "x", "migrants", "",
			"migra* (text), lang:en, source:iom"},
		{"migra*", "x", "y", "climate", "category \"Climate\""},
		{"migra*", "x", "y", "", ""},
		{"\"a1\n\tb1\"", "x", "a1 b1", "", "\"a1  b1\" (text)"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct topic_rule rule = {.name = SLICE("m"),
			.match = slice_of(rows[i].match),
			.categories = mapped,
			.n_categories = 1};
		struct slice label = slice_of(rows[i].label);
		struct topic_text text = text_of(rows[i].title, rows[i].summary, "en");
		struct topic_table *t = topic_table_new();
		const uint32_t *found;
		struct buf out;

		text.categories = &label;
		text.n_categories = 1;
		cr_assert(topic_table_add(t, &rule, NULL));
		buf_init(&out, 1024);
		topic_match(t, &text, &found);
		topic_put_reason(t, 0, &out);
		cr_expect(slice_is(buf_slice(&out), rows[i].reason), "%s: %.*s", rows[i].match,
			SLICE_ARG(buf_slice(&out)));
		buf_clear(&out);
		topic_table_free(&t);
	}
}

static struct digest digest_with(const char *name, const char *match, size_t words)
{
	struct topic_table *t = topic_table_new();
	struct digest d;

	add(t, name, match, words);
	d = topic_table_digest(t);
	topic_table_free(&t);
	return d;
}

Test(topic, the_digest_is_of_all_that_decides)
{
	struct digest one = digest_with("a", "b1", 1), same = digest_with("a", "b1", 1);
	struct digest name = digest_with("c", "b1", 1), words = digest_with("a", "b1", 2);
	struct digest match = digest_with("a", "b1 OR c1", 1);

	cr_expect(digest_equal(&one, &same));
	cr_expect_not(digest_equal(&one, &name));
	cr_expect_not(digest_equal(&one, &words));
	cr_expect_not(digest_equal(&one, &match));
}

Test(topic, a_rule_that_is_none_adds_nothing)
{
	const struct topic_rule rule = {.name = SLICE("m"), .match = SLICE("a1 OR")};
	struct topic_table *t = topic_table_new();
	struct digest before = topic_table_digest(t), after;
	struct rule_mistake mistake;

	cr_expect_not(topic_table_add(t, &rule, &mistake));
	cr_expect_eq(mistake.at, 5);
	cr_expect_not(topic_table_add(t, &rule, NULL));
	cr_expect_eq(topic_table_count(t), 0);
	after = topic_table_digest(t);
	cr_expect(digest_equal(&before, &after));
	topic_table_free(&t);
}

Test(topic, of_long_texts_the_beginning_is_read)
{
	struct topic_text text = {.lang = SLICE("en")};
	struct buf content;

	buf_init(&content, 4U << 20);
	while (content.len < LIMIT_TOPIC_BYTES - 100)
		buf_puts(&content, "climate change ");
	buf_puts(&content, "early ");
	while (content.len < 2 * LIMIT_TOPIC_BYTES)
		buf_puts(&content, "climate change ");
	buf_puts(&content, "late ");
	text.content = buf_slice(&content);
	cr_expect(has("early", 1, &text));
	cr_expect_not(has("late", 1, &text));
	cr_expect(has("\"climate change climate change\" early", 1, &text));
	buf_clear(&content);
}

Test(topic, an_item_is_read_as_plain_text)
{
	struct category category = {.term = SLICE("un"), .label = SLICE("United Nations")};
	struct item item;
	struct topic_text text;
	struct arena a;

	arena_init(&a);
	item_init(&item);
	item.title = SLICE("T");
	item.content_html = SLICE("<p>One <b>two</b></p><p>three</p>");
	item.summary_html = SLICE("<p>four</p>");
	item.categories.at = &category;
	item.categories.n = 1;
	topic_text_of(&text, &item, SLICE("fr"), sources, 2, &a);
	cr_expect(slice_is(text.content, "One two\nthree"));
	cr_expect(slice_is(text.summary, "four"));
	cr_expect(slice_is(text.lang, "fr"));
	cr_expect(slice_is(text.categories[0], "United Nations"));
	item.language = SLICE("en");
	topic_text_of(&text, &item, SLICE("fr"), sources, 2, &a);
	cr_expect(slice_is(text.lang, "en"));
	arena_clear(&a);
}

Test(topic, the_deepest_rules_are_judged)
{
	static const char *const parts[] = {"zz OR yy (", "(", "NOT ("};
	struct topic_text text = text_of("water yy", "", "en");

	for (size_t k = 0; k < COUNT(parts); k++) {
		struct buf match;

		buf_init(&match, LIMIT_RULE_BYTES);
		for (size_t i = 0; i < LIMIT_RULE_DEPTH; i++)
			buf_puts(&match, parts[k]);
		buf_puts(&match, "zz OR yy water");
		for (size_t i = 0; i < LIMIT_RULE_DEPTH; i++)
			buf_puts(&match, ")");
		cr_expect(has(match.at, 1, &text), "%s", match.at);
		buf_clear(&match);
	}
}

static uint32_t roll(uint32_t *seed, uint32_t sides)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 16) % sides;
}

/* A rule by chance over the words w0 to w5, and whether it holds where those of `bits` are. */
static bool put_chance(struct buf *out, uint32_t *seed, unsigned bits, unsigned depth)
{
	uint32_t kind = depth == 0 ? 0 : roll(seed, 4), word = roll(seed, 6);
	bool left, right;

	if (kind == 0) {
		buf_printf(out, "w%u", (unsigned)word);
		return (bits >> word & 1) != 0;
	}
	buf_puts(out, kind == 3 ? "NOT (" : "(");
	left = put_chance(out, seed, bits, depth - 1);
	if (kind == 3) {
		buf_puts(out, ")");
		return !left;
	}
	buf_puts(out, kind == 1 ? " OR " : " ");
	right = put_chance(out, seed, bits, depth - 1);
	buf_puts(out, ")");
	return kind == 1 ? left || right : left && right;
}

Test(topic, rules_by_chance_hold_as_their_operators_say)
{
	uint32_t seed = 1;
	size_t judged = 0;

	for (int i = 0; i < 20000; i++) {
		unsigned bits = roll(&seed, 64);
		struct topic_table *t = topic_table_new();
		struct topic_rule rule = {.name = SLICE("t")};
		struct topic_text text = {0};
		const uint32_t *found;
		struct buf match, words;
		bool holds;

		buf_init(&match, LIMIT_RULE_BYTES);
		buf_init(&words, 64);
		holds = put_chance(&match, &seed, bits, 4);
		for (unsigned k = 0; k < 6; k++)
			if ((bits >> k & 1) != 0)
				buf_printf(&words, "w%u ", k);
		rule.match = buf_slice(&match);
		text.summary = buf_slice(&words);
		if (topic_table_add(t, &rule, NULL)) {
			judged++;
			cr_assert_eq(topic_match(t, &text, &found), holds, "%s: %.*s", match.at,
				SLICE_ARG(text.summary));
		}
		buf_clear(&match);
		buf_clear(&words);
		topic_table_free(&t);
	}
	cr_expect_gt(judged, 5000, "%zu", judged);
}

/* Many topics that share words: what one item costs is bench_topic's business, that all are found
 * is this one's. */
Test(topic, thousands_of_rules_live_in_one_table)
{
	struct topic_table *t = topic_table_new();
	struct topic_text text = text_of("word17 and common", "phrase number4 here", "en");
	const uint32_t *found;
	size_t n;

	for (int i = 0; i < 3000; i++) {
		char match[120];

		snprintf(match, sizeof match,
			"word%d OR \"number%d here\" OR (common NOT common) OR beg%d*", i, i, i);
		add(t, "t", match, 1);
	}
	n = topic_match(t, &text, &found);
	cr_assert_eq(n, 2, "%zu", n);
	cr_expect_eq(found[0], 4);
	cr_expect_eq(found[1], 17);
	topic_table_free(&t);
}
