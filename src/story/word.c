/*
 * word.c - see word.h
 */
#include "story/word.h"

#include <stdlib.h>

#define LONGEST_DROPPED 16  /* bytes: what is longer need not be looked for */
#define SHOUT_BYTES     256 /* of a text that are looked at to see whether it is all capitals */

static const struct slice dropped[] = {
#define DROPPED(word) {word, sizeof(word) - 1},
#include "story/word_dropped.def"
#undef DROPPED
};

static int compare_dropped(const void *key, const void *entry)
{
	return slice_compare(*(const struct slice *)key, *(const struct slice *)entry);
}

static bool is_dropped(struct slice folded)
{
	return folded.len <= LONGEST_DROPPED &&
	       bsearch(&folded, dropped, COUNT(dropped), sizeof *dropped, compare_dropped) != NULL;
}

/* A code point of the text, and where the next one begins. */
struct glance {
	uint32_t c;
	enum letter_kind kind;
	size_t end;
};

static struct glance look(const struct word_reader *r, size_t at)
{
	struct glance g = {.kind = LETTER_NONE, .end = at};

	if (at >= r->text.len)
		return g;
	g.c = slice_utf8_next(r->text, &g.end);
	g.kind = letter_kind(g.c);
	return g;
}

static bool within(enum letter_kind kind)
{
	return kind == LETTER_LOWER || kind == LETTER_UPPER || kind == LETTER_DIGIT;
}

/* Adds what `c` folds to, as far as there is room. */
static void put(struct word_reader *r, uint32_t c, struct word *w)
{
	uint32_t folded[LETTER_FOLDED];
	size_t n = letter_fold(c, folded);

	for (size_t i = 0; i < n && r->len + 4 <= sizeof r->folded; i++) {
		r->len += letter_put(r->folded + r->len, folded[i]);
		w->letters++;
	}
}

/* Three digits and no fourth at `at`: a group of thousands. */
static bool is_group(const struct word_reader *r, size_t at)
{
	struct glance g = {.end = at};

	for (int i = 0; i < 3; i++) {
		g = look(r, g.end);
		if (g.kind != LETTER_DIGIT)
			return false;
	}
	return !within(look(r, g.end).kind);
}

/* "1,300", "1.300", "1 300": what stands between groups of thousands. */
static bool is_group_sign(uint32_t c)
{
	return c == ',' || c == '.' || c == 0xa0 || c == 0x202f || c == 0x2009 || c == 0x66c;
}

static void read_groups(struct word_reader *r, struct word *w)
{
	struct glance sign = look(r, r->at);

	while (is_group_sign(sign.c) && is_group(r, sign.end)) {
		r->at = sign.end;
		for (int i = 0; i < 3; i++) {
			struct glance digit = look(r, r->at);

			put(r, digit.c, w);
			r->at = digit.end;
		}
		sign = look(r, r->at);
	}
}

/* "U.N.": single capitals, each with its point. */
static void read_points(struct word_reader *r, struct word *w)
{
	for (;;) {
		struct glance point = look(r, r->at), letter = look(r, point.end);

		if (point.c != '.' || letter.kind != LETTER_UPPER ||
			within(look(r, letter.end).kind))
			return;
		put(r, letter.c, w);
		r->at = letter.end;
	}
}

/* The "'s" that a word may end in. */
static void skip_genitive(struct word_reader *r)
{
	struct glance sign = look(r, r->at), s = look(r, sign.end);

	if ((sign.c == '\'' || sign.c == 0x2019) && (s.c == 's' || s.c == 'S') &&
		!within(look(r, s.end).kind))
		r->at = s.end;
}

/* The run of letters and digits at r->at. */
static void read_plain(struct word_reader *r, struct word *w)
{
	struct glance g = look(r, r->at);
	size_t capitals = 0, digits = 0, all = 0;

	w->capital = g.kind == LETTER_UPPER;
	w->script = letter_script(g.c);
	for (; within(g.kind) || g.kind == LETTER_JOIN; g = look(r, r->at)) {
		capitals += g.kind == LETTER_UPPER;
		digits += g.kind == LETTER_DIGIT;
		all += g.kind != LETTER_JOIN;
		if (g.kind != LETTER_JOIN)
			put(r, g.c, w);
		r->at = g.end;
	}
	if (digits == all) {
		w->kind = WORD_NUMBER;
		if (all <= 3)
			read_groups(r, w);
		return;
	}
	if (all == 1 && capitals == 1)
		read_points(r, w);
	skip_genitive(r);
	w->upper = w->letters >= 2 && capitals >= 1 && capitals + digits == all && !r->shouting;
}

/* A pair of the run at r->at; false at its end, where there is none any more. */
static bool read_pair(struct word_reader *r, struct word *w)
{
	struct glance one = look(r, r->at), two = look(r, one.end);
	bool alone = !r->in_run && two.kind != LETTER_PAIR;

	r->at = one.end;
	r->in_run = two.kind == LETTER_PAIR;
	if (!r->in_run && !alone)
		return false;
	w->kind = WORD_PAIR;
	w->script = letter_script(one.c);
	put(r, one.c, w);
	if (!alone)
		put(r, two.c, w);
	return true;
}

/* To the next letter; false where there is none. */
static bool skip_to_word(struct word_reader *r, struct glance *g_out)
{
	for (;;) {
		*g_out = look(r, r->at);
		if (within(g_out->kind) || g_out->kind == LETTER_PAIR)
			return true;
		if (g_out->end == r->at)
			return false;
		r->stopped |= g_out->kind == LETTER_STOP;
		r->at = g_out->end;
	}
}

bool word_next(struct word_reader *r, struct word *out)
{
	struct glance g;

	while (skip_to_word(r, &g)) {
		struct word w = {.first = r->stopped};
		bool found = true;

		r->len = 0;
		if (g.kind == LETTER_PAIR)
			found = read_pair(r, &w);
		else
			read_plain(r, &w);
		if (!found || r->len == 0)
			continue;
		r->stopped = false;
		w.text = slice_from(r->folded, r->len);
		w.place = r->place++;
		w.dropped = (w.letters < 2 && w.kind != WORD_NUMBER) ||
			    (!w.upper && is_dropped(w.text));
		*out = w;
		return true;
	}
	return false;
}

void word_begin(struct word_reader *r, struct slice text)
{
	size_t upper = 0, lower = 0;

	*r = (struct word_reader){.text = text, .stopped = true};
	for (struct glance g = look(r, 0); g.end <= SHOUT_BYTES; g = look(r, g.end)) {
		upper += g.kind == LETTER_UPPER;
		lower += g.kind == LETTER_LOWER;
		if (g.end >= text.len)
			break;
	}
	r->shouting = upper > lower;
}
