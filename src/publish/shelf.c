/* shelf.c - a table in the order of use */
#include "publish/shelf.h"
#include "base/limits.h"
#include "base/log.h"

#include <uthash.h>

#include <stdlib.h>

struct place_on_shelf {
	char *target;
	struct document *document;
	instant until;
	UT_hash_handle hh; /* uthash keeps the order of adding: oldest first */
};

struct shelf {
	struct place_on_shelf *places;
};

struct shelf *shelf_new(void)
{
	struct shelf *s = calloc(1, sizeof *s);

	if (s == NULL)
		die("out of memory (a shelf)");
	return s;
}

static void forget(struct shelf *s, struct place_on_shelf *p)
{
	HASH_DEL(s->places, p);
	document_drop(&p->document);
	free(p->target);
	free(p);
}

void shelf_clear(struct shelf *s)
{
	while (s->places != NULL)
		forget(s, s->places);
}

void shelf_free(struct shelf **s)
{
	if (*s != NULL)
		shelf_clear(*s);
	free(*s);
	*s = NULL;
}

struct document *shelf_get(struct shelf *s, struct slice target, instant now)
{
	struct place_on_shelf *p;

	HASH_FIND(hh, s->places, target.at, target.len, p);
	if (p == NULL)
		return NULL;
	if (p->until != INSTANT_NONE && (p->until < now || p->until > now + LIMIT_FRESH_S)) {
		forget(s, p);
		return NULL;
	}
	if (p->hh.next != NULL) { /* not the newest: now it is */
		HASH_DELETE(hh, s->places, p);
		HASH_ADD_KEYPTR(hh, s->places, p->target, target.len, p);
	}
	return p->document;
}

/* Room for a new one: drops the oldest until the bounds hold. */
static void make_room(struct shelf *s, size_t bytes)
{
	for (struct place_on_shelf *p = s->places; p != NULL; p = p->hh.next)
		bytes += document_bytes(p->document);
	while (s->places != NULL &&
		(bytes > LIMIT_CACHE_BYTES || HASH_COUNT(s->places) >= LIMIT_CACHE_DOCUMENTS)) {
		bytes -= document_bytes(s->places->document);
		forget(s, s->places);
	}
}

void shelf_put(struct shelf *s, struct slice target, struct document *d, instant until)
{
	struct place_on_shelf *p;

	HASH_FIND(hh, s->places, target.at, target.len, p);
	if (p != NULL)
		forget(s, p);
	make_room(s, document_bytes(d));
	p = calloc(1, sizeof *p);
	if (p == NULL || (p->target = strndup(target.at, target.len)) == NULL)
		die("out of memory (a shelf)");
	p->document = d;
	p->until = until;
	HASH_ADD_KEYPTR(hh, s->places, p->target, target.len, p);
}
