/* render_story.c - the page of one story: what was told, by whom, in which order */
#include "base/limits.h"
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/render.h"
#include "publish/zone.h"

#define UP           "../"
#define TEASER_CHARS 200
#define SHOWN_MOST   50 /* agencies */

/* Who told it: each source once, with how many items. */
struct agency {
	const struct stored_source *source;
	size_t items;
};

static size_t count_agencies(
	const struct outlet *o, const struct stored_story *s, struct agency agencies[SHOWN_MOST])
{
	size_t n = 0;

	for (size_t i = s->n; i > 0; i--) {
		const struct stored_source *source = parts_source(o, s->items[i - 1].source);
		size_t k = 0;

		while (k < n && agencies[k].source != source)
			k++;
		if (source == NULL || k == SHOWN_MOST)
			continue;
		if (k == n)
			agencies[n++] = (struct agency){source, 0};
		agencies[k].items++;
	}
	return n;
}

static void put_agencies(struct buf *b, const struct agency *agencies, size_t n)
{
	buf_puts(b, "<ul class=\"inline\" aria-label=\"Told by\">\n");
	for (size_t i = 0; i < n; i++) {
		buf_puts(b, "<li>");
		page_source(b, UP, agencies[i].source);
		if (agencies[i].items > 1)
			buf_printf(b, " %zu", agencies[i].items);
		buf_puts(b, "</li>\n");
	}
	buf_puts(b, "</ul>\n");
}

static void put_summary(struct buf *b, const struct outlet *o, const struct stored_story *s)
{
	struct agency agencies[SHOWN_MOST];
	size_t n = count_agencies(o, s, agencies);

	buf_puts(b, "<p class=\"m\">");
	page_count(b, s->n, "item", "items");
	buf_puts(b, " of ");
	page_count(b, n, "source", "sources");
	buf_puts(b, ", ");
	page_day_and_time(b, s->first);
	if (s->last != s->first) {
		buf_puts(b, " to ");
		page_day_and_time(b, s->last);
	}
	if (page_is_language(s->lang)) {
		buf_puts(b, " \xC2\xB7 <span");
		page_attr_language(b, s->lang);
		buf_putc(b, '>');
		page_language_name(b, s->lang);
		buf_puts(b, "</span>");
	}
	buf_puts(b, "</p>\n");
	put_agencies(b, agencies, n);
}

static void put_also(struct buf *b, const struct stored_story *s)
{
	if (s->n_also == 0)
		return;
	buf_puts(b, "<section>\n<h2>In other languages</h2>\n<ul class=\"plain\">\n");
	for (size_t i = 0; i < s->n_also; i++) {
		const struct sibling *also = &s->also[i];

		buf_puts(b, "<li");
		page_direction(b, also->lang, also->title);
		buf_printf(b, "><a href=\"" UP "story/%.*s\">", SLICE_ARG(also->public_id));
		out_html(b, also->title.len > 0 ? also->title : also->url);
		buf_puts(b, "</a> <span class=\"m\">");
		page_language_name(b, also->lang);
		buf_puts(b, "</span></li>\n");
	}
	buf_puts(b, "</ul>\n</section>\n");
}

static bool is_same_day(instant a, instant b)
{
	return zone_midnight(a) == zone_midnight(b);
}

static void put_teaser(struct buf *b, const struct item *i)
{
	struct buf text;

	buf_init(&text, LIMIT_URL_BYTES);
	if (i->title.len > 0)
		parts_teaser(&text, i);
	if (text.len > 0) {
		buf_puts(b, "<p>");
		page_cut(b, buf_slice(&text), TEASER_CHARS);
		buf_puts(b, "</p>\n");
	}
	buf_clear(&text);
}

static void put_item(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct stored_source *s = parts_source(o, i->source);
	struct slice lang = parts_language(i, s);
	struct buf title;

	buf_init(&title, LIMIT_URL_BYTES);
	parts_title(&title, &i->item);
	buf_puts(b, "<article");
	page_direction(b, lang, buf_slice(&title));
	buf_puts(b, ">\n<h3>");
	page_link(b, i->item.url, buf_slice(&title));
	buf_puts(b, "</h3>\n");
	put_teaser(b, &i->item);
	buf_printf(b, "<p class=\"m\"><a href=\"" UP "item/%.*s\">", SLICE_ARG(i->public_id));
	page_time(b, i->place);
	buf_puts(b, "</a> ");
	if (s != NULL)
		page_source(b, UP, s);
	if (i->revisions > 0)
		buf_printf(b, " \xC2\xB7 <a href=\"" UP "item/%.*s#changes\">edited</a>",
			SLICE_ARG(i->public_id));
	buf_puts(b, "</p>\n</article>\n");
	buf_clear(&title);
}

/* From the first on, as it went. */
static void put_items(struct buf *b, const struct outlet *o, const struct stored_story *s)
{
	for (size_t n = s->n; n > 0; n--) {
		const struct stored_item *i = &s->items[n - 1];

		if (n == s->n || !is_same_day(s->items[n].place, i->place)) {
			buf_puts(b, n == s->n ? "<section>\n<h2>" : "</section>\n<section>\n<h2>");
			page_day(b, i->place);
			buf_puts(b, "</h2>\n");
		}
		put_item(b, o, i);
	}
	buf_puts(b, s->n > 0 ? "</section>\n" : "");
}

void render_story(struct buf *out, const struct outlet *o, const struct stored_story *s)
{
	const struct page p = {.up = UP, .feeds = "story/", .name = s->public_id, .n_forms = 2};

	page_open(out, o, &p);
	buf_puts(out, "<main id=\"main\" class=\"story\">\n<h1");
	page_direction(out, s->lang, o->title);
	buf_putc(out, '>');
	out_html(out, o->title);
	buf_puts(out, "</h1>\n");
	put_summary(out, o, s);
	put_items(out, o, s);
	put_also(out, s);
	buf_puts(out, "<p class=\"m\">This story as:</p>\n<ul class=\"inline\">\n");
	page_feeds(out, &p);
	buf_puts(out, "</ul>\n</main>\n");
	page_end(out, o, &p);
}
