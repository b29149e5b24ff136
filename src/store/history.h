/*
 * history.h - what a poll must know of its source, kept over restarts
 */
#ifndef TRIBUTARY_STORE_HISTORY_H
#define TRIBUTARY_STORE_HISTORY_H

#include "base/digest.h" /* digest */
#include "feed/alarm.h"  /* health */
#include "feed/feed.h"   /* slice, instant */

#include <stdbool.h>

enum source_state {
	SOURCE_NEW, /* never asked */
	SOURCE_OK,
	SOURCE_FAILING,  /* the last poll failed */
	SOURCE_GONE,     /* 410 three times: not asked any more */
	SOURCE_DISABLED, /* enabled = no */
	SOURCE_RETIRED,  /* not in the configuration any more */
};

/* What a poll must know of a source, kept over restarts: written by each poll, read at start. */
struct source_history {
	struct slice etag, last_modified; /* exactly as given; of `validators_url` */
	struct slice validators_url;      /* only sent to this address */
	struct digest body;               /* of the last body read whole; all zero: none */
	instant last_poll, last_ok, last_new, next_poll;
	instant not_before;             /* Retry-After or freshness: asked not sooner */
	int64_t interval_s;             /* the adaptive one in force */
	int64_t fresh_s;                /* last known freshness lifetime; NUMBER_NONE: none */
	int64_t failures, status, gone; /* gone: 410 answers in a row */
	instant gone_since;
	struct slice moved_url; /* permanent redirect seen … */
	int64_t moved_count;
	instant moved_since;
	bool moved_adopted; /* asked there, from now on */
	struct slice error, notice;
	int64_t polls, unchanged, bytes;
	int64_t crashes;            /* parsers that this document killed in a row … */
	struct digest crashed_body; /* … this one */
	instant gap_from, gap_to;
	int64_t items, fresh; /* in the last poll's document, and new among them; 0: unchanged */
	instant lied;         /* another body came under the same validators; INSTANT_NONE: never */
	instant whole_asked;  /* asked last without validators for that */
	int64_t requests;     /* hops and older pages among them */
	int64_t least_gap_ms; /* between two requests to its domain, the later its own;
			       * NUMBER_NONE */
	struct health health; /* what is usual of it, and its alarms */
};

struct source_known {
	int64_t number;
	struct slice name, url;
	enum source_state state;
	struct source_history history;
	instant asked;             /* the last time that store_write_asked was told */
	int64_t update_interval_s; /* of its feed head; NUMBER_NONE */
	uint32_t skip_hours;
	uint8_t skip_days;
	struct slice feed_id; /* as last read */
	instant recent[32];   /* when its newest items came, newest first: its rhythm */
	size_t n_recent;
};

#endif
