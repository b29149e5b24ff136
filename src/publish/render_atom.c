/*
 * render_atom.c - Atom 1.0 (RFC 4287), with threads (RFC 4685), tombstones (RFC 6721), archives
 * (RFC 5005), version history (RFC 5829), Media RSS and GeoRSS
 *
 * Valid whatever came in: each entry has an id, a title, dates, an author, and a content or an
 * alternate link; what is no address, media type or mailbox is left out.
 */
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"
#include "publish/render_atom_links.h"
#include "publish/story_text.h"

#include <inttypes.h>

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

static void put_category(struct buf *b, struct slice term, struct slice scheme, struct slice label)
{
	buf_puts(b, "<category");
	out_attr(b, "term", term);
	if (out_is_address(scheme))
		out_attr(b, "scheme", scheme);
	out_attr(b, "label", label);
	buf_puts(b, "/>\n");
}

static void put_categories(struct buf *b, const struct category_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct category *c = &list->at[i];
		struct slice term = c->term.len > 0 ? c->term : c->label;

		if (term.len == 0)
			continue;
		put_category(b, term, c->scheme, c->label);
	}
}

/* Ours: scheme and term together are the address of what else has the topic, or is of the story. */
static void put_own_categories(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	struct buf scheme;

	buf_init(&scheme, LIMIT_URL_BYTES);
	buf_put_slice(&scheme, o->base_url);
	buf_puts(&scheme, "/?topic=");
	for (size_t n = 0; n < i->topics.n; n++)
		put_category(b, i->topics.at[n], buf_slice(&scheme),
			parts_topic_title(o, i->topics.at[n]));
	buf_reset(&scheme);
	buf_put_slice(&scheme, o->base_url);
	buf_puts(&scheme, "/story/");
	if (i->story.len > 0)
		put_category(b, i->story, buf_slice(&scheme), SLICE("Story"));
	buf_clear(&scheme);
}

/*
 * When the source brought something new; a feed's own `updated` moves with its clock, and with
 * it the bytes that we serve.  An archive was closed with the head that it has.
 */
static instant source_updated(
	const struct outlet *o, const struct stored_source *s, const struct stored_item *i)
{
	if (s->last_new != INSTANT_NONE && o->current_url.len == 0)
		return s->last_new;
	return s->feed.updated != INSTANT_NONE ? s->feed.updated : i->updated;
}

/* RFC 4287 section 4.2.11: the whole head of the feed that it came from. */
static void put_source(struct buf *b, const struct outlet *o, const struct stored_source *s,
	const struct stored_item *i)
{
	const struct feed *f = &s->feed;

	buf_puts(b, "<source");
	parts_attr_language(b, "xml:lang", f->language.len > 0 ? f->language : s->lang);
	buf_puts(b, ">\n");
	if (!out_element_url(b, "id", f->id))
		(void)out_element_url(b, "id", s->url);
	out_element(b, "title", parts_source_title(s));
	out_element(b, "subtitle", f->description);
	out_element_instant(b, "updated", source_updated(o, s, i));
	atom_link(b, "self", f->feed_url.len > 0 ? f->feed_url : s->url, "");
	atom_link(b, "alternate", f->home_page_url, "");
	(void)put_persons(b, "author", &f->authors);
	(void)put_persons(b, "contributor", &f->contributors);
	put_categories(b, &f->categories);
	out_element(b, "rights", f->rights);
	(void)out_element_url(b, "icon", f->favicon);
	(void)out_element_url(b, "logo", f->icon.len > 0 ? f->icon : f->image.url);
	out_element(b, "generator", f->generator);
	buf_puts(b, "</source>\n");
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
		if (slice_starts_fold(i->in_reply_to.at[n], "http"))
			(void)out_attr_url(b, "href", i->in_reply_to.at[n]);
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

static void put_archive_links(struct buf *b, const struct outlet *o)
{
	if (o->current_url.len > 0)
		buf_puts(b, "<fh:archive/>\n");
	atom_link(b, "current", o->current_url, " type=\"application/atom+xml\"");
	atom_link(b, "prev-archive", o->prev_archive_url, " type=\"application/atom+xml\"");
	atom_link(b, "next-archive", o->next_archive_url, " type=\"application/atom+xml\"");
}

static void atom_begin(struct buf *b, const struct outlet *o)
{
	buf_puts(b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
		    "<feed xmlns=\"http://www.w3.org/2005/Atom\""
		    " xmlns:thr=\"http://purl.org/syndication/thread/1.0\""
		    " xmlns:at=\"http://purl.org/atompub/tombstones/1.0\""
		    " xmlns:fh=\"http://purl.org/syndication/history/1.0\""
		    " xmlns:media=\"http://search.yahoo.com/mrss/\""
		    " xmlns:georss=\"http://www.georss.org/georss\">\n<id>");
	if (o->id.len == 0)
		buf_puts(b, "urn:uuid:");
	out_xml(b, o->id.len > 0 ? o->id : o->uuid);
	buf_puts(b, "</id>\n");
	out_element(b, "title", o->title);
	out_element_instant(b, "updated", o->updated);
	atom_link(b, "self", o->self_url, " type=\"application/atom+xml\"");
	atom_link(b, "alternate", o->page_url.len > 0 ? o->page_url : o->home_url,
		" type=\"text/html\"");
	atom_link(b, "next", o->next_url, " type=\"application/atom+xml\"");
	put_archive_links(b, o);
	for (size_t i = 0; i < o->n_also; i++)
		atom_link_sibling(b, "related", &o->also[i]);
	buf_puts(b, "<generator>tributary</generator>\n");
}

/* What a complete feed dropped (RFC 6721). */
static void put_tombstone(struct buf *b, const struct stored_item *i)
{
	buf_puts(b, "<at:deleted-entry");
	out_attr(b, "ref", i->atom_id);
	buf_puts(b, " when=\"");
	out_instant(b, i->withdrawn);
	buf_puts(b, "\"/>\n");
}

/* An entry that stands for a story is as new as what came to it last. */
static void put_identity(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	bool story = parts_is_story(o, i);

	out_element(b, "id", story ? i->story_atom_id : i->atom_id);
	put_title(b, &i->item);
	out_element_instant(b, "updated", story && i->place > i->updated ? i->place : i->updated);
	out_element_instant(b, "published", i->published);
}

static void put_story_text(struct buf *b, const struct stored_item *i)
{
	struct buf text;

	buf_init(&text, STORY_TEXT_BYTES);
	story_text(&text, i);
	put_text(b, "content", "html", buf_slice(&text));
	buf_clear(&text);
}

static void atom_item(struct buf *b, const struct outlet *o, const struct stored_item *i, size_t n)
{
	const struct stored_source *s = parts_source(o, i->source);

	(void)n;
	if (parts_is_gone(o, i)) {
		put_tombstone(b, i);
		return;
	}
	buf_puts(b, "<entry");
	parts_attr_language(b, "xml:lang", parts_language(i, s));
	buf_puts(b, ">\n");
	put_identity(b, o, i);
	put_authors(b, i, s);
	(void)put_persons(b, "contributor", &i->item.contributors);
	atom_links(b, o, i);
	put_categories(b, &i->item.categories);
	put_own_categories(b, o, i);
	out_element(b, "rights", i->item.rights);
	if (parts_is_story(o, i))
		put_story_text(b, i);
	else
		put_texts(b, &i->item);
	put_extensions(b, &i->item);
	if (s != NULL)
		put_source(b, o, s, i);
	buf_puts(b, "</entry>\n");
}

static void atom_end(struct buf *b, const struct outlet *o)
{
	(void)o;
	buf_puts(b, "</feed>\n");
}

const struct rendering render_atom = {
	"atom", "application/atom+xml; charset=utf-8", atom_begin, atom_item, atom_end};
