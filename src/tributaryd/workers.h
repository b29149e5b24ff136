/*
 * workers.h - the parsers as the poller sees them: documents in, answers out
 *
 * A parser is asked for when there is work and none is free, ends after LIMIT_WORKER_IDLE_S
 * without, and holds one document at a time.  It is killed when it breaks the rules or takes
 * longer than LIMIT_PARSE_WALL_S; that costs the document it had in hand and no other.  What it
 * answers is copied out and checked (feed/answer.h) before anyone sees it.
 *
 * tests/fake/workers.c parses in the process instead, against this same header.
 */
#ifndef TRIBUTARY_TRIBUTARYD_WORKERS_H
#define TRIBUTARY_TRIBUTARYD_WORKERS_H

#include "feed/answer.h" /* answer_read */

struct ev_loop; /* ev.h */
struct workers;

/* What the supervisor is asked for. */
struct workers_needs {
	/* One more parser, please: workers_arrived answers. */
	void (*want)(void *data);
	/* Parser `id` must die. */
	void (*kill)(void *data, uint64_t id);
	void *data;
};

struct workers *workers_open(struct ev_loop *loop, int most, const struct workers_needs *needs);
void workers_close(struct workers **w); /* documents in hand are forgotten, not answered */
void workers_configure(struct workers *w, int most);

/* A parser that was wanted: its number and the channel to it (owned from here on), or fd -1. */
void workers_arrived(struct workers *w, uint64_t id, int fd);

/* A document to read; everything is copied, `body` is duplicated. */
struct work {
	int body;
	uint64_t body_bytes;
	size_t max_bytes;
	struct slice url, content_type, content_location, content_language, link;
	bool is_gzip;
	struct slice page_item, page_link, page_heading, page_summary, page_date, page_image,
		page_next, page_lang; /* page_item empty: a feed */
};

enum work_end {
	WORK_PARSED,  /* `read` holds it */
	WORK_NO_FEED, /* it is something else than a feed: `why` */
	WORK_REFUSED, /* it cannot be read: `why` */
	WORK_CRASHED, /* its parser died of it, was killed for it, or broke the rules: `why` */
	WORK_FAILED,  /* nobody could be given it: no descriptors, no memory */
};

/* `read` and `why` live until the call returns. */
typedef void work_done(
	void *data, enum work_end end, const struct answer_read *read, struct slice why);

/* `done` is called exactly once, never from within. */
void workers_submit(struct workers *w, const struct work *work, work_done *done, void *data);

/* `data` is not told any more: its document, in hand or waiting, is forgotten. */
void workers_forget(struct workers *w, const void *data);

/* Documents waiting or in hand. */
size_t workers_load(const struct workers *w);

#endif
