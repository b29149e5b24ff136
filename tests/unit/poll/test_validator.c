/* test_validator.c - what is sent, and what an answer means */
#include "poll/validator.h"

#include "base/limits.h"
#include "feed/feed.h"
#include "poll/fetch.h"
#include "poll/httpdate.h"

#include <criterion/criterion.h>

#define NOW INT64_C(1700000000) /* Tue, 14 Nov 2023 22:13:20 GMT */

Test(validator, the_stored_pair_goes_to_its_own_address_alone)
{
	const struct validators stored = {.etag = SLICE("W/\"a b\""),
		.last_modified = SLICE("yesterday, about noon"),
		.url = SLICE("https://example.org/feed")};
	struct validators sent = validator_request(&stored, SLICE("https://example.org/feed"));

	cr_expect(slice_is(sent.etag, "W/\"a b\""));
	cr_expect(slice_is(sent.last_modified, "yesterday, about noon"));
	sent = validator_request(&stored, SLICE("https://example.org/other"));
	cr_expect_eq(sent.etag.len, 0);
	cr_expect_eq(sent.last_modified.len, 0);
}

Test(validator, each_answer_has_its_verdict)
{
	static const struct {
		struct fetch_answer answer;
		bool conditional;
		enum verdict want;
	} rows[] = {
		{{.status = 200}, false, VERDICT_FRESH},
		{{.status = 304}, true, VERDICT_UNCHANGED},
		{{.status = 304}, false, VERDICT_FAILED},
		{{.status = 301, .location = {"http://a/", 9}}, false, VERDICT_MOVED},
		{{.status = 308, .location = {"http://a/", 9}}, true, VERDICT_MOVED},
		{{.status = 302, .location = {"http://a/", 9}}, false, VERDICT_REDIRECT},
		{{.status = 303, .location = {"http://a/", 9}}, false, VERDICT_REDIRECT},
		{{.status = 307, .location = {"http://a/", 9}}, false, VERDICT_REDIRECT},
		{{.status = 302}, false, VERDICT_FAILED},
		{{.status = 300}, false, VERDICT_FAILED},
		{{.status = 410}, false, VERDICT_GONE},
		{{.status = 429}, false, VERDICT_LATER_DOMAIN},
		{{.status = 503}, false, VERDICT_FAILED},
		{{.status = 503, .retry_after = {"60", 2}}, false, VERDICT_LATER},
		{{.status = 403}, false, VERDICT_FAILED},
		{{.status = 403, .cf_mitigated = {"challenge", 9}}, false, VERDICT_BLOCKED},
		{{.status = 200,
			 .content_type = {"text/html", 9},
			 .cf_mitigated = {"challenge", 9}},
			false, VERDICT_BLOCKED},
		{{.status = 206}, false, VERDICT_FAILED},
		{{.status = 226, .im = {"feed", 4}}, true, VERDICT_DELTA},
		{{.status = 226, .im = {"feed", 4}}, false, VERDICT_FAILED},
		{{.status = 226, .im = {"vcdiff", 6}}, true, VERDICT_FAILED},
		{{.status = 226}, true, VERDICT_FAILED},
		{{.status = 204}, false, VERDICT_FAILED},
		{{.status = 200, .failure = FETCH_CUT}, false, VERDICT_FAILED},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(validator_judge(&rows[i].answer, rows[i].conditional), rows[i].want,
			"row %zu: status %ld", i, rows[i].answer.status);
}

static struct slice S(const char *text) {
	return slice_of(text);
}

Test(validator, freshness_is_max_age_else_expires_less_age)
{
	static const struct {
		const char *cache_control, *expires, *age, *date;
		int64_t want;
	} rows[] = {
		{NULL, NULL, NULL, NULL, NUMBER_NONE},
		{"max-age=3600", NULL, NULL, NULL, 3600},
		{"public, MAX-AGE=\"60\"", NULL, NULL, NULL, 60},
		{"max-age=3600", NULL, "600", NULL, 3000},
		{"max-age=60", NULL, "600", NULL, 0},
		{"max-age=3600, max-age=60", NULL, NULL, NULL, 60},
		{"no-cache, max-age=3600", NULL, NULL, NULL, 0},
		{"no-store", "Tue, 14 Nov 2023 23:13:20 GMT", NULL, NULL, 0},
		{NULL, "Tue, 14 Nov 2023 23:13:20 GMT", NULL, NULL, 3600},
		{NULL, "Tue, 14 Nov 2023 23:13:20 GMT", NULL, "Tue, 14 Nov 2023 23:03:20 GMT", 600},
		{NULL, "0", NULL, NULL, 0},
		{"max-age=10", "Tue, 14 Nov 2023 23:13:20 GMT", NULL, NULL, 10},
		{"max-age=soon", NULL, NULL, NULL, NUMBER_NONE},
		{"max-age=-5", NULL, NULL, NULL, NUMBER_NONE},
		{"s-maxage=9", NULL, NULL, NULL, NUMBER_NONE},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct fetch_answer a = {.cache_control = S(rows[i].cache_control),
			.expires = S(rows[i].expires),
			.age = S(rows[i].age),
			.date = S(rows[i].date)};

		cr_expect_eq(validator_freshness(&a, NOW).lifetime_s, rows[i].want, "row %zu", i);
	}
}

Test(validator, retry_after_is_seconds_or_a_date_by_their_clock)
{
	static const struct {
		const char *retry_after, *date;
		instant want;
	} rows[] = {
		{NULL, NULL, INSTANT_NONE},
		{"7200", NULL, NOW + 7200},
		{" 5 ", NULL, NOW + 5},
		{"99999999", NULL, NOW + LIMIT_POLL_MAX_S},
		{"-1", NULL, INSTANT_NONE},
		{"soon", NULL, INSTANT_NONE},
		{"Wed, 15 Nov 2023 00:13:20 GMT", NULL, NOW + 7200},
		{"Wed, 15 Nov 2023 00:13:20 GMT", "Wed, 15 Nov 2023 00:03:20 GMT", NOW + 600},
		{"Tue, 14 Nov 2023 20:00:00 GMT", NULL, INSTANT_NONE},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct fetch_answer a = {
			.retry_after = S(rows[i].retry_after), .date = S(rows[i].date)};

		cr_expect_eq(validator_freshness(&a, NOW).retry_after, rows[i].want, "row %zu", i);
	}
}

Test(validator, http_dates_come_in_three_forms)
{
	cr_expect_eq(httpdate_parse(SLICE("Sun, 06 Nov 1994 08:49:37 GMT")), 784111777);
	cr_expect_eq(httpdate_parse(SLICE("Sunday, 06-Nov-94 08:49:37 GMT")), 784111777);
	cr_expect_eq(httpdate_parse(SLICE("Sun Nov  6 08:49:37 1994")), 784111777);
	cr_expect_eq(httpdate_parse(SLICE("next Tuesday")), INSTANT_NONE);
	cr_expect_eq(httpdate_parse(SLICE_NONE), INSTANT_NONE);
}

Test(validator, a_failure_is_explained_in_one_line)
{
	const struct fetch_answer missing = {.status = 404};
	const struct fetch_answer late = {
		.failure = FETCH_TIMEOUT, .detail = SLICE("no answer in 60 s")};
	char text[256];

	cr_expect_str_eq(validator_explain(&missing, text), "HTTP 404: not found");
	cr_expect_str_eq(validator_explain(&late, text), "timed out: no answer in 60 s");
}
