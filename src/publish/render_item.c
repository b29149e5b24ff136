/* render_item.c - the page of one item: its text, who carried it, what it was before */
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/quiet.h"
#include "publish/render.h"

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
	buf_puts(b, "<p class=\"meta\" dir=\"ltr\" lang=\"en\">");
	page_day_and_time(b, i->published);
	if (i->updated > i->published) {
		buf_puts(b, ", updated ");
		page_day_and_time(b, i->updated);
	}
	if (s != NULL) {
		buf_puts(b, " \xC2\xB7 <a ");
		page_filter(b, "../", "source", s->name);
		buf_puts(b, "><bdi>");
		out_html(b, parts_source_title(s));
		buf_puts(b, "</bdi></a>");
	}
	put_authors(b, parts_authors(i, s));
	if (i->withdrawn != INSTANT_NONE) {
		buf_puts(b, " \xC2\xB7 withdrawn ");
		page_day_and_time(b, i->withdrawn);
	}
	buf_puts(b, "</p>\n");
}

static void put_text(struct buf *b, const struct item *i)
{
	struct slice html = i->content_html.len > 0 ? i->content_html : i->summary_html;
	struct slice text = i->content_text.len > 0 ? i->content_text : i->summary;

	buf_puts(b, "<div class=\"text\">\n");
	if (html.len > 0) {
		quiet_put(b, html);
	} else if (text.len > 0) {
		buf_puts(b, "<p>");
		out_html(b, text);
		buf_puts(b, "</p>");
	}
	buf_puts(b, "\n</div>\n");
}

static void put_line(struct buf *b, const char *what, struct slice url, struct slice text)
{
	if (!out_is_address(url))
		return;
	buf_printf(b, "<li>%s", what);
	page_link(b, url, text.len > 0 ? text : url);
	buf_puts(b, "</li>\n");
}

static void put_links(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct item *it = &i->item;

	buf_puts(b, "<ul dir=\"ltr\" lang=\"en\">\n");
	put_line(b, "Page: ", it->url, SLICE_NONE);
	put_line(b, "About: ", it->external_url, SLICE_NONE);
	put_line(b, "Picture: ", it->image, SLICE_NONE);
	for (size_t n = 0; n < it->attachments.n; n++)
		put_line(b, "Attached: ", it->attachments.at[n].url, it->attachments.at[n].title);
	put_line(b, "Comments: ", it->comments_url, SLICE_NONE);
	for (size_t n = 0; n < i->n_sightings; n++) {
		const struct stored_source *s = parts_source(o, i->sightings[n].source);

		if (s != NULL && s->number != i->source)
			put_line(b, "Also in: ",
				out_is_address(i->sightings[n].url) ? i->sightings[n].url : s->url,
				parts_source_title(s));
	}
	buf_printf(b, "<li>This item as <a href=\"%.*s.atom\">Atom</a>, ", SLICE_ARG(i->public_id));
	buf_printf(b, "<a href=\"%.*s.json\">JSON Feed</a></li>\n</ul>\n", SLICE_ARG(i->public_id));
}

static void put_revisions(struct buf *b, const struct stored_revision *revisions, size_t n)
{
	if (n == 0)
		return;
	buf_puts(b, "<section>\n<h2 class=\"part\" dir=\"ltr\" lang=\"en\">Earlier texts</h2>\n");
	for (size_t i = 0; i < n; i++) {
		buf_puts(b, "<details><summary dir=\"ltr\" lang=\"en\">until ");
		page_day_and_time(b, revisions[i].at);
		buf_puts(b, "</summary>\n<h3>");
		out_html(b, revisions[i].item.title);
		buf_puts(b, "</h3>\n");
		put_text(b, &revisions[i].item);
		buf_puts(b, "</details>\n");
	}
	buf_puts(b, "</section>\n");
}

void render_item(struct buf *out, const struct outlet *o, const struct stored_item *i,
	const struct stored_revision *revisions, size_t n)
{
	const struct stored_source *s = parts_source(o, i->source);

	page_begin(out, o, "../", SLICE_NONE, parts_language(i, s));
	buf_puts(out, "<p class=\"meta\" lang=\"en\"><a href=\"../\">All items</a></p>\n<main");
	page_direction(out, parts_language(i, s));
	buf_puts(out, ">\n<h1>");
	out_html(out, o->title);
	buf_puts(out, "</h1>\n");
	put_meta(out, i, s);
	put_text(out, &i->item);
	put_links(out, o, i);
	put_revisions(out, revisions, n);
	buf_puts(out, "</main>\n");
	page_end(out);
}
