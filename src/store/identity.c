/* identity.c - new, changed, or the same item? */
#include "store/identity.h"
#include "base/arena.h"
#include "base/url.h"
#include "store/normal.h"

#include <stdlib.h>

#define TEXT_WORDS 40 /* fewer may be a phrase that many items have */

/* A part of a key out of a number: eight bytes, the least first. */
struct number_bytes {
	char at[8];
};

static struct slice number_part(struct number_bytes *to, int64_t value)
{
	for (size_t i = 0; i < sizeof to->at; i++)
		to->at[i] = (char)((uint64_t)value >> (8 * i));
	return slice_from(to->at, sizeof to->at);
}

static instant stated_date(const struct item *i)
{
	return i->published != INSTANT_NONE ? i->published : i->modified;
}

/* The address as it is compared; one that we cannot canonicalise (another scheme) as it stands. */
static struct slice address_of(struct arena *a, const struct item *i)
{
	struct slice canonical = url_canonical(a, i->url);

	return canonical.len > 0 ? canonical : i->url;
}

/*
 * The item's text in words: what is shown first is what counts, so that a text and the same text
 * with a summary beside it are one.
 */
static struct slice words_of(struct arena *a, const struct item *i)
{
	struct slice text = SLICE_NONE;

	if (i->content_html.len > 0)
		text = normal_text(a, i->content_html, true);
	if (text.len == 0 && i->content_text.len > 0)
		text = normal_text(a, i->content_text, false);
	if (text.len == 0 && i->summary_html.len > 0)
		text = normal_text(a, i->summary_html, true);
	if (text.len == 0)
		text = normal_text(a, i->summary, false);
	return text;
}

static struct digest key_of_id(const struct item *i)
{
	struct slice parts[] = {SLICE("id"), i->id};

	return digest_of(parts, COUNT(parts));
}

static struct digest key_of_address(struct arena *a, const struct item *i)
{
	struct slice parts[] = {SLICE("address"), address_of(a, i)};

	return digest_of(parts, COUNT(parts));
}

static struct digest key_of_address_date(struct arena *a, const struct item *i)
{
	struct number_bytes date;
	struct slice parts[] = {
		SLICE("address date"), address_of(a, i), number_part(&date, stated_date(i))};

	return digest_of(parts, COUNT(parts));
}

/* Where there is no date the title alone: it outlives an edit of the text, a digest does not. */
static struct digest key_of_title_date(struct arena *a, const struct item *i)
{
	struct number_bytes date;
	struct slice parts[] = {
		SLICE("title date"), normal_line(a, i->title), number_part(&date, stated_date(i))};

	return digest_of(parts, COUNT(parts));
}

static struct digest key_of_digest(struct arena *a, const struct item *i)
{
	struct digest whole = identity_revision(i, a);
	struct number_bytes date;
	struct slice parts[] = {SLICE("digest"),
		slice_from((const char *)whole.at, sizeof whole.at),
		number_part(&date, stated_date(i))};

	return digest_of(parts, COUNT(parts));
}

static struct digest key_in(struct arena *a, const struct item *i, enum identity_rung rung)
{
	if (rung <= RUNG_ID && i->id_is_given)
		return key_of_id(i);
	if (rung <= RUNG_ADDRESS && i->url.len > 0)
		return key_of_address(a, i);
	if (rung <= RUNG_ADDRESS_DATE && i->url.len > 0 && stated_date(i) != INSTANT_NONE)
		return key_of_address_date(a, i);
	if (rung <= RUNG_TITLE_DATE && i->title.len > 0)
		return key_of_title_date(a, i);
	return key_of_digest(a, i);
}

struct digest identity_key(const struct item *i, enum identity_rung rung)
{
	struct arena a = {0};
	struct digest key = key_in(&a, i, rung);

	arena_clear(&a);
	return key;
}

struct keyed {
	struct digest key;
	const struct item *item;
};

static int by_key(const void *one, const void *other)
{
	const struct keyed *a = one, *b = other;

	return memcmp(&a->key, &b->key, sizeof a->key);
}

/*
 * One item twice: the same in all by which we tell items apart.  Atom allows several versions of
 * one entry in a document, which differ in `updated` and text (RFC 4287 section 4.1.1).
 */
static bool are_versions(const struct item *a, const struct item *b)
{
	return a->id_is_given == b->id_is_given && slice_equal(a->id, b->id) &&
	       slice_equal(a->url, b->url) && slice_equal(a->title, b->title) &&
	       a->published == b->published &&
	       (a->published != INSTANT_NONE || a->modified != INSTANT_NONE ||
		       slice_equal(a->content_html, b->content_html));
}

static bool holds(struct keyed *all, const struct item *items, size_t n, enum identity_rung rung,
	struct arena *a)
{
	for (size_t i = 0; i < n; i++)
		all[i] = (struct keyed){key_in(a, &items[i], rung), &items[i]};
	qsort(all, n, sizeof *all, by_key);
	for (size_t i = 1; i < n; i++)
		if (digest_equal(&all[i - 1].key, &all[i].key) &&
			!are_versions(all[i - 1].item, all[i].item))
			return false;
	return true;
}

enum identity_rung identity_rung(const struct item *items, size_t n, enum identity_rung stored)
{
	struct arena a = {0};
	struct keyed *all = arena_array(&a, n, sizeof *all);
	enum identity_rung rung = stored;

	while (rung < RUNG_DIGEST && !holds(all, items, n, rung, &a))
		rung++;
	arena_clear(&a);
	return rung;
}

/* A fragment that names a part of the page which is a text of its own: somebody's comment. */
static bool names_a_part(struct slice url)
{
	static const char *const parts[] = {
		"comment", "issuecomment", "respond-", "post-", "reply"};
	struct slice fragment = slice_skip(url, slice_find_byte(url, '#') + 1);

	for (size_t i = 0; i < COUNT(parts); i++)
		if (slice_starts_fold(fragment, parts[i]) && fragment.len > strlen(parts[i]) + 1)
			return true;
	return false;
}

/* A site's front page is no item's own address: many items may point there. */
static bool is_front_page(struct arena *a, struct slice canonical)
{
	struct url_parts parts;

	return !url_split(a, canonical, &parts) || (parts.path.len <= 1 && parts.query.len == 0);
}

bool identity_address(const struct item *i, struct arena *a, struct digest *key_out)
{
	struct slice parts[] = {SLICE("address"), url_canonical(a, i->url)};

	if (parts[1].len == 0 || is_front_page(a, parts[1]) || names_a_part(i->url))
		return false;
	*key_out = digest_of(parts, COUNT(parts));
	return true;
}

bool identity_global_id(const struct item *i, struct arena *a, struct digest *key_out)
{
	struct url_parts address;
	struct slice canonical = url_canonical(a, i->id);

	if (!i->id_is_given || !url_is_global_id(i->id) || !url_split(a, i->url, &address))
		return false;
	/* An id that is the address says no more than the address. */
	if (canonical.len > 0 && slice_equal(canonical, url_canonical(a, i->url)))
		return false;

	struct slice parts[] = {SLICE("global id"), i->id, address.host};

	*key_out = digest_of(parts, COUNT(parts));
	return true;
}

bool identity_text(const struct item *i, struct arena *a, struct digest *key_out)
{
	struct slice words = words_of(a, i);
	struct slice parts[] = {SLICE("text"), normal_line(a, i->title), words};

	if (normal_words(words) < TEXT_WORDS)
		return false;
	*key_out = digest_of(parts, COUNT(parts));
	return true;
}

struct digest identity_revision(const struct item *i, struct arena *a)
{
	size_t n = 0;
	struct slice *parts = arena_array(a, 4 + i->attachments.n, sizeof *parts);

	parts[n++] = SLICE("revision");
	parts[n++] = normal_line(a, i->title);
	parts[n++] = words_of(a, i);
	parts[n++] = address_of(a, i);
	for (size_t k = 0; k < i->attachments.n; k++)
		parts[n++] = i->attachments.at[k].url;
	return digest_of(parts, n);
}

bool identity_at_home(
	struct arena *a, struct slice source_url, const struct item *i, identity_domain *domain_of)
{
	struct url_parts source, item;

	if (!url_split(a, source_url, &source) || !url_split(a, i->url, &item))
		return false;

	struct slice ours = domain_of(source.host);
	char *kept = arena_alloc(a, ours.len + 1); /* the next answer may take its place */

	memcpy(kept, ours.len > 0 ? ours.at : "", ours.len);
	return ours.len > 0 && slice_equal(slice_from(kept, ours.len), domain_of(item.host));
}
