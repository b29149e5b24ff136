/*
 * tree.h - what is open while markup is read in one pass
 *
 * HTML's stack of open elements and its list of active formatting elements (HTML Standard,
 * sections 13.2.4.2 and 13.2.4.3), as far as the one pass needs them.  What is opened and closed
 * here is written.
 */
#ifndef TRIBUTARY_PARSE_TREE_H
#define TRIBUTARY_PARSE_TREE_H

#include "parse/markup.h" /* markup_tag */

struct canonical; /* parse/canonical.h */

struct tree_element {
	struct slice name; /* of one that we do not know */
	unsigned char element;
	bool written;
};

struct tree_format {
	struct slice tag; /* its start tag, to open it again; empty: a marker */
	unsigned char element;
	size_t open; /* the place on the stack + 1, or 0 */
};

struct tree {
	struct canonical *to;
	struct markup_values values; /* of the tag that is being written */
	struct tree_element open[LIMIT_HTML_SOURCE_DEPTH];
	size_t depth;
	bool has_form; /* one has begun and not ended: no other can begin */
	size_t gone;   /* how many of them are left out, with all that is in them */
	struct tree_format format[LIMIT_HTML_FORMATTING];
	size_t formats;
};

/* Sets of kinds. */
#define TREE_SET(kind) (UINT32_C(1) << KIND_##kind)
#define TREE_SCOPE     (TREE_SET(TABLE) | TREE_SET(CELL) | TREE_SET(CAPTION) | TREE_SET(SCOPE))
#define TREE_ORDINARY                                                                              \
	(TREE_SET(INLINE) | TREE_SET(FORMAT) | TREE_SET(ANCHOR) | TREE_SET(RUBY) |                 \
		TREE_SET(RUBY_PART) | TREE_SET(MEDIA))

static inline uint32_t tree_set_of(enum html_kind kind)
{
	return UINT32_C(1) << kind;
}

/* What became of a tag. */
enum tree_step {
	TREE_DONE,
	TREE_AGAIN, /* something was opened or closed for it: try again */
	TREE_LEFT,  /* gumbo must tell */
};

enum html_kind tree_kind(const struct tree *t, size_t at);

/* The kind of the current node; KIND_DIVISION where none is open. */
enum html_kind tree_top(const struct tree *t);

/*
 * The innermost open element of these kinds, its place + 1; 0 where there is none, or one of
 * `walls` within it.
 */
size_t tree_find(const struct tree *t, uint32_t kinds, uint32_t walls);

/* The same for the element itself. */
size_t tree_find_element(const struct tree *t, enum html_element e, uint32_t walls);

/* Opens an element that the tag begins; false where it would be too deep. */
bool tree_push(struct tree *t, const struct markup_tag *tag);

/* Opens one that no tag begins. */
bool tree_push_implied(struct tree *t, enum html_element e);

/* Writes an element without an end. */
void tree_put_void(struct tree *t, const struct markup_tag *tag);

/* Closes elements until `depth` are open. */
void tree_close_to(struct tree *t, size_t depth);

/* Closes the element that tree_find found, and all in it; 0 is none. */
void tree_close(struct tree *t, size_t place);

/* Text, unless it is left out: its references read, or as html_plain passed it. */
void tree_put_text(struct tree *t, struct slice text);
void tree_put_plain(struct tree *t, struct slice text);

/* Opens again what formatting elements were not closed; false where it would be too deep. */
bool tree_revive(struct tree *t);

/* Opens a formatting element whose tag is `source`; false where gumbo must tell what that does. */
bool tree_push_format(struct tree *t, const struct markup_tag *tag, struct slice source);

/* Its end tag; false where gumbo must tell what that does. */
bool tree_end_format(struct tree *t, enum html_element e);

/* Is it active: was it opened since the last marker, and not ended? */
bool tree_has_format(const struct tree *t, enum html_element e);

/* Sets a marker; forgets all since the last. */
bool tree_mark(struct tree *t);
void tree_clear_mark(struct tree *t);

#endif
