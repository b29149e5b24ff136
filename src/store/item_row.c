/* item_row.c - an item as the store has it */
#include "store/item_row.h"
#include "base/arena.h"
#include "base/log.h"
#include "feed/wire.h"
#include "store/identity.h"
#include "store/query.h"

#include <inttypes.h>

struct slice item_row_hex(struct arena *a, const struct digest *d)
{
	char hex[DIGEST_HEX_BYTES];

	return slice_copy(a, slice_of(digest_hex(hex, d)));
}

struct slice item_row_urn(struct arena *a, const struct digest *public)
{
	static const size_t parts[] = {8, 4, 4, 4, 12};
	char hex[DIGEST_HEX_BYTES], text[9 + UUID_TEXT_BYTES] = "urn:uuid:";
	const char *from = digest_hex(hex, public);
	char *to = text + strlen(text);

	for (size_t i = 0; i < COUNT(parts); i++) {
		memcpy(to, from, parts[i]);
		from += parts[i];
		to += parts[i];
		*to++ = i + 1 < COUNT(parts) ? '-' : '\0';
	}
	return slice_copy(a, slice_of(text));
}

static int value_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool item_row_unhex(struct slice hex, struct digest *to)
{
	size_t n = 0;

	*to = (struct digest){{0}};
	for (size_t i = 0; i < hex.len; i++) {
		int value = value_of(hex.at[i]);

		if (hex.at[i] == '-')
			continue;
		if (value < 0 || n == 2 * sizeof to->at)
			return false;
		to->at[n / 2] = (unsigned char)(to->at[n / 2] << 4 | value);
		n++;
	}
	return n == 2 * sizeof to->at;
}

struct digest item_row_public(struct slice any_id)
{
	struct digest public;

	return any_id.len == 2 * DIGEST_BYTES && item_row_unhex(any_id, &public)
		       ? public
		       : identity_public(any_id);
}

bool item_row_story_id(struct slice any_id, struct digest *to)
{
	bool is_urn = slice_starts_fold(any_id, "urn:uuid:");

	return (is_urn || any_id.len == 2 * DIGEST_BYTES) &&
	       item_row_unhex(is_urn ? slice_skip(any_id, 9) : any_id, to);
}

int item_row_text(struct slice wire, struct arena *a, struct item *item_out, int64_t number,
	struct error *err)
{
	enum wire_record type;
	struct slice payload;

	if (wire_next(&wire, &type, &payload) != WIRE_OK || type != WIRE_ITEM ||
		wire_get_item(payload, a, item_out) != WIRE_OK)
		return error_set(err, "item %" PRId64 " cannot be read", number);
	return 0;
}

static int read_sightings(
	struct store *s, struct arena *a, struct stored_item *i, struct error *err)
{
	static const char FIND[] = "SELECT s.source, c.name, s.url, s.first_seen FROM sighting s"
				   " JOIN source c ON c.number = s.source WHERE s.item = ?1"
				   " ORDER BY s.source <> ?2, s.first_seen, s.source";
	struct {
		struct sighting *at;
		size_t n, cap;
	} all = {0};
	struct query q = query_ask(s, FIND);
	int got;

	query_put_int(&q, i->number);
	query_put_int(&q, i->source);
	while ((got = query_step(&q, err)) == 1) {
		struct sighting *one = ARENA_PUSH(a, &all);

		one->source = query_int(&q);
		one->source_name = query_text(&q, a);
		one->url = query_text(&q, a);
		if (one->source == i->source)
			one->url = i->item.url;
		one->first_seen = query_int(&q);
	}
	query_end(&q);
	i->sightings = all.at;
	i->n_sightings = all.n;
	return got;
}

static int read_topics(struct store *s, struct arena *a, struct stored_item *i, struct error *err)
{
	static const char FIND[] =
		"SELECT t.name FROM item_topic x INDEXED BY item_topic_by_item"
		" CROSS JOIN topic t ON t.number = x.topic WHERE x.item = ? ORDER BY t.name";
	struct query q = query_ask(s, FIND);
	int got;

	query_put_int(&q, i->number);
	while ((got = query_step(&q, err)) == 1)
		*ARENA_PUSH(a, &i->topics) = query_text(&q, a);
	query_end(&q);
	return got;
}

static void read_columns(struct query *q, struct arena *a, struct stored_item *i)
{
	struct digest public;

	i->atom_id = query_text(q, a);
	query_digest(q, &public);
	i->public_id = item_row_hex(a, &public);
	i->source = query_int(q);
	i->place = query_int(q);
	i->first_seen = query_int(q);
	i->published = query_int(q);
	i->updated = query_int(q);
	i->withdrawn = query_instant(q);
	i->revisions = query_int(q);
	i->arrival = query_int(q);
	i->changed = query_int(q);
	if (query_digest(q, &public)) {
		i->story = item_row_hex(a, &public);
		i->story_atom_id = item_row_urn(a, &public);
	}
}

int item_row_read(struct store *s, int64_t number, struct arena *a, struct stored_item *item_out,
	struct error *err)
{
	static const char FIND[] =
		"SELECT i.atom_id, i.public, i.source, i.place, i.first_seen, i.published,"
		" i.updated, i.withdrawn, i.revisions, i.arrival, i.changed, y.public, t.wire"
		" FROM item i CROSS JOIN text t ON t.number = i.number"
		" LEFT JOIN item_story m ON m.item = i.number"
		" LEFT JOIN story y ON y.number = m.story WHERE i.number = ?";
	struct query q = query_ask(s, FIND);
	struct slice wire = SLICE_NONE;
	int got;

	query_put_int(&q, number);
	got = query_step(&q, err);
	*item_out = (struct stored_item){.number = number};
	if (got == 1) {
		read_columns(&q, a, item_out);
		wire = query_blob(&q, a);
	}
	query_end(&q);
	if (got != 1)
		return got;
	if (item_row_text(wire, a, &item_out->item, number, err) < 0 ||
		read_sightings(s, a, item_out, err) < 0)
		return -1;
	return read_topics(s, a, item_out, err) < 0 ? -1 : 1;
}
