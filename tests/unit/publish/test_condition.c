/* test_condition.c - conditional requests, dates, codings */
#include "publish/condition.h"

#include <criterion/criterion.h>

#define TEXT(literal)                                                                              \
	{                                                                                          \
		literal, sizeof(literal) - 1                                                       \
	}
#define MODIFIED 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */

Test(condition, preconditions_in_the_order_of_rfc_9110_13_2_2)
{
	static const struct {
		const char *match, *unmodified, *none_match, *modified;
		enum condition_verdict want;
	} rows[] = {
		{NULL, NULL, NULL, NULL, CONDITION_SEND},
		{NULL, NULL, "\"abc\"", NULL, CONDITION_UNCHANGED},
		{NULL, NULL, "W/\"abc\"", NULL, CONDITION_UNCHANGED},
		{NULL, NULL, "\"x\", W/\"y\",\"abc\"", NULL, CONDITION_UNCHANGED},
		{NULL, NULL, "\"a,b\" , \"abc\"", NULL, CONDITION_UNCHANGED},
		{NULL, NULL, " * ", NULL, CONDITION_UNCHANGED},
		{NULL, NULL, "\"x\"", NULL, CONDITION_SEND},
		{NULL, NULL, "abc", NULL, CONDITION_SEND},
		{NULL, NULL, "\"abc", NULL, CONDITION_SEND},
		{NULL, NULL, "\"ABC\"", NULL, CONDITION_SEND},
		{NULL, NULL, "", NULL, CONDITION_SEND},
		{NULL, NULL, "\"x\"", "Sun, 06 Nov 1994 08:49:37 GMT", CONDITION_SEND},
		{NULL, NULL, NULL, "Sun, 06 Nov 1994 08:49:37 GMT", CONDITION_UNCHANGED},
		{NULL, NULL, NULL, "Sun, 06 Nov 1994 08:49:38 GMT", CONDITION_UNCHANGED},
		{NULL, NULL, NULL, "Sun, 06 Nov 1994 08:49:36 GMT", CONDITION_SEND},
		{NULL, NULL, NULL, "yesterday", CONDITION_SEND},
		{"\"abc\"", NULL, NULL, NULL, CONDITION_SEND},
		{"*", NULL, NULL, NULL, CONDITION_SEND},
		{"W/\"abc\"", NULL, NULL, NULL, CONDITION_FAILED},
		{"\"x\"", NULL, "\"abc\"", NULL, CONDITION_FAILED},
		{"\"abc\"", NULL, "\"abc\"", NULL, CONDITION_UNCHANGED},
		{NULL, "Sun, 06 Nov 1994 08:49:36 GMT", NULL, NULL, CONDITION_FAILED},
		{NULL, "Sun, 06 Nov 1994 08:49:37 GMT", NULL, NULL, CONDITION_SEND},
		{"\"abc\"", "Sun, 06 Nov 1994 08:49:36 GMT", NULL, NULL, CONDITION_SEND},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct conditions c = {slice_of(rows[i].match), slice_of(rows[i].none_match),
			slice_of(rows[i].modified), slice_of(rows[i].unmodified)};

		cr_expect_eq(condition_judge(&c, SLICE("\"abc\""), MODIFIED), rows[i].want,
			"row %zu", i);
	}
}

Test(condition, without_a_date_none_is_compared)
{
	const struct conditions c = {.if_modified_since = SLICE("Sun, 06 Nov 2094 08:49:37 GMT")};

	cr_expect_eq(condition_judge(&c, SLICE("\"abc\""), INSTANT_NONE), CONDITION_SEND);
}

Test(condition, dates_in_the_three_forms_of_rfc_9110_5_6_7)
{
	static const struct {
		const char *text;
		bool is_date;
		instant want;
	} rows[] = {
		{"Sun, 06 Nov 1994 08:49:37 GMT", true, MODIFIED},
		{"Sunday, 06-Nov-94 08:49:37 GMT", true, MODIFIED},
		{"Sun Nov  6 08:49:37 1994", true, MODIFIED},
		{"Thu, 01 Jan 1970 00:00:00 GMT", true, 0},
		{"Sun, 06 Nov 1994 08:49:37 +0000", false, 0},
		{"Sun, 31 Feb 1994 08:49:37 GMT", false, 0},
		{"Sun, 06 Nov 1994 08:49 GMT", false, 0},
		{"Sun, 06 Nov 1994 24:49:37 GMT", false, 0},
		{"Sun, -6 Nov 1994 08:49:37", false, 0},
		{"784111777", false, 0},
		{"", false, 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		instant at = 0;

		cr_expect_eq(condition_date(slice_of(rows[i].text), &at), rows[i].is_date, "%s",
			rows[i].text);
		cr_expect(!rows[i].is_date || at == rows[i].want, "%s", rows[i].text);
	}
}

Test(condition, gzip_only_where_it_is_accepted)
{
	static const struct {
		struct slice text;
		bool want;
	} rows[] = {
		{TEXT(""), false},
		{TEXT("gzip"), true},
		{TEXT("GZIP"), true},
		{TEXT("x-gzip"), true},
		{TEXT("deflate, gzip;q=0.5"), true},
		{TEXT("gzip;q=0"), false},
		{TEXT("gzip; q=0.000"), false},
		{TEXT("gzip; Q=0.001"), true},
		{TEXT("*"), true},
		{TEXT("*;q=0"), false},
		{TEXT("*, gzip;q=0"), false},
		{TEXT("identity, br"), false},
		{TEXT("gzipped"), false},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(
			condition_takes_gzip(rows[i].text), rows[i].want, "%s", rows[i].text.at);
}
