/* read.c - the reader: its opening, its snapshots, single answers */
#include "store/read.h"
#include "base/arena.h"
#include "base/log.h"
#include "store/backup.h"
#include "store/query.h"
#include "store/reader.h"

#include <assert.h>
#include <stdlib.h>

struct store_reader *store_read_open(const char *state, struct error *err)
{
	struct store_reader *r = calloc(1, sizeof *r);

	if (r == NULL)
		die("out of memory");
	if (store_open_reader(&r->store, state, err) == 0)
		return r;
	free(r);
	return NULL;
}

bool store_read_is_older(const char *state)
{
	return store_is_older(state);
}

void store_read_close(struct store_reader **r)
{
	struct store_reader *one = *r;

	*r = NULL;
	if (one == NULL)
		return;
	store_roll_back(&one->store);
	store_close(&one->store);
	free(one);
}

int store_read_begin(struct store_reader *r, struct error *err)
{
	if (r->depth == 0 && store_run(&r->store, "BEGIN", err) < 0)
		return -1;
	r->depth++;
	return 0;
}

void store_read_end(struct store_reader *r)
{
	assert(r->depth > 0);
	if (--r->depth == 0)
		store_roll_back(&r->store);
}

int store_read_serial(struct store_reader *r, int64_t *serial_out, struct error *err)
{
	if (store_is_replaced(&r->store))
		return error_set(err, "%s: another store stands there now", r->store.path);
	return store_get_number(&r->store, "serial", serial_out, err);
}

int store_read_changed(struct store_reader *r, instant *changed_out, struct error *err)
{
	return store_get_number(&r->store, "changed", changed_out, err);
}

int store_read_count(struct store_reader *r, int64_t *items_out, struct error *err)
{
	return store_get_number(&r->store, "items", items_out, err);
}

/* The UUID that a statement answers with, for a name. */
static int read_uuid(struct store_reader *r, const char *sql, struct slice name,
	char uuid_out[UUID_TEXT_BYTES], struct error *err)
{
	struct query q = query_ask(&r->store, sql);
	struct arena a = {0};
	struct slice text = SLICE_NONE;
	int got;

	query_put_text(&q, name);
	got = query_step(&q, err);
	if (got == 1)
		text = query_text(&q, &a);
	query_end(&q);
	if (got == 1 && text.len != UUID_TEXT_BYTES - 1)
		got = error_set(err, "a stored UUID is none");
	if (got == 1) {
		memcpy(uuid_out, text.at, text.len);
		uuid_out[text.len] = '\0';
	}
	arena_clear(&a);
	return got;
}

int store_read_identity(
	struct store_reader *r, struct store_identity *identity_out, struct error *err)
{
	static const char FIND[] = "SELECT value FROM meta WHERE name = ?";
	int got = read_uuid(r, FIND, SLICE("merged"), identity_out->merged_uuid, err);

	return got == 0 ? error_set(err, "the store has no identity yet") : got < 0 ? -1 : 0;
}

bool store_read_view_uuid(struct store_reader *r, struct slice name, char uuid_out[UUID_TEXT_BYTES])
{
	static const char FIND[] = "SELECT uuid FROM view WHERE name = ?";

	return read_uuid(r, FIND, name, uuid_out, NULL) == 1;
}

/* The snapshot is held from first to last: what others write meanwhile does not begin it anew. */
int store_read_backup(struct store_reader *r, const char *path, bool replace, struct error *err)
{
	struct backup *b = NULL;
	int64_t serial;
	int got = -1;

	if (store_read_begin(r, err) < 0)
		return -1;
	if (store_read_serial(r, &serial, err) == 0)
		b = backup_begin(&r->store, path, replace, err);
	while (b != NULL && (got = backup_step(b, err)) == 1)
		;
	backup_end(&b);
	store_read_end(r);
	return got;
}
