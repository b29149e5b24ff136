/*
 * identity.h - new, changed, or the same item?  Pure.
 *
 * What design.md "Identity, revision, story" says, as functions of their arguments: the key under
 * which a source's item is known (the ladder for bad GUIDs decided per document), the keys
 * under which it meets items of other sources, and the digest whose change is a revision.
 */
#ifndef TRIBUTARY_STORE_IDENTITY_H
#define TRIBUTARY_STORE_IDENTITY_H

#include "base/digest.h" /* digest */
#include "feed/feed.h"   /* item */

struct arena; /* base/arena.h */

/* The ladder: the first rung whose keys are unique within the document. */
enum identity_rung {
	RUNG_ID,
	RUNG_ADDRESS,
	RUNG_ADDRESS_DATE,
	RUNG_TITLE_DATE,
	RUNG_DIGEST,
};

/*
 * The rung for this document; `stored` is the one in force for the source (RUNG_ID for a new
 * one), and is left only downwards, when this document shows that it does not hold.
 */
enum identity_rung identity_rung(const struct item *items, size_t n, enum identity_rung stored);

/* The key of an item within its source, by the rung; falls down the ladder where a part is missing.
 */
struct digest identity_key(const struct item *i, enum identity_rung rung);

/* Keys across sources; false where the item gives none. */
bool identity_address(const struct item *i, struct arena *a, struct digest *key_out);
bool identity_global_id(const struct item *i, struct arena *a, struct digest *key_out);
bool identity_text(const struct item *i, struct arena *a, struct digest *key_out); /* >= 40 words */

/* Over normalised title, text, address, enclosures: what differs is a revision. */
struct digest identity_revision(const struct item *i, struct arena *a);

/* A host's registrable domain.  libpsl's door is poll/domain.c: the main hands it in. */
typedef struct slice identity_domain(struct slice host);

/* Are the source and the item's address of one registrable domain: is its text that of record? */
bool identity_at_home(
	struct arena *a, struct slice source_url, const struct item *i, identity_domain *domain_of);

#endif
