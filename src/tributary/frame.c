/* frame.c - what stands around items that a command writes as JSON Feed or OPML */
#include "tributary/frame.h"

#include "base/buf.h"
#include "conf/conf.h"
#include "publish/render.h"

#include <stdio.h>

#define DEFAULT_BASE "http://localhost"

static struct slice self_url(struct arena *a, struct slice base)
{
	struct slice url;
	struct buf out;

	buf_init(&out, base.len + sizeof "/feed.json");
	buf_put_slice(&out, base);
	buf_puts(&out, "/feed.json");
	url = slice_copy(a, buf_slice(&out));
	buf_clear(&out);
	return url;
}

int frame_make(struct reading *r, struct store_identity *identity, struct outlet *o)
{
	struct stored_source *sources;

	if (store_read_identity(r->reader, identity, &r->err) < 0 ||
		store_read_sources(r->reader, false, &r->arena, &sources, &o->n_sources, &r->err) <
			0)
		return reading_failed(r);
	o->sources = sources;
	o->uuid = slice_of(identity->merged_uuid);
	o->title = r->conf->title;
	o->base_url = r->conf->base_url.len > 0 ? r->conf->base_url : SLICE(DEFAULT_BASE);
	o->self_url = self_url(&r->arena, o->base_url);
	return COMMAND_WELL;
}

void frame_flush(struct buf *out)
{
	fwrite(out->at, 1, out->len, stdout);
	if (out->len > 0 && out->at[out->len - 1] != '\n')
		putchar('\n');
}
