/*
 * write_archive.c - archives close, and what stood in them stays
 *
 * An archive is LIMIT_ARCHIVE_ENTRIES items by order of arrival.  It needs no list of them: turns
 * are handed out without a gap and never again.  The commit that fills it notes when it closed and
 * what its sources were; an item that changes later leaves a copy of what it was.
 */
#include "base/limits.h"
#include "base/log.h"
#include "store/query.h"
#include "store/writer.h"

static int64_t archives(int64_t arrived)
{
	return arrived / LIMIT_ARCHIVE_ENTRIES;
}

int archive_freeze(struct store_writer *w, int64_t item, struct error *err)
{
	static const char PUT[] =
		"INSERT OR IGNORE INTO frozen (item, source, updated, withdrawn, revisions, wire)"
		" SELECT i.number, i.source, i.updated, i.withdrawn, i.revisions, t.wire"
		" FROM item i CROSS JOIN text t ON t.number = i.number"
		" WHERE i.number = ? AND i.arrival <= ?";
	struct query q;

	if (archives(w->arrived) == 0)
		return 0;
	q = query_ask(&w->store, PUT);
	query_put_int(&q, item);
	query_put_int(&q, archives(w->arrived) * LIMIT_ARCHIVE_ENTRIES);
	return write_run(w, &q, err);
}

static int put_sources(struct store_writer *w, int64_t n, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO archive_source (archive, source, name, url, title, lang, tags,"
		" is_page, wire) SELECT ?1, s.number, s.name, s.url, s.title, s.lang, s.tags,"
		" s.is_page, h.wire FROM (SELECT DISTINCT g.source FROM item i"
		" INDEXED BY item_by_arrival CROSS JOIN sighting g ON g.item = i.number"
		" WHERE i.arrival > ?2 AND i.arrival <= ?3) x"
		" JOIN source s ON s.number = x.source LEFT JOIN head h ON h.source = x.source"
		" ORDER BY s.number";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, n);
	query_put_int(&q, (n - 1) * LIMIT_ARCHIVE_ENTRIES);
	query_put_int(&q, n * LIMIT_ARCHIVE_ENTRIES);
	return write_run(w, &q, err);
}

static int close_one(struct store_writer *w, int64_t n, struct error *err)
{
	static const char PUT[] = "INSERT INTO archive (n, closed, serial) VALUES (?, ?, ?)";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, n);
	query_put_int(&q, w->now);
	query_put_int(&q, write_serial(w));
	return write_run(w, &q, err) < 0 ? -1 : put_sources(w, n, err);
}

int archive_close(struct store_writer *w, struct error *err)
{
	int64_t n = archives(w->arrived);

	while (++n <= archives(w->arrived + w->tally.arrivals))
		if (close_one(w, n, err) < 0)
			return -1;
	return 0;
}

int archive_forget(struct store_writer *w, int64_t arrival, struct error *err)
{
	static const char DROP[] = "DELETE FROM archive_source WHERE archive = ?";
	struct query q;

	if (arrival <= 0 || arrival > archives(w->arrived) * LIMIT_ARCHIVE_ENTRIES)
		return 0;
	q = query_ask(&w->store, DROP);
	query_put_int(&q, (arrival - 1) / LIMIT_ARCHIVE_ENTRIES + 1);
	return write_run(w, &q, err);
}
