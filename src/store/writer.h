/*
 * writer.h - what the writer's files share; nobody else needs it
 *
 * A poll's document goes three ways: write_match.c says which of its items are known (no row is
 * written), write_item.c writes one item, write_poll.c leads.
 */
#ifndef TRIBUTARY_STORE_WRITER_H
#define TRIBUTARY_STORE_WRITER_H

#include "base/arena.h" /* arena */
#include "base/buf.h"   /* buf */
#include "store/store.h"
#include "store/write.h"

#define DAY_S 86400

/* What an open group has done; a poll that is rolled back takes its part back. */
struct tally {
	size_t rows;
	int64_t items;    /* more than before */
	int64_t arrivals; /* items that readers see from this commit on, and did not before */
	bool visible;
};

struct store_writer {
	struct store store;
	identity_domain *domain_of;
	bool is_group;   /* between begin and commit */
	bool is_damaged; /* damage was met: only another start mends it */
	bool in_doubt;   /* the connection is to be opened anew */
	bool has_reserve;
	int64_t group;   /* number of the last group that was committed */
	int64_t serial;  /* as they stood when the open group began: what readers see, */
	int64_t arrived; /* and how many items they ever saw */
	instant now;     /* the latest that was told */
	struct tally tally;
	struct arena arena;   /* of one poll */
	struct arena scratch; /* of one item's look */
	struct buf wire;      /* of one item */
	struct {
		size_t stage;         /* of keep.c's */
		instant rest;         /* nothing to do before this instant, */
		instant sweep_rest;   /* nothing to sweep before this one */
		int64_t source;       /* the last whose retention was looked after */
		instant backup_rest;  /* no backup before this one */
		int64_t known_source; /* where the sweep stands: */
		struct digest key;
	} keep;
};

/* What the store knows of an item. */
struct found {
	int64_t number; /* 0: nothing */
	bool gone;      /* retention removed it */
	bool is_key;    /* found under a key of this source; then: */
	int64_t seen;   /* on which day */
	int64_t source;
	bool home, held;
	instant place, first_seen, published, updated, withdrawn;
	bool has_address;
	struct digest address, revision;
	int64_t title, revisions;
};

enum match {
	MATCH_NEW,
	MATCH_KEY,      /* under the key that it had before */
	MATCH_ALIAS,    /* of this source, under a new key */
	MATCH_SIGHTING, /* of another source */
	MATCH_GONE,     /* it was here and is not wanted back */
	MATCH_TWIN,     /* the document has it twice */
};

#define CHURN_LEAST 3 /* so many new keys at once are no accident */

/* An item of the document. */
struct entry {
	const struct item *item;
	struct look look;
	struct digest key, address;
	struct digest revision; /* on low rungs the body: there addresses change by themselves */
	int64_t title;
	bool has_address;
	bool shared;        /* others in this document have the same address */
	struct entry *twin; /* the one that stands for it */
	enum match match;
	enum identity_sign sign; /* where it was matched */
	enum item_fate fate;     /* where it was written */
	struct found found;
};

struct document {
	struct store_writer *w;
	const struct poll_result *poll;
	instant now;
	struct slice source_name, source_domain, source_lang;
	enum identity_rung stored_rung, rung;
	int64_t churns;
	struct entry *entries;
	size_t n;
	bool is_churned;     /* most of them have come under new keys */
	struct taken *taken; /* the items that an entry stands for (a hash) */
};

/* Which item is each entry?  0, or -1 and `err`.  d->taken is match_forget_taken's to free. */
int match_document(struct document *d, struct error *err);

/* Writes one new item, held back or not. */
int item_add(struct document *d, struct entry *e, bool held, struct error *err);

/*
 * The text of record is another than before.  *moved_out: a real edit, which moved `updated`;
 * *shown_out: readers see a change.
 */
int item_revise(
	struct document *d, struct entry *e, bool *moved_out, bool *shown_out, struct error *err);

/* Other bytes, no edit: only the digest is another from now on. */
int item_condone(struct document *d, const struct entry *e, struct error *err);

/* The text of record as it is stored, in the poll's arena. */
int item_read(struct document *d, int64_t number, struct item *item_out, struct error *err);

/* This source carries it too, from now on; takes its text as that of record where it is at home. */
int item_sight(struct document *d, struct entry *e, struct error *err);

/* From now on this source knows the item under the entry's key. */
int item_know(struct document *d, const struct entry *e, struct error *err);

/* What this key stands for names no single item in this source. */
int item_mark_shared(struct document *d, const struct entry *e, struct error *err);
struct digest item_shared_key(const struct entry *e);

/*
 * The entry's atom:id, and its digest, the public id: its own where it is global, no other item
 * bears it and it is the source's to give; else one made of the source's name and the key.
 */
int item_choose_id(struct document *d, const struct entry *e, struct slice *id_out,
	struct digest *public_out, struct error *err);

/* Marks what a complete feed carries no more.  *any_out: readers see a change. */
int withdraw_missing(struct document *d, bool *any_out, struct error *err);

/* An item that was taken back is there again. */
int withdraw_not(struct document *d, const struct entry *e, bool *shown_out, struct error *err);

/* The serial of the commit that the open group will be, where readers see a change. */
int64_t write_serial(const struct store_writer *w);

/* The turn of an item that readers see from this commit on. */
int64_t write_arrival(struct store_writer *w);

/* Readers see a change of it, or, touch_story, of what stands beside it. */
int write_touch(struct store_writer *w, int64_t item, struct error *err);
int write_touch_story(struct store_writer *w, int64_t item, struct error *err);

/* What of an item stories and topics must know.  1 found, 0 none, -1 and `err`. */
struct placed {
	instant place;
	bool held;
	int64_t changed;
	struct slice atom_id; /* in the arena */
};
int write_find_placed(
	struct store_writer *w, int64_t item, struct placed *placed_out, struct error *err);

/*
 * Does `work` in the open group, under a savepoint of its own: 0 done, 1 its own mistake, undone,
 * the group goes on; -1 the group is rolled back.
 */
typedef int write_work(struct store_writer *w, void *with, struct error *err);
int write_under_savepoint(struct store_writer *w, write_work *work, void *with, struct error *err);

/* An item, or its place in a story, is no more; what that leaves empty goes too. */
int story_forget(struct store_writer *w, int64_t item, struct error *err);

/* Clears what is too old to be compared, some rows of it.  *n_out: how many. */
int story_clear(
	struct store_writer *w, instant before, size_t most, size_t *n_out, struct error *err);

/* Before an item changes: what stands of it in a closed archive is kept as it is. */
int archive_freeze(struct store_writer *w, int64_t item, struct error *err);

/* Closes the archives that the open group has filled. */
int archive_close(struct store_writer *w, struct error *err);

/* An archive that lost an item answers no more: its sources go. */
int archive_forget(struct store_writer *w, int64_t arrival, struct error *err);

/*
 * What has failed is undone by `undo`, SQL that goes back to a savepoint, and the tally with it.
 * 1: it was this change's own mistake, and the group goes on; -1: the group is no more.
 */
int write_undo(
	struct store_writer *w, const struct tally *before, const char *undo, struct error *err);

/* The latest instant that was told: when an archive closes. */
void write_mind_time(struct store_writer *w, instant now);

/* Runs a statement that changes rows, and counts it. */
struct query;
int write_run(struct store_writer *w, struct query *q, struct error *err);

/* Gives the open group up, and with it the connection where that is in doubt. */
void write_drop_group(struct store_writer *w);

/* A commit of its own, of what `work` does.  Nothing of it stands after an error. */
int write_alone(struct store_writer *w, write_work *work, void *with, struct error *err);

/* write_alarm.c: all of the source's end. */
int alarms_end(struct store_writer *w, int64_t source, instant now, struct error *err);

/* write_poll.c: a source's row of history, the one that every poll writes. */
int history_put(
	struct store_writer *w, int64_t source, const struct source_history *h, struct error *err);

#endif
