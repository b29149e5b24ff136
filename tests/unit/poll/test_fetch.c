#include "poll/fetch.h"

#include "base/arena.h"
#include "base/log.h"
#include "origin.h"

#include <criterion/criterion.h>
#include <ev.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define OK "HTTP/1.1 200 OK\r\n"
#define GZIP                                                                                       \
	"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c\x4a\x06\x00\xc2\x41\x24\x35\x03\x00\x00" \
	"\x00"
#define TEXT_16 "0123456789abcdef"
#define TEXT_256                                                                                   \
	TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16    \
		TEXT_16 TEXT_16 TEXT_16 TEXT_16 TEXT_16
#define ROW(p, ...)                                                                                \
	{                                                                                          \
		.path = (p), .answer = __VA_ARGS__                                                 \
	}

static const struct origin_row rows[] = {
	ROW("/abc", OK "Content-Length: 3\r\nETag: W/\"x y\"\r\n\r\nabc", .keeps = 1),
	ROW("/plain",
		OK "Content-Length: 3\r\nETag: W/\"v1\"\r\nLast-Modified: yesterday or so\r\n"
		   "Cache-Control: public\r\nCache-Control: max-age=60\r\nRetry-After: 7\r\n"
		   "Set-Cookie: a=b\r\nContent-Type: text/xml\r\n\r\nabc",
		.keeps = 1),
	ROW("/moved", "HTTP/1.1 301 Moved\r\nLocation: other?x=1\r\nContent-Length: 0\r\n\r\n"),
	ROW("/to-file",
		"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"),
	ROW("/short", OK "Content-Length: 100\r\n\r\nabc"),
	ROW("/chunked-cut", OK "Transfer-Encoding: chunked\r\n\r\n5\r\nabc"),
	ROW("/chunked", OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
	ROW("/empty", OK "Content-Length: 0\r\n\r\n"),
	ROW("/not-modified", "HTTP/1.1 304 Not Modified\r\nETag: \"new\"\r\n\r\n"),
	ROW("/http09", "<rss version='2.0'/>"),
	ROW("/nothing", "\r\n"),
	ROW("/two-etags", OK "ETag: \"a\"\r\nETag: \"b\"\r\nContent-Length: 0\r\n\r\n"),
	ROW("/bad-etag", OK "ETag: \"a\"b\"\r\nContent-Length: 0\r\n\r\n"),
	ROW("/bare-etag", OK "ETag: 5f3c-2a\r\nContent-Length: 0\r\n\r\n"),
	ROW("/long-etag", OK "ETag: \"" TEXT_256 TEXT_256 TEXT_256 TEXT_256
			     "\"\r\nContent-Length: 0\r\n\r\n"),
	ROW("/declared", OK "Content-Length: 99999999\r\n\r\nabc"),
	{"/gzip", OK "Content-Encoding: gzip\r\nContent-Length: 23\r\n\r\n" GZIP,
		sizeof(OK "Content-Encoding: gzip\r\nContent-Length: 23\r\n\r\n" GZIP) - 1, 0},
};

/* The fetcher on its loop, the origin, and what came last. */
struct net {
	struct ev_loop *loop;
	struct fetcher *f;
	struct origin origin;
	struct arena a;
	struct slice allow;
	size_t waiting, answered;
	struct fetch_answer got; /* its texts are in `a` */
	struct slice body;
	bool is_sealed;
};

static void net_open(struct net *n)
{
	const struct fetch_options o = {
		.user_agent = SLICE("tributary/0 (+https://c.example)"), .connections = 256};
	struct error err = {""};

	*n = (struct net){.allow = SLICE("127.0.0.0/8")};
	origin_start(&n->origin, rows, COUNT(rows));
	n->loop = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	n->f = fetch_open(n->loop, &o, &err);
	cr_assert_not_null(n->f, "%s", err.text);
}

static void net_close(struct net *n)
{
	fetch_close(&n->f);
	ev_loop_destroy(n->loop);
	origin_stop(&n->origin);
	arena_clear(&n->a);
}

static struct slice keep(struct net *n, struct slice s)
{
	return s.len == 0 ? SLICE_NONE : slice_copy(&n->a, s);
}

static void keep_body(struct net *n, const struct fetch_answer *got)
{
	const int all = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
	char *at = arena_alloc(&n->a, got->body_bytes + 1);

	n->body = SLICE_NONE;
	n->is_sealed = false;
	if (got->body < 0)
		return;
	n->is_sealed = fcntl(got->body, F_GET_SEALS) == all;
	cr_assert_eq(
		pread(got->body, at, got->body_bytes + 1, 0), (ssize_t)got->body_bytes, "whole");
	n->body = slice_from(at, got->body_bytes);
	close(got->body);
}

static void on_done(void *data, const struct fetch_answer *got)
{
	struct net *n = data;

	cr_assert(n->waiting > 0, "told once, and not from within");
	n->waiting--;
	n->answered++;
	keep_body(n, got);
	n->got = *got;
	n->got.detail = keep(n, got->detail);
	n->got.location = keep(n, got->location);
	n->got.etag = keep(n, got->etag);
	n->got.last_modified = keep(n, got->last_modified);
	n->got.cache_control = keep(n, got->cache_control);
	n->got.content_encoding = keep(n, got->content_encoding);
	n->got.retry_after = keep(n, got->retry_after);
	if (n->waiting == 0)
		ev_break(n->loop, EVBREAK_ALL);
}

static struct fetch_request request(struct net *n, const char *path)
{
	char *url = arena_alloc(&n->a, 512);

	snprintf(url, 512, "http://127.0.0.1:%d%s", n->origin.port, path);
	return (struct fetch_request){.url = slice_of(url),
		.allow = &n->allow,
		.n_allow = 1,
		.timeout_s = 5,
		.max_bytes = 65536,
		.configured_port = n->origin.port};
}

static struct fetch *start(struct net *n, const struct fetch_request *r)
{
	struct error err = {""};
	struct fetch *t = fetch_start(n->f, r, on_done, n, &err);

	cr_assert_not_null(t, "%s", err.text);
	n->waiting++;
	return t;
}

static enum fetch_failure ask(struct net *n, const struct fetch_request *r)
{
	start(n, r);
	ev_run(n->loop, 0);
	cr_assert_eq(n->waiting, 0);
	return n->got.failure;
}

static enum fetch_failure ask_path(struct net *n, const char *path)
{
	const struct fetch_request r = request(n, path);

	return ask(n, &r);
}

static size_t count(struct slice text, const char *needle)
{
	size_t n = 0;

	for (size_t at; (at = slice_find(text, slice_of(needle))) < text.len; n++)
		text = slice_skip(text, at + 1);
	return n;
}

Test(fetch, the_request_says_what_it_must_and_no_more)
{
	const struct slice more[] = {SLICE("X-Key: 1"), SLICE("X-Bad: 1\r\nX-Worse: 2")};
	static const char *const never[] = {"Cookie", "Referer", "If-None", "If-Modified", "X-Bad",
		"X-Worse", "Authorization", "A-IM", "#"};
	char head[64];
	struct net n;
	struct fetch_request r;

	net_open(&n);
	ask_path(&n, "/plain"); /* sets a cookie */
	r = request(&n, "/echo#part");
	r.headers = more;
	r.n_headers = COUNT(more);
	cr_assert_eq(ask(&n, &r), FETCH_ANSWERED);
	cr_expect(slice_starts(n.body, "GET /echo HTTP/1.1\r\n"), "%.*s", SLICE_ARG(n.body));
	snprintf(head, sizeof head, "\r\nHost: 127.0.0.1:%d\r\n", n.origin.port);
	cr_expect_eq(count(n.body, head), 1);
	cr_expect_eq(count(n.body, "\r\nUser-Agent: tributary/0 (+https://c.example)\r\n"), 1);
	cr_expect_eq(count(n.body, "\r\nAccept-Encoding: gzip\r\n"), 1);
	cr_expect_eq(count(n.body, "Accept-Encoding"), 1);
	cr_expect_eq(count(n.body, "\r\nAccept: application/atom+xml"), 1);
	cr_expect_eq(count(n.body, "\r\nX-Key: 1\r\n"), 1);
	for (size_t i = 0; i < COUNT(never); i++)
		cr_expect_eq(count(n.body, never[i]), 0, "%s", never[i]);
	net_close(&n);
}

Test(fetch, validators_go_back_byte_for_byte_and_not_into_the_next_request)
{
	struct net n;
	struct fetch_request r;

	net_open(&n);
	r = request(&n, "/echo");
	r.etag = SLICE("W/\"a,b\"");
	r.last_modified = SLICE("no date at all");
	r.user = SLICE("me");
	r.password = SLICE("pw");
	ask(&n, &r);
	cr_expect_eq(count(n.body, "\r\nIf-None-Match: W/\"a,b\"\r\n"), 1);
	cr_expect_eq(count(n.body, "\r\nIf-Modified-Since: no date at all\r\n"), 1);
	cr_expect_eq(count(n.body, "\r\nAuthorization: Basic bWU6cHc=\r\n"), 1);
	ask_path(&n, "/echo");
	cr_expect_eq(count(n.body, "If-"), 0);
	cr_expect_eq(count(n.body, "Authorization"), 0);
	r = request(&n, "/echo");
	r.etag = SLICE("\"a\"\r\nEvil: 1");
	r.last_modified = SLICE("a\x7f");
	ask(&n, &r);
	cr_expect_eq(count(n.body, "If-"), 0, "a byte that ends a line: left out");
	cr_expect_eq(count(n.body, "Evil"), 0);
	net_close(&n);
}

Test(fetch, the_answer_s_headers_are_handed_on)
{
	struct net n;

	net_open(&n);
	cr_assert_eq(ask_path(&n, "/plain"), FETCH_ANSWERED);
	cr_expect_eq(n.got.status, 200);
	cr_expect(slice_is(n.got.etag, "W/\"v1\""));
	cr_expect(slice_is(n.got.last_modified, "yesterday or so"));
	cr_expect(slice_is(n.got.cache_control, "public, max-age=60"));
	cr_expect(slice_is(n.got.retry_after, "7"));
	cr_expect(n.got.wire_bytes > n.got.body_bytes);
	net_close(&n);
}

Test(fetch, a_body_lies_sealed_in_memory_as_it_came)
{
	const struct {
		const char *path;
		struct slice want;
	} cases[] = {
		{"/abc", SLICE("abc")},
		{"/chunked", SLICE("abc")},
		{"/gzip", SLICE(GZIP)},
	};
	struct net n;

	net_open(&n);
	for (size_t i = 0; i < COUNT(cases); i++) {
		cr_expect_eq(ask_path(&n, cases[i].path), FETCH_ANSWERED, "%s", cases[i].path);
		cr_expect(slice_equal(n.body, cases[i].want), "%s", cases[i].path);
		cr_expect(n.is_sealed, "%s", cases[i].path);
	}
	cr_expect(slice_is(n.got.content_encoding, "gzip"));
	net_close(&n);
}

Test(fetch, no_body_is_no_descriptor)
{
	static const char *const paths[] = {"/empty", "/not-modified", "/moved"};
	struct net n;

	net_open(&n);
	for (size_t i = 0; i < COUNT(paths); i++) {
		cr_expect_eq(ask_path(&n, paths[i]), FETCH_ANSWERED, "%s", paths[i]);
		cr_expect_eq(n.got.body, -1, "%s", paths[i]);
		cr_expect_eq(n.got.body_bytes, 0, "%s", paths[i]);
	}
	net_close(&n);
}

Test(fetch, a_redirect_is_handed_back_absolute_and_not_followed)
{
	char want[64];
	struct net n;

	net_open(&n);
	cr_expect_eq(ask_path(&n, "/moved"), FETCH_ANSWERED);
	cr_expect_eq(n.got.status, 301);
	snprintf(want, sizeof want, "http://127.0.0.1:%d/other?x=1", n.origin.port);
	cr_expect(slice_is(n.got.location, want), "%.*s", SLICE_ARG(n.got.location));
	cr_expect_eq(ask_path(&n, "/to-file"), FETCH_ANSWERED);
	cr_expect_eq(n.got.status, 302);
	cr_expect(
		slice_is(n.got.location, "file:///etc/passwd"), "%.*s", SLICE_ARG(n.got.location));
	net_close(&n);
}

Test(fetch, an_entity_tag_that_is_none_is_left_out)
{
	static const struct {
		const char *path, *want;
	} cases[] = {
		{"/plain", "W/\"v1\""},
		{"/bare-etag", "5f3c-2a"},
		{"/two-etags", ""},
		{"/bad-etag", ""},
		{"/abc", ""}, /* a space in it */
		{"/long-etag", ""},
	};
	struct net n;

	net_open(&n);
	for (size_t i = 0; i < COUNT(cases); i++) {
		cr_expect_eq(ask_path(&n, cases[i].path), FETCH_ANSWERED, "%s", cases[i].path);
		cr_expect(slice_is(n.got.etag, cases[i].want), "%s: %.*s", cases[i].path,
			SLICE_ARG(n.got.etag));
	}
	net_close(&n);
}

Test(fetch, what_is_cut_or_no_http_is_no_answer)
{
	static const struct {
		const char *path;
		enum fetch_failure want;
	} cases[] = {
		{"/short", FETCH_CUT},
		{"/chunked-cut", FETCH_CUT},
		{"/http09", FETCH_BROKEN},
		{"/nothing", FETCH_BROKEN},
		{"/large", FETCH_TOO_LARGE},
		{"/declared", FETCH_TOO_LARGE},
	};
	struct net n;

	net_open(&n);
	for (size_t i = 0; i < COUNT(cases); i++) {
		cr_expect_eq(ask_path(&n, cases[i].path), cases[i].want, "%s: %s", cases[i].path,
			fetch_failure_name(n.got.failure));
		cr_expect_eq(n.got.body, -1, "%s", cases[i].path);
	}
	net_close(&n);
}

Test(fetch, a_body_of_just_its_limit_passes)
{
	struct net n;
	struct fetch_request r;

	net_open(&n);
	r = request(&n, "/large");
	r.max_bytes = 100000;
	cr_expect_eq(ask(&n, &r), FETCH_ANSWERED);
	cr_expect_eq(n.got.body_bytes, 100000);
	r.max_bytes = 99999;
	cr_expect_eq(ask(&n, &r), FETCH_TOO_LARGE);
	net_close(&n);
}

Test(fetch, silence_ends_at_the_whole_timeout)
{
	struct net n;
	struct fetch_request r;

	net_open(&n);
	r = request(&n, "/silent");
	r.timeout_s = 1;
	cr_expect_eq(ask(&n, &r), FETCH_TIMEOUT);
	net_close(&n);
}

Test(fetch, a_private_address_needs_an_allow_that_names_it)
{
	struct slice other = SLICE("10.0.0.0/8");
	struct net n;
	struct fetch_request r;

	net_open(&n);
	r = request(&n, "/abc");
	r.n_allow = 0;
	cr_expect_eq(ask(&n, &r), FETCH_REFUSED_ADDRESS);
	cr_expect_eq(n.got.status, 0);
	r.allow = &other;
	r.n_allow = 1;
	cr_expect_eq(ask(&n, &r), FETCH_REFUSED_ADDRESS);
	net_close(&n);
}

Test(fetch, an_open_connection_serves_no_request_that_may_not_reach_it)
{
	struct slice other = SLICE("10.0.0.0/8");
	struct net n;
	struct fetch_request r;

	net_open(&n);
	ask_path(&n, "/count");
	cr_expect(slice_is(n.body, "1 1"));
	r = request(&n, "/count");
	r.allow = &other;
	cr_expect_eq(ask(&n, &r), FETCH_REFUSED_ADDRESS, "reused, but not its own");
	r.n_allow = 0;
	cr_expect_eq(ask(&n, &r), FETCH_REFUSED_ADDRESS);
	net_close(&n);
}

Test(fetch, ports_schemes_and_addresses_that_are_none_are_refused)
{
	static const char *const urls[] = {"http://127.0.0.1:22/", "file:///etc/passwd",
		"ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://", "x"};
	struct net n;
	struct fetch_request r;

	net_open(&n);
	for (size_t i = 0; i < COUNT(urls); i++) {
		r = request(&n, "/");
		r.url = slice_of(urls[i]);
		cr_expect_eq(ask(&n, &r), FETCH_REFUSED_ADDRESS, "%s", urls[i]);
	}
	r = request(&n, "/abc");
	r.by_redirect = true;
	cr_expect_eq(ask(&n, &r), FETCH_ANSWERED, "the configured one");
	r.configured_port = 443;
	cr_expect_eq(ask(&n, &r), FETCH_REFUSED_ADDRESS, "another one");
	net_close(&n);
}

Test(fetch, nobody_there_is_said_so)
{
	struct net n;

	net_open(&n);
	origin_stop(&n.origin);
	cr_expect_eq(ask_path(&n, "/abc"), FETCH_NO_CONNECT);
	cr_expect(n.got.detail.len > 0);
	origin_start(&n.origin, rows, COUNT(rows));
	net_close(&n);
}

Test(fetch, a_connection_is_used_again)
{
	struct net n;

	net_open(&n);
	ask_path(&n, "/count");
	cr_expect(slice_is(n.body, "1 1"), "%.*s", SLICE_ARG(n.body));
	ask_path(&n, "/count");
	cr_expect(slice_is(n.body, "1 2"), "%.*s", SLICE_ARG(n.body));
	net_close(&n);
}

Test(fetch, a_cancelled_request_is_not_told)
{
	struct net n;
	struct fetch_request silent, other;
	struct fetch *t, *stillborn;

	net_open(&n);
	silent = request(&n, "/silent");
	t = start(&n, &silent);
	other = request(&n, "/");
	other.url = SLICE("file:///");
	stillborn = start(&n, &other);
	fetch_cancel(&t);
	fetch_cancel(&stillborn);
	cr_expect_null(t);
	n.waiting -= 2;
	cr_expect_eq(ask_path(&n, "/abc"), FETCH_ANSWERED);
	cr_expect_eq(n.answered, 1);
	start(&n, &silent);
	net_close(&n); /* ends it */
}

Test(fetch, many_go_at_once)
{
	struct net n;
	struct fetch_request r;

	net_open(&n);
	r = request(&n, "/abc");
	for (size_t i = 0; i < 200; i++)
		start(&n, &r);
	cr_expect_eq(n.answered, 0, "never from within");
	ev_run(n.loop, 0);
	cr_expect_eq(n.answered, 200);
	cr_expect(slice_is(n.body, "abc"));
	net_close(&n);
}
