/*
 * watched.h - what the files of the poller's mind share: a watched source, its poll, the group
 *
 * watched.c knows them, polling.c decides when, asking.c asks, outcome.c judges what came, group.c
 * commits it; learning.c keeps what it showed, moving.c where a source lives, walking.c its past,
 * alarms.c what is wrong with it.
 */
#ifndef TRIBUTARY_TRIBUTARYD_WATCHED_H
#define TRIBUTARY_TRIBUTARYD_WATCHED_H

#include "base/arena.h"
#include "conf/conf.h"
#include "poll/agenda.h"
#include "poll/domain.h"
#include "poll/fetch.h"
#include "poll/job.h"
#include "poll/outage.h"
#include "poll/twins.h"
#include "poll/validator.h"
#include "store/write.h"
#include "tributaryd/polling.h"
#include "tributaryd/workers.h"

#include <uthash.h>

/* Older pages that are to be read; on the heap. */
struct walk {
	char *next;
	struct walk_row row; /* row.next is `next` */
};

/* A source of the configuration. */
struct watched {
	struct agenda_entry due; /* first: the agenda gives it back */
	struct polling *all;
	const struct conf_source *conf;
	struct source_known known; /* its texts are the heap's: history_keep */
	char *name, *url;
	enum job_state state;
	struct poll *poll;            /* while state is not WAITING */
	bool was_asked;               /* since the start */
	struct walk *walk;            /* NULL: none */
	bool walks_next;              /* it is an older page that is due */
	bool put_off;                 /* it is due, and waits for others of its domain */
	uint64_t address_key, id_key; /* of its final address and its feed's id; 0: not known */
	bool last_failed;
	/* the network here (poll/outage.h) */
	uint64_t lost_in;      /* the silence in which it was lost last; 0: never */
	int64_t lost_failures; /* how many it had before that */
	bool held;             /* by the outage in force */
	bool was_held;         /* by the one before, and it was not well since */
	bool seen;             /* by the configuration that is being applied */
	UT_hash_handle hh;
};

/* One poll of a source, from due to committed. */
struct poll {
	struct watched *source;
	struct poll *next; /* in the group */
	struct arena a;    /* its texts die with it */
	instant asked;
	int64_t begun_ms;
	/* asking */
	struct fetch *fetch;
	struct slice url, host; /* asked now; host NULL: no connection is counted */
	struct slice address;   /* counted, too, where names of one address share; or empty */
	int64_t free_ms;        /* that address was busy: when it may be free */
	bool is_conditional;
	bool is_walk; /* an older page is asked, not the feed */
	bool is_old;  /* the address of before a move is tried again */
	int hops;
	struct slice permanent; /* where the leading 301 and 308 led; empty: nowhere */
	bool all_permanent;     /* every hop so far: 301 or 308 */
	/* what came */
	int body;
	uint64_t body_bytes;
	struct digest digest;
	struct work work;
	/* what is stored */
	struct source_history after; /* the history when it is committed */
	struct freshness freshness;
	bool is_delta;         /* 226: what is missing is not gone */
	bool same_validators;  /* as the document before had */
	struct walk_row walks; /* where has_walk: how the walk stands from now on */
	bool has_walk;
	size_t n_items;
	struct poll_report report;
	struct item_written *written; /* of each item of the document that was read */
	bool failed;
	bool is_void; /* neither well nor failed: it says nothing of the source */
	bool held;    /* begun or lost while the network here was gone: if it fails, by that */
	enum alarm failed_as; /* how, where it failed */
	instant cert_end;     /* of the certificate that was shown; INSTANT_NONE */
	const char *reason;   /* of the next poll's instant */
};

struct polling {
	struct polling_setup setup;
	const struct conf *conf;
	struct watched *sources; /* uthash by name */
	struct agenda agenda;
	struct domains *domains;
	struct outage outage;
	struct twins twins; /* who has which address, which id */
	uint64_t chance;
	size_t running; /* polls between due and stored */
	size_t fetching;
	size_t put_off; /* sources that are */
	/* the group that is open */
	struct poll *group;
	size_t grouped; /* polls in it */
	int64_t group_since_ms;
	bool group_open;
	int64_t store_rest_ms; /* the store failed: nothing is asked before */
	int store_rests;       /* so often in a row */
	int64_t turned_ms;     /* when polling_turn was called last; 0: never */
	bool has_failed;
};

int64_t polling_now_ms(const struct polling *p);
instant polling_now(const struct polling *p);

/* 64 bits of chance. */
uint64_t polling_chance(struct polling *p);

/* watched.c: puts the source into the agenda, at its next poll. */
void polling_plan(struct watched *s);

/* watched.c: it is due and waits for its domain, or does not any more. */
void watched_put_off(struct watched *s, bool put_off);

/* watched.c: has the source that address or that id?  (poll/twins.h) */
bool watched_has_key(const void *source, uint64_t key);

/* watched.c: the source of that name, or NULL; its end; its plan made anew, as at a start. */
struct watched *watched_find(struct polling *p, struct slice name);
void watched_free(struct watched *s);
void watched_resume(struct watched *s);

/* watched.c: the network here is gone: what was lost in this silence is not the sources' fault;
 * it is back: what was held is asked again. */
void watched_offline(struct polling *p);
void watched_online(struct polling *p);

/* watched.c: notes that nobody was reached, and how its failures stood before. */
void watched_lost(struct watched *s);

/* watched.c: blames the network for the failure that `h` tells of; its text is in `a`. */
void watched_hold(struct watched *s, struct arena *a, struct source_history *h);

/* asking.c: begins the poll of a source that is due and may be asked. */
void asking_begin(struct watched *s);

/* asking.c: gives up what a poll has in hand and forgets it. */
void poll_free(struct poll **p);

/* outcome.c: what to do with an answer, a parsed document. */
void outcome_answer(struct poll *p, const struct fetch_answer *answer);
void outcome_failure(struct poll *p, struct slice why);
void outcome_parsed(
	void *poll, enum work_end end, const struct answer_read *read, struct slice why);

/* asking.c: the next hop. */
void asking_hop(struct poll *p, const struct fetch_answer *answer, bool permanent);

/* asking.c: the address that a source is asked at next. */
struct slice asking_url(const struct watched *s);

/*
 * learning.c: what a poll that went well showed, into its history, the source and the open group.
 * `read` NULL: it was unchanged.  0, or -1 where the store fails: the group is rolled back.
 */
int learning_well(struct poll *p, const struct answer_read *read, struct error *err);

/* learning.c: another source has its address, and is well: asking both would be once too often. */
bool learning_rests(struct watched *s);

/* learning.c: names the source among those of its address and its id. */
void learning_twins(struct watched *s);
void learning_name(struct watched *s, struct slice address, struct slice id);

/* moving.c: where a source is asked, its page's walk aside. */
struct slice moving_url(const struct watched *s);

/* moving.c: what a poll that went well says of the source's address. */
void moving_note(struct poll *p, const struct answer_read *read);

/* moving.c: one failure more at an address that was adopted. */
void moving_failed(struct poll *p);

/* walking.c: after a document or an older page was stored; as learning_well. */
int walking_note(struct poll *p, const struct answer_read *read, bool is_gap, struct error *err);

/* walking.c: an older page was not to be had. */
int walking_failed(struct poll *p, struct error *err);

/* walking.c: the commit stands; how a walk stood at the start; its end; when it goes on. */
void walking_settle(struct watched *s, const struct walk_row *row);
void walking_load(struct polling *p);
void walking_forget(struct watched *s);
int64_t walking_due_ms(const struct watched *s);

/*
 * alarms.c: what is wrong with the source after this poll, into its history and the open group;
 * as learning_well.  And, when the group stands, into the log.
 */
int alarms_note(struct poll *p, const struct answer_read *read, struct error *err);
void alarms_tell(const struct poll *p);

/* group.c: puts a finished poll into the group (`read` NULL: its history alone). */
void group_add(struct poll *p, const struct answer_read *read);
void group_commit(struct polling *p);

/* The store failed: says so, and lets it rest. */
void group_rest(struct polling *p, const struct error *err);

/* Replaces the texts of `kept` by copies of `from`'s, on the heap; all else is copied. */
void history_keep(struct source_history *kept, const struct source_history *from);
void history_clear(struct source_history *kept);

#endif
