/* test_address.c - which addresses may be connected to */
#include "poll/address.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <sys/un.h>

static bool allowed(const char *text, const struct slice *allow, size_t n)
{
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return address_allowed((const struct sockaddr *)&four, allow, n);
	cr_assert_eq(inet_pton(AF_INET6, text, &six.sin6_addr), 1, "%s", text);
	return address_allowed((const struct sockaddr *)&six, allow, n);
}

Test(address, what_is_not_the_public_internet_is_refused)
{
	static const char *const rows[] = {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255",
		"100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
		"172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
		"192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
		"224.0.0.1", "239.1.2.3", "240.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
		"64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:1ff::1",
		"2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "fc00::1", "fdff::1", "fe80::1",
		"febf::1", "fec0::1", "ff02::1"};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_not(allowed(rows[i], NULL, 0), "%s", rows[i]);
}

Test(address, the_public_internet_is_allowed)
{
	static const char *const rows[] = {"1.2.3.4", "9.255.255.255", "11.0.0.0", "100.63.255.255",
		"100.128.0.0", "126.255.255.255", "128.0.0.1", "169.253.255.255", "169.255.0.0",
		"172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
		"198.20.0.0", "223.255.255.255", "2001:200::1", "2a00:1450::1", "2606:4700::1",
		"::ffff:1.2.3.4", "64:ff9b::102:304", "2002:102:304::1"};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect(allowed(rows[i], NULL, 0), "%s", rows[i]);
}

Test(address, a_prefix_allows_what_it_names_and_no_more)
{
	static const struct {
		const char *allow, *to;
		bool want;
	} rows[] = {
		{"127.0.0.0/8", "127.0.0.1", true},
		{"127.0.0.0/8", "::ffff:127.0.0.1", true},
		{"127.0.0.0/8", "10.0.0.1", false},
		{"127.0.0.1", "127.0.0.1", true},
		{"127.0.0.1", "127.0.0.2", false},
		{"10.1.2.0/23", "10.1.3.255", true},
		{"10.1.2.0/23", "10.1.4.0", false},
		{"fd00::/8", "fd12::1", true},
		{"fd00::/8", "fc12::1", false},
		{"::1", "::1", true},
		{"0.0.0.0/0", "127.0.0.1", true},
		{"127.0.0.0/33", "127.0.0.1", false},
		{"127.0.0.0/", "127.0.0.1", false},
		{"127.0.0.0/-1", "127.0.0.1", false},
		{"nonsense", "127.0.0.1", false},
		{"", "127.0.0.1", false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct slice allow = slice_of(rows[i].allow);

		cr_expect_eq(allowed(rows[i].to, &allow, 1), rows[i].want, "%s for %s",
			rows[i].allow, rows[i].to);
	}
}

Test(address, a_scope_or_another_family_is_refused_whatever_is_allowed)
{
	struct slice all = SLICE("::/0");
	struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_scope_id = 2};
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	inet_pton(AF_INET6, "fe80::1", &six.sin6_addr);
	cr_expect_not(address_allowed((const struct sockaddr *)&six, &all, 1));
	cr_expect_not(address_allowed((const struct sockaddr *)&un, &all, 1));
}

Test(address, a_redirect_reaches_the_usual_ports_alone)
{
	static const struct {
		int port, configured;
		bool by_redirect, want;
	} rows[] = {
		{80, 443, true, true},
		{8443, 80, true, true},
		{9000, 80, true, false},
		{9000, 9000, true, true},
		{9000, 9000, false, true},
		{22, 22, false, false},
		{25, 80, true, false},
		{443, 80, false, true},
		{0, 0, false, false},
		{70000, 70000, false, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(
			address_port_allowed(rows[i].port, rows[i].configured, rows[i].by_redirect),
			rows[i].want, "row %zu", i);
}

Test(address, a_name_is_told_from_a_number)
{
	cr_expect(address_is_named(SLICE("https://a.example/")));
	cr_expect(address_is_named(SLICE("http://localhost:8080/f")));
	cr_expect_not(address_is_named(SLICE("http://127.0.0.1:8080/f")));
	cr_expect_not(address_is_named(SLICE("http://[::1]/f")));
}
