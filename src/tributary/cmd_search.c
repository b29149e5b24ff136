/* cmd_search.c - search: what words find, best first */
#include "tributary/reading.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/url.h"
#include "publish/render.h"
#include "tributary/frame.h"
#include "tributary/screen.h"

#include <stdio.h>
#include <unistd.h>

#define SEARCH_DEFAULT 20
#define INDENT         18 /* as wide as the time */

/* The arguments, as they would be typed into one field. */
static struct slice words_of(struct reading *r)
{
	struct slice words;
	struct buf out;

	buf_init(&out, LIMIT_QUERY_BYTES + 1);
	for (size_t i = 0; i < r->request.n_rest; i++) {
		buf_puts(&out, i > 0 ? " " : "");
		buf_puts(&out, r->request.rest[i]);
	}
	words = slice_copy(&r->arena, buf_slice(&out));
	if (out.full)
		words = SLICE_NONE;
	buf_clear(&out);
	return words;
}

/* The passage, its words marked. */
static void put_passage(const struct passage *p)
{
	size_t done = 0;

	printf("%*s", INDENT, "");
	for (size_t i = 0; i < p->n_words; i++) {
		const struct passage_word *w = &p->words[i];

		screen_put(SCREEN_DIM, slice_from(p->text.at + done, w->at - done), 0);
		screen_put(SCREEN_GOOD, slice_from(p->text.at + w->at, w->len), 0);
		done = w->at + w->len;
	}
	screen_put(SCREEN_DIM, slice_skip(p->text, done), 0);
	putchar('\n');
}

static void put_hit(struct arena *a, const struct search_hit *h)
{
	const struct stored_item *i = &h->item;
	struct slice source = i->n_sightings > 0 ? i->sightings[0].source_name : SLICE("-");
	struct slice title = slice_line(a, i->item.title);

	screen_put(SCREEN_DIM, screen_time(a, i->place), INDENT);
	screen_put(SCREEN_PLAIN, slice_line(a, source), 16);
	putchar(' ');
	screen_put(SCREEN_BOLD, title.len > 0 ? title : SLICE("(no title)"), 0);
	putchar(' ');
	screen_put(SCREEN_DIM, slice_line(a, url_public(a, i->item.url)), 0);
	putchar('\n');
	if (h->passage.text.len > 0 && isatty(STDOUT_FILENO))
		put_passage(&h->passage);
}

static int put_json(struct reading *r, const struct search_page *page)
{
	struct store_identity identity;
	struct outlet o = {0};
	struct buf out;
	int result = frame_make(r, &identity, &o);

	if (result != COMMAND_WELL)
		return result;
	for (size_t i = 0; i < page->n; i++)
		if (page->hits[i].item.updated > o.updated)
			o.updated = page->hits[i].item.updated;
	buf_init(&out, FRAME_BYTES);
	render_json.begin(&out, &o);
	for (size_t i = 0; i < page->n; i++)
		render_json.item(&out, &o, &page->hits[i].item, i);
	render_json.end(&out, &o);
	frame_flush(&out);
	buf_clear(&out);
	return COMMAND_WELL;
}

static int search(struct reading *r)
{
	struct item_query q = {.q = words_of(r),
		.langs = r->request.langs,
		.n_langs = r->request.n_langs,
		.since = INSTANT_NONE,
		.until = INSTANT_NONE,
		.limit = r->request.n == 0 ? SEARCH_DEFAULT : r->request.n};
	struct search_page page;

	if (q.q.len == 0 || q.q.len > LIMIT_QUERY_BYTES)
		return wrong("search: words of 1 to %d bytes are expected", LIMIT_QUERY_BYTES);
	if (store_read_search(r->reader, &q, &r->arena, &page, &r->err) < 0)
		return reading_failed(r);
	if (r->request.json)
		return put_json(r, &page);
	for (size_t i = 0; i < page.n; i++)
		put_hit(&r->arena, &page.hits[i]);
	return COMMAND_WELL;
}

int cmd_search(int argc, char **argv)
{
	struct reading r;
	int result = reading_begin(&r, TAKES_JSON | TAKES_N | TAKES_LANG | TAKES_WORDS, 1,
		LIMIT_QUERY_BYTES, argc, argv);

	if (result == COMMAND_WELL)
		result = search(&r);
	reading_end(&r);
	return result;
}
