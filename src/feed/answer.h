/*
 * answer.h - a parser's answer: one page of memory that two processes share for one document
 *
 * RLIMIT_FSIZE is 0 in the jail, so the parser cannot write to a file, not even in memory: who
 * asks makes the page, sizes it and seals its size; the parser writes wire records through a
 * mapping; who asked copies the stated length out first, and checks the copy as if an enemy had
 * written it (wire, and canon for every HTML).
 */
#ifndef TRIBUTARY_FEED_ANSWER_H
#define TRIBUTARY_FEED_ANSWER_H

#include "base/buf.h"  /* buf */
#include "feed/feed.h" /* feed, item */

struct arena; /* base/arena.h */
struct error; /* base/log.h */

/*
 * How large the page is for documents of at most `max_bytes` decoded (0: LIMIT_BODY_BYTES), at
 * most LIMIT_ANSWER_MOST.  Both sides count so.
 */
size_t answer_size(size_t max_bytes);

/* A page of that size, sealed against growing and shrinking; -1 and `err` where there is no memory.
 */
int answer_make(size_t size, struct error *err);

/* The parser's side. */
struct answer {
	char *at;
	size_t size, used;
	struct buf record; /* one record, before it goes to the page */
};

/* Maps the page; -1 where it cannot be. */
int answer_open(struct answer *w, int fd, size_t size);

/* For a sink (parse/parse.h): `answer` is a struct answer.  -1: the page is full. */
int answer_put_item(void *answer, const struct item *i);
int answer_put_feed(void *answer, const struct feed *f);

/* Puts the end and gives the page back.  How many bytes were written, or 0 where it was full. */
size_t answer_close(struct answer *w);

/* The asker's side. */
struct answer_read {
	struct feed feed;
	struct item *items;
	size_t n_items;
};

/*
 * Copies `bytes` out of the page and reads them into `a`: 0, or -1 and `err` where they are not
 * what a parser that keeps the rules writes.
 */
int answer_load(
	int fd, size_t bytes, struct arena *a, struct answer_read *read_out, struct error *err);

#endif
