/*
 * canonical.h - writes canonical HTML (feed/canon.h)
 *
 * Told what an HTML parser sees, element by element, it writes what of that may pass where it may
 * stand.  Both ways to read markup (onepass.h, tagsoup.h) end here.
 */
#ifndef TRIBUTARY_PARSE_CANONICAL_H
#define TRIBUTARY_PARSE_CANONICAL_H

#include "base/buf.h"     /* buf */
#include "feed/html.h"    /* html_element, html_stack */
#include "parse/markup.h" /* markup_values */

struct arena; /* base/arena.h */

struct canonical {
	struct arena *arena; /* for addresses */
	struct slice base;   /* that they are resolved against */
	struct buf out;
	struct html_stack open;
	size_t pre;  /* where the last <pre> ended: a newline there is eaten by parsers */
	bool is_cut; /* LIMIT_HTML_BYTES is reached: nothing is written but end tags */
};

/* Both are borrowed until canonical_end. */
void canonical_begin(struct canonical *c, struct arena *a, struct slice base);

/* Forgets what was written, to begin anew. */
void canonical_again(struct canonical *c);

/*
 * An element begins.  `values` have their references read.  True where it was written and is
 * open now: then canonical_close must end it.  Void ones never are.
 */
bool canonical_open(struct canonical *c, enum html_element e, const struct markup_values *values);

/* The innermost that is open ends. */
void canonical_close(struct canonical *c);

/* Text, its references read; it is cleaned and escaped. */
void canonical_text(struct canonical *c, struct slice text);

/* Text that html_plain has passed. */
void canonical_plain(struct canonical *c, struct slice text);

/* All that was written, white space at both ends aside, in the arena; and the end of `c`. */
struct slice canonical_end(struct canonical *c);

#endif
