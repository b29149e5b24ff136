/* search_query.c - what a user asks, as a question to FTS5 */
#include "store/search_query.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/search_words.h"

#include <assert.h>

/* Each word may be one letter of two bytes, in its quotes. */
#define EXPRESSION_BYTES (64U * LIMIT_QUERY_BYTES)

enum part_kind { PART_END, PART_WORDS, PART_OR, PART_AND, PART_NOT };

struct part {
	enum part_kind kind;
	struct slice words;
	size_t at; /* where it begins */
	bool is_not, is_prefix;
};

struct reading {
	struct slice asked;
	size_t at;
	size_t n_words;
	struct arena *arena;
	struct error *err;
	struct buf with, without; /* of the group: its parts, those with "-" */
	struct {
		struct search_term *at;
		size_t n, cap;
	} terms;
};

static bool wrong(struct reading *r, size_t at, const char *why)
{
	size_t place = 1;

	for (size_t i = 0; i < at && i < r->asked.len; place++)
		slice_utf8_next(r->asked, &i);
	error_set(r->err, "character %zu of the search: %s", place, why);
	return false;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool has_byte(const struct reading *r, char c)
{
	return r->at < r->asked.len && r->asked.at[r->at] == c;
}

static bool take_byte(struct reading *r, char c)
{
	bool there = has_byte(r, c);

	r->at += there;
	return there;
}

/* What stands between quotes; false where the second is missing. */
static bool read_phrase(struct reading *r, struct part *p)
{
	struct slice rest = slice_skip(r->asked, r->at);
	size_t end = slice_find_byte(rest, '"');

	if (end == rest.len)
		return wrong(r, r->at - 1, "this quote is not closed");
	p->words = slice_head(rest, end);
	r->at += end + 1;
	p->is_prefix = take_byte(r, '*');
	return true;
}

static void read_word(struct reading *r, struct part *p)
{
	size_t from = r->at;

	while (r->at < r->asked.len && !is_space(r->asked.at[r->at]) && !has_byte(r, '"') &&
		!has_byte(r, '*'))
		r->at++;
	p->words = slice_from(r->asked.at + from, r->at - from);
	p->is_prefix = take_byte(r, '*');
}

static enum part_kind kind_of(const struct part *p)
{
	static const struct {
		const char *word;
		enum part_kind kind;
	} signs[] = {{"OR", PART_OR}, {"AND", PART_AND}, {"NOT", PART_NOT}};

	for (size_t i = 0; i < COUNT(signs) && !p->is_not && !p->is_prefix; i++)
		if (slice_is(p->words, signs[i].word))
			return signs[i].kind;
	return PART_WORDS;
}

static bool read_part(struct reading *r, struct part *p)
{
	while (r->at < r->asked.len && is_space(r->asked.at[r->at]))
		r->at++;
	*p = (struct part){.at = r->at};
	if (r->at == r->asked.len)
		return true;
	p->is_not = take_byte(r, '-');
	p->kind = PART_WORDS;
	if (take_byte(r, '"'))
		return read_phrase(r, p);
	read_word(r, p);
	p->kind = kind_of(p);
	return true;
}

static void put_word(struct reading *r, const struct part *p, struct slice word, struct buf *phrase)
{
	buf_puts(phrase, phrase->len > 0 ? " " : "");
	buf_put_slice(phrase, word);
	if (!p->is_not)
		*ARENA_PUSH(r->arena, &r->terms) =
			(struct search_term){.text = slice_copy(r->arena, word)};
}

/*
 * The words of a part, between quotes; a letter that is all of a run begins others.  The last
 * letter of the last run stands in its pair already: the text may go on there.
 */
static void put_phrase(struct reading *r, const struct part *p, struct buf *out)
{
	struct search_reader words;
	struct search_word w = {.to = 0};
	struct buf phrase;
	size_t end = 0, n_terms = r->terms.n, last = 0;
	bool is_repeated = false;

	buf_init(&phrase, EXPRESSION_BYTES);
	search_words_begin(&words, p->words);
	while (search_words_next(&words, &w)) {
		is_repeated = w.is_tail && w.to == end;
		end = w.to;
		last = phrase.len;
		put_word(r, p, w.text, &phrase);
	}
	if (is_repeated) {
		phrase.len = last;
		r->terms.n -= !p->is_not;
	}
	if (phrase.len > 0)
		buf_printf(out, "%s\"%.*s\"%s",
			out->len == 0 ? ""
			: p->is_not   ? " OR "
				      : " AND ",
			SLICE_ARG(buf_slice(&phrase)),
			p->is_prefix || (w.is_tail && !is_repeated) ? " *" : "");
	if (r->terms.n > n_terms)
		r->terms.at[r->terms.n - 1].is_prefix = p->is_prefix || (w.is_tail && !is_repeated);
	buf_clear(&phrase);
}

/* How many words a user sees in it: what is counted. */
static size_t count_words(struct slice words)
{
	size_t n = 0;

	for (size_t i = 0; i < words.len; i++)
		n += !is_space(words.at[i]) && (i == 0 || is_space(words.at[i - 1]));
	return n;
}

static bool take_words(struct reading *r, struct part *p)
{
	r->n_words += count_words(p->words);
	if (r->n_words > LIMIT_QUERY_WORDS)
		return wrong(r, p->at, "too many words");
	put_phrase(r, p, p->is_not ? &r->without : &r->with);
	return true;
}

/* Closes the group that ends at `at`. */
static bool put_group(struct reading *r, size_t at, struct buf *out)
{
	if (r->with.len == 0)
		return wrong(r, at,
			r->without.len > 0 ? "before this stands only what is not wanted"
					   : "a word is expected");
	if (out->len > 0)
		buf_puts(out, " OR ");
	if (r->without.len > 0)
		buf_printf(out, "((%.*s) NOT (%.*s))", SLICE_ARG(buf_slice(&r->with)),
			SLICE_ARG(buf_slice(&r->without)));
	else
		buf_printf(out, "(%.*s)", SLICE_ARG(buf_slice(&r->with)));
	buf_reset(&r->with);
	buf_reset(&r->without);
	return true;
}

static bool read_all(struct reading *r, struct buf *out)
{
	bool is_not = false;
	struct part p;

	for (;;) {
		if (!read_part(r, &p))
			return false;
		if (is_not && p.kind != PART_WORDS)
			return wrong(r, p.at, "a word is expected after NOT");
		p.is_not |= is_not;
		is_not = p.kind == PART_NOT;
		if (p.kind == PART_WORDS && !take_words(r, &p))
			return false;
		if ((p.kind == PART_OR || p.kind == PART_END) && !put_group(r, p.at, out))
			return false;
		if (p.kind == PART_END)
			return true;
	}
}

bool search_question_read(
	struct slice asked, struct arena *a, struct search_question *out, struct error *err)
{
	struct reading r = {.asked = asked, .arena = a, .err = err};
	struct buf expression;
	bool good;

	*out = (struct search_question){.n_terms = 0};
	if (asked.len > LIMIT_QUERY_BYTES)
		return wrong(&r, LIMIT_QUERY_BYTES, "it is too long");
	buf_init(&r.with, EXPRESSION_BYTES);
	buf_init(&r.without, EXPRESSION_BYTES);
	buf_init(&expression, EXPRESSION_BYTES);
	good = read_all(&r, &expression);
	assert(!expression.full && !r.with.full && !r.without.full);
	if (good) {
		out->expression = slice_copy(a, buf_slice(&expression));
		out->terms = r.terms.at;
		out->n_terms = r.terms.n;
	}
	buf_clear(&r.with);
	buf_clear(&r.without);
	buf_clear(&expression);
	return good;
}
