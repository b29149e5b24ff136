/* test_site.c - requests to documents: what is made, kept, dropped, and refused */
#include "publish/site.h"
#include "base/limits.h"
#include "fake_store.h"
#include "publish/document_send.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define NOW 1800000000

static struct site *site;
static struct slice alpha[] = {{"alpha", 5}};
static const struct view view = {
	.name = {"only alpha", 10}, .title = {"Only", 4}, .sources = alpha, .n_sources = 1};

static void begin(void)
{
	static const struct topic_name topic = {{"sea", 3}, {"At sea", 6}};
	const struct site_conf conf = {.title = SLICE("All"),
		.base_url = SLICE("http://localhost"),
		.views = &view,
		.n_views = 1,
		.topics = &topic,
		.n_topics = 1};

	fake_fill(250, NOW);
	site = site_new("/nowhere");
	site_configure(site, &conf);
}

static void end(void)
{
	site_free(&site);
	fake_empty();
}

TestSuite(site, .init = begin, .fini = end);

static struct answer ask(const char *target, instant now)
{
	const struct request r = {.target = slice_of(target), .now = now};
	struct answer a = {0};

	site_answer(site, &r, &a);
	return a;
}

static const char *body_of(const struct answer *a)
{
	cr_assert_not_null(a->document, "%u %s", a->status, a->text);
	return document_form(a->document, false)->body.at;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

Test(site, statuses)
{
	static const struct {
		const char *target;
		unsigned status; /* 0: a document */
	} rows[] = {
		{"/", 0},
		{"/feed.atom", 0},
		{"/feed.json?limit=1000", 0},
		{"/view/only%20alpha.rss", 0},
		{"/item/00000000000000000000000000000001", 0},
		{"/item/00000000000000000000000000000001.atom", 0},
		{"/item/00000000000000000000000000000001.json", 0},
		{"/item/urn:uuid:00000000-0000-4000-8000-000000000001", 0},
		{"/sources.opml", 0},
		{"/status.json", 0},
		{"/style.css", 0},
		{"/feed.atom?topic=sea&stories=one&q=text", 0},
		{"/story/000102030405060708090a0b0c0d0e0f", 0},
		{"/story/000102030405060708090a0b0c0d0e0f.atom", 0},
		{"/story/000102030405060708090a0b0c0d0e0f.json", 0},
		{"/archive/2.atom", 0},
		{"/metrics", 0},
		{"/health.atom", 0},
		{"/sources", 0},
		{"/archive/1.atom", 410},
		{"/archive/3.atom", 404},
		{"/story/nobody", 404},
		{"/feed.atom?topic=nobody", 400},
		{"/metrics?x=1", 400},
		{"/view/nobody.atom", 404},
		{"/item/nobody", 404},
		{"/nothing", 404},
		{"/feed.atom?limit=x", 400},
		{"/feed.atom?source=nobody", 400},
		{"/feed.atom?q=%22open", 400},
		{"/?q=%22open", 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct answer a = ask(rows[i].target, NOW);

		cr_expect_eq(a.document != NULL, rows[i].status == 0, "%s: %u %s", rows[i].target,
			a.status, a.text);
		cr_expect_eq(a.status, rows[i].status, "%s", rows[i].target);
	}
}

Test(site, a_search_that_cannot_be_made_is_the_readers_mistake)
{
	struct answer a = ask("/feed.atom?q=%22open", NOW);

	cr_expect_str_eq(a.text, "q: this quote is not closed");
	a = ask("/?q=%22open", NOW);
	cr_assert_not_null(a.document);
	cr_expect_not_null(strstr(body_of(&a), "cannot be searched for: this quote"));
	fake_store.is_broad = true;
	a = ask("/feed.atom?q=the", NOW);
	cr_expect_eq(a.status, 400);
	cr_expect_not_null(strstr(a.text, "q: too much matches"));
	a = ask("/?q=the", NOW);
	cr_assert_not_null(a.document);
	cr_expect_not_null(strstr(body_of(&a), "too much matches"));
	fake_store.is_broad = false;
	cr_expect_not_null(ask("/feed.atom?limit=3", NOW).document, "the store is still open");
}

Test(site, without_a_limit_the_newest_hundred_and_all_of_two_days)
{
	static const struct {
		instant step;
		size_t want;
	} rows[] = {{3600, 100}, {60, 250}, {1000, 173}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t n = 0; n < fake_store.n_items; n++)
			fake_store.items[n].place = NOW - rows[i].step * (instant)n;
		fake_store.serial++;
		site_ring(site);
		struct answer a = ask("/feed.atom", NOW);

		cr_expect_eq(count(body_of(&a), "<entry"), rows[i].want, "%zu",
			count(body_of(&a), "<entry"));
		cr_expect_eq(count(body_of(&a), "rel=\"next\""), rows[i].want < 250);
	}
}

Test(site, next_pages_lead_to_the_end_and_show_each_entry_once)
{
	char target[512] = "/feed.atom?limit=30&source=alpha";
	bool seen[251] = {false};
	size_t pages = 0, entries = 0;

	for (const char *next = target; next != NULL; pages++) {
		struct answer a = ask(target, NOW);
		const char *body = body_of(&a);

		for (const char *at = body; (at = strstr(at, "<entry")) != NULL; at++, entries++) {
			long number = strtol(strstr(at, "8000-") + 5, NULL, 10);

			cr_assert(number > 0 && number <= 250 && !seen[number]);
			seen[number] = true;
		}
		next = strstr(body, "rel=\"next\"");
		if (next == NULL)
			continue;
		next = strstr(next, "http://localhost/") + strlen("http://localhost");
		memset(target, 0, sizeof target);
		for (size_t n = 0; *next != '"'; next++)
			if (strncmp(next, "amp;", 4) == 0)
				next += 3;
			else
				target[n++] = *next;
	}
	cr_expect_eq(pages, 5);
	cr_expect_eq(entries, 125);
}

Test(site, a_document_is_made_once_for_each_change)
{
	struct answer first = ask("/feed.atom", NOW);
	struct document *before = first.document;
	unsigned reads = fake_store.reads;
	char tag[64];

	strcpy(tag, document_form(before, false)->etag);
	cr_expect_eq(ask("/feed.atom", NOW + 5).document, before);
	cr_expect_eq(fake_store.reads, reads, "it was kept");
	fake_store.items[0].item.title = SLICE("Another");
	cr_expect_eq(ask("/feed.atom", NOW + 5).document, before, "nothing rang");
	fake_store.serial++;
	site_ring(site);
	struct answer second = ask("/feed.atom", NOW + 5);

	cr_expect_str_neq(document_form(second.document, false)->etag, tag);
	fake_store.items[0].item.title = SLICE("An item");
	fake_store.serial++;
	second = ask("/feed.atom", NOW + 6);
	cr_expect_str_eq(
		document_form(second.document, false)->etag, tag, "the same store, the same bytes");
}

Test(site, a_date_is_that_of_the_last_commit_and_never_one_to_come)
{
	struct answer a;

	fake_store.changed = NOW + 2;
	a = ask("/feed.atom", NOW);
	cr_assert_not_null(a.document);
	cr_expect_eq(document_date(a.document), INSTANT_NONE, "to come");
	a = ask("/feed.atom", NOW + 3);
	cr_expect_eq(document_date(a.document), NOW + 2, "made again, it has one");
	fake_store.serial++;
	fake_store.changed = NOW + 3;
	a = ask("/feed.atom", NOW + 4);
	cr_expect_eq(document_date(a.document), NOW + 3, "whatever the dates of its entries are");
	a = ask("/", NOW + 4);
	cr_expect_eq(document_date(a.document), INSTANT_NONE, "a page shows more than the store");
}

Test(site, another_configuration_is_another_feed)
{
	const struct site_conf conf = {
		.title = SLICE("New"), .base_url = SLICE("https://n.example")};
	struct answer a = ask("/view/only%20alpha.atom", NOW);

	cr_expect_not_null(a.document);
	site_configure(site, &conf);
	cr_expect_eq(ask("/view/only%20alpha.atom", NOW).status, 404);
	a = ask("/feed.atom", NOW);
	cr_expect_not_null(strstr(body_of(&a), "<title>New</title>"));
	cr_expect_not_null(strstr(body_of(&a), "href=\"https://n.example/feed.atom\""));
}

Test(site, a_filtered_feed_is_a_feed_of_its_own)
{
	struct answer a = ask("/feed.atom", NOW);
	char whole[64];

	strncpy(whole, strstr(body_of(&a), "<id>"), 50);
	whole[50] = '\0';
	a = ask("/feed.atom?limit=7", NOW);
	cr_expect_not_null(strstr(body_of(&a), whole));
	a = ask("/feed.atom?source=alpha", NOW);
	cr_expect_null(strstr(body_of(&a), whole));
	cr_expect_not_null(strstr(body_of(&a), "<title>All \xE2\x80\x93 News number 2</title>"));
}

Test(site, a_store_that_fails_leaves_what_is_kept)
{
	struct answer a = ask("/feed.atom", NOW);

	cr_expect_not_null(a.document);
	fake_store.is_broken = true;
	cr_expect_eq(ask("/feed.json", NOW).status, 503);
	fake_store.is_absent = true;
	cr_expect_not_null(ask("/feed.atom", NOW + 1).document, "it is still served");
	cr_expect_eq(ask("/feed.json", NOW + 2).status, 503);
	cr_expect_eq(ask("/status.json", NOW + 3).status, 503);
	fake_store.is_absent = fake_store.is_broken = false;
	cr_expect_not_null(ask("/feed.json", NOW + 4).document, "it was opened again");
}

Test(site, status_is_never_old)
{
	struct answer a = ask("/status.json", NOW);

	cr_expect_not_null(strstr(body_of(&a), "\"state\":\"ok\""));
	fake_store.sources[0].state = fake_store.sources[1].state = SOURCE_FAILING;
	a = ask("/status.json", NOW + 1);
	cr_expect_null(strstr(body_of(&a), "\"state\":\"ok\""));
	cr_expect_not_null(strstr(body_of(&a), "\"failing\":2"));
}

Test(site, what_is_kept_is_bounded)
{
	char target[64];

	for (int i = 0; i < 2 * LIMIT_CACHE_DOCUMENTS; i++) {
		(void)snprintf(target, sizeof target, "/feed.atom?limit=1&tag=t%d", i);
		cr_expect_not_null(ask(target, NOW).document);
	}
	unsigned reads = fake_store.reads;

	cr_expect_not_null(ask(target, NOW).document);
	cr_expect_eq(fake_store.reads, reads, "the newest is there");
	cr_expect_not_null(ask("/feed.atom?limit=1&tag=t0", NOW).document);
	cr_expect_gt(fake_store.reads, reads, "the oldest is not");
}

Test(site, a_page_of_large_entries_ends_early)
{
	static char text[(1 << 20) + 1];

	memset(text, '&', sizeof text - 1);
	for (size_t i = 0; i < 40; i++) {
		fake_store.items[i].item.content_html = SLICE_NONE;
		fake_store.items[i].item.content_text = slice_of(text);
	}
	struct answer a = ask("/feed.atom?limit=40", NOW);
	size_t n = count(body_of(&a), "<entry");

	cr_expect(n >= 1 && n < 10, "%zu", n);
	cr_expect_not_null(strstr(body_of(&a), "rel=\"next\""));
}

/* What changed since a serial, as the server asks for it. */
static struct answer ask_delta(const char *target, int64_t since)
{
	struct answer whole = ask(target, NOW);
	const struct request r = {.target = slice_of(target),
		.now = NOW,
		.whole = whole.document,
		.base = since == 247 ? SLICE("\"a\"") : SLICE("\"b\""),
		.changed_after = since};
	struct answer a = {0};

	site_answer(site, &r, &a);
	return a;
}

Test(site, a_delta_has_what_changed_alone_under_the_tag_of_the_whole)
{
	static const char *const targets[] = {"/feed.atom", "/feed.rss", "/feed.json"};
	static const char *const entries[] = {"<entry", "<item>", "\"date_published\""};

	for (size_t i = 0; i < COUNT(targets); i++) {
		struct answer whole = ask(targets[i], NOW), delta;
		char etag[128];

		cr_assert_eq(document_serial(whole.document), 250);
		strcpy(etag, document_etag(whole.document));
		delta = ask_delta(targets[i], 247);
		cr_expect_eq(count(body_of(&delta), entries[i]), 3, "%s", targets[i]);
		cr_expect_str_eq(document_etag(delta.document), etag);
		delta = ask_delta(targets[i], 250);
		cr_expect_eq(count(body_of(&delta), entries[i]), 0, "%s", targets[i]);
		cr_expect_eq(ask(targets[i], NOW).document, whole.document, "kept beside it");
	}
}

Test(site, events_come_in_the_order_of_arrival)
{
	int64_t number = 0;
	struct buf text;

	buf_init(&text, SIZE_MAX);
	(void)ask("/feed.atom", NOW); /* opens the store */
	cr_expect_eq(site_newest_event(site), 250);
	fake_store.items[1].withdrawn = NOW;
	cr_assert_eq(site_event(site, 248, &text, &number), 1);
	cr_expect_eq(number, 250, "what is withdrawn is passed over");
	cr_expect_eq(strncmp(text.at, "id: 250\ndata: {\"id\"", 19), 0, "%s", text.at);
	cr_expect_str_eq(text.at + text.len - 3, "}\n\n");
	cr_expect_eq(count(text.at, "\n"), 3, "data is one line");
	cr_expect_eq(site_event(site, 250, &text, &number), 0);
	fake_store.n_items = 0;
	cr_expect_eq(site_newest_event(site), 0);
	fake_store.is_broken = true;
	cr_expect_eq(site_event(site, 0, &text, &number), -1);
	cr_expect_eq(site_newest_event(site), -1, "the store is closed");
	buf_clear(&text);
}

Test(site, archives_are_marked_and_chained)
{
	struct answer a = ask("/feed.atom", NOW), archive = ask("/archive/2.atom", NOW);

	cr_expect_not_null(strstr(body_of(&a), "rel=\"prev-archive\""));
	cr_expect_null(strstr(body_of(&a), "fh:archive/"));
	cr_expect_not_null(strstr(body_of(&archive), "<fh:archive/>"));
	cr_expect_not_null(strstr(body_of(&archive), "rel=\"current\""));
	cr_expect_not_null(strstr(body_of(&archive), "/archive/1.atom"));
	cr_expect_not_null(strstr(body_of(&archive), "/archive/3.atom"));
	cr_expect_eq(count(body_of(&archive), "<entry"), 3);
	a = ask("/feed.atom?lang=en", NOW);
	cr_expect_null(strstr(body_of(&a), "prev-archive"));
}
