/* render_hosts.c - totals per host: so that how we ask can be audited */
#include "base/arena.h"
#include "base/url.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"

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

void parts_hosts(struct buf *b, const struct stored_source *sources, size_t n)
{
	struct arena a;
	struct host *hosts;
	size_t used;

	arena_init(&a);
	hosts = arena_array(&a, n, sizeof *hosts);
	used = list(&a, sources, n, hosts);
	if (used > 0)
		qsort(hosts, used, sizeof *hosts, by_name);
	out_json_name(b, "host_list");
	buf_putc(b, '[');
	for (size_t i = 0; i < used;) {
		struct host sum = hosts[i++];

		for (; i < used && slice_equal(hosts[i].name, sum.name); i++)
			add(&sum, &hosts[i]);
		put_host(b, &sum);
	}
	buf_putc(b, ']');
	arena_clear(&a);
}
