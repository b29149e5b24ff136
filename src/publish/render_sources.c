/* render_sources.c - the page of all sources */
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/render.h"

void render_sources(struct buf *out, const struct outlet *o)
{
	page_begin(out, o, "", SLICE_NONE, SLICE_NONE);
	buf_puts(out, "<main>\n<h1>Sources</h1>\n<ul>\n");
	for (size_t i = 0; i < o->n_sources; i++) {
		const struct stored_source *s = &o->sources[i];

		buf_puts(out, "<li><a ");
		page_filter(out, "", "source", s->name);
		buf_puts(out, ">");
		out_html(out, parts_source_title(s));
		buf_printf(out, "</a> %s</li>\n", source_state_name(s->state));
	}
	buf_puts(out, "</ul>\n</main>\n");
	page_end(out);
}
