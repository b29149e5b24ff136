/*
 * fuzz_topic.c - any bytes as a rule, and any text held against it
 *
 * The rule ends with an empty line; what follows is a title, a
 * language and a text, a line each.  A rule that is read is added, and what it finds has a reason.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "feed/rule.h"
#include "story/topic.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void match(struct topic_table *t, const struct topic_text *text)
{
	const uint32_t *found;
	size_t n = topic_match(t, text, &found);
	struct buf reason;

	buf_init(&reason, 1U << 20);
	for (size_t i = 0; i < n; i++) {
		buf_reset(&reason);
		topic_put_reason(t, found[i], &reason);
		if (reason.len == 0)
			abort();
	}
	buf_clear(&reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice all = slice_from((const char *)data, size), rest;
	size_t end = slice_find(all, SLICE("\n\n"));
	struct topic_table *t = topic_table_new();
	struct rule_mistake mistake = {0};
	struct topic_rule rule = {
		.name = SLICE("t"), .match = slice_head(all, end), .words = size % 3};
	struct topic_text text = {.n_sources = 1};
	struct slice line[3] = {SLICE_NONE};
	struct slice source = SLICE("iom");

	rest = slice_skip(all, end + 2);
	for (size_t i = 0; i < COUNT(line); i++)
		(void)slice_cut(&rest, '\n', &line[i]);
	text.title = line[0];
	text.lang = line[1];
	text.summary = line[2];
	text.content = rest;
	text.sources = &source;
	rule.categories = text.categories = &line[0];
	rule.n_categories = text.n_categories = size % 2;
	if (topic_table_add(t, &rule, &mistake)) {
		match(t, &text);
		match(t, &text);
	} else if (mistake.at > rule.match.len || mistake.expected == NULL) {
		abort();
	}
	topic_table_free(&t);
	return 0;
}
