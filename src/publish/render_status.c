/* render_status.c - the state of all sources, for programs */
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"

static void put_tags(struct buf *b, const struct slice_list *tags)
{
	if (tags->n == 0)
		return;
	out_json_name(b, "tags");
	buf_putc(b, '[');
	for (size_t i = 0; i < tags->n; i++) {
		out_json_next(b);
		out_json_string(b, tags->at[i]);
	}
	buf_putc(b, ']');
}

static void put_gap(struct buf *b, const struct stored_source *s)
{
	if (s->gap_from == INSTANT_NONE || s->gap_to == INSTANT_NONE)
		return;
	out_json_name(b, "gap");
	buf_putc(b, '{');
	out_json_instant(b, "from", s->gap_from);
	out_json_instant(b, "to", s->gap_to);
	buf_putc(b, '}');
}

static void put_alarms(struct buf *b, const struct stored_source *s)
{
	if (s->n_alarms == 0)
		return;
	out_json_name(b, "alarms");
	buf_putc(b, '[');
	for (size_t i = 0; i < s->n_alarms; i++) {
		out_json_next(b);
		buf_putc(b, '{');
		out_json_text(b, "alarm", slice_of(alarm_name(s->alarms[i].kind)));
		out_json_instant(b, "since", s->alarms[i].since);
		out_json_text(b, "detail", s->alarms[i].detail);
		buf_putc(b, '}');
	}
	buf_putc(b, ']');
}

static int64_t count_alarms(const struct stored_source *sources, size_t n)
{
	int64_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += (int64_t)sources[i].n_alarms;
	return count;
}

static void put_source(struct buf *b, const struct stored_source *s)
{
	buf_putc(b, '{');
	out_json_text(b, "name", s->name);
	out_json_text(b, "title", parts_source_title(s));
	(void)out_json_url(b, "url", s->url);
	(void)out_json_url(b, "home_page_url", s->feed.home_page_url);
	out_json_text(b, "kind", s->is_page ? SLICE("page") : SLICE("feed"));
	out_json_text(b, "format", slice_of(feed_format_name(s->feed.format)));
	out_json_text(b, "language", s->lang.len > 0 ? s->lang : s->feed.language);
	put_tags(b, &s->tags);
	out_json_text(b, "state", slice_of(source_state_name(s->state)));
	out_json_text(b, "error", s->error);
	out_json_text(b, "notice", s->notice);
	out_json_number(b, "status", s->status);
	out_json_instant(b, "last_poll", s->last_poll);
	out_json_instant(b, "last_ok", s->last_ok);
	out_json_instant(b, "last_new", s->last_new);
	out_json_instant(b, "next_poll", s->next_poll);
	out_json_number(b, "failures", s->failures);
	out_json_number(b, "polls", s->polls);
	out_json_number(b, "unchanged", s->unchanged);
	out_json_number(b, "items", s->items);
	out_json_number(b, "sightings", s->sightings);
	out_json_number(b, "bytes", s->bytes);
	out_json_number(b, "requests", s->requests);
	put_gap(b, s);
	put_alarms(b, s);
	buf_putc(b, '}');
}

static int64_t count_state(const struct stored_source *sources, size_t n, enum source_state state)
{
	int64_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += sources[i].state == state;
	return count;
}

void render_status(struct buf *out, const struct stored_source *sources, size_t n,
	const struct status_totals *totals)
{
	buf_putc(out, '{');
	out_json_number(out, "items", totals->items);
	out_json_number(out, "sources", (int64_t)n - count_state(sources, n, SOURCE_RETIRED));
	out_json_number(out, "failing", count_state(sources, n, SOURCE_FAILING));
	out_json_number(out, "alarms", count_alarms(sources, n));
	out_json_instant(out, "now", totals->now);
	out_json_name(out, "source_list");
	buf_putc(out, '[');
	for (size_t i = 0; i < n; i++) {
		out_json_next(out);
		buf_putc(out, '\n');
		put_source(out, &sources[i]);
	}
	buf_putc(out, ']');
	parts_hosts(out, sources, n);
	buf_puts(out, "}\n");
}
