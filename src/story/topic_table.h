/*
 * topic_table.h - the inside of a table of topics
 *
 * Of src/story/topic*.c only.  A term is a word as it is looked up; a clause is a word, a phrase
 * or a name of one topic's rule, or one of its categories; the last term of a clause leads to it.
 */
#ifndef TRIBUTARY_STORY_TOPIC_TABLE_H
#define TRIBUTARY_STORY_TOPIC_TABLE_H

#include "base/arena.h" /* arena */
#include "feed/rule.h"  /* rule */
#include "story/word.h" /* WORD_BYTES */

enum term_kind {
	TERM_WORD,
	TERM_BEGINNING, /* of a word: "migra*" */
	TERM_CAPITALS,  /* "WHO": a function word, were it not in capitals */
	TERM_LANG,
	TERM_SOURCE,
	TERM_CATEGORY, /* its words with a space between them */
};

struct number_list {
	uint32_t *at;
	size_t n, cap;
};

struct term {
	uint64_t hash;
	enum term_kind kind;
	struct slice text;
	struct number_list ends; /* clauses that end in it */
	bool leads;              /* it stands before the end of a clause */
};

/* Open addressing; a slot holds a term's index + 1. */
struct term_table {
	struct term *at;
	size_t n, cap;
	uint32_t *slots;
	size_t n_slots;               /* a power of two, or 0 */
	bool lengths[WORD_BYTES + 1]; /* bytes that some TERM_BEGINNING has */
	uint64_t sieve[1024];         /* a bit for each hash: most words are in no rule */
};

enum clause_kind { CLAUSE_TEXT, CLAUSE_TITLE, CLAUSE_NAME, CLAUSE_CATEGORY };

struct clause {
	uint32_t topic;
	enum clause_kind kind;
	bool denied;       /* under NOT */
	struct slice text; /* as it stands in the rule, without its field and quotes */
	struct number_list terms;
	bool enough;   /* where it is met, the rule holds: nothing but ORs stand over it */
	uint32_t met;  /* the turn in which an item had it last */
	bool in_title; /* it was met there */
};

struct topic {
	struct slice name;
	struct rule rule;
	uint32_t *clause_of; /* one a step of the rule */
	size_t words;
	size_t first, n_clauses; /* in the table's clauses */
	uint32_t found;          /* the turn in which an item had it last */
};

struct clause_list {
	struct clause *at;
	size_t n, cap;
};

struct hit {
	uint32_t place, term;
};

struct topic_table {
	struct arena arena;
	struct term_table terms;
	struct clause_list clauses;
	struct {
		struct topic *at;
		size_t n, cap;
	} topics;
	struct {
		struct slice *at;
		size_t n, cap;
	} parts; /* of the digest */

	/* What follows is of the item that is being matched. */
	uint32_t turn;
	struct {
		struct hit *at;
		size_t n, cap;
	} hits;          /* of terms that lead, by place */
	uint64_t *met;   /* a bit for each topic that one of its clauses was met of */
	uint32_t *found; /* the topics that it has; room for all */
	size_t room;     /* topics that there is room for */
};

/* FNV-1a, byte by byte; term_hash closes it. */
#define TERM_SEED UINT64_C(0xcbf29ce484222325)

static inline uint64_t term_step(uint64_t h, char c)
{
	return (h ^ (unsigned char)c) * UINT64_C(0x100000001b3);
}

static inline uint64_t term_hash(uint64_t h, enum term_kind kind)
{
	h ^= (uint64_t)kind * UINT64_C(0x9e3779b97f4a7c15);
	h *= UINT64_C(0xff51afd7ed558ccd);
	return h ^ (h >> 32);
}

/* May a term of this hash be there? */
static inline bool term_passes(const struct term_table *t, uint64_t hash)
{
	uint64_t bit = hash % (COUNT(t->sieve) * 64);

	return (t->sieve[bit / 64] >> (bit % 64) & 1) != 0;
}

/* The term, or NULL. */
struct term *term_find(
	const struct term_table *t, enum term_kind kind, struct slice text, uint64_t hash);

/* The index of the term, which is added (copied into `a`) where it was not there. */
uint32_t term_add(struct term_table *t, struct arena *a, enum term_kind kind, struct slice text);

/* A label as its words, folded, with a space between them; in `a`. */
struct slice term_of_label(struct arena *a, struct slice label);

/* A language tag in small letters, '-' between its parts; in `a`. */
struct slice term_of_lang(struct arena *a, struct slice lang);

#endif
