/* identity.c - new, changed, or the same item? */
#include "store/identity.h"
#include "base/arena.h"
#include "base/limits.h"
#include "base/url.h"
#include "store/normal.h"

#include <stdlib.h>

#define HOST_BYTES 4  /* of a meeting key; 12 are left for what meets */
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

static struct slice part_of(const struct digest *d)
{
	return slice_from((const char *)d->at, sizeof d->at);
}

/* The host of a canonical address: "https://host[:port]/…". */
static struct slice host_of(struct slice canonical)
{
	struct slice host = slice_skip(canonical, strlen("https://"));

	host = slice_head(host, slice_find_byte(host, '/'));
	if (slice_starts(host, "["))
		return slice_head(host, slice_find_byte(host, ']') + 1);
	return slice_head(host, slice_find_byte(host, ':'));
}

static void look_at_text(struct look *l, struct arena *scratch)
{
	struct slice words = words_of(scratch, l->item);
	struct slice parts[] = {SLICE("text"), l->title, words};

	l->has_words = normal_has_words(words, TEXT_WORDS);
	l->text = digest_of(parts, COUNT(parts));
}

static void look_at_body(struct look *l)
{
	struct slice parts[2 + LIMIT_ATTACHMENTS];
	size_t n = 0;

	parts[n++] = SLICE("body");
	parts[n++] = part_of(&l->text);
	for (size_t i = 0; i < l->item->attachments.n && n < COUNT(parts); i++)
		parts[n++] = l->item->attachments.at[i].url;
	l->body = digest_of(parts, n);
}

void identity_look(
	struct arena *a, struct arena *scratch, const struct item *i, struct look *look_out)
{
	struct slice canonical = url_canonical(a, i->url);

	*look_out = (struct look){
		.item = i,
		.address = canonical.len > 0 ? canonical : i->url,
		.host = host_of(canonical),
		.title = normal_line(a, i->title),
		.date = i->published != INSTANT_NONE ? i->published : i->modified,
	};
	look_at_text(look_out, scratch);
	arena_reset(scratch);
	look_at_body(look_out);

	struct slice parts[] = {SLICE("revision"), part_of(&look_out->body), look_out->address};

	look_out->revision = digest_of(parts, COUNT(parts));
}

/* --- within a source */

static struct digest key_of_id(const struct look *l)
{
	struct slice parts[] = {SLICE("id"), l->item->id};

	return digest_of(parts, COUNT(parts));
}

static struct digest key_of_address(const struct look *l)
{
	struct slice parts[] = {SLICE("address"), l->address};

	return digest_of(parts, COUNT(parts));
}

static struct digest key_of_address_date(const struct look *l)
{
	struct number_bytes date;
	struct slice parts[] = {SLICE("address date"), l->address, number_part(&date, l->date)};

	return digest_of(parts, COUNT(parts));
}

/* Where there is no date the title alone: it outlives an edit of the text, a digest does not. */
static struct digest key_of_title_date(const struct look *l)
{
	struct number_bytes date;
	struct slice parts[] = {SLICE("title date"), l->title, number_part(&date, l->date)};

	return digest_of(parts, COUNT(parts));
}

static struct digest key_of_digest(const struct look *l)
{
	struct number_bytes date;
	struct slice parts[] = {
		SLICE("digest"), part_of(&l->revision), number_part(&date, l->date)};

	return digest_of(parts, COUNT(parts));
}

struct digest identity_key(const struct look *l, enum identity_rung rung)
{
	if (rung <= RUNG_ID && l->item->id_is_given)
		return key_of_id(l);
	if (rung <= RUNG_ADDRESS && l->address.len > 0)
		return key_of_address(l);
	if (rung <= RUNG_ADDRESS_DATE && l->address.len > 0 && l->date != INSTANT_NONE)
		return key_of_address_date(l);
	if (rung <= RUNG_TITLE_DATE && l->title.len > 0)
		return key_of_title_date(l);
	return key_of_digest(l);
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

static bool holds(struct keyed *room, const struct look *looks, size_t n, enum identity_rung rung)
{
	for (size_t i = 0; i < n; i++)
		room[i] = (struct keyed){identity_key(&looks[i], rung), looks[i].item};
	qsort(room, n, sizeof *room, by_key);
	for (size_t i = 1; i < n; i++)
		if (digest_equal(&room[i - 1].key, &room[i].key) &&
			!are_versions(room[i - 1].item, room[i].item))
			return false;
	return true;
}

enum identity_rung identity_rung(const struct look *looks, size_t n, enum identity_rung stored)
{
	struct arena a = {0};
	struct keyed *room = arena_array(&a, n, sizeof *room);
	enum identity_rung rung = stored;

	while (rung < RUNG_DIGEST && !holds(room, looks, n, rung))
		rung++;
	arena_clear(&a);
	return rung;
}

/* --- across sources */

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
static bool is_front_page(const struct look *l)
{
	struct slice rest = slice_skip(l->address, strlen("https://"));

	rest = slice_skip(rest, slice_find_byte(rest, '/'));
	return rest.len <= 1;
}

/*
 * Led by its host's digest, so that the keys of one feed's items are neighbours: keys that lie
 * anywhere cost a page of the index each.
 */
static struct digest near(struct slice host, struct digest key)
{
	struct digest place = digest_bytes(host);

	memcpy(key.at, place.at, HOST_BYTES);
	return key;
}

bool identity_address(const struct look *l, struct digest *key_out)
{
	if (l->host.len == 0 || is_front_page(l) || names_a_part(l->item->url))
		return false;
	*key_out = near(l->host, key_of_address(l));
	return true;
}

bool identity_same_site(const struct digest *one, const struct digest *other)
{
	return memcmp(one->at, other->at, HOST_BYTES) == 0;
}

bool identity_address_of(struct arena *a, struct slice url, struct digest *key_out)
{
	struct item item = {.url = url};
	struct look look = {.item = &item, .address = url_canonical(a, url)};

	look.host = host_of(look.address);
	return identity_address(&look, key_out);
}

/* What follows the host of a canonical address. */
static struct slice rest_of(struct slice canonical)
{
	struct slice rest = slice_skip(canonical, strlen("https://"));

	return slice_skip(rest, slice_find_byte(rest, '/'));
}

static bool ends_in(struct slice s, struct slice end)
{
	return s.len >= end.len && slice_equal(slice_skip(s, s.len - end.len), end);
}

/*
 * An id that is an address at the item's own site is a second address of it where one leads by way
 * of the other: /feed/view/en/story/7 and /en/story/7.
 */
static bool is_other_address(const struct look *l, struct arena *a, struct digest *key_out)
{
	struct slice one = rest_of(l->address), other = rest_of(url_canonical(a, l->item->id));
	struct digest own;

	return (ends_in(one, other) || ends_in(other, one)) && identity_address(l, &own) &&
	       identity_address_of(a, l->item->id, key_out) && identity_same_site(&own, key_out);
}

bool identity_global_id(const struct look *l, struct arena *a, struct digest *key_out)
{
	struct slice parts[] = {SLICE("global id"), l->item->id, l->host};

	if (!l->item->id_is_given || l->host.len == 0 || !url_is_global_id(l->item->id))
		return false;
	/* An id that is the address says no more than the address. */
	if (slice_equal(l->item->id, l->item->url) ||
		slice_equal(url_canonical(a, l->item->id), l->address))
		return false;
	if (is_other_address(l, a, key_out))
		return true;
	*key_out = near(l->host, digest_of(parts, COUNT(parts)));
	return true;
}

bool identity_text(const struct look *l, struct digest *key_out)
{
	*key_out = l->text;
	return l->has_words;
}

bool identity_at_home(const struct look *l, struct slice domain, identity_domain *domain_of)
{
	return domain.len > 0 && l->host.len > 0 && slice_equal(domain, domain_of(l->host));
}

/* What ids of one origin begin with: scheme and host, or all but what follows the last colon. */
static struct slice origin_of(struct slice id)
{
	size_t host = slice_find(id, SLICE("://")) + 3;
	size_t end = id.len;

	if (host < id.len)
		return slice_head(id, host + slice_find_byte(slice_skip(id, host), '/'));
	while (end > 0 && id.at[end - 1] != ':')
		end--;
	return slice_head(id, end);
}

struct digest identity_public(struct slice atom_id)
{
	return near(origin_of(atom_id), digest_bytes(atom_id));
}

struct slice identity_tongue(struct slice lang, char tongue[TONGUE_BYTES])
{
	size_t n = 0;

	while (n < lang.len && n < TONGUE_BYTES - 1 && lang.at[n] != '-') {
		char c = lang.at[n];

		tongue[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	tongue[n] = '\0';
	return slice_from(tongue, n);
}
