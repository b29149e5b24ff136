/*
 * read.h - what we know: the questions
 *
 * All that the publisher and the command see of the store.  A reader opens read-only, sees one
 * snapshot a question (or the one between store_read_begin and store_read_end), and can change
 * nothing.  Texts in answers live in the arena that the caller gives.
 */
#ifndef TRIBUTARY_STORE_READ_H
#define TRIBUTARY_STORE_READ_H

#include "base/digest.h" /* digest */
#include "feed/feed.h"   /* item, feed */

struct arena; /* base/arena.h */
struct error; /* base/log.h */
struct store_reader;

/*
 * Opens STATE/tributary.db.  NULL and `err` where there is none yet, it is damaged, or it is of a
 * newer version than ours.
 */
struct store_reader *store_read_open(const char *state, struct error *err);
void store_read_close(struct store_reader **r);

/*
 * A snapshot over several questions; closed by store_read_end.  -1 and `err` on an error of the
 * store.  To be short: it keeps the WAL from being folded back.
 */
int store_read_begin(struct store_reader *r, struct error *err);
void store_read_end(struct store_reader *r);

/* Counts every commit that changed what readers can see; never goes back. */
int store_read_serial(struct store_reader *r, int64_t *serial_out, struct error *err);

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

/* One item by its number, public id or atom:id.  1 found, 0 none, -1 error. */
int store_read_item(struct store_reader *r, struct slice any_id, struct arena *a,
	struct stored_item *item_out, struct error *err);

struct stored_revision {
	instant at; /* when this text was replaced */
	struct item item;
};
int store_read_revisions(struct store_reader *r, int64_t number, struct arena *a,
	struct stored_revision **revisions_out, size_t *n_out, struct error *err);

enum source_state {
	SOURCE_NEW, /* never asked */
	SOURCE_OK,
	SOURCE_FAILING,  /* the last poll failed */
	SOURCE_GONE,     /* 410 three times: not asked any more */
	SOURCE_DISABLED, /* enabled = no */
	SOURCE_RETIRED,  /* not in the configuration any more */
};

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
	int64_t bytes;            /* read off the wire in all */
	instant gap_from, gap_to; /* the last possible gap; INSTANT_NONE: none */
};

/* All sources, by name; `with_items` counts items and sightings too (costs a scan of an index). */
int store_read_sources(struct store_reader *r, bool with_items, struct arena *a,
	struct stored_source **sources_out, size_t *n_out, struct error *err);

/* Items that are stored and not retired by retention. */
int store_read_count(struct store_reader *r, int64_t *items_out, struct error *err);

#endif
