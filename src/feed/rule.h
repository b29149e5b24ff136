/*
 * rule.h - the language of the admin's rules: a text to the words that it asks for
 *
 * Read by the configuration, to say what is wrong with a rule, and by story/topic.h, which knows
 * what a word is.
 *
 *	migrant            the word, case and diacritics aside
 *	migra*             words that begin so: two letters at least before the *
 *	"climate change"   the words one after another; a * may end each of them
 *	a AND b, a b       both: neighbours with nothing between them are joined by AND
 *	a OR b             one of them
 *	NOT a, a NOT b     not a; a without b
 *	( … )              first this
 *	title:a            in the title; also title:"a b", title:(a OR b)
 *	lang:fr            the item's language: en takes en-GB
 *	source:iom         carried by that source
 *
 * NOT binds closest, then AND, then OR: "a b OR c NOT d" is "(a AND b) OR (c AND NOT d)".  The
 * operators are in capitals; "and", "or" and "not" are words in quotes only.  A rule that says
 * only what must not be there is none: what holds no word of the rule never matches.
 */
#ifndef TRIBUTARY_FEED_RULE_H
#define TRIBUTARY_FEED_RULE_H

#include "base/limits.h" /* LIMIT_RULE_DEPTH */
#include "base/slice.h"  /* slice */

struct arena; /* base/arena.h */

enum rule_field { RULE_ANYWHERE, RULE_TITLE, RULE_LANG, RULE_SOURCE };

enum rule_kind { RULE_WORDS, RULE_NOT, RULE_AND, RULE_OR };

/* Each parenthesis, and the whole, holds back the left sides of one OR and one AND. */
#define RULE_WAITING_MOST (2 * (LIMIT_RULE_DEPTH + 1) + 1)

/* Operators follow what they join: "a AND NOT b" is a, b, NOT, AND. */
struct rule_step {
	enum rule_kind kind;
	enum rule_field field; /* of RULE_WORDS, as the next two */
	struct slice text;     /* without its quotes: one or more words, each perhaps with a * */
	bool denied;           /* it stands under an odd number of NOT */
};

struct rule {
	struct rule_step *at;
	size_t n, cap;
};

/* What is wrong with a rule, and where. */
struct rule_mistake {
	size_t at;            /* bytes before it; its length where the rule ends too soon */
	const char *expected; /* for people: "a closing )"; static */
};

/*
 * Reads `text` into `a`, which borrows it; false and what is wrong where it is no rule, or larger
 * than LIMIT_RULE_BYTES, LIMIT_RULE_WORDS and LIMIT_RULE_DEPTH allow.
 */
bool rule_parse(struct arena *a, struct slice text, struct rule *rule_out,
	struct rule_mistake *mistake_out);

/* Is it true, where `holds` tells it of the step `i`, one of RULE_WORDS? */
bool rule_is_true(const struct rule *r, bool (*holds)(const void *of, size_t i), const void *of);

#endif
