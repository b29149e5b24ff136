/*
 * draft.h - an item, or a feed's head, while it is being filled
 *
 * The values that elements of several formats give in the same way.
 */
#ifndef TRIBUTARY_PARSE_DRAFT_H
#define TRIBUTARY_PARSE_DRAFT_H

#include "parse/element.h" /* draft */

/* A head fills `f`, its texts in `a`; an item lies in r->item. */
void draft_of_head(struct draft *d, struct xml *x, struct reading *r, enum space own,
	struct feed *f, struct arena *a);
void draft_of_item(
	struct draft *d, struct xml *x, struct reading *r, enum space own, struct item *i);

/* What waited for the end: content or summary, late authors, the permalink as address, geo. */
void draft_finish(struct draft *d);

/* May the element at hand give `field`: has nothing of its rank or a higher one given it? */
bool draft_takes(struct draft *d, enum field field);

/* Readers of the element at hand, for tables.  `arg` says which field, where it does not matter: 0.
 */
void draft_read_title(struct draft *d, int arg);       /* HTML in one line */
void draft_read_date(struct draft *d, int field);      /* FIELD_PUBLISHED, FIELD_MODIFIED */
void draft_read_description(struct draft *d, int arg); /* HTML: content, or summary beside one */
void draft_read_content(struct draft *d, int arg);     /* HTML */
void draft_read_summary(struct draft *d, int arg);     /* HTML, a lesser description */
void draft_read_rights(struct draft *d, int arg);
void draft_read_language(struct draft *d, int arg);
void draft_read_generator(struct draft *d, int arg);
void draft_read_author(struct draft *d, int arg); /* "Name", "a@b (Name)", "Name <a@b>" */
void draft_read_contributor(struct draft *d, int arg);
void draft_read_category(struct draft *d, int arg); /* text is the term, `domain` the scheme */
void draft_read_link(struct draft *d, int arg);     /* text is the address */
void draft_read_link_with_attributes(struct draft *d, int arg); /* atom:link */
void draft_read_comments(struct draft *d, int arg);

/* The rank of an attachment as an item's picture: below all that say they are its picture. */
#define DRAFT_RANK_PICTURE 10

/* Parts of them. */
struct person draft_person(struct draft *d, struct slice html);
void draft_set_body(
	struct draft *d, struct body *to, struct slice text, struct slice base, bool is_html);
void draft_add_link(struct draft *d, const struct link *l);
void draft_set_image(struct draft *d, struct slice url);
void draft_set_geo(struct draft *d, struct slice latitude, struct slice longitude);
void draft_add_attachment(struct draft *d, const struct attachment *t, bool is_media);
/* xml:base in force, kept in d->a: to be asked for before the element is read. */
struct slice draft_base(struct draft *d);

#endif
