/* render_metrics.c - a table of figures, and one of figures a source */
#include "publish/render_metrics.h"
#include "publish/parts.h"
#include "publish/server.h"

#include <inttypes.h>
#include <sys/resource.h>

static void put_head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP tributary_%s %s\n# TYPE tributary_%s %s\n", name, help, name, type);
}

static void put_one(
	struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
	put_head(b, name, type, help);
	buf_printf(b, "tributary_%s %" PRId64 "\n", name, value);
}

/* A label's value: backslash, quote and newline escaped; names of sources hold none. */
static void put_label(struct buf *b, struct slice value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] == '\\' || value.at[i] == '"')
			buf_putc(b, '\\');
		buf_putc(b, value.at[i] == '\n' ? ' ' : value.at[i]);
	}
}

static void put_states(struct buf *b, const struct stored_source *sources, size_t n)
{
	put_head(b, "sources", "gauge", "Sources by state.");
	for (int state = SOURCE_NEW; state <= SOURCE_RETIRED; state++) {
		int64_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += (int)sources[i].state == state;
		buf_printf(b, "tributary_sources{state=\"%s\"} %" PRId64 "\n",
			source_state_name((enum source_state)state), count);
	}
}

static void put_sums(struct buf *b, const struct stored_source *sources, size_t n,
	const struct metrics_totals *t)
{
	int64_t polls = 0, unchanged = 0, bytes = 0, due = 0;
	instant last = 0;

	for (size_t i = 0; i < n; i++) {
		const struct stored_source *s = &sources[i];

		polls += s->polls;
		unchanged += s->unchanged;
		bytes += s->bytes;
		due += s->next_poll != INSTANT_NONE && s->next_poll < t->now &&
		       s->state < SOURCE_GONE;
		last = s->last_poll > last ? s->last_poll : last;
	}
	put_one(b, "polls_total", "counter", "Polls of all sources.", polls);
	put_one(b, "polls_unchanged_total", "counter", "Polls that found nothing changed.",
		unchanged);
	put_one(b, "received_bytes_total", "counter", "Bytes read off the wire.", bytes);
	put_one(b, "sources_due", "gauge", "Sources whose poll is due and not made yet.", due);
	put_one(b, "last_poll_timestamp_seconds", "gauge", "When a source was last asked.", last);
}

/* Figures of each source. */
static const struct {
	const char *name, *type, *help;
	size_t at; /* in stored_source: an int64_t or an instant, which is one */
} rows[] = {
	{"source_failures", "gauge", "Failures in a row.",
		offsetof(struct stored_source, failures)},
	{"source_polls_total", "counter", "Polls.", offsetof(struct stored_source, polls)},
	{"source_items", "gauge", "Items first-hand.", offsetof(struct stored_source, items)},
	{"source_received_bytes_total", "counter", "Bytes read off the wire.",
		offsetof(struct stored_source, bytes)},
	{"source_status", "gauge", "HTTP status of the last answer.",
		offsetof(struct stored_source, status)},
	{"source_last_ok_timestamp_seconds", "gauge", "When it last answered well.",
		offsetof(struct stored_source, last_ok)},
	{"source_last_new_timestamp_seconds", "gauge", "When it last brought something new.",
		offsetof(struct stored_source, last_new)},
};

static void put_sources(struct buf *b, const struct stored_source *sources, size_t n)
{
	for (size_t r = 0; r < COUNT(rows); r++) {
		put_head(b, rows[r].name, rows[r].type, rows[r].help);
		for (size_t i = 0; i < n; i++) {
			int64_t value;

			memcpy(&value, (const char *)&sources[i] + rows[r].at, sizeof value);
			if (sources[i].state == SOURCE_RETIRED || value == INSTANT_NONE)
				continue;
			buf_printf(b, "tributary_%s{source=\"", rows[r].name);
			put_label(b, sources[i].name);
			buf_printf(b, "\"} %" PRId64 "\n", value);
		}
	}
}

/* Only those in force: what is not there is well. */
static void put_alarms(struct buf *b, const struct stored_source *sources, size_t n)
{
	put_head(b, "source_alarm", "gauge", "Since when an alarm of a source is in force.");
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < sources[i].n_alarms; k++) {
			const struct stored_alarm *a = &sources[i].alarms[k];

			buf_puts(b, "tributary_source_alarm{source=\"");
			put_label(b, sources[i].name);
			buf_printf(
				b, "\",alarm=\"%s\"} %" PRId64 "\n", alarm_name(a->kind), a->since);
		}
}

static void put_server(struct buf *b, const struct server_figures *f)
{
	static const char *const doors[] = {"unix", "tcp"};

	put_head(b, "http_answers_total", "counter", "Answers by the class of their status.");
	for (int i = 2; i < 6; i++)
		buf_printf(b, "tributary_http_answers_total{status=\"%dxx\"} %" PRIu64 "\n", i,
			f->answers[i]);
	put_head(b, "http_clients", "gauge", "Connections by the kind of socket.");
	for (size_t i = 0; i < COUNT(doors); i++)
		buf_printf(
			b, "tributary_http_clients{socket=\"%s\"} %zu\n", doors[i], f->clients[i]);
	put_head(b, "event_listeners", "gauge", "Who listens to /events.");
	for (size_t i = 0; i < COUNT(doors); i++)
		buf_printf(b, "tributary_event_listeners{socket=\"%s\"} %zu\n", doors[i],
			f->listeners[i]);
	put_one(b, "events_sent_total", "counter", "Events told, to all together.",
		(int64_t)f->events_sent);
}

static void put_process(struct buf *b)
{
	struct rusage u;

	if (getrusage(RUSAGE_SELF, &u) < 0)
		return;
	put_one(b, "publisher_peak_memory_bytes", "gauge", "The publisher's memory at its peak.",
		(int64_t)u.ru_maxrss * 1024);
	put_head(b, "publisher_cpu_seconds_total", "counter",
		"The publisher's time on a processor.");
	buf_printf(b, "tributary_publisher_cpu_seconds_total %.3f\n",
		(double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
			(double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
}

void render_metrics(struct buf *out, const struct stored_source *sources, size_t n,
	const struct metrics_totals *t)
{
	put_one(out, "items", "gauge", "Items stored.", t->items);
	put_one(out, "store_serial", "counter", "Commits that readers could see.", t->serial);
	put_one(out, "store_bytes", "gauge", "Size of the store.", t->store_bytes);
	put_one(out, "store_wal_bytes", "gauge", "Size of its write-ahead log.", t->wal_bytes);
	put_states(out, sources, n);
	put_sums(out, sources, n, t);
	put_sources(out, sources, n);
	parts_host_figures(out, sources, n);
	put_alarms(out, sources, n);
	put_one(out, "document_bytes", "gauge", "Finished documents in memory.", t->document_bytes);
	if (t->figures != NULL)
		put_server(out, t->figures);
	put_process(out);
}
