/*
 * space.h - the namespaces that feeds use, in their usual spellings
 */
#ifndef TRIBUTARY_PARSE_SPACE_H
#define TRIBUTARY_PARSE_SPACE_H

#include "base/slice.h" /* slice */

enum space {
	SPACE_OWN, /* none, or RSS's: what stands in a feed without a prefix */
	SPACE_ATOM,
	SPACE_XHTML,
	SPACE_XML,
	SPACE_RDF,
	SPACE_DC,
	SPACE_DCTERMS,
	SPACE_CONTENT,
	SPACE_MEDIA,
	SPACE_ITUNES,
	SPACE_GEORSS,
	SPACE_GEO,
	SPACE_GML,
	SPACE_ICBM,
	SPACE_SLASH,
	SPACE_WFW,
	SPACE_SY,
	SPACE_THR,
	SPACE_HISTORY,
	SPACE_ADMIN,
	SPACE_CC,
	SPACE_FOAF,
	SPACE_GOOGLEPLAY,
	SPACE_PODCAST,
	SPACE_SVG,
	SPACE_MATHML,
	SPACE_OTHER, /* any that we do not know */
};

/* By address: case, https for http and a slash or # at the end aside. */
enum space space_find(struct slice address);

/* By the prefix that is usual for it; SPACE_OTHER where there is none. */
enum space space_of_prefix(struct slice prefix);

/* The address that `prefix` usually stands for; never NULL. */
const char *space_usual_address(struct slice prefix);

#endif
