/*
 * schedule_explain.c - the schedule's decision in words
 */
#include "poll/schedule.h"

#include "base/buf.h"

#include <inttypes.h>

static void put_span(struct buf *out, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	int put = 0;

	for (size_t i = 0; i < COUNT(units) && put < 2; i++) {
		int64_t n = seconds / units[i].seconds;

		seconds %= units[i].seconds;
		if (n == 0 && (put > 0 || i + 1 < COUNT(units)))
			continue;
		if (n == 0 && put > 0)
			break;
		buf_printf(out, "%s%" PRId64 " %s", put > 0 ? " " : "", n, units[i].unit);
		put++;
	}
}

static void put_line(struct buf *out, const char *before, int64_t seconds, const char *after)
{
	buf_puts(out, before);
	put_span(out, seconds);
	buf_puts(out, after);
	buf_puts(out, "\n");
}

static void put_instant(struct buf *out, const char *before, instant at)
{
	char text[INSTANT_TEXT_BYTES];

	buf_printf(out, "%s%s\n", before, instant_put_rfc3339(text, at));
}

static void put_rhythm(const struct schedule *s, const struct schedule_answer *a, struct buf *out)
{
	if (a->rhythm_s < 0)
		return;
	if (a->usual_s <= 0.)
		put_line(out, "Its rhythm is not known yet: ", a->rhythm_s, ".");
	else
		put_line(out, "Of late an item came each ", (int64_t)a->usual_s,
			" on the whole (UTC weekdays and hours are weighed).");
	if (a->usual_s > 0.)
		put_line(out, "Half an item is to be expected after ", a->rhythm_s, ".");
	if (a->overlap_s < 0)
		return;
	buf_printf(out, "More than half of its document was new (%zu of %zu): shortened to ",
		s->n_fresh, s->n_items);
	put_span(out, a->overlap_s);
	buf_puts(out, ".\n");
}

static void put_interval(const struct schedule *s, const struct schedule_answer *a, struct buf *out)
{
	if (s->failures > 0) {
		buf_printf(out, "It failed %" PRId64 " time%s in a row%s: the gap has grown to ",
			s->failures, s->failures == 1 ? "" : "s",
			s->slow_down ? ", and it says that it is asked too often" : "");
		put_span(out, a->grown_s);
		buf_puts(out, ".\n");
		return;
	}
	put_rhythm(s, a, out);
	if (a->rhythm_s < 0)
		put_line(out, "The configuration says every ", s->every_s, ".");
	if (a->wish_s >= 0) {
		buf_printf(out, "Longer, by %s: ",
			a->wish_s == s->fresh_s ? "max-age or Expires of its answer"
						: "ttl or sy:updatePeriod of the feed");
		put_span(out, a->wish_s);
		buf_puts(out, ".\n");
	}
	if (a->bound_s >= 0)
		put_line(out,
			a->bound_s == s->at_least_s ? "Not below at_least: "
						    : "Not above at_most: ",
			a->bound_s, ".");
}

void schedule_explain(const struct schedule *s, instant now, struct buf *out)
{
	struct schedule first = *s;
	struct schedule_answer a;

	first.chance = 0;
	a = schedule_next(&first, now);
	put_instant(out, "It was asked at ", s->last_poll);
	put_interval(s, &a, out);
	if (a.waits != INSTANT_NONE)
		put_instant(out, "Retry-After forbids it until ", a.waits);
	if (a.skips != INSTANT_NONE)
		put_instant(out, "skipHours and skipDays of the feed leave ", a.skips);
	put_instant(out, "So it is asked not before ", a.next);
	if (a.jitter_s > 0)
		put_line(out, "Chance adds up to ", a.jitter_s, ", so that not all ask at once.");
	buf_printf(out, "What decided: %s.\n", a.reason);
}
