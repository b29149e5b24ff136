/*
 * search_weight.c - how much an item is about the words, told by FTS5
 *
 * Unlike bm25 it counts nothing but the row at hand: bm25 walks through every item that has one of
 * the words before it tells the first.  A word in the title weighs most, one more in the text less
 * each time, one at the text's beginning a little more.
 */
#include "store/search_weight.h"
#include "base/log.h"
#include "store/store.h"

#include <sqlite3.h>

#define IN_TITLE  4.
#define IN_TEXT   2.
#define EARLY     1.
#define EARLY_AT  50 /* words */
#define MOST_SEEN 16 /* of one word in one item: more say no more */

static double weigh_phrase(const Fts5ExtensionApi *api, Fts5Context *f, int phrase)
{
	int column, at, n = 0;
	double weight = 0;
	bool early = false, title = false;
	Fts5PhraseIter i;

	if (api->xPhraseFirst(f, phrase, &i, &column, &at) != SQLITE_OK)
		return 0;
	for (int k = 0; column >= 0 && k < MOST_SEEN; k++) {
		title |= column == 0;
		early |= column == 1 && at < EARLY_AT;
		n += column == 1;
		api->xPhraseNext(f, &i, &column, &at);
	}
	weight += title ? IN_TITLE : 0.;
	weight += early ? EARLY : 0.;
	return weight + IN_TEXT * n / (n + 2.);
}

static void weigh(const Fts5ExtensionApi *api, Fts5Context *f, sqlite3_context *c, int n_values,
	sqlite3_value **values)
{
	double weight = 0;
	int n = api->xPhraseCount(f);

	(void)n_values, (void)values;
	for (int i = 0; i < n; i++)
		weight += weigh_phrase(api, f, i);
	sqlite3_result_double(c, n > 0 ? weight / n : 0.);
}

/* FTS5 hands its functions out through a statement (section 7 of its documentation). */
static fts5_api *find_api(struct store *s)
{
	sqlite3_stmt *stmt;
	fts5_api *api = NULL;

	if (sqlite3_prepare_v2(s->db, "SELECT fts5(?1)", -1, &stmt, NULL) != SQLITE_OK)
		return NULL;
	sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
	sqlite3_step(stmt);
	sqlite3_finalize(stmt);
	return api;
}

int search_weight_register(struct store *s, struct error *err)
{
	fts5_api *api;
	int rc;

	if (s->can_weigh)
		return 0;
	api = find_api(s);
	if (api == NULL)
		return error_set(err, "this SQLite has no FTS5");
	rc = api->xCreateFunction(api, "weigh", NULL, weigh, NULL);
	s->can_weigh = rc == SQLITE_OK;
	return rc == SQLITE_OK ? 0 : store_error(s, rc, err);
}
