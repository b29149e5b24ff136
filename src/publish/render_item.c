/* render_item.c - the page of one item: its text, who carried it, what it was before */
#include "publish/changes.h"
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/quiet.h"
#include "publish/render.h"

#define UP "../"

static void put_authors(struct buf *b, const struct person_list *authors)
{
	for (size_t i = 0; i < authors->n; i++) {
		struct slice name = parts_person_name(&authors->at[i]);

		if (name.len == 0)
			continue;
		buf_puts(b, i == 0 ? " \xC2\xB7 by <bdi>" : ", <bdi>");
		out_html(b, name);
		buf_puts(b, "</bdi>");
	}
}

static void put_meta(struct buf *b, const struct stored_item *i, const struct stored_source *s)
{
	buf_puts(b, "<p class=\"m\">");
	if (s != NULL) {
		page_source(b, UP, s);
		buf_puts(b, " \xC2\xB7 ");
	}
	page_day_and_time(b, i->published);
	if (i->updated > i->published) {
		buf_puts(b, " \xC2\xB7 updated ");
		page_day_and_time(b, i->updated);
	}
	put_authors(b, parts_authors(i, s));
	if (i->withdrawn != INSTANT_NONE) {
		buf_puts(b, " \xC2\xB7 <strong>withdrawn</strong> ");
		page_day_and_time(b, i->withdrawn);
	}
	buf_puts(b, "</p>\n");
}

static void put_text(struct buf *b, const struct item *i, struct slice lang)
{
	struct slice html = i->content_html.len > 0 ? i->content_html : i->summary_html;
	struct slice text = i->content_text.len > 0 ? i->content_text : i->summary;

	buf_puts(b, "<div class=\"text\"");
	page_direction(b, lang, html.len > 0 ? html : text);
	buf_puts(b, ">\n");
	if (html.len > 0) {
		quiet_put(b, html);
	} else if (text.len > 0) {
		buf_puts(b, "<p>");
		out_html(b, text);
		buf_puts(b, "</p>");
	}
	buf_puts(b, "\n</div>\n");
}

/* The host of an address, as the name of a link to it. */
static struct slice host_of(struct slice url)
{
	struct slice host = slice_skip(url, slice_find(url, SLICE("://")) + 3);

	host = slice_head(host, slice_find_byte(host, '/'));
	return host.len > 0 ? host : url;
}

static void put_original(struct buf *b, const struct item *i)
{
	struct buf text;

	if (!out_is_address(i->url))
		return;
	buf_init(&text, i->url.len + 16);
	buf_puts(&text, "Read it at ");
	buf_put_slice(&text, host_of(i->url));
	buf_puts(b, "<p class=\"original\">");
	page_link(b, i->url, buf_slice(&text));
	buf_puts(b, "</p>\n");
	buf_clear(&text);
}

static void put_fact(struct buf *b, const char *what, struct slice url, struct slice text)
{
	if (!out_is_address(url))
		return;
	buf_printf(b, "<dt>%s</dt><dd dir=\"auto\">", what);
	page_link(b, url, text.len > 0 ? text : url);
	buf_puts(b, "</dd>\n");
}

static void put_attachment(struct buf *b, const struct attachment *e)
{
	if (!out_is_address(e->url))
		return;
	buf_puts(b, "<dt>Attached</dt><dd dir=\"auto\">");
	page_link(b, e->url, e->title.len > 0 ? e->title : e->url);
	if (e->mime_type.len > 0) {
		buf_puts(b, " <span dir=\"ltr\">(");
		out_html(b, e->mime_type);
		if (e->size_in_bytes > 0)
			buf_printf(b, ", %lld kB", (long long)(e->size_in_bytes + 999) / 1000);
		buf_puts(b, ")</span>");
	}
	buf_puts(b, "</dd>\n");
}

static void put_sightings(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	for (size_t n = 0; n < i->n_sightings; n++) {
		const struct sighting *seen = &i->sightings[n];
		const struct stored_source *s = parts_source(o, seen->source);

		if (s == NULL)
			continue;
		buf_puts(b, "<dt>Carried by</dt><dd>");
		page_source(b, UP, s);
		buf_puts(b, ", first seen ");
		page_day_and_time(b, seen->first_seen);
		if (out_is_address(seen->url) && !slice_equal(seen->url, i->item.url)) {
			buf_puts(b, ", ");
			page_link(b, seen->url, SLICE("at another address"));
		}
		buf_puts(b, "</dd>\n");
	}
}

static void put_topics(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	for (size_t n = 0; n < i->topics.n; n++) {
		buf_puts(b, n == 0 ? "<dt>Topics</dt><dd>" : ", ");
		buf_puts(b, "<a href=\"" UP "?topic=");
		out_url_part(b, i->topics.at[n]);
		buf_puts(b, "\">");
		out_html(b, parts_topic_title(o, i->topics.at[n]));
		buf_puts(b, "</a>");
	}
	buf_puts(b, i->topics.n > 0 ? "</dd>\n" : "");
}

static void put_categories(struct buf *b, const struct category_list *c)
{
	bool any = false;

	for (size_t n = 0; n < c->n; n++) {
		struct slice word = c->at[n].label.len > 0 ? c->at[n].label : c->at[n].term;

		if (word.len == 0)
			continue;
		buf_puts(b, any ? ", <bdi>" : "<dt>Its own words</dt><dd><bdi>");
		any = true;
		out_html(b, word);
		buf_puts(b, "</bdi>");
	}
	buf_puts(b, any ? "</dd>\n" : "");
}

static void put_facts(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct item *it = &i->item;

	buf_puts(b, "<section>\n<h2>About this item</h2>\n<dl class=\"facts\">\n");
	put_sightings(b, o, i);
	put_topics(b, o, i);
	put_categories(b, &it->categories);
	put_fact(b, "About", it->external_url, SLICE_NONE);
	put_fact(b, "Picture", it->image, SLICE_NONE);
	for (size_t n = 0; n < it->attachments.n; n++)
		put_attachment(b, &it->attachments.at[n]);
	put_fact(b, "Comments", it->comments_url, SLICE_NONE);
	if (it->rights.len > 0) {
		buf_puts(b, "<dt>Rights</dt><dd dir=\"auto\">");
		out_html(b, it->rights);
		buf_puts(b, "</dd>\n");
	}
	buf_puts(b, "</dl>\n</section>\n");
}

static void put_sibling(struct buf *b, const struct outlet *o, const struct sibling *s)
{
	const struct stored_source *source = page_find_source(o, s->source_name);

	buf_puts(b, "<li");
	page_direction(b, s->lang, s->title);
	buf_puts(b, "><a href=\"");
	out_url_part(b, s->public_id);
	buf_puts(b, "\">");
	out_html(b, s->title.len > 0 ? s->title : s->url);
	buf_puts(b, "</a> <span class=\"m\"><bdi>");
	if (source != NULL)
		out_html(b, parts_source_title(source));
	buf_puts(b, "</bdi>");
	if (s->across) {
		buf_puts(b, " \xC2\xB7 ");
		page_language_name(b, s->lang);
	}
	buf_puts(b, "</span></li>\n");
}

static void put_story(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	if (i->story.len == 0 || i->n_siblings == 0)
		return;
	buf_printf(b,
		"<section>\n<h2><a href=\"" UP "story/%.*s\">The same story</a></h2>\n"
		"<ul class=\"plain\">\n",
		SLICE_ARG(i->story));
	for (size_t n = 0; n < i->n_siblings; n++)
		put_sibling(b, o, &i->siblings[n]);
	buf_puts(b, "</ul>\n</section>\n");
}

void render_item(struct buf *out, const struct outlet *o, const struct stored_item *i,
	const struct stored_revision *revisions, size_t n)
{
	const struct stored_source *s = parts_source(o, i->source);
	const struct page p = {.up = UP, .feeds = "item/", .name = i->public_id, .n_forms = 2};
	struct slice lang = parts_language(i, s);

	page_open(out, o, &p);
	buf_puts(out, "<main id=\"main\" class=\"one\">\n<article>\n<h1");
	page_direction(out, lang, o->title);
	buf_putc(out, '>');
	out_html(out, o->title);
	buf_puts(out, "</h1>\n");
	put_meta(out, i, s);
	put_text(out, &i->item, lang);
	put_original(out, &i->item);
	buf_puts(out, "</article>\n");
	put_story(out, o, i);
	changes_put(out, i, lang, revisions, n);
	put_facts(out, o, i);
	buf_puts(out, "<p class=\"m\">This item as:</p>\n<ul class=\"inline\">\n");
	page_feeds(out, &p);
	buf_puts(out, "</ul>\n</main>\n");
	page_end(out, o, &p);
}
