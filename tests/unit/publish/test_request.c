/* test_request.c - what is refused before it is looked at */
#include "publish/request.h"
#include "base/limits.h"

#include <criterion/criterion.h>

static struct request_headers headers(const char *text)
{
	struct slice rest = slice_of(text), line;
	struct request_headers h = {0};

	while (text[0] != '\0' && slice_cut(&rest, '\n', &line)) {
		size_t colon = slice_find_byte(line, ':');

		request_take(&h, slice_head(line, colon), slice_trim(slice_skip(line, colon + 1)));
	}
	return h;
}

Test(request, refusals)
{
	static const struct slice named[] = {{"news.example", 12}, {"other.example:8080", 18}};
	static const struct request_hosts hosts = {named, COUNT(named)};
	static const struct {
		const char *method, *fields;
		unsigned unix_socket, tcp;
	} rows[] = {
		{"GET", "Host: localhost", 0, 0},
		{"HEAD", "host: LOCALHOST:80", 0, 0},
		{"GET", "Host: [::1]:80", 0, 0},
		{"GET", "Host: 127.0.0.1", 0, 0},
		{"GET", "Host: News.example:1", 0, 0},
		{"GET", "Host: other.example:8080", 0, 0},
		{"GET", "Host: other.example", 0, 421},
		{"GET", "Host: evil.example", 0, 421},
		{"GET", "Host: localhost.evil.example", 0, 421},
		{"GET", "Host: [::1", 0, 421},
		{"GET", "Host:", 0, 421},
		{"GET", "", 0, 0}, /* HTTP/1.0 */
		{"POST", "Host: localhost", 405, 405},
		{"get", "Host: localhost", 405, 405},
		{"GET", "Host: localhost\nHost: localhost", 400, 400},
		{"GET", "Host: localhost\nContent-Length: 0", 0, 0},
		{"GET", "Host: localhost\nContent-Length: 00", 400, 400},
		{"GET", "Host: localhost\nContent-Length: 0\ncontent-length: 0", 400, 400},
		{"GET", "Host: localhost\nTransfer-Encoding: identity", 400, 400},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct request_headers h = headers(rows[i].fields);

		cr_expect_eq(request_refuse(&h, rows[i].method, SLICE("/"), NULL),
			rows[i].unix_socket, "row %zu", i);
		cr_expect_eq(request_refuse(&h, rows[i].method, SLICE("/"), &hosts), rows[i].tcp,
			"row %zu", i);
	}
}

Test(request, sizes)
{
	static const char text[LIMIT_REQUEST_BYTES];
	struct request_headers h = {0};

	cr_expect_eq(request_refuse(&h, "GET", slice_from(text, LIMIT_TARGET_BYTES), NULL), 0);
	cr_expect_eq(
		request_refuse(&h, "GET", slice_from(text, LIMIT_TARGET_BYTES + 1), NULL), 414);
	request_take(&h, SLICE("X"), slice_from(text, LIMIT_REQUEST_BYTES - 6));
	cr_expect_eq(request_refuse(&h, "GET", SLICE("/"), NULL), 0);
	cr_expect_eq(request_refuse(&h, "GET", SLICE("/x"), NULL), 431);
}

Test(request, every_status_that_we_send_has_words)
{
	static const unsigned sent[] = {400, 404, 405, 412, 414, 421, 431, 503};

	for (size_t i = 0; i < COUNT(sent); i++)
		cr_expect_str_neq(request_reason(sent[i]), request_reason(599), "%u", sent[i]);
}
