/*
 * html.h - the HTML that may pass: its elements, its attributes, what may stand in what
 *
 * html.def as tables.  One html_may_open is asked by those who write canonical HTML (parse/) and
 * by canon.h, which checks it, so that they cannot disagree.  It lets a thing pass only where
 * every HTML parser (HTML Standard, section 13.2.6) would leave it: nothing that closes a `p`
 * within a `p`, no formatting element within itself, rows in tables only, and so on.
 */
#ifndef TRIBUTARY_FEED_HTML_H
#define TRIBUTARY_FEED_HTML_H

#include "base/limits.h" /* LIMIT_HTML_DEPTH */
#include "base/slice.h"  /* slice */

/* How HTML5 parses an element. */
enum html_kind {
	KIND_INLINE, /* nothing special; what we do not know, too */
	KIND_FORMAT, /* "formatting": comes back in the next block unless it was closed */
	KIND_ANCHOR, /* that, and never within itself */
	KIND_BLOCK,
	KIND_DIVISION, /* a block that open list items are seen through */
	KIND_PARAGRAPH,
	KIND_HEADING,
	KIND_PRE, /* eats a newline */
	KIND_LIST,
	KIND_ITEM,
	KIND_TERM, /* dt, dd */
	KIND_RUBY,
	KIND_RUBY_PART,
	KIND_MEDIA,  /* may hold sources */
	KIND_SOURCE, /* has no end */
	KIND_VOID,   /* has no end */
	KIND_RULE,   /* has no end */
	KIND_TABLE,
	KIND_CAPTION,
	KIND_COLUMNS,
	KIND_COLUMN,
	KIND_SECTION,
	KIND_ROW,
	KIND_CELL,
	KIND_RAW,      /* what is in it is no markup */
	KIND_SCOPE,    /* object and its like: a wall around what is open in it */
	KIND_FORM,     /* a block of which there is one at a time */
	KIND_BUTTON,   /* a wall around paragraphs */
	KIND_NOSCRIPT, /* a block that closes nothing */
	KIND_OUTER,    /* html, head, body: ignored within another element */
	KIND_WILD,     /* has rules of its own: left to gumbo */
	KIND_COUNT
};

enum html_element {
	HTML_NONE, /* not in html.def; also: passes as nothing */
#define KEEP(id, name, kind, attributes) HTML_##id,
#define RENAME(id, name, kind, as)       HTML_##id,
#define UNWRAP(id, name, kind)           HTML_##id,
#define DROP(id, name, kind)             HTML_##id,
#include "feed/html.def"
	HTML_ELEMENT_COUNT,
	HTML_GONE = HTML_ELEMENT_COUNT /* passes not at all, nor what is in it */
};

enum html_attribute {
#define ATTRIBUTE(id, name, value) HTML_AT_##id,
#include "feed/html.def"
	HTML_ATTRIBUTE_COUNT
};

/* What a value must be. */
enum html_value {
	HTML_VALUE_TEXT,
	HTML_VALUE_LINK,    /* an address that a reader may follow */
	HTML_VALUE_ADDRESS, /* http, https */
	HTML_VALUE_PICTURE, /* that, and in `img` a raster picture as data: */
	HTML_VALUE_NUMBER,  /* 0 to 99999 */
	HTML_VALUE_INTEGER, /* that, and below 0 */
	HTML_VALUE_LANGUAGE,
	HTML_VALUE_WORD,   /* one of a few: html_words */
	HTML_VALUE_FLAG,   /* empty */
	HTML_VALUE_ALWAYS, /* fixed, and always there: html_words */
	HTML_VALUE_NEVER,
};

struct html_element_row {
	char name[12];        /* lower case, filled up with NUL */
	unsigned char length; /* of the name */
	unsigned char kind;   /* enum html_kind */
	unsigned char as; /* the element that it passes as: itself, another, HTML_NONE, HTML_GONE */
	uint32_t attributes; /* 1 << enum html_attribute */
};

struct html_attribute_row {
	char name[12];
	unsigned char length;
	unsigned char value; /* enum html_value */
};

extern const struct html_element_row html_elements[HTML_ELEMENT_COUNT];
extern const struct html_attribute_row html_attributes[HTML_ATTRIBUTE_COUNT];

/* The element of that name, ASCII case aside, or HTML_NONE. */
enum html_element html_find(struct slice name);

/* The attribute of that name, ASCII case aside, or HTML_ATTRIBUTE_COUNT. */
enum html_attribute html_find_attribute(struct slice name);

/* What a HTML_VALUE_WORD may be, what a HTML_VALUE_ALWAYS is; ends with NULL. */
const char *const *html_words(enum html_attribute a);

/* Has the element no end tag? */
bool html_is_void(enum html_element e);

/*
 * Is `value`, unescaped, what canonical HTML may give this element for this attribute?  Addresses
 * are absolute and of a scheme that base/url.h lets through; where no base was known, relative.
 */
bool html_value_ok(enum html_element e, enum html_attribute a, struct slice value);

/*
 * How many bytes at the start of `s` may stand in canonical text (in a value: `quoted`) as they
 * are: valid UTF-8 without control characters other than tab and newline, without noncharacters
 * and line separators, without what must be escaped.
 */
size_t html_plain(struct slice s, bool quoted);

/* The elements of canonical HTML that are open, the outermost first.  All zero: none is. */
struct html_stack {
	size_t depth;
	unsigned char open[LIMIT_HTML_DEPTH];
	unsigned char inside[LIMIT_HTML_DEPTH + 1]; /* what is in force within each of them */
};

/* May `e`, which passes as itself, be opened here?  Void ones are never pushed. */
bool html_may_open(const struct html_stack *s, enum html_element e);

/* May text stand here? */
bool html_may_write(const struct html_stack *s);

/* Opens what html_may_open allowed; closes the innermost. */
void html_push(struct html_stack *s, enum html_element e);
void html_pop(struct html_stack *s);

#endif
