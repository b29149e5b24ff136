/*
 * element.h - what an element of a feed means, whichever format it stands in
 *
 * A row says of an element of a namespace who reads it in a feed's head and who in an item.  Each
 * value has a rank: an element of the format's own has the highest, others (Atom's in RSS, Dublin
 * Core's, Media's) count where none of a higher rank stands.  A draft is the item, or the head,
 * that is being filled.
 */
#ifndef TRIBUTARY_PARSE_ELEMENT_H
#define TRIBUTARY_PARSE_ELEMENT_H

#include "parse/reading.h" /* reading */
#include "parse/space.h"   /* space */
#include "parse/xml.h"     /* xml */

enum field {
	FIELD_TITLE,
	FIELD_URL,
	FIELD_ID,
	FIELD_PUBLISHED,
	FIELD_MODIFIED,
	FIELD_CONTENT,
	FIELD_SUMMARY,
	FIELD_IMAGE,
	FIELD_ICON,
	FIELD_FAVICON,
	FIELD_LANGUAGE,
	FIELD_RIGHTS,
	FIELD_GENERATOR,
	FIELD_COMMENTS_COUNT,
	FIELD_DURATION,
	FIELD_GEO,
	FIELD_INTERVAL,
	FIELD_SOURCE,
	FIELD_COUNT
};

/* A text that waits for the end of its item: whether it is content or summary shows only there. */
struct body {
	struct slice text, base;
	bool is_html;
	unsigned rank;
};

struct draft {
	struct xml *x;
	struct reading *r;
	struct arena *a;
	struct item *item; /* NULL: a head is being filled: */
	struct feed *feed; /* r->feed, or an item's atom:source */
	enum space own;    /* the format's own namespace */
	unsigned char ranks[FIELD_COUNT];
	unsigned rank; /* of the element at hand */
	struct body content, description, summary;
	struct attachment_list media;      /* media:content: behind all enclosures */
	struct person_list late_authors;   /* itunes:author: behind all others */
	struct person_list source_authors; /* atom:source's: where there are no others */
	struct slice permalink;            /* a guid that is an address */
	int64_t period_s, frequency;       /* sy: */
	struct slice latitude, longitude;
	/* What heads and items both have. */
	struct slice *title, *url, *id, *rights, *language;
	instant *published, *modified;
	struct person_list *authors, *contributors;
	struct category_list *categories;
	struct link_list *links;
	enum tristate *is_explicit;
};

/* Is added to the rank of an element of the format's own: above all others, and still in order. */
#define ELEMENT_OWN_RANK 100

struct element {
	enum space space;
	const char *name; /* in lower case */
	unsigned char rank;
	void (*in_head)(struct draft *d, int arg);
	void (*in_item)(struct draft *d, int arg);
	int arg;
};

struct element_table {
	const struct element *at;
	size_t n;
};

/* rss.c, atom.c, extension.c, media.c */
extern const struct element_table rss_elements, atom_elements, extension_elements, media_elements;

/* The row of `name` (case aside) in `space`, or NULL.  xml_element remembers it. */
const struct element *element_find(enum space space, struct slice name);

/* Reads the element at hand into `d` as its row says; one without a row is passed over. */
void element_read(struct draft *d);

/* All children of the element at hand. */
void element_read_children(struct draft *d);

#endif
