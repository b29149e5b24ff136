/* making_one.c - one item, one story, one archive */
#include "base/limits.h"
#include "publish/making_kinds.h"
#include "publish/parts.h"

#include <inttypes.h>

static void set_title(struct making *m, const struct item *i)
{
	struct buf title;

	buf_init(&title, LIMIT_URL_BYTES);
	parts_title(&title, i);
	m->outlet.title = slice_copy(m->arena, buf_slice(&title));
	buf_clear(&title);
}

/* A document of one item is a feed of its own. */
static void set_item_uuid(struct making *m, const struct stored_item *i)
{
	struct slice parts[] = {SLICE("item"), i->public_id};
	char *text = arena_alloc(m->arena, UUID_TEXT_BYTES);

	m->outlet.uuid = slice_of(digest_uuid5(text, parts, COUNT(parts)));
}

static instant later(instant a, instant b)
{
	return a > b ? a : b;
}

/* What an item's entry, or the feed around it, was last changed by. */
static void count_item(struct making *m, const struct stored_item *i)
{
	m->outlet.updated = later(m->outlet.updated, i->updated);
	m->last_modified = later(m->last_modified, later(i->updated, i->first_seen));
	m->serial = i->changed > m->serial ? i->changed : m->serial;
}

static void put_item_form(struct making *m, const struct stored_item *i,
	const struct stored_revision *revisions, size_t n)
{
	struct buf entries;

	buf_init(&entries, MAKING_BYTES);
	m->outlet.revisions = revisions;
	m->outlet.n_revisions = n;
	m->outlet.shows_withdrawn = true;
	m->route->form->item(&entries, &m->outlet, i, 0);
	making_put(m, &entries);
	buf_clear(&entries);
}

static void put_item_page(struct making *m, const struct stored_item *i,
	const struct stored_revision *revisions, size_t n)
{
	buf_init(&m->body, MAKING_BYTES);
	render_item(&m->body, &m->outlet, i, revisions, n);
	m->media_type = "text/html; charset=utf-8";
	m->kind = DOCUMENT_PAGE;
}

unsigned make_item(struct making *m)
{
	struct stored_revision *revisions = NULL;
	struct stored_item item;
	size_t n = 0;
	unsigned status = making_sources(m, false);
	int found;

	if (status != 0)
		return status;
	found = store_read_item(m->reader, m->route->id, m->arena, &item, &m->err);
	if (found <= 0)
		return found < 0 ? 503 : 404;
	if (store_read_revisions(m->reader, item.number, m->arena, &revisions, &n, &m->err) < 0)
		return 503;
	set_item_uuid(m, &item);
	count_item(m, &item);
	set_title(m, &item.item);
	m->outlet.page_url = making_url(m, "/item/%.*s", SLICE_ARG(item.public_id));
	if (m->route->form != NULL)
		put_item_form(m, &item, revisions, n);
	else
		put_item_page(m, &item, revisions, n);
	return 0;
}

static void put_items(struct making *m, const struct stored_item *items, size_t n)
{
	struct buf entries;

	buf_init(&entries, LIMIT_DOCUMENT_BYTES + MAKING_BYTES);
	for (size_t i = 0; i < n; i++) {
		m->route->form->item(&entries, &m->outlet, &items[i], i);
		count_item(m, &items[i]);
	}
	making_put(m, &entries);
	buf_clear(&entries);
}

unsigned make_story(struct making *m)
{
	struct stored_story story;
	unsigned status = making_sources(m, false);
	int found;

	if (status != 0)
		return status;
	found = store_read_story(m->reader, m->route->id, m->arena, &story, &m->err);
	if (found <= 0 || story.n == 0)
		return found < 0 ? 503 : 404;
	set_title(m, &story.items[story.lead].item);
	m->outlet.id = story.atom_id;
	m->outlet.page_url = making_url(m, "/story/%.*s", SLICE_ARG(story.public_id));
	m->outlet.also = story.also;
	m->outlet.n_also = story.n_also;
	for (size_t i = 0; i < story.n; i++)
		count_item(m, &story.items[i]);
	if (m->route->form != NULL) {
		put_items(m, story.items, story.n);
		return 0;
	}
	buf_init(&m->body, MAKING_BYTES);
	render_story(&m->body, &m->outlet, &story);
	m->media_type = "text/html; charset=utf-8";
	m->kind = DOCUMENT_PAGE;
	return 0;
}

/*
 * Its links name the archives before and behind it whether they are there or not, so that its
 * bytes stay what they were when it closed.
 */
static void set_archive_links(struct making *m, int64_t n)
{
	if (n > 1)
		m->outlet.prev_archive_url = making_url(m, "/archive/%" PRId64 ".atom", n - 1);
	m->outlet.next_archive_url = making_url(m, "/archive/%" PRId64 ".atom", n + 1);
	m->outlet.current_url = making_url(m, "/feed.atom");
}

unsigned make_archive(struct making *m)
{
	struct store_identity identity;
	struct stored_archive archive;
	int found = store_read_archive(m->reader, m->route->number, m->arena, &archive, &m->err);

	if (found < 0 || store_read_identity(m->reader, &identity, &m->err) < 0)
		return 503;
	if (found != 1)
		return found == 0 ? 404 : 410;
	m->outlet.uuid = slice_copy(m->arena, slice_of(identity.merged_uuid));
	m->outlet.sources = archive.sources;
	m->outlet.n_sources = archive.n_sources;
	m->outlet.shows_withdrawn = true;
	set_archive_links(m, m->route->number);
	m->outlet.updated = archive.closed;
	put_items(m, archive.items, archive.n);
	m->last_modified = archive.closed;
	m->serial = 0;
	m->kind = DOCUMENT_ARCHIVE;
	return 0;
}
