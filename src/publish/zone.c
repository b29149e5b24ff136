/* zone.c - libc's time zones */
#include "publish/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NAME_BYTES 128

void zone_set(struct slice name)
{
	char text[NAME_BYTES];

	(void)snprintf(text, sizeof text, "%.*s", SLICE_ARG(name.len > 0 ? name : SLICE("UTC")));
	(void)setenv("TZ", text, 1);
	tzset();
}

struct zone_time zone_time(instant at)
{
	struct tm tm = {0};
	time_t t = at < INSTANT_MIN ? INSTANT_MIN : at > INSTANT_MAX ? INSTANT_MAX : at;

	(void)localtime_r(&t, &tm);
	return (struct zone_time){.year = tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.weekday = (unsigned)((tm.tm_wday + 6) % 7),
		.hour = tm.tm_hour,
		.minute = tm.tm_min};
}

instant zone_midnight(instant at)
{
	struct tm tm = {0};
	time_t t = at;

	(void)localtime_r(&t, &tm);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (instant)mktime(&tm);
}
