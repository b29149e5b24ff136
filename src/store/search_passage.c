/* search_passage.c - the words that were searched for, where they stand in a text */
#include "store/search_passage.h"
#include "base/arena.h"
#include "base/buf.h"
#include "store/search_query.h"
#include "store/search_words.h"

#define TEXT_BYTES  (64U << 10) /* of a text, that are looked at */
#define LEAD_BYTES  60          /* before the first word */
#define SPACE_BYTES 24          /* to the next space, where there is one */
#define ELLIPSIS    "\xE2\x80\xA6"

struct seen {
	size_t from, to;
	size_t term;
};

struct sights {
	struct seen *at;
	size_t n, cap;
};

static bool is_term(const struct search_term *t, struct slice word)
{
	return t->is_prefix ? slice_equal(slice_head(word, t->text.len), t->text)
			    : slice_equal(word, t->text);
}

static void look(
	struct slice text, const struct search_question *q, struct arena *a, struct sights *all)
{
	struct search_reader r;
	struct search_word w;

	search_words_begin(&r, text);
	while (search_words_next(&r, &w))
		for (size_t i = 0; i < q->n_terms; i++)
			if (is_term(&q->terms[i], w.text)) {
				*ARENA_PUSH(a, all) = (struct seen){w.from, w.to, i};
				break;
			}
}

/* How many different terms stand within a passage's length from this one on. */
static size_t count_from(const struct sights *all, size_t first)
{
	uint64_t terms = 0;
	size_t n = 0;

	for (size_t i = first;
		i < all->n &&
		all->at[i].to <= all->at[first].from + SEARCH_PASSAGE_BYTES - LEAD_BYTES;
		i++) {
		uint64_t bit = UINT64_C(1) << all->at[i].term % 64;

		n += (terms & bit) == 0;
		terms |= bit;
	}
	return n;
}

static size_t best_of(const struct sights *all)
{
	size_t best = 0, most = 0;

	for (size_t i = 0; i < all->n; i++) {
		size_t n = count_from(all, i);

		if (n > most) {
			most = n;
			best = i;
		}
	}
	return best;
}

/* Behind the first space of the few bytes from `at` on, else at a character. */
static size_t open_at(struct slice text, size_t at, size_t most)
{
	if (at == 0)
		return 0;
	for (size_t i = at; i < at + SPACE_BYTES && i < most; i++)
		if (text.at[i] == ' ')
			return i + 1;
	while (at < most && (text.at[at] & 0xC0) == 0x80)
		at++;
	return at;
}

/* Before the last space of the few bytes up to `at`, else at a character. */
static size_t close_at(struct slice text, size_t from, size_t at)
{
	if (at >= text.len)
		return text.len;
	for (size_t i = at; i + SPACE_BYTES > at && i > from; i--)
		if (text.at[i] == ' ')
			return i;
	while (at > from && (text.at[at] & 0xC0) == 0x80)
		at--;
	return at;
}

/* The words within, moved to where they stand in the passage; those that touch are one. */
static void put_words(const struct sights *all, size_t from, size_t to, size_t lead,
	struct arena *a, struct passage *p)
{
	p->words = arena_array(a, all->n, sizeof *p->words);
	for (size_t i = 0; i < all->n; i++) {
		const struct seen *s = &all->at[i];
		struct passage_word *last = p->n_words > 0 ? &p->words[p->n_words - 1] : NULL;

		if (s->from < from || s->to > to)
			continue;
		if (last != NULL && s->from - from + lead <= last->at + last->len)
			last->len = s->to - from + lead - last->at;
		else
			p->words[p->n_words++] =
				(struct passage_word){s->from - from + lead, s->to - s->from};
	}
}

struct passage search_passage(
	struct slice text, const struct search_question *question, struct arena *a)
{
	struct passage p = {.n_words = 0};
	struct sights all = {0};
	struct buf out;
	size_t first, from, to;

	text = slice_line(a, slice_utf8_head(text, TEXT_BYTES));
	look(text, question, a, &all);
	first = all.n > 0 ? all.at[best_of(&all)].from : 0;
	from = open_at(text, first > LEAD_BYTES ? first - LEAD_BYTES : 0, first);
	to = close_at(text, from, from + SEARCH_PASSAGE_BYTES);
	buf_init(&out, SEARCH_PASSAGE_BYTES + 2 * sizeof ELLIPSIS);
	buf_puts(&out, from > 0 ? ELLIPSIS : "");
	buf_put_slice(&out, slice_from(text.at + from, to - from));
	buf_puts(&out, to < text.len ? ELLIPSIS : "");
	p.text = slice_copy(a, buf_slice(&out));
	put_words(&all, from, to, from > 0 ? sizeof ELLIPSIS - 1 : 0, a, &p);
	buf_clear(&out);
	return p;
}
