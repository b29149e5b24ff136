/*
 * render_rss.c - RSS 2.0 (RSS Advisory Board, 2.0.11), with Dublin Core, content, Atom links
 *
 * Titles and plain texts are escaped twice: RSS does not say whether a title is text or HTML,
 * and readers take it for HTML.  A text without a summary is the description, as we read it.
 */
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"
#include "publish/story_text.h"

#include <inttypes.h>

static void put_date(struct buf *b, const char *element, instant at)
{
	char text[INSTANT_TEXT_BYTES];

	at = at < INSTANT_MIN ? INSTANT_MIN : at;
	at = at > INSTANT_MAX ? INSTANT_MAX : at;
	out_element(b, element, slice_of(instant_put_http(text, at)));
}

static void put_twice(struct buf *b, const char *element, struct slice text)
{
	if (text.len == 0)
		return;
	buf_printf(b, "<%s>", element);
	out_xml_twice(b, text);
	buf_printf(b, "</%s>\n", element);
}

static void put_atom_link(struct buf *b, const char *rel, struct slice url)
{
	if (!out_is_address(url))
		return;
	buf_printf(b, "<atom:link rel=\"%s\" type=\"application/rss+xml\"", rel);
	(void)out_attr_url(b, "href", url);
	buf_puts(b, "/>\n");
}

static void rss_begin(struct buf *b, const struct outlet *o)
{
	buf_puts(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		    "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\""
		    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
		    " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
		    " xmlns:media=\"http://search.yahoo.com/mrss/\">\n<channel>\n");
	put_twice(b, "title", o->title);
	(void)out_element_url(b, "link", o->home_url);
	put_twice(b, "description", o->title);
	put_atom_link(b, "self", o->self_url);
	put_atom_link(b, "next", o->next_url);
	put_date(b, "lastBuildDate", o->updated);
	out_element(b, "generator", SLICE("tributary"));
}

static void put_title(struct buf *b, const struct item *i)
{
	struct buf title;

	buf_init(&title, LIMIT_URL_BYTES);
	parts_title(&title, i);
	put_twice(b, "title", buf_slice(&title));
	buf_clear(&title);
}

static void put_content(struct buf *b, const char *element, const struct item *i)
{
	out_element(b, element, i->content_html);
	if (i->content_html.len == 0)
		put_twice(b, element, i->content_text);
}

static void put_texts(struct buf *b, const struct item *i)
{
	bool has_summary = i->summary.len > 0 || i->summary_html.len > 0;

	if (!has_summary) {
		put_content(b, "description", i);
		return;
	}
	out_element(b, "description", i->summary_html);
	if (i->summary_html.len == 0)
		put_twice(b, "description", i->summary);
	put_content(b, "content:encoded", i);
}

/* RSS allows one enclosure, and asks for all three attributes. */
static void put_enclosure(struct buf *b, const struct attachment_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct attachment *e = &list->at[i];
		bool typed = parts_is_media_type(e->mime_type);

		if (!out_is_address(e->url))
			continue;
		buf_puts(b, "<enclosure");
		(void)out_attr_url(b, "url", e->url);
		buf_printf(
			b, " length=\"%" PRId64 "\"", e->size_in_bytes > 0 ? e->size_in_bytes : 0);
		out_attr(b, "type", typed ? e->mime_type : SLICE("application/octet-stream"));
		buf_puts(b, "/>\n");
		return;
	}
}

/* Ours, by the same schemes as in Atom. */
static void put_topics(struct buf *b, const struct outlet *o, const struct slice_list *topics)
{
	for (size_t i = 0; i < topics->n; i++) {
		buf_puts(b, "<category domain=\"");
		out_xml_attr(b, o->base_url);
		buf_puts(b, "/?topic=\">");
		out_xml(b, parts_topic_title(o, topics->at[i]));
		buf_puts(b, "</category>\n");
	}
}

static void put_story_text(struct buf *b, const struct stored_item *i)
{
	struct buf text;

	buf_init(&text, STORY_TEXT_BYTES);
	story_text(&text, i);
	out_element(b, "description", buf_slice(&text));
	buf_clear(&text);
}

static void put_categories(struct buf *b, const struct category_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct category *c = &list->at[i];
		struct slice text = c->label.len > 0 ? c->label : c->term;

		if (text.len == 0)
			continue;
		buf_puts(b, "<category");
		out_attr(b, "domain", c->scheme);
		buf_putc(b, '>');
		out_xml(b, text);
		buf_puts(b, "</category>\n");
	}
}

static void put_creators(struct buf *b, const struct stored_item *i, const struct stored_source *s)
{
	const struct person_list *authors = parts_authors(i, s);

	for (size_t n = 0; n < authors->n; n++)
		out_element(b, "dc:creator", parts_person_name(&authors->at[n]));
}

static void put_source(struct buf *b, const struct stored_source *s)
{
	if (s == NULL || !out_is_address(s->url))
		return;
	buf_puts(b, "<source");
	(void)out_attr_url(b, "url", s->url);
	buf_putc(b, '>');
	out_xml(b, parts_source_title(s));
	buf_puts(b, "</source>\n");
}

static void put_link(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	struct buf own;

	if (out_element_url(b, "link", i->item.url))
		return;
	buf_init(&own, LIMIT_URL_BYTES);
	parts_item_url(&own, o, i);
	(void)out_element_url(b, "link", buf_slice(&own));
	buf_clear(&own);
}

static void rss_item(struct buf *b, const struct outlet *o, const struct stored_item *i, size_t n)
{
	const struct stored_source *s = parts_source(o, i->source);

	(void)n;
	if (parts_is_gone(o, i))
		return;
	buf_puts(b, "<item>\n");
	put_title(b, &i->item);
	put_link(b, o, i);
	if (parts_is_story(o, i))
		put_story_text(b, i);
	else
		put_texts(b, &i->item);
	buf_puts(b, "<guid isPermaLink=\"false\">");
	out_xml(b, parts_is_story(o, i) ? i->story_atom_id : i->atom_id);
	buf_puts(b, "</guid>\n");
	put_date(b, "pubDate", i->published);
	put_creators(b, i, s);
	if (parts_is_language(parts_language(i, s)))
		out_element(b, "dc:language", parts_language(i, s));
	out_element(b, "dc:rights", i->item.rights);
	put_categories(b, &i->item.categories);
	put_topics(b, o, &i->topics);
	put_enclosure(b, &i->item.attachments);
	if (out_is_address(i->item.image)) {
		buf_puts(b, "<media:thumbnail");
		(void)out_attr_url(b, "url", i->item.image);
		buf_puts(b, "/>\n");
	}
	(void)out_element_url(b, "comments", i->item.comments_url);
	put_source(b, s);
	buf_puts(b, "</item>\n");
}

static void rss_end(struct buf *b, const struct outlet *o)
{
	(void)o;
	buf_puts(b, "</channel>\n</rss>\n");
}

const struct rendering render_rss = {
	"rss", "application/rss+xml; charset=utf-8", rss_begin, rss_item, rss_end};
