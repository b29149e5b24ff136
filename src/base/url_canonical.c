/* url_canonical.c - the form by which two addresses are one */
#include "base/arena.h"
#include "base/limits.h"
#include "base/url.h"

/* Parameters that say how a reader came, not where to.  A star stands for any end. */
static const char *const TRACKING[] = {
	"__hsfp",
	"__hssc",
	"__hstc",
	"__twitter_impression",
	"_ga",
	"_gl",
	"_hsenc",
	"_hsmi",
	"_openstat",
	"at_*",
	"cmpid",
	"dclid",
	"epik",
	"fb_action_ids",
	"fb_action_types",
	"fb_ref",
	"fb_source",
	"fbclid",
	"gbraid",
	"gclid",
	"gclsrc",
	"guccounter",
	"guce_*",
	"hsa_*",
	"hsctatracking",
	"icid",
	"igsh",
	"igshid",
	"li_fat_id",
	"mc_cid",
	"mc_eid",
	"mkt_tok",
	"msclkid",
	"mtm_*",
	"ncid",
	"ns_campaign",
	"ns_fee",
	"ns_linkname",
	"ns_mchannel",
	"ns_source",
	"ocid",
	"oly_anon_id",
	"oly_enc_id",
	"piwik_*",
	"pk_campaign",
	"pk_kwd",
	"pk_source",
	"rb_clickid",
	"ref_src",
	"ref_url",
	"s_cid",
	"s_kwcid",
	"sc_cid",
	"srsltid",
	"ttclid",
	"twclid",
	"utm_*",
	"vero_conv",
	"vero_id",
	"wbraid",
	"wickedid",
	"wt.mc_id",
	"wt_mc",
	"xtor",
	"yclid",
	"ysclid",
};

/* Parameters that mean nothing at one domain, and something elsewhere. */
static const struct {
	const char *domain, *name;
} LOCAL[] = {
	{"unesco.org", "hub"}, /* the hub whose list named the article */
};

static bool is_within(struct slice host, struct slice domain)
{
	size_t more = host.len < domain.len ? host.len : host.len - domain.len;

	return slice_equal(slice_skip(host, more), domain) &&
	       (more == 0 || host.at[more - 1] == '.');
}

static bool is_local(struct slice host, struct slice name)
{
	for (size_t i = 0; i < COUNT(LOCAL); i++)
		if (slice_is(name, LOCAL[i].name) && is_within(host, slice_of(LOCAL[i].domain)))
			return true;
	return false;
}

static bool is_tracking(struct slice name)
{
	if (slice_starts(name, "amp;")) /* a separator that was escaped once too often */
		name = slice_skip(name, 4);
	for (size_t i = 0; i < COUNT(TRACKING); i++) {
		struct slice row = slice_of(TRACKING[i]);
		bool open = slice_ends(row, "*");
		struct slice stem = slice_head(row, row.len - (open ? 1 : 0));

		if (slice_equal_fold(open ? slice_head(name, stem.len) : name, stem))
			return true;
	}
	return false;
}

static bool is_unreserved(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

static int hex_value(char c)
{
	return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}

static char upper(char c)
{
	if (c >= 'a' && c <= 'f')
		c = (char)(c & ~0x20);
	return c;
}

/*
 * RFC 3986 section 6.2.2: what needs no encoding decoded, the rest in upper case.  `s` comes from
 * url_resolve: each percent sign in it has its two digits.
 */
static struct slice escapes_normalise(struct arena *a, struct slice s)
{
	size_t len = 0;
	char *to;

	if (slice_find_byte(s, '%') == s.len)
		return s;
	to = arena_alloc(a, s.len);
	for (size_t i = 0; i < s.len; i++) {
		int c;

		to[len++] = s.at[i];
		if (s.at[i] != '%')
			continue;
		c = hex_value(s.at[i + 1]) << 4 | hex_value(s.at[i + 2]);
		if (is_unreserved(c)) {
			to[len - 1] = (char)c;
		} else {
			to[len++] = upper(s.at[i + 1]);
			to[len++] = upper(s.at[i + 2]);
		}
		i += 2;
	}
	return slice_from(to, len);
}

static size_t put(char *to, size_t len, struct slice s)
{
	if (s.len > 0)
		memcpy(to + len, s.at, s.len);
	return len + s.len;
}

static size_t put_query(char *to, size_t len, struct slice host, struct slice query)
{
	struct slice part;
	char lead = '?';

	while (slice_cut(&query, '&', &part)) {
		struct slice name = slice_head(part, slice_find_byte(part, '='));

		if (part.len == 0 || is_tracking(name) || is_local(host, name))
			continue;
		to[len++] = lead;
		len = put(to, len, part);
		lead = '&';
	}
	return len;
}

/* 80 too: one address must not change when it is made canonical again. */
static size_t put_port(char *to, size_t len, int port)
{
	char digits[5];
	size_t n = 0;

	if (port == 80 || port == 443)
		return len;
	to[len++] = ':';
	do
		digits[n++] = (char)('0' + port % 10);
	while ((port /= 10) > 0 && n < sizeof digits);
	while (n > 0)
		to[len++] = digits[--n];
	return len;
}

struct slice url_canonical(struct arena *a, struct slice url)
{
	struct slice text = url_resolve(a, SLICE_NONE, url, URL_FETCH);
	struct url_parts parts;
	size_t len = 0;
	char *to;

	/* Split after the escapes: "%2e%2e" is a dot segment too. */
	if (text.len == 0 || !url_split(a, escapes_normalise(a, text), &parts))
		return SLICE_NONE;
	while (parts.path.len > 1 && slice_ends(parts.path, "/"))
		parts.path.len--;
	to = arena_alloc(a, text.len + sizeof "https://:65535/");
	len = put(to, len, SLICE("https://"));
	len = put(to, len, parts.host);
	len = put_port(to, len, parts.port);
	len = put(to, len, parts.path);
	len = put_query(to, len, parts.host, parts.query);
	return len > LIMIT_URL_BYTES ? SLICE_NONE : slice_from(to, len);
}
