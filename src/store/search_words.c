/* search_words.c - a text as the words that are searched for */
#include "store/search_words.h"

#include "base/buf.h"
#include "base/letter.h"

/* A code point of the text, and where the next one begins. */
struct glance {
	uint32_t c;
	enum letter_kind kind;
	size_t end;
};

static struct glance look(const struct search_reader *r, size_t at)
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
static void put(struct search_reader *r, uint32_t c)
{
	uint32_t folded[LETTER_FOLDED];
	size_t n = letter_fold(c, folded);

	for (size_t i = 0; i < n && r->len + 4 <= sizeof r->folded; i++)
		r->len += letter_put(r->folded + r->len, folded[i]);
}

/* "U.N.": single letters, each with its point. */
static void read_points(struct search_reader *r)
{
	for (;;) {
		struct glance point = look(r, r->at), letter = look(r, point.end);

		if (point.c != '.' || !within(letter.kind) || letter.kind == LETTER_DIGIT ||
			within(look(r, letter.end).kind))
			return;
		put(r, letter.c);
		r->at = letter.end;
	}
}

static void read_plain(struct search_reader *r)
{
	struct glance g = look(r, r->at);
	bool alone = g.kind != LETTER_DIGIT;
	size_t letters = 0;

	for (; within(g.kind) || g.kind == LETTER_JOIN; g = look(r, r->at)) {
		if (g.kind != LETTER_JOIN) {
			put(r, g.c);
			letters++;
		}
		r->at = g.end;
	}
	if (alone && letters == 1)
		read_points(r);
}

/* The pair at r->at, or the one letter that is left of its run. */
static void read_pair(struct search_reader *r, struct search_word *w)
{
	struct glance one = look(r, r->at), two = look(r, one.end);

	w->is_paired = true;
	w->is_tail = two.kind != LETTER_PAIR;
	w->to = w->is_tail ? one.end : two.end;
	put(r, one.c);
	if (!w->is_tail)
		put(r, two.c);
	r->at = one.end;
}

/* To the next letter; false where there is none. */
static bool skip_to_word(struct search_reader *r, struct glance *g_out)
{
	for (;;) {
		*g_out = look(r, r->at);
		if (within(g_out->kind) || g_out->kind == LETTER_PAIR)
			return true;
		if (g_out->end == r->at)
			return false;
		r->at = g_out->end;
	}
}

bool search_words_next(struct search_reader *r, struct search_word *out)
{
	struct glance g;

	while (skip_to_word(r, &g)) {
		*out = (struct search_word){.from = r->at};
		r->len = 0;
		if (g.kind == LETTER_PAIR) {
			read_pair(r, out);
		} else {
			read_plain(r);
			out->to = r->at;
		}
		if (r->len > 0) {
			out->text = slice_from(r->folded, r->len);
			return true;
		}
	}
	return false;
}

void search_words_begin(struct search_reader *r, struct slice text)
{
	r->text = text;
	r->at = 0;
}

void search_words_put(struct buf *out, struct slice text)
{
	struct search_reader r;
	struct search_word w;

	search_words_begin(&r, text);
	while (search_words_next(&r, &w)) {
		buf_putc(out, ' ');
		buf_put_slice(out, w.text);
	}
}
