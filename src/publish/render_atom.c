/*
 * render_atom.c - Atom 1.0 (RFC 4287), with threads (RFC 4685), Media RSS and GeoRSS
 *
 * Valid whatever came in: each entry has an id, a title, dates, an author, and a content or an
 * alternate link; what is no address, media type or mailbox is left out.
 */
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"

#include <inttypes.h>

static void put_link(struct buf *b, const char *rel, struct slice url, const char *rest)
{
	if (!out_is_address(url))
		return;
	buf_printf(b, "<link rel=\"%s\"%s", rel, rest);
	(void)out_attr_url(b, "href", url);
	buf_puts(b, "/>\n");
}

static void put_titled_link(struct buf *b, const char *rel, struct slice url, struct slice title)
{
	if (!out_is_address(url))
		return;
	buf_printf(b, "<link rel=\"%s\"", rel);
	out_attr(b, "title", title);
	(void)out_attr_url(b, "href", url);
	buf_puts(b, "/>\n");
}

static void put_person(struct buf *b, const char *element, const struct person *p)
{
	struct slice name = parts_person_name(p);

	if (name.len == 0)
		return;
	buf_printf(b, "<%s><name>", element);
	out_xml(b, name);
	buf_puts(b, "</name>");
	(void)out_element_url(b, "uri", p->url);
	if (parts_is_mailbox(p->email))
		out_element(b, "email", p->email);
	buf_printf(b, "</%s>\n", element);
}

static size_t put_persons(struct buf *b, const char *element, const struct person_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		n += parts_person_name(&list->at[i]).len > 0;
		put_person(b, element, &list->at[i]);
	}
	return n;
}

static void put_categories(struct buf *b, const struct category_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct category *c = &list->at[i];
		struct slice term = c->term.len > 0 ? c->term : c->label;

		if (term.len == 0)
			continue;
		buf_puts(b, "<category");
		out_attr(b, "term", term);
		if (out_is_address(c->scheme))
			out_attr(b, "scheme", c->scheme);
		out_attr(b, "label", c->label);
		buf_puts(b, "/>\n");
	}
}

/*
 * When the source brought something new; a feed's own `updated` moves with its clock, and with
 * it the bytes that we serve.
 */
static instant source_updated(const struct stored_source *s, const struct stored_item *i)
{
	if (s->last_new != INSTANT_NONE)
		return s->last_new;
	return s->feed.updated != INSTANT_NONE ? s->feed.updated : i->updated;
}

/* RFC 4287 section 4.2.11: the whole head of the feed that it came from. */
static void put_source(struct buf *b, const struct stored_source *s, const struct stored_item *i)
{
	const struct feed *f = &s->feed;

	buf_puts(b, "<source");
	out_attr(b, "xml:lang", f->language.len > 0 ? f->language : s->lang);
	buf_puts(b, ">\n");
	if (!out_element_url(b, "id", f->id))
		(void)out_element_url(b, "id", s->url);
	out_element(b, "title", parts_source_title(s));
	out_element(b, "subtitle", f->description);
	out_element_instant(b, "updated", source_updated(s, i));
	put_link(b, "self", f->feed_url.len > 0 ? f->feed_url : s->url, "");
	put_link(b, "alternate", f->home_page_url, "");
	(void)put_persons(b, "author", &f->authors);
	(void)put_persons(b, "contributor", &f->contributors);
	put_categories(b, &f->categories);
	out_element(b, "rights", f->rights);
	(void)out_element_url(b, "icon", f->favicon);
	(void)out_element_url(b, "logo", f->icon.len > 0 ? f->icon : f->image.url);
	out_element(b, "generator", f->generator);
	buf_puts(b, "</source>\n");
}

static void put_enclosures(struct buf *b, const struct attachment_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct attachment *e = &list->at[i];

		if (!out_is_address(e->url))
			continue;
		buf_puts(b, "<link rel=\"enclosure\"");
		if (parts_is_media_type(e->mime_type))
			out_attr(b, "type", e->mime_type);
		if (e->size_in_bytes >= 0)
			buf_printf(b, " length=\"%" PRId64 "\"", e->size_in_bytes);
		out_attr(b, "title", e->title);
		(void)out_attr_url(b, "href", e->url);
		buf_puts(b, "/>\n");
	}
}

/* Who else carried it: its address there, or where that is the same one, the feed's. */
static void put_sightings(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	for (size_t n = 0; n < i->n_sightings; n++) {
		const struct sighting *seen = &i->sightings[n];
		const struct stored_source *s = parts_source(o, seen->source);
		bool differs = seen->url.len > 0 && !slice_equal(seen->url, i->item.url);

		if (seen->source == i->source || s == NULL)
			continue;
		put_titled_link(b, "via", differs ? seen->url : s->url, parts_source_title(s));
	}
	put_titled_link(b, "via",
		i->item.source.url.len > 0 ? i->item.source.url : i->item.source.feed_url,
		i->item.source.title);
}

/* Links of its own feed whose relation says the same here. */
static void put_kept_links(struct buf *b, const struct item *i)
{
	static const char *const kept[] = {"related", "license", "via"};

	for (size_t n = 0; n < i->links.n; n++)
		for (size_t k = 0; k < COUNT(kept); k++) {
			const struct link *l = &i->links.at[n];

			if (slice_is_fold(l->rel, kept[k]) &&
				!slice_equal(l->href, i->external_url))
				put_titled_link(b, kept[k], l->href, l->title);
		}
}

static void put_links(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct item *it = &i->item;
	struct buf own;

	buf_init(&own, LIMIT_URL_BYTES);
	parts_item_url(&own, o, i);
	put_link(b, "alternate", out_is_address(it->url) ? it->url : buf_slice(&own), "");
	buf_clear(&own);
	put_enclosures(b, &it->attachments);
	put_link(b, "related", it->external_url, "");
	put_kept_links(b, it);
	put_sightings(b, o, i);
	put_link(b, "replies", it->comments_url, "");
	put_link(b, "replies", it->comments_feed_url, "");
}

static void put_authors(struct buf *b, const struct stored_item *i, const struct stored_source *s)
{
	struct person fallback = {.name = SLICE("unknown")};

	if (put_persons(b, "author", parts_authors(i, s)) > 0)
		return;
	if (s != NULL)
		fallback.name = parts_source_title(s);
	put_person(b, "author", &fallback);
}

static void put_text(struct buf *b, const char *element, const char *type, struct slice text)
{
	if (text.len == 0)
		return;
	buf_printf(b, "<%s type=\"%s\">", element, type);
	out_xml(b, text);
	buf_printf(b, "</%s>\n", element);
}

static void put_texts(struct buf *b, const struct item *i)
{
	if (i->summary_html.len > 0)
		put_text(b, "summary", "html", i->summary_html);
	else if (!slice_equal(i->summary, i->content_text))
		put_text(b, "summary", "text", i->summary);
	if (i->content_html.len > 0)
		put_text(b, "content", "html", i->content_html);
	else
		put_text(b, "content", "text", i->content_text);
}

static void put_extensions(struct buf *b, const struct item *i)
{
	if (out_is_address(i->image)) {
		buf_puts(b, "<media:thumbnail");
		(void)out_attr_url(b, "url", i->image);
		buf_puts(b, "/>\n");
	}
	for (size_t n = 0; n < i->in_reply_to.n; n++) {
		if (!out_is_address(i->in_reply_to.at[n]))
			continue;
		buf_puts(b, "<thr:in-reply-to");
		out_attr(b, "ref", i->in_reply_to.at[n]);
		buf_puts(b, "/>\n");
	}
	if (i->comments_count >= 0)
		buf_printf(b, "<thr:total>%" PRId64 "</thr:total>\n", i->comments_count);
	if (i->has_geo)
		buf_printf(
			b, "<georss:point>%.6f %.6f</georss:point>\n", i->latitude, i->longitude);
}

static void put_title(struct buf *b, const struct item *i)
{
	struct buf title;

	buf_init(&title, LIMIT_URL_BYTES);
	parts_title(&title, i);
	put_text(b, "title", "text", buf_slice(&title));
	buf_clear(&title);
}

static void atom_begin(struct buf *b, const struct outlet *o)
{
	buf_puts(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		    "<feed xmlns=\"http://www.w3.org/2005/Atom\""
		    " xmlns:thr=\"http://purl.org/syndication/thread/1.0\""
		    " xmlns:media=\"http://search.yahoo.com/mrss/\""
		    " xmlns:georss=\"http://www.georss.org/georss\">\n<id>urn:uuid:");
	out_xml(b, o->uuid);
	buf_puts(b, "</id>\n");
	out_element(b, "title", o->title);
	out_element_instant(b, "updated", o->updated);
	put_link(b, "self", o->self_url, " type=\"application/atom+xml\"");
	put_link(b, "alternate", o->home_url, " type=\"text/html\"");
	put_link(b, "next", o->next_url, " type=\"application/atom+xml\"");
	buf_puts(b, "<generator>tributary</generator>\n");
}

static void atom_item(struct buf *b, const struct outlet *o, const struct stored_item *i, size_t n)
{
	const struct stored_source *s = parts_source(o, i->source);

	(void)n;
	buf_puts(b, "<entry");
	out_attr(b, "xml:lang", parts_language(i, s));
	buf_puts(b, ">\n");
	out_element(b, "id", i->atom_id);
	put_title(b, &i->item);
	out_element_instant(b, "updated", i->updated);
	out_element_instant(b, "published", i->published);
	put_authors(b, i, s);
	(void)put_persons(b, "contributor", &i->item.contributors);
	put_links(b, o, i);
	put_categories(b, &i->item.categories);
	out_element(b, "rights", i->item.rights);
	put_texts(b, &i->item);
	put_extensions(b, &i->item);
	if (s != NULL)
		put_source(b, s, i);
	buf_puts(b, "</entry>\n");
}

static void atom_end(struct buf *b, const struct outlet *o)
{
	(void)o;
	buf_puts(b, "</feed>\n");
}

const struct rendering render_atom = {
	"atom", "application/atom+xml; charset=utf-8", atom_begin, atom_item, atom_end};
