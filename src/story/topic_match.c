/* topic_match.c - an item's words, looked up once each, and the rules that they concern */
#include "story/topic.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "story/topic_table.h"

#include <stdlib.h>

/* Between two texts, so that no phrase goes from one to the next. */
#define GAP 2

/* Of 64 bits, for so many topics. */
#define WORDS(topics) (((topics) + 63) / 64)

/* Begins an item. */
static void begin(struct topic_table *t)
{
	if (t->room < t->topics.n) {
		t->room = t->topics.n;
		t->met = reallocarray(t->met, WORDS(t->room), sizeof *t->met);
		t->found = reallocarray(t->found, t->room, sizeof *t->found);
		if (t->met == NULL || t->found == NULL)
			die("out of memory (topics)");
	}
	if (++t->turn == 0) { /* after four thousand million items */
		for (size_t i = 0; i < t->clauses.n; i++)
			t->clauses.at[i].met = 0;
		for (size_t i = 0; i < t->topics.n; i++)
			t->topics.at[i].found = 0;
		t->turn = 1;
	}
	t->hits.n = 0;
	if (t->room > 0)
		memset(t->met, 0, WORDS(t->room) * sizeof *t->met);
}

static void meet(struct topic_table *t, struct clause *c, bool in_title)
{
	c->in_title = in_title || (c->met == t->turn && c->in_title);
	c->met = t->turn;
	t->met[c->topic / 64] |= UINT64_C(1) << (c->topic % 64);
}

/* Was the term met `back` places before `place`?  Hits lie by place, and few at each. */
static bool was_met(const struct topic_table *t, uint32_t term, uint32_t place)
{
	for (size_t i = t->hits.n; i > 0 && t->hits.at[i - 1].place >= place; i--)
		if (t->hits.at[i - 1].place == place && t->hits.at[i - 1].term == term)
			return true;
	return false;
}

/* Do the terms before the last stand where they must? */
static bool is_led(const struct topic_table *t, const struct clause *c, uint32_t place)
{
	size_t n = c->terms.n;

	if (place < n - 1)
		return false;
	for (size_t i = 1; i < n; i++)
		if (!was_met(t, c->terms.at[n - 1 - i], place - (uint32_t)i))
			return false;
	return true;
}

static void on_term(struct topic_table *t, const struct term *term, uint32_t place, bool in_title)
{
	for (size_t i = 0; i < term->ends.n; i++) {
		struct clause *c = &t->clauses.at[term->ends.at[i]];

		if (c->met == t->turn && (c->in_title || !in_title))
			continue;
		if (c->kind == CLAUSE_TITLE && !in_title)
			continue;
		if (c->terms.n == 1 || is_led(t, c, place))
			meet(t, c, in_title);
	}
	if (!term->leads)
		return;
	if (t->hits.n == t->hits.cap) {
		t->hits.cap = t->hits.cap == 0 ? 256 : 2 * t->hits.cap;
		t->hits.at = reallocarray(t->hits.at, t->hits.cap, sizeof *t->hits.at);
		if (t->hits.at == NULL)
			die("out of memory (topics)");
	}
	t->hits.at[t->hits.n++] = (struct hit){place, (uint32_t)(term - t->terms.at)};
}

static void look_up(struct topic_table *t, enum term_kind kind, struct slice text, uint64_t h,
	uint32_t place, bool in_title)
{
	uint64_t hash = term_hash(h, kind);
	const struct term *term;

	if (!term_passes(&t->terms, hash))
		return;
	term = term_find(&t->terms, kind, text, hash);
	if (term != NULL)
		on_term(t, term, place, in_title);
}

/* A word of the item: whole, and each beginning of a length that some rule has. */
static void on_word(struct topic_table *t, const struct word *w, uint32_t place, bool in_title)
{
	uint64_t h = TERM_SEED;

	for (size_t i = 0; i < w->text.len; i++) {
		h = term_step(h, w->text.at[i]);
		if (t->terms.lengths[i + 1])
			look_up(t, TERM_BEGINNING, slice_head(w->text, i + 1), h, place, in_title);
	}
	look_up(t, TERM_WORD, w->text, h, place, in_title);
	if (w->upper)
		look_up(t, TERM_CAPITALS, w->text, h, place, in_title);
}

/* Returns the place behind the text. */
static uint32_t read_text(struct topic_table *t, struct slice text, uint32_t place, bool in_title)
{
	struct word_reader r;
	struct word w;
	uint32_t next = place;

	word_begin(&r, slice_utf8_head(text, LIMIT_TOPIC_BYTES));
	while (next < LIMIT_TOPIC_WORDS && word_next(&r, &w)) {
		on_word(t, &w, place + w.place, in_title);
		next = place + w.place + 1;
	}
	return next + GAP;
}

/* What is no text of the item: found whole, nowhere. */
static void on_name(struct topic_table *t, enum term_kind kind, struct slice name)
{
	uint64_t h = TERM_SEED;

	for (size_t i = 0; i < name.len; i++)
		h = term_step(h, name.at[i]);
	look_up(t, kind, name, h, 0, false);
}

/* "pt-BR" is met by lang:pt too. */
static void read_lang(struct topic_table *t, struct slice lang, struct arena *a)
{
	struct slice tag = term_of_lang(a, slice_head(lang, LIMIT_NAME_BYTES));

	for (size_t i = 1; i <= tag.len; i++)
		if (i == tag.len || tag.at[i] == '-')
			on_name(t, TERM_LANG, slice_head(tag, i));
}

static void read_all(struct topic_table *t, const struct topic_text *text)
{
	uint32_t place = read_text(t, text->title, 0, true);
	struct arena a;

	place = read_text(t, text->summary, place, false);
	read_text(t, text->content, place, false);
	arena_init(&a);
	read_lang(t, text->lang, &a);
	for (size_t i = 0; i < text->n_sources; i++)
		on_name(t, TERM_SOURCE, text->sources[i]);
	for (size_t i = 0; i < text->n_categories; i++)
		on_name(t, TERM_CATEGORY, term_of_label(&a, text->categories[i]));
	arena_clear(&a);
}

struct judged {
	const struct topic_table *table;
	const struct topic *topic;
};

static bool is_met(const void *of, size_t step)
{
	const struct judged *j = of;

	return j->table->clauses.at[j->topic->clause_of[step]].met == j->table->turn;
}

/* By its rule, with so many words of it as it asks for, or by a category. */
static bool judge(const struct topic_table *t, const struct topic *topic)
{
	const struct judged j = {t, topic};
	size_t words = 0;

	for (size_t i = topic->first; i < topic->first + topic->n_clauses; i++) {
		const struct clause *c = &t->clauses.at[i];

		if (c->met != t->turn)
			continue;
		if (c->kind == CLAUSE_CATEGORY || (c->enough && topic->words <= 1))
			return true;
		words += !c->denied && c->kind != CLAUSE_NAME;
	}
	if (topic->rule.n == 0 || (topic->words > 1 && words < topic->words))
		return false;
	return rule_is_true(&topic->rule, is_met, &j);
}

size_t topic_match(struct topic_table *t, const struct topic_text *text, const uint32_t **found_out)
{
	size_t n = 0;

	begin(t);
	if (t->terms.n > 0)
		read_all(t, text);
	for (size_t i = 0; i < WORDS(t->topics.n); i++)
		for (uint64_t left = t->met[i]; left != 0; left &= left - 1) {
			uint32_t topic = (uint32_t)(i * 64 + (size_t)__builtin_ctzll(left));

			if (!judge(t, &t->topics.at[topic]))
				continue;
			t->topics.at[topic].found = t->turn;
			t->found[n++] = topic;
		}
	*found_out = t->found;
	return n;
}

/* A phrase may go over two lines of its file. */
static void put_words(struct buf *out, struct slice words)
{
	for (size_t i = 0; i < words.len; i++)
		buf_putc(out, (unsigned char)words.at[i] < ' ' ? ' ' : words.at[i]);
}

static void put_clause(const struct topic_table *t, const struct clause *c, struct buf *out)
{
	static const char *const before[] = {
		[TERM_LANG] = "lang:", [TERM_SOURCE] = "source:", [TERM_CATEGORY] = "category "};
	enum term_kind kind = t->terms.at[c->terms.at[0]].kind;
	bool quoted = kind == TERM_CATEGORY || c->terms.n > 1;

	if (kind >= TERM_LANG)
		buf_puts(out, before[kind]);
	buf_puts(out, quoted ? "\"" : "");
	put_words(out, c->text);
	buf_puts(out, quoted ? "\"" : "");
	if (kind < TERM_LANG)
		buf_puts(out, c->in_title ? " (title)" : " (text)");
}

void topic_put_reason(const struct topic_table *t, size_t topic, struct buf *out)
{
	const struct topic *of = &t->topics.at[topic];
	size_t n = 0;

	if (of->found != t->turn || t->turn == 0)
		return;
	for (size_t i = of->first; i < of->first + of->n_clauses; i++) {
		const struct clause *c = &t->clauses.at[i];

		if (c->met != t->turn || c->denied || n == LIMIT_TOPIC_REASONS)
			continue;
		buf_puts(out, n++ > 0 ? ", " : "");
		put_clause(t, c, out);
	}
}
