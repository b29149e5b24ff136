/*
 * xml_name.h - names of elements and attributes, each worked out once a document
 */
#ifndef TRIBUTARY_PARSE_XML_NAME_H
#define TRIBUTARY_PARSE_XML_NAME_H

#include "base/arena.h"  /* arena */
#include "parse/space.h" /* space */

#define XML_NAMES 512

struct element; /* parse/element.h */

/* libxml2 keeps one copy of a text for a document, so texts are told apart by where they lie. */
struct xml_name {
	const unsigned char *local_at, *prefix_at, *address_at;
	struct slice local;
	enum space space;
	const struct element *element; /* its row, or NULL */
};

/* All zero is an empty one. */
struct xml_names {
	const unsigned char *root_space; /* the root's own namespace, if it bears no prefix */
	struct xml_name *at[XML_NAMES];
	struct arena room;
	size_t n; /* made since it was emptied */
};

/* Lives until the table is trimmed or cleared. */
const struct xml_name *xml_name_find(struct xml_names *names, const unsigned char *local,
	const unsigned char *prefix, const unsigned char *address);

/* Empties it where more names came than any feed has. */
void xml_names_trim(struct xml_names *names);
void xml_names_clear(struct xml_names *names);

#endif
