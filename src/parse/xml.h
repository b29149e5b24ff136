/*
 * xml.h - a cursor over a document
 *
 * libxml2's door (but for page.c).  The document passes the gate (gate.h) in parts of 16 KB, each
 * part libxml2's push parser, whose events wait here until a reader asks for the next.  No tree,
 * no file, no entity of libxml2's own; memory does not grow with the document.
 *
 * What a call gives is borrowed until the next call of xml_next, or of what moves the cursor.
 */
#ifndef TRIBUTARY_PARSE_XML_H
#define TRIBUTARY_PARSE_XML_H

#include "parse/space.h" /* space */

struct reading; /* parse/reading.h */
struct element; /* parse/element.h */
struct xml;

enum xml_event { XML_START, XML_END, XML_TEXT, XML_DONE };

/* `text` is valid UTF-8; its root's tag begins at `root_at`.  Problems go to `r`. */
struct xml *xml_open(struct slice text, size_t root_at, struct reading *r);
void xml_close(struct xml **x);

/* The next event; sets r->line. */
enum xml_event xml_next(struct xml *x);

/* Of the element at a START: how deep it is (the root: 1), its namespace, its local name. */
size_t xml_depth(const struct xml *x);
enum space xml_space(const struct xml *x);
struct slice xml_local(const struct xml *x);
const struct element *xml_element(const struct xml *x); /* its row in the tables, or NULL */
bool xml_is(const struct xml *x, enum space space, const char *local); /* case aside */

/* The text at a TEXT; more of the same may follow. */
struct slice xml_here(const struct xml *x);

/* An attribute without a namespace (case aside), or of one; empty where there is none. */
struct slice xml_attribute(const struct xml *x, const char *local);
struct slice xml_attribute_in(const struct xml *x, enum space space, const char *local);

/* What is in force: xml:base resolved (RFC 3986), xml:lang as written.  Last until the next START.
 */
struct slice xml_base(const struct xml *x);
struct slice xml_language(const struct xml *x);

/* Makes `base`, which outlives the element at hand, the base within it. */
void xml_set_base(struct xml *x, struct slice base);

/*
 * Moves to the START of the next child of the element at `depth`; what is left of the last child
 * is passed over.  False at the element's END.
 */
bool xml_child(struct xml *x, size_t depth);

/* From an element's START to its END: nothing of it; all text within; */
void xml_skip(struct xml *x);
struct slice xml_text(struct xml *x);

/*
 * or its content: text where it holds text only, else markup as HTML (and `*is_markup_out`), with
 * addresses that another xml:base governs made absolute.
 */
struct slice xml_content(struct xml *x, bool *is_markup_out);

/* Has any element borne RSS's namespace so far? */
bool xml_has_rss(const struct xml *x);

/* libxml2's tables, and its loader shut; once in a process, before the jail. */
void xml_warm_up(void);

#endif
