/* request.c - a header's fields, and what is refused by them */
#include "publish/request.h"
#include "base/limits.h"

void request_take(struct request_headers *h, struct slice name, struct slice value)
{
	const struct {
		const char *name;
		struct slice *to;
		size_t *count;
	} rows[] = {
		{"Host", &h->host, &h->hosts},
		{"Content-Length", &h->length, &h->lengths},
		{"Transfer-Encoding", NULL, &h->codings},
		{"Accept-Encoding", &h->accept_encoding, NULL},
		{"A-IM", &h->a_im, NULL},
		{"Last-Event-ID", &h->last_event_id, NULL},
		{"User-Agent", &h->user_agent, NULL},
		{"If-None-Match", &h->conditions.if_none_match, NULL},
		{"If-Modified-Since", &h->conditions.if_modified_since, NULL},
		{"If-Match", &h->conditions.if_match, NULL},
		{"If-Unmodified-Since", &h->conditions.if_unmodified_since, NULL},
	};

	h->bytes += name.len + value.len + 4;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!slice_is_fold(name, rows[i].name))
			continue;
		if (rows[i].to != NULL)
			*rows[i].to = value;
		if (rows[i].count != NULL)
			(*rows[i].count)++;
	}
}

static bool is_known_host(const struct request_hosts *hosts, struct slice host)
{
	static const char *const always[] = {"localhost", "127.0.0.1", "[::1]"};
	size_t colon = host.len > 0 && host.at[0] == '[' ? slice_find_byte(host, ']') + 1
							 : slice_find_byte(host, ':');
	struct slice name = slice_head(host, colon);

	for (size_t i = 0; i < COUNT(always); i++)
		if (slice_is_fold(name, always[i]))
			return true;
	for (size_t i = 0; i < hosts->n; i++)
		if (slice_equal_fold(name, hosts->at[i]) || slice_equal_fold(host, hosts->at[i]))
			return true;
	return false;
}

unsigned request_refuse(const struct request_headers *h, const char *method, struct slice target,
	const struct request_hosts *hosts)
{
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return 405;
	if (h->codings > 0 || h->hosts > 1 || h->lengths > 1 ||
		(h->lengths == 1 && !slice_is(h->length, "0")))
		return 400;
	if (target.len > LIMIT_TARGET_BYTES)
		return 414;
	if (target.len + h->bytes > LIMIT_REQUEST_BYTES)
		return 431;
	if (hosts != NULL && h->hosts == 1 && !is_known_host(hosts, h->host))
		return 421;
	return 0;
}

const char *request_reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *text;
	} rows[] = {
		{400, "This request is malformed, or bears a body."},
		{404, "There is nothing at this address."},
		{405, "Only GET and HEAD are answered here."},
		{410, "What stood at this address was removed."},
		{412, "A precondition of this request does not hold."},
		{414, "This address is too long."},
		{421, "This server does not answer for that host."},
		{431, "This request's header is too large."},
		{503, "The store cannot be read at the moment."},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].status == status)
			return rows[i].text;
	return "This did not work.";
}
