/* atom_id.c - the id that an item bears for ever */
#include "base/log.h"
#include "base/url.h"
#include "store/query.h"
#include "store/writer.h"

#define ATOM_ID_TRIES 16 /* under a name that another source had before */

/* Of tag:AUTHORITY,DATE:SPECIFIC the authority's domain (RFC 4151: it may be a mail address). */
static struct slice authority_of(struct arena *a, struct slice id)
{
	struct url_parts parts;
	struct slice rest, name;

	if (url_split(a, id, &parts))
		return parts.host;
	if (!slice_starts_fold(id, "tag:"))
		return SLICE_NONE;
	rest = slice_skip(id, 4);
	if (!slice_cut(&rest, ',', &name))
		return SLICE_NONE;
	return slice_skip(
		name, slice_find_byte(name, '@') < name.len ? slice_find_byte(name, '@') + 1 : 0);
}

/*
 * May this source give this id for ever?  What names a domain must be of its own or of the
 * item's address; a stranger who writes down another's id first must not have it.
 */
static bool may_bear(struct document *d, const struct entry *e)
{
	struct arena *a = &d->w->arena;
	struct slice id = e->item->id, authority, domain;

	if (!e->item->id_is_given || !url_is_global_id(id))
		return false;
	authority = authority_of(a, id);
	if (authority.len == 0)
		return slice_starts_fold(id, "urn:");
	domain = slice_copy(a, d->w->domain_of(authority));
	return domain.len > 0 && (slice_equal(domain, d->source_domain) ||
					 identity_at_home(&e->look, domain, d->w->domain_of));
}

/* 1 some item bears it, 0 none, -1 error. */
static int is_borne(struct document *d, const struct digest *public, struct error *err)
{
	static const char FIND[] = "SELECT 1 FROM item WHERE public = ?";
	struct query q = query_ask(&d->w->store, FIND);
	int got;

	query_put_digest(&q, public);
	got = query_step(&q, err);
	query_end(&q);
	return got;
}

static struct slice made_id(struct document *d, const struct entry *e, unsigned try)
{
	char uuid[UUID_TEXT_BYTES], text[UUID_TEXT_BYTES + 9], key[DIGEST_HEX_BYTES];
	char again = (char)('0' + try);
	struct slice parts[] = {d->source_name, slice_of(digest_hex(key, &e->key)),
		slice_from(&again, try > 0 ? 1 : 0)};

	digest_uuid5(uuid, parts, COUNT(parts));
	memcpy(text, "urn:uuid:", 9);
	memcpy(text + 9, uuid, sizeof uuid);
	return slice_copy(&d->w->arena, slice_of(text));
}

int item_choose_id(struct document *d, const struct entry *e, struct slice *id_out,
	struct digest *public_out, struct error *err)
{
	int borne = 1;

	if (may_bear(d, e)) {
		*id_out = e->item->id;
		*public_out = identity_public(*id_out);
		borne = is_borne(d, public_out, err);
	}
	for (unsigned try = 0; borne == 1 && try < ATOM_ID_TRIES; try++) {
		*id_out = made_id(d, e, try);
		*public_out = identity_public(*id_out);
		borne = is_borne(d, public_out, err);
	}
	return borne == 1 ? error_set(err, "no free atom:id") : borne;
}
