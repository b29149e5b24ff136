/* story_text.c - a lead and a list */
#include "publish/story_text.h"
#include "publish/out.h"

static void put_lead(struct buf *out, const struct item *i)
{
	struct slice html = i->content_html.len > 0 ? i->content_html : i->summary_html;
	struct slice text = i->content_text.len > 0 ? i->content_text : i->summary;

	if (html.len > 0) {
		buf_put_slice(out, html);
	} else if (text.len > 0) {
		buf_puts(out, "<p>");
		out_html(out, text);
		buf_puts(out, "</p>");
	}
}

static void put_sibling(struct buf *out, const struct sibling *s)
{
	bool linked = out_is_address(s->url);

	buf_puts(out, "<li>");
	if (linked) {
		buf_puts(out, "<a");
		(void)out_attr_url(out, "href", s->url);
		buf_puts(out, ">");
	}
	out_html(out, s->title.len > 0 ? s->title : s->url);
	buf_puts(out, linked ? "</a> (" : " (");
	out_html(out, s->source_name);
	buf_puts(out, ")</li>");
}

void story_text(struct buf *out, const struct stored_item *i)
{
	put_lead(out, &i->item);
	if (i->n_siblings == 0)
		return;
	buf_puts(out, "<ul>");
	for (size_t n = 0; n < i->n_siblings; n++)
		put_sibling(out, &i->siblings[n]);
	buf_puts(out, "</ul>");
}
