/* fake_store.c - the questions of store/read.h, answered out of arrays */
#include "fake_store.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

struct fake_store fake_store;

struct store_reader {
	char unused;
};
static struct store_reader the_reader;
static struct arena texts;

static int answer(struct error *err)
{
	return fake_store.is_broken ? error_set(err, "the disk is gone") : 0;
}

struct store_reader *store_read_open(const char *state, struct error *err)
{
	(void)state;
	if (!fake_store.is_absent)
		return &the_reader;
	(void)error_set(err, "there is no store");
	return NULL;
}

void store_read_close(struct store_reader **r)
{
	*r = NULL;
}

int store_read_begin(struct store_reader *r, struct error *err)
{
	(void)r;
	return answer(err);
}

void store_read_end(struct store_reader *r)
{
	(void)r;
}

int store_read_serial(struct store_reader *r, int64_t *serial_out, struct error *err)
{
	(void)r;
	*serial_out = fake_store.serial;
	return answer(err);
}

int store_read_changed(struct store_reader *r, instant *changed_out, struct error *err)
{
	(void)r;
	*changed_out = fake_store.changed;
	return answer(err);
}

int store_read_identity(
	struct store_reader *r, struct store_identity *identity_out, struct error *err)
{
	(void)r;
	memcpy(identity_out->merged_uuid, "11111111-2222-4333-8444-555555555555", UUID_TEXT_BYTES);
	return answer(err);
}

bool store_read_view_uuid(struct store_reader *r, struct slice name, char uuid_out[UUID_TEXT_BYTES])
{
	(void)r;
	(void)digest_uuid5(uuid_out, &name, 1);
	return true;
}

static const struct stored_source *source_of(int64_t number)
{
	for (size_t i = 0; i < fake_store.n_sources; i++)
		if (fake_store.sources[i].number == number)
			return &fake_store.sources[i];
	return NULL;
}

static bool holds(const struct slice *list, size_t n, struct slice what)
{
	for (size_t i = 0; i < n; i++)
		if (slice_equal(list[i], what))
			return true;
	return n == 0;
}

static bool matches(const struct item_query *q, const struct stored_item *i)
{
	const struct stored_source *s = source_of(i->source);
	bool tagged = q->n_tags == 0, spoken = q->n_langs == 0;

	for (size_t t = 0; s != NULL && t < s->tags.n; t++)
		tagged = tagged || holds(q->tags, q->n_tags, s->tags.at[t]);
	for (size_t l = 0; l < q->n_langs; l++)
		spoken = spoken || slice_equal_fold(slice_head(i->item.language, q->langs[l].len),
					   q->langs[l]);
	if (q->after != NULL && (i->place > q->after->at || (i->place == q->after->at &&
								    i->number >= q->after->number)))
		return false;
	return tagged && spoken && s != NULL && holds(q->sources, q->n_sources, s->name) &&
	       (q->since == INSTANT_NONE || i->place >= q->since) &&
	       (q->until == INSTANT_NONE || i->place < q->until);
}

int store_read_items(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct item_page *page_out, struct error *err)
{
	(void)r;
	fake_store.reads++;
	*page_out = (struct item_page){.items = arena_array(a, q->limit, sizeof *page_out->items)};
	for (size_t i = 0; i < fake_store.n_items; i++) {
		const struct stored_item *item = &fake_store.items[i];

		if (!matches(q, item))
			continue;
		if (page_out->n == q->limit) {
			page_out->more = true;
			break;
		}
		page_out->items[page_out->n++] = *item;
		page_out->last = (struct place){item->place, item->number};
	}
	return fake_store.is_broad ? error_set(err, "it took too long") : answer(err);
}

int store_read_item(struct store_reader *r, struct slice any_id, struct arena *a,
	struct stored_item *item_out, struct error *err)
{
	(void)r, (void)a;
	if (answer(err) < 0)
		return -1;
	for (size_t i = 0; i < fake_store.n_items; i++)
		if (slice_equal(fake_store.items[i].public_id, any_id) ||
			slice_equal(fake_store.items[i].atom_id, any_id)) {
			*item_out = fake_store.items[i];
			return 1;
		}
	return 0;
}

int store_read_arrivals(struct store_reader *r, int64_t after, size_t limit, struct arena *a,
	struct item_page *page_out, struct error *err)
{
	(void)r;
	*page_out = (struct item_page){.items = arena_array(a, limit, sizeof *page_out->items)};
	for (size_t i = fake_store.n_items; i-- > 0 && page_out->n < limit;)
		if (fake_store.items[i].arrival > after)
			page_out->items[page_out->n++] = fake_store.items[i];
	return answer(err);
}

int store_read_archives(struct store_reader *r, int64_t *closed_out, struct error *err)
{
	(void)r;
	*closed_out = (int64_t)(fake_store.n_items / 100);
	return answer(err);
}

int store_read_archive(struct store_reader *r, int64_t n, struct arena *a,
	struct stored_archive *archive_out, struct error *err)
{
	(void)r, (void)a;
	if (answer(err) < 0)
		return -1;
	if ((size_t)n > fake_store.n_items / 100)
		return 0;
	if (n == 1)
		return 2;
	*archive_out = (struct stored_archive){.closed = 1700000000,
		.items = fake_store.items,
		.n = 3,
		.sources = fake_store.sources,
		.n_sources = fake_store.n_sources};
	return 1;
}

int store_read_story(struct store_reader *r, struct slice any_id, struct arena *a,
	struct stored_story *story_out, struct error *err)
{
	(void)r, (void)a;
	if (answer(err) < 0)
		return -1;
	if (!slice_is(any_id, "000102030405060708090a0b0c0d0e0f"))
		return 0;
	*story_out = (struct stored_story){.public_id = any_id,
		.atom_id = SLICE("urn:uuid:99999999-0000-4000-8000-000000000000"),
		.lang = SLICE("en"),
		.items = fake_store.items,
		.n = 2};
	return 1;
}

int store_read_revisions(struct store_reader *r, int64_t number, struct arena *a,
	struct stored_revision **revisions_out, size_t *n_out, struct error *err)
{
	(void)r;
	*n_out = number == 1 ? 1 : 0;
	*revisions_out = arena_array(a, 1, sizeof **revisions_out);
	item_init(&(*revisions_out)->item);
	(*revisions_out)->at = 1000;
	(*revisions_out)->item.title = SLICE("As <it> was");
	return answer(err);
}

const char *source_state_name(enum source_state s)
{
	static const char *const names[] = {"new", "ok", "failing", "gone", "disabled", "retired"};

	return names[s];
}

int store_read_sources(struct store_reader *r, bool with_items, struct arena *a,
	struct stored_source **sources_out, size_t *n_out, struct error *err)
{
	(void)r, (void)with_items;
	*n_out = fake_store.n_sources;
	*sources_out = arena_array(a, *n_out, sizeof **sources_out);
	for (size_t i = 0; i < *n_out; i++)
		(*sources_out)[i] = fake_store.sources[i];
	return answer(err);
}

int store_read_alarms(struct store_reader *r, instant after, size_t limit, struct arena *a,
	struct stored_alarm **alarms_out, size_t *n_out, struct error *err)
{
	(void)r, (void)after, (void)limit, (void)a;
	*alarms_out = NULL;
	*n_out = 0;
	return answer(err);
}

int store_read_count(struct store_reader *r, int64_t *items_out, struct error *err)
{
	(void)r;
	*items_out = (int64_t)fake_store.n_items;
	return answer(err);
}

int store_read_rhythm(struct store_reader *r, int64_t source, instant from, size_t days,
	int64_t *items_out, struct error *err)
{
	(void)r;
	for (size_t i = 0; i < fake_store.n_items; i++) {
		instant place = fake_store.items[i].place;

		if (fake_store.items[i].source == source && place >= from &&
			place < from + (instant)days * 86400)
			items_out[(place - from) / 86400]++;
	}
	return answer(err);
}

bool store_read_words(struct slice q, struct error *err)
{
	if (slice_find_byte(q, '"') == q.len)
		return true;
	(void)error_set(err, "this quote is not closed");
	return false;
}

bool store_read_is_too_broad(const struct store_reader *r)
{
	(void)r;
	return fake_store.is_broad;
}

/* `before` and the number in at least `width` digits. */
static struct slice text(const char *before, int width, int64_t number)
{
	char line[128];

	(void)snprintf(line, sizeof line, "%s%0*lld", before, width, (long long)number);
	return slice_copy(&texts, slice_of(line));
}

void fake_item(struct stored_item *i, int64_t number, const char *title)
{
	*i = (struct stored_item){.number = number,
		.source = 1,
		.place = 1700000000,
		.first_seen = 1700000100,
		.published = 1700000000,
		.updated = 1700000100,
		.withdrawn = INSTANT_NONE,
		.arrival = number,
		.changed = number};
	item_init(&i->item);
	i->atom_id = text("urn:uuid:00000000-0000-4000-8000-", 12, number);
	i->public_id = text("", 32, number);
	i->item.id = i->atom_id;
	i->item.title = slice_of(title);
	i->item.url = text("https://news.example/", 1, number);
	i->item.language = SLICE("en");
}

void fake_source(struct stored_source *s, int64_t number, const char *name)
{
	*s = (struct stored_source){.number = number,
		.name = slice_of(name),
		.url = text("https://user:secret@news.example/feed/", 1, number),
		.lang = SLICE("en"),
		.state = SOURCE_OK,
		.last_poll = 1700000200,
		.last_ok = 1700000200,
		.last_new = 1700000100,
		.next_poll = 1700003600,
		.status = 200,
		.gap_from = INSTANT_NONE,
		.gap_to = INSTANT_NONE};
	feed_init(&s->feed);
	s->feed.format = FORMAT_ATOM_10;
	s->feed.title = text("News number ", 1, number);
	s->feed.home_page_url = text("https://news.example/home/", 1, number);
}

void fake_fill(size_t n, instant newest)
{
	fake_store = (struct fake_store){.serial = 1, .n_items = n, .n_sources = 2};
	fake_store.items = arena_array(&texts, n, sizeof *fake_store.items);
	fake_store.sources = arena_array(&texts, 2, sizeof *fake_store.sources);
	fake_source(&fake_store.sources[0], 2, "alpha");
	fake_source(&fake_store.sources[1], 1, "beta");
	*ARENA_PUSH(&texts, &fake_store.sources[0].tags) = SLICE("un");
	*ARENA_PUSH(&texts, &fake_store.sources[0].tags) = SLICE("press");
	*ARENA_PUSH(&texts, &fake_store.sources[1].tags) = SLICE("un");
	for (size_t i = 0; i < n; i++) {
		struct stored_item *item = &fake_store.items[i];

		fake_item(item, (int64_t)(n - i), "An item");
		item->source = 1 + (int64_t)(i % 2);
		item->place = newest - 3600 * (instant)i;
		item->published = item->place;
		item->first_seen = item->updated = item->place + 60;
		item->item.content_html = SLICE("<p>Some <b>text</b> &amp; more</p>");
	}
}

void fake_empty(void)
{
	fake_store = (struct fake_store){0};
	arena_clear(&texts);
}
