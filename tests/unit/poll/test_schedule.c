/* test_schedule.c - when a feed is asked again; a year passes in a millisecond */
#include "poll/schedule.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/slice.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define NOW    INT64_C(1700000000) /* a Tuesday, 22:13:20 UTC */
#define MINUTE 60
#define HOUR   3600
#define DAY    86400

static struct schedule usual(void)
{
	return (struct schedule){.every_s = -1,
		.at_least_s = 15 * MINUTE,
		.at_most_s = DAY,
		.update_interval_s = -1,
		.last_poll = NOW,
		.fresh_s = -1,
		.retry_after = INSTANT_NONE,
		.failing_since = INSTANT_NONE,
		.chance = 0};
}

Test(schedule, every_of_the_configuration_is_kept)
{
	struct schedule s = usual();

	s.every_s = 2 * HOUR;
	cr_expect_eq(schedule_next(&s, NOW).next, NOW + 2 * HOUR);
	s.every_s = 0;
	cr_expect_eq(schedule_next(&s, NOW).next, NOW + 15 * MINUTE, "not sooner than at_least");
	s.at_least_s = 0;
	cr_expect_eq(schedule_next(&s, NOW).next, NOW, "always due");
}

Test(schedule, the_source_and_the_answer_may_ask_for_longer)
{
	struct schedule s = usual();

	s.update_interval_s = 6 * HOUR;
	cr_expect_eq(schedule_next(&s, NOW).next, NOW + 6 * HOUR);
	s.fresh_s = 8 * HOUR;
	cr_expect_eq(schedule_next(&s, NOW).next, NOW + 8 * HOUR);
	s.fresh_s = 40 * DAY;
	cr_expect_eq(schedule_next(&s, NOW).next, NOW + DAY, "not longer than at_most");
	s.retry_after = NOW + 3 * DAY;
	cr_expect_eq(schedule_next(&s, NOW).next, NOW + 3 * DAY, "but Retry-After is honoured");
	s.retry_after = NOW + 5;
	cr_expect_geq(schedule_next(&s, NOW).next, NOW + DAY, "and never shortens");
}

Test(schedule, jitter_only_ever_adds)
{
	struct schedule s = usual();

	s.every_s = HOUR;
	for (uint64_t i = 0; i < 1000; i++) {
		s.chance = i * UINT64_C(0x9E3779B97F4A7C15);
		cr_assert_geq(schedule_next(&s, NOW).next, NOW + HOUR);
		cr_assert_leq(schedule_next(&s, NOW).next, NOW + HOUR + HOUR / 8);
	}
}

Test(schedule, a_source_is_asked_in_its_own_rhythm)
{
	struct schedule s = usual();
	instant often[16], seldom[16];

	for (int i = 0; i < 16; i++) {
		often[i] = NOW - i * HOUR;
		seldom[i] = NOW - i * 7 * DAY;
	}
	s.recent = often;
	s.n_recent = 16;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, HOUR / 2);
	s.recent = seldom;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, DAY, "at_most bounds it");
	s.recent = often;
	s.n_items = 10;
	s.n_fresh = 6;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, 15 * MINUTE, "more than half was new");
}

Test(schedule, failures_grow_the_gap_to_a_cap_and_one_success_resets_it)
{
	struct schedule s = usual();
	int64_t last = 0;

	s.chance = UINT64_MAX;
	s.failing_since = NOW - DAY;
	for (int64_t n = 1; n < 100; n++) {
		struct schedule_answer a;

		s.failures = n;
		a = schedule_next(&s, NOW);
		cr_assert_geq(a.interval_s, last);
		cr_assert_geq(a.next, NOW + s.at_least_s, "never an immediate retry");
		cr_assert_leq(a.next, NOW + DAY + 1);
		last = a.interval_s;
	}
	cr_expect_eq(last, DAY);
	s.failing_since = NOW - 60 * DAY;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, 7 * DAY, "after a month");
	s.failures = 0;
	cr_expect_leq(schedule_next(&s, NOW).interval_s, HOUR);
}

Test(schedule, a_failure_is_never_a_reason_to_ask_sooner)
{
	struct schedule s = usual();

	s.failures = 1;
	s.failing_since = NOW - DAY;
	s.usual_s = 6 * HOUR;
	for (uint64_t i = 0; i < 1000; i++) {
		s.chance = i * UINT64_C(0x9E3779B97F4A7C15);
		s.slow_down = false;
		cr_assert_geq(schedule_next(&s, NOW).next, NOW + 6 * HOUR);
		cr_assert_leq(schedule_next(&s, NOW).next, NOW + 12 * HOUR);
		s.slow_down = true;
		cr_assert_geq(schedule_next(&s, NOW).next, NOW + 12 * HOUR, "at least doubled");
	}
	s.failing_since = INSTANT_NONE;
	s.failures = 40;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, DAY);
	s.failures = 41;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, 7 * DAY, "it never went well");
}

Test(schedule, skipped_hours_and_days_see_no_request)
{
	struct schedule s = usual();

	s.update_interval_s = HOUR;
	for (uint64_t chance = 0; chance < 200; chance++) {
		s.chance = chance * 7919;
		s.skip_hours = 1U << 23 | 1U << 0 | 1U << 1; /* 23:00 to 02:00 */
		s.skip_days = 0;
		instant next = schedule_next(&s, NOW).next;

		cr_assert_geq(next, NOW - NOW % DAY + DAY + 2 * HOUR);
		cr_assert_lt(next, NOW - NOW % DAY + DAY + 3 * HOUR);
		s.skip_days = 1U << 1 | 1U << 2; /* Tuesday and Wednesday */
		next = schedule_next(&s, NOW).next;
		cr_assert_geq(next, NOW - NOW % DAY + 2 * DAY + 2 * HOUR, "Thursday, 02:00");
	}
	s.skip_hours = 0xFFFFFF;
	s.skip_days = 0x7F;
	cr_expect_leq(schedule_next(&s, NOW).next, NOW + 2 * HOUR, "all of them: nonsense");
}

Test(schedule, a_year_of_polls_keeps_its_bounds)
{
	struct schedule s = usual();
	instant now = NOW, recent[16];
	uint64_t chance = 1;
	int polls = 0;

	for (int i = 0; i < 16; i++)
		recent[i] = NOW - i * 5 * HOUR;
	s.recent = recent;
	s.n_recent = 16;
	while (now < NOW + 365 * DAY) {
		struct schedule_answer a;

		chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407U;
		s.chance = chance;
		s.last_poll = now;
		s.failures = chance >> 60 == 0 ? s.failures + 1 : 0;
		a = schedule_next(&s, now);
		cr_assert_geq(a.next - now, s.at_least_s);
		cr_assert_leq(a.next - now, DAY + DAY / 8);
		now = a.next;
		polls++;
	}
	cr_expect_geq(polls, 365);
	cr_expect_leq(polls, 365 * 96);
}

Test(schedule, after_a_start_or_a_jump_of_the_clock_nothing_bursts_and_nothing_starves)
{
	static const struct {
		instant next, last;
		instant least, most;
	} rows[] = {
		{NOW + HOUR, NOW - HOUR, NOW + HOUR, NOW + HOUR},  /* as planned */
		{NOW - 3 * DAY, NOW - 4 * DAY, NOW, NOW + 300},    /* overdue: spread */
		{NOW + 400 * DAY, NOW - HOUR, NOW, NOW + 2 * DAY}, /* planned by a wrong clock */
		{NOW - 1, NOW - 60, NOW + 14 * MINUTE, NOW + 20 * MINUTE}, /* asked just now */
		{NOW + 2 * HOUR, NOW + 365 * DAY, NOW, NOW + 2 * HOUR},    /* asked in the future */
		{INSTANT_NONE, INSTANT_NONE, NOW, NOW + 300},
	};
	struct schedule s = usual();

	for (size_t i = 0; i < COUNT(rows); i++) {
		for (uint64_t chance = 0; chance < 100; chance++) {
			instant at;

			s.chance = chance * 104729;
			at = schedule_resume(rows[i].next, rows[i].last, &s, 300, NOW);
			cr_assert_geq(at, rows[i].least, "row %zu", i);
			cr_assert_leq(at, rows[i].most, "row %zu", i);
		}
	}
}

/* What schedule_explain says is asked "not before" is what schedule_next answers. */
static void expect_agreement(const struct schedule *s)
{
	char want[INSTANT_TEXT_BYTES + 32], at[INSTANT_TEXT_BYTES];
	struct schedule_answer a = schedule_next(s, NOW);
	struct buf said;

	buf_init(&said, 4096);
	schedule_explain(s, NOW, &said);
	snprintf(want, sizeof want, "not before %s\n", instant_put_rfc3339(at, a.next));
	cr_expect_lt(slice_find(buf_slice(&said), slice_of(want)), said.len, "%.*s: %s",
		SLICE_ARG(buf_slice(&said)), want);
	cr_expect_lt(slice_find(buf_slice(&said), slice_of(a.reason)), said.len, "%s", a.reason);
	buf_clear(&said);
}

Test(schedule, what_is_explained_is_what_is_decided)
{
	instant recent[] = {NOW - HOUR, NOW - 5 * HOUR, NOW - 2 * DAY};

	for (unsigned bits = 0; bits < 256; bits++) {
		struct schedule s = usual();

		s.every_s = bits & 1 ? 2 * HOUR : -1;
		s.update_interval_s = bits & 2 ? 3 * HOUR : -1;
		s.fresh_s = bits & 4 ? 30 * HOUR : -1;
		s.failures = bits & 8 ? 3 : 0;
		s.slow_down = (bits & 8) != 0;
		s.retry_after = bits & 16 ? NOW + DAY : INSTANT_NONE;
		s.skip_hours = bits & 32 ? 0xFF00FF : 0;
		s.recent = recent;
		s.n_recent = bits & 64 ? COUNT(recent) : 0;
		s.n_items = 4;
		s.n_fresh = bits & 128 ? 3 : 0;
		expect_agreement(&s);
	}
}

Test(schedule, more_than_half_new_halves_what_was_in_force)
{
	struct schedule s = usual();

	s.usual_s = 40 * MINUTE;
	s.n_items = 10;
	s.n_fresh = 5;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, HOUR, "half is not too much");
	s.n_fresh = 6;
	cr_expect_eq(schedule_next(&s, NOW).interval_s, 20 * MINUTE);
}
