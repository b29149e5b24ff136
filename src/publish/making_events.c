/* making_events.c - items in the order of arrival, one at a time */
#include "publish/making_kinds.h"

#include <inttypes.h>

#define EVENT_BYTES ((size_t)8 << 20) /* past any item, whose fields limits.h bounds */

/* The first item behind `after` that still stands; 1, 0, -1. */
static int find(struct making *m, int64_t after, struct stored_item *item_out)
{
	struct item_page page;

	do {
		if (store_read_arrivals(m->reader, after, 1, m->arena, &page, &m->err) < 0)
			return -1;
		if (page.n == 0)
			return 0;
		*item_out = page.items[0];
		after = item_out->arrival;
	} while (item_out->withdrawn != INSTANT_NONE);
	return 1;
}

int making_event(struct making *m, int64_t after, struct buf *out, int64_t *number_out)
{
	struct stored_item item;
	struct buf entry;
	int found;

	making_outlet(m);
	if (making_sources(m, false) != 0)
		return -1;
	found = find(m, after, &item);
	if (found != 1)
		return found;
	*number_out = item.arrival;
	buf_init(&entry, EVENT_BYTES);
	render_json.item(&entry, &m->outlet, &item, 0);
	buf_printf(out, "id: %" PRId64 "\ndata: ", item.arrival);
	buf_put_slice(out, slice_trim(buf_slice(&entry)));
	buf_puts(out, "\n\n");
	buf_clear(&entry);
	return 1;
}

/* Is there an item behind `after`?  *number_out: its number. */
static int is_behind(struct making *m, int64_t after, int64_t *number_out)
{
	struct item_page page;
	int done = store_read_arrivals(m->reader, after, 1, m->arena, &page, &m->err);

	if (done == 0 && page.n > 0)
		*number_out = page.items[0].arrival;
	arena_reset(m->arena);
	return done < 0 ? -1 : page.n > 0;
}

/* Strides that double while there is something behind them, and halve when there is not. */
int64_t making_newest_event(struct making *m)
{
	int64_t newest = 0, stride = 1;
	bool grows = true;

	while (stride > 0) {
		int64_t next = newest;
		int found = is_behind(m, grows ? newest + stride - 1 : newest + stride, &next);

		if (found < 0)
			return -1;
		if (found > 0)
			newest = next;
		grows = grows && found > 0;
		stride = grows ? stride * 2 : stride / 2;
	}
	return is_behind(m, newest, &newest) < 0 ? -1 : newest;
}
