/*
 * source_row.h - a source as the store has it, for reader and writer alike
 */
#ifndef TRIBUTARY_STORE_SOURCE_ROW_H
#define TRIBUTARY_STORE_SOURCE_ROW_H

#include "store/write.h" /* source_history */

struct store; /* store/store.h */

struct source_row {
	int64_t number;
	struct slice name, url, title, lang;
	struct slice_list tags;
	bool is_page;
	enum source_state state;
	struct source_history history; /* of a source that was never polled: nothing known */
	instant asked;
	struct feed feed; /* format FORMAT_UNKNOWN: never read */
};

/* Tags and head of a feed as the tables keep them; a head that cannot be read is none. */
void source_row_tags(struct slice text, struct arena *a, struct slice_list *to);
void source_row_head(struct slice wire, struct arena *a, struct feed *feed_out);

/* 1 found, 0 none, -1 and `err`.  Texts in `a`. */
int source_row_find(struct store *s, int64_t number, struct arena *a, struct source_row *row_out,
	struct error *err);

/* What a poll must know of source known->number.  0, or -1 and `err`.  Texts in `a`. */
int source_row_known(
	struct store *s, struct source_known *known, struct arena *a, struct error *err);

struct source_row_list {
	struct source_row *at;
	size_t n, cap;
};

/* All of them, by name.  0, or -1 and `err`. */
int source_row_all(struct store *s, struct arena *a, struct source_row_list *to, struct error *err);

#endif
