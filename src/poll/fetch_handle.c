/*
 * fetch_handle.c - see fetch_handle.h
 */
#include "poll/fetch_handle.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

#include <curl/curl.h>
#include <unistd.h>

#define CA_BUNDLE     "/etc/ssl/certs/ca-certificates.crt"
#define SECONDS_A_DAY 86400L

#define ACCEPT                                                                                     \
	"Accept: application/atom+xml, application/rss+xml, application/feed+json, "               \
	"application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "                       \
	"application/json;q=0.7, text/html;q=0.5, */*;q=0.1"

static void set_up_limits(CURL *e)
{
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT, (long)LIMIT_CONNECT_S);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_LIMIT, (long)LIMIT_SLOW_BYTES_S);
	curl_easy_setopt(e, CURLOPT_LOW_SPEED_TIME, (long)LIMIT_SLOW_S);
	curl_easy_setopt(e, CURLOPT_MAXLIFETIME_CONN, 600L);
	curl_easy_setopt(e, CURLOPT_DNS_CACHE_TIMEOUT, 60L);
	curl_easy_setopt(e, CURLOPT_BUFFERSIZE, 16384L);
}

static void set_up_manners(CURL *e, const char *user_agent)
{
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(e, CURLOPT_UNRESTRICTED_AUTH, 0L);
	curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(e, CURLOPT_USERAGENT, user_agent);
	/* With a proxy, nothing goes round it by no_proxy of the environment. */
	curl_easy_setopt(e, CURLOPT_NOPROXY, "");
	curl_easy_setopt(e, CURLOPT_CERTINFO, 1L);
	curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	/* One file, for a folder of certificates defeats the cache. */
	if (access(CA_BUNDLE, R_OK) == 0) {
		curl_easy_setopt(e, CURLOPT_CAINFO, CA_BUNDLE);
		curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	}
	curl_easy_setopt(e, CURLOPT_CA_CACHE_TIMEOUT, SECONDS_A_DAY);
}

void *fetch_handle_new(const char *user_agent)
{
	CURL *e = curl_easy_init();

	if (e == NULL)
		return NULL;
	set_up_limits(e);
	set_up_manners(e, user_agent);
	return e;
}

static bool is_clean(struct slice value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] < 0x20 || (unsigned char)value.at[i] == 0x7F)
			return false;
	return true;
}

/* "Name: value", unless a byte in it could end the line (threats.md N10). */
static void add_header(struct curl_slist **list, const char *name, struct slice value)
{
	struct buf line;
	struct curl_slist *longer;

	if (value.len == 0 || !is_clean(value))
		return;
	buf_init(&line, LIMIT_URL_BYTES);
	buf_puts(&line, name);
	buf_put_slice(&line, value);
	longer = line.full ? NULL : curl_slist_append(*list, line.at);
	if (longer != NULL)
		*list = longer;
	buf_clear(&line);
}

static struct curl_slist *make_headers(const struct fetch_request *r)
{
	struct curl_slist *list = NULL;

	add_header(&list, "", SLICE(ACCEPT));
	add_header(&list, "Accept-Encoding: ", SLICE("gzip"));
	add_header(&list, "If-None-Match: ", r->etag);
	add_header(&list, "If-Modified-Since: ", r->last_modified);
	if (r->takes_delta)
		add_header(&list, "A-IM: ", SLICE("feed"));
	for (size_t i = 0; i < r->n_headers; i++)
		add_header(&list, "", r->headers[i]);
	return list;
}

static void set_credentials(CURL *e, struct arena *a, const struct fetch_request *r)
{
	bool given = r->user.len > 0;

	curl_easy_setopt(e, CURLOPT_USERNAME, given ? slice_string(a, r->user) : NULL);
	curl_easy_setopt(e, CURLOPT_PASSWORD, given ? slice_string(a, r->password) : NULL);
	curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
}

void *fetch_handle_ask(void *easy, struct arena *a, const struct fetch_request *r)
{
	struct curl_slist *headers = make_headers(r);

	set_credentials(easy, a, r);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
	/* Empty: none, whatever the environment says. */
	curl_easy_setopt(easy, CURLOPT_PROXY, slice_string(a, r->proxy));
	curl_easy_setopt(easy, CURLOPT_URL, slice_string(a, r->url));
	/* Over TLS the handshake soon says whether a connection can be shared (HTTP/2); else only
	 * the first answer would, and a slow one would hold up all others of its host. */
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, slice_starts(r->url, "https:") ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)r->max_bytes);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)r->timeout_s);
	return headers;
}
