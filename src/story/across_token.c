/*
 * across_token.c - words as names are compared; see across_state.h
 */
#include "story/across_state.h"

#include "base/digest.h"

#define FIELD_BYTES (16U << 10)
#define STEM_LEAST  3 /* letters that are left of a word */

/* Endings of Russian nouns and adjectives, folded (й is и, ё is е), the longest first. */
static const char *const endings[] = {"ами", "ями", "ого", "его", "ому", "ему", "ом", "ем", "ам",
	"ям", "ах", "ях", "ов", "ев", "ои", "еи", "ую", "юю", "ая", "яя", "ое", "ее", "ых", "их",
	"ым", "им", "ые", "ие", "а", "я", "о", "е", "у", "ю", "ы", "и", "ь"};

/* The Arabic article, with what may be written before it; the longest first. */
static const char *const articles[] = {"وال", "بال", "فال", "كال", "لل", "ال"};

/* What may be written before an Arabic word: and, in, to, so. */
static const char *const particles[] = {"و", "ب", "ل", "ف"};

static size_t letters_of(struct slice s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.len; n++)
		slice_utf8_next(s, &at);
	return n;
}

static bool is_long_enough(struct slice s)
{
	return letters_of(s) >= STEM_LEAST;
}

static struct slice without_ending(struct slice s)
{
	for (size_t i = 0; i < COUNT(endings); i++) {
		struct slice rest = slice_head(s, s.len - strlen(endings[i]));

		if (slice_ends(s, endings[i]) && is_long_enough(rest))
			return rest;
	}
	return s;
}

static struct slice without_article(struct slice s)
{
	for (size_t i = 0; i < COUNT(articles); i++) {
		struct slice rest = slice_skip(s, strlen(articles[i]));

		if (slice_starts(s, articles[i]) && is_long_enough(rest))
			return rest;
	}
	return s;
}

static void set_stem(struct token *t, struct slice stem)
{
	stem = slice_utf8_head(stem, TOKEN_BYTES);
	t->hash = digest_fast(0, stem);
	t->len = (uint8_t)stem.len;
	if (stem.len > 0)
		memcpy(t->stem, stem.at, stem.len);
}

size_t token_read(struct token at[TOKENS_MOST], struct slice text)
{
	struct word_reader r;
	struct word w;
	size_t n = 0;

	word_begin(&r, slice_utf8_head(text, FIELD_BYTES));
	while (n < TOKENS_MOST && word_next(&r, &w)) {
		struct token *t = &at[n++];
		struct slice stem = w.text;

		*t = (struct token){.letters = w.letters < 255 ? (uint8_t)w.letters : 255,
			.kind = (uint8_t)w.kind,
			.script = (uint8_t)w.script,
			.capital = w.capital,
			.upper = w.upper,
			.dropped = w.dropped};
		if (w.script == SCRIPT_CYRILLIC && !w.upper)
			stem = without_ending(stem);
		if (w.script == SCRIPT_ARABIC)
			stem = without_article(stem);
		set_stem(t, stem);
	}
	return n;
}

bool token_bare(const struct token *t, struct token *out)
{
	struct slice stem = slice_from(t->stem, t->len);

	for (size_t i = 0; i < COUNT(particles) && t->script == SCRIPT_ARABIC; i++) {
		struct slice rest = slice_skip(stem, strlen(particles[i]));

		if (!slice_starts(stem, particles[i]) || !is_long_enough(rest))
			continue;
		*out = *t;
		set_stem(out, without_article(rest));
		return true;
	}
	return false;
}

/* Classes of consonants; what is not here is a vowel or silent.  "!": soft before e and i. */
static const char latin[26] = {
	['b' - 'a'] = 'B',
	['c' - 'a'] = '!',
	['d' - 'a'] = 'T',
	['f' - 'a'] = 'B',
	['g' - 'a'] = '!',
	['j' - 'a'] = 'S',
	['k' - 'a'] = 'K',
	['l' - 'a'] = 'L',
	['m' - 'a'] = 'M',
	['n' - 'a'] = 'N',
	['p' - 'a'] = 'B',
	['q' - 'a'] = 'K',
	['r' - 'a'] = 'R',
	['s' - 'a'] = 'S',
	['t' - 'a'] = 'T',
	['v' - 'a'] = 'B',
	['x' - 'a'] = 'K',
	['z' - 'a'] = 'S',
};

struct sound {
	uint32_t letter;
	char class;
};

/* Folded, in order. */
static const struct sound other[] = {
	{0x431, 'B'},
	{0x432, 'B'},
	{0x433, 'K'},
	{0x434, 'T'},
	{0x436, 'S'},
	{0x437, 'S'},
	{0x43a, 'K'},
	{0x43b, 'L'},
	{0x43c, 'M'},
	{0x43d, 'N'},
	{0x43f, 'B'},
	{0x440, 'R'},
	{0x441, 'S'},
	{0x442, 'T'},
	{0x444, 'B'},
	{0x445, 'K'},
	{0x446, 'S'},
	{0x447, 'S'},
	{0x448, 'S'},
	{0x449, 'S'},
	{0x628, 'B'},
	{0x62a, 'T'},
	{0x62b, 'T'},
	{0x62c, 'S'},
	{0x62e, 'K'},
	{0x62f, 'T'},
	{0x630, 'T'},
	{0x631, 'R'},
	{0x632, 'S'},
	{0x633, 'S'},
	{0x634, 'S'},
	{0x635, 'S'},
	{0x636, 'T'},
	{0x637, 'T'},
	{0x638, 'T'},
	{0x63a, 'K'},
	{0x641, 'B'},
	{0x642, 'K'},
	{0x643, 'K'},
	{0x644, 'L'},
	{0x645, 'M'},
	{0x646, 'N'},
	{0x67e, 'B'},
	{0x686, 'S'},
	{0x6a4, 'B'},
	{0x6af, 'K'},
};

static char class_of(uint32_t letter, uint32_t next)
{
	if (letter >= 'a' && letter <= 'z') {
		char class = latin[letter - 'a'];

		if (class == '!')
			return next == 'e' || next == 'i' || next == 'y' ||
					       (letter == 'c' && next == 'h')
				       ? 'S'
				       : 'K';
		return class;
	}
	for (size_t i = 0; i < COUNT(other); i++)
		if (other[i].letter == letter)
			return other[i].class;
	return '\0';
}

size_t token_skeleton(const struct token *t, char to[SKELETON_BYTES])
{
	struct slice stem = slice_from(t->stem, t->len);
	size_t n = 0;
	char before = '\0';

	for (size_t at = 0; at < stem.len && n < SKELETON_BYTES;) {
		uint32_t letter = slice_utf8_next(stem, &at), next = 0;
		size_t ahead = at;
		char class;

		if (at < stem.len)
			next = slice_utf8_next(stem, &ahead);
		class = class_of(letter, next);
		if (class != '\0' && class != before)
			to[n++] = class;
		before = class;
	}
	return n < 3 ? 0 : n;
}
