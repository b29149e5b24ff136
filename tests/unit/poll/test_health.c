/* test_health.c - a source against its own habits */
#include "poll/health.h"

#include "base/arena.h"

#include <criterion/criterion.h>

#define NOW INT64_C(1700000000)
#define DAY 86400

static struct item items[40];
static struct feed feed;
static struct health h;
static struct arena a;

static void begin(void)
{
	for (size_t i = 0; i < COUNT(items); i++)
		item_init(&items[i]);
	feed_init(&feed);
	h = HEALTH_NOTHING;
	arena_init(&a);
}

static void end(void)
{
	arena_clear(&a);
}

TestSuite(health, .init = begin, .fini = end);

static struct health_poll well(instant now)
{
	return (struct health_poll){.now = now, .cert_end = INSTANT_NONE};
}

/* A document of `n` items, `fresh` of them new, the newest of `newest`, a day between them. */
static struct health_poll read(instant now, size_t n, size_t fresh, instant newest)
{
	struct health_poll p = well(now);

	p.feed = &feed;
	p.items = items;
	p.n_items = n;
	p.fresh = fresh;
	p.is_first = h.lively == INSTANT_NONE;
	for (size_t i = 0; i < n; i++)
		items[i].published =
			newest == INSTANT_NONE ? INSTANT_NONE : newest - (instant)i * DAY;
	return p;
}

static bool has_after(enum alarm kind, struct health_poll p)
{
	health_note(&h, &p);
	return health_has(&h, kind);
}

static const char *words(enum alarm kind, struct health_poll p)
{
	return slice_string(&a, health_tell(&h, &p, kind, &a));
}

Test(health, three_failures_in_a_row_are_an_alarm_of_the_kind_that_the_third_was)
{
	struct health_poll p = well(NOW);

	p.as = ALARM_BLOCKED;
	for (p.failures = 1; p.failures < 3; p.failures++)
		cr_expect(!has_after(ALARM_BLOCKED, p), "%d", (int)p.failures);
	cr_expect(has_after(ALARM_BLOCKED, p));
	p.as = ALARM_FAILING;
	p.failures++;
	cr_expect(!has_after(ALARM_FAILING, p), "reasons that take turns are one alarm");
	cr_expect(health_has(&h, ALARM_BLOCKED));
	cr_expect(!has_after(ALARM_BLOCKED, well(NOW)));
	p.is_gone = true;
	cr_expect(has_after(ALARM_GONE, p));
	cr_expect(!health_has(&h, ALARM_FAILING), "gone says it all");
	cr_expect(!has_after(ALARM_GONE, well(NOW)));
}

Test(health, silence_is_measured_by_its_own_pauses)
{
	cr_expect(!has_after(ALARM_SILENT, read(NOW, 5, 5, NOW)));
	cr_expect_eq(h.pause_s, DAY);
	cr_expect(!has_after(ALARM_SILENT, well(NOW + 7 * DAY)), "no silence is shorter");
	cr_expect(has_after(ALARM_SILENT, well(NOW + 7 * DAY + 1)));
	cr_expect_str_eq(words(ALARM_SILENT, well(NOW + 8 * DAY)),
		"it answers, but has brought nothing new since 2023-11-14; it rarely pauses longer "
		"than a day");
	cr_expect(!has_after(ALARM_SILENT, read(NOW + 20 * DAY, 5, 1, NOW + 20 * DAY)));
	cr_expect_eq(h.pause_s, 20 * DAY, "now it has paused so long");
	cr_expect(!has_after(ALARM_SILENT, well(NOW + 60 * DAY)));
	cr_expect(has_after(ALARM_SILENT, well(NOW + 101 * DAY)));
}

Test(health, a_feed_that_is_old_when_it_is_first_read_is_silent)
{
	cr_expect(has_after(ALARM_SILENT, read(NOW, 20, 20, NOW - 900 * DAY)));
	begin();
	cr_expect(!has_after(ALARM_SILENT, read(NOW, 20, 20, INSTANT_NONE)), "nobody knows");
	begin();
	cr_expect(!has_after(ALARM_SILENT, read(NOW, 1, 1, NOW + 900 * DAY)), "a date to come");
}

Test(health, a_failure_is_no_silence)
{
	struct health_poll p = well(NOW + 100 * DAY);

	has_after(ALARM_SILENT, read(NOW, 5, 5, NOW));
	p.failures = 1;
	cr_expect(!has_after(ALARM_SILENT, p));
}

Test(health, fewer_items_than_usual)
{
	has_after(ALARM_EMPTY, read(NOW, 30, 30, NOW));
	cr_expect(!has_after(ALARM_SHRUNK, read(NOW, 10, 1, NOW)));
	has_after(ALARM_SHRUNK, read(NOW, 30, 1, NOW));
	cr_expect(has_after(ALARM_SHRUNK, read(NOW, 5, 1, NOW)));
	cr_expect_str_eq(words(ALARM_SHRUNK, read(NOW, 5, 1, NOW)), "5 items, where 27 are usual");
	cr_expect(!has_after(ALARM_SHRUNK, read(NOW, 0, 0, NOW)), "it is empty now");
	cr_expect(health_has(&h, ALARM_EMPTY));
	cr_expect(health_has(&h, ALARM_EMPTY) && has_after(ALARM_EMPTY, well(NOW)), "still");
	cr_expect(!has_after(ALARM_EMPTY, read(NOW, 30, 0, NOW)));
	for (int i = 0; i < 100; i++)
		has_after(ALARM_SHRUNK, read(NOW, 5, 1, NOW));
	cr_expect(!health_has(&h, ALARM_SHRUNK), "what stays is usual in the end");
}

Test(health, a_feed_that_never_had_items_is_not_empty)
{
	cr_expect(!has_after(ALARM_EMPTY, read(NOW, 0, 0, INSTANT_NONE)));
	cr_expect(!has_after(ALARM_EMPTY, read(NOW, 0, 0, INSTANT_NONE)));
}

Test(health, a_part_of_a_feed_says_nothing_of_its_length)
{
	struct health_poll p;

	has_after(ALARM_SHRUNK, read(NOW, 30, 30, NOW));
	p = read(NOW, 1, 1, NOW);
	p.is_delta = true;
	cr_expect(!has_after(ALARM_SHRUNK, p));
}

Test(health, dates_that_stand_still_while_items_come)
{
	has_after(ALARM_FROZEN, read(NOW, 5, 5, NOW));
	for (int i = 1; i < 5; i++)
		cr_expect(!has_after(ALARM_FROZEN, read(NOW + i * DAY, 5, 1, NOW)), "%d", i);
	cr_expect(has_after(ALARM_FROZEN, read(NOW + 5 * DAY, 5, 1, NOW)));
	cr_expect_str_eq(
		words(ALARM_FROZEN, well(NOW)), "5 new items came, none dated after 2023-11-14");
	cr_expect(!has_after(ALARM_FROZEN, read(NOW + 6 * DAY, 5, 1, NOW + 6 * DAY)));
}

Test(health, known_items_under_new_ids)
{
	struct health_poll p = read(NOW, 5, 5, NOW);

	has_after(ALARM_RENAMED, p);
	p = read(NOW, 6, 0, NOW);
	p.renamed = 3;
	cr_expect(has_after(ALARM_RENAMED, p));
	cr_expect_str_eq(words(ALARM_RENAMED, p), "3 of 6 items are known under other ids");
	cr_expect(has_after(ALARM_RENAMED, well(NOW)), "nothing new says nothing");
	cr_expect(!has_after(ALARM_RENAMED, read(NOW, 6, 0, NOW)));
}

Test(health, another_language_than_usual_until_it_is_usual)
{
	static const char *const same[] = {"fr", "fr-CH", "FR", "fr_CA"};
	int n = 0;

	for (size_t i = 0; i < COUNT(same); i++) {
		feed.language = slice_of(same[i]);
		cr_expect(!has_after(ALARM_LANGUAGE, read(NOW, 5, 1, NOW)), "%s", same[i]);
	}
	feed.language = SLICE("");
	cr_expect(!has_after(ALARM_LANGUAGE, read(NOW, 5, 1, NOW)), "it says none");
	feed.language = SLICE("x");
	cr_expect(!has_after(ALARM_LANGUAGE, read(NOW, 5, 1, NOW)), "that is none");
	feed.language = SLICE("fr");
	for (size_t i = 0; i < 5; i++)
		items[i].language = SLICE("en");
	cr_expect(has_after(ALARM_LANGUAGE, read(NOW, 5, 1, NOW)), "its items say it");
	cr_expect_str_eq(words(ALARM_LANGUAGE, well(NOW)), "it was in \"fr\" until now");
	while (has_after(ALARM_LANGUAGE, read(NOW, 5, 1, NOW)) && n < 50)
		n++;
	cr_expect_lt(n, 20);
	cr_expect_str_eq(h.tongue, "en");
}

Test(health, what_a_poll_says_of_itself)
{
	struct health_poll p = well(NOW);

	p.is_held = p.is_moved = true;
	p.cert_end = NOW + 14 * DAY - 1;
	health_note(&h, &p);
	cr_expect(health_has(&h, ALARM_HELD));
	cr_expect(health_has(&h, ALARM_MOVED));
	cr_expect(health_has(&h, ALARM_CERTIFICATE));
	cr_expect_str_eq(words(ALARM_CERTIFICATE, p), "its certificate ends on 2023-11-28");
	cr_expect(has_after(ALARM_CERTIFICATE, well(NOW)), "the connection was there already");
	p.cert_end = NOW + 90 * DAY;
	p.is_held = p.is_moved = false;
	health_note(&h, &p);
	cr_expect_eq(h.alarms, 0);
}
