/*
 * parse.h - bytes and headers in; items one by one and the feed's head out
 *
 * The door of the room.  It opens no file and no socket, reads no clock, and may be fed
 * anything: what a document can cost is bounded by limits.h, and by the jail around it.
 */
#ifndef TRIBUTARY_PARSE_PARSE_H
#define TRIBUTARY_PARSE_PARSE_H

#include "feed/feed.h" /* feed, item */

/* How the selectors of a page source are called (design.md: `page`); all may be empty. */
struct selectors {
	struct slice item, link, heading, summary, date, image, next; /* XPath 1.0 */
	struct slice lang; /* of the page's dates, BCP 47 */
};

/* Told now and then how much of the body, from its beginning, will hardly be read again. */
typedef void passed_bytes(const char *at, size_t len);

/* What is known of a document besides its bytes. */
struct hints {
	struct slice url;          /* where it came from, after redirects: the base */
	struct slice content_type; /* response headers, as they came; empty: none */
	struct slice content_location;
	struct slice content_language;
	struct slice link;            /* all Link headers joined by ", " */
	bool is_gzip;                 /* Content-Encoding: gzip; then `body` is inflated first */
	size_t max_bytes;             /* decoded; 0: LIMIT_BODY_BYTES */
	const struct selectors *page; /* NULL: a feed */
	bool is_discovery;            /* a page whose feeds are looked for: page_find.h */
	passed_bytes *passed;         /* or NULL */
};

/*
 * Where a document goes.  `item` is called for each item in document order and borrows it for
 * the call; `feed` once, after the last item; each returns 0 to go on, -1 to stop (the sink is
 * full), and the parser then gives PARSE_TOO_LARGE.
 */
struct sink {
	void *data;
	int (*item)(void *data, const struct item *i);
	int (*feed)(void *data, const struct feed *f);
};

enum parse_verdict {
	PARSE_OK,        /* a feed was read, mended or cut where it had to be */
	PARSE_NO_FEED,   /* it is something else: `what` says what came instead */
	PARSE_EMPTY,     /* nothing, or only white space */
	PARSE_TOO_LARGE, /* past the limits before anything could be read */
	PARSE_BROKEN,    /* gzip that is none, a document without any sense */
};

/* For people: "no feed", … .  Static. */
const char *parse_verdict_name(enum parse_verdict v);

struct verdict_text {
	char text[256]; /* one clean line: what came instead, where; empty with PARSE_OK */
};

/*
 * Reads `body`.  Only with PARSE_OK was sink->feed called.  Not thread-safe (libxml2, iconv
 * handles kept by parse_warm_up).
 */
enum parse_verdict parse_document(struct slice body, const struct hints *h, const struct sink *to,
	struct verdict_text *why_out);

/*
 * Everything that opens a file or asks the kernel for what the jail forbids: iconv handles for
 * every encoding, jansson's seed, libxml2's and uchardet's tables.  Once in a process, before
 * the jail.
 */
void parse_warm_up(void);

#endif
