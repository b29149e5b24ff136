/* render_story.c - the page of one story */
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/render.h"

static void put_item(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct stored_source *s = parts_source(o, i->source);

	buf_puts(b, "<li");
	page_direction(b, parts_language(i, s));
	buf_printf(b, "><a href=\"../item/%.*s\">", SLICE_ARG(i->public_id));
	out_html(b, i->item.title.len > 0 ? i->item.title : i->public_id);
	buf_puts(b, "</a> ");
	page_day_and_time(b, i->place);
	buf_puts(b, "</li>\n");
}

void render_story(struct buf *out, const struct outlet *o, const struct stored_story *s)
{
	page_begin(out, o, "../", SLICE_NONE, s->lang);
	buf_puts(out, "<main>\n<h1>");
	out_html(out, o->title);
	buf_puts(out, "</h1>\n<ul>\n");
	for (size_t i = 0; i < s->n; i++)
		put_item(out, o, &s->items[i]);
	buf_puts(out, "</ul>\n</main>\n");
	page_end(out);
}
