/*
 * clock.c - instants, by arithmetic alone
 *
 * Days and dates by 400-year eras that begin on 1 March, so that the leap day is the last of its
 * year (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").  libc's time functions would
 * look at the locale and the zone files.
 */
#include "base/clock.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

#define DAY           86400
#define ERA_YEARS     400
#define ERA_DAYS      146097
#define EPOCH_IN_DAYS 719468 /* 0000-03-01 to 1970-01-01 */

static const char WEEKDAYS[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char MONTHS[12][4] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

static int64_t divide_down(int64_t n, int64_t by)
{
	return n / by - (n % by < 0 ? 1 : 0);
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
	static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

static int64_t days_of_civil(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = divide_down(y, ERA_YEARS);
	int64_t year_of_era = y - era * ERA_YEARS;
	int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - EPOCH_IN_DAYS;
}

/* The time of day of `at` in seconds. */
static int second_of_day(instant at)
{
	return (int)(at - divide_down(at, DAY) * DAY);
}

instant instant_of_civil(int year, int month, int day, int hour, int minute, int second)
{
	if (year < 1 || year > 9999 || month < 1 || month > 12)
		return INSTANT_NONE;
	if (day < 1 || day > days_in_month(year, month))
		return INSTANT_NONE;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return INSTANT_NONE;
	second = second == 60 ? 59 : second;
	return days_of_civil(year, month, day) * DAY +
	       (int64_t)((hour * 60 + minute) * 60 + second);
}

int64_t instant_civil(instant at, int *year_out, int *month_out, int *day_out)
{
	int64_t days = divide_down(at, DAY);
	int64_t era = divide_down(days + EPOCH_IN_DAYS, ERA_DAYS);
	int64_t day_of_era = days + EPOCH_IN_DAYS - era * ERA_DAYS;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
				      day_of_era / (ERA_DAYS - 1)) /
			      365;
	int64_t day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;

	*day_out = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	*month_out = (int)((month_from_march + 2) % 12 + 1);
	*year_out = (int)(era * ERA_YEARS + year_of_era + (*month_out <= 2 ? 1 : 0));
	return days;
}

const char *instant_put_rfc3339(char text[INSTANT_TEXT_BYTES], instant at)
{
	int second = second_of_day(at);
	int year;
	int month;
	int day;

	assert(at >= INSTANT_MIN && at <= INSTANT_MAX);
	(void)instant_civil(at, &year, &month, &day);
	(void)snprintf(text, INSTANT_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
		second / 3600, second / 60 % 60, second % 60);
	return text;
}

const char *instant_put_http(char text[INSTANT_TEXT_BYTES], instant at)
{
	int second = second_of_day(at);
	int year;
	int month;
	int day;
	int64_t days;

	assert(at >= INSTANT_MIN && at <= INSTANT_MAX);
	days = instant_civil(at, &year, &month, &day);
	/* 1970-01-01 was a Thursday. */
	(void)snprintf(text, INSTANT_TEXT_BYTES, "%s, %02d %s %04d %02d:%02d:%02d GMT",
		WEEKDAYS[(days % 7 + 7 + 4) % 7], day, MONTHS[month - 1], year, second / 3600,
		second / 60 % 60, second % 60);
	return text;
}
