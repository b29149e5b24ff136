/*
 * cluster.h - which items tell one story, in one language
 *
 * An item's words are weighed (feature.h) and compared with those of the items that came lately;
 * it joins the story that fits best, or begins one.  All is in memory: no store, no clock.  What
 * an answer changes is asked for afterwards (cluster_dirty_...) and written in the same commit;
 * what is in memory is what is written, to the bit, so that a process that is restarted between
 * any two items goes on with the same answers.
 *
 * Order: items are chosen in the order of their numbers, which is that of their arrival.
 *
 * Languages are told apart by the primary subtag (BCP 47), two letters, unless the letters of the
 * title say that it is wrong (lang.h); whatever else a source says counts as one language, "und".
 *
 * The same thing (the same address with texts that have something in common, the same enclosure
 * and title, the same title and text) is the same story while an item of it is live, locked or
 * not.  A revised item keeps its story.
 *
 * Bounds: what came in the last CLUSTER_LIVE_S is compared with, and of that the last
 * CLUSTER_LIVE items; COUNT_TERMS terms are counted (count.h).  An item costs a fixed number of
 * visits and comparisons at most, whatever it says.  Memory that is not there ends the process
 * (die).
 *
 * Measured (tests/check/stories.py, by tests/bench/bench_story):
 *
 *	                     precision  recall  F1      promised
 *	unweek      BCubed   .951       .871    .909    F1 .89, precision .90
 *	            pairs    .886       .707    .787    F1 .70
 *	edits       BCubed   .951       .926    .938    F1 .93, precision .93
 *	basil       BCubed   1.000      .789    .882    F1 .85, precision .99
 *	rewordings  BCubed   1.000      1.000   1.000   F1 .98
 *	uci         BCubed   .945       .310    .467    precision .92
 *	pairs-tg    pairs    .796       .827    .811    precision .75, F1 .78
 *	crosslang   pairs    .977       .588    .734    precision .97, recall .50 (across.h)
 *
 * With 200,000 items in 14 days, links across languages and all, an item takes 130 us of processor
 * time in the mean (200), 350 us at p99 (1,000), and the grouping 60 MB (64).
 */
#ifndef TRIBUTARY_STORY_CLUSTER_H
#define TRIBUTARY_STORY_CLUSTER_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

#define CLUSTER_LANG_BYTES     4   /* a language and its NUL */
#define CLUSTER_VEC_BYTES      360 /* the most that an item's row holds */
#define CLUSTER_CENTROID_BYTES 1200

#define CLUSTER_LIVE_S (INT64_C(3) * 86400)
#define CLUSTER_LIVE   65536
#define CLUSTER_OLD_S  (INT64_C(14) * 86400)

struct cluster;

/* Why an item is in its story. */
enum cluster_how {
	CLUSTER_OLD,       /* it is in none: older than 14 days when it was first seen */
	CLUSTER_NEW,       /* nothing is like it: it began the story */
	CLUSTER_LINK,      /* the same address as another item */
	CLUSTER_ENCLOSURE, /* the same enclosure and title */
	CLUSTER_DIGEST,    /* the same title and text */
	CLUSTER_TEXT,      /* their texts are alike */
	CLUSTER_HAND,      /* the admin said so */
	CLUSTER_HOW_COUNT
};

/* "new", "link", "enclosure", "digest", "text", "hand"; "old" for CLUSTER_OLD.  Static. */
const char *cluster_how_name(enum cluster_how how);
/* CLUSTER_OLD for a name that is none. */
enum cluster_how cluster_how_of(struct slice name);

struct cluster_item {
	int64_t item;                         /* its number: greater than all before */
	struct slice lang;                    /* as the source says; empty: not known */
	struct slice title, summary, content; /* plain text, valid UTF-8; each may be empty */
	instant date;                         /* as its source says, or INSTANT_NONE */
	struct slice link;                    /* canonical address, or empty */
	struct slice enclosure;               /* address of its first enclosure, or empty */
};

/* An item's row.  `vec` lies in the cluster until its next call. */
struct cluster_choice {
	int64_t item, story; /* story 0: none, with CLUSTER_OLD; nothing is to be written then */
	enum cluster_how how;
	bool is_new;       /* the story */
	double score;      /* of CLUSTER_TEXT; else the best that was not enough, or 0 */
	int64_t near;      /* the item that decided, or was nearest; 0: none */
	double similarity; /* with it: 0 to 1 */
	instant at;        /* the item's date, at most 14 days before now and not after; else now */
	char lang[CLUSTER_LANG_BYTES];
	struct slice vec;
};

/* A story's row.  `centroid` lies in the cluster until its next call. */
struct cluster_story {
	int64_t story;
	char lang[CLUSTER_LANG_BYTES];
	instant first, last; /* of its items' `at` */
	int64_t n;           /* its items, those of long ago too */
	bool locked;
	struct slice centroid; /* empty: a story of one */
};

/* `seed`: any number, of no effect on any answer; unknown to strangers it keeps tables even. */
struct cluster *cluster_new(uint64_t seed);
void cluster_free(struct cluster **of);

/* The story of a new item.  A revised item keeps its story: do not ask again. */
void cluster_choose(
	struct cluster *c, const struct cluster_item *it, instant now, struct cluster_choice *out);

/*
 * The admin's word.  `row` is the item's row as it stands (how, score and near do not matter);
 * stories that are named and not live any more (cluster_has) are given by cluster_restore_story
 * before.  Each fills *out with the item's new row.
 *
 * part: the item leaves its story for one of its own, and no text brings it back (write the pair,
 * cluster_restore_apart gives it back).  False, nothing done: it is alone there already.
 * join: the item moves to `story` and stands there.  False: it is there already, or there is no
 * such story.
 * lock: the story takes no more items by text; false: no such story.
 */
bool cluster_part(struct cluster *c, const struct cluster_choice *row, struct cluster_choice *out);
bool cluster_join(struct cluster *c, const struct cluster_choice *row, int64_t story,
	struct cluster_choice *out);
bool cluster_lock(struct cluster *c, int64_t story, bool locked);
bool cluster_has(const struct cluster *c, int64_t story);

/*
 * What changed since cluster_clean and is to be written in the commit that writes the item rows:
 * stories, terms with a value each, and one value of all.  A term with value 0 is to be deleted, a
 * story with n 0 too. Should the commit fail, free the cluster and restore another.
 */
size_t cluster_dirty_stories(const struct cluster *c);
void cluster_dirty_story(struct cluster *c, size_t i, struct cluster_story *out);
size_t cluster_dirty_terms(const struct cluster *c);
void cluster_dirty_term(const struct cluster *c, size_t i, uint32_t *term_out, uint32_t *value_out);
struct slice cluster_meta(struct cluster *c); /* lies in the cluster until its next call */
void cluster_clean(struct cluster *c);

/*
 * After a start, into a new cluster: the value, all terms, the stories with items of the last 14
 * days, the items of the last 14 days (by `at`) in the order of their numbers, the pairs; then
 * cluster_restored once, with what `now` is.  What does not fit (another version's, damaged) is
 * left out.
 */
void cluster_restore_meta(struct cluster *c, struct slice meta);
void cluster_restore_term(struct cluster *c, uint32_t term, uint32_t value);
void cluster_restore_story(struct cluster *c, const struct cluster_story *row);
void cluster_restore_item(struct cluster *c, const struct cluster_choice *row);
void cluster_restore_apart(struct cluster *c, int64_t item, int64_t story);
void cluster_restored(struct cluster *c, instant now);

#endif
