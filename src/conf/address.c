/* address.c - sockets, prefixes and addresses as the configuration writes them */
#include "conf/address.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>

/* A prefix of either family; IPv4 stands in the first four bytes. */
struct prefix {
	int family;
	unsigned char at[16];
	unsigned bits;
};

/* What the poller never connects to unless `allow` names it: so all that `allow` can be about. */
static const char *const closed[] = {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
	"169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
	"192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
	"240.0.0.0/4", "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7",
	"fe80::/10", "fec0::/10", "ff00::/8"};

static unsigned width(int family)
{
	return family == AF_INET ? 32 : 128;
}

/* A numeric address; false where `s` is none. */
static bool read_address(struct slice s, struct prefix *p)
{
	char text[INET6_ADDRSTRLEN];

	if (s.len == 0 || s.len >= sizeof text || memchr(s.at, '\0', s.len) != NULL)
		return false;
	memcpy(text, s.at, s.len);
	text[s.len] = '\0';
	*p = (struct prefix){.family = AF_INET, .bits = 32};
	if (inet_pton(AF_INET, text, p->at) == 1)
		return true;
	*p = (struct prefix){.family = AF_INET6, .bits = 128};
	return inet_pton(AF_INET6, text, p->at) == 1;
}

static bool bit_of(const struct prefix *p, unsigned i)
{
	return (p->at[i / 8] >> (7 - i % 8) & 1) != 0;
}

/* "address/bits" or an address; false where it is none or bits stand behind the prefix. */
static bool read_prefix(struct slice s, struct prefix *p)
{
	struct slice rest = s, address;
	int64_t bits;

	if (!slice_cut(&rest, '/', &address) || !read_address(address, p))
		return false;
	if (address.len == s.len)
		return true;
	if (!slice_int(rest, 0, width(p->family), &bits))
		return false;
	p->bits = (unsigned)bits;
	for (unsigned i = p->bits; i < width(p->family); i++)
		if (bit_of(p, i))
			return false;
	return true;
}

static bool contains(const struct prefix *outer, const struct prefix *inner)
{
	if (outer->family != inner->family || outer->bits > inner->bits)
		return false;
	for (unsigned i = 0; i < outer->bits; i++)
		if (bit_of(outer, i) != bit_of(inner, i))
			return false;
	return true;
}

static bool within(const struct prefix *p, const char *text)
{
	struct prefix outer;

	return read_prefix(slice_of(text), &outer) && contains(&outer, p);
}

static bool is_loopback(const struct prefix *p)
{
	return within(p, "127.0.0.0/8") || within(p, "::1/128");
}

static bool is_closed(const struct prefix *p)
{
	for (size_t i = 0; i < COUNT(closed); i++)
		if (within(p, closed[i]))
			return true;
	return false;
}

struct slice address_prefix(struct arena *a, struct slice text)
{
	char address[INET6_ADDRSTRLEN], whole[INET6_ADDRSTRLEN + 8];
	struct prefix p;

	if (!read_prefix(text, &p) || !is_closed(&p))
		return SLICE_NONE;
	if (inet_ntop(p.family, p.at, address, sizeof address) == NULL)
		return SLICE_NONE;
	snprintf(whole, sizeof whole, "%s/%u", address, p.bits);
	return slice_copy(a, slice_of(whole));
}

/* The host in "[::1]" or "127.0.0.1". */
static bool read_host(struct slice host, struct prefix *p)
{
	if (slice_starts(host, "[") && slice_ends(host, "]"))
		return read_address(slice_from(host.at + 1, host.len - 2), p) &&
		       p->family == AF_INET6;
	return read_address(host, p) && p->family == AF_INET;
}

/* "host:port", cut at the last colon. */
static int read_tcp(struct slice text, struct conf_listen *l, struct error *why)
{
	struct prefix p;
	size_t colon = text.len;
	int64_t port;

	while (colon > 0 && text.at[colon - 1] != ':')
		colon--;
	if (colon == 0 || !slice_int(slice_skip(text, colon), 1, 65535, &port))
		return -1;
	l->kind = CONF_LISTEN_TCP;
	l->port = (int)port;
	l->host = slice_head(text, colon - 1);
	if (slice_is(l->host, "localhost"))
		return error_set(why, "a numeric address: 127.0.0.1 or [::1]");
	if (!read_host(l->host, &p))
		return -1;
	if (!is_loopback(&p))
		return error_set(why,
			"a loopback address, 127.0.0.1 or [::1]: a public one belongs to nginx or "
			"Caddy in front (a sample is etc/nginx.conf.sample)");
	return 0;
}

int address_listen(struct slice text, struct conf_listen *listen_out, struct error *why)
{
	*listen_out = (struct conf_listen){0};
	if (slice_starts(text, "tcp:"))
		return read_tcp(slice_skip(text, 4), listen_out, why);
	if (!slice_starts(text, "unix:"))
		return -1;
	listen_out->kind = CONF_LISTEN_UNIX;
	listen_out->path = address_socket(text);
	return listen_out->path.len > 0 ? 0 : -1;
}

struct slice address_print(struct arena *a, const struct conf_listen *l)
{
	char text[sizeof "tcp::65535" + INET6_ADDRSTRLEN + ADDRESS_SOCKET_BYTES];

	if (l->kind == CONF_LISTEN_UNIX)
		snprintf(text, sizeof text, "unix:%.*s", SLICE_ARG(l->path));
	else
		snprintf(text, sizeof text, "tcp:%.*s:%d", SLICE_ARG(l->host), l->port);
	return slice_copy(a, slice_of(text));
}

struct slice address_socket(struct slice text)
{
	struct slice path = slice_starts(text, "unix:") ? slice_skip(text, 5) : text;

	if (!slice_starts(path, "/") || path.len > ADDRESS_SOCKET_BYTES || slice_ends(path, "/"))
		return SLICE_NONE;
	return path;
}

static bool allowed(const struct prefix *p, const struct conf_list *allow)
{
	struct prefix outer;

	for (size_t i = 0; i < allow->n; i++)
		if (read_prefix(allow->at[i], &outer) && contains(&outer, p))
			return true;
	return false;
}

bool address_is_local(struct arena *a, struct slice url, const struct conf_list *allow)
{
	struct url_parts parts;
	struct prefix p;

	if (allow->n == 0 || !url_split(a, url, &parts))
		return false;
	if (slice_is(parts.host, "localhost"))
		return (read_address(SLICE("127.0.0.1"), &p) && allowed(&p, allow)) ||
		       (read_address(SLICE("::1"), &p) && allowed(&p, allow));
	return read_host(parts.host, &p) && is_loopback(&p) && allowed(&p, allow);
}

bool address_is_host(struct slice s)
{
	struct prefix p;

	if (s.len == 0 || s.len > 253)
		return false;
	if (s.at[0] == '[')
		return read_host(s, &p);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
			c != '-' && c != '.' && c != '_')
			return false;
	}
	return s.at[0] != '.' && s.at[0] != '-';
}
