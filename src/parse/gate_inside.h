/*
 * gate_inside.h - the gate's state, and what its files share
 *
 * gate.c reads the document, gate_element.c its tags, gate_text.c what stands between them.
 */
#ifndef TRIBUTARY_PARSE_GATE_INSIDE_H
#define TRIBUTARY_PARSE_GATE_INSIDE_H

#include "parse/gate.h"
#include "parse/gate_tag.h"
#include "parse/reading.h" /* reading */

#define GATE_SCOPE_MAX 512 /* prefixes in scope: libxml2 looks through all of them, each time */

struct open_element {
	struct slice raw, put; /* the name as written, and as it was handed on */
	size_t n_scope;        /* prefixes in scope before it */
};

/* What ends sections, comments and instructions. */
enum closing_kind { CLOSING_SECTION, CLOSING_COMMENT, CLOSING_INSTRUCTION, CLOSING_COUNT };

/* From `from` on the next one stands at `at`: found once, for looking is linear in what is left. */
struct closing {
	size_t from, at;
	bool is_known;
};

struct gate {
	struct slice text;
	size_t at;
	struct reading *r;
	struct buf *out;
	size_t line, line_at; /* the line of byte line_at */
	size_t first_line;
	struct open_element open[LIMIT_DEPTH];
	size_t depth, too_deep; /* elements open; and those that were dropped for their depth */
	struct slice scope[GATE_SCOPE_MAX];
	size_t n_scope;
	size_t n_undeclared, n_strays;
	struct closing closings[CLOSING_COUNT];
	size_t passed;                 /* told to r->passed */
	size_t expanded, expanded_max; /* bytes that entities made */
	bool has_junk;                 /* something stands before the root */
	bool is_section;               /* within a CDATA section */
	bool is_after, is_done;        /* behind the root's end; at the end of all */
	struct doctype doctype;
	struct gate_tag tag;
};

/* A line in `problems`: not well formed; not whole. */
void gate_mended(struct gate *g, const char *what);
void gate_cut(struct gate *g, const char *what);

/* What is left of the document; how many lines `s` ends; the line of byte `at`. */
struct slice gate_rest(const struct gate *g);
size_t gate_count_lines(struct slice s);
size_t gate_line(struct gate *g, size_t at);

/* Where the next closing of a kind stands, from g->at on; the text's length where there is none. */
size_t gate_find_closing(struct gate *g, enum closing_kind kind);

/* Passes over `len` bytes; their line ends stay, so that libxml2 counts as we do. */
void gate_drop(struct gate *g, size_t len);

/* gate_text.c: escaped; what stands at an & (returns its length); is it what XML does not allow? */
void gate_put_escaped(struct gate *g, struct slice text);
size_t gate_put_reference(struct gate *g, struct slice s);
bool gate_is_odd(struct slice s);
void gate_text_step(struct gate *g, size_t max);
void gate_open_section(struct gate *g);
void gate_section_step(struct gate *g);

/* gate_element.c */
void gate_start_step(struct gate *g);
void gate_end_step(struct gate *g);
void gate_close_element(struct gate *g);

#endif
