/*
 * address.c - see address.h
 */
#include "poll/address.h"

#include "base/arena.h"
#include "base/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* An address as bytes, and how many bits of it a prefix names. */
struct prefix {
	int family;
	unsigned char at[16];
	unsigned bits;
};

/* IPv4's special-purpose blocks that are not the public internet. */
static const struct {
	unsigned char at[4];
	unsigned bits;
} forbidden4[] = {
	{{0, 0, 0, 0}, 8},       /* this network */
	{{10, 0, 0, 0}, 8},      /* private */
	{{100, 64, 0, 0}, 10},   /* carrier-grade NAT */
	{{127, 0, 0, 0}, 8},     /* loopback */
	{{169, 254, 0, 0}, 16},  /* link-local: cloud metadata */
	{{172, 16, 0, 0}, 12},   /* private */
	{{192, 0, 0, 0}, 24},    /* protocol assignments */
	{{192, 0, 2, 0}, 24},    /* documentation */
	{{192, 88, 99, 0}, 24},  /* 6to4 relay */
	{{192, 168, 0, 0}, 16},  /* private */
	{{198, 18, 0, 0}, 15},   /* benchmarking */
	{{198, 51, 100, 0}, 24}, /* documentation */
	{{203, 0, 113, 0}, 24},  /* documentation */
	{{224, 0, 0, 0}, 4},     /* multicast */
	{{240, 0, 0, 0}, 4},     /* reserved, broadcast */
};

/* IPv6's; `inner`: where an IPv4 address stands within, which is judged instead (else -1). */
static const struct {
	unsigned char at[16];
	unsigned bits;
	int inner;
} special6[] = {
	{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96, 12},    /* mapped */
	{{0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}, 96, 12}, /* NAT64 */
	{{0, 0x64, 0xFF, 0x9B, 0, 1}, 48, 12},                   /* local NAT64 */
	{{0x20, 0x02}, 16, 2},                                   /* 6to4 */
	{{0}, 96, -1},                                           /* ::, ::1, IPv4-compatible */
	{{0x01, 0x00}, 64, -1},                                  /* discard */
	{{0x20, 0x01, 0x00}, 23, -1},                            /* Teredo and others */
	{{0x20, 0x01, 0x0D, 0xB8}, 32, -1},                      /* documentation */
	{{0xFC, 0x00}, 7, -1},                                   /* unique local */
	{{0xFE, 0x80}, 10, -1},                                  /* link-local */
	{{0xFE, 0xC0}, 10, -1},                                  /* site-local */
	{{0xFF, 0x00}, 8, -1},                                   /* multicast */
};

static bool begins(const unsigned char *at, const unsigned char *prefix, unsigned bits)
{
	unsigned whole = bits / 8, rest = bits % 8;
	unsigned mask = (0xFF00U >> rest) & 0xFFU;

	return memcmp(at, prefix, whole) == 0 &&
	       (rest == 0 || ((at[whole] ^ prefix[whole]) & mask) == 0);
}

static bool public4(const unsigned char at[4])
{
	for (size_t i = 0; i < COUNT(forbidden4); i++)
		if (begins(at, forbidden4[i].at, forbidden4[i].bits))
			return false;
	return true;
}

static bool public6(const unsigned char at[16])
{
	for (size_t i = 0; i < COUNT(special6); i++)
		if (begins(at, special6[i].at, special6[i].bits))
			return special6[i].inner >= 0 && public4(at + special6[i].inner);
	return true;
}

/* "10.0.0.0/8", "fd00::/8", "127.0.0.1". */
static bool prefix_parse(struct slice text, struct prefix *p)
{
	struct slice rest = slice_trim(text), address;
	char name[INET6_ADDRSTRLEN];
	int64_t bits;

	slice_cut(&rest, '/', &address);
	if (address.len == 0 || address.len >= sizeof name)
		return false;
	memcpy(name, address.at, address.len);
	name[address.len] = '\0';
	*p = (struct prefix){.family = AF_INET, .bits = 32};
	if (inet_pton(AF_INET, name, p->at) != 1) {
		*p = (struct prefix){.family = AF_INET6, .bits = 128};
		if (inet_pton(AF_INET6, name, p->at) != 1)
			return false;
	}
	if (slice_find_byte(text, '/') == text.len)
		return true;
	if (!slice_int(rest, 0, p->bits, &bits))
		return false;
	p->bits = (unsigned)bits;
	return true;
}

static bool named(int family, const unsigned char *at, const struct slice *allow, size_t n_allow)
{
	struct prefix p;

	for (size_t i = 0; i < n_allow; i++)
		if (prefix_parse(allow[i], &p) && p.family == family && begins(at, p.at, p.bits))
			return true;
	return false;
}

static bool allowed6(const struct sockaddr_in6 *to, const struct slice *allow, size_t n_allow)
{
	const unsigned char *at = to->sin6_addr.s6_addr;

	if (to->sin6_scope_id != 0)
		return false;
	if (public6(at) || named(AF_INET6, at, allow, n_allow))
		return true;
	return IN6_IS_ADDR_V4MAPPED(&to->sin6_addr) && named(AF_INET, at + 12, allow, n_allow);
}

bool address_allowed(const struct sockaddr *to, const struct slice *allow, size_t n_allow)
{
	if (to->sa_family == AF_INET6) {
		struct sockaddr_in6 six;

		memcpy(&six, to, sizeof six);
		return allowed6(&six, allow, n_allow);
	}
	if (to->sa_family == AF_INET) {
		struct sockaddr_in four;
		unsigned char at[4];

		memcpy(&four, to, sizeof four);
		memcpy(at, &four.sin_addr, sizeof at);
		return public4(at) || named(AF_INET, at, allow, n_allow);
	}
	return false;
}

bool address_text_allowed(const char *text, const struct slice *allow, size_t n_allow)
{
	struct sockaddr_in four = {.sin_family = AF_INET};
	struct sockaddr_in6 six = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		return address_allowed((const struct sockaddr *)&four, allow, n_allow);
	if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
		return address_allowed((const struct sockaddr *)&six, allow, n_allow);
	return false;
}

const char *address_put(char out[ADDRESS_TEXT_BYTES], const struct sockaddr *from)
{
	struct sockaddr_in four;
	struct sockaddr_in6 six;

	out[0] = '\0';
	if (from->sa_family == AF_INET6) {
		memcpy(&six, from, sizeof six);
		inet_ntop(AF_INET6, &six.sin6_addr, out, ADDRESS_TEXT_BYTES);
	} else if (from->sa_family == AF_INET) {
		memcpy(&four, from, sizeof four);
		inet_ntop(AF_INET, &four.sin_addr, out, ADDRESS_TEXT_BYTES);
	}
	return out;
}

bool address_port_allowed(int port, int configured_port, bool by_redirect)
{
	static const int usual[] = {80, 443, 8080, 8443};

	for (size_t i = 0; i < COUNT(usual); i++)
		if (port == usual[i])
			return true;
	if (port == configured_port)
		return port >= 1024 && port <= 65535;
	return !by_redirect && port >= 1024 && port <= 65535;
}

bool address_is_named(struct slice url)
{
	struct in_addr number;
	struct arena a;
	struct url_parts parts;
	bool named;

	arena_init(&a);
	named = url_split(&a, url, &parts) && parts.host.len > 0 && parts.host.at[0] != '[' &&
		inet_pton(AF_INET, slice_string(&a, parts.host), &number) != 1;
	arena_clear(&a);
	return named;
}
