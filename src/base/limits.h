/*
 * limits.h - every bound on what strangers send, each with its reason
 *
 * A number that protects us from a stranger stands here and nowhere else.
 */
#ifndef TRIBUTARY_BASE_LIMITS_H
#define TRIBUTARY_BASE_LIMITS_H

/* Bodies.  A real feed is 41 KB on average; the largest known are a few MB. */
#define LIMIT_BODY_BYTES    (16U << 20)  /* decoded; `max_size` may set another */
#define LIMIT_ENCODED_BYTES (8U << 20)   /* as it comes off the wire */
#define LIMIT_MAX_SIZE      (512U << 20) /* the largest `max_size` that an admin may set */
#define LIMIT_RATIO         200          /* decoded : encoded, counted after ... */
#define LIMIT_RATIO_FROM    (1U << 20)   /* ... this much, for short texts do compress well */
#define LIMIT_JSON_BYTES    (2U << 20)   /* of one item: jansson builds a tree of it ... */
#define LIMIT_JSON_VALUES   100000       /* ... of at most so many values: [0,0 is 337 in 16 MiB */
#define LIMIT_JSON_MEMBERS  1000         /* of a feed, its items aside */
#define LIMIT_PAGE_BYTES    (2U << 20)   /* so does gumbo */
#define LIMIT_ANSWER_FACTOR 4            /* an answer to its document; escaping grows text */
#define LIMIT_ANSWER_BYTES  (4U << 20)   /* and this much more for the shortest */
#define LIMIT_ANSWER_MOST   (96U << 20)  /* it lies in the jail's address space, beside the rest */

/* Markup.  libxml2 2.9 is quadratic in attributes and does not count depth in SAX mode. */
#define LIMIT_DEPTH              256
#define LIMIT_SUBSET_BYTES       (64U << 10) /* internal subset of a DOCTYPE */
#define LIMIT_ENTITIES           256
#define LIMIT_ENTITY_BYTES       1024
#define LIMIT_EXPANSION_FACTOR   4 /* what entities make: so many times the document, ... */
#define LIMIT_EXPANSION_BYTES    (64U << 10) /* ... and this much more */
#define LIMIT_TAG_BYTES          (1U << 20)
#define LIMIT_TAG_ATTRIBUTES     1000
#define LIMIT_TAG_NAMESPACES     256
#define LIMIT_PREFIXES           10000
#define LIMIT_XML_ERRORS         100
#define LIMIT_HTML_DEPTH         64  /* of canonical HTML; gumbo and browsers flatten later */
#define LIMIT_HTML_SOURCE_DEPTH  256 /* of the markup that we give to gumbo: it is quadratic */
#define LIMIT_HTML_ATTRIBUTES    64
#define LIMIT_HTML_FORMATTING    32 /* open formatting elements: the adoption agency is cubic */
#define LIMIT_HTML_TOIL          200000000 /* that gumbo looks at on its stack: 3 ns each */
#define LIMIT_HTML_NODES         200000 /* that gumbo may make, and attributes: some 200 bytes each */
#define LIMIT_DATA_ADDRESS_BYTES (64U << 10)
#define LIMIT_BASE_BYTES         (2U << 10) /* a base times 50 000 links is an amplifier */

/* Documents. */
#define LIMIT_ITEMS           10000
#define LIMIT_HTML_BYTES      (1U << 20)
#define LIMIT_TEXT_BYTES      (1U << 20) /* plain text, summaries */
#define LIMIT_TITLE_BYTES     (4U << 10)
#define LIMIT_NAME_BYTES      (1U << 10) /* persons, labels, media types */
#define LIMIT_ID_BYTES        (4U << 10)
#define LIMIT_URL_BYTES       (8U << 10)
#define LIMIT_LINKS           200
#define LIMIT_CATEGORIES      200
#define LIMIT_PERSONS         50
#define LIMIT_ATTACHMENTS     50
#define LIMIT_PROBLEMS        100
#define LIMIT_PROBLEM_BYTES   512
#define LIMIT_DATE_BYTES      256         /* an instant as feeds write it */
#define LIMIT_DATE_LINE_BYTES 1024        /* a page's line that holds a date */
#define LIMIT_ARENA_BYTES     (64U << 20) /* one item, or one document's head */

/* Time in the jail. */
#define LIMIT_PARSE_CPU_S   5
#define LIMIT_PARSE_WALL_S  8
#define LIMIT_WORKER_BYTES  (256U << 20) /* address space */
#define LIMIT_WORKER_DOCS   1000         /* a worker ends itself then: leaks of libraries */
#define LIMIT_WORKER_S      1800
#define LIMIT_WORKER_IDLE_S 60

/* Fetching (etiquette.md 13 to 43, threats N1 to N16). */
#define LIMIT_HOPS            5
#define LIMIT_VALIDATOR_BYTES 1024
#define LIMIT_HEADER_BYTES    (300U << 10)
#define LIMIT_CONNECT_S       10
#define LIMIT_FIRST_BYTE_S    20
#define LIMIT_WEIGH_MS        250 /* what a connection carries is looked at each so often */
#define LIMIT_SLOW_BYTES_S    100
#define LIMIT_SLOW_S          20
#define LIMIT_POLL_MIN_S      60
#define LIMIT_POLL_MAX_S      (7 * 86400)
#define LIMIT_GONE            3            /* 410 in a row, and it is not asked any more, ... */
#define LIMIT_GONE_S          86400        /* ... if they came over so long */
#define LIMIT_ALARM_KEEP_S    (30 * 86400) /* an alarm that ended is told for so long */
#define LIMIT_MOVED           3     /* equal permanent redirects, and it is asked there, ... */
#define LIMIT_MOVED_S         86400 /* ... if they came over so long; */
#define LIMIT_MOVED_KEPT_S    (90 * 86400) /* the old address is tried each week for so long */
#define LIMIT_UNWELL          3            /* addresses of a domain that say 503: it rests whole */
#define LIMIT_TWIN_S          86400        /* between polls of what another source has already */
#define LIMIT_WHOLE_S         (7 * 86400)  /* between requests without a validator that lied */
#define LIMIT_WALK_PAGES      10           /* older pages of a feed, in one walk */
#define LIMIT_WALK_TRIES      3            /* of one such page */
#define LIMIT_LOOKUPS         16           /* of names at once: each is a thread */
#define LIMIT_QUARANTINE      3 /* a document that kills its parser so often is left alone */

/* Storing. */
#define LIMIT_GROUP_ROWS  300 /* a commit for so many, or ... */
#define LIMIT_GROUP_MS    250 /* ... after so long */
#define LIMIT_FLOOD_ITEMS 500 /* new ones in one later poll: the rest is held back */

/* Serving (threats P1 to P5). */
#define LIMIT_REQUEST_BYTES (8U << 10)
#define LIMIT_TARGET_BYTES  (4U << 10)
#define LIMIT_HEADER_S      10
#define LIMIT_KEEPALIVE_S   15
#define LIMIT_ANSWER_S      120 /* to take an answer, however slowly it is read */
#define LIMIT_LENT_BYTES                                                                           \
	(128U << 20)              /* documents that clients are still reading, and the shelf       \
				   */
#define LIMIT_ACCEPT_PAUSE_MS 100 /* no descriptor left: not asked again before */
#define LIMIT_FRESH_S         60  /* a cache in front may serve without asking, ... */
#define LIMIT_FRESH_MOST_S    900 /* ... and a feed that seldom changes so long */
#define LIMIT_GZIP_WELL_BYTES                                                                      \
	(1U << 20) /* compressed as well as it goes; more is done fast, ...                        \
		    */
#define LIMIT_GZIP_BYTES       (16U << 20) /* ... and still more not at all: the loop waits */
#define LIMIT_DOCUMENT_BYTES   (8U << 20)  /* of entries in one page: then `next` */
#define LIMIT_CACHE_BYTES      (24U << 20) /* finished documents that are kept */
#define LIMIT_CACHE_DOCUMENTS  512
#define LIMIT_PARAMETER_VALUES 16  /* of one name in a query */
#define LIMIT_EVENTS_TCP       128 /* listeners to /events */
#define LIMIT_EVENTS_UNIX      2048
#define LIMIT_EVENTS_BYTES     (8U << 20) /* told to some listeners and not yet to others */
#define LIMIT_EVENTS_KEPT      (1U << 20) /* of the newest, for those who are a little behind */
#define LIMIT_EVENTS_BEAT_S    15         /* a comment, so that nobody in between hangs up */
#define LIMIT_EVENTS_STUCK_S   30         /* a listener that takes nothing for so long goes */
#define LIMIT_CLIENTS_TCP      256
#define LIMIT_CLIENTS_UNIX     4096
#define LIMIT_PAGE_ENTRIES     1000
#define LIMIT_DEFAULT_ENTRIES  100
#define LIMIT_ARCHIVE_ENTRIES  200 /* an archive closes with so many */
#define LIMIT_SIBLINGS         20  /* of an entry's story, told beside it */
#define LIMIT_STORY_ITEMS      500 /* of one story, told on its page */
#define LIMIT_DEFAULT_WINDOW_S (48 * 3600)
#define LIMIT_QUERY_BYTES      200
#define LIMIT_QUERY_WORDS      16
#define LIMIT_QUERY_MS         250

/* Between processes, and the control socket. */
#define LIMIT_MESSAGE_BYTES (64U << 10) /* an address or two and eight selectors */
#define LIMIT_MESSAGE_PARTS 16
#define LIMIT_MESSAGE_FDS   8
#define LIMIT_CONTROL_BYTES (64U << 10)
#define LIMIT_CONTROL_PEERS 16

/* The configuration. */
#define LIMIT_CONF_BYTES  (64U << 20) /* 100 000 sources of some hundred bytes */
#define LIMIT_CONF_ERRORS 50

/* How much work one turn of a loop may do. */
#define LIMIT_BATCH 64

/* The admin's rules for topics, and what of an item they are held against. */
#define LIMIT_RULE_BYTES    (16U << 10)
#define LIMIT_RULE_WORDS    1000 /* words and phrases of one rule */
#define LIMIT_RULE_DEPTH    32 /* parentheses and NOTs within one another: it is read recursively */
#define LIMIT_TOPIC_BYTES   (64U << 10) /* of each text: what an item is about stands early, ... */
#define LIMIT_TOPIC_WORDS   16384       /* ... and so many words of all its texts */
#define LIMIT_TOPIC_REASONS 8           /* words that are told of one topic */

#endif
