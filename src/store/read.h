/*
 * read.h - what we know: the questions
 *
 * All that the publisher and the command see of the store.  A reader opens read-only, sees one
 * snapshot a question (or the one between store_read_begin and store_read_end), and can change
 * nothing.  Texts in answers live in the arena that the caller gives.
 */
#ifndef TRIBUTARY_STORE_READ_H
#define TRIBUTARY_STORE_READ_H

#include "base/digest.h"   /* digest */
#include "feed/feed.h"     /* item, feed */
#include "store/history.h" /* source_state, source_known */

struct arena; /* base/arena.h */
struct error; /* base/log.h */
struct store_reader;

/*
 * Opens STATE/tributary.db.  NULL and `err` where there is none yet, it is damaged, or it is of
 * another version than ours.
 */
struct store_reader *store_read_open(const char *state, struct error *err);

/* Is it only an older version, which the writer brings to ours when it opens it? */
bool store_read_is_older(const char *state);
void store_read_close(struct store_reader **r);

/*
 * A snapshot over several questions; closed by store_read_end.  -1 and `err` on an error of the
 * store.  To be short: it keeps the WAL from being folded back.
 */
int store_read_begin(struct store_reader *r, struct error *err);
void store_read_end(struct store_reader *r);

/*
 * Counts every commit that changed what readers can see; never goes back.  -1 also where another
 * file has taken the store's place (a backup, after damage): open anew.
 */
int store_read_serial(struct store_reader *r, int64_t *serial_out, struct error *err);

/*
 * The instant of that commit, a second that no other bears: it may lie ahead of the clock where
 * many commits came in a few seconds.
 */
int store_read_changed(struct store_reader *r, instant *changed_out, struct error *err);

/* What does not change from poll to poll. */
struct store_identity {
	char merged_uuid[UUID_TEXT_BYTES]; /* of the merged feed */
};
int store_read_identity(
	struct store_reader *r, struct store_identity *identity_out, struct error *err);

/* The stored UUID of a view, made when the configuration first named it; false: none yet. */
bool store_read_view_uuid(
	struct store_reader *r, struct slice name, char uuid_out[UUID_TEXT_BYTES]);

/* Who carried an item. */
struct sighting {
	int64_t source; /* number in the store */
	struct slice source_name;
	struct slice url; /* the address that this source gave, may be empty */
	instant first_seen;
};

/* Another item that tells the same story. */
struct sibling {
	int64_t number;
	struct slice atom_id, public_id, url, title, lang;
	struct slice source_name;
	bool across; /* of the story's counterpart in another language: "also in" */
};

struct stored_item {
	int64_t number;         /* of arrival, counted from 1, never used again */
	struct slice atom_id;   /* for ever */
	struct slice public_id; /* 32 hex digits: the ID of /item/ID */
	struct item item;       /* the text of record */
	int64_t source;         /* whose text it is */
	instant place;          /* where it stands in the stream */
	instant first_seen;
	instant published; /* as stated, else first_seen; never after first_seen */
	instant updated;   /* its place, or its own date of change, or the last real edit; never
			    * before `published` */
	instant withdrawn; /* INSTANT_NONE: not withdrawn */
	int64_t revisions; /* earlier texts that are kept */
	struct sighting *sightings; /* the source of record first, then by first_seen */
	size_t n_sightings;
	int64_t arrival; /* its turn in the order in which readers could first see items, from 1;
			  * 0: held back still */
	int64_t changed; /* the serial of the commit that last changed what readers see of it */
	struct slice_list topics;   /* names of the admin's topics, sorted */
	struct slice story;         /* the story's public id, 32 hex digits; empty: it has none */
	struct slice story_atom_id; /* "urn:uuid:…" for ever; empty: it has none */
	struct sibling *siblings;   /* same story first, by place, newest first, then across; at
				     * most LIMIT_SIBLINGS */
	size_t n_siblings;
};

/* A cursor: an item's place and number.  Items come newest place first, then highest number. */
struct place {
	instant at;
	int64_t number;
};

struct item_query {
	const struct slice *sources; /* names; n 0: all */
	size_t n_sources;
	const struct slice *tags; /* of the sources, as the store holds them; n 0: all */
	size_t n_tags;
	const struct slice *langs; /* BCP 47, prefix match ("en" takes "en-GB") */
	size_t n_langs;
	const struct slice *topics; /* the admin's topics; n 0: all */
	size_t n_topics;
	struct slice q;            /* words to search for (store/search.h); empty: none */
	bool one_per_story;        /* one item a story: its lead, standing where its newest
				      matching item stands, which is its `place` then; what has
				      no story stands for itself */
	instant since, until;      /* of place; INSTANT_NONE: open.  until is exclusive */
	const struct place *after; /* NULL: from the newest on */
	size_t limit;              /* 1 to LIMIT_PAGE_ENTRIES; 0: the default window: the newest
				      LIMIT_DEFAULT_ENTRIES and all within
				      LIMIT_DEFAULT_WINDOW_S of the newest */
};

struct item_page {
	struct stored_item *items; /* in `a` */
	size_t n;
	bool more;         /* there are older ones that match */
	struct place last; /* cursor behind the last of them, where n > 0 */
};

int store_read_items(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct item_page *page_out, struct error *err);

/*
 * Can these words be searched for?  False, and `err`: where and what is wrong.  Words are all
 * wanted; "in quotes" as they stand, rain* whatever begins so, -rain (or NOT rain) not; OR parts
 * groups of them.  An answer that would take longer than LIMIT_QUERY_MS is an error of
 * store_read_items and store_read_search; store_read_is_too_broad then tells it from the others.
 */
bool store_read_words(struct slice q, struct error *err);
bool store_read_is_too_broad(const struct store_reader *r);

/* One line out of a text, and where the words stand in it that were searched for. */
struct passage {
	struct slice text;
	struct passage_word {
		size_t at, len;
	} * words; /* in order, none touches another */
	size_t n_words;
};

struct search_hit {
	struct stored_item item; /* without siblings */
	double score;
	struct passage passage;
};
struct search_page {
	struct search_hit *hits; /* best first; in `a` */
	size_t n;
	bool more; /* there are others */
};

/* What `q`, its words and whatever else it asks, finds, ranked by match and age: at most q->limit.
 */
int store_read_search(struct store_reader *r, const struct item_query *q, struct arena *a,
	struct search_page *page_out, struct error *err);

/* One item by its number, public id or atom:id.  1 found, 0 none, -1 error. */
int store_read_item(struct store_reader *r, struct slice any_id, struct arena *a,
	struct stored_item *item_out, struct error *err);

/* Items of one event, in one language. */
struct stored_story {
	struct slice public_id; /* 32 hex digits: the ID of /story/ID */
	struct slice atom_id;   /* "urn:uuid:…", for ever */
	struct slice lang;
	instant first, last;       /* places of its first and last item */
	bool locked;               /* by the admin: takes no more items by text */
	struct stored_item *items; /* newest place first; at most LIMIT_STORY_ITEMS; without
				    * siblings */
	size_t n;
	size_t lead;          /* index of its best item: at its own domain before elsewhere,
			       * the longer text before the shorter, then the earlier */
	struct sibling *also; /* leads of its counterparts in other languages */
	size_t n_also;
};

/* A story by its public id, atom:id, or an item's any id.  1 found, 0 none, -1 error. */
int store_read_story(struct store_reader *r, struct slice any_id, struct arena *a,
	struct stored_story *story_out, struct error *err);

/*
 * Items in the order of arrival behind `after` (0: from the first), oldest first, at most `limit`
 * (1 to LIMIT_PAGE_ENTRIES): what /events tells.
 */
int store_read_arrivals(struct store_reader *r, int64_t after, size_t limit, struct arena *a,
	struct item_page *page_out, struct error *err);

/*
 * The archives of RFC 5005 section 4: LIMIT_ARCHIVE_ENTRIES items each, by order of arrival,
 * counted from 1.  *closed_out: how many are closed; what arrived behind them stands in none yet.
 */
int store_read_archives(struct store_reader *r, int64_t *closed_out, struct error *err);

/* A closed archive as it was when it closed, whatever was edited since. */
struct stored_archive {
	instant closed;            /* when its last item arrived */
	struct stored_item *items; /* by arrival, texts as of `closed`; no topics, no siblings */
	size_t n;
	struct stored_source
		*sources; /* of its items, as of `closed`: name, url, title, tags, feed */
	size_t n_sources;
};

/* 1 found, 0 not closed (yet), 2 gone: retention removed an item of it; -1 error. */
int store_read_archive(struct store_reader *r, int64_t n, struct arena *a,
	struct stored_archive *archive_out, struct error *err);

/*
 * Why an item stands as it stands: for `tributary explain`.  Lines of plain text, in `a`; none: no
 * such item.
 */
int store_read_reasons(struct store_reader *r, int64_t number, struct arena *a,
	struct slice_list *lines_out, struct error *err);

/* How many items each topic has that were seen since `since`, by name. */
struct topic_count {
	struct slice name;
	int64_t items;
};
int store_read_topics(struct store_reader *r, instant since, struct arena *a,
	struct topic_count **counts_out, size_t *n_out, struct error *err);

struct stored_revision {
	instant at; /* when this text was replaced */
	struct item item;
};
int store_read_revisions(struct store_reader *r, int64_t number, struct arena *a,
	struct stored_revision **revisions_out, size_t *n_out, struct error *err);

/* Something that is, or was, wrong with a source. */
struct stored_alarm {
	int64_t source; /* number */
	enum alarm kind;
	instant since, until; /* until INSTANT_NONE: it is in force */
	struct slice detail;  /* a sentence, may be empty */
};

/*
 * What is wrong now, and what was until after `after`, of sources that are followed: what began or
 * ended last first, at most `limit`.
 */
int store_read_alarms(struct store_reader *r, instant after, size_t limit, struct arena *a,
	struct stored_alarm **alarms_out, size_t *n_out, struct error *err);

/* "new", "ok", "failing", … .  Static. */
const char *source_state_name(enum source_state s);

struct stored_source {
	int64_t number;
	struct slice name, url, title, lang; /* as configured */
	struct slice_list tags;
	bool is_page;
	enum source_state state;
	struct feed feed;  /* its head as last read (feed.format FORMAT_UNKNOWN: never) */
	instant last_poll; /* last asked */
	instant last_ok;   /* last answered by a feed or 304 */
	instant last_new;  /* last new item */
	instant next_poll;
	int64_t failures;   /* in a row */
	int64_t status;     /* HTTP status of the last answer, 0: none */
	struct slice error; /* one line, where it fails */
	struct slice
		notice; /* one line for the admin, where there is something to say (moved, …) */
	int64_t polls, unchanged; /* counted since the source is known */
	int64_t items;            /* that it carried first-hand: text of record */
	int64_t sightings;
	int64_t bytes;               /* read off the wire in all */
	instant gap_from, gap_to;    /* the last possible gap; INSTANT_NONE: none */
	int64_t requests;            /* hops and older pages among them */
	int64_t least_gap_ms;        /* between two requests to its domain, the later its own;
				      * NUMBER_NONE: not known */
	struct stored_alarm *alarms; /* in force, oldest first */
	size_t n_alarms;
};

/* All sources, by name; `with_items` counts items and sightings too (costs a scan of an index). */
int store_read_sources(struct store_reader *r, bool with_items, struct arena *a,
	struct stored_source **sources_out, size_t *n_out, struct error *err);

/*
 * How many items `source` carried on each of `days` days of 86400 seconds from `from` on, into
 * items_out[0] to [days - 1], which the caller zeroed: what is counted is their places.
 */
int store_read_rhythm(struct store_reader *r, int64_t source, instant from, size_t days,
	int64_t *items_out, struct error *err);

/* What the poller knows of a source, walks aside.  1 found, 0 none of that name, -1 error. */
int store_read_known(struct store_reader *r, struct slice name, struct arena *a,
	struct source_known *known_out, struct error *err);

/*
 * A copy of the store as it is now, whole and by itself, in a file of `path` (0640), read back and
 * flushed.  -1 and `err`; then no file, and no other one harmed: where there is one, `replace` must
 * be said.
 */
int store_read_backup(struct store_reader *r, const char *path, bool replace, struct error *err);

/* Items that are stored and not retired by retention. */
int store_read_count(struct store_reader *r, int64_t *items_out, struct error *err);

#endif
