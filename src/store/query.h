/*
 * query.h - a statement's parameters in, its columns out, one after the other
 *
 * A statement is prepared once a connection and kept under the address of its text, which is a
 * constant next to the one function that asks it.  Whatever goes wrong on the way is remembered
 * and said by query_step, so that nothing is bound or read in vain.
 *
 *	struct query q = query_ask(s, FIND_KNOWN);
 *	query_put_int(&q, source);
 *	query_put_digest(&q, &key);
 *	found = query_step(&q, err);
 *	if (found == 1)
 *		*item_out = query_int(&q);
 *	query_end(&q);
 */
#ifndef TRIBUTARY_STORE_QUERY_H
#define TRIBUTARY_STORE_QUERY_H

#include "base/clock.h"  /* instant */
#include "base/digest.h" /* digest */
#include "base/slice.h"  /* slice */

struct arena; /* base/arena.h */
struct error; /* base/log.h */
struct store; /* store/store.h */
struct sqlite3_stmt;

struct query {
	struct store *store;
	struct sqlite3_stmt *stmt;
	int rc;        /* of SQLite: the first that was not well */
	int parameter; /* bound so far */
	int column;    /* of this row, read so far */
};

struct query query_ask(struct store *s, const char *sql);

/* Binds the next parameter; what it borrows must live until query_end. */
void query_put_int(struct query *q, int64_t value);
void query_put_double(struct query *q, double value);
void query_put_instant(struct query *q, instant at); /* INSTANT_NONE: NULL */
void query_put_text(struct query *q, struct slice text);
void query_put_text_or_null(struct query *q, struct slice text); /* empty: NULL */
void query_put_blob(struct query *q, struct slice bytes);
void query_put_blob_or_null(struct query *q, struct slice bytes); /* empty: NULL */
void query_put_digest(struct query *q, const struct digest *d);   /* NULL: NULL */

/* 1 a row, 0 no more rows, -1 and `err`: the store's result code stands in q->rc. */
int query_step(struct query *q, struct error *err);

/* Takes the row's next column. */
int64_t query_int(struct query *q);
double query_double(struct query *q);
instant query_instant(struct query *q);
struct slice query_text(struct query *q, struct arena *a); /* copied; NULL is empty */
struct slice query_blob(struct query *q, struct arena *a);
bool query_digest(struct query *q, struct digest *to); /* false, all zero: NULL, or no digest */

/* Lets the statement go, for its next use. */
void query_end(struct query *q);

/* For a statement that gives no row: steps it and ends it.  0, or -1 and `err`. */
int query_run(struct query *q, struct error *err);

#endif
