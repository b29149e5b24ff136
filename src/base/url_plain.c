/* url_plain.c - the plain form, in which nearly all web addresses come */
#include "base/url_plain.h"
#include "base/limits.h"

#define HOST_BYTES  253 /* RFC 1035 section 2.3.4 */
#define LABEL_BYTES 63

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_label(struct slice label)
{
	if (label.len == 0 || label.len > LABEL_BYTES || label.at[0] == '-')
		return false;
	for (size_t i = 0; i < label.len; i++)
		if (!is_digit(label.at[i]) && label.at[i] != '-' &&
			!(label.at[i] >= 'a' && label.at[i] <= 'z'))
			return false;
	return true;
}

static bool is_host(struct slice host)
{
	struct slice label = SLICE_NONE;

	if (host.len > HOST_BYTES)
		return false;
	while (slice_cut(&host, '.', &label))
		if (!is_label(label))
			return false;
	return label.len > 0 && !is_digit(label.at[0]); /* no IPv4 address in any writing */
}

/* May it stand in a path, query or fragment as it is? */
static bool is_fit(char c)
{
	switch (c) {
	case '"':
	case '%':
	case '<':
	case '>':
	case '\\':
	case '^':
	case '`':
	case '{':
	case '|':
	case '}':
		return false;
	default:
		return c > ' ' && c < 0x7f;
	}
}

/* No dot segments, no segment that is empty, no query or fragment either. */
static bool is_rest(struct slice rest)
{
	for (size_t i = 0; i < rest.len; i++) {
		char c = rest.at[i], next = i + 1 < rest.len ? rest.at[i + 1] : '#';

		if (!is_fit(c) || (c == '/' && (next == '.' || next == '/')) ||
			((c == '?' || c == '#') && next == '#'))
			return false;
	}
	return true;
}

static size_t first_of(struct slice s, const char *any)
{
	size_t first = s.len;

	for (; *any != '\0'; any++)
		first = slice_find_byte(slice_head(s, first), *any);
	return first;
}

/* Cuts what stands before the first byte of `any`, which are few, off `*rest`. */
static struct slice cut(struct slice *rest, const char *any)
{
	struct slice part = slice_head(*rest, first_of(*rest, any));

	*rest = slice_skip(*rest, part.len);
	return part;
}

bool url_plain(struct slice url, struct url_parts *parts_out)
{
	bool secure = slice_starts(url, "https://");
	struct slice rest = slice_skip(url, secure ? 8 : 7);

	if (url.len > LIMIT_URL_BYTES || (!secure && !slice_starts(url, "http://")))
		return false;
	*parts_out = (struct url_parts){
		.scheme = slice_head(url, secure ? 5 : 4), .port = secure ? 443 : 80};
	parts_out->host = cut(&rest, "/?#");
	if (!slice_starts(rest, "/") || !is_host(parts_out->host) || !is_rest(rest))
		return false;
	parts_out->path = cut(&rest, "?#");
	if (slice_starts(rest, "?")) {
		rest = slice_skip(rest, 1);
		parts_out->query = cut(&rest, "#");
	}
	return true;
}
