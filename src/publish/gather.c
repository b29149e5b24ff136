/* gather.c - batches by cursor, rendered as they come */
#include "publish/gather.h"
#include "base/limits.h"
#include "publish/parts.h"
#include "publish/view.h"

#define BATCH       ((size_t)32)
#define ENTRY_BYTES ((size_t)64 << 20) /* past any single entry, whose fields limits.h bounds */

void gathering_init(struct gathering *g)
{
	buf_init(&g->entries, LIMIT_DOCUMENT_BYTES + ENTRY_BYTES);
	g->most_bytes = LIMIT_DOCUMENT_BYTES;
	g->n = g->kept = 0;
	g->more = false;
	g->last = (struct place){0};
	g->updated = g->changed = g->oldest = INSTANT_NONE;
	g->serial = 0;
}

void gathering_clear(struct gathering *g)
{
	buf_clear(&g->entries);
}

static instant later(instant a, instant b)
{
	return a > b ? a : b;
}

static void put(struct gathering *g, const struct stored_item *i)
{
	g->last = (struct place){i->place, i->number};
	g->n++;
	if (!view_has_topic(g->topics, g->n_topics, i))
		return;
	g->updated = later(g->updated, i->updated);
	g->changed = later(g->changed, later(i->first_seen, i->updated));
	if (g->oldest == INSTANT_NONE || i->first_seen < g->oldest)
		g->oldest = i->first_seen;
	if (i->changed > g->serial)
		g->serial = i->changed;
	if (g->changed_after == 0 || i->changed > g->changed_after)
		g->put(g->data, i, g->kept++, &g->entries);
}

/* Does the page end before an item at this place?  `newest`: the place of its first. */
static bool ends_before(const struct gathering *g, bool window, instant newest, instant place)
{
	if (g->entries.len > g->most_bytes)
		return true;
	return window && g->n >= LIMIT_DEFAULT_ENTRIES && place < newest - LIMIT_DEFAULT_WINDOW_S;
}

int gather(
	struct store_reader *r, const struct item_query *q, struct gathering *g, struct error *err)
{
	const size_t wanted = q->limit > 0 ? q->limit : LIMIT_PAGE_ENTRIES;
	struct item_query batch = *q;
	struct item_page page;
	struct arena arena;
	instant newest = INSTANT_NONE;
	int done = 0;

	arena_init(&arena);
	g->more = true;
	while (g->more && g->n < wanted) {
		batch.limit = wanted - g->n < BATCH ? wanted - g->n : BATCH;
		batch.after = g->n > 0 ? &g->last : q->after;
		if ((done = store_read_items(r, &batch, &arena, &page, err)) < 0)
			break;
		if (g->n == 0 && page.n > 0)
			newest = page.items[0].place;
		for (size_t i = 0; i < page.n; i++) {
			if (g->n > 0 && ends_before(g, q->limit == 0, newest, page.items[i].place))
				goto end;
			put(g, &page.items[i]);
		}
		g->more = page.more && page.n > 0;
		arena_reset(&arena);
	}
end:
	arena_clear(&arena);
	return done;
}
