/* render_opml.c - OPML 2.0 (opml.org/spec2.opml) of what is followed */
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"

/* OPML's category: comma-separated, each led by a slash; a comma within a tag has no place. */
static void put_category(struct buf *b, const struct slice_list *tags)
{
	struct buf list;

	buf_init(&list, LIMIT_TITLE_BYTES);
	for (size_t i = 0; i < tags->n; i++) {
		if (slice_find_byte(tags->at[i], ',') < tags->at[i].len)
			continue;
		buf_puts(&list, list.len > 0 ? ",/" : "/");
		buf_put_slice(&list, tags->at[i]);
	}
	out_attr(b, "category", buf_slice(&list));
	buf_clear(&list);
}

static void put_outline(struct buf *b, const struct stored_source *s)
{
	struct slice title = parts_source_title(s);

	buf_puts(b, "<outline");
	out_attr(b, "text", title);
	out_attr(b, "title", title);
	out_attr(b, "type", s->is_page ? SLICE("link") : SLICE("rss"));
	(void)out_attr_url(b, s->is_page ? "url" : "xmlUrl", s->url);
	(void)out_attr_url(b, "htmlUrl", s->feed.home_page_url);
	out_attr(b, "description", s->feed.description);
	out_attr(b, "language", s->feed.language.len > 0 ? s->feed.language : s->lang);
	put_category(b, &s->tags);
	buf_puts(b, "/>\n");
}

void render_opml(struct buf *out, const struct outlet *o)
{
	buf_puts(out,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<opml version=\"2.0\">\n<head>\n");
	out_element(out, "title", o->title);
	buf_puts(out, "</head>\n<body>\n");
	for (size_t i = 0; i < o->n_sources; i++)
		if (o->sources[i].state != SOURCE_RETIRED)
			put_outline(out, &o->sources[i]);
	buf_puts(out, "</body>\n</opml>\n");
}
