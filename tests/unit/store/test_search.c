/* test_search.c - words in, items out */
#include "fixture.h"

#include "base/buf.h"
#include "base/limits.h"
#include "store/query.h"
#include "store/reader.h"
#include "store/search.h"
#include "store/search_passage.h"
#include "store/search_query.h"
#include "store/search_words.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

Test(search_words, are_folded_and_read_in_pairs_where_nothing_parts_them)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"", ""},
		{"Les Réfugiés d'Été", " les refugies d ete"},
		{"The U.N. and the UN", " the un and the un"},
		{"COVID-19: 1,300 cas", " covid 19 1 300 cas"},
		{"Straße İstanbul ﬁn", " strasse istanbul fin"},
		{"Йод ёлка", " иод елка"},
		{"气候变化", " 气候 候变 变化 化"},
		{"气", " 气"},
		{"COP28气候", " cop28 气候 候"},
		{"ひらカタ", " ひら らカ カタ タ"},
		{"유엔 난민", " 유엔 엔 난민 민"},
		/* marks and tatweel off, alef, ta marbuta and ya joined */
		{"الأُمَم المُتَّحِدة", " الامم المتحده"},
		{"إلى مـصر", " الي مصر"},
		{"١٢٣", " 123"},
		{"a\xFF"
		 "b \"NEAR(\" *",
			" a b near"},
		{"soft\xC2\xADhyphen", " softhyphen"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;

		buf_init(&out, 1000);
		search_words_put(&out, slice_of(rows[i].text));
		cr_expect(slice_is(buf_slice(&out), rows[i].want), "%s: \"%.*s\"", rows[i].text,
			SLICE_ARG(buf_slice(&out)));
		buf_clear(&out);
	}
}

Test(search_query, says_in_fts5_what_was_asked)
{
	static const struct {
		const char *asked, *want;
	} rows[] = {
		{"climate", "(\"climate\")"},
		{"Climate CHANGE", "(\"climate\" AND \"change\")"},
		{"climate AND change", "(\"climate\" AND \"change\")"},
		{"\"climate change\"", "(\"climate change\")"},
		{"migra*", "(\"migra\" *)"},
		{"\"climate chan\"*", "(\"climate chan\" *)"},
		{"a OR b c", "(\"a\") OR (\"b\" AND \"c\")"},
		{"a -b -\"c d\"", "((\"a\") NOT (\"b\" OR \"c d\"))"},
		{"-b a", "((\"a\") NOT (\"b\"))"},
		{"a NOT b", "((\"a\") NOT (\"b\"))"},
		{"twenty-one", "(\"twenty one\")"},
		{"U.N.", "(\"un\")"},
		{"or and not", "(\"or\" AND \"and\" AND \"not\")"},
		{"气候变化", "(\"气候 候变 变化\")"},
		{"气", "(\"气\" *)"},
		{"气候。", "(\"气候\")"},
		{"COVID疫", "(\"covid 疫\" *)"},
		/* nothing of FTS5's own gets through */
		{"title:x", "(\"title x\")"},
		{"{title text}:x", "(\"title\" AND \"text x\")"},
		{"NEAR(a b, 3)", "(\"near a\" AND \"b\" AND \"3\")"},
		{"a + b ^c", "(\"a\" AND \"b\" AND \"c\")"},
		{"a' ; DROP TABLE item; --", "(\"a\" AND \"drop\" AND \"table\" AND \"item\")"},
		{"*a**", "(\"a\" *)"},
		{"a & b", "(\"a\" AND \"b\")"},
	};
	struct arena a = {0};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct search_question q;
		struct error err = {""};

		cr_expect(search_question_read(slice_of(rows[i].asked), &a, &q, &err), "%s: %s",
			rows[i].asked, err.text);
		cr_expect(slice_is(q.expression, rows[i].want), "%s: %.*s", rows[i].asked,
			SLICE_ARG(q.expression));
	}
	arena_clear(&a);
}

Test(search_query, names_the_place_where_it_is_wrong)
{
	static const struct {
		const char *asked, *want;
	} rows[] = {
		{"", "character 1 of the search: a word is expected"},
		{"-- \xE2\x80\x94 ...", "character 9 of the search: a word is expected"},
		{"é \"open", "character 3 of the search: this quote is not closed"},
		{"a OR", "character 5 of the search: a word is expected"},
		{"OR a", "character 1 of the search: a word is expected"},
		{"a OR OR b", "character 6 of the search: a word is expected"},
		{"-a", "character 3 of the search: before this stands only what is not wanted"},
		{"a NOT", "character 6 of the search: a word is expected after NOT"},
		{"a b c d e f g h i j k l m n o p q", "character 33 of the search: too many words"},
		{"\"a b c d e f g h i\" j k l m n o p q",
			"character 35 of the search: too many words"},
	};
	struct arena a = {0};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct search_question q;
		struct error err = {""};

		cr_expect_not(search_question_read(slice_of(rows[i].asked), &a, &q, &err), "%s",
			rows[i].asked);
		cr_expect_str_eq(err.text, rows[i].want, "%s: %s", rows[i].asked, err.text);
	}
	arena_clear(&a);
}

Test(search_query, is_of_bounded_length)
{
	char longest[LIMIT_QUERY_BYTES + 2];
	struct search_question q;
	struct arena a = {0};

	memset(longest, 'x', sizeof longest);
	cr_expect(search_question_read(slice_from(longest, LIMIT_QUERY_BYTES), &a, &q, NULL));
	cr_expect_not(
		search_question_read(slice_from(longest, LIMIT_QUERY_BYTES + 1), &a, &q, NULL));
	arena_clear(&a);
}

/* --- filled and asked */

static void index_all(struct fixture *f)
{
	bool visible, more = true;

	while (more)
		cr_assert_eq(
			store_write_search(f->w, &visible, &more, &f->err), 0, "%s", f->err.text);
}

static struct item_query asking(const char *words)
{
	return (struct item_query){
		.q = slice_of(words), .since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 1000};
}

static struct item_page ask(struct fixture *f, const struct item_query *q)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct item_page page;

	cr_assert_not_null(r, "%s", f->err.text);
	cr_assert_eq(store_read_items(r, q, &f->a, &page, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return page;
}

/* How many items these words find. */
static size_t count(struct fixture *f, const char *words)
{
	struct item_query q = asking(words);

	return ask(f, &q).n;
}

Test(search, finds_titles_and_texts_in_the_languages_of_the_un)
{
	static const struct {
		const char *words;
		size_t n;
	} rows[] = {
		{"refugees", 1}, {"REFUGEES", 1}, {"refugee", 0}, {"refug*", 2}, {"réfugiés", 1},
		{"refugies", 1}, {"\"cross the border\"", 1}, {"\"the cross border\"", 0},
		{"border -refugees", 0}, {"border OR vivants", 2},
		{"strong", 0},                                      /* a tag is no word */
		{"气候变化", 1}, {"变化", 1}, {"候", 1}, {"化", 1}, /* the last of its run */
		{"气变", 0}, {"المتحدة", 1}, {"المتحده", 1}, {"مصر", 1}, {"беженцы", 1}, {"un", 1},
		{"u.n.", 1}, {"amp", 0}, /* a reference is no word */
	};
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0,
		{"1", "https://a.example/1", "Refugees",
			"<p>They <strong>cross</strong> the border.</p>", NOON},
		{"2", "https://a.example/2", "Des réfugiés", "<p>Deux cents &amp; vivants</p>",
			NOON},
		{"3", "https://a.example/3", "气候变化", "<p>今天。</p>", NOON},
		{"4", "https://a.example/4", "الأُمَم المُتَّحِدة", "<p>مـصر</p>", NOON},
		{"5", "https://a.example/5", "Беженцы", "<p>Доклад</p>", NOON},
		{"6", "https://a.example/6", "The U.N. speaks", "<p>About nothing</p>", NOON});
	cr_expect_eq(count(&f, "refugees"), 0);
	index_all(&f);
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(count(&f, rows[i].words), rows[i].n, "%s: %zu", rows[i].words,
			count(&f, rows[i].words));
	fixture_close(&f);
}

static void poll_many(struct fixture *f, size_t s, size_t n, const char *about)
{
	struct item *items = arena_array(&f->a, n, sizeof *items);

	for (size_t i = 0; i < n; i++) {
		char text[3][80];

		snprintf(text[0], sizeof text[0], "%s-%zu-%zu", about, s, i);
		snprintf(text[1], sizeof text[1], "https://%c.example/%s/%zu", (char)('a' + s),
			about, i);
		snprintf(text[2], sizeof text[2], "Of %s number n%zu%s", about, i,
			i % 3 == 0 ? " fizz" : "");
		items[i] = fixture_item(f, &(struct row){.id = text[0],
						   .url = text[1],
						   .title = text[2],
						   .text = "<p>Nothing to tell</p>",
						   .published = NOON - (instant)(i * 7919 % 9973)});
		items[i].id = slice_copy(&f->a, items[i].id);
		items[i].url = slice_copy(&f->a, items[i].url);
		items[i].title = slice_copy(&f->a, items[i].title);
	}
	poll_items(f, s, items, n);
}

Test(search, answers_in_the_order_of_the_stream_page_by_page)
{
	struct item_query q = asking("fizz");
	struct fixture f;
	struct item_page page;
	struct place before = {INT64_MAX, INT64_MAX};
	size_t n = 0;

	fixture_open(&f);
	poll_many(&f, 0, 400, "apples");
	poll_many(&f, 1, 200, "pears");
	index_all(&f);
	q.limit = 50;
	do {
		page = ask(&f, &q);
		for (size_t i = 0; i < page.n; i++) {
			struct place p = {page.items[i].place, page.items[i].number};

			cr_expect(p.at < before.at ||
				  (p.at == before.at && p.number < before.number));
			before = p;
		}
		n += page.n;
		q.after = &before;
	} while (page.more);
	cr_expect_eq(n, 134 + 67);
	fixture_close(&f);
}

Test(search, goes_with_all_other_conditions)
{
	const struct slice source = SLICE("b"), lang = SLICE("fr");
	struct item_query q = asking("fizz");
	struct fixture f;

	fixture_open(&f);
	poll_many(&f, 0, 400, "apples");
	poll_many(&f, 1, 200, "pears");
	index_all(&f);
	q.sources = &source;
	q.n_sources = 1;
	cr_expect_eq(ask(&f, &q).n, 67);
	q.since = NOON - 1000;
	cr_expect_lt(ask(&f, &q).n, 67);
	cr_expect_gt(ask(&f, &q).n, 0);
	q.langs = &lang;
	q.n_langs = 1;
	cr_expect_eq(ask(&f, &q).n, 0);
	fixture_close(&f);
}

Test(search, follows_edits)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "Old words", "<p>Here</p>", NOON},
		{"2", "https://a.example/2", "Others", "<p>There</p>", NOON});
	index_all(&f);
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/1", "New phrase", "<p>Here</p>", NOON},
		{"2", "https://a.example/2", "Others", "<p>There</p>", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"1", "https://a.example/1", "Newest phrase", "<p>Here</p>", NOON},
		{"2", "https://a.example/2", "Others", "<p>There</p>", NOON});
	index_all(&f);
	cr_expect_eq(count(&f, "old"), 0);
	cr_expect_eq(count(&f, "new"), 0);
	cr_expect_eq(count(&f, "newest"), 1);
	cr_expect_eq(count(&f, "here"), 1);
	cr_expect_eq(count(&f, "there"), 1);
	fixture_close(&f);
}

static void keep_all(struct fixture *f)
{
	bool more = true;

	while (more)
		cr_assert_eq(store_write_keep(f->w, f->now, &more, &f->err), 0, "%s", f->err.text);
}

static int64_t rows_of(struct fixture *f, const char *sql)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct query q;
	int64_t n;

	cr_assert_not_null(r, "%s", f->err.text);
	q = query_ask(&r->store, sql);
	cr_assert_eq(query_step(&q, &f->err), 1, "%s", f->err.text);
	n = query_int(&q);
	query_end(&q);
	store_read_close(&r);
	return n;
}

Test(search, forgets_what_retention_removes)
{
	static const char ROWS[] = "SELECT count(*) FROM search WHERE search MATCH 'fizz'";
	struct fixture f;

	fixture_open(&f);
	f.conf[0].keep_items = 10;
	fixture_sources(&f, 3);
	poll_many(&f, 0, 300, "apples");
	index_all(&f);
	cr_expect_eq(rows_of(&f, ROWS), 100);
	keep_all(&f);
	cr_expect_leq(count(&f, "fizz"), 10); /* at once, and */
	index_all(&f);
	cr_expect_leq(rows_of(&f, ROWS), 10); /* for good */
	cr_expect_eq(count(&f, "nothing"), 10);
	fixture_close(&f);
}

Test(search, finds_what_is_held_back_when_it_is_released)
{
	struct fixture f;
	size_t released;

	fixture_open(&f);
	POLL(&f, 0, {"0", "https://a.example/0", "First", "<p>Here</p>", NOON});
	f.now += HOUR;
	poll_many(&f, 0, LIMIT_FLOOD_ITEMS + 20, "apples");
	index_all(&f);
	cr_expect_eq(count(&f, "apples"), LIMIT_FLOOD_ITEMS);
	cr_assert_eq(store_write_release(f.w, f.sources[0].number, &released, &f.err), 0);
	cr_assert_eq(released, 20);
	index_all(&f);
	cr_expect_eq(count(&f, "apples"), LIMIT_FLOOD_ITEMS + 20);
	fixture_close(&f);
}

/* A process that indexes `slices`, begins an edit that it never commits, and is killed. */
static void die_after(struct fixture *f, int slices)
{
	pid_t child;
	int status;

	store_write_close(&f->w);
	child = fork();
	cr_assert_geq(child, 0);
	if (child == 0) {
		bool visible, more;

		fixture_reopen(f);
		for (int i = 0; i < slices; i++)
			if (store_write_search(f->w, &visible, &more, &f->err) < 0)
				_exit(1);
		if (store_write_begin(f->w, &f->err) < 0 || search_note(f->w, 1, &f->err) < 0)
			_exit(1);
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	fixture_reopen(f);
}

Test(search, survives_a_crash_without_a_gap_or_a_double)
{
	for (int slices = 0; slices < 5; slices++) {
		struct fixture f;
		struct item_page page;

		fixture_open(&f);
		poll_many(&f, 0, 400, "apples");
		die_after(&f, slices);
		index_all(&f);
		page = ask(&f, &(struct item_query){.q = SLICE("apples"),
				       .since = INSTANT_NONE,
				       .until = INSTANT_NONE,
				       .limit = 1000});
		cr_expect_eq(page.n, 400, "%d slices: %zu", slices, page.n);
		cr_expect_eq(rows_of(&f, "SELECT count(*) FROM search WHERE search MATCH 'apples'"),
			400);
		cr_expect_eq(rows_of(&f, "SELECT count(*) FROM search_due"), 0);
		fixture_close(&f);
	}
}

Test(search, is_made_anew_where_it_was_made_by_other_rules)
{
	struct fixture f;

	fixture_open(&f);
	poll_many(&f, 0, 30, "apples");
	index_all(&f);
	store_write_close(&f.w);
	{
		struct store s;
		struct error err;

		cr_assert_eq(store_open_writer(&s, f.state, &err), STORE_OPEN_OK);
		cr_assert_eq(store_set_number(&s, "search", 0, &err), 0);
		cr_assert_eq(store_run(&s, "INSERT INTO search (rowid, title) VALUES (7, 'apples')",
				     &err),
			0, "%s", err.text);
		store_close(&s);
	}
	fixture_reopen(&f);
	index_all(&f);
	cr_expect_eq(count(&f, "apples"), 30);
	cr_expect_eq(rows_of(&f, "SELECT count(*) FROM search WHERE search MATCH 'apples'"), 30);
	fixture_close(&f);
}

Test(search, tells_readers_of_a_change)
{
	struct fixture f;
	int64_t before;
	bool visible, more;

	fixture_open(&f);
	poll_many(&f, 0, 3, "apples");
	before = read_serial(&f);
	index_all(&f);
	cr_expect_gt(read_serial(&f), before);
	before = read_serial(&f);
	cr_assert_eq(store_write_search(f.w, &visible, &more, &f.err), 0);
	cr_expect_not(visible || more);
	cr_expect_eq(read_serial(&f), before);
	fixture_close(&f);
}

Test(search, ends_what_takes_too_long_and_says_so)
{
	static const char ENDLESS[] = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL"
				      " SELECT x + 1 FROM c) SELECT count(*) FROM c";
	struct fixture f;
	struct query q;
	struct store s;

	fixture_open(&f);
	cr_assert_eq(store_open_reader(&s, f.state, &f.err), 0);
	search_limit(&s, SLICE("word"));
	q = query_ask(&s, ENDLESS);
	cr_expect_eq(query_step(&q, &f.err), -1);
	query_end(&q);
	search_unlimit(&s, &f.err);
	cr_expect(s.is_cut);
	cr_expect(slice_starts(slice_of(f.err.text), "the search is too broad"), "%s", f.err.text);
	search_limit(&s, SLICE_NONE);
	search_unlimit(&s, &f.err);
	cr_expect_not(s.is_cut);
	store_close(&s);
	fixture_close(&f);
}

Test(search, refuses_words_that_cannot_be_asked)
{
	struct item_query q = asking("a OR");
	struct store_reader *r;
	struct item_page page;
	struct fixture f;

	fixture_open(&f);
	r = store_read_open(f.state, &f.err);
	cr_assert_not_null(r);
	cr_expect_eq(store_read_items(r, &q, &f.a, &page, &f.err), -1);
	cr_expect_str_eq(f.err.text, "character 5 of the search: a word is expected");
	cr_expect_not(store_read_is_too_broad(r));
	cr_expect_not(store_read_words(q.q, &f.err));
	cr_expect(store_read_words(SLICE("a OR b"), &f.err));
	store_read_close(&r);
	fixture_close(&f);
}

Test(search, gives_fts5_nothing_that_it_cannot_read)
{
	static const char *const bits[] = {"a", "b*", "\"", "-", " ", " OR ", " NOT ", " AND ", "(",
		")", "NEAR(", "{title}", ":", "^", "+", "*", "'", "\xE6\xB0\x94", "\xFF", "U.N.",
		"\xEF\xB7\xBA", ",3)", "\\", ";--"};
	struct store_reader *r;
	struct fixture f;
	uint64_t chance = 1;
	size_t asked = 0;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "a b", "<p>a</p>", NOON});
	index_all(&f);
	r = store_read_open(f.state, &f.err);
	cr_assert_not_null(r);
	for (int i = 0; i < 20000; i++) {
		char words[LIMIT_QUERY_BYTES] = "";
		struct item_query q = asking(words);
		struct item_page page;
		struct arena a = {0};

		for (unsigned k = 0; k < 2 + chance % 14; k++) {
			chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407;
			strcat(words, bits[(chance >> 33) % COUNT(bits)]);
		}
		q.q = slice_of(words);
		if (q.q.len > 0 && store_read_words(q.q, &f.err)) {
			asked++;
			cr_assert_eq(store_read_items(r, &q, &a, &page, &f.err), 0, "%s: %s", words,
				f.err.text);
		}
		arena_clear(&a);
	}
	cr_expect_gt(asked, 1000);
	store_read_close(&r);
	fixture_close(&f);
}

/* --- ranked */

static struct search_page rank(struct fixture *f, const char *words, size_t limit)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct item_query q = asking(words);
	struct search_page page;

	q.limit = limit;
	cr_assert_not_null(r, "%s", f->err.text);
	cr_assert_eq(store_read_search(r, &q, &f->a, &page, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return page;
}

Test(search, ranks_by_match_and_age)
{
	static const char *const want[] = {"Flood", "Rain", "Drought", "Flood of old"};
	struct search_page page;
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "Drought", "<p>No flood</p>", NOON - DAY},
		{"2", "https://a.example/2", "Flood", "<p>Water of a flood</p>", NOON - DAY},
		{"3", "https://a.example/3", "Rain", "<p>Flood and flood and flood</p>",
			NOON - DAY},
		{"4", "https://a.example/4", "Flood of old", "<p>Long ago</p>",
			NOON - 3 * 365 * DAY},
		{"5", "https://a.example/5", "Nothing", "<p>At all</p>", NOON});
	index_all(&f);
	page = rank(&f, "flood", 10);
	cr_assert_eq(page.n, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		cr_expect(slice_is(page.hits[i].item.item.title, want[i]), "%zu: %.*s", i,
			SLICE_ARG(page.hits[i].item.item.title));
	cr_expect_not(page.more);
	page = rank(&f, "flood", 2);
	cr_expect_eq(page.n, 2);
	cr_expect(page.more);
	fixture_close(&f);
}

Test(search_passage, shows_where_the_words_stand)
{
	static const struct {
		const char *text, *asked, *want; /* words in brackets */
	} rows[] = {
		{"A flood came.", "flood", "A [flood] came."},
		{"Nothing here", "flood", "Nothing here"},
		{"", "flood", ""},
		{"The Réfugiés\n  come", "refug*", "The [Réfugiés] come"},
		{"今天气候变化大会", "气候变化", "今天[气候变化]大会"},
		{"a b c", "\"a b\" -c", "[a] [b] c"},
	};
	struct arena a = {0};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct search_question q;
		struct passage p;
		struct buf out;
		size_t done = 0;

		cr_assert(search_question_read(slice_of(rows[i].asked), &a, &q, NULL));
		p = search_passage(slice_of(rows[i].text), &q, &a);
		buf_init(&out, 1000);
		for (size_t k = 0; k < p.n_words; k++) {
			buf_put(&out, p.text.at + done, p.words[k].at - done);
			buf_printf(&out, "[%.*s]", (int)p.words[k].len, p.text.at + p.words[k].at);
			done = p.words[k].at + p.words[k].len;
		}
		buf_put_slice(&out, slice_skip(p.text, done));
		cr_expect(slice_is(buf_slice(&out), rows[i].want), "%s: %.*s", rows[i].text,
			SLICE_ARG(buf_slice(&out)));
		buf_clear(&out);
	}
	arena_clear(&a);
}

Test(search_passage, is_cut_at_words_out_of_a_long_text)
{
	struct arena a = {0};
	struct search_question q;
	struct passage p;
	struct buf text;

	buf_init(&text, 1U << 20);
	for (int i = 0; i < 1000; i++)
		buf_printf(&text, "wörd%d ", i);
	cr_assert(search_question_read(SLICE("wörd500 wörd510"), &a, &q, NULL));
	p = search_passage(buf_slice(&text), &q, &a);
	cr_expect_leq(p.text.len, SEARCH_PASSAGE_BYTES + 6);
	cr_expect(slice_utf8_valid(p.text));
	cr_expect(slice_starts(p.text, "\xE2\x80\xA6w"), "%.*s", SLICE_ARG(p.text));
	cr_expect(slice_ends(p.text, "\xE2\x80\xA6"));
	cr_expect_eq(p.n_words, 2);
	buf_clear(&text);
	arena_clear(&a);
}
