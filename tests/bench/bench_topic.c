/*
 * bench_topic.c - the topics that a configuration's rules give to a file of texts
 *
 *	bench_topic CONF FILE            {"id","topics":[…]} a line, for `score`
 *	bench_topic --counts CONF FILE   how many of them each topic takes
 *	bench_topic --time FILE          what 500 rules cost, a text
 *
 * FILE is JSON a line: "text", or "title", "summary" and "content"; "lang", "source".  The code is
 * the daemon's.  Figures of time are processor time.
 */
#include "story/topic.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/conf.h"
#include "story/word.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TIME_RULES 500
#define TIME_WORDS 12 /* of one of them */
#define TIME_TURNS 20

/* The topics of the configuration `path`. */
static struct topic_table *read_table(const char *path)
{
	struct topic_table *t = topic_table_new();
	struct conf_errors errors;
	struct conf *c;

	conf_errors_init(&errors);
	c = conf_read(path, &errors);
	if (c == NULL)
		die("%.*s", SLICE_ARG(buf_slice(&errors.lines)));
	for (size_t i = 0; i < c->n_topics; i++) {
		const struct conf_topic *of = &c->topics[i];
		const struct topic_rule rule = {.name = of->name,
			.match = of->match,
			.words = (size_t)of->words,
			.categories = of->categories.at,
			.n_categories = of->categories.n};

		if (!topic_table_add(t, &rule, NULL))
			die("%.*s: no rule", SLICE_ARG(of->name));
	}
	conf_free(&c);
	conf_errors_clear(&errors);
	return t;
}

static json_t *read_file(const char *path)
{
	FILE *f = fopen(path, "r");
	json_t *all = json_array(), *line;

	if (f == NULL)
		die("%s cannot be opened", path);
	while ((line = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL)) != NULL)
		json_array_append_new(all, line);
	fclose(f);
	if (json_array_size(all) == 0)
		die("%s: no texts", path);
	return all;
}

static struct slice get(const json_t *of, const char *name)
{
	return slice_of(json_string_value(json_object_get(of, name)));
}

/* `*source` is room for the name of its source. */
static struct topic_text text_of(const json_t *of, struct slice *source)
{
	struct topic_text text = {.title = get(of, "title"),
		.summary = get(of, "summary"),
		.content = get(of, "content"),
		.lang = get(of, "lang"),
		.sources = source,
		.n_sources = 1};

	if (text.content.len == 0)
		text.content = get(of, "text");
	*source = get(of, "source");
	return text;
}

static void print_topics(struct topic_table *t, const json_t *texts)
{
	size_t i;
	json_t *of;

	json_array_foreach(texts, i, of)
	{
		json_t *topics = json_array(), *line;
		const uint32_t *found;
		struct slice source;
		struct topic_text text = text_of(of, &source);
		size_t n = topic_match(t, &text, &found);

		for (size_t k = 0; k < n; k++) {
			struct slice name = topic_table_name(t, found[k]);

			json_array_append_new(topics, json_stringn(name.at, name.len));
		}
		line = json_pack("{s:O, s:o}", "id", json_object_get(of, "id"), "topics", topics);
		json_dumpf(line, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(line);
	}
}

static void print_counts(struct topic_table *t, const json_t *texts)
{
	size_t n_topics = topic_table_count(t), all = json_array_size(texts), sum = 0, i;
	size_t *counts = calloc(n_topics + 1, sizeof *counts);
	json_t *of;

	if (counts == NULL)
		die("out of memory");
	json_array_foreach(texts, i, of)
	{
		const uint32_t *found;
		struct slice source;
		struct topic_text text = text_of(of, &source);
		size_t n = topic_match(t, &text, &found);

		sum += n;
		for (size_t k = 0; k < n; k++)
			counts[found[k]]++;
	}
	for (size_t k = 0; k < n_topics; k++)
		printf("%-14.*s %6zu  %5.2f %%\n", SLICE_ARG(topic_table_name(t, k)), counts[k],
			100.0 * (double)counts[k] / (double)all);
	printf("%zu texts, %.2f topics a text\n", all, (double)sum / (double)all);
	free(counts);
}

/* Words of the texts, as they come, of four letters or more; returns how many. */
static size_t take_words(const json_t *texts, struct arena *a, struct slice *words, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(texts) && n < most; i += 7) {
		struct slice source;
		struct topic_text text = text_of(json_array_get(texts, i), &source);
		struct word_reader r;
		struct word w;

		word_begin(&r, text.title.len > 0 ? text.title : text.content);
		while (n < most && word_next(&r, &w))
			if (w.letters >= 4 && w.kind == WORD_PLAIN && !w.dropped)
				words[n++] = slice_copy(a, w.text);
	}
	return n;
}

static void put_rule(struct buf *out, const struct slice *words, size_t n_words, size_t first)
{
	for (size_t k = first; k < first + TIME_WORDS; k++) {
		struct slice one = words[k * 7919 % n_words], two = words[k * 104729 % n_words];

		buf_puts(out, k > first ? " OR " : "");
		if (k % 6 == 5)
			buf_printf(out, "\"%.*s %.*s\"", SLICE_ARG(one), SLICE_ARG(two));
		else
			buf_printf(out, "%.*s%s", SLICE_ARG(one), k % 3 == 0 ? "*" : "");
	}
}

/*
 * Rules as an admin with 500 topics may have them, made of words that the texts themselves hold:
 * one in three with a *, one in six a phrase.
 */
static struct topic_table *make_table(const json_t *texts)
{
	struct topic_table *t = topic_table_new();
	static struct slice words[2048];
	struct arena a;
	struct buf match;
	size_t n;

	arena_init(&a);
	buf_init(&match, LIMIT_RULE_BYTES);
	n = take_words(texts, &a, words, COUNT(words));
	for (size_t i = 0; i < TIME_RULES; i++) {
		buf_reset(&match);
		put_rule(&match, words, n, i * TIME_WORDS);
		if (!topic_table_add(t,
			    &(struct topic_rule){.name = SLICE("t"), .match = buf_slice(&match)},
			    NULL))
			die("no rule: %.*s", SLICE_ARG(buf_slice(&match)));
	}
	buf_clear(&match);
	arena_clear(&a);
	return t;
}

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The last line is one JSON object. */
static void print_time(const json_t *texts)
{
	struct topic_table *t = make_table(texts);
	size_t n = json_array_size(texts), all = n * TIME_TURNS, found_in_all = 0;
	double *us = calloc(all, sizeof *us), sum = 0;

	if (us == NULL)
		die("out of memory");
	for (size_t i = 0; i < all; i++) {
		const uint32_t *found;
		struct slice source;
		struct topic_text text = text_of(json_array_get(texts, i % n), &source);
		double from = cpu_us();

		found_in_all += topic_match(t, &text, &found);
		us[i] = cpu_us() - from;
		sum += us[i];
	}
	qsort(us, all, sizeof *us, by_size);
	printf("{\"rules\":%d,\"texts\":%zu,\"topics_a_text\":%.1f,\"mean_us\":%.1f,"
	       "\"p99_us\":%.1f,\"most_us\":%.1f}\n",
		TIME_RULES, n, (double)found_in_all / (double)all, sum / (double)all,
		us[all * 99 / 100], us[all - 1]);
	free(us);
	topic_table_free(&t);
}

int main(int argc, char **argv)
{
	bool counts = argc == 4 && strcmp(argv[1], "--counts") == 0;
	bool timed = argc == 3 && strcmp(argv[1], "--time") == 0;
	struct topic_table *t;
	json_t *texts;

	log_open("bench_topic", LOG_WARNING, false);
	if (argc != 3 && !counts)
		die("usage: bench_topic [--counts] CONF FILE | --time FILE");
	texts = read_file(argv[argc - 1]);
	if (timed) {
		print_time(texts);
	} else {
		t = read_table(argv[argc - 2]);
		if (counts)
			print_counts(t, texts);
		else
			print_topics(t, texts);
		topic_table_free(&t);
	}
	json_decref(texts);
	return 0;
}
