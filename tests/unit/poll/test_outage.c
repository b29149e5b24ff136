/* test_outage.c - whose fault it is that nobody answers */
#include "poll/outage.h"

#include "base/limits.h"
#include "base/slice.h"
#include "poll/fetch.h"

#include <criterion/criterion.h>

#define NOW INT64_C(1700000000)

Test(outage, an_answer_is_a_sign)
{
	static const struct {
		struct fetch_answer answer;
		enum outage_sign want;
	} rows[] = {
		{{.failure = FETCH_ANSWERED, .status = 500}, OUTAGE_LIFE},
		{{.failure = FETCH_NO_HOST}, OUTAGE_LOST},
		{{.failure = FETCH_NO_CONNECT}, OUTAGE_LOST},
		{{.failure = FETCH_REFUSED_ADDRESS}, OUTAGE_LOST},
		{{.failure = FETCH_TLS}, OUTAGE_NOTHING},
		{{.failure = FETCH_TIMEOUT}, OUTAGE_LOST},
		{{.failure = FETCH_TIMEOUT, .status = 200}, OUTAGE_LIFE},
		{{.failure = FETCH_CUT}, OUTAGE_LIFE},
		{{.failure = FETCH_BROKEN}, OUTAGE_LIFE},
		{{.failure = FETCH_CANCELLED}, OUTAGE_NOTHING},
		{{.failure = FETCH_HELD}, OUTAGE_NOTHING},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(outage_sign(&rows[i].answer), rows[i].want, "row %zu", i);
}

Test(outage, two_domains_lost_and_no_life_between_are_one)
{
	static const struct {
		const char *what;
		struct {
			uint64_t domain; /* 0: life */
			enum outage_witness w;
			int64_t after_s;
		} polls[4];
		bool want;
	} rows[] = {
		{"two", {{1, OUTAGE_WELL, 0}, {2, OUTAGE_WELL, 5}}, true},
		{"one of them held before", {{1, OUTAGE_HELD, 0}, {2, OUTAGE_WELL, 5}}, true},
		{"both held before", {{1, OUTAGE_HELD, 0}, {2, OUTAGE_HELD, 5}}, false},
		{"one domain twice", {{1, OUTAGE_WELL, 0}, {1, OUTAGE_WELL, 5}}, false},
		{"one that fails anyway", {{1, OUTAGE_ILL, 0}, {2, OUTAGE_WELL, 5}}, false},
		{"life between", {{1, OUTAGE_WELL, 0}, {0, 0, 1}, {2, OUTAGE_WELL, 5}}, false},
		{"life after", {{1, OUTAGE_WELL, 0}, {2, OUTAGE_WELL, 5}, {0, 0, 6}}, false},
		{"far apart", {{1, OUTAGE_WELL, 0}, {2, OUTAGE_WELL, 7200}}, false},
		{"the clock went back", {{1, OUTAGE_WELL, 0}, {2, OUTAGE_WELL, -50}}, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct outage o;

		outage_init(&o);
		for (size_t k = 0; k < COUNT(rows[i].polls); k++) {
			instant now = NOW + rows[i].polls[k].after_s;

			if (rows[i].polls[k].domain > 0)
				outage_lost(&o, rows[i].polls[k].domain, rows[i].polls[k].w, now);
			else if (rows[i].polls[k].after_s > 0)
				outage_life(&o);
		}
		cr_expect_eq(outage_decide(&o, true, NOW), rows[i].want, "%s", rows[i].what);
	}
}

Test(outage, polls_on_their_way_may_speak_against_it_for_a_while)
{
	struct outage o;

	outage_init(&o);
	outage_lost(&o, 1, OUTAGE_WELL, NOW);
	outage_lost(&o, 2, OUTAGE_WELL, NOW);
	cr_expect(!outage_decide(&o, false, NOW));
	cr_expect(outage_decide(&o, false, o.decide_at));
	cr_expect(!outage_decide(&o, false, o.decide_at), "it begins once");
}

Test(outage, life_ends_it_once)
{
	struct outage o;
	uint64_t silence;

	outage_init(&o);
	cr_expect(!outage_life(&o));
	outage_lost(&o, 1, OUTAGE_WELL, NOW);
	outage_lost(&o, 2, OUTAGE_WELL, NOW);
	cr_assert(outage_decide(&o, true, NOW));
	silence = o.silence;
	outage_lost(&o, 3, OUTAGE_WELL, NOW + 86400);
	cr_expect(o.is_on && o.silence == silence, "it lasts");
	cr_expect(outage_life(&o));
	cr_expect(!o.is_on && o.silence == silence + 1);
	cr_expect(!outage_life(&o));
}

Test(outage, a_held_source_waits_a_minute_at_least_and_a_quarter_at_most)
{
	static const int64_t ages[] = {-86400, 0, 30, 300, 3600, 30 * 86400};
	struct outage o;

	outage_init(&o);
	cr_expect_eq(outage_hold(&o, 0, NOW), NOW + LIMIT_POLL_MIN_S, "it just ended");
	for (size_t i = 0; i < COUNT(ages); i++) {
		o.since = NOW - ages[i];
		for (uint64_t chance = 0; chance < 2000; chance++) {
			int64_t wait = outage_hold(&o, chance, NOW) - NOW;

			cr_assert(wait >= LIMIT_POLL_MIN_S && wait <= 900, "row %zu", i);
			cr_assert(ages[i] > 60 || wait <= 120, "row %zu", i);
		}
	}
}

Test(outage, what_was_held_resumes_within_minutes)
{
	cr_expect_eq(outage_resume(NOW + 900, NOW - 400, 0, NOW), NOW);
	cr_expect_eq(outage_resume(NOW + 900, NOW - 400, 300, NOW), NOW + 300);
	cr_expect_eq(outage_resume(NOW + 900, NOW - 10, 0, NOW), NOW + 50, "a minute apart");
	cr_expect_eq(outage_resume(NOW + 20, NOW - 100, 200, NOW), NOW + 20, "never later");
	cr_expect_eq(outage_resume(NOW + 900, INSTANT_NONE, 7, NOW), NOW + 7);
	cr_expect_eq(outage_resume(NOW + 900, NOW + 86400, 7, NOW), NOW + 7, "by a wrong clock");
}
