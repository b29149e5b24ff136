/* cmd_read.c - list, show, export: out of the store, daemon or not */
#include "tributary/reading.h"

#include "base/limits.h"
#include "base/url.h"
#include "conf/conf.h"
#include "publish/render.h"
#include "tributary/frame.h"
#include "tributary/screen.h"

#include <inttypes.h>
#include <stdio.h>

#define LIST_DEFAULT 20
#define LIST_SOURCES 10000

static void put_item(struct arena *a, const struct stored_item *i)
{
	struct slice source = i->n_sightings > 0 ? i->sightings[0].source_name : SLICE("-");
	struct slice title = slice_line(a, i->item.title);

	screen_put(SCREEN_DIM, screen_time(a, i->place), 18);
	screen_put(SCREEN_PLAIN, slice_line(a, source), 16);
	putchar(' ');
	screen_put(SCREEN_BOLD, title.len > 0 ? title : SLICE("(no title)"), 0);
	putchar(' ');
	screen_put(SCREEN_DIM, slice_line(a, url_public(a, i->item.url)), 0);
	putchar('\n');
}

/* One page after another until `left` items are shown; the arena is emptied in between. */
static int put_pages(struct reading *r, const struct item_query *asked, const struct rendering *as,
	const struct outlet *o, struct buf *out)
{
	size_t left = r->request.n == 0 ? LIST_DEFAULT : r->request.n, shown = 0;
	struct item_query q = *asked;
	struct item_page page = {.more = true};
	struct place after;
	struct arena a;
	int result = COMMAND_WELL;

	arena_init(&a);
	while (left > 0 && page.more && result == COMMAND_WELL) {
		q.limit = left < LIMIT_PAGE_ENTRIES ? left : LIMIT_PAGE_ENTRIES;
		if (store_read_items(r->reader, &q, &a, &page, &r->err) < 0) {
			result = reading_failed(r);
			break;
		}
		for (size_t i = 0; i < page.n; i++)
			if (as == NULL)
				put_item(&a, &page.items[i]);
			else
				as->item(out, o, &page.items[i], shown++);
		if (page.n == 0)
			break;
		left -= page.n;
		after = page.last;
		q.after = &after;
		arena_reset(&a);
	}
	arena_clear(&a);
	return result;
}

/* The newest item's date is the list's. */
static int date_outlet(struct reading *r, const struct item_query *asked, struct outlet *o)
{
	struct item_query q = *asked;
	struct item_page page;

	q.limit = 1;
	if (store_read_items(r->reader, &q, &r->arena, &page, &r->err) < 0)
		return reading_failed(r);
	if (page.n > 0)
		o->updated = page.items[0].updated;
	return COMMAND_WELL;
}

static int list_json(struct reading *r, const struct item_query *q)
{
	struct store_identity identity;
	struct outlet o = {0};
	struct buf out;
	int result = frame_make(r, &identity, &o);

	if (result == COMMAND_WELL)
		result = date_outlet(r, q, &o);
	if (result != COMMAND_WELL)
		return result;
	buf_init(&out, FRAME_BYTES);
	render_json.begin(&out, &o);
	result = put_pages(r, q, &render_json, &o, &out);
	render_json.end(&out, &o);
	if (result == COMMAND_WELL)
		frame_flush(&out);
	buf_clear(&out);
	return result;
}

/* The names given as sources to list; false (said) where the configuration and store know none. */
static struct slice *named_sources(struct reading *r)
{
	struct slice *names = arena_array(&r->arena, r->request.n_rest, sizeof *names);

	for (size_t i = 0; i < r->request.n_rest; i++)
		names[i] = slice_of(r->request.rest[i]);
	return names;
}

static int check_names(struct reading *r, const struct slice *names, size_t n)
{
	struct stored_source *sources;
	size_t n_sources;

	if (n == 0)
		return COMMAND_WELL;
	if (store_read_sources(r->reader, false, &r->arena, &sources, &n_sources, &r->err) < 0)
		return reading_failed(r);
	for (size_t i = 0; i < n; i++) {
		bool found = false;

		for (size_t j = 0; j < n_sources && !found; j++)
			found = slice_equal(names[i], sources[j].name);
		if (!found)
			return wrong("%s: no such source", log_safe(names[i]));
	}
	return COMMAND_WELL;
}

static int list(struct reading *r)
{
	struct slice *names = named_sources(r);
	struct item_query q = {.sources = names,
		.n_sources = r->request.n_rest,
		.since = INSTANT_NONE,
		.until = INSTANT_NONE};
	int result = check_names(r, names, q.n_sources);

	if (result != COMMAND_WELL)
		return result;
	return r->request.json ? list_json(r, &q) : put_pages(r, &q, NULL, NULL, NULL);
}

int cmd_list(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_JSON | TAKES_N, 0, LIST_SOURCES, argc, argv);

	if (result == COMMAND_WELL)
		result = list(&r);
	reading_end(&r);
	return result;
}

static void put_field(const char *name, struct slice value)
{
	if (value.len == 0)
		return;
	screen_put(SCREEN_BOLD, slice_of(name), 12);
	screen_put(SCREEN_PLAIN, value, 0);
	putchar('\n');
}

static struct slice text_of(struct arena *a, const struct item *i)
{
	if (i->content_html.len > 0)
		return screen_html(a, i->content_html);
	if (i->content_text.len > 0)
		return slice_clean(a, i->content_text);
	if (i->summary_html.len > 0)
		return screen_html(a, i->summary_html);
	return slice_clean(a, i->summary);
}

static void show_item(struct reading *r, const struct stored_item *s)
{
	struct arena *a = &r->arena;
	struct slice text = text_of(a, &s->item);

	put_field("title", slice_line(a, s->item.title));
	put_field("url", slice_line(a, url_public(a, s->item.url)));
	for (size_t i = 0; i < s->item.authors.n; i++)
		put_field("author", slice_line(a, s->item.authors.at[i].name));
	put_field("published", screen_time(a, s->published));
	put_field("updated", screen_time(a, s->updated));
	put_field("first seen", screen_time(a, s->first_seen));
	if (s->withdrawn != INSTANT_NONE)
		put_field("withdrawn", screen_time(a, s->withdrawn));
	if (s->revisions > 0)
		put_field("revisions", screen_number(a, s->revisions));
	put_field("language", slice_line(a, s->item.language));
	for (size_t i = 0; i < s->n_sightings; i++)
		put_field(
			i == 0 ? "source" : "also in", slice_line(a, s->sightings[i].source_name));
	for (size_t i = 0; i < s->item.attachments.n; i++)
		put_field(
			"attachment", slice_line(a, url_public(a, s->item.attachments.at[i].url)));
	put_field("id", s->public_id);
	put_field("atom:id", slice_line(a, s->atom_id));
	if (text.len > 0)
		printf("\n%.*s\n", SLICE_ARG(text));
}

static int show_json(struct reading *r, const struct stored_item *i)
{
	struct store_identity identity;
	struct outlet o = {0};
	struct buf out;
	int result = frame_make(r, &identity, &o);

	if (result != COMMAND_WELL)
		return result;
	o.updated = i->updated;
	buf_init(&out, FRAME_BYTES);
	render_json.begin(&out, &o);
	render_json.item(&out, &o, i, 0);
	render_json.end(&out, &o);
	frame_flush(&out);
	buf_clear(&out);
	return COMMAND_WELL;
}

static int show(struct reading *r)
{
	struct slice id = slice_of(r->request.rest[0]);
	struct stored_item item;
	int found = store_read_item(r->reader, id, &r->arena, &item, &r->err);

	if (found < 0)
		return reading_failed(r);
	if (found == 0)
		return wrong("%s: no such item", log_safe(id));
	if (r->request.json)
		return show_json(r, &item);
	show_item(r, &item);
	return COMMAND_WELL;
}

int cmd_show(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_JSON, 1, 1, argc, argv);

	if (result == COMMAND_WELL)
		result = show(&r);
	reading_end(&r);
	return result;
}

static int export(struct reading *r)
{
	struct store_identity identity;
	struct outlet o = {0};
	struct buf out;
	int result = frame_make(r, &identity, &o);

	if (result != COMMAND_WELL)
		return result;
	buf_init(&out, FRAME_BYTES);
	render_opml(&out, &o);
	frame_flush(&out);
	buf_clear(&out);
	return COMMAND_WELL;
}

int cmd_export(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_NOTHING, 0, 0, argc, argv);

	if (result == COMMAND_WELL)
		result = export(&r);
	reading_end(&r);
	return result;
}
