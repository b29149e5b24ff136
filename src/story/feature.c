/*
 * feature.c - see feature.h
 */
#include "story/feature.h"
#include "story/word.h"

#include "base/digest.h"

#define WEIGHT_TITLE    1.5F
#define WEIGHT_SUMMARY  1.0F
#define WEIGHT_CONTENT  0.3F
#define WEIGHT_CAPITAL  1.3F /* a name, most likely */
#define WEIGHT_NUMBER   0.3F /* of one digit, or a year of this century: says little */
#define WEIGHT_PAIR     0.3F /* two words side by side */
#define HEADLINE_PARTS  10   /* where more than ... */
#define HEADLINE_MOST   6    /* ... of its longer words have capitals, a capital says nothing */
#define HEADLINE_LETTER 4    /* a longer word */
#define FIELD_BYTES     (16U << 10) /* of a field that are looked at: words may be long */

/* What of an item is read, and how much it counts. */
struct field {
	struct slice text;
	float weight;
	uint32_t words; /* at most */
	bool is_title;
};

static uint32_t mix(uint64_t h)
{
	uint32_t term = (uint32_t)(h ^ (h >> 32));

	return term == 0 ? 1 : term;
}

static void add(struct feature_set *set, uint32_t term, float tf)
{
	size_t slot = term & (FEATURE_SLOTS - 1);

	while (set->slots[slot] != 0 && set->at[set->slots[slot] - 1].term != term)
		slot = (slot + 1) & (FEATURE_SLOTS - 1);
	if (set->slots[slot] == 0) {
		if (set->n == FEATURE_MOST)
			return;
		set->at[set->n++] = (struct feature){.term = term};
		set->slots[slot] = (uint16_t)set->n;
	}
	set->at[set->slots[slot] - 1].tf += tf;
}

/* The first letters of a word, a number whole. */
static struct slice prefix(const struct word *w)
{
	size_t at = 0;

	if (w->kind == WORD_NUMBER || w->letters <= FEATURE_PREFIX)
		return w->text;
	for (int i = 0; i < FEATURE_PREFIX; i++)
		slice_utf8_next(w->text, &at);
	return slice_head(w->text, at);
}

/* Does every longer word of a title have a capital, so that it marks no name? */
static bool is_headline(struct slice title)
{
	struct word_reader r;
	struct word w;
	size_t longer = 0, capitals = 0;

	word_begin(&r, title);
	while (r.place < FEATURE_TITLE_WORDS && word_next(&r, &w)) {
		if (w.kind != WORD_PLAIN || w.letters < HEADLINE_LETTER)
			continue;
		longer++;
		capitals += w.capital;
	}
	return capitals * HEADLINE_PARTS > longer * HEADLINE_MOST;
}

static bool says_little(const struct word *w)
{
	return w->kind == WORD_NUMBER &&
	       (w->letters == 1 || (w->letters == 4 && slice_starts(w->text, "20")));
}

static void read_field(struct feature_set *set, uint32_t lang, const struct field *f)
{
	struct slice text = slice_utf8_head(f->text, FIELD_BYTES);
	bool headline = f->is_title && is_headline(text);
	uint32_t before = 0, place = 0; /* the last kept word */
	struct word_reader r;
	struct word w;

	word_begin(&r, text);
	while (r.place < f->words && word_next(&r, &w)) {
		float weight = f->weight;
		uint32_t term;

		if (w.dropped)
			continue;
		term = mix(digest_fast(lang, prefix(&w)));
		if (w.capital && !w.first && !headline)
			weight *= WEIGHT_CAPITAL;
		if (says_little(&w))
			weight *= WEIGHT_NUMBER;
		add(set, term, weight);
		if (before != 0 && place + 1 == w.place)
			add(set, mix((uint64_t)before * UINT64_C(0x9e3779b97f4a7c15) + term),
				f->weight * WEIGHT_PAIR);
		before = term;
		place = w.place;
	}
}

void feature_read(struct feature_set *out, uint32_t lang, struct slice title, struct slice summary,
	struct slice content)
{
	const struct field fields[] = {
		{title, WEIGHT_TITLE, FEATURE_TITLE_WORDS, true},
		{summary, WEIGHT_SUMMARY, FEATURE_SUMMARY_WORDS, false},
		{content, WEIGHT_CONTENT, FEATURE_CONTENT_WORDS, false},
	};

	out->n = 0;
	memset(out->slots, 0, sizeof out->slots);
	for (size_t i = 0; i < COUNT(fields); i++)
		read_field(out, lang, &fields[i]);
}
