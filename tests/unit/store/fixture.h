/* fixture.h - a store in a folder of its own, and short ways to feed and ask it */
#ifndef TRIBUTARY_TESTS_STORE_FIXTURE_H
#define TRIBUTARY_TESTS_STORE_FIXTURE_H

#include "base/arena.h"
#include "base/log.h"
#include "store/read.h"
#include "store/write.h"

#define NOON         INSTANT_C(1700000000)
#define INSTANT_C(s) ((instant)INT64_C(s))
#define HOUR         3600
#define DAY          86400

/* Text of about `words` words that differs by `seed`. */
struct slice long_text(struct arena *a, const char *seed, unsigned words);

struct fixture {
	char state[64];
	struct store_writer *w;
	struct arena a; /* lives as long as the test */
	instant now;
	struct source_known *sources;
	size_t n_sources;
	struct source_conf conf[8];
	struct poll_report report;    /* of the last poll, */
	struct item_written *written; /* and of each of its items */
	struct error err;
	bool is_complete_set; /* what the feeds say of themselves */
	bool is_later[8];     /* the source was polled before */
};

/* A new folder and an open writer; sources "a" to "c" at {a,b,c}.example. */
void fixture_open(struct fixture *f);
void fixture_reopen(struct fixture *f); /* the writer alone */
void fixture_close(struct fixture *f);
void fixture_sources(struct fixture *f, size_t n);

/* The registrable domain of a host: its last two labels. */
struct slice fixture_domain(struct slice host);

/* One item of the tables below: "" or NULL is "not given". */
struct row {
	const char *id, *url, *title, *text;
	instant published;
};
struct item fixture_item(struct fixture *f, const struct row *row);

/* Polls source `s` (0 on), commits, and keeps the report. */
void poll_items(struct fixture *f, size_t s, const struct item *items, size_t n);
void poll_rows(struct fixture *f, size_t s, const struct row *rows, size_t n);
void poll_unchanged(struct fixture *f, size_t s);

/* What a reader sees: all items, newest first, in f->a. */
struct item_page read_all(struct fixture *f);
struct stored_item read_titled(struct fixture *f, const char *title); /* number 0: none */
int64_t read_serial(struct fixture *f);
int64_t read_count(struct fixture *f);

#define POLL(f, s, ...)                                                                            \
	do {                                                                                       \
		const struct row rows_[] = {__VA_ARGS__};                                          \
                                                                                                   \
		poll_rows((f), (s), rows_, COUNT(rows_));                                          \
	} while (0)

#endif
