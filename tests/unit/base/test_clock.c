/* test_clock.c - instants */
#include "base/clock.h"
#include "base/slice.h"

#include <criterion/criterion.h>
#include <inttypes.h>

Test(clock, known_dates_are_known_instants_both_ways)
{
	static const struct {
		instant at;
		int year, month, day, hour, minute, second;
		const char *rfc3339, *http;
	} rows[] = {
		{0, 1970, 1, 1, 0, 0, 0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
		{-1, 1969, 12, 31, 23, 59, 59, "1969-12-31T23:59:59Z",
			"Wed, 31 Dec 1969 23:59:59 GMT"},
		{784111777, 1994, 11, 6, 8, 49, 37, "1994-11-06T08:49:37Z",
			"Sun, 06 Nov 1994 08:49:37 GMT"},
		{1072865695, 2003, 12, 31, 10, 14, 55, "2003-12-31T10:14:55Z",
			"Wed, 31 Dec 2003 10:14:55 GMT"},
		{951782400, 2000, 2, 29, 0, 0, 0, "2000-02-29T00:00:00Z",
			"Tue, 29 Feb 2000 00:00:00 GMT"},
		{4107542399, 2100, 2, 28, 23, 59, 59, "2100-02-28T23:59:59Z",
			"Sun, 28 Feb 2100 23:59:59 GMT"},
		{4294967296, 2106, 2, 7, 6, 28, 16, "2106-02-07T06:28:16Z",
			"Sun, 07 Feb 2106 06:28:16 GMT"},
		{INSTANT_MIN, 1, 1, 1, 0, 0, 0, "0001-01-01T00:00:00Z",
			"Mon, 01 Jan 0001 00:00:00 GMT"},
		{INSTANT_MAX, 9999, 12, 31, 23, 59, 59, "9999-12-31T23:59:59Z",
			"Fri, 31 Dec 9999 23:59:59 GMT"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[INSTANT_TEXT_BYTES];
		int year, month, day;

		cr_expect_eq(instant_of_civil(rows[i].year, rows[i].month, rows[i].day,
				     rows[i].hour, rows[i].minute, rows[i].second),
			rows[i].at, "%s", rows[i].rfc3339);
		instant_civil(rows[i].at, &year, &month, &day);
		cr_expect_eq(year, rows[i].year, "%s", rows[i].rfc3339);
		cr_expect_eq(month, rows[i].month, "%s", rows[i].rfc3339);
		cr_expect_eq(day, rows[i].day, "%s", rows[i].rfc3339);
		cr_expect_str_eq(instant_put_rfc3339(text, rows[i].at), rows[i].rfc3339);
		cr_expect_str_eq(instant_put_http(text, rows[i].at), rows[i].http);
	}
}

Test(clock, every_day_of_ten_thousand_years_follows_the_one_before)
{
	instant at = INSTANT_MIN;

	for (int year = 1; year <= 9999; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= 31; day++) {
				int y, m, d;
				instant got = instant_of_civil(year, month, day, 0, 0, 0);

				if (got == INSTANT_NONE)
					continue;
				cr_assert_eq(got, at, "%d-%d-%d", year, month, day);
				cr_assert_eq(instant_civil(at + 86399, &y, &m, &d) * 86400, at);
				cr_assert(y == year && m == month && d == day,
					"%d-%d-%d gives %d-%d-%d", year, month, day, y, m, d);
				at += 86400;
			}
	cr_expect_eq(at, INSTANT_MAX + 1);
}

Test(clock, what_is_no_date_gives_none)
{
	static const int rows[][6] = {
		{0, 1, 1, 0, 0, 0},
		{10000, 1, 1, 0, 0, 0},
		{-1, 1, 1, 0, 0, 0},
		{2000, 0, 1, 0, 0, 0},
		{2000, 13, 1, 0, 0, 0},
		{2000, 1, 0, 0, 0, 0},
		{2000, 1, 32, 0, 0, 0},
		{2000, 4, 31, 0, 0, 0},
		{2001, 2, 29, 0, 0, 0},
		{1900, 2, 29, 0, 0, 0},
		{2100, 2, 29, 0, 0, 0},
		{2000, 2, 30, 0, 0, 0},
		{2000, 1, 1, 24, 0, 0},
		{2000, 1, 1, -1, 0, 0},
		{2000, 1, 1, 0, 60, 0},
		{2000, 1, 1, 0, -1, 0},
		{2000, 1, 1, 0, 0, 61},
		{2000, 1, 1, 0, 0, -1},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(instant_of_civil(rows[i][0], rows[i][1], rows[i][2], rows[i][3],
				     rows[i][4], rows[i][5]),
			INSTANT_NONE, "row %zu", i);
}

Test(clock, a_leap_second_is_read_as_the_one_before)
{
	cr_expect_eq(instant_of_civil(2016, 12, 31, 23, 59, 60),
		instant_of_civil(2016, 12, 31, 23, 59, 59));
}
