/*
 * walk.h - places of the stream, newest first, that meet several conditions at once
 *
 * A condition ("of these sources") is the union of some streams, each an index that is ordered by
 * place.  A walk goes through the places that stand in every condition: where one condition has
 * nothing between here and there, the others leap there.  So the cost is that of what is found and
 * of one search a stream, however much is stored.
 */
#ifndef TRIBUTARY_STORE_WALK_H
#define TRIBUTARY_STORE_WALK_H

#include "store/read.h" /* place, item_query */

struct arena; /* base/arena.h */
struct store; /* store/store.h */

#define WALK_CONDITIONS 5 /* all that an item_query can ask for */

struct search; /* store/search.h */
struct walk_stream;

struct walk_condition {
	struct walk_stream **heap; /* by where they stand, the newest first */
	size_t n;
};

struct walk {
	struct store *store;
	struct arena *a;                /* of what the streams hold */
	const struct item_query *query; /* borrowed as long as the walk */
	struct place from;              /* the next is not newer than this */
	instant since;                  /* nor older than this */
	struct walk_condition conditions[WALK_CONDITIONS];
	size_t n;
	/* The numbers of what the query names, sorted: */
	struct walk_numbers {
		int64_t *at;
		size_t n, cap;
	} sources, topics;
	bool by_source, by_topic; /* does it name any? */
	struct search *search;    /* of its words; NULL: none */
};

bool walk_is_newer(struct place a, struct place b);

/* Does a language tag stand under one of those that the query asks for?  True: it asks for none. */
bool walk_takes_language(const struct item_query *q, struct slice lang);

/* 0, or -1 and `err`: words that cannot be asked for among it. */
int walk_open(struct walk *w, struct store *s, const struct item_query *q, struct arena *a,
	struct error *err);

/* One more condition: these places, newest first, are borrowed. */
void walk_among(struct walk *w, const struct place *places, size_t n);

/* 1 the next place, 0 there is none, -1 and `err`. */
int walk_next(struct walk *w, struct place *place_out, struct error *err);

/* Does this item that readers see meet the conditions, but for time?  1, 0, or -1 and `err`. */
int walk_takes(struct walk *w, struct place place, struct error *err);

#endif
