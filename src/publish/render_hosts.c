/* render_hosts.c - totals per host: so that how we ask can be audited */
#include "base/arena.h"
#include "base/url.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"

#include <inttypes.h>
#include <stdlib.h>

struct host {
	struct slice name;
	int64_t sources, requests, polls, unchanged, bytes, least_gap_ms;
};

static int by_name(const void *one, const void *other)
{
	return slice_compare(((const struct host *)one)->name, ((const struct host *)other)->name);
}

static void add(struct host *to, const struct host *h)
{
	to->sources += h->sources;
	to->requests += h->requests;
	to->polls += h->polls;
	to->unchanged += h->unchanged;
	to->bytes += h->bytes;
	if (h->least_gap_ms >= 0 && (to->least_gap_ms < 0 || h->least_gap_ms < to->least_gap_ms))
		to->least_gap_ms = h->least_gap_ms;
}

/* One for each source that was asked, its host's name in `a`. */
static size_t list(struct arena *a, const struct stored_source *sources, size_t n, struct host *out)
{
	struct url_parts parts;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		const struct stored_source *s = &sources[i];

		if (s->requests == 0 || !url_split(a, s->url, &parts))
			continue;
		out[used++] = (struct host){parts.host, 1, s->requests, s->polls, s->unchanged,
			s->bytes, s->least_gap_ms};
	}
	return used;
}

static void put_host(struct buf *b, const struct host *h)
{
	out_json_next(b);
	buf_puts(b, "\n{");
	out_json_text(b, "host", h->name);
	out_json_number(b, "sources", h->sources);
	out_json_number(b, "requests", h->requests);
	out_json_number(b, "polls", h->polls);
	out_json_number(b, "unchanged", h->unchanged);
	out_json_number(b, "bytes", h->bytes);
	if (h->least_gap_ms >= 0)
		out_json_number(b, "least_gap_ms", h->least_gap_ms);
	buf_putc(b, '}');
}

/* Those that were asked, by name, each once; how many.  They live in `a`. */
static size_t sum(struct arena *a, const struct stored_source *sources, size_t n, struct host **out)
{
	struct host *hosts = arena_array(a, n, sizeof *hosts);
	size_t all = list(a, sources, n, hosts), used = 0;

	if (all > 0)
		qsort(hosts, all, sizeof *hosts, by_name);
	for (size_t i = 0; i < all; i++) {
		if (used > 0 && slice_equal(hosts[used - 1].name, hosts[i].name))
			add(&hosts[used - 1], &hosts[i]);
		else
			hosts[used++] = hosts[i];
	}
	*out = hosts;
	return used;
}

void parts_hosts(struct buf *b, const struct stored_source *sources, size_t n)
{
	struct arena a;
	struct host *hosts;
	size_t used;

	arena_init(&a);
	used = sum(&a, sources, n, &hosts);
	out_json_name(b, "host_list");
	buf_putc(b, '[');
	for (size_t i = 0; i < used; i++)
		put_host(b, &hosts[i]);
	buf_putc(b, ']');
	arena_clear(&a);
}

/* Figures of each host: an int64_t of struct host; negative: not known. */
static const struct {
	const char *name, *type, *help;
	size_t at;
} rows[] = {
	{"host_requests_total", "counter", "Requests, those after a redirect too.",
		offsetof(struct host, requests)},
	{"host_polls_total", "counter", "Polls.", offsetof(struct host, polls)},
	{"host_polls_unchanged_total", "counter", "Polls that found nothing changed.",
		offsetof(struct host, unchanged)},
	{"host_received_bytes_total", "counter", "Bytes read off the wire.",
		offsetof(struct host, bytes)},
	{"host_least_gap_milliseconds", "gauge", "The shortest gap between two requests so far.",
		offsetof(struct host, least_gap_ms)},
};

void parts_host_figures(struct buf *b, const struct stored_source *sources, size_t n)
{
	struct arena a;
	struct host *hosts;
	size_t used;

	arena_init(&a);
	used = sum(&a, sources, n, &hosts);
	for (size_t r = 0; r < COUNT(rows); r++) {
		buf_printf(b, "# HELP tributary_%s %s\n# TYPE tributary_%s %s\n", rows[r].name,
			rows[r].help, rows[r].name, rows[r].type);
		for (size_t i = 0; i < used; i++) {
			int64_t value;

			memcpy(&value, (const char *)&hosts[i] + rows[r].at, sizeof value);
			if (value >= 0)
				buf_printf(b, "tributary_%s{host=\"%.*s\"} %" PRId64 "\n",
					rows[r].name, SLICE_ARG(hosts[i].name), value);
		}
	}
	arena_clear(&a);
}
