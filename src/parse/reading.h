/*
 * reading.h - one document being read: what all formats' readers share
 *
 * A reader makes the feed's head in `feed` (its texts in `head`) and one item after the other
 * (its texts in `item`), and hands each to reading_item.  The helpers bring strangers' values
 * into the form that feed.h promises: clean, cut to limits.h, absolute; what they had to change
 * or drop stands in the feed's `problems`, with its line.
 */
#ifndef TRIBUTARY_PARSE_READING_H
#define TRIBUTARY_PARSE_READING_H

#include "base/arena.h"  /* arena */
#include "parse/parse.h" /* hints, sink, feed, item */

struct opening; /* parse/format.h */

struct reading {
	const struct hints *hints;
	const struct opening *opening; /* how the document begins */
	const struct sink *sink;
	passed_bytes *passed; /* hints->passed where what is read is the body itself, else NULL */
	struct arena *head;   /* lives as long as the document */
	struct arena *item;   /* one item's; reading_item empties it */
	struct feed feed;
	struct slice
		base; /* the document's address (Content-Location, else hints->url); may be empty */
	size_t line;  /* where the reader is, for `problems`; 0: lines mean nothing here */
	size_t n_items; /* handed to the sink */
	bool stopped;   /* the sink is full, or LIMIT_ITEMS reached: read no further item */
	bool sink_full;
	const char *over;         /* the list of this item that was said to be full; NULL: none */
	struct verdict_text *why; /* for verdicts other than PARSE_OK */
};

/*
 * A line in the feed's problems ("line 12: …" where r->line is set), the first LIMIT_PROBLEMS of
 * them.  reading_mended says in addition that the document was not well formed, reading_cut that
 * it is not whole.
 */
void reading_problem(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void reading_mended(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void reading_cut(struct reading *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sets why->text (cleaned, one line) and returns `v`, so that a reader can end by it. */
enum parse_verdict reading_refuse(struct reading *r, enum parse_verdict v, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * An item is whole: gives it an id where it has none (its address, else a digest of what it
 * says), hands it to the sink and empties r->item.  False: read no further (r->stopped).
 */
bool reading_item(struct reading *r, struct item *i);

/*
 * Values.  `a` is r->head or r->item.  Each gives an empty slice (INSTANT_NONE) where nothing is
 * left.  reading_line: plain text on one line, at most `max` bytes.  reading_text: plain text with
 * its lines, at most LIMIT_TEXT_BYTES.  reading_title: the same as one line of *HTML* read as text.
 */
struct slice reading_line(struct reading *r, struct arena *a, struct slice text, size_t max);
struct slice reading_text(struct reading *r, struct arena *a, struct slice text);
struct slice reading_title(struct reading *r, struct arena *a, struct slice html);

/* Canonical HTML of strangers' HTML, or of plain text; too long or too wild: a problem. */
struct slice reading_html(struct reading *r, struct arena *a, struct slice html, struct slice base);
struct slice reading_escaped(struct reading *r, struct arena *a, struct slice text);

/* HTML as plain text with lines (summaries, descriptions). */
struct slice reading_plain(struct reading *r, struct arena *a, struct slice html);

/* An absolute address: of a link, or (reading_fetchable) of a picture, a feed, an enclosure. */
struct slice reading_link(struct reading *r, struct arena *a, struct slice base, struct slice ref);
struct slice reading_fetchable(
	struct reading *r, struct arena *a, struct slice base, struct slice ref);

/* A date by date_parse; one that cannot be read is a problem that shows its text. */
instant reading_date(struct reading *r, struct slice text);

/* BCP 47 in our spelling (`en_US` is `en-US`); empty for what is no tag. */
struct slice reading_language(struct arena *a, struct slice text);

/* A number of `least` to `most`; NUMBER_NONE for anything else. */
int64_t reading_number(struct slice text, int64_t least, int64_t most);

/* Degrees within -`most` and `most`, as a finite number; false for anything else. */
bool reading_degrees(struct slice text, double most, double *value_out);

/* Seconds of "1:02:03", "62:03", "3723", "3723.5"; NUMBER_NONE for anything else. */
int64_t reading_duration(struct slice text);

/* An id as it stands, clean, at most LIMIT_ID_BYTES (longer: a digest takes the place of its end).
 */
struct slice reading_id(struct reading *r, struct arena *a, struct slice text);

/* An e-mail address by its looks, else empty. */
struct slice reading_email(struct arena *a, struct slice text);

/* Adds unless it is empty, there already, or the list is at its limit (then a problem, once). */
void reading_add_person(
	struct reading *r, struct arena *a, struct person_list *to, const struct person *p);
void reading_add_category(
	struct reading *r, struct arena *a, struct category_list *to, const struct category *c);
void reading_add_link(
	struct reading *r, struct arena *a, struct link_list *to, const struct link *l);
void reading_add_attachment(
	struct reading *r, struct arena *a, struct attachment_list *to, const struct attachment *t);
/* The same, but one of the same address takes from `t` what it lacks. */
void reading_merge_attachment(
	struct reading *r, struct arena *a, struct attachment_list *to, const struct attachment *t);
void reading_add_hub(struct reading *r, struct slice type, struct slice url);

#endif
