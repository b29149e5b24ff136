/*
 * format.h - what a format is: a row in a table (name, test, reader)
 *
 * parse.c asks each row's test in turn, what the document's beginning says being laid out in
 * struct opening, and gives the document to the first that says yes.
 */
#ifndef TRIBUTARY_PARSE_FORMAT_H
#define TRIBUTARY_PARSE_FORMAT_H

#include "parse/reading.h" /* reading */

/* What stands at a document's beginning; borrowed from its text. */
struct opening {
	bool is_json;            /* the first byte that is no white space is { or [ */
	bool is_html;            /* a DOCTYPE of HTML, or an html element */
	size_t root_at;          /* where the root's tag begins; the text's length where none */
	struct slice root;       /* its local name as written */
	struct slice root_space; /* the namespace that is declared for it, or empty */
	struct slice root_tag;   /* the whole tag from < to > */
	struct slice text;       /* the whole document */
};

struct format {
	const char *name; /* of the family, for people */
	bool (*is)(const struct opening *o);
	/* Reads `text`, which is valid UTF-8; PARSE_OK only after all items; parse.c calls
	 * sink->feed. */
	enum parse_verdict (*read)(struct slice text, struct reading *r);
};

/* rss.c, cdf.c, atom.c, jsonfeed.c, page.c: the readers. */
enum parse_verdict rss_read(struct slice text, struct reading *r);
enum parse_verdict cdf_read(struct slice text, struct reading *r);
enum parse_verdict atom_read(struct slice text, struct reading *r);
enum parse_verdict jsonfeed_read(struct slice text, struct reading *r);
enum parse_verdict page_read(struct slice text, struct reading *r);

/* jansson's seed, which it reads from a file otherwise; once in a process, before the jail. */
void jsonfeed_warm_up(void);

#endif
