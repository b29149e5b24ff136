/*
 * across_names.c - names of countries and bodies in a text; see across_state.h
 *
 * A name is the chain of its words' hashes; the table holds every beginning of every name, so that
 * a search ends at the first word that no name goes on with.
 */
#include "story/across_state.h"

#include "base/log.h"

#include <stdlib.h>
#include <uthash.h>

#define ACRONYM 3 /* a name so short, in an alphabet with capitals, is written in them */

struct name {
	uint64_t chain;
	uint32_t mark; /* 0: only the beginning of a name */
	bool is_short; /* one word of at most ACRONYM letters */
	UT_hash_handle hh;
};

struct names {
	struct name *table;
};

static const struct {
	const char *code, *names;
} all[] = {
#define NAME(code, names) {code, names},
#include "story/across_names.def"
#undef NAME
};

static uint64_t chain_of(uint64_t before, const struct token *t)
{
	return (before ^ t->hash) * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

static struct name *find(const struct names *n, uint64_t chain)
{
	struct name *found;

	HASH_FIND(hh, n->table, &chain, sizeof chain, found);
	return found;
}

static void add_name(struct names *n, struct slice text, uint32_t mark)
{
	struct token tokens[TOKENS_MOST];
	size_t count = token_read(tokens, text);
	uint64_t chain = 0;

	for (size_t i = 0; i < count; i++) {
		struct name *name;

		chain = chain_of(chain, &tokens[i]);
		name = find(n, chain);
		if (name == NULL) {
			name = calloc(1, sizeof *name);
			if (name == NULL)
				die("no memory for names");
			name->chain = chain;
			HASH_ADD(hh, n->table, chain, sizeof name->chain, name);
		}
		if (i + 1 == count && name->mark == 0) {
			name->mark = mark;
			name->is_short = count == 1 && tokens[0].letters <= ACRONYM;
		}
	}
}

struct names *names_new(void)
{
	struct names *n = calloc(1, sizeof *n);

	if (n == NULL)
		die("no memory for names");
	for (size_t i = 0; i < COUNT(all); i++) {
		struct slice rest = slice_of(all[i].names), one;
		uint32_t mark = mark_of('c', slice_of(all[i].code));

		while (slice_cut(&rest, '|', &one))
			add_name(n, one, mark);
	}
	return n;
}

void names_free(struct names **n)
{
	struct name *name, *next;

	if (*n == NULL)
		return;
	for (name = (*n)->table; name != NULL; name = next) {
		next = name->hh.next;
		HASH_DEL((*n)->table, name);
		free(name);
	}
	free(*n);
	*n = NULL;
}

static bool has_capitals(const struct token *t)
{
	return t->script == SCRIPT_LATIN || t->script == SCRIPT_CYRILLIC;
}

/* Is it written as a name is? */
static bool may_begin(const struct token *t, const struct name *name)
{
	if (!has_capitals(t))
		return true;
	return name->is_short ? t->upper : t->capital;
}

static uint32_t longest(
	const struct names *n, const struct token *at, size_t left, size_t *words_out)
{
	uint64_t chain = 0;
	uint32_t mark = 0;

	for (size_t i = 0; i < left; i++) {
		const struct name *name;

		chain = chain_of(chain, &at[i]);
		name = find(n, chain);
		if (name == NULL)
			break;
		if (name->mark != 0 && may_begin(&at[0], name)) {
			mark = name->mark;
			*words_out = i + 1;
		}
	}
	return mark;
}

uint32_t names_find(const struct names *n, const struct token *at, size_t left, size_t *words_out)
{
	uint32_t mark = longest(n, at, left, words_out);
	struct token bare;

	if (mark == 0 && left > 0 && token_bare(&at[0], &bare))
		mark = longest(n, &bare, 1, words_out);
	return mark;
}
