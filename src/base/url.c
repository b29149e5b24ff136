/*
 * url.c - addresses: clean, resolve, split; libcurl's URL half
 *
 * A reference is first cleaned as browsers clean it (WHATWG URL section 4.4: blanks around it and
 * line ends within it go, a backslash is a slash) and percent-encoded; then merged with its base
 * as RFC 3986 section 5.2.2 says; libcurl parses the whole, removes dot segments and judges host
 * and port.  So what we hand on is read by others as we have read it.  What is plain already
 * (base/url_plain.h) takes none of these steps.
 */
#include "base/url.h"
#include "base/arena.h"
#include "base/idn.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url_plain.h"

#include <curl/urlapi.h>

/* What follows the scheme's colon. */
enum shape {
	SHAPE_WEB,   /* "//", a host; a browser mends what comes near to it */
	SHAPE_HOST,  /* "//" and a host */
	SHAPE_OTHER, /* anything but nothing */
};

struct scheme {
	const char *name;
	enum url_use use;
	enum shape shape;
};

static const struct scheme SCHEMES[] = {
	{"http", URL_FETCH, SHAPE_WEB},
	{"https", URL_FETCH, SHAPE_WEB},
	{"ftp", URL_LINK, SHAPE_HOST},
	{"ftps", URL_LINK, SHAPE_HOST},
	{"geo", URL_LINK, SHAPE_OTHER},
	{"gopher", URL_LINK, SHAPE_HOST},
	{"irc", URL_LINK, SHAPE_HOST},
	{"ircs", URL_LINK, SHAPE_HOST},
	{"magnet", URL_LINK, SHAPE_OTHER},
	{"mailto", URL_LINK, SHAPE_OTHER},
	{"news", URL_LINK, SHAPE_OTHER},
	{"nntp", URL_LINK, SHAPE_HOST},
	{"sip", URL_LINK, SHAPE_OTHER},
	{"sips", URL_LINK, SHAPE_OTHER},
	{"sms", URL_LINK, SHAPE_OTHER},
	{"tag", URL_LINK, SHAPE_OTHER},
	{"tel", URL_LINK, SHAPE_OTHER},
	{"urn", URL_LINK, SHAPE_OTHER},
	{"webcal", URL_LINK, SHAPE_HOST},
	{"xmpp", URL_LINK, SHAPE_OTHER},
};

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* RFC 3986 section 2 has no place for it: it is percent-encoded wherever it stands. */
static bool is_foreign(char c)
{
	switch (c) {
	case '"':
	case '<':
	case '>':
	case '\\':
	case '^':
	case '`':
	case '{':
	case '|':
	case '}':
		return true;
	default:
		return (unsigned char)c <= ' ' || (unsigned char)c >= 0x7f;
	}
}

/* How many bytes of `s` are a scheme before its colon; 0 where it has none (section 3.1). */
static size_t scheme_length(struct slice s)
{
	size_t len = 0;

	if (s.len == 0 || !is_alpha(s.at[0]))
		return 0;
	while (len < s.len && (is_alpha(s.at[len]) || is_digit(s.at[len]) || s.at[len] == '+' ||
				      s.at[len] == '-' || s.at[len] == '.'))
		len++;
	return len < s.len && s.at[len] == ':' ? len : 0;
}

static const struct scheme *scheme_find(struct slice name)
{
	for (size_t i = 0; i < COUNT(SCHEMES); i++)
		if (slice_is_fold(name, SCHEMES[i].name))
			return &SCHEMES[i];
	return NULL;
}

/* The first of the bytes `any` in `s` from `from` on, or s.len. */
static size_t find_any(struct slice s, size_t from, const char *any)
{
	while (from < s.len && (s.at[from] == '\0' || strchr(any, s.at[from]) == NULL))
		from++;
	return from;
}

static bool is_dropped(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

/* Without controls and blanks around, without tabs and line ends within. */
static struct slice strip(struct arena *a, struct slice s)
{
	size_t len = 0;
	char *to;

	while (s.len > 0 && (unsigned char)s.at[s.len - 1] <= ' ')
		s.len--;
	while (s.len > 0 && (unsigned char)s.at[0] <= ' ')
		s = slice_skip(s, 1);
	if (s.len > LIMIT_URL_BYTES || find_any(s, 0, "\t\n\r") == s.len)
		return s;
	to = arena_alloc(a, s.len);
	for (size_t i = 0; i < s.len; i++)
		if (!is_dropped(s.at[i]))
			to[len++] = s.at[i];
	return slice_from(to, len);
}

static bool is_stray_percent(struct slice s, size_t i)
{
	return s.at[i] == '%' && (s.len - i < 3 || !is_hex(s.at[i + 1]) || !is_hex(s.at[i + 2]));
}

/*
 * `s` with what is foreign percent-encoded, in upper case, and a percent sign that encodes
 * nothing too; with `slashes`, a backslash before the query is a slash.  `s` itself where that
 * changes nothing.
 */
static struct slice encode(struct arena *a, struct slice s, bool slashes)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t path = slashes ? find_any(s, 0, "?#") : 0;
	size_t more = 0;
	size_t len = 0;
	char *to;

	for (size_t i = 0; i < s.len; i++)
		more += is_foreign(s.at[i]) || is_stray_percent(s, i) ? 1 : 0;
	if (more == 0)
		return s;
	to = arena_alloc(a, s.len + 2 * more);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.at[i];

		if (c == '\\' && i < path) {
			to[len++] = '/';
		} else if (is_foreign(s.at[i]) || is_stray_percent(s, i)) {
			to[len++] = '%';
			to[len++] = digits[c >> 4];
			to[len++] = digits[c & 15];
		} else {
			to[len++] = s.at[i];
		}
	}
	return slice_from(to, len);
}

static struct slice join(struct arena *a, struct slice one, struct slice other)
{
	char *to = arena_alloc(a, one.len + other.len);

	if (one.len > 0)
		memcpy(to, one.at, one.len);
	if (other.len > 0)
		memcpy(to + one.len, other.at, other.len);
	return slice_from(to, one.len + other.len);
}

/* A base that counts: absolute, http(s), not too long.  Cleaned; empty else. */
static struct slice base_clean(struct arena *a, struct slice base)
{
	const struct scheme *scheme;
	size_t len;

	if (base.len > LIMIT_BASE_BYTES)
		return SLICE_NONE;
	base = strip(a, base);
	len = scheme_length(base);
	scheme = len == 0 ? NULL : scheme_find(slice_head(base, len));
	if (scheme == NULL || scheme->shape != SHAPE_WEB)
		return SLICE_NONE;
	base = encode(a, base, true);
	return slice_starts(slice_skip(base, len), "://") ? base : SLICE_NONE;
}

/* RFC 3986 section 5.2.2, but for the dot segments: `ref` has no scheme, `base` has. */
static struct slice merge(struct arena *a, struct slice base, struct slice ref)
{
	size_t scheme = slice_find_byte(base, ':') + 1;
	size_t path = find_any(base, scheme + 2, "/?#");
	size_t query = find_any(base, path, "?#");
	size_t fragment = find_any(base, query, "#");

	if (ref.len == 0 || ref.at[0] == '#')
		return join(a, slice_head(base, fragment), ref);
	if (ref.at[0] == '?')
		return join(a, slice_head(base, query), ref);
	if (slice_starts(ref, "//"))
		return join(a, slice_head(base, scheme), ref);
	if (ref.at[0] == '/')
		return join(a, slice_head(base, path), ref);
	if (path == query) /* section 5.2.3: an empty path is the root's */
		return join(a, join(a, slice_head(base, path), SLICE("/")), ref);
	while (base.at[query - 1] != '/')
		query--;
	return join(a, slice_head(base, query), ref);
}

/* The cleaned, absolute form of a web address whose scheme is known or comes from the base. */
static struct slice merge_web(
	struct arena *a, struct slice base, struct slice ref, size_t scheme_len)
{
	ref = encode(a, ref, true);
	if (scheme_len > 0 && slice_starts(slice_skip(ref, scheme_len), "://"))
		return ref;
	base = base_clean(a, base);
	if (base.len == 0)
		return SLICE_NONE;
	if (scheme_len > 0) {
		/* "http:x" is relative to a base of its scheme (section 5.2.2, and browsers). */
		if (!slice_equal_fold(
			    slice_head(base, scheme_len + 1), slice_head(ref, scheme_len + 1)))
			return SLICE_NONE;
		ref = slice_skip(ref, scheme_len + 1);
	}
	return merge(a, base, ref);
}

/* Of another scheme: its name folded, the rest encoded. */
static struct slice other_clean(struct arena *a, const struct scheme *scheme, struct slice rest)
{
	rest = encode(a, rest, false);
	if (rest.len == 0 || (scheme->shape == SHAPE_HOST && !slice_starts(rest, "//")))
		return SLICE_NONE;
	return join(a, join(a, slice_of(scheme->name), SLICE(":")), rest);
}

/*
 * What `base` and `ref` make, cleaned but not yet parsed, and of what shape; empty where that is
 * plain already to be nothing for `use`.
 */
static struct slice compose(struct arena *a, struct slice base, struct slice ref, enum url_use use,
	enum shape *shape_out)
{
	const struct scheme *scheme;
	size_t len;

	*shape_out = SHAPE_WEB;
	ref = strip(a, ref);
	if (ref.len > LIMIT_URL_BYTES)
		return SLICE_NONE;
	len = scheme_length(ref);
	if (len == 0)
		return merge_web(a, base, ref, 0);
	scheme = scheme_find(slice_head(ref, len));
	if (scheme == NULL || scheme->use > use)
		return SLICE_NONE;
	*shape_out = scheme->shape;
	if (scheme->shape == SHAPE_WEB)
		return merge_web(a, base, ref, len);
	return other_clean(a, scheme, slice_skip(ref, len + 1));
}

static struct slice part_get(struct arena *a, CURLU *u, CURLUPart part, unsigned flags)
{
	struct slice copy = SLICE_NONE;
	char *text = NULL;
	CURLUcode code = curl_url_get(u, part, &text, flags);

	if (code == CURLUE_OUT_OF_MEMORY)
		die("out of memory (an address)");
	if (code == CURLUE_OK) {
		copy = slice_copy(a, slice_of(text));
		curl_free(text);
	}
	return copy;
}

static bool part_set(CURLU *u, CURLUPart part, const char *text)
{
	CURLUcode code = curl_url_set(u, part, text, CURLU_NON_SUPPORT_SCHEME);

	if (code == CURLUE_OUT_OF_MEMORY)
		die("out of memory (an address)");
	return code == CURLUE_OK;
}

/* Puts the host of `authority` in ASCII and lower case; false where it is none. */
static bool host_mend(struct arena *a, CURLU *u, struct slice authority)
{
	struct slice host = part_get(a, u, CURLUPART_HOST, 0);
	struct slice better;

	if (part_get(a, u, CURLUPART_ZONEID, 0).len > 0)
		return false; /* an interface of this machine */
	if (host.len > 0 && host.at[0] == '[')
		better = slice_fold(a, host); /* libcurl has read the address */
	else
		better = idn_to_ascii(a, host);
	if (better.len == 0)
		return false;
	if (slice_equal(host, better) && slice_find_byte(authority, '%') == authority.len)
		return true;
	/* Parsed once more: libcurl knows the old ways to write an IPv4 address, but only bare. */
	return part_set(u, CURLUPART_HOST, slice_string(a, better)) &&
	       part_set(u, CURLUPART_URL, slice_string(a, part_get(a, u, CURLUPART_URL, 0)));
}

/* A parsed address with a good host, for curl_url_cleanup; NULL where `text` is none. */
static CURLU *parse(struct arena *a, struct slice text)
{
	struct slice after = slice_skip(text, slice_find(text, SLICE("://")) + 3);
	CURLU *u;

	/* libcurl forgives a third slash: another host than RFC 3986's, which is none. */
	if (after.len == 0 || after.at[0] == '/' || text.len > LIMIT_URL_BYTES)
		return NULL;
	u = curl_url();
	if (u == NULL)
		die("out of memory (an address)");
	if (part_set(u, CURLUPART_URL, slice_string(a, text)) &&
		host_mend(a, u, slice_head(after, find_any(after, 0, "/?#"))))
		return u;
	curl_url_cleanup(u);
	return NULL;
}

struct slice url_resolve(struct arena *a, struct slice base, struct slice ref, enum url_use use)
{
	enum shape shape;
	struct url_parts plain;
	struct slice text;

	if (url_plain(ref, &plain))
		return slice_copy(a, ref);
	text = compose(a, base, ref, use, &shape);
	if (shape != SHAPE_OTHER && !url_plain(text, &plain)) {
		CURLU *u = text.len == 0 ? NULL : parse(a, text);

		text = u == NULL ? SLICE_NONE : part_get(a, u, CURLUPART_URL, 0);
		curl_url_cleanup(u);
	}
	return text.len > LIMIT_URL_BYTES ? SLICE_NONE : text;
}

bool url_split(struct arena *a, struct slice url, struct url_parts *parts_out)
{
	enum shape shape;
	struct slice text;
	int64_t port;
	CURLU *u;

	if (url_plain(url, parts_out))
		return url_plain(slice_copy(a, url), parts_out);
	text = compose(a, SLICE_NONE, url, URL_FETCH, &shape);
	u = text.len == 0 ? NULL : parse(a, text);
	if (u == NULL)
		return false;
	*parts_out = (struct url_parts){
		.scheme = part_get(a, u, CURLUPART_SCHEME, 0),
		.user = part_get(a, u, CURLUPART_USER, CURLU_URLDECODE),
		.password = part_get(a, u, CURLUPART_PASSWORD, CURLU_URLDECODE),
		.host = part_get(a, u, CURLUPART_HOST, 0),
		.path = part_get(a, u, CURLUPART_PATH, 0),
		.query = part_get(a, u, CURLUPART_QUERY, 0),
	};
	if (slice_int(part_get(a, u, CURLUPART_PORT, CURLU_DEFAULT_PORT), 0, UINT16_MAX, &port))
		parts_out->port = (int)port;
	curl_url_cleanup(u);
	return true;
}

bool url_same_origin(struct arena *a, struct slice one, struct slice other)
{
	struct url_parts x;
	struct url_parts y;

	return url_split(a, one, &x) && url_split(a, other, &y) &&
	       slice_equal(x.scheme, y.scheme) && slice_equal(x.host, y.host) && x.port == y.port;
}

struct slice url_public(struct arena *a, struct slice url)
{
	size_t start = scheme_length(url);
	size_t end;
	size_t at;

	start += start > 0 ? 1 : 0;
	/* Without a slash it is an address like mailto:, where the "@" hides nothing. */
	if (start == url.len || strchr("/\\", url.at[start]) == NULL)
		return url;
	while (start < url.len && (url.at[start] == '/' || url.at[start] == '\\'))
		start++;
	end = find_any(url, start, "/\\?#");
	for (at = end; at > start && url.at[at - 1] != '@';)
		at--;
	return at == start ? url : join(a, slice_head(url, start), slice_skip(url, at));
}

/* RFC 3987 section 2.2, nearly: no more of it matters to an identity. */
static bool is_iri_text(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((is_foreign(s.at[i]) && (unsigned char)s.at[i] < 0x80) ||
			is_stray_percent(s, i))
			return false;
	return slice_utf8_valid(s);
}

bool url_is_global_id(struct slice id)
{
	size_t len = scheme_length(id);
	struct slice scheme = slice_head(id, len);
	struct slice rest = slice_skip(id, len + 1);

	if (len == 0 || id.len > LIMIT_ID_BYTES || !is_iri_text(id))
		return false;
	if (slice_is_fold(scheme, "http") || slice_is_fold(scheme, "https"))
		return slice_starts(rest, "//") && find_any(rest, 2, "/?#") > 2;
	return rest.len > 0 && (slice_is_fold(scheme, "urn") || slice_is_fold(scheme, "tag"));
}
