#include "filled.h"
#include "base/digest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NOON       INT64_C(1700000000)
#define RARE       997 /* one in so many is of a rare language */
#define WORD_BYTES 8
#define WORDS      5000 /* of which each text is a stretch, no longer */

static void check(int done, const struct error *err)
{
	if (done != 0)
		die("%s", err->text);
}

static struct slice domain(struct slice host)
{
	return host;
}

/* Costs nothing: a stretch of one long text. */
static struct slice text_of(const struct filled *f, size_t seed, unsigned words)
{
	return slice_from(f->text + seed % WORDS * WORD_BYTES, (size_t)words * WORD_BYTES);
}

static void write_text(struct filled *f)
{
	f->text = arena_alloc(&f->a, 2 * WORDS * WORD_BYTES + 1);
	for (size_t i = 0; i < 2 * WORDS; i++)
		snprintf(f->text + i * WORD_BYTES, WORD_BYTES + 1, "w%06zu ", i * 7919 % 999983);
}

__attribute__((format(printf, 2, 3))) static struct slice print(
	struct arena *a, const char *format, ...)
{
	char text[128];
	va_list more;

	va_start(more, format);
	vsnprintf(text, sizeof text, format, more);
	va_end(more);
	return slice_copy(a, slice_of(text));
}

void filled_open(struct filled *f, size_t n_sources)
{
	struct source_conf *conf;
	struct error err;

	*f = (struct filled){.n_sources = n_sources, .now = NOON};
	snprintf(f->state, sizeof f->state, "/tmp/tributary-bench-XXXXXX");
	if (mkdtemp(f->state) == NULL)
		die("no folder in /tmp");
	check(store_write_open(f->state, domain, &f->w, &err), &err);
	write_text(f);
	conf = arena_array(&f->a, n_sources, sizeof *conf);
	for (size_t i = 0; i < n_sources; i++)
		conf[i] = (struct source_conf){.name = print(&f->a, "source%zu", i),
			.url = print(&f->a, "https://host%zu.example/feed", i),
			.enabled = true,
			.keep_s = INT64_C(400) * 365 * 86400,
			.keep_items = -1};
	check(store_write_sources(f->w, conf, n_sources, NULL, 0, f->now, &f->a, &f->sources, &err),
		&err);
}

void filled_close(struct filled *f)
{
	static const char *const files[] = {"", "-wal", "-shm"};
	char path[128];

	store_write_close(&f->w);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof path, "%s/tributary.db%s", f->state, files[i]);
		remove(path);
	}
	snprintf(path, sizeof path, "%s/reserve", f->state);
	remove(path);
	rmdir(f->state);
	arena_clear(&f->a);
}

static struct item item_of(
	const struct filled *f, struct arena *a, size_t source, size_t n, unsigned words)
{
	struct item i;

	item_init(&i);
	i.url = print(a, "https://host%zu.example/news/%zu-what-has-come-to-pass", source, n);
	i.id = i.url;
	i.id_is_given = true;
	i.title = print(a, "What has come to pass at %zu for the time of %zu", source, n);
	i.content_html = f->write != NULL ? f->write(a, n, words) : text_of(f, n, words);
	i.published = NOON - (instant)(n * 7919 % 30000000);
	i.language = n % RARE == 0 ? SLICE("cy") : SLICE("en");
	return i;
}

void filled_add(struct filled *f, size_t n, unsigned words, size_t polls)
{
	struct source_known *s = &f->sources[n % f->n_sources];
	struct item items[FILLED_FEED_ITEMS];
	struct poll_report report;
	struct arena a = {0};
	struct error err;
	struct feed feed;
	struct poll_result p = {.source = s->number,
		.history = &s->history,
		.feed = &feed,
		.items = items,
		.n_items = FILLED_FEED_ITEMS,
		.is_first = true,
		.previous = INSTANT_NONE};

	feed_init(&feed);
	for (size_t i = 0; i < FILLED_FEED_ITEMS; i++)
		items[i] = item_of(f, &a, n % f->n_sources, n * FILLED_FEED_ITEMS + i, words);
	if (n % polls == 0)
		check(store_write_begin(f->w, &err), &err);
	check(store_write_poll(f->w, &p, f->now, &report, &err), &err);
	if (n % polls == polls - 1)
		check(store_write_commit(f->w, &err), &err);
	arena_clear(&a);
}

double filled_cpu_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
