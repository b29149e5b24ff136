/*
 * normalise.c - a feed and its items as the normalised document
 */
#include "tributary/normalise.h"

#include "feed/feed.h"
#include "publish/out.h"

#define VERSION "https://jsonfeed.org/version/1.1"

/* --- members; nothing is written for what is not given */

static void put_number(struct buf *out, const char *name, int64_t number)
{
	if (number != NUMBER_NONE)
		out_json_number(out, name, number);
}

static void put_tristate(struct buf *out, const char *name, enum tristate value)
{
	if (value != TRI_UNKNOWN)
		out_json_bool(out, name, value == TRI_TRUE);
}

static void begin_object(struct buf *out, const char *name)
{
	if (name != NULL)
		out_json_name(out, name);
	else
		out_json_next(out);
	buf_putc(out, '{');
}

static void begin_list(struct buf *out, const char *name)
{
	out_json_name(out, name);
	buf_putc(out, '[');
}

/* --- what feeds and items have in common */

static void put_person(struct buf *out, const char *name, const struct person *p)
{
	begin_object(out, name);
	out_json_text(out, "name", p->name);
	out_json_text(out, "url", p->url);
	out_json_text(out, "avatar", p->avatar);
	if (p->email.len > 0) {
		begin_object(out, "_tributary");
		out_json_text(out, "email", p->email);
		buf_putc(out, '}');
	}
	buf_putc(out, '}');
}

static bool is_given(const struct person *p)
{
	return p->name.len > 0 || p->url.len > 0 || p->avatar.len > 0 || p->email.len > 0;
}

static void put_persons(struct buf *out, const char *name, const struct person_list *list)
{
	if (list->n == 0)
		return;
	begin_list(out, name);
	for (size_t i = 0; i < list->n; i++)
		put_person(out, NULL, &list->at[i]);
	buf_putc(out, ']');
}

static void put_categories(struct buf *out, const struct category_list *list)
{
	if (list->n == 0)
		return;
	begin_list(out, "categories");
	for (size_t i = 0; i < list->n; i++) {
		begin_object(out, NULL);
		out_json_text(out, "term", list->at[i].term);
		out_json_text(out, "scheme", list->at[i].scheme);
		out_json_text(out, "label", list->at[i].label);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_links(struct buf *out, const struct link_list *list)
{
	if (list->n == 0)
		return;
	begin_list(out, "links");
	for (size_t i = 0; i < list->n; i++) {
		const struct link *l = &list->at[i];

		begin_object(out, NULL);
		out_json_text(out, "rel", l->rel);
		out_json_text(out, "href", l->href);
		out_json_text(out, "type", l->type);
		out_json_text(out, "title", l->title);
		out_json_text(out, "hreflang", l->hreflang);
		put_number(out, "length", l->length);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_texts(struct buf *out, const char *name, const struct slice_list *list)
{
	if (list->n == 0)
		return;
	begin_list(out, name);
	for (size_t i = 0; i < list->n; i++) {
		out_json_next(out);
		out_json_string(out, list->at[i]);
	}
	buf_putc(out, ']');
}

/* --- items */

static void put_tags(struct buf *out, const struct category_list *list)
{
	if (list->n == 0)
		return;
	begin_list(out, "tags");
	for (size_t i = 0; i < list->n; i++) {
		const struct category *c = &list->at[i];

		out_json_next(out);
		out_json_string(out, c->label.len > 0 ? c->label : c->term);
	}
	buf_putc(out, ']');
}

static void put_attachments(struct buf *out, const struct attachment_list *list)
{
	if (list->n == 0)
		return;
	begin_list(out, "attachments");
	for (size_t i = 0; i < list->n; i++) {
		const struct attachment *a = &list->at[i];

		begin_object(out, NULL);
		out_json_text(out, "url", a->url);
		out_json_text(out, "mime_type", a->mime_type);
		out_json_text(out, "title", a->title);
		put_number(out, "size_in_bytes", a->size_in_bytes);
		put_number(out, "duration_in_seconds", a->duration_in_seconds);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_source(struct buf *out, const struct origin *o)
{
	if (o->id.len == 0 && o->title.len == 0 && o->url.len == 0 && o->feed_url.len == 0)
		return;
	begin_object(out, "source");
	out_json_text(out, "id", o->id);
	out_json_text(out, "title", o->title);
	out_json_text(out, "url", o->url);
	out_json_text(out, "feed_url", o->feed_url);
	buf_putc(out, '}');
}

static void put_geo(struct buf *out, const struct item *i)
{
	if (!i->has_geo)
		return;
	begin_object(out, "geo");
	out_json_name(out, "latitude");
	buf_printf(out, "%.10g", i->latitude);
	out_json_name(out, "longitude");
	buf_printf(out, "%.10g", i->longitude);
	buf_putc(out, '}');
}

static void put_own_of_item(struct buf *out, const struct item *i)
{
	out_json_text(out, "summary_html", i->summary_html);
	put_categories(out, &i->categories);
	put_links(out, &i->links);
	put_persons(out, "contributors", &i->contributors);
	out_json_text(out, "rights", i->rights);
	out_json_text(out, "comments_url", i->comments_url);
	out_json_text(out, "comments_feed_url", i->comments_feed_url);
	put_number(out, "comments_count", i->comments_count);
	put_source(out, &i->source);
	put_geo(out, i);
	put_texts(out, "in_reply_to", &i->in_reply_to);
	put_tristate(out, "guid_is_permalink", i->guid_is_permalink);
	put_tristate(out, "explicit", i->is_explicit);
	put_number(out, "duration_in_seconds", i->duration_in_seconds);
}

/* Puts `_tributary` unless it would be empty: then what was put is taken back. */
static void end_own(struct buf *out, size_t before, size_t begun)
{
	if (out->len == begun && !out->full)
		out->len = before;
	else
		buf_putc(out, '}');
}

void normalise_item(struct buf *out, const struct item *i)
{
	begin_object(out, NULL);
	out_json_text(out, "id", i->id);
	out_json_text(out, "url", i->url);
	out_json_text(out, "external_url", i->external_url);
	out_json_text(out, "title", i->title);
	out_json_text(out, "content_html", i->content_html);
	out_json_text(out, "content_text", i->content_text);
	out_json_text(out, "summary", i->summary);
	out_json_text(out, "image", i->image);
	out_json_text(out, "banner_image", i->banner_image);
	out_json_instant(out, "date_published", i->published);
	out_json_instant(out, "date_modified", i->modified);
	put_persons(out, "authors", &i->authors);
	put_tags(out, &i->categories);
	out_json_text(out, "language", i->language);
	put_attachments(out, &i->attachments);

	size_t before = out->len;

	begin_object(out, "_tributary");

	size_t begun = out->len;

	put_own_of_item(out, i);
	end_own(out, before, begun);
	buf_putc(out, '}');
}

/* --- the feed */

static void put_hubs(struct buf *out, const struct hub_list *list)
{
	if (list->n == 0)
		return;
	begin_list(out, "hubs");
	for (size_t i = 0; i < list->n; i++) {
		begin_object(out, NULL);
		out_json_text(out, "type", list->at[i].type);
		out_json_text(out, "url", list->at[i].url);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_image(struct buf *out, const struct image *i)
{
	if (i->url.len == 0 && i->title.len == 0 && i->link.len == 0 && i->width == NUMBER_NONE &&
		i->height == NUMBER_NONE)
		return;
	begin_object(out, "image");
	out_json_text(out, "url", i->url);
	out_json_text(out, "title", i->title);
	out_json_text(out, "link", i->link);
	put_number(out, "width", i->width);
	put_number(out, "height", i->height);
	buf_putc(out, '}');
}

static void put_skips(struct buf *out, const struct feed *f)
{
	if (f->skip_hours != 0) {
		begin_list(out, "skip_hours");
		for (unsigned hour = 0; hour < 24; hour++)
			if ((f->skip_hours >> hour & 1U) != 0) {
				out_json_next(out);
				buf_printf(out, "%u", hour);
			}
		buf_putc(out, ']');
	}
	if (f->skip_days != 0) {
		begin_list(out, "skip_days");
		for (unsigned day = 0; day < 7; day++)
			if ((f->skip_days >> day & 1U) != 0) {
				out_json_next(out);
				out_json_string(out, slice_of(feed_day_name(day)));
			}
		buf_putc(out, ']');
	}
}

static void put_own_of_feed(struct buf *out, const struct feed *f)
{
	begin_object(out, "_tributary");
	out_json_text(out, "format", slice_of(feed_format_name(f->format)));
	out_json_text(out, "encoding", f->encoding);
	out_json_bool(out, "well_formed", f->well_formed);
	put_texts(out, "problems", &f->problems);
	out_json_text(out, "id", f->id);
	out_json_instant(out, "updated", f->updated);
	out_json_text(out, "rights", f->rights);
	out_json_text(out, "generator", f->generator);
	put_categories(out, &f->categories);
	put_links(out, &f->links);
	put_persons(out, "contributors", &f->contributors);
	put_image(out, &f->image);
	put_number(out, "update_interval", f->update_interval_s);
	put_skips(out, f);
	if (is_given(&f->webmaster))
		put_person(out, "webmaster", &f->webmaster);
	if (is_given(&f->editor))
		put_person(out, "editor", &f->editor);
	put_tristate(out, "explicit", f->is_explicit);
	buf_putc(out, '}');
}

void normalise_begin(struct buf *out)
{
	buf_putc(out, '{');
	out_json_text(out, "version", SLICE(VERSION));
	begin_list(out, "items");
}

void normalise_end(struct buf *out, const struct feed *f)
{
	buf_putc(out, ']');
	out_json_text(out, "title", f->title);
	out_json_text(out, "home_page_url", f->home_page_url);
	out_json_text(out, "feed_url", f->feed_url);
	out_json_text(out, "description", f->description);
	out_json_text(out, "icon", f->icon);
	out_json_text(out, "favicon", f->favicon);
	out_json_text(out, "language", f->language);
	put_persons(out, "authors", &f->authors);
	put_hubs(out, &f->hubs);
	out_json_text(out, "next_url", f->next_url);
	put_tristate(out, "expired", f->expired);
	put_own_of_feed(out, f);
	buf_puts(out, "}\n");
}
