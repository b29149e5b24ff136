/* test_rhythm.c - a source's own days and hours */
#include "poll/rhythm.h"

#include <criterion/criterion.h>

#define MONDAY INT64_C(1767571200) /* 2026-01-05 00:00 UTC */
#define HOUR   3600
#define DAY    86400

/* Five items each working day, at ten, for `weeks` up to `MONDAY`; the newest first. */
static size_t office(instant *recent, size_t most)
{
	size_t n = 0;

	for (int day = 1; n + 1 <= most; day++) {
		instant midnight = MONDAY - day * DAY;
		int weekday = 6 - (day - 1) % 7;

		if (weekday < 5)
			recent[n++] = midnight + 10 * HOUR;
	}
	return n;
}

Test(rhythm, what_is_not_known_is_said_so)
{
	const instant one = MONDAY;
	struct rhythm r = rhythm_of(&one, 1, MONDAY);

	cr_expect_eq(r.usual_s, 0.);
	cr_expect_eq(rhythm_wait(&r, MONDAY, DAY), 0);
}

Test(rhythm, half_an_item_is_waited_for)
{
	instant recent[16];
	struct rhythm r;

	for (int i = 0; i < 16; i++)
		recent[i] = MONDAY - i * HOUR;
	r = rhythm_of(recent, 16, MONDAY);
	cr_expect_eq(rhythm_wait(&r, MONDAY, DAY), HOUR / 2);
	cr_expect_eq(rhythm_wait(&r, MONDAY, 60), 60, "not longer than it may");
	r = rhythm_of(recent, 16, MONDAY + 16 * 4 * HOUR);
	cr_expect_eq(rhythm_wait(&r, MONDAY, DAY), 2 * HOUR, "silence makes it slower");
}

Test(rhythm, nights_and_weekends_are_known)
{
	instant recent[32];
	size_t n = office(recent, 32);
	struct rhythm r = rhythm_of(recent, n, MONDAY);
	int64_t night = rhythm_wait(&r, MONDAY, 7 * DAY);
	int64_t morning = rhythm_wait(&r, MONDAY + 9 * HOUR, 7 * DAY);
	int64_t saturday = rhythm_wait(&r, MONDAY + 5 * DAY, 7 * DAY);

	cr_expect_lt(morning, 3 * HOUR, "%ld", (long)morning);
	cr_expect_gt(night, 3 * morning, "%ld", (long)night);
	cr_expect_gt(saturday, DAY, "%ld", (long)saturday);
}
