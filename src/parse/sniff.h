/*
 * sniff.h - which characters, and which format
 *
 * Characters: a byte order mark wins, then HTTP's charset (RFC 7303), then the declaration (XML
 * 1.0 appendix F), then UTF-8 where it is valid, then uchardet's guess, whose door this is.  The
 * names are the WHATWG's.  Format: what stands at the document's beginning, junk before it set
 * aside.
 */
#ifndef TRIBUTARY_PARSE_SNIFF_H
#define TRIBUTARY_PARSE_SNIFF_H

#include "base/buf.h"     /* buf */
#include "parse/format.h" /* opening */

struct sniffed {
	struct slice text;    /* UTF-8, valid: of the body itself, or in `room` */
	const char *encoding; /* static */
	size_t replaced;      /* bytes that were no characters: U+FFFD stands for them */
	bool is_misdeclared;  /* it says another encoding than the one it was read in */
};

/* `is_page`: an HTML page, so a <meta charset> counts.  `room` is used where bytes must
 * change; `passed` (parse.h) may be NULL. */
void sniff_characters(struct slice body, struct slice content_type, bool is_page,
	passed_bytes *passed, struct buf *room, struct sniffed *out);

/* What `text`, valid UTF-8, begins with. */
void sniff_opening(struct slice text, struct opening *out);

/* The value of attribute `name` within a tag (references stand as they are); empty where none. */
struct slice sniff_attribute(struct slice tag, const char *name);

/* uchardet's tables; once in a process, before the jail. */
void sniff_warm_up(void);

#endif
