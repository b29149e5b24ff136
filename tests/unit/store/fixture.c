#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct slice fixture_domain(struct slice host)
{
	size_t dots = 0;

	for (size_t i = host.len; i > 0; i--)
		if (host.at[i - 1] == '.' && ++dots == 2)
			return slice_skip(host, i);
	return host;
}

struct slice long_text(struct arena *a, const char *seed, unsigned words)
{
	char *text = arena_alloc(a, words * 24 + 1);
	size_t len = 0;

	for (unsigned i = 0; i < words; i++)
		len += (size_t)snprintf(text + len, 24, "%.12s%u ", seed, i);
	return slice_from(text, len);
}

static void open_writer(struct fixture *f)
{
	cr_assert_eq(store_write_open(f->state, fixture_domain, &f->w, &f->err), STORE_OPEN_OK,
		"%s", f->err.text);
}

void fixture_sources(struct fixture *f, size_t n)
{
	f->n_sources = n;
	cr_assert_eq(
		store_write_sources(f->w, f->conf, n, NULL, 0, f->now, &f->a, &f->sources, &f->err),
		0, "%s", f->err.text);
}

void fixture_open(struct fixture *f)
{
	static const char *const names[] = {"a", "b", "c"};
	static const char *const urls[] = {
		"https://a.example/feed", "https://b.example/feed", "https://c.example/feed"};

	*f = (struct fixture){.now = NOON};
	snprintf(f->state, sizeof f->state, "/tmp/tributary-test-XXXXXX");
	cr_assert_not_null(mkdtemp(f->state));
	open_writer(f);
	for (size_t i = 0; i < COUNT(names); i++)
		f->conf[i] = (struct source_conf){.name = slice_of(names[i]),
			.url = slice_of(urls[i]),
			.enabled = true,
			.keep_s = 5 * 365 * DAY,
			.keep_items = -1};
	fixture_sources(f, COUNT(names));
}

void fixture_reopen(struct fixture *f)
{
	store_write_close(&f->w);
	open_writer(f);
}

void fixture_close(struct fixture *f)
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
	remove(f->state);
	arena_clear(&f->a);
}

struct item fixture_item(struct fixture *f, const struct row *row)
{
	struct item i;

	item_init(&i);
	i.url = slice_of(row->url);
	i.id = slice_of(row->id);
	i.id_is_given = i.id.len > 0;
	if (!i.id_is_given)
		i.id = i.url.len > 0 ? i.url : SLICE("made");
	i.title = slice_of(row->title);
	i.content_html = slice_copy(&f->a, slice_of(row->text));
	i.published = row->published == 0 ? INSTANT_NONE : row->published;
	return i;
}

static void poll(
	struct fixture *f, size_t s, const struct feed *feed, const struct item *items, size_t n)
{
	struct source_history h = f->sources[s].history;
	struct poll_result p = {.source = f->sources[s].number,
		.history = &h,
		.feed = feed,
		.items = items,
		.n_items = n,
		.is_first = !f->is_later[s],
		.previous = f->is_later[s] ? h.last_ok : INSTANT_NONE,
		.written = arena_array(&f->a, n, sizeof *f->written)};

	f->written = p.written;
	h.polls++;
	h.last_poll = h.last_ok = f->now;
	h.interval_s = HOUR;
	cr_assert_eq(store_write_begin(f->w, &f->err), 0, "%s", f->err.text);
	cr_assert_eq(store_write_poll(f->w, &p, f->now, &f->report, &f->err), 0, "%s", f->err.text);
	cr_assert_eq(store_write_commit(f->w, &f->err), 0, "%s", f->err.text);
	f->sources[s].history = h;
	f->is_later[s] |= feed != NULL;
}

void poll_items(struct fixture *f, size_t s, const struct item *items, size_t n)
{
	struct feed feed;

	feed_init(&feed);
	feed.format = FORMAT_RSS_20;
	feed.complete = true;
	feed.is_complete_set = f->is_complete_set;
	poll(f, s, &feed, items, n);
}

void poll_rows(struct fixture *f, size_t s, const struct row *rows, size_t n)
{
	struct item *items = arena_array(&f->a, n, sizeof *items);

	for (size_t i = 0; i < n; i++)
		items[i] = fixture_item(f, &rows[i]);
	poll_items(f, s, items, n);
}

void poll_unchanged(struct fixture *f, size_t s)
{
	poll(f, s, NULL, NULL, 0);
}

static struct store_reader *open_reader(struct fixture *f)
{
	struct store_reader *r = store_read_open(f->state, &f->err);

	cr_assert_not_null(r, "%s", f->err.text);
	return r;
}

struct item_page read_all(struct fixture *f)
{
	struct store_reader *r = open_reader(f);
	struct item_query q = {.since = INSTANT_NONE, .until = INSTANT_NONE, .limit = 1000};
	struct item_page page;

	cr_assert_eq(store_read_items(r, &q, &f->a, &page, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return page;
}

struct stored_item read_titled(struct fixture *f, const char *title)
{
	struct item_page page = read_all(f);

	for (size_t i = 0; i < page.n; i++)
		if (slice_is(page.items[i].item.title, title))
			return page.items[i];
	return (struct stored_item){.number = 0};
}

int64_t read_serial(struct fixture *f)
{
	struct store_reader *r = open_reader(f);
	int64_t serial;

	cr_assert_eq(store_read_serial(r, &serial, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return serial;
}

int64_t read_count(struct fixture *f)
{
	struct store_reader *r = open_reader(f);
	int64_t count;

	cr_assert_eq(store_read_count(r, &count, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return count;
}
