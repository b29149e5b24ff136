/*
 * letter.c - one code point of a word: utf8proc says what it is
 */
#include "base/letter.h"
#include "base/slice.h"

#include <utf8proc.h>

struct range {
	uint32_t first, last;
};

static bool in_range(uint32_t c, const struct range *at, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c <= at[i].last)
			return c >= at[i].first;
	return false;
}

/* Scripts in which a run of letters is a phrase, not a word; in order. */
static const struct range paired[] = {
	{0x0e00, 0x0eff},   /* Thai, Lao */
	{0x1000, 0x109f},   /* Myanmar */
	{0x1100, 0x11ff},   /* hangul letters */
	{0x1780, 0x17ff},   /* Khmer */
	{0x3005, 0x3007},   /* ideographic repetition and zero */
	{0x3041, 0x30ff},   /* kana */
	{0x3130, 0x318f},   /* hangul letters */
	{0x31f0, 0x31ff},   /* kana */
	{0x3400, 0x9fff},   /* Han */
	{0xac00, 0xd7ff},   /* hangul */
	{0xf900, 0xfaff},   /* Han, compatibility */
	{0xff66, 0xffdc},   /* kana and hangul of half width */
	{0x20000, 0x3ffff}, /* Han */
};

/* Marks that are left out; those of other scripts are vowels and stay. */
static const struct range silent[] = {
	{0x0300, 0x036f},
	{0x0483, 0x0489},
	{0x0591, 0x05c7},
	{0x0610, 0x061a},
	{0x0640, 0x0640}, /* tatweel */
	{0x064b, 0x065f},
	{0x0670, 0x0670},
	{0x06d6, 0x06ed},
};

static const struct {
	uint32_t first, last;
	enum letter_script script;
} scripts[] = {
	{0x0041, 0x024f, SCRIPT_LATIN},
	{0x0400, 0x052f, SCRIPT_CYRILLIC},
	{0x0600, 0x06ff, SCRIPT_ARABIC},
	{0x0750, 0x077f, SCRIPT_ARABIC},
	{0x1100, 0x11ff, SCRIPT_HANGUL},
	{0x1e00, 0x1eff, SCRIPT_LATIN},
	{0x3041, 0x30ff, SCRIPT_KANA},
	{0x3130, 0x318f, SCRIPT_HANGUL},
	{0x31f0, 0x31ff, SCRIPT_KANA},
	{0x3400, 0x9fff, SCRIPT_HAN},
	{0xac00, 0xd7ff, SCRIPT_HANGUL},
	{0xf900, 0xfaff, SCRIPT_HAN},
	{0xfb50, 0xfdff, SCRIPT_ARABIC},
	{0xfe70, 0xfefe, SCRIPT_ARABIC},
	{0xff21, 0xff5a, SCRIPT_LATIN},
	{0xff66, 0xff9f, SCRIPT_KANA},
	{0xffa0, 0xffdc, SCRIPT_HANGUL},
	{0x20000, 0x3ffff, SCRIPT_HAN},
};

/* The zeros of the scripts whose digits occur in news; nine follow each. */
static const uint32_t zeros[] = {0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6,
	0x0c66, 0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x1040, 0x17e0, 0xff10};

static enum letter_kind ascii_kind(uint32_t c)
{
	if (c >= 'a' && c <= 'z')
		return LETTER_LOWER;
	if (c >= 'A' && c <= 'Z')
		return LETTER_UPPER;
	if (c >= '0' && c <= '9')
		return LETTER_DIGIT;
	return c == '.' || c == '!' || c == '?' || c == '\n' ? LETTER_STOP : LETTER_NONE;
}

/* By General_Category; what is not here is LETTER_NONE. */
static const enum letter_kind kinds[UTF8PROC_CATEGORY_CO + 1] = {
	[UTF8PROC_CATEGORY_LU] = LETTER_UPPER,
	[UTF8PROC_CATEGORY_LT] = LETTER_UPPER,
	[UTF8PROC_CATEGORY_LL] = LETTER_LOWER,
	[UTF8PROC_CATEGORY_LM] = LETTER_LOWER,
	[UTF8PROC_CATEGORY_LO] = LETTER_LOWER,
	[UTF8PROC_CATEGORY_MN] = LETTER_LOWER,
	[UTF8PROC_CATEGORY_MC] = LETTER_LOWER,
	[UTF8PROC_CATEGORY_ME] = LETTER_LOWER,
	[UTF8PROC_CATEGORY_ND] = LETTER_DIGIT,
};

enum letter_kind letter_kind(uint32_t c)
{
	enum letter_kind kind;

	if (c < 0x80)
		return ascii_kind(c);
	if (c == 0xad || (c >= 0x200b && c <= 0x200f) || c == 0x2060 || c == 0xfeff)
		return LETTER_JOIN;
	if (c == 0x2026 || c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x061f || c == 0x06d4)
		return LETTER_STOP;
	kind = kinds[utf8proc_category((utf8proc_int32_t)c)];
	if (kind == LETTER_LOWER && in_range(c, paired, COUNT(paired)))
		return LETTER_PAIR;
	return kind;
}

enum letter_script letter_script(uint32_t c)
{
	for (size_t i = 0; i < COUNT(scripts); i++)
		if (c <= scripts[i].last)
			return c >= scripts[i].first ? scripts[i].script : SCRIPT_OTHER;
	return SCRIPT_OTHER;
}

/* One code point that a decomposition gave; 0 where it is left out. */
static uint32_t settle(uint32_t c)
{
	if (c < 0x80)
		return c;
	if (in_range(c, silent, COUNT(silent)))
		return 0;
	switch (c) {
	case 0x0671: /* alef wasla */
		return 0x0627;
	case 0x0629: /* ta marbuta */
	case 0x06c1: /* heh goal */
		return 0x0647;
	case 0x0649: /* alef maksura */
	case 0x06cc: /* Farsi ya */
		return 0x064a;
	case 0x06a9: /* keheh */
		return 0x0643;
	default:
		break;
	}
	for (size_t i = 0; i < COUNT(zeros); i++)
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return '0' + (c - zeros[i]);
	return c;
}

size_t letter_fold(uint32_t c, uint32_t folded[LETTER_FOLDED])
{
	utf8proc_int32_t parts[LETTER_FOLDED];
	utf8proc_ssize_t n;
	int boundary = 0;
	size_t kept = 0;

	if (c < 0x80) {
		folded[0] = c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
		return 1;
	}
	/* A syllable of hangul would fall into its letters, voiced kana into two. */
	if (c < 0xf900 && in_range(c, paired, COUNT(paired))) {
		folded[0] = settle(c);
		return 1;
	}
	n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, LETTER_FOLDED,
		UTF8PROC_CASEFOLD | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE, &boundary);
	for (utf8proc_ssize_t i = 0; i < n && i < LETTER_FOLDED; i++) {
		uint32_t one = settle((uint32_t)parts[i]);

		if (one != 0 && letter_kind(one) != LETTER_NONE && letter_kind(one) != LETTER_JOIN)
			folded[kept++] = one;
	}
	return kept;
}

size_t letter_put(char to[4], uint32_t c)
{
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)to);
}
