/*
 * write.h - what we know: the changes.  The poller alone.
 *
 * One writer.  A group of polls is one transaction: store_write_begin, any number of
 * store_write_poll (each under a savepoint: its own mistake rolls back to there and leaves the
 * group whole), store_write_commit.  Any error of the store itself (full, I/O, memory,
 * corrupt) rolls the group back: every poll in it is as if it had not been, and nothing is told
 * to anyone before the commit.  WAL, synchronous=FULL, WAL files kept for readers.
 */
#ifndef TRIBUTARY_STORE_WRITE_H
#define TRIBUTARY_STORE_WRITE_H

#include "base/digest.h"    /* digest */
#include "feed/feed.h"      /* item, feed */
#include "store/history.h"  /* source_history, source_known */
#include "store/identity.h" /* identity_domain */
#include "store/read.h"     /* source_state, stored_source */

struct store_writer;

enum store_open_verdict {
	STORE_OPEN_OK,
	STORE_OPEN_REFUSED, /* newer version, not ours, not a database: nothing was touched */
	STORE_OPEN_FAILED,  /* the world: disk full, permissions */
};

/*
 * Opens or makes STATE/tributary.db (0640), migrates it, checks it (quick_check after an unclean
 * end), and leaves -wal and -shm in place so that a reader can open.  One that is damaged is moved
 * aside, and a backup put in its place (store/damage.h); the log says so.  `domain_of` tells a
 * host's registrable domain (the text of record is that of the source at the item's own domain).
 */
enum store_open_verdict store_write_open(const char *state, identity_domain *domain_of,
	struct store_writer **w_out, struct error *err);
void store_write_close(struct store_writer **w);

/* Was damage met?  Then nothing goes on but by another start, whose opening deals with it. */
bool store_write_is_damaged(const struct store_writer *w);

/* What the configuration says of a source. */
struct source_conf {
	struct slice name, url, title, lang, was;
	const struct slice *tags;
	size_t n_tags;
	bool is_page, enabled;
	int64_t keep_s, keep_items; /* keep_items -1: no limit */
};

/*
 * Makes the store's sources those of the configuration, in one commit of its own: new ones are
 * added, `was` renames, a changed url keeps the items and drops the validators, missing ones
 * retire.  Views get their UUIDs.  sources_out[i] (in `a`) answers conf[i].
 */
int store_write_sources(struct store_writer *w, const struct source_conf *conf, size_t n,
	const struct slice *views, size_t n_views, instant now, struct arena *a,
	struct source_known **sources_out, struct error *err);

/* What became of one item of a poll. */
enum item_fate {
	FATE_KNOWN,   /* seen before, nothing to write */
	FATE_FRESH,   /* new */
	FATE_REVISED, /* a real edit of one known */
	FATE_SIGHTED, /* known, carried by this source for the first time */
	FATE_DROPPED, /* a tombstone, or twice in this document: not stored */
};
struct item_written {
	enum item_fate fate;
	int64_t number; /* in the store; 0 where dropped */
	instant place;
};

/* One poll's result. */
struct poll_result {
	int64_t source;                       /* number */
	const struct source_history *history; /* as it is from now on */
	const struct feed *feed;  /* NULL: unchanged or failed; only history is written */
	const struct item *items; /* in document order */
	size_t n_items;
	bool is_first;                /* the source's first read, or an archive page */
	bool is_past;                 /* an archive page: the source's head stays as it was */
	instant previous;             /* the last committed poll that was read; INSTANT_NONE */
	struct item_written *written; /* n_items of the caller's, filled; NULL: not wanted */
};

struct poll_report {
	size_t fresh;   /* new items */
	size_t revised; /* real edits */
	size_t sighted; /* known items that this source carried for the first time */
	size_t known;   /* seen before, nothing to write */
	size_t held;    /* new, but held back (LIMIT_FLOOD_ITEMS) */
	size_t overlap; /* of n_items: seen in this source before */
	size_t renamed; /* of those: under other keys */
	bool visible;   /* readers can see a change */
};

/*
 * -1 and `err` too where the disk has no room for the reserve (STATE/reserve), which is let go when
 * the disk is full: nothing more is to be fetched then, while retention can go on.
 */
int store_write_begin(struct store_writer *w, struct error *err);

/*
 * 0 stored (in the group), 1 this poll's own mistake: rolled back to its savepoint, `err` says why,
 * the group goes on; -1 the group is rolled back.
 */
int store_write_poll(struct store_writer *w, const struct poll_result *p, instant now,
	struct poll_report *report_out, struct error *err);

/*
 * These sources are about to be asked at `now`: told before the request goes out, so that no
 * restart asks one twice within a minute (threats.md N16).  Its own commit, which need not
 * survive a loss of power; no group may be open.
 */
int store_write_asked(
	struct store_writer *w, const int64_t *sources, size_t n, instant now, struct error *err);

/*
 * An alarm of a source begins, with a sentence on it, or ends: into the open group.  One that is
 * in force already, or is not, stays so.  What ended LIMIT_ALARM_KEEP_S ago is forgotten.  0, or
 * -1 where the group is rolled back.
 */
int store_write_alarm(struct store_writer *w, int64_t source, enum alarm kind, bool begins,
	instant now, struct slice detail, struct error *err);

/* Are items of the source held back?  1, 0, or -1 and `err`. */
int store_write_holds(struct store_writer *w, int64_t source, struct error *err);

/*
 * Older pages of a feed that are being walked (RFC 5005 sections 3 and 4), one walk a source.
 */
struct walk_row {
	struct slice next; /* the page to be asked; empty: the walk is over */
	int64_t left;      /* pages that may still be asked, `next` among them */
	int64_t tries;     /* that failed, of `next` */
	instant not_before;
	bool is_gap;     /* it ends where it meets what is known */
	bool is_archive; /* `next` is a prev-archive */
};
struct walk_sink {
	void (*walk)(void *to, int64_t source, const struct walk_row *row);
};

/* How a source's walk stands from now on; into the open group. */
int store_write_walk(
	struct store_writer *w, int64_t source, const struct walk_row *row, struct error *err);

/*
 * A page that was read, by its address's digest; into the open group.  An archive is remembered
 * for ever, for it never changes; any other page until the walk is over.
 */
int store_write_walked(struct store_writer *w, int64_t source, const struct digest *page,
	bool is_archive, struct error *err);

/* 1: that page was read, 0: not, -1 and `err`. */
int store_write_was_walked(
	struct store_writer *w, int64_t source, const struct digest *page, struct error *err);

/* All walks that are not over. */
int store_write_walks(
	struct store_writer *w, const struct walk_sink *sink, void *to, struct error *err);

/*
 * Stories (src/story decides, this keeps).  An item's place in a story: written into the open
 * group, under the same savepoint rule as a poll.  A row whose item had another story moves it.
 */
struct story_item_row {
	int64_t item, story;
	struct slice how; /* "new", "guid", "link", "digest", "text", "hand" */
	double score;     /* of the decision, 0 where none was computed */
	int64_t near;     /* the item that decided, 0: none */
	instant at;       /* `t` of the grouping */
	struct slice lang;
	struct slice vec; /* as src/story made it; empty: none */
};
struct story_row {
	int64_t story; /* numbers are src/story's, never used again */
	struct slice lang;
	instant first, last;
	int64_t n;
	struct slice centroid; /* bytes; empty: none */
	struct slice across;   /* bytes of src/story's across; empty: none */
	int64_t group; /* stories of one group tell one event in several languages; 0: none */
	bool locked;
};
struct story_term_row {
	uint32_t lang; /* src/story's number for a language, or 0 */
	uint32_t hash;
	double df;
};
int store_write_story_item(
	struct store_writer *w, const struct story_item_row *row, struct error *err);
/* All of the row but `across` and `group`, or only these. */
int store_write_story(struct store_writer *w, const struct story_row *row, struct error *err);
int store_write_story_across(
	struct store_writer *w, const struct story_row *row, struct error *err);
int store_write_story_term(
	struct store_writer *w, const struct story_term_row *row, struct error *err);
/* Small values of src/story's own (N per language, the next number): name to bytes. */
int store_write_story_meta(
	struct store_writer *w, struct slice name, struct slice value, struct error *err);
/* A story of n 0 and a term of df 0 go. */

/*
 * The rows as they stand of the item that `any_id` names (number, public id or atom:id) and of its
 * story; where it names a story (public id, atom:id), only that, and item 0.  Texts in `a`.  1
 * found, 0 no such item or story, or an item without one; -1 error.
 */
int store_write_story_of(struct store_writer *w, struct slice any_id, struct arena *a,
	struct story_item_row *item_out, struct story_row *story_out, struct error *err);
/* "Not this story" for ever. */
int store_write_story_apart(struct store_writer *w, int64_t item, int64_t story, struct error *err);

/* What src/story needs to go on where it stood: rows in order, items by number, since `since`. */
struct story_sink {
	void (*meta)(void *to, struct slice name, struct slice value);
	void (*term)(void *to, const struct story_term_row *row);
	void (*story)(void *to, const struct story_row *row);
	void (*item)(void *to, const struct story_item_row *row);
	void (*apart)(void *to, int64_t item, int64_t story);
};
int store_write_stories_load(struct store_writer *w, instant since, const struct story_sink *sink,
	void *to, struct error *err);

/* Replaces an item's topics; names sorted; `why[i]` says which words, for `explain`. */
int store_write_topics(struct store_writer *w, int64_t item, const struct slice *names,
	const struct slice *why, size_t n, struct error *err);

/*
 * Topics of the past: items behind `after` in the order of number, at most `limit`, for a table of
 * rules that changed; texts in `a`.  n 0: done.
 */
int store_write_topics_past(struct store_writer *w, int64_t after, size_t limit, struct arena *a,
	struct stored_item **items_out, size_t *n_out, struct error *err);

/* Small facts that outlive a restart, like how far the topics of the past are done; in the group.
 */
int store_write_note(
	struct store_writer *w, struct slice name, struct slice value, struct error *err);
/* 1 found, 0 none, -1 error. */
int store_write_noted(struct store_writer *w, struct slice name, struct arena *a,
	struct slice *value_out, struct error *err);

/* Rows that the open group has written so far; 0 where none is open. */
size_t store_write_rows(const struct store_writer *w);

/*
 * Commits.  After a failed commit the connection was reopened and nothing of the group stands,
 * or all of it (then 0 is returned): it looked.
 */
int store_write_commit(struct store_writer *w, struct error *err);

/* Lets the held-back items of a source go into the feeds.  Its own commit. */
int store_write_release(
	struct store_writer *w, int64_t source, size_t *released_out, struct error *err);

/*
 * A slice of filling the index of words: what came and what changed since.  A commit of its own,
 * takes some milliseconds.  *visible_out: readers find what they did not find before; *more_out:
 * there is more to do.
 */
int store_write_search(
	struct store_writer *w, bool *visible_out, bool *more_out, struct error *err);

/*
 * A slice of the backup of the day, into STATE/backups, of which the `keep` newest stay (0: none is
 * made).  Nothing where the day has one already.
 */
int store_write_backup(
	struct store_writer *w, int64_t keep, instant now, bool *more_out, struct error *err);

/*
 * A slice of idle work: retention, what stories compare once it is 14 days old, tombstones older
 * than 400 days, room that stands empty (given back to the disk where it is a quarter of the file
 * and 16 MB), a checkpoint.  Its own commits; takes some milliseconds.  *more_out: there is more
 * to do.
 */
int store_write_keep(struct store_writer *w, instant now, bool *more_out, struct error *err);

#endif
