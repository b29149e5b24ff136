/*
 * slice.h - borrowed text
 *
 * Text from outside is a slice, never a C string: it may hold NULs and ends where it says.  A
 * slice owns nothing; who made it says how long it lives.  `at` may be NULL only where `len` is
 * 0.  A slice of length 0 is "not given".  utf8proc is used here for what Unicode says.
 */
#ifndef TRIBUTARY_BASE_SLICE_H
#define TRIBUTARY_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
	const char *at;
	size_t len;
};

struct arena; /* base/arena.h */

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A slice of a string literal, as a constant. */
#define SLICE(literal)                                                                             \
	(struct slice)                                                                             \
	{                                                                                          \
		"" literal, sizeof(literal) - 1                                                    \
	}
#define SLICE_NONE                                                                                 \
	(struct slice)                                                                             \
	{                                                                                          \
		NULL, 0                                                                            \
	}
/* For printf's "%.*s". */
#define SLICE_ARG(s) (int)(s).len, (s).len > 0 ? (s).at : ""

/* The slice of a C string, which may be NULL. */
static inline struct slice slice_of(const char *text)
{
	return (struct slice){text, text == NULL ? 0 : strlen(text)};
}

static inline struct slice slice_from(const char *at, size_t len)
{
	return (struct slice){at, len};
}

bool slice_equal(struct slice a, struct slice b);
bool slice_is(struct slice s, const char *text);      /* the same bytes as a C string */
bool slice_is_fold(struct slice s, const char *text); /* ASCII case aside */
bool slice_equal_fold(struct slice a, struct slice b);
bool slice_starts(struct slice s, const char *prefix);
bool slice_starts_fold(struct slice s, const char *prefix);
bool slice_ends(struct slice s, const char *suffix);
int slice_compare(struct slice a, struct slice b); /* as memcmp, the shorter first */

/* The first place of `needle` in `s`, or s.len. */
size_t slice_find(struct slice s, struct slice needle);
size_t slice_find_byte(struct slice s, char byte);

/* What is left of `s` from `from` on; empty where that is past its end.  At most `len` of it. */
struct slice slice_skip(struct slice s, size_t from);
struct slice slice_head(struct slice s, size_t len);

/* Without the ASCII white space (space, tab, CR, LF, FF) at both ends. */
struct slice slice_trim(struct slice s);

/*
 * Takes the part of `*rest` up to `byte` off it, and that byte; false when nothing is left.
 * "a,b" gives "a" and "b", "a," gives "a" and "", "" gives "" once, and SLICE_NONE nothing.
 */
bool slice_cut(struct slice *rest, char byte, struct slice *part_out);

/*
 * The decimal number that is all of `s` (a sign allowed); false where it is none, or out of
 * `least` to `most`.
 */
bool slice_int(struct slice s, int64_t least, int64_t most, int64_t *value_out);

/* Is it all valid UTF-8 (RFC 3629: no surrogates, nothing overlong)? */
bool slice_utf8_valid(struct slice s);

/*
 * The code point at `*at`, and `*at` moved past it; an invalid byte gives U+FFFD and moves one
 * byte.  `*at` must be less than s.len.
 */
uint32_t slice_utf8_next(struct slice s, size_t *at);

/* The longest head of `s` of at most `len` bytes that cuts no UTF-8 sequence. */
struct slice slice_utf8_head(struct slice s, size_t len);

/*
 * `s` as our documents may hold it, in `a`: valid UTF-8, each bad byte U+FFFD, no control
 * character but tab and newline (CR LF and CR become a newline), no noncharacter.
 */
struct slice slice_clean(struct arena *a, struct slice s);

/*
 * A title, name or label: as slice_clean, then white space (also U+00A0's kind) collapsed to
 * single spaces and trimmed, and no bidirectional embedding, override or isolate left open
 * (Unicode Standard Annex 9): what is open at the end is closed, what closes nothing is dropped.
 */
struct slice slice_line(struct arena *a, struct slice s);

/* Unicode case folding and compatibility composition (NFKC_Casefold), for comparing. */
struct slice slice_fold(struct arena *a, struct slice s);

/* A copy in `a`, and one as a C string that ends at a NUL of its own (inner NULs cut it). */
struct slice slice_copy(struct arena *a, struct slice s);
const char *slice_string(struct arena *a, struct slice s);

#endif
