/* cmd_topic.c - `tributary topic`: what a rule would take, and how much each topic has */
#include "tributary/reading.h"

#include "base/limits.h"
#include "base/url.h"
#include "conf/conf.h"
#include "feed/rule.h"
#include "publish/out.h"
#include "story/topic.h"
#include "tributary/screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TRY_DAYS     14
#define TRY_WORDS    1000 /* arguments of a rule that stands without quotes */
#define REASON_BYTES (4U << 10)
#define JSON_BYTES   (64U << 20)
#define TIME_WIDTH   18
#define SOURCE_WIDTH 17

/* A rule that is tried, and what it has taken so far. */
struct trial {
	struct reading *reading;
	struct topic_table *table;
	struct slice name; /* of the topic; empty: the rule was given as it is */
	struct slice rule;
	size_t shown_most;
	size_t items, taken;
	struct buf reason;
	struct buf json;
};

static instant begin_of(int64_t days)
{
	return (instant)time(NULL) - days * 86400;
}

static const struct conf_topic *find_topic(const struct conf *c, struct slice name)
{
	for (size_t i = 0; i < c->n_topics; i++)
		if (slice_equal(c->topics[i].name, name))
			return &c->topics[i];
	return NULL;
}

/* The arguments from `first` on with a space between them, in the arena. */
static struct slice joined(struct reading *r, size_t first)
{
	struct slice text;
	struct buf out;

	buf_init(&out, LIMIT_RULE_BYTES + 1);
	for (size_t i = first; i < r->request.n_rest; i++) {
		buf_puts(&out, i > first ? " " : "");
		buf_puts(&out, r->request.rest[i]);
	}
	text = slice_copy(&r->arena, buf_slice(&out));
	buf_clear(&out);
	return text;
}

/* The one rule into the table: a topic's by its name, else the text itself. */
static int make_table(struct trial *t)
{
	struct slice text = joined(t->reading, 1);
	const struct conf_topic *topic = find_topic(t->reading->conf, text);
	struct topic_rule rule = {.name = text, .match = text};
	struct rule_mistake mistake;

	if (topic != NULL) {
		t->name = topic->name;
		rule = (struct topic_rule){.name = topic->name,
			.match = topic->match,
			.words = (size_t)topic->words,
			.categories = topic->categories.at,
			.n_categories = topic->categories.n};
	}
	t->rule = rule.match;
	/* An empty text is a mistake here; a topic may go without a rule. */
	if (topic == NULL && text.len == 0)
		return wrong("topic: expected a rule or the name of a topic");
	if (topic_table_add(t->table, &rule, &mistake))
		return COMMAND_WELL;
	return wrong("topic: column %zu: expected %s", mistake.at + 1, mistake.expected);
}

/* The language that the configuration gives a source. */
static struct slice lang_of(const struct conf *c, struct slice source)
{
	for (size_t i = 0; i < c->n_sources; i++)
		if (slice_equal(c->sources[i].name, source))
			return c->sources[i].lang;
	return SLICE_NONE;
}

static bool takes(struct trial *t, const struct stored_item *i, struct arena *a)
{
	struct slice *sources = arena_array(a, i->n_sightings, sizeof *sources);
	struct topic_text text;
	const uint32_t *found;

	for (size_t k = 0; k < i->n_sightings; k++)
		sources[k] = i->sightings[k].source_name;
	topic_text_of(&text, &i->item,
		lang_of(t->reading->conf, i->n_sightings > 0 ? sources[0] : SLICE_NONE), sources,
		i->n_sightings, a);
	if (topic_match(t->table, &text, &found) == 0)
		return false;
	buf_reset(&t->reason);
	topic_put_reason(t->table, 0, &t->reason);
	return true;
}

static void show(const struct trial *t, const struct stored_item *i, struct arena *a)
{
	struct slice source = i->n_sightings > 0 ? i->sightings[0].source_name : SLICE("-");
	struct slice title = slice_line(a, i->item.title);

	screen_put(SCREEN_DIM, screen_time(a, i->place), TIME_WIDTH);
	screen_put(SCREEN_PLAIN, slice_line(a, source), SOURCE_WIDTH - 1);
	putchar(' ');
	screen_put(SCREEN_BOLD, title.len > 0 ? title : SLICE("(no title)"), 0);
	putchar('\n');
	screen_put(SCREEN_PLAIN, SLICE_NONE, TIME_WIDTH + SOURCE_WIDTH);
	screen_put(SCREEN_DIM, slice_line(a, buf_slice(&t->reason)), 0);
	putchar('\n');
}

static void put_member(struct buf *out, const char *name, struct slice text)
{
	out_json_name(out, name);
	out_json_string(out, text);
}

static void put_match(struct trial *t, const struct stored_item *i)
{
	char date[INSTANT_TEXT_BYTES];
	struct buf *out = &t->json;

	out_json_next(out);
	buf_puts(out, "{");
	put_member(out, "id", i->public_id);
	put_member(out, "title", i->item.title);
	put_member(out, "url", url_public(&t->reading->arena, i->item.url));
	put_member(out, "date", slice_of(instant_put_rfc3339(date, i->place)));
	put_member(out, "source", i->n_sightings > 0 ? i->sightings[0].source_name : SLICE_NONE);
	put_member(out, "why", buf_slice(&t->reason));
	buf_puts(out, "}");
}

static void judge_page(struct trial *t, const struct item_page *page, struct arena *a)
{
	for (size_t k = 0; k < page->n; k++) {
		t->items++;
		if (!takes(t, &page->items[k], a))
			continue;
		if (t->taken++ >= t->shown_most)
			continue;
		if (t->reading->request.json)
			put_match(t, &page->items[k]);
		else
			show(t, &page->items[k], a);
	}
}

/* All items of the last days, newest first, a page at a time. */
static int judge_all(struct trial *t)
{
	struct item_query q = {
		.since = begin_of(TRY_DAYS), .until = INSTANT_NONE, .limit = LIMIT_PAGE_ENTRIES};
	struct item_page page = {.more = true};
	struct place after;
	struct arena a;
	int result = COMMAND_WELL;

	arena_init(&a);
	while (page.more && result == COMMAND_WELL) {
		if (store_read_items(t->reading->reader, &q, &a, &page, &t->reading->err) < 0) {
			result = reading_failed(t->reading);
			break;
		}
		judge_page(t, &page, &a);
		if (page.n == 0)
			break;
		after = page.last;
		q.after = &after;
		arena_reset(&a);
	}
	arena_clear(&a);
	return result;
}

static void begin_json(struct trial *t)
{
	buf_puts(&t->json, "{");
	if (t->name.len > 0)
		put_member(&t->json, "topic", t->name);
	put_member(&t->json, "rule", t->rule);
	buf_printf(&t->json, ",\"days\":%d,\"matches\":[", TRY_DAYS);
}

static int end_json(struct trial *t)
{
	buf_printf(&t->json, "],\"items\":%zu,\"taken\":%zu}\n", t->items, t->taken);
	if (t->json.full)
		return wrong("topic: too many items for one answer: -n N shows the newest");
	fwrite(t->json.at, 1, t->json.len, stdout);
	return COMMAND_WELL;
}

static int try(struct reading *r)
{
	struct trial t = {.reading = r,
		.table = topic_table_new(),
		.shown_most = r->request.n > 0 ? r->request.n : SIZE_MAX};
	int result;

	buf_init(&t.reason, REASON_BYTES);
	buf_init(&t.json, JSON_BYTES);
	result = make_table(&t);
	if (result == COMMAND_WELL && r->request.json)
		begin_json(&t);
	if (result == COMMAND_WELL)
		result = judge_all(&t);
	if (result == COMMAND_WELL && r->request.json)
		result = end_json(&t);
	else if (result == COMMAND_WELL)
		printf("%zu of %zu items of the last %d days\n", t.taken, t.items, TRY_DAYS);
	buf_clear(&t.json);
	buf_clear(&t.reason);
	topic_table_free(&t.table);
	return result;
}

static int64_t count_of(const struct topic_count *counts, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(counts[i].name, name))
			return counts[i].items;
	return 0;
}

static void list_json(const struct conf *c, const struct topic_count *counts, size_t n)
{
	struct buf out;

	buf_init(&out, JSON_BYTES);
	buf_printf(&out, "{\"days\":%d,\"topics\":[", TRY_DAYS);
	for (size_t i = 0; i < c->n_topics; i++) {
		const struct conf_topic *topic = &c->topics[i];

		out_json_next(&out);
		buf_puts(&out, "{");
		put_member(&out, "name", topic->name);
		put_member(&out, "title", topic->title.len > 0 ? topic->title : topic->name);
		out_json_name(&out, "items");
		buf_printf(&out, "%" PRId64 "}", count_of(counts, n, topic->name));
	}
	buf_puts(&out, "]}\n");
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}

/* The configured topics, with what the daemon has found for them. */
static int list(struct reading *r)
{
	const struct conf *c = r->conf;
	struct topic_count *counts;
	size_t n;

	if (store_read_topics(r->reader, begin_of(TRY_DAYS), &r->arena, &counts, &n, &r->err) < 0)
		return reading_failed(r);
	if (r->request.json) {
		list_json(c, counts, n);
		return COMMAND_WELL;
	}
	for (size_t i = 0; i < c->n_topics; i++) {
		const struct conf_topic *topic = &c->topics[i];

		printf("%8" PRId64 "  ", count_of(counts, n, topic->name));
		screen_put(SCREEN_BOLD, topic->name, SOURCE_WIDTH);
		screen_put(SCREEN_PLAIN, slice_line(&r->arena, topic->title), 0);
		putchar('\n');
	}
	printf("%zu topics; items first seen in the last %d days\n", c->n_topics, TRY_DAYS);
	return COMMAND_WELL;
}

int cmd_topic(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_JSON | TAKES_N, 1, TRY_WORDS, argc, argv);

	if (result == COMMAND_WELL) {
		struct slice verb = slice_of(r.request.rest[0]);

		if (slice_is(verb, "try") && r.request.n_rest > 1) {
			result = try(&r);
		} else if (slice_is(verb, "list") && r.request.n_rest == 1) {
			result = list(&r);
		} else {
			wrong("topic: expected try RULE or list");
			result = COMMAND_USAGE;
		}
	}
	reading_end(&r);
	return result;
}
