/*
 * bench_story.c - what stories the daemon's grouping makes of a file of items, and what it costs
 *
 *	bench_story FILE [BYSTANDERS]  {"id","story"} a line, for `score`; a file of pairs, too.
 *	                               Stories that are linked across languages are told as one.
 *	                               Bystanders' items are moved onto the days of FILE's
 *	bench_story --alone FILE       the same without the links
 *	bench_story --fill N FILE ...  N items over 14 days made of the files': figures alone
 *
 * Items are read in the file's order, which is that of arrival: `seen`, else `date`, is the time
 * of the poll.  Figures go to standard error as JSON: processor time of an item in microseconds,
 * and the most memory that the grouping took.  tests/check/stories.py scores what it prints.
 */
#include "story/across.h"
#include "story/cluster.h"

#include "base/log.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#define FILL_S  (14 * 86400)
#define NO_DATE INT64_C(1700000000) /* for a file that has none */

struct entry {
	const char *id;
	struct cluster_item item;
	instant seen;
	int64_t story;
};

struct entries {
	struct entry *at;
	size_t n, cap;
	json_t *kept; /* whose texts they borrow */
};

static instant date_of(const json_t *of, const char *name)
{
	const char *text = json_string_value(json_object_get(of, name));
	int year, month, day, hour, minute, second;

	if (text == NULL || sscanf(text, "%d-%d-%dT%d:%d:%d", &year, &month, &day, &hour, &minute,
				    &second) != 6)
		return INSTANT_NONE;
	return instant_of_civil(year, month, day, hour, minute, second);
}

static struct slice text_of(const json_t *of, const char *name)
{
	return slice_of(json_string_value(json_object_get(of, name)));
}

static void add(struct entries *to, json_t *of)
{
	struct entry *e;

	if (to->n == to->cap) {
		to->cap = to->cap == 0 ? 1024 : 2 * to->cap;
		to->at = reallocarray(to->at, to->cap, sizeof *to->at);
		if (to->at == NULL)
			die("no memory for %zu items", to->cap);
	}
	e = &to->at[to->n++];
	*e = (struct entry){.id = json_string_value(json_object_get(of, "id"))};
	e->item = (struct cluster_item){.lang = text_of(of, "lang"),
		.title = text_of(of, "title"),
		.summary = text_of(of, "summary"),
		.content = text_of(of, "content"),
		.link = text_of(of, "link"),
		.date = date_of(of, "date")};
	e->seen = date_of(of, "seen");
	if (e->seen == INSTANT_NONE)
		e->seen = e->item.date;
	if (e->seen == INSTANT_NONE)
		e->seen = to->n > 1 ? e[-1].seen : NO_DATE;
}

static void read_file(struct entries *to, const char *path)
{
	FILE *f = fopen(path, "r");
	json_error_t error;
	json_t *line;

	if (f == NULL)
		die("%s cannot be opened", path);
	if (to->kept == NULL)
		to->kept = json_array();
	while ((line = json_loadf(f, JSON_DISABLE_EOF_CHECK, &error)) != NULL) {
		json_t *a = json_object_get(line, "a"), *b = json_object_get(line, "b");

		add(to, a == NULL ? line : a);
		if (b != NULL)
			add(to, b);
		json_array_append_new(to->kept, line);
	}
	fclose(f);
	if (to->n == 0)
		die("%s: no items: %s", path, error.text);
}

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static long peak_kb(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static int by_size(const void *a, const void *b)
{
	const float *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void print_figures(float *us, size_t n, long kb_before)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += us[i];
	qsort(us, n, sizeof *us, by_size);
	fprintf(stderr,
		"{\"items\": %zu, \"mean_us\": %.0f, \"p99_us\": %.0f, \"most_us\": %.0f, "
		"\"memory_mb\": %.1f}\n",
		n, sum / (double)n, us[n * 99 / 100], us[n - 1],
		(double)(peak_kb() - kb_before) / 1024);
}

struct grouping {
	struct cluster *cluster;
	struct across *across;
	int64_t *groups; /* by story */
	size_t most;     /* stories */
};

static void grouping_init(struct grouping *g, size_t most)
{
	g->cluster = cluster_new(1);
	g->across = across_new(1);
	g->most = most;
	g->groups = calloc(most + 1, sizeof *g->groups);
	if (g->groups == NULL)
		die("no memory for %zu stories", most);
}

static void grouping_clear(struct grouping *g)
{
	cluster_free(&g->cluster);
	across_free(&g->across);
	free(g->groups);
}

/* Chooses, as the daemon does, and keeps what it would store of the groups. */
static double choose(
	struct grouping *g, const struct cluster_item *it, instant now, int64_t *story_out)
{
	struct cluster_choice choice;
	struct across_choice linked;
	struct across_item of = {
		.lang = it->lang, .title = it->title, .summary = it->summary, .link = it->link};
	double from = cpu_us();

	cluster_choose(g->cluster, it, now, &choice);
	of.story = choice.story;
	across_link(g->across, &of, now, &linked);
	for (size_t i = 0; i < across_dirty(g->across); i++) {
		struct across_story row;

		across_dirty_at(g->across, i, &row);
		if ((size_t)row.story <= g->most)
			g->groups[row.story] = row.group;
	}
	cluster_clean(g->cluster);
	across_clean(g->across);
	*story_out = choice.story;
	return cpu_us() - from;
}

static void group(struct entries *of, bool across)
{
	struct grouping g;
	float *us = calloc(of->n, sizeof *us);
	long before = peak_kb();
	instant now = of->at[0].seen;

	if (us == NULL)
		die("no memory for %zu figures", of->n);
	grouping_init(&g, of->n);
	for (size_t i = 0; i < of->n; i++) {
		now = of->at[i].seen > now ? of->at[i].seen : now;
		of->at[i].item.item = (int64_t)i + 1;
		us[i] = (float)choose(&g, &of->at[i].item, now, &of->at[i].story);
	}
	for (size_t i = 0; i < of->n && across; i++)
		if (g.groups[of->at[i].story] != 0)
			of->at[i].story = g.groups[of->at[i].story];
	print_figures(us, of->n, before);
	free(us);
	grouping_clear(&g);
}

static void print_stories(const struct entries *of)
{
	for (size_t i = 0; i < of->n; i++)
		if (of->at[i].story == 0)
			printf("{\"id\": \"%s\", \"story\": null}\n", of->at[i].id);
		else
			printf("{\"id\": \"%s\", \"story\": %" PRId64 "}\n", of->at[i].id,
				of->at[i].story);
}

/*
 * A text of another round: every third of its longer words gets another ending, or beginning, so
 * that its terms are as many as those of other news would be.
 */
static struct slice changed(struct slice text, size_t round, char *to, size_t room)
{
	static const char letters[] = "bcdfghklmnprstvz";
	size_t len = 0, word = 0, words = 0;

	for (size_t i = 0; i < text.len && len + 1 < room; i++) {
		bool letter = ((unsigned char)text.at[i] | 0x20U) - 'a' < 26U;

		word = letter ? word + 1 : 0;
		words += word == 1;
		to[len] = text.at[i];
		if (word >= 2 && word <= 4 && words % 3 == round % 3 && round > 0)
			to[len] = letters[(round >> (4 * (word - 2))) % 16];
		len++;
	}
	return slice_from(to, len);
}

static void fill(struct entries *of, size_t n)
{
	static char title[8192], summary[16384], content[16384];
	struct grouping g;
	float *us = calloc(n, sizeof *us);
	long before;
	int64_t story;

	if (us == NULL)
		die("no memory for %zu figures", n);
	memset(us, 1, n * sizeof *us);
	grouping_init(&g, 0);
	before = peak_kb();
	for (size_t i = 0; i < n; i++) {
		struct cluster_item it = of->at[i % of->n].item;
		size_t round = i / of->n;
		instant now = NO_DATE + (instant)(i * FILL_S / n);

		it.item = (int64_t)i + 1;
		it.date = now - (instant)(i % 7 * 3600);
		it.title = changed(it.title, round, title, sizeof title);
		it.summary = changed(it.summary, round, summary, sizeof summary);
		it.content = changed(
			slice_head(it.content, sizeof content), round, content, sizeof content);
		it.link = SLICE_NONE;
		us[i] = (float)choose(&g, &it, now, &story);
	}
	print_figures(us, n, before);
	free(us);
	grouping_clear(&g);
}

static int by_seen(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->seen != y->seen)
		return x->seen < y->seen ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* Spreads the items from `from` on over the days of those before, and puts all in order. */
static void move_onto(struct entries *of, size_t from)
{
	instant first = of->at[0].seen, last = of->at[from - 1].seen;
	instant first_moved = of->at[from].seen, last_moved = of->at[of->n - 1].seen;

	for (size_t i = from; i < of->n; i++) {
		instant *seen = &of->at[i].seen;

		*seen = first +
			(*seen - first_moved) * (last - first) / (last_moved - first_moved + 1);
		of->at[i].item.date = *seen;
	}
	qsort(of->at, of->n, sizeof *of->at, by_seen);
}

int main(int argc, char **argv)
{
	struct entries entries = {0};
	bool fills = argc > 3 && slice_is(slice_of(argv[1]), "--fill");
	bool alone = argc > 2 && slice_is(slice_of(argv[1]), "--alone");
	size_t first = 0;

	if (argc < 2 || (argv[1][0] == '-' && !fills && !alone))
		die("usage: bench_story [--alone] FILE [BYSTANDERS] | bench_story --fill N "
		    "FILE...");
	for (int i = fills ? 3 : alone ? 2 : 1; i < argc; i++) {
		first = entries.n;
		read_file(&entries, argv[i]);
	}
	if (!fills && first > 0)
		move_onto(&entries, first);
	if (fills) {
		fill(&entries, strtoul(argv[2], NULL, 10));
	} else {
		group(&entries, !alone);
		print_stories(&entries);
	}
	free(entries.at);
	json_decref(entries.kept);
	return 0;
}
