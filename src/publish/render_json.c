/*
 * render_json.c - JSON Feed 1.1 (jsonfeed.org/version/1.1)
 *
 * What the format has no field for stands under `_tributary`, under the names of the normalised
 * document (tributary-feed(5)).
 */
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"
#include "publish/story_text.h"

static void json_begin(struct buf *b, const struct outlet *o)
{
	buf_putc(b, '{');
	out_json_text(b, "version", SLICE("https://jsonfeed.org/version/1.1"));
	out_json_text(b, "title", o->title);
	(void)out_json_url(b, "home_page_url", o->page_url.len > 0 ? o->page_url : o->home_url);
	(void)out_json_url(b, "feed_url", o->self_url);
	(void)out_json_url(b, "next_url", o->next_url);
	out_json_name(b, "_tributary");
	buf_puts(b, o->id.len > 0 ? "{\"id\":\"" : "{\"id\":\"urn:uuid:");
	buf_put_slice(b, o->id.len > 0 ? o->id : o->uuid);
	buf_putc(b, '"');
	out_json_instant(b, "updated", o->updated);
	buf_puts(b, "},\n\"items\":[");
}

static void put_persons(struct buf *b, const char *name, const struct person_list *list)
{
	bool any = false;

	for (size_t i = 0; i < list->n; i++) {
		const struct person *p = &list->at[i];

		if (parts_person_name(p).len == 0)
			continue;
		if (!any)
			out_json_name(b, name);
		buf_puts(b, any ? ",{" : "[{");
		any = true;
		out_json_text(b, "name", parts_person_name(p));
		(void)out_json_url(b, "url", p->url);
		(void)out_json_url(b, "avatar", p->avatar);
		buf_putc(b, '}');
	}
	if (any)
		buf_putc(b, ']');
}

static void put_tags(struct buf *b, const struct outlet *o, const struct stored_item *item)
{
	const struct category_list *list = &item->item.categories;
	bool any = false;

	for (size_t i = 0; i < list->n; i++) {
		const struct category *c = &list->at[i];
		struct slice text = c->label.len > 0 ? c->label : c->term;

		if (text.len == 0)
			continue;
		if (!any)
			out_json_name(b, "tags");
		buf_putc(b, any ? ',' : '[');
		any = true;
		out_json_string(b, text);
	}
	for (size_t i = 0; i < item->topics.n; i++) {
		if (!any)
			out_json_name(b, "tags");
		buf_putc(b, any ? ',' : '[');
		any = true;
		out_json_string(b, parts_topic_title(o, item->topics.at[i]));
	}
	if (any)
		buf_putc(b, ']');
}

static void put_attachment(struct buf *b, const struct attachment *e)
{
	bool typed = parts_is_media_type(e->mime_type);

	buf_putc(b, '{');
	(void)out_json_url(b, "url", e->url);
	out_json_text(b, "mime_type", typed ? e->mime_type : SLICE("application/octet-stream"));
	out_json_text(b, "title", e->title);
	if (e->size_in_bytes >= 0)
		out_json_number(b, "size_in_bytes", e->size_in_bytes);
	if (e->duration_in_seconds >= 0)
		out_json_number(b, "duration_in_seconds", e->duration_in_seconds);
	buf_putc(b, '}');
}

static void put_attachments(struct buf *b, const struct attachment_list *list)
{
	bool any = false;

	for (size_t i = 0; i < list->n; i++) {
		if (!out_is_address(list->at[i].url))
			continue;
		if (!any)
			out_json_name(b, "attachments");
		buf_putc(b, any ? ',' : '[');
		any = true;
		put_attachment(b, &list->at[i]);
	}
	if (any)
		buf_putc(b, ']');
}

/* The format asks for content_html or content_text in every item. */
static void put_texts(struct buf *b, const struct item *i)
{
	out_json_text(b, "content_html", i->content_html);
	out_json_text(b, "content_text", i->content_text);
	if (i->content_html.len == 0 && i->content_text.len == 0) {
		out_json_name(b, "content_text");
		out_json_string(b, i->summary.len > 0 ? i->summary : i->title);
	}
	out_json_text(b, "summary", i->summary);
}

static void put_source(struct buf *b, const struct stored_source *s)
{
	out_json_next(b);
	buf_putc(b, '{');
	out_json_text(b, "name", s->name);
	out_json_text(b, "title", parts_source_title(s));
	(void)out_json_url(b, "url", s->feed.home_page_url);
	(void)out_json_url(b, "feed_url", s->url);
	buf_putc(b, '}');
}

/* Ours first, then who else carried it. */
static void put_sources(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct stored_source *s = parts_source(o, i->source);

	out_json_name(b, "sources");
	buf_putc(b, '[');
	if (s != NULL)
		put_source(b, s);
	for (size_t n = 0; n < i->n_sightings; n++) {
		s = parts_source(o, i->sightings[n].source);
		if (s != NULL && s->number != i->source)
			put_source(b, s);
	}
	buf_putc(b, ']');
}

static void put_categories(struct buf *b, const struct category_list *list)
{
	if (list->n == 0)
		return;
	out_json_name(b, "categories");
	buf_putc(b, '[');
	for (size_t i = 0; i < list->n; i++) {
		out_json_next(b);
		buf_putc(b, '{');
		out_json_text(b, "term", list->at[i].term);
		out_json_text(b, "scheme", list->at[i].scheme);
		out_json_text(b, "label", list->at[i].label);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

static void put_topics(struct buf *b, const struct slice_list *topics)
{
	if (topics->n == 0)
		return;
	out_json_name(b, "topics");
	buf_putc(b, '[');
	for (size_t i = 0; i < topics->n; i++) {
		out_json_next(b);
		out_json_string(b, topics->at[i]);
	}
	buf_putc(b, ']');
}

static void put_sibling(struct buf *b, const struct sibling *s)
{
	out_json_next(b);
	buf_putc(b, '{');
	out_json_text(b, "id", s->atom_id);
	(void)out_json_url(b, "url", s->url);
	out_json_text(b, "title", s->title);
	out_json_text(b, "language", s->lang);
	out_json_text(b, "source", s->source_name);
	if (s->across)
		out_json_bool(b, "across", true);
	buf_putc(b, '}');
}

static void put_story(struct buf *b, const struct stored_item *i)
{
	if (i->story_atom_id.len == 0 && i->n_siblings == 0)
		return;
	out_json_name(b, "story");
	buf_putc(b, '{');
	out_json_text(b, "id", i->story_atom_id);
	if (i->n_siblings > 0) {
		out_json_name(b, "related");
		buf_putc(b, '[');
		for (size_t n = 0; n < i->n_siblings; n++)
			put_sibling(b, &i->siblings[n]);
		buf_putc(b, ']');
	}
	buf_putc(b, '}');
}

static void put_revisions(struct buf *b, const struct outlet *o)
{
	if (o->n_revisions == 0)
		return;
	out_json_name(b, "revisions");
	buf_putc(b, '[');
	for (size_t n = 0; n < o->n_revisions; n++) {
		const struct stored_revision *r = &o->revisions[n];

		out_json_next(b);
		buf_putc(b, '{');
		out_json_instant(b, "until", r->at);
		(void)out_json_url(b, "url", r->item.url);
		out_json_text(b, "title", r->item.title);
		put_texts(b, &r->item);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

static void put_extension(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct item *it = &i->item;

	out_json_name(b, "_tributary");
	buf_putc(b, '{');
	put_sources(b, o, i);
	put_categories(b, &it->categories);
	put_persons(b, "contributors", &it->contributors);
	out_json_text(b, "summary_html", it->summary_html);
	out_json_text(b, "rights", it->rights);
	(void)out_json_url(b, "comments_url", it->comments_url);
	out_json_instant(b, "withdrawn", i->withdrawn);
	put_topics(b, &i->topics);
	put_story(b, i);
	put_revisions(b, o);
	if (it->has_geo) {
		out_json_name(b, "geo");
		buf_printf(
			b, "{\"latitude\":%.6f,\"longitude\":%.6f}", it->latitude, it->longitude);
	}
	buf_putc(b, '}');
}

static void put_story_text(struct buf *b, const struct stored_item *i)
{
	struct buf text;

	buf_init(&text, STORY_TEXT_BYTES);
	story_text(&text, i);
	out_json_name(b, "content_html");
	out_json_string(b, buf_slice(&text));
	buf_clear(&text);
	out_json_text(b, "summary", i->item.summary);
}

static void json_item(struct buf *b, const struct outlet *o, const struct stored_item *i, size_t n)
{
	const struct stored_source *s = parts_source(o, i->source);
	const struct item *it = &i->item;
	bool story = parts_is_story(o, i);

	(void)n;
	if (parts_is_gone(o, i))
		return;
	out_json_next(b);
	buf_puts(b, "\n{");
	out_json_text(b, "id", story ? i->story_atom_id : i->atom_id);
	(void)out_json_url(b, "url", it->url);
	(void)out_json_url(b, "external_url", it->external_url);
	out_json_text(b, "title", it->title);
	if (story)
		put_story_text(b, i);
	else
		put_texts(b, it);
	(void)out_json_url(b, "image", it->image);
	(void)out_json_url(b, "banner_image", it->banner_image);
	out_json_instant(b, "date_published", i->published);
	out_json_instant(
		b, "date_modified", story && i->place > i->updated ? i->place : i->updated);
	put_persons(b, "authors", parts_authors(i, s));
	put_tags(b, o, i);
	out_json_text(b, "language", parts_language(i, s));
	put_attachments(b, &it->attachments);
	put_extension(b, o, i);
	buf_putc(b, '}');
}

static void json_end(struct buf *b, const struct outlet *o)
{
	(void)o;
	buf_puts(b, "\n]}\n");
}

const struct rendering render_json = {
	"json", "application/feed+json; charset=utf-8", json_begin, json_item, json_end};
