/*
 * markup.h - a text's tags, one by one
 *
 * HTML's tokens (HTML Standard, section 13.2.5), without a tree: what the one pass, the look
 * before gumbo and plain text have in common.  Everything is borrowed from the text.
 */
#ifndef TRIBUTARY_PARSE_MARKUP_H
#define TRIBUTARY_PARSE_MARKUP_H

#include "feed/html.h" /* html_element, html_attribute */

struct arena; /* base/arena.h */

/* The values that we read of an element's attributes: the first of each. */
struct markup_values {
	uint32_t given; /* 1 << enum html_attribute */
	struct slice at[HTML_ATTRIBUTE_COUNT];
};

struct markup_tag {
	struct slice name;         /* as it stands */
	enum html_element element; /* HTML_NONE: one that we do not know */
	bool is_end;
	bool is_closed;              /* it ends in a slash */
	size_t attributes;           /* how many stand there, known or not */
	uint64_t names;              /* a bit of each name's number: nearly none has a like */
	bool is_doubled;             /* one without a value may repeat another: gumbo errs then */
	struct markup_values values; /* as they stand: markup_decode */
};

static inline enum html_kind markup_kind_of(const struct markup_tag *tag)
{
	return (enum html_kind)html_elements[tag->element].kind;
}

enum markup_kind {
	MARKUP_TEXT,    /* it is just a `<` */
	MARKUP_TAG,     /* markup_tag */
	MARKUP_COMMENT, /* markup_comment; so are declarations and processing instructions */
};

/* What does the `<` at the start of `s` begin? */
enum markup_kind markup_kind(struct slice s);

/* Reads the tag at the start of `s` and tells its length; 0 where it never ends. */
size_t markup_tag(struct slice s, struct markup_tag *tag_out);

/* The length of the comment at the start of `s`, which may never end. */
size_t markup_comment(struct slice s);

/*
 * The length of the raw text of element `e` at the start of `s`, up to its end tag or the end of
 * `s`.  (Scripts within comments within scripts are not looked for.)
 */
size_t markup_raw(struct slice s, enum html_element e);

#define MARKUP_REFERENCE 8 /* bytes that a reference's text may take */

/*
 * Reads the character reference at the start of `s`, which is a `&`, and tells its length; 0
 * where it is none, and the `&` is just that.  In an attribute's value (`quoted`) a name without
 * semicolon is more often part of an address.  Numbers give what browsers give: windows-1252 for
 * 128 to 159, U+FFFD for what is no character.
 */
size_t markup_reference(
	struct slice s, bool quoted, char text_out[MARKUP_REFERENCE], size_t *len_out);

/* An attribute's value with its references read, in `a`. */
struct slice markup_decode(struct arena *a, struct slice value);

#endif
