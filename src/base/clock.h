/*
 * clock.h - instants
 *
 * An instant is a number of seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
 * Decisions take `instant now` as an argument; only the mains ask what time it is (ev_now).
 */
#ifndef TRIBUTARY_BASE_CLOCK_H
#define TRIBUTARY_BASE_CLOCK_H

#include <stdint.h>

typedef int64_t instant;

/* "No such time": not given, never, unreadable. */
#define INSTANT_NONE INT64_MIN

/* The range that we accept and print: years 0001 to 9999. */
#define INSTANT_MIN INT64_C(-62135596800)
#define INSTANT_MAX INT64_C(253402300799)

/* Bytes that instant_put_rfc3339 and instant_put_http write, with the final NUL. */
#define INSTANT_TEXT_BYTES 32

/*
 * Writes `at`, which must be within INSTANT_MIN and INSTANT_MAX, as RFC 3339 in UTC to the
 * second ("2003-12-31T10:14:55Z").  Returns `text`.
 */
const char *instant_put_rfc3339(char text[INSTANT_TEXT_BYTES], instant at);

/* The same as an IMF-fixdate (RFC 9110 section 5.6.7): "Wed, 31 Dec 2003 10:14:55 GMT". */
const char *instant_put_http(char text[INSTANT_TEXT_BYTES], instant at);

/*
 * The instant of a date of the proleptic Gregorian calendar in UTC.  `month` 1 to 12, `day` 1 to
 * 31, `hour` 0 to 23, `minute` 0 to 59, `second` 0 to 60; year 1 to 9999.  INSTANT_NONE where a
 * number is out of its range or the month has no such day.  Second 60 is read as 59.
 */
instant instant_of_civil(int year, int month, int day, int hour, int minute, int second);

/* Days since 1970-01-01 of the day that `at` lies in, and its year, month and day. */
int64_t instant_civil(instant at, int *year_out, int *month_out, int *day_out);

#endif
