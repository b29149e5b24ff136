/* test_domain.c - registrable domains: connections, gaps, cool-downs */
#include "poll/domain.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define T0 INT64_C(1700000000000)

Test(domain, hosts_have_their_registrable_domain)
{
	static const struct {
		const char *host, *want;
	} rows[] = {
		{"news.un.org", "un.org"},
		{"un.org", "un.org"},
		{"a.b.example.co.uk", "example.co.uk"},
		{"co.uk", "co.uk"},
		{"localhost", "localhost"},
		{"127.0.0.1", "127.0.0.1"},
		{"[::1]", "[::1]"},
		{"", ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect(slice_is(domain_of(slice_of(rows[i].host)), rows[i].want), "%s",
			rows[i].host);
}

Test(domain, one_connection_and_a_gap_for_all_hosts_of_a_domain)
{
	struct domains *d = domain_open(1, 1000);

	cr_expect_eq(domain_start(d, SLICE("news.un.org"), T0, false), 0);
	cr_expect_eq(domain_start(d, SLICE("press.un.org"), T0 + 400, false), 600);
	cr_expect_eq(domain_start(d, SLICE("press.un.org"), T0 + 2000, false), -1, "still busy");
	cr_expect_eq(domain_start(d, SLICE("www.iom.int"), T0, false), 0, "another domain");
	domain_end(d, SLICE("news.un.org"), T0 + 3000);
	cr_expect_eq(domain_start(d, SLICE("press.un.org"), T0 + 3500, false), 500);
	cr_expect_eq(domain_start(d, SLICE("press.un.org"), T0 + 4000, false), 0);
	domain_close(&d);
	cr_expect_null(d);
}

Test(domain, names_of_one_address_share_where_they_are_told_to)
{
	struct domains *d = domain_open(1, 1000);

	domain_share(d, true);
	cr_expect_eq(domain_start(d, SLICE("a.org"), T0, false), 0);
	cr_expect_eq(domain_connect(d, SLICE("a.org"), SLICE("1.2.3.4"), T0, false), 0);
	cr_expect_eq(domain_start(d, SLICE("b.org"), T0 + 100, false), 0, "nobody knows");
	cr_expect_eq(domain_connect(d, SLICE("b.org"), SLICE("1.2.3.4"), T0 + 100, false), 900);
	domain_end(d, SLICE("b.org"), T0 + 100);
	cr_expect_eq(domain_start(d, SLICE("b.org"), T0 + 5000, false), -1, "now it is known");
	domain_end(d, SLICE("a.org"), T0 + 5000);
	domain_end(d, SLICE("1.2.3.4"), T0 + 5000);
	cr_expect_eq(domain_start(d, SLICE("b.org"), T0 + 5500, false), 500);
	cr_expect_eq(domain_start(d, SLICE("b.org"), T0 + 6000, false), 0);
	domain_share(d, false);
	cr_expect_eq(domain_start(d, SLICE("c.org"), T0 + 6000, false), 0);
	domain_close(&d);
}

Test(domain, a_request_of_before_the_start_has_its_gap)
{
	struct domains *d = domain_open(1, 1000);

	domain_started(d, SLICE("a.org"), T0);
	cr_expect_eq(domain_start(d, SLICE("www.a.org"), T0 + 400, false), 600);
	cr_expect_eq(domain_start(d, SLICE("www.a.org"), T0 + 1000, false), 0);
	domain_close(&d);
}

Test(domain, two_hundred_sources_of_one_host_take_two_hundred_gaps)
{
	struct domains *d = domain_open(1, 1000);
	int64_t now = T0;

	for (int done = 0; done < 200;) {
		int64_t wait = domain_start(d, SLICE("example.org"), now, false);

		if (wait == 0) {
			domain_end(d, SLICE("example.org"), now);
			done++;
		}
		now += wait > 0 ? wait : 0;
	}
	cr_expect_geq(now - T0, 199 * 1000);
	domain_close(&d);
}

Test(domain, a_domain_that_told_us_to_wait_is_left_alone)
{
	struct domains *d = domain_open(4, 0);

	domain_cool(d, SLICE("a.example.org"), T0 + 7200000);
	domain_cool(d, SLICE("a.example.org"), T0 + 1000);
	cr_expect_eq(domain_start(d, SLICE("b.example.org"), T0, false), 7200000);
	cr_expect_eq(domain_cooling(d, SLICE("example.org"), T0), T0 + 7200000);
	cr_expect_eq(domain_start(d, SLICE("b.example.org"), T0 + 7200000, false), 0);
	cr_expect_eq(domain_cooling(d, SLICE("example.org"), T0 + 7200000), 0);
	domain_close(&d);
}

Test(domain, the_admins_own_origin_is_not_paced)
{
	struct domains *d = domain_open(1, 1000);

	for (int i = 0; i < 10; i++)
		cr_expect_eq(domain_start(d, SLICE("127.0.0.1"), T0, true), 0);
	domain_close(&d);
}

Test(domain, the_table_does_not_grow_with_all_that_were_ever_asked)
{
	struct domains *d = domain_open(1, 1000);
	char host[64];

	for (int i = 0; i < 20000; i++) {
		snprintf(host, sizeof host, "host%d.example%d.org", i, i);
		cr_assert_eq(domain_start(d, slice_of(host), T0 + i * 10000, false), 0);
		domain_end(d, slice_of(host), T0 + i * 10000 + 5);
	}
	snprintf(host, sizeof host, "host%d.example%d.org", 0, 0);
	cr_expect_eq(domain_start(d, slice_of(host), T0 + 20000 * 10000, false), 0);
	domain_close(&d);
}

Test(domain, a_clock_that_was_set_forgets_gaps_and_not_what_runs)
{
	struct domains *d = domain_open(1, 1000);

	domain_cool(d, SLICE("a.example"), INT64_C(1) << 50);
	cr_expect_gt(domain_start(d, SLICE("a.example"), 1000, false), 0);
	domain_new_clock(d);
	cr_expect_eq(domain_start(d, SLICE("a.example"), 1000, false), 0);
	domain_new_clock(d);
	cr_expect_eq(domain_start(d, SLICE("a.example"), 1000, false), -1);
	domain_close(&d);
}

Test(domain, several_addresses_that_are_unavailable_rest_it)
{
	struct domains *d = domain_open(1, 0);
	const struct slice host = SLICE("www.a.example");

	cr_expect_not(domain_unwell(d, host, 1, T0 + 9000, T0));
	cr_expect_not(domain_unwell(d, host, 1, T0 + 9000, T0 + 1));
	cr_expect_not(domain_unwell(d, host, 2, T0 + 9000, T0 + 2));
	domain_well(d, SLICE("a.example"));
	cr_expect_not(domain_unwell(d, host, 3, T0 + 9000, T0 + 3), "one answered well");
	cr_expect_not(domain_unwell(d, host, 4, T0 + 9000, T0 + 4));
	cr_expect_eq(domain_cooling(d, host, T0 + 5), 0);
	cr_expect(domain_unwell(d, host, 5, T0 + 9000, T0 + 5));
	cr_expect_eq(domain_cooling(d, SLICE("other.a.example"), T0 + 6), T0 + 9000);
	domain_close(&d);
}

Test(domain, the_gap_between_two_starts_is_known)
{
	struct domains *d = domain_open(2, 0);

	cr_expect_eq(domain_gap(d, SLICE("a.example")), -1);
	domain_start(d, SLICE("a.example"), T0, false);
	cr_expect_eq(domain_gap(d, SLICE("a.example")), -1);
	domain_start(d, SLICE("b.a.example"), T0 + 1500, false);
	cr_expect_eq(domain_gap(d, SLICE("a.example")), 1500);
	domain_close(&d);
}
