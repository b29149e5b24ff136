/*
 * fetch_answer.c - see fetch_answer.h
 */
#include "poll/fetch_answer.h"

#include "base/buf.h"
#include "base/limits.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

bool fetch_body_put(struct fetch_body *b, const void *at, size_t len)
{
	const char *from = at;

	if (len > b->most - b->bytes) {
		b->is_too_large = true;
		return false;
	}
	if (b->fd < 0)
		b->fd = memfd_create("tributary-body", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	for (size_t put = 0; put < len;) {
		ssize_t n = b->fd < 0 ? -1 : write(b->fd, from + put, len - put);

		if (n < 0 && b->fd >= 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			b->is_broken = true;
			return false;
		}
		put += (size_t)n;
	}
	b->bytes += len;
	return true;
}

bool fetch_body_seal(struct fetch_body *b)
{
	return b->fd < 0 || fcntl(b->fd, F_ADD_SEALS,
				    F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
}

void fetch_body_drop(struct fetch_body *b)
{
	if (b->fd >= 0)
		close(b->fd);
	b->fd = -1;
}

/* All headers of this name, joined by ", " (RFC 9110 section 5.3); empty where none stands. */
static struct slice joined(CURL *easy, struct arena *a, const char *name)
{
	struct curl_header *h = NULL;
	struct buf text;
	struct slice all;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return SLICE_NONE;
	if (h->amount == 1)
		return slice_copy(a, slice_head(slice_of(h->value), LIMIT_URL_BYTES));
	buf_init(&text, LIMIT_URL_BYTES);
	for (size_t i = 0; i < h->amount; i++) {
		if (curl_easy_header(easy, name, i, CURLH_HEADER, -1, &h) != CURLHE_OK)
			break;
		buf_puts(&text, i > 0 ? ", " : "");
		buf_puts(&text, h->value);
	}
	all = slice_copy(a, buf_slice(&text));
	buf_clear(&text);
	return all;
}

/* A header that must stand once and be fit to be sent back; else it is as if it were not there. */
static struct slice single(CURL *easy, struct arena *a, const char *name)
{
	struct curl_header *h = NULL;
	struct slice value;

	if (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK || h->amount != 1)
		return SLICE_NONE;
	value = slice_of(h->value);
	if (value.len > LIMIT_VALIDATOR_BYTES)
		return SLICE_NONE;
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] < 0x20 || (unsigned char)value.at[i] == 0x7F)
			return SLICE_NONE;
	return slice_copy(a, value);
}

/* etagc: no control, no space, no quote. */
static bool is_etagc(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] <= 0x20 || text.at[i] == '"' || text.at[i] == 0x7F)
			return false;
	return true;
}

/*
 * RFC 9110 section 8.8.3: "…" or W/"…".  Servers that leave the quotes off are known and mean
 * it: what has no quotes is passed too, for it goes back to the server that wrote it.
 */
static struct slice entity_tag(CURL *easy, struct arena *a)
{
	struct slice tag = single(easy, a, "etag");
	struct slice opaque = slice_skip(tag, slice_starts(tag, "W/\"") ? 2 : 0);

	if (opaque.len >= 2 && opaque.at[0] == '"' && slice_ends(opaque, "\""))
		opaque = slice_from(opaque.at + 1, opaque.len - 2);
	return is_etagc(opaque) ? tag : SLICE_NONE;
}

static struct slice location(CURL *easy, struct arena *a)
{
	char *to = NULL;

	if (curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &to) != CURLE_OK || to == NULL)
		return SLICE_NONE;
	return strlen(to) > LIMIT_URL_BYTES ? SLICE_NONE : slice_copy(a, slice_of(to));
}

static uint64_t wire_bytes(CURL *easy)
{
	curl_off_t body = 0;
	long headers = 0;

	curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &body);
	curl_easy_getinfo(easy, CURLINFO_HEADER_SIZE, &headers);
	return (uint64_t)(body > 0 ? body : 0) + (uint64_t)(headers > 0 ? headers : 0);
}

/* Of the first certificate, the origin's own: curl_easy_getinfo(3), CURLINFO_CERTINFO. */
static instant certificate_end(CURL *easy)
{
	static const char NAME[] = "Expire date:";
	struct curl_certinfo *all = NULL;
	time_t at = -1;

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &all) != CURLE_OK || all == NULL ||
		all->num_of_certs < 1)
		return INSTANT_NONE;
	for (const struct curl_slist *l = all->certinfo[0]; l != NULL; l = l->next)
		if (strncmp(l->data, NAME, sizeof NAME - 1) == 0)
			at = curl_getdate(l->data + sizeof NAME - 1, NULL);
	return at == -1 ? INSTANT_NONE : (instant)at;
}

void fetch_answer_headers(void *easy, struct arena *a, struct fetch_answer *answer)
{
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
	answer->wire_bytes = wire_bytes(easy);
	answer->cert_end = certificate_end(easy);
	answer->location = location(easy, a);
	answer->etag = entity_tag(easy, a);
	answer->last_modified = single(easy, a, "last-modified");
	answer->cache_control = joined(easy, a, "cache-control");
	answer->expires = single(easy, a, "expires");
	answer->age = single(easy, a, "age");
	answer->date = single(easy, a, "date");
	answer->retry_after = single(easy, a, "retry-after");
	answer->content_type = joined(easy, a, "content-type");
	answer->content_encoding = joined(easy, a, "content-encoding");
	answer->content_location = single(easy, a, "content-location");
	answer->content_language = joined(easy, a, "content-language");
	answer->link = joined(easy, a, "link");
	answer->im = joined(easy, a, "im");
	answer->cf_mitigated = joined(easy, a, "cf-mitigated");
}

/* HTTP/0.9 comes as CURLE_UNSUPPORTED_PROTOCOL: like all that no row names, no HTTP to us. */
enum fetch_failure fetch_failure_of(int code)
{
	static const struct {
		CURLcode code;
		enum fetch_failure failure;
	} failures[] = {
		{CURLE_COULDNT_RESOLVE_HOST, FETCH_NO_HOST},
		{CURLE_COULDNT_RESOLVE_PROXY, FETCH_NO_HOST},
		{CURLE_COULDNT_CONNECT, FETCH_NO_CONNECT},
		{CURLE_SEND_ERROR, FETCH_NO_CONNECT},
		{CURLE_URL_MALFORMAT, FETCH_REFUSED_ADDRESS},
		{CURLE_OPERATION_TIMEDOUT, FETCH_TIMEOUT},
		{CURLE_PEER_FAILED_VERIFICATION, FETCH_TLS},
		{CURLE_SSL_CONNECT_ERROR, FETCH_TLS},
		{CURLE_SSL_CERTPROBLEM, FETCH_TLS},
		{CURLE_SSL_CIPHER, FETCH_TLS},
		{CURLE_SSL_CACERT_BADFILE, FETCH_TLS},
		{CURLE_SSL_ISSUER_ERROR, FETCH_TLS},
		{CURLE_SSL_INVALIDCERTSTATUS, FETCH_TLS},
		{CURLE_PARTIAL_FILE, FETCH_CUT},
		{CURLE_RECV_ERROR, FETCH_CUT},
		{CURLE_HTTP2_STREAM, FETCH_CUT},
		{CURLE_GOT_NOTHING, FETCH_BROKEN},
		{CURLE_FILESIZE_EXCEEDED, FETCH_TOO_LARGE},
	};

	for (size_t i = 0; i < COUNT(failures); i++)
		if ((int)failures[i].code == code)
			return failures[i].failure;
	return FETCH_BROKEN;
}
