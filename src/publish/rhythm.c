/* rhythm.c - one path of bars */
#include "publish/rhythm.h"
#include "publish/zone.h"

#include <inttypes.h>

#define DAY_S  86400
#define STEP   3  /* from day to day */
#define HEIGHT 24 /* of the highest bar */
#define WEEK   7

struct sum {
	int64_t total, most;
	size_t busiest;
};

static struct sum add_up(const struct rhythm *r)
{
	struct sum s = {0};

	for (size_t i = 0; i < RHYTHM_DAYS; i++) {
		s.total += r->items[i];
		if (r->items[i] > s.most) {
			s.most = r->items[i];
			s.busiest = i;
		}
	}
	return s;
}

static void put_date(struct buf *b, instant at)
{
	struct zone_time t = zone_time(at);

	buf_printf(b, "%04d-%02d-%02d", t.year, t.month, t.day);
}

static void put_words(struct buf *b, const struct rhythm *r, const struct sum *s)
{
	if (s->total == 0) {
		buf_puts(b, "No item in 8 weeks");
		return;
	}
	buf_printf(b, "%" PRId64 " %s in 8 weeks", s->total, s->total == 1 ? "item" : "items");
	buf_printf(b, ", at most %" PRId64 " a day, on ", s->most);
	put_date(b, r->from + (instant)s->busiest * DAY_S + DAY_S / 2);
}

void rhythm_put(struct buf *b, const struct rhythm *r)
{
	struct sum s = add_up(r);
	bool any = false;

	buf_printf(b, "<svg class=\"rhythm\" role=\"img\" viewBox=\"0 0 %d %d\" aria-label=\"",
		STEP * RHYTHM_DAYS, HEIGHT + 2);
	put_words(b, r, &s);
	buf_printf(b, "\"><path class=\"base\" d=\"M0 %dh%d", HEIGHT + 1, STEP * RHYTHM_DAYS);
	for (size_t i = 0; i <= RHYTHM_DAYS; i += WEEK)
		buf_printf(b, "M%zu %dv2", i * STEP, HEIGHT);
	buf_puts(b, "\"/>");
	for (size_t i = 0; i < RHYTHM_DAYS; i++) {
		int64_t height = r->items[i] > 0 ? (r->items[i] * HEIGHT + s.most - 1) / s.most : 0;

		if (height == 0)
			continue;
		buf_printf(b, "%sM%zu.5 %dv-%" PRId64, any ? "" : "<path d=\"", i * STEP + 1,
			HEIGHT, height);
		any = true;
	}
	buf_puts(b, any ? "\"/></svg>\n" : "</svg>\n");
}
