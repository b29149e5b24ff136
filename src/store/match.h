/*
 * match.h - which item is it?  What the four files of matching share
 *
 * write_match.c leads: first under the keys that this source gave its items before
 * (match_find.c); then, for what is left, by the signs of a key that changed and by the keys at
 * which sources meet (match_sign.c); at last by likeness, where many keys changed at once
 * (match_batch.c).  What the document still carries under its old key cannot be what has come
 * under a new one: an item that an entry stands for is taken.
 */
#ifndef TRIBUTARY_STORE_MATCH_H
#define TRIBUTARY_STORE_MATCH_H

#include "store/query.h"
#include "store/writer.h"

/* The columns of match_read, of an item `i`. */
#define MATCH_COLUMNS                                                                              \
	"i.number, i.source, i.home, i.held, i.place, i.first_seen, i.published, i.updated,"       \
	" i.withdrawn, i.address, i.revision, i.title, i.revisions"

void match_read(struct query *q, int64_t number, struct found *f);

/* Under a key of this source, or at a meeting key; f->number 0: nothing.  0, or -1 and `err`. */
int match_find_known(
	struct document *d, const struct digest *key, struct found *f, struct error *err);
int match_find_meeting(
	struct document *d, const struct digest *key, struct found *f, struct error *err);

/* 1 this source carries the item, 0 it does not, -1 and `err`. */
int match_carries(struct document *d, int64_t item, struct error *err);

/* The entry that stands for the item; NULL: none. */
const struct entry *match_taken_by(const struct document *d, int64_t number);
bool match_is_taken(const struct document *d, int64_t number);

/* The entry is this item, by that sign, from now on taken. */
void match_settle(struct document *d, struct entry *e, const struct found *f, enum match match,
	enum identity_sign sign);
void match_take(struct document *d, const struct entry *e);
void match_forget_taken(struct document *d);

/* One entry that has no known key: by its place on the web; then, when all were seen so, by text.
 */
int match_sign(struct document *d, struct entry *e, struct error *err);
int match_text(struct document *d, struct entry *e, struct error *err);

/* All that are new so far, together. */
int match_batch(struct document *d, struct error *err);

#endif
