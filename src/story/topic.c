/* topic.c - the admin's rules compiled to one table */
#include "story/topic.h"

#include "base/buf.h"
#include "base/letter.h"
#include "base/log.h"
#include "feed/feed.h"
#include "feed/plain.h"
#include "story/topic_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Changes with what a word or a rule means: then all items are tagged again. */
#define MEANING "topics 1"

struct topic_table *topic_table_new(void)
{
	struct topic_table *t = calloc(1, sizeof *t);

	if (t == NULL)
		die("out of memory (topics)");
	arena_init(&t->arena);
	*ARENA_PUSH(&t->arena, &t->parts) = SLICE(MEANING);
	return t;
}

void topic_table_free(struct topic_table **t)
{
	if (*t == NULL)
		return;
	arena_clear(&(*t)->arena);
	free((*t)->hits.at);
	free((*t)->met);
	free((*t)->found);
	free(*t);
	*t = NULL;
}

/* "WHO" as it stands in a rule: no small letter, two capitals at least. */
static bool is_capitals(struct slice text)
{
	size_t upper = 0;

	for (size_t at = 0; at < text.len;) {
		enum letter_kind kind = letter_kind(slice_utf8_next(text, &at));

		if (kind == LETTER_LOWER || kind == LETTER_PAIR)
			return false;
		upper += kind == LETTER_UPPER;
	}
	return upper >= 2;
}

/* Is the folded word one of those that say nothing? */
static bool is_function_word(struct slice folded)
{
	struct word_reader r;
	struct word w;

	word_begin(&r, folded);
	return word_next(&r, &w) && w.dropped && w.letters > 1;
}

/* How a word of a rule is looked up; `open`: it is the last before a *. */
static enum term_kind kind_of(const struct word *w, struct slice written, bool open)
{
	/* A pair is a word whole already; one letter alone is the beginning of pairs. */
	if (w->kind == WORD_PAIR)
		return w->letters == 1 ? TERM_BEGINNING : TERM_WORD;
	if (open)
		return TERM_BEGINNING;
	return is_capitals(written) && is_function_word(w->text) ? TERM_CAPITALS : TERM_WORD;
}

static void add_term(
	struct topic_table *t, struct clause *c, enum term_kind kind, struct slice text)
{
	*ARENA_PUSH(&t->arena, &c->terms) = term_add(&t->terms, &t->arena, kind, text);
}

/* The words of `written`, which holds no space; a * may end it. */
static void add_written(struct topic_table *t, struct clause *c, struct slice written)
{
	bool open = slice_ends(written, "*");
	struct slice body = slice_head(written, written.len - open);
	struct word_reader r;
	struct word w, next;
	bool more;

	word_begin(&r, body);
	more = word_next(&r, &w);
	while (more) {
		struct slice text = slice_copy(&t->arena, w.text);

		w.text = text; /* the reader's is gone with its next word */
		more = word_next(&r, &next);
		add_term(t, c, kind_of(&w, body, open && !more), text);
		w = next;
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void add_words(struct topic_table *t, struct clause *c, struct slice text)
{
	for (size_t at = 0; at < text.len;) {
		size_t from = at;

		while (at < text.len && !is_space(text.at[at]))
			at++;
		add_written(t, c, slice_from(text.at + from, at - from));
		at++;
	}
}

/* The clause of the same topic that asks the same, or NULL. */
static struct clause *find_same(const struct topic_table *t, const struct clause *c)
{
	for (size_t i = t->topics.at[c->topic].first; i < t->clauses.n; i++) {
		struct clause *other = &t->clauses.at[i];

		if (other->kind == c->kind && other->denied == c->denied &&
			other->terms.n == c->terms.n &&
			(c->terms.n == 0 || memcmp(other->terms.at, c->terms.at,
						    c->terms.n * sizeof *c->terms.at) == 0))
			return other;
	}
	return NULL;
}

/* Puts the clause into the table and gives its index. */
static uint32_t add_clause(struct topic_table *t, const struct clause *c)
{
	const struct clause *same = find_same(t, c);

	if (same != NULL)
		return (uint32_t)(same - t->clauses.at);
	*ARENA_PUSH(&t->arena, &t->clauses) = *c;
	t->topics.at[c->topic].n_clauses++;
	if (c->terms.n > 0) {
		struct term *last = &t->terms.at[c->terms.at[c->terms.n - 1]];

		*ARENA_PUSH(&t->arena, &last->ends) = (uint32_t)t->clauses.n - 1;
		for (size_t i = 0; i + 1 < c->terms.n; i++)
			t->terms.at[c->terms.at[i]].leads = true;
	}
	return (uint32_t)t->clauses.n - 1;
}

static uint32_t add_step(struct topic_table *t, uint32_t topic, const struct rule_step *s)
{
	static const enum clause_kind kinds[] = {[RULE_ANYWHERE] = CLAUSE_TEXT,
		[RULE_TITLE] = CLAUSE_TITLE,
		[RULE_LANG] = CLAUSE_NAME,
		[RULE_SOURCE] = CLAUSE_NAME};
	struct clause c = {
		.topic = topic, .kind = kinds[s->field], .denied = s->denied, .text = s->text};

	if (s->field == RULE_LANG)
		add_term(t, &c, TERM_LANG, term_of_lang(&t->arena, s->text));
	else if (s->field == RULE_SOURCE)
		add_term(t, &c, TERM_SOURCE, s->text);
	else
		add_words(t, &c, s->text);
	return add_clause(t, &c);
}

/* Which steps of a rule are enough alone: from the last step back, what stands over each. */
static void mark_enough(struct topic_table *t, const struct topic *topic)
{
	bool over[RULE_WAITING_MOST] = {true};
	size_t n = 1;

	for (size_t i = topic->rule.n; i > 0; i--) {
		enum rule_kind kind = topic->rule.at[i - 1].kind;

		if (kind == RULE_WORDS && over[--n])
			t->clauses.at[topic->clause_of[i - 1]].enough = true;
		if (kind == RULE_WORDS)
			continue;
		over[n - 1] = kind == RULE_OR && over[n - 1];
		if (kind != RULE_NOT) {
			over[n] = over[n - 1];
			n++;
		}
	}
}

static void add_category(struct topic_table *t, uint32_t topic, struct slice category)
{
	struct clause c = {
		.topic = topic, .kind = CLAUSE_CATEGORY, .text = slice_copy(&t->arena, category)};
	struct slice words = term_of_label(&t->arena, category);

	if (words.len > 0)
		add_term(t, &c, TERM_CATEGORY, words);
	add_clause(t, &c);
}

/* What of the rule decides on an item goes into the digest. */
static void note_parts(struct topic_table *t, const struct topic_rule *rule, struct slice match)
{
	char numbers[48];

	snprintf(numbers, sizeof numbers, "%zu %zu", rule->words, rule->n_categories);
	*ARENA_PUSH(&t->arena, &t->parts) = slice_copy(&t->arena, rule->name);
	*ARENA_PUSH(&t->arena, &t->parts) = match;
	*ARENA_PUSH(&t->arena, &t->parts) = slice_copy(&t->arena, slice_of(numbers));
	for (size_t i = 0; i < rule->n_categories; i++)
		*ARENA_PUSH(&t->arena, &t->parts) = slice_copy(&t->arena, rule->categories[i]);
}

bool topic_table_add(
	struct topic_table *t, const struct topic_rule *rule, struct rule_mistake *mistake_out)
{
	struct topic topic = {.words = rule->words, .first = t->clauses.n};
	struct slice match = slice_copy(&t->arena, rule->match);
	struct rule_mistake mistake;
	uint32_t index = (uint32_t)t->topics.n;

	if (match.len > 0 && !rule_parse(&t->arena, match, &topic.rule, &mistake)) {
		if (mistake_out != NULL)
			*mistake_out = mistake;
		return false;
	}
	topic.name = slice_copy(&t->arena, rule->name);
	topic.clause_of = arena_array(&t->arena, topic.rule.n, sizeof *topic.clause_of);
	*ARENA_PUSH(&t->arena, &t->topics) = topic;
	for (size_t i = 0; i < topic.rule.n; i++)
		if (topic.rule.at[i].kind == RULE_WORDS)
			topic.clause_of[i] = add_step(t, index, &topic.rule.at[i]);
	mark_enough(t, &topic);
	for (size_t i = 0; i < rule->n_categories; i++)
		add_category(t, index, rule->categories[i]);
	note_parts(t, rule, match);
	return true;
}

size_t topic_table_count(const struct topic_table *t)
{
	return t->topics.n;
}

struct slice topic_table_name(const struct topic_table *t, size_t topic)
{
	return t->topics.at[topic].name;
}

struct digest topic_table_digest(const struct topic_table *t)
{
	return digest_of(t->parts.at, t->parts.n);
}

/* What a reader of feeds sees of a label. */
static struct slice label_of(const struct category *c)
{
	return c->label.len > 0 ? c->label : c->term;
}

void topic_text_of(struct topic_text *out, const struct item *i, struct slice lang,
	const struct slice *sources, size_t n_sources, struct arena *a)
{
	struct slice *labels = arena_array(a, i->categories.n, sizeof *labels);

	for (size_t k = 0; k < i->categories.n; k++)
		labels[k] = label_of(&i->categories.at[k]);
	*out = (struct topic_text){
		.title = i->title,
		.summary = i->summary.len > 0 ? i->summary : plain_text(a, i->summary_html),
		.content =
			i->content_html.len > 0 ? plain_text(a, i->content_html) : i->content_text,
		.lang = i->language.len > 0 ? i->language : lang,
		.sources = sources,
		.n_sources = n_sources,
		.categories = labels,
		.n_categories = i->categories.n,
	};
}
