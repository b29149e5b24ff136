/* making_admin.c - what admins ask for: state, metrics, health */
#include "base/limits.h"
#include "publish/making_kinds.h"
#include "publish/render_metrics.h"
#include "publish/server.h"

#include <stdio.h>
#include <sys/stat.h>

unsigned make_status(struct making *m)
{
	struct status_totals totals = {.now = INSTANT_NONE};
	struct stored_source *sources;
	size_t n;

	if (store_read_count(m->reader, &totals.items, &m->err) < 0 ||
		store_read_sources(m->reader, true, m->arena, &sources, &n, &m->err) < 0)
		return 503;
	buf_init(&m->body, MAKING_BYTES);
	render_status(&m->body, sources, n, &totals);
	m->media_type = "application/json";
	m->kind = DOCUMENT_LIVE;
	m->until = m->now;
	return 0;
}

/* Bytes of a file of the store; 0 where it cannot be told. */
static int64_t file_bytes(const char *state, const char *name)
{
	char path[4096];
	struct stat s;

	if (state == NULL || snprintf(path, sizeof path, "%s/%s", state, name) >= (int)sizeof path)
		return 0;
	return stat(path, &s) < 0 ? 0 : s.st_size;
}

unsigned make_metrics(struct making *m)
{
	struct metrics_totals t = {.now = m->now,
		.store_bytes = file_bytes(m->state, "tributary.db"),
		.wal_bytes = file_bytes(m->state, "tributary.db-wal"),
		.document_bytes = (int64_t)document_living(),
		.figures = m->figures};
	struct stored_source *sources;
	size_t n;

	if (store_read_count(m->reader, &t.items, &m->err) < 0 ||
		store_read_serial(m->reader, &t.serial, &m->err) < 0 ||
		store_read_sources(m->reader, true, m->arena, &sources, &n, &m->err) < 0)
		return 503;
	buf_init(&m->body, MAKING_BYTES);
	render_metrics(&m->body, sources, n, &t);
	m->media_type = "text/plain; version=0.0.4; charset=utf-8";
	m->kind = DOCUMENT_LIVE;
	m->until = m->now;
	return 0;
}

unsigned make_health(struct making *m)
{
	struct store_identity identity;
	const struct slice name = SLICE("health");
	struct slice parts[2] = {name, name};
	char *text = arena_alloc(m->arena, UUID_TEXT_BYTES);
	struct stored_alarm *alarms;
	size_t n;

	if (making_sources(m, true) != 0 ||
		store_read_alarms(m->reader, m->now - LIMIT_ALARM_KEEP_S, LIMIT_PAGE_ENTRIES,
			m->arena, &alarms, &n, &m->err) < 0 ||
		store_read_identity(m->reader, &identity, &m->err) < 0)
		return 503;
	parts[1] = slice_of(identity.merged_uuid);
	m->outlet.uuid = slice_of(digest_uuid5(text, parts, COUNT(parts)));
	m->outlet.page_url = making_url(m, "/sources");
	buf_init(&m->body, MAKING_BYTES);
	render_health(&m->body, &m->outlet, alarms, n, m->arena);
	m->media_type = render_atom.media_type;
	m->kind = DOCUMENT_LIVE;
	m->until = m->now;
	return 0;
}
