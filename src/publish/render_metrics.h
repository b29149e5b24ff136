/*
 * render_metrics.h - figures for Prometheus
 *
 * Its text format 0.0.4.  Counters are since the source is known (they stand in the store), or
 * since this process began.
 */
#ifndef TRIBUTARY_PUBLISH_RENDER_METRICS_H
#define TRIBUTARY_PUBLISH_RENDER_METRICS_H

#include "publish/render.h" /* stored_source */

struct server_figures; /* publish/server.h */

struct metrics_totals {
	instant now; /* a source is due where its next poll lies before it */
	int64_t items, serial;
	int64_t store_bytes, wal_bytes, document_bytes;
	const struct server_figures *figures; /* NULL: not known */
};

void render_metrics(struct buf *out, const struct stored_source *sources, size_t n,
	const struct metrics_totals *t);

#endif
