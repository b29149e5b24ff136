/*
 * topic.h - the admin's rules compiled to one table, an item's topics out of it
 *
 * Pure.  All words of all rules stand in one table, and an item's words (story/word.h: folded,
 * whole; pairs of letters in scripts without spaces) are looked up there once each, so that the
 * cost grows with the item and with what it meets, not with the number of rules.  The language of
 * a rule is feed/rule.h's.  Not for two threads: matching uses room in the table.
 *
 *	struct topic_table *t = topic_table_new();
 *
 *	topic_table_add(t, &rule, &mistake);  ... once a topic
 *	n = topic_match(t, &text, &found);
 *	for (size_t i = 0; i < n; i++)
 *		topic_table_name(t, found[i]);
 */
#ifndef TRIBUTARY_STORY_TOPIC_H
#define TRIBUTARY_STORY_TOPIC_H

#include "base/digest.h" /* digest */
#include "base/slice.h"  /* slice */

struct arena;        /* base/arena.h */
struct buf;          /* base/buf.h */
struct item;         /* feed/feed.h */
struct rule_mistake; /* feed/rule.h */
struct topic_table;

/* One topic as it is configured: an item has it by its rule, or by one of its categories. */
struct topic_rule {
	struct slice name;
	struct slice match;             /* may be empty */
	size_t words;                   /* from 2 on: so many different words or phrases of
					 * `match` must be there, NOT, lang: and source: aside */
	const struct slice *categories; /* what feeds call it; compared by their words, folded */
	size_t n_categories;
};

/* What of an item decides.  Of each text the first LIMIT_TOPIC_BYTES are read. */
struct topic_text {
	struct slice title, summary, content; /* plain text */
	struct slice lang;                    /* BCP 47, may be empty */
	const struct slice *sources;          /* names of those that carry it */
	size_t n_sources;
	const struct slice *categories; /* as its feed labels it */
	size_t n_categories;
};

/* An empty table, the caller's to free. */
struct topic_table *topic_table_new(void);
void topic_table_free(struct topic_table **t);

/*
 * Adds a topic, copied; its index is how many there were before.  False where `match` is no rule
 * (then nothing is added); what and where stands in *mistake_out, if that is not NULL.
 */
bool topic_table_add(
	struct topic_table *t, const struct topic_rule *rule, struct rule_mistake *mistake_out);

size_t topic_table_count(const struct topic_table *t);
struct slice topic_table_name(const struct topic_table *t, size_t topic);

/*
 * The same for the same rules in the same order, read by the same program's understanding of
 * words: where it differs from what the past was tagged with, the past is to be tagged again.
 */
struct digest topic_table_digest(const struct topic_table *t);

/*
 * The topics of an item: returns how many; their indexes, ascending, lie in the table until the
 * next call.
 */
size_t topic_match(
	struct topic_table *t, const struct topic_text *text, const uint32_t **found_out);

/*
 * Why the last topic_match found `topic`, for people: `migra* (title), "climate change" (text)`,
 * `category "Migration"`, the words of the rule as they stand in it.  At most LIMIT_TOPIC_REASONS
 * of them; nothing where it did not.
 */
void topic_put_reason(const struct topic_table *t, size_t topic, struct buf *out);

/*
 * An item as topic_match wants it, its HTML read as plain text into `a`; borrows the item and
 * `sources`.  `lang` is taken where the item has no language itself.
 */
void topic_text_of(struct topic_text *out, const struct item *i, struct slice lang,
	const struct slice *sources, size_t n_sources, struct arena *a);

#endif
