/* read_rhythm.c - how many items a source had, day by day */
#include "base/log.h"
#include "store/query.h"
#include "store/reader.h"

#define DAY_S 86400

int store_read_rhythm(struct store_reader *r, int64_t source, instant from, size_t days,
	int64_t *items_out, struct error *err)
{
	static const char SQL[] = "SELECT (place - ?2) / 86400, count(*) FROM sighting"
				  " WHERE source = ?1 AND place >= ?2 AND place < ?3 GROUP BY 1";
	struct query q = query_ask(&r->store, SQL);
	int got;

	query_put_int(&q, source);
	query_put_int(&q, from);
	query_put_int(&q, from + (instant)days * DAY_S);
	while ((got = query_step(&q, err)) == 1) {
		int64_t day = query_int(&q);

		items_out[day] = query_int(&q);
	}
	query_end(&q);
	return got;
}
