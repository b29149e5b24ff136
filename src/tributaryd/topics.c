/* topics.c - the rules and the store, held together */
#include "tributaryd/topics.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/log.h"
#include "conf/conf.h"
#include "feed/rule.h"
#include "store/write.h"
#include "story/topic.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define SLICE_ITEMS  64
#define REASON_BYTES 1024

/* What is noted in the store: the digest of the rules that all items are tagged by, or of those
 * that they are being tagged by, a blank and the number of the last item that was. */
#define NOTE "topics"

struct topics {
	struct store_writer *store;
	struct topic_table *table;
	char digest[DIGEST_HEX_BYTES];
	bool is_done;  /* the past is tagged by these rules */
	int64_t after; /* else: up to this item */
	struct arena a;
};

struct topics *topics_open(struct store_writer *store)
{
	struct topics *t = calloc(1, sizeof *t);

	if (t == NULL)
		die("no memory for the topics");
	t->store = store;
	t->is_done = true;
	arena_init(&t->a);
	return t;
}

void topics_close(struct topics **t)
{
	if (*t == NULL)
		return;
	topic_table_free(&(*t)->table);
	arena_clear(&(*t)->a);
	free(*t);
	*t = NULL;
}

/* --- the rules */

static struct topic_table *compile(const struct conf *c, struct error *err)
{
	struct topic_table *table = topic_table_new();

	for (size_t i = 0; i < c->n_topics; i++) {
		const struct conf_topic *topic = &c->topics[i];
		const struct topic_rule rule = {.name = topic->name,
			.match = topic->match,
			.words = (size_t)topic->words,
			.categories = topic->categories.at,
			.n_categories = topic->categories.n};
		struct rule_mistake mistake;

		if (topic_table_add(table, &rule, &mistake))
			continue;
		error_set(err, "topic %s: match: expected %s at byte %zu", log_safe(topic->name),
			mistake.expected, mistake.at + 1);
		topic_table_free(&table);
		return NULL;
	}
	return table;
}

/* How far the past is tagged by these rules. */
static int recall(struct topics *t, struct error *err)
{
	struct slice noted = SLICE_NONE, digest = SLICE_NONE;
	int found = store_write_noted(t->store, SLICE(NOTE), &t->a, &noted, err);

	if (found < 0)
		return -1;
	t->after = 0;
	t->is_done = false;
	if (found > 0 && slice_cut(&noted, ' ', &digest) && slice_is(digest, t->digest))
		t->is_done = !slice_int(noted, 0, INT64_MAX, &t->after);
	else if (found == 0 && topic_table_count(t->table) == 0)
		t->is_done = true; /* there never was a rule */
	arena_reset(&t->a);
	return 0;
}

int topics_configure(struct topics *t, const struct conf *c, struct error *err)
{
	struct topic_table *table = compile(c, err), *former = t->table;
	struct digest digest;

	if (table == NULL)
		return -1;
	t->table = table;
	digest = topic_table_digest(table);
	digest_hex(t->digest, &digest);
	if (recall(t, err) < 0) {
		t->table = former;
		topic_table_free(&table);
		return -1;
	}
	topic_table_free(&former);
	return 0;
}

/* --- an item */

/* Tags one item.  0, or -1: the group is no more. */
static int tag(struct topics *t, const struct item *it, int64_t number, struct slice lang,
	const struct slice *sources, size_t n_sources, struct error *err)
{
	struct topic_text text;
	struct slice *names, *reasons;
	const uint32_t *found;
	size_t n;

	topic_text_of(&text, it, lang, sources, n_sources, &t->a);
	n = topic_match(t->table, &text, &found);
	names = arena_array(&t->a, n, sizeof *names);
	reasons = arena_array(&t->a, n, sizeof *reasons);
	for (size_t i = 0; i < n; i++) {
		struct buf reason;

		buf_init(&reason, REASON_BYTES);
		topic_put_reason(t->table, found[i], &reason);
		names[i] = topic_table_name(t->table, found[i]);
		reasons[i] = slice_copy(&t->a, buf_slice(&reason));
		buf_clear(&reason);
	}
	return store_write_topics(t->store, number, names, reasons, n, err) == 0 ? 0 : -1;
}

int topics_add(struct topics *t, const struct item *items, const struct item_written *written,
	size_t n, struct slice source, struct slice lang, struct error *err)
{
	int status = 0;

	if (t->table == NULL || topic_table_count(t->table) == 0)
		return 0;
	for (size_t i = 0; status == 0 && i < n; i++) {
		if (written[i].fate != FATE_FRESH && written[i].fate != FATE_REVISED)
			continue;
		status = tag(t, &items[i], written[i].number, lang, &source, 1, err);
		arena_reset(&t->a);
	}
	return status;
}

/* --- the past */

static int note(struct topics *t, struct error *err)
{
	char text[DIGEST_HEX_BYTES + 24];

	if (t->is_done)
		snprintf(text, sizeof text, "%s", t->digest);
	else
		snprintf(text, sizeof text, "%s %" PRId64, t->digest, t->after);
	return store_write_note(t->store, SLICE(NOTE), slice_of(text), err) == 0 ? 0 : -1;
}

static int tag_again(struct topics *t, const struct stored_item *i, struct error *err)
{
	struct slice *sources = arena_array(&t->a, i->n_sightings, sizeof *sources);

	for (size_t s = 0; s < i->n_sightings; s++)
		sources[s] = i->sightings[s].source_name;
	return tag(t, &i->item, i->number, SLICE_NONE, sources, i->n_sightings, err);
}

/* In the open group.  *n_out: how many were tagged. */
static int tag_some(struct topics *t, size_t *n_out, struct error *err)
{
	struct stored_item *items;
	int64_t last;

	if (store_write_topics_past(t->store, t->after, SLICE_ITEMS, &t->a, &items, n_out, err) < 0)
		return -1;
	for (size_t i = 0; i < *n_out; i++)
		if (tag_again(t, &items[i], err) < 0)
			return -1;
	last = *n_out > 0 ? items[*n_out - 1].number : t->after;
	t->is_done = *n_out == 0;
	t->after = last;
	return note(t, err);
}

int topics_slice(struct topics *t, bool *visible_out, bool *more_out, struct error *err)
{
	int64_t before = t->after;
	size_t n = 0;
	int failed;

	*visible_out = *more_out = false;
	if (t->table == NULL || t->is_done)
		return 0;
	failed = store_write_begin(t->store, err);
	if (failed == 0)
		failed = tag_some(t, &n, err);
	if (failed == 0)
		failed = store_write_commit(t->store, err);
	arena_reset(&t->a);
	if (failed != 0) {
		t->after = before;
		t->is_done = false;
		return -1;
	}
	*visible_out = n > 0;
	*more_out = !t->is_done;
	return 0;
}
