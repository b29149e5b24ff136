/*
 * slice_text.c - borrowed text as Unicode; utf8proc's door
 *
 * What cleans a text runs over it twice: first to measure, and to see whether anything changes
 * at all (mostly nothing does, and the text itself is the answer), then to write.
 */
#include "base/slice.h"
#include "base/arena.h"
#include "base/log.h"

#include <stdlib.h>
#include <utf8proc.h>

#define REPLACEMENT 0xfffdU
#define WORD_HIGH   UINT64_C(0x8080808080808080)
#define WORD_LOW    UINT64_C(0x0101010101010101)
#define BIDI_DEPTH  60 /* Unicode Standard Annex 9 ends at 125; more opened is dropped */

static bool is_tail(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * The code point at `p`, of which `left` bytes are there, and how many bytes it takes; 0 where
 * they are no UTF-8 (RFC 3629 section 4).
 */
static size_t decode(const unsigned char *p, size_t left, uint32_t *c_out)
{
	if (p[0] < 0x80) {
		*c_out = p[0];
		return 1;
	}
	if (p[0] >= 0xc2 && p[0] <= 0xdf && left > 1 && is_tail(p[1])) {
		*c_out = (p[0] & 0x1fU) << 6 | (p[1] & 0x3fU);
		return 2;
	}
	if ((p[0] & 0xf0) == 0xe0 && left > 2 && is_tail(p[1]) && is_tail(p[2])) {
		*c_out = (p[0] & 0x0fU) << 12 | (p[1] & 0x3fU) << 6 | (p[2] & 0x3fU);
		return *c_out >= 0x800 && (*c_out < 0xd800 || *c_out > 0xdfff) ? 3 : 0;
	}
	if ((p[0] & 0xf8) == 0xf0 && left > 3 && is_tail(p[1]) && is_tail(p[2]) && is_tail(p[3])) {
		*c_out = (p[0] & 0x07U) << 18 | (p[1] & 0x3fU) << 12 | (p[2] & 0x3fU) << 6 |
			 (p[3] & 0x3fU);
		return *c_out >= 0x10000 && *c_out <= 0x10ffff ? 4 : 0;
	}
	return 0;
}

static size_t encode(char *to, uint32_t c)
{
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)to);
}

static uint64_t word_at(const unsigned char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof word);
	return word;
}

bool slice_utf8_valid(struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.at;
	size_t left = s.len;
	uint32_t c;

	while (left > 0) {
		size_t len;

		while (left >= 8 && (word_at(p) & WORD_HIGH) == 0) {
			p += 8;
			left -= 8;
		}
		if (left == 0)
			break;
		len = decode(p, left, &c);
		if (len == 0)
			return false;
		p += len;
		left -= len;
	}
	return true;
}

uint32_t slice_utf8_next(struct slice s, size_t *at)
{
	uint32_t c = REPLACEMENT;
	size_t len = decode((const unsigned char *)s.at + *at, s.len - *at, &c);

	*at += len == 0 ? 1 : len;
	return len == 0 ? REPLACEMENT : c;
}

struct slice slice_utf8_head(struct slice s, size_t len)
{
	size_t at = len;

	if (s.len <= len)
		return s;
	while (at > 0 && len - at < 3 && is_tail((unsigned char)s.at[at]))
		at--;
	/* Where three back is a tail still, it is no UTF-8, and nothing can be cut. */
	return slice_head(s, is_tail((unsigned char)s.at[at]) ? len : at);
}

/* Where a text goes while it is made: nowhere yet (`to` NULL), then where it was measured for. */
struct emitter {
	struct slice from;
	char *to;
	size_t len;
	bool same; /* so far, the very bytes of `from` */
};

static void emit(struct emitter *e, const char *bytes, size_t len)
{
	if (e->to != NULL)
		memcpy(e->to + e->len, bytes, len);
	else if (e->same && bytes != e->from.at + e->len)
		e->same =
			len <= e->from.len - e->len && memcmp(e->from.at + e->len, bytes, len) == 0;
	e->len += len;
}

static void emit_char(struct emitter *e, uint32_t c)
{
	char bytes[4];

	emit(e, bytes, encode(bytes, c));
}

typedef void writer(struct emitter *e);

/* `s` as `write` makes it. */
static struct slice emit_all(struct arena *a, struct slice s, writer *write)
{
	struct emitter e = {s, NULL, 0, true};
	char *to;

	write(&e);
	if (e.same && e.len == s.len)
		return s;
	if (e.len == 0)
		return SLICE_NONE;
	to = arena_alloc(a, e.len);
	e = (struct emitter){s, to, 0, false};
	write(&e);
	return slice_from(to, e.len);
}

/* May it stand in a document as it is? */
static bool is_kept(uint32_t c)
{
	if (c < 0xa0)
		return (c >= ' ' && c < 0x7f) || c == '\t' || c == '\n';
	return c != 0x2028 && c != 0x2029 && (c < 0xfdd0 || c > 0xfdef) && (c & 0xfffe) != 0xfffe;
}

/*
 * The next code point as our documents may hold it, 0 for one that is dropped.  Line ends of
 * every kind are a newline.
 */
static uint32_t next_clean(struct slice s, size_t *at)
{
	uint32_t c = slice_utf8_next(s, at);

	if (is_kept(c))
		return c;
	if (c == '\r' && *at < s.len && s.at[*at] == '\n')
		++*at;
	return c == '\r' || c == 0x2028 || c == 0x2029 ? '\n' : 0;
}

/* How many bytes, in whole words from `from` on, are ASCII without a control character. */
static size_t plain_run(struct slice s, size_t from)
{
	const unsigned char *p = (const unsigned char *)s.at + from;
	size_t len = 0;

	for (; s.len - from - len >= 8; len += 8) {
		uint64_t word = word_at(p + len);
		/* The high bit of each byte that is below 0x20, or 0x7f (or, by a carry, its
		 * neighbour: that only sends a plain byte the slow way). */
		uint64_t low = (word - 0x20 * WORD_LOW) & ~word;
		uint64_t high = word + WORD_LOW;

		if (((word | low | high) & WORD_HIGH) != 0)
			break;
	}
	return len;
}

/* The end of what may stay as it is. */
static size_t kept_until(struct slice s, size_t at)
{
	while (at < s.len) {
		uint32_t c = 0;
		size_t len;

		at += plain_run(s, at);
		if (at == s.len)
			break;
		len = decode((const unsigned char *)s.at + at, s.len - at, &c);
		if (len == 0 || !is_kept(c))
			break;
		at += len;
	}
	return at;
}

static void write_clean(struct emitter *e)
{
	struct slice s = e->from;

	for (size_t at = 0; at < s.len;) {
		size_t end = kept_until(s, at);
		uint32_t c;

		if (end > at)
			emit(e, s.at + at, end - at);
		at = end;
		if (at == s.len)
			break;
		c = next_clean(s, &at);
		if (c != 0)
			emit_char(e, c);
	}
}

struct slice slice_clean(struct arena *a, struct slice s)
{
	return emit_all(a, s, write_clean);
}

/* White space of any kind that Unicode knows (White_Space), the no-break spaces too. */
static bool is_any_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == 0xa0 || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f || c == 0x3000;
}

enum {
	BIDI_LRE = 0x202a,
	BIDI_RLE = 0x202b,
	BIDI_PDF = 0x202c,
	BIDI_LRO = 0x202d,
	BIDI_RLO = 0x202e,
	BIDI_LRI = 0x2066,
	BIDI_RLI = 0x2067,
	BIDI_FSI = 0x2068,
	BIDI_PDI = 0x2069,
};

static bool is_bidi(uint32_t c)
{
	return (c >= BIDI_LRE && c <= BIDI_RLO) || (c >= BIDI_LRI && c <= BIDI_PDI);
}

/* What has been opened and not yet closed: bit i is set where the i-th is an isolate. */
struct bidi {
	uint64_t isolates;
	unsigned depth;
};

static bool top_is_isolate(const struct bidi *open)
{
	return open->depth > 0 && (open->isolates >> (open->depth - 1) & 1) != 0;
}

static void bidi_close(struct emitter *e, struct bidi *open)
{
	emit_char(e, top_is_isolate(open) ? BIDI_PDI : BIDI_PDF);
	open->depth--;
	open->isolates &= (UINT64_C(1) << open->depth) - 1;
}

/* Annex 9, X1 to X7: a PDF closes the last embedding within its isolate, a PDI all within it. */
static void bidi_put(struct emitter *e, struct bidi *open, uint32_t c)
{
	if (c == BIDI_PDF) {
		if (open->depth > 0 && !top_is_isolate(open))
			bidi_close(e, open);
	} else if (c == BIDI_PDI) {
		if (open->isolates == 0)
			return;
		while (!top_is_isolate(open))
			bidi_close(e, open);
		bidi_close(e, open);
	} else if (open->depth < BIDI_DEPTH) {
		emit_char(e, c);
		open->isolates |= (uint64_t)(c >= BIDI_LRI) << open->depth;
		open->depth++;
	}
}

static void write_line(struct emitter *e)
{
	struct bidi open = {0, 0};
	bool gap = false;

	for (size_t at = 0; at < e->from.len;) {
		uint32_t c = next_clean(e->from, &at);

		if (c == 0)
			continue;
		if (is_any_space(c)) {
			gap = e->len > 0;
			continue;
		}
		if (gap)
			emit(e, " ", 1);
		gap = false;
		if (is_bidi(c))
			bidi_put(e, &open, c);
		else
			emit_char(e, c);
	}
	while (open.depth > 0)
		bidi_close(e, &open);
}

struct slice slice_line(struct arena *a, struct slice s)
{
	return emit_all(a, s, write_line);
}

static bool is_ascii(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] >= 0x80)
			return false;
	return true;
}

static struct slice fold_ascii(struct arena *a, struct slice s)
{
	char *to;

	s = slice_clean(a, s);
	if (s.at == NULL)
		return SLICE_NONE;
	to = memcpy(arena_alloc(a, s.len), s.at, s.len);
	for (size_t i = 0; i < s.len; i++)
		if (to[i] >= 'A' && to[i] <= 'Z')
			to[i] = (char)(to[i] | 0x20);
	return slice_from(to, s.len);
}

struct slice slice_fold(struct arena *a, struct slice s)
{
	utf8proc_uint8_t *folded = NULL;
	struct slice result;
	utf8proc_ssize_t len;

	if (is_ascii(s))
		return fold_ascii(a, s);
	s = slice_clean(a, s); /* utf8proc stops at a bad byte */
	len = utf8proc_map((const utf8proc_uint8_t *)s.at, (utf8proc_ssize_t)s.len, &folded,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |
			UTF8PROC_IGNORE);
	if (len < 0)
		die("out of memory (folding a text of %zu bytes)", s.len);
	result = slice_copy(a, slice_from((const char *)folded, (size_t)len));
	free(folded);
	return result;
}
