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

/* By what an item was known for one that is stored. */
enum identity_sign {
	SIGN_KEY,     /* its key in the source; of a new item: the one that it came under */
	SIGN_ADDRESS, /* the same canonical address */
	SIGN_ID,      /* the same global id, at the same host */
	SIGN_TEXT,    /* the same title and words */
	SIGN_RUNG,    /* the key of a rung that the source has left */
	SIGN_BATCH,   /* the same title, date and words when many keys changed at once */
	SIGN_TWIN,    /* beside it in one document, the same but for its key */
};

/* An item as it is compared: made once, for addresses and texts are dear to normalise. */
struct look {
	const struct item *item;
	struct slice address; /* canonical; as it stands where it is no web address */
	struct slice host;    /* of a web address, else empty */
	struct slice title;   /* normalised */
	instant date;         /* that it bears: of publication, else of change */
	bool has_words;       /* at least 40 of them, and so `text` says something */
	struct digest text;   /* title and words */
	struct digest
		body; /* and enclosures: what is a revision where addresses are not to be trusted */
	struct digest revision; /* and address: what differs is a revision */
};

/* Texts are in `a` or borrowed from the item.  `scratch` is used and left empty. */
void identity_look(
	struct arena *a, struct arena *scratch, const struct item *i, struct look *look_out);

/*
 * The rung for this document; `stored` is the one in force for the source (RUNG_ID for a new
 * one), and is left only downwards, when this document shows that it does not hold.
 */
enum identity_rung identity_rung(const struct look *looks, size_t n, enum identity_rung stored);

/* The key of an item within its source, by the rung; falls down the ladder where a part is missing.
 */
struct digest identity_key(const struct look *l, enum identity_rung rung);

/* Keys across sources; false where the item gives none. */
bool identity_address(const struct look *l, struct digest *key_out);
bool identity_global_id(const struct look *l, struct arena *a, struct digest *key_out);
bool identity_text(const struct look *l, struct digest *key_out);

/*
 * Do two keys of addresses tell of one site: the same host?  (By four bytes of its digest: one
 * pair in 2^32 is taken for one that is not, and then only is not merged by its text.)
 */
bool identity_same_site(const struct digest *one, const struct digest *other);

/* The key of an address by itself, as identity_address makes it of an item's. */
bool identity_address_of(struct arena *a, struct slice url, struct digest *key_out);

/*
 * The public id of an item: a digest of its atom:id, of which the part that one origin's ids have
 * in common leads, so that they are neighbours.
 */
struct digest identity_public(struct slice atom_id);

#define TONGUE_BYTES 9 /* BCP 47: a primary subtag is of at most 8 letters */

/* The first part of a language tag, lower case, in `tongue`: "en" of "EN-gb"; cut where longer. */
struct slice identity_tongue(struct slice lang, char tongue[TONGUE_BYTES]);

/*
 * A host's registrable domain, valid until the next answer.  libpsl's door is poll/domain.c: the
 * main hands it in.
 */
typedef struct slice identity_domain(struct slice host);

/* Is the item's address of that registrable domain: may it speak for the item? */
bool identity_at_home(const struct look *l, struct slice domain, identity_domain *domain_of);

#endif
