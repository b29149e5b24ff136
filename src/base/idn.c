/* idn.c - names of hosts in ASCII */
#include "base/idn.h"
#include "base/arena.h"
#include "base/log.h"

#include <stdlib.h>
#include <utf8proc.h>

#define HOST_BYTES  253 /* RFC 1035 section 2.3.4, without the root's dot */
#define LABEL_BYTES 63

/* RFC 3492 section 5. */
enum { BASE = 36, T_MIN = 1, T_MAX = 26, SKEW = 38, DAMP = 700, BIAS = 72, FIRST = 0x80 };

/* What is made of a name: bytes that never pass HOST_BYTES and the last dot. */
struct name {
	char at[HOST_BYTES + 1];
	size_t len;
	bool bad;
};

static void put(struct name *n, char c)
{
	if (n->len < sizeof n->at)
		n->at[n->len++] = c;
	else
		n->bad = true;
}

static char digit(uint32_t value)
{
	return (char)(value < 26 ? 'a' + value : '0' + (value - 26));
}

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;

	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

/* One number in digits of changing weight (RFC 3492 section 3.3). */
static void put_delta(struct name *n, uint32_t delta, uint32_t bias)
{
	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;

		if (delta < t)
			break;
		put(n, digit(t + (delta - t) % (BASE - t)));
		delta = (delta - t) / (BASE - t);
	}
	put(n, digit(delta));
}

static uint32_t least_from(const uint32_t *label, size_t len, uint32_t from)
{
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < len; i++)
		if (label[i] >= from && label[i] < least)
			least = label[i];
	return least;
}

/* A label of at most LABEL_BYTES code points, so no sum here passes 64 × 0x110000. */
static void put_punycode(struct name *n, const uint32_t *label, size_t len)
{
	uint32_t next = FIRST;
	uint32_t delta = 0;
	uint32_t bias = BIAS;
	uint32_t done = 0;
	uint32_t basic;

	for (const char *prefix = "xn--"; *prefix != '\0'; prefix++)
		put(n, *prefix);
	for (size_t i = 0; i < len; i++)
		if (label[i] < FIRST) {
			put(n, (char)label[i]);
			done++;
		}
	basic = done;
	if (basic > 0)
		put(n, '-');
	while (done < len) {
		uint32_t least = least_from(label, len, next);

		delta += (least - next) * (done + 1);
		next = least;
		for (size_t i = 0; i < len; i++) {
			if (label[i] < next)
				delta++;
			if (label[i] != next)
				continue;
			put_delta(n, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
		delta++;
		next++;
	}
}

/* May it stand in a name?  Controls, blanks, private use, the unassigned and most of ASCII not. */
static bool is_name_char(uint32_t c)
{
	utf8proc_category_t category;

	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
	if (c == 0x200c || c == 0x200d)
		return true;
	/* Between the unassigned and the blanks lie letters, marks, digits and symbols. */
	category = utf8proc_category((utf8proc_int32_t)c);
	return category > UTF8PROC_CATEGORY_CN && category < UTF8PROC_CATEGORY_ZS;
}

/* What the mapping drops. */
static bool is_ignored(uint32_t c)
{
	return c == 0xad || c == 0x34f || (c >= 0x180b && c <= 0x180f) || c == 0x200b ||
	       c == 0x2060 || c == 0x2064 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff;
}

static void put_label(struct name *n, const uint32_t *label, size_t len)
{
	size_t start = n->len;
	bool ascii = true;

	for (size_t i = 0; i < len; i++) {
		n->bad = n->bad || !is_name_char(label[i]);
		ascii = ascii && label[i] < 0x80;
	}
	if (n->bad)
		return;
	for (size_t i = 0; ascii && i < len; i++)
		put(n, (char)label[i]);
	if (!ascii)
		put_punycode(n, label, len);
	n->bad = n->bad || n->len == start || n->len - start > LABEL_BYTES;
}

/* A mapped name, label by label; an empty one may be the last. */
static void put_labels(struct name *n, struct slice host)
{
	uint32_t label[LABEL_BYTES];
	size_t len = 0;

	for (size_t at = 0; at < host.len && !n->bad;) {
		uint32_t c = slice_utf8_next(host, &at);

		if (is_ignored(c))
			continue;
		if (c == '.' || c == 0x3002) {
			put_label(n, label, len);
			put(n, '.');
			len = 0;
		} else if (len < LABEL_BYTES) {
			label[len++] = c;
		} else {
			n->bad = true;
		}
	}
	if (len > 0 && !n->bad)
		put_label(n, label, len);
	n->bad = n->bad || n->len == 0 || (n->len > HOST_BYTES && n->at[n->len - 1] != '.');
}

static struct slice lower_ascii(struct arena *a, struct slice s)
{
	char *to = arena_alloc(a, s.len);

	for (size_t i = 0; i < s.len; i++)
		to[i] = (char)(s.at[i] >= 'A' && s.at[i] <= 'Z' ? s.at[i] | 0x20 : s.at[i]);
	return slice_from(to, s.len);
}

static bool is_ascii(struct slice s)
{
	unsigned char all = 0;

	for (size_t i = 0; i < s.len; i++)
		all |= (unsigned char)s.at[i];
	return all < 0x80;
}

static utf8proc_int32_t to_lower(utf8proc_int32_t c, void *context)
{
	(void)context;
	return utf8proc_tolower(c);
}

/* NFKC of lower case; empty where `s` is no UTF-8. */
static struct slice map(struct arena *a, struct slice s)
{
	utf8proc_uint8_t *mapped = NULL;
	struct slice result;
	utf8proc_ssize_t len;

	if (is_ascii(s)) /* its own NFKC, and what nearly all names are */
		return lower_ascii(a, s);
	len = utf8proc_map_custom((const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.len, &mapped,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT, to_lower, NULL);
	if (len == UTF8PROC_ERROR_NOMEM)
		die("out of memory (a name of %zu bytes)", s.len);
	if (len < 0)
		return SLICE_NONE;
	result = slice_copy(a, slice_from((const char *)mapped, (size_t)len));
	free(mapped);
	return result;
}

struct slice idn_to_ascii(struct arena *a, struct slice host)
{
	struct name n = {.len = 0};

	if (host.len / 8 > HOST_BYTES)
		return SLICE_NONE;
	/* Twice: a compatibility form may give capitals ("℡" is "TEL"). */
	put_labels(&n, map(a, map(a, host)));
	return n.bad ? SLICE_NONE : slice_copy(a, slice_from(n.at, n.len));
}
