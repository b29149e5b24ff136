/*
 * across_read.c - a title and a summary as marks; see across_state.h
 */
#include "story/across_state.h"

#include "base/digest.h"

#define LATIN_LEAST  4 /* letters of a word in Latin letters that is no acronym */
#define LATIN_PREFIX 6

uint32_t mark_of(char kind, struct slice text)
{
	uint64_t h = digest_fast((unsigned char)kind, text);
	uint32_t mark = (uint32_t)(h ^ h >> 32);

	return mark == 0 ? 1 : mark;
}

void mark_add(struct marks *to, uint32_t mark)
{
	for (size_t i = 0; i < to->n; i++)
		if (to->at[i] == mark)
			return;
	if (to->n < MARKS_MOST)
		to->at[to->n++] = mark;
}

static bool is_year(const struct token *t)
{
	struct slice text = slice_from(t->stem, t->len);

	return t->len == 4 && (slice_starts(text, "19") || slice_starts(text, "20"));
}

static void add_number(struct marks *to, const struct token *t)
{
	if (t->letters >= 2 && !is_year(t))
		mark_add(to, mark_of('n', slice_from(t->stem, t->len)));
}

static void add_skeleton(struct marks *to, const struct token *t)
{
	char skeleton[SKELETON_BYTES];
	size_t n = token_skeleton(t, skeleton);

	if (n > 0)
		mark_add(to, mark_of('s', slice_from(skeleton, n)));
}

static void add_word(struct marks *to, const struct token *t)
{
	struct slice stem = slice_from(t->stem, t->len);

	if (t->dropped)
		return;
	if (t->script == SCRIPT_LATIN && (t->upper || t->letters >= LATIN_LEAST))
		mark_add(to, mark_of('w', t->upper ? stem : slice_head(stem, LATIN_PREFIX)));
	if (t->script == SCRIPT_ARABIC || (t->capital && !t->upper))
		add_skeleton(to, t);
}

static void read_field(struct marks *to, const struct names *names, struct slice text)
{
	struct token tokens[TOKENS_MOST];
	size_t n = token_read(tokens, text), words = 1;

	for (size_t i = 0; i < n; i += words) {
		uint32_t name = names_find(names, &tokens[i], n - i, &words);

		if (name != 0) {
			mark_add(to, name);
			continue;
		}
		words = 1;
		if (tokens[i].kind == WORD_NUMBER)
			add_number(to, &tokens[i]);
		else if (tokens[i].kind == WORD_PLAIN)
			add_word(to, &tokens[i]);
	}
}

void mark_read(struct marks *out, const struct names *n, struct slice title, struct slice summary)
{
	out->n = 0;
	read_field(out, n, title);
	read_field(out, n, summary);
}
