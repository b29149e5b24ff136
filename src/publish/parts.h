/*
 * parts.h - what all renderings say alike: names, titles, teasers
 *
 * Pure.  Texts that are given back are borrowed from the arguments.
 */
#ifndef TRIBUTARY_PUBLISH_PARTS_H
#define TRIBUTARY_PUBLISH_PARTS_H

#include "publish/render.h" /* outlet, stored_item */

/* The source of that number, or NULL: a search by halves in outlet's order. */
const struct stored_source *parts_source(const struct outlet *o, int64_t number);

/* As configured, else as the feed says, else its section's name; never empty. */
struct slice parts_source_title(const struct stored_source *s);

/* The language in force: the item's, its feed's, as configured; may be empty. */
struct slice parts_language(const struct stored_item *i, const struct stored_source *s);

/* Who wrote it: the item's authors, else its feed's; n may be 0. */
const struct person_list *parts_authors(const struct stored_item *i, const struct stored_source *s);

/* A person's name, else email, else address; may be empty. */
struct slice parts_person_name(const struct person *p);

/* Does it look like a mailbox that an email element may hold (RFC 5322 addr-spec, dot-atoms)? */
bool parts_is_mailbox(struct slice email);

/* Is it a media type: type/subtype, of tokens (RFC 9110 section 8.3.1)? */
bool parts_is_media_type(struct slice type);

/* What the first character of canonical HTML's text stands for, and how many bytes it takes. */
struct slice parts_decode(struct slice s, size_t *taken_out);

/* The length of the tag of canonical HTML that `html` begins with. */
size_t parts_tag(struct slice html);

/*
 * Appends the text of canonical HTML: tags gone, references decoded, white space collapsed; at
 * most `max` bytes and then "…".
 */
void parts_plain(struct buf *out, struct slice html, size_t max);

/*
 * Appends what can stand for a title: the title, else the beginning of the text, else the
 * address, else "Untitled".  Never nothing.
 */
void parts_title(struct buf *out, const struct item *i);

/* Appends a few sentences: the summary, else the beginning of the text; may be nothing. */
void parts_teaser(struct buf *out, const struct item *i);

/* A language tag that may stand in a document (RFC 4287's pattern)? */
bool parts_is_language(struct slice lang);

/* ` name="lang"`, or nothing where it is none. */
void parts_attr_language(struct buf *out, const char *name, struct slice lang);

/* As the admin calls it, else its name. */
struct slice parts_topic_title(const struct outlet *o, struct slice name);

/* Does this item's entry stand for its whole story? */
bool parts_is_story(const struct outlet *o, const struct stored_item *i);

/* Is it withdrawn, and not to be told any more but as that? */
bool parts_is_gone(const struct outlet *o, const struct stored_item *i);

/* "host_list": totals of the sources that were asked, by their host, for an audit. */
void parts_hosts(struct buf *out, const struct stored_source *sources, size_t n);

/* The same as figures for Prometheus. */
void parts_host_figures(struct buf *b, const struct stored_source *sources, size_t n);

/* Appends the address of our own page of an item. */
void parts_item_url(struct buf *out, const struct outlet *o, const struct stored_item *i);

#endif
