/* render_atom_links.c - where Atom's entries lead to */
#include "publish/render_atom_links.h"
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"

#include <inttypes.h>
#include <stdio.h>

void atom_link(struct buf *b, const char *rel, struct slice url, const char *rest)
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

void atom_link_sibling(struct buf *b, const char *rel, const struct sibling *s)
{
	if (!out_is_address(s->url))
		return;
	buf_printf(b, "<link rel=\"%s\"", rel);
	parts_attr_language(b, "hreflang", s->lang);
	out_attr(b, "title", s->title);
	(void)out_attr_url(b, "href", s->url);
	buf_puts(b, "/>\n");
}

/* An entry may have one alternate link a language (RFC 4287 section 4.1.2). */
static bool is_alternate(const struct stored_item *i, size_t n, struct slice lang)
{
	const struct sibling *s = &i->siblings[n];

	if (!s->across || !parts_is_language(s->lang) || slice_equal_fold(s->lang, lang))
		return false;
	for (size_t k = 0; k < n; k++)
		if (i->siblings[k].across && slice_equal_fold(i->siblings[k].lang, s->lang))
			return false;
	return true;
}

/*
 * The entry's own page first, for readers that take the first alternate link, and again with its
 * language behind the others, for those that take the last.
 */
static void put_alternates(
	struct buf *b, const struct stored_item *i, struct slice own, struct slice lang)
{
	bool others = false;

	atom_link(b, "alternate", own, "");
	for (size_t n = 0; n < i->n_siblings; n++) {
		if (!is_alternate(i, n, lang))
			continue;
		atom_link_sibling(b, "alternate", &i->siblings[n]);
		others = true;
	}
	if (!others)
		return;
	buf_puts(b, "<link rel=\"alternate\"");
	if (parts_is_language(lang))
		parts_attr_language(b, "hreflang", lang);
	else
		out_attr(b, "type", SLICE("text/html"));
	(void)out_attr_url(b, "href", own);
	buf_puts(b, "/>\n");
}

static void put_related(
	struct buf *b, const struct outlet *o, const struct stored_item *i, struct slice lang)
{
	struct buf url;

	for (size_t n = 0; n < i->n_siblings; n++)
		if (!is_alternate(i, n, lang))
			atom_link_sibling(b, "related", &i->siblings[n]);
	if (i->story.len == 0 || i->n_siblings == 0)
		return;
	buf_init(&url, LIMIT_URL_BYTES);
	buf_put_slice(&url, o->base_url);
	buf_puts(&url, "/story/");
	buf_put_slice(&url, i->story);
	atom_link(b, "related", buf_slice(&url), " type=\"text/html\" title=\"Story\"");
	buf_clear(&url);
}

static void put_replies(struct buf *b, const struct item *it)
{
	char count[64] = "";

	if (it->comments_count >= 0)
		(void)snprintf(
			count, sizeof count, " thr:count=\"%" PRId64 "\"", it->comments_count);
	atom_link(b, "replies", it->comments_url, count);
	atom_link(b, "replies", it->comments_feed_url, count);
}

void atom_links(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct item *it = &i->item;
	struct slice lang = parts_language(i, parts_source(o, i->source));
	struct buf own;

	buf_init(&own, LIMIT_URL_BYTES);
	parts_item_url(&own, o, i);
	put_alternates(b, i, out_is_address(it->url) ? it->url : buf_slice(&own), lang);
	if (i->revisions > 0)
		atom_link(b, "version-history", buf_slice(&own), " type=\"text/html\"");
	buf_clear(&own);
	put_enclosures(b, &it->attachments);
	atom_link(b, "related", it->external_url, "");
	put_kept_links(b, it);
	put_related(b, o, i, lang);
	put_sightings(b, o, i);
	put_replies(b, it);
}
