/*
 * search_weight.h - how much an item is about the words, told by FTS5
 *
 * An auxiliary function of FTS5 (section 7 of its documentation): `weigh(search)`.
 */
#ifndef TRIBUTARY_STORE_SEARCH_WEIGHT_H
#define TRIBUTARY_STORE_SEARCH_WEIGHT_H

struct error; /* base/log.h */
struct store; /* store/store.h */

/* Makes it known to this connection, once.  0, or -1 and `err`. */
int search_weight_register(struct store *s, struct error *err);

#endif
