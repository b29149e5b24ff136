/* explain_source.c - why a source is asked when it is asked: out of the store, daemon or not */
#include "tributary/reading.h"

#include "base/buf.h"
#include "base/url.h"
#include "conf/conf.h"
#include "poll/schedule.h"
#include "publish/out.h"

#include <inttypes.h>
#include <stdio.h>

#define EXPLAIN_BYTES (64U << 10)

static const struct conf_source *configured(const struct conf *c, struct slice name)
{
	for (size_t i = 0; i < c->n_sources; i++)
		if (slice_equal(c->sources[i].name, name))
			return &c->sources[i];
	return NULL;
}

/* What the poller decided by, as far as it is kept. */
static struct schedule schedule_of(const struct conf_source *c, const struct source_known *k)
{
	const struct source_history *h = &k->history;

	return (struct schedule){
		.every_s = c->every_s,
		.at_least_s = c->at_least_s,
		.at_most_s = c->at_most_s,
		.update_interval_s = k->update_interval_s,
		.skip_hours = k->skip_hours,
		.skip_days = k->skip_days,
		.recent = k->recent,
		.n_recent = k->n_recent,
		.last_poll = h->last_poll,
		.fresh_s = h->fresh_s,
		.retry_after = h->not_before,
		.failures = h->failures,
		.failing_since = h->last_ok,
		/* Where a document was mostly new, it was twice what it has become. */
		.usual_s = h->failures == 0 ? 2 * h->interval_s : h->interval_s,
		.slow_down = h->status == 429 && h->not_before == INSTANT_NONE,
		.n_items = (size_t)h->items,
		.n_fresh = (size_t)h->fresh,
	};
}

/* Why it is not asked at all, or NULL. */
static const char *never_asked(const struct conf_source *c, const struct source_known *k)
{
	if (c == NULL)
		return "It is not in the configuration: it is not asked.";
	if (!c->enabled)
		return "It is switched off (enabled = no).";
	if (k->state == SOURCE_GONE)
		return "It said three times over a day that it is gone (HTTP 410): it is not "
		       "asked any more; `tributary refresh` asks again.";
	if (k->history.last_poll == INSTANT_NONE)
		return "It was not asked yet: it is due at once.";
	return NULL;
}

static void put_plan(const struct source_history *h, struct buf *out)
{
	char text[INSTANT_TEXT_BYTES];

	if (h->next_poll == INSTANT_NONE)
		return;
	buf_printf(out, "It is planned for %s.\n", instant_put_rfc3339(text, h->next_poll));
	buf_puts(out, "What is overdue at a start, after a sleep or an outage is spread anew, and "
		      "connections and the gap of its domain may add to that.\n");
}

static void put_reasons(struct reading *r, const struct source_known *k, struct buf *out)
{
	const struct conf_source *c = configured(r->conf, k->name);
	const struct source_history *h = &k->history;
	const char *never = never_asked(c, k);

	if (h->error.len > 0)
		buf_printf(
			out, "The last poll: %.*s.\n", SLICE_ARG(slice_line(&r->arena, h->error)));
	if (h->moved_adopted)
		buf_printf(out, "It moved for good and is asked at %.*s.\n",
			SLICE_ARG(url_public(&r->arena, h->moved_url)));
	if (h->notice.len > 0)
		buf_printf(out, "Notice: %.*s.\n", SLICE_ARG(slice_line(&r->arena, h->notice)));
	if (never != NULL) {
		buf_printf(out, "%s\n", never);
		return;
	}

	struct schedule what = schedule_of(c, k);

	schedule_explain(&what, h->last_poll, out);
	put_plan(h, out);
}

static void put_json(struct slice name, struct slice text)
{
	struct slice rest = text, line;
	struct buf out;

	buf_init(&out, 4 * EXPLAIN_BYTES);
	buf_putc(&out, '{');
	out_json_text(&out, "source", name);
	out_json_name(&out, "reasons");
	buf_putc(&out, '[');
	while (slice_cut(&rest, '\n', &line)) {
		if (line.len == 0)
			continue;
		out_json_next(&out);
		out_json_string(&out, line);
	}
	buf_puts(&out, "]}\n");
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}

int explain_source(struct reading *r, struct slice name)
{
	struct source_known known;
	struct buf out;
	int found = store_read_known(r->reader, name, &r->arena, &known, &r->err);

	if (found != 1)
		return found;
	buf_init(&out, EXPLAIN_BYTES);
	put_reasons(r, &known, &out);
	if (r->request.json)
		put_json(name, buf_slice(&out));
	else
		fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
	return 1;
}
