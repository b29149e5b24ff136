/* making_page.c - the pages for people */
#include "base/limits.h"
#include "publish/gather.h"
#include "publish/making_kinds.h"

#define RIVER_ENTRIES 60 /* on a page for people */

/* Copies what the river shows of an item; its text can be a megabyte. */
static void keep_entry(void *data, const struct stored_item *i, size_t n, struct buf *entries)
{
	struct river_keeping *k = data;

	(void)entries;
	river_keep(k, i, n);
}

unsigned make_page(struct making *m)
{
	struct river_keeping keeping = {.arena = m->arena, .most = RIVER_ENTRIES};
	struct gathering g = {.put = keep_entry, .data = &keeping};
	struct item_page page = {0};
	const struct item_query *q = &m->route->query;
	struct river river = {.page = &page, .query = m->route->filter};
	struct item_query query;
	bool empty = false;
	unsigned status = making_sources(m, true);

	if (status == 0)
		status = making_ask(m, &query, &g, &empty);
	if (status != 0)
		return status;
	if (query.limit == 0)
		query.limit = RIVER_ENTRIES;
	keeping.most = query.limit;
	gathering_init(&g);
	if (!empty && gather(m->reader, &query, &g, &m->err) < 0) {
		gathering_clear(&g);
		return 503;
	}
	making_ends(m, &g, q->limit);
	page = (struct item_page){
		.items = keeping.items, .n = g.kept, .more = g.more, .last = g.last};
	river.source = q->n_sources > 0 ? q->sources[0] : SLICE_NONE;
	river.tag = q->n_tags > 0 ? q->tags[0] : SLICE_NONE;
	river.lang = q->n_langs > 0 ? q->langs[0] : SLICE_NONE;
	gathering_clear(&g);
	buf_init(&m->body, MAKING_BYTES);
	render_page(&m->body, &m->outlet, &river);
	m->media_type = "text/html; charset=utf-8";
	m->kind = DOCUMENT_PAGE;
	m->until = m->now + LIMIT_FRESH_S; /* the sources' state moves without the store's serial */
	return 0;
}

/* The state of the sources moves without the store's serial. */
unsigned make_sources(struct making *m)
{
	unsigned status = making_sources(m, true);

	if (status != 0)
		return status;
	buf_init(&m->body, MAKING_BYTES);
	render_sources(&m->body, &m->outlet);
	m->media_type = "text/html; charset=utf-8";
	m->kind = DOCUMENT_PAGE;
	m->until = m->now + LIMIT_FRESH_S;
	return 0;
}

unsigned make_opml(struct making *m)
{
	unsigned status = making_sources(m, true);

	if (status != 0)
		return status;
	buf_init(&m->body, MAKING_BYTES);
	render_opml(&m->body, &m->outlet);
	m->media_type = "text/x-opml; charset=utf-8";
	m->until = m->now + LIMIT_FRESH_S;
	return 0;
}

unsigned make_style(struct making *m)
{
	struct slice style = render_style();

	buf_init(&m->body, style.len);
	buf_put_slice(&m->body, style);
	m->media_type = "text/css; charset=utf-8";
	return 0;
}
