/*
 * feed.h - the nouns every room speaks: feed, item, person, link, attachment
 *
 * A feed's head and its items as the parser makes them and the publisher shows them, one field
 * for each of the normalised document's (tributary-feed(5)).  All text is borrowed from an arena
 * that the maker names, valid UTF-8, and clean (slice_clean; one-line texts: slice_line).  A
 * slice of length 0, a list of n 0, INSTANT_NONE and NUMBER_NONE mean "not given".
 */
#ifndef TRIBUTARY_FEED_FEED_H
#define TRIBUTARY_FEED_FEED_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

#define NUMBER_NONE INT64_C(-1)

/* The form that a document came in; feed_format_name gives its name in the normalised document. */
enum feed_format {
	FORMAT_UNKNOWN,
	FORMAT_RSS_090,
	FORMAT_RSS_091,
	FORMAT_RSS_092,
	FORMAT_RSS_093,
	FORMAT_RSS_094,
	FORMAT_RSS_10,
	FORMAT_RSS_20,
	FORMAT_ATOM_03,
	FORMAT_ATOM_10,
	FORMAT_CDF,
	FORMAT_JSON_10,
	FORMAT_JSON_11,
	FORMAT_PAGE,
	FORMAT_COUNT
};

struct person {
	struct slice name, url, avatar, email;
};

struct link {
	struct slice rel, href, type, title, hreflang;
	int64_t length; /* bytes, or NUMBER_NONE */
};

struct category {
	struct slice term, scheme, label;
};

struct attachment {
	struct slice url, mime_type, title;
	int64_t size_in_bytes, duration_in_seconds; /* or NUMBER_NONE */
};

struct hub {
	struct slice type, url;
};

/* Where an item says that it came from (atom:source, RSS source). */
struct origin {
	struct slice id, title, url, feed_url;
};

struct image {
	struct slice url, title, link;
	int64_t width, height; /* pixels, or NUMBER_NONE */
};

/* Lists grow in an arena by ARENA_PUSH. */
struct person_list {
	struct person *at;
	size_t n, cap;
};
struct link_list {
	struct link *at;
	size_t n, cap;
};
struct category_list {
	struct category *at;
	size_t n, cap;
};
struct attachment_list {
	struct attachment *at;
	size_t n, cap;
};
struct hub_list {
	struct hub *at;
	size_t n, cap;
};
struct slice_list {
	struct slice *at;
	size_t n, cap;
};

enum tristate { TRI_UNKNOWN, TRI_FALSE, TRI_TRUE };

struct item {
	struct slice id;  /* never empty: GUID, else address, else a digest of the item */
	bool id_is_given; /* the document gave `id`; else it was made of the rest */
	struct slice url; /* the item's page, absolute */
	struct slice external_url;
	struct slice title;        /* one line */
	struct slice content_html; /* canonical HTML (feed/canon.h) */
	struct slice content_text;
	struct slice summary;      /* plain text */
	struct slice summary_html; /* canonical HTML, where the summary carries markup */
	struct slice image, banner_image;
	instant published, modified;
	struct person_list authors, contributors;
	struct category_list categories; /* the normalised `tags` are their labels, else terms */
	struct slice language;           /* BCP 47 */
	struct attachment_list attachments;
	struct link_list links;
	struct slice rights;
	struct slice comments_url, comments_feed_url;
	int64_t comments_count;
	struct origin source;
	bool has_geo;
	double latitude, longitude; /* degrees; only where has_geo */
	struct slice_list in_reply_to;
	enum tristate guid_is_permalink;
	enum tristate is_explicit;
	int64_t duration_in_seconds;
};

struct feed {
	enum feed_format format;
	struct slice encoding; /* WHATWG's name of what it was read in, lower case */
	bool well_formed;
	bool complete; /* whole: not cut by its sender, not mended at its end, no limit cut it */
	bool is_complete_set; /* fh:complete (RFC 5005 section 2): what is not here is withdrawn */
	bool is_archive;      /* fh:archive (RFC 5005 section 4) */
	struct slice_list problems; /* what was mended, one line each, with its line number */
	struct slice title;
	struct slice home_page_url, feed_url, next_url, prev_archive_url;
	struct slice description; /* plain text */
	struct slice icon, favicon;
	struct slice language;
	struct person_list authors, contributors;
	struct person webmaster, editor;
	struct hub_list hubs;
	enum tristate expired, is_explicit;
	struct slice id;
	instant published, updated;
	struct slice rights, generator;
	struct category_list categories;
	struct link_list links;
	struct image image;        /* given where its url is */
	int64_t update_interval_s; /* ttl, sy:; NUMBER_NONE */
	uint32_t skip_hours;       /* bit h: hour h UTC, 0 to 23 */
	uint8_t skip_days;         /* bit d: 0 Monday to 6 Sunday */
};

/* An item and a feed with nothing given (numbers NUMBER_NONE, instants INSTANT_NONE). */
void item_init(struct item *i);
void feed_init(struct feed *f);

/* "rss2.0", "atom1.0", …; "" for FORMAT_UNKNOWN.  Static. */
const char *feed_format_name(enum feed_format f);

/* "monday" … with a capital: the English name of skip_days' bit `day`.  Static. */
const char *feed_day_name(unsigned day);

#endif
