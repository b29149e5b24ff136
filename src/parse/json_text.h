/*
 * json_text.h - pieces of JSON text, before a tree is made of them
 *
 * A feed of any length is read item by item: what a tree costs is counted here, on the text.
 * What many feeds get wrong is mended here too, since jansson takes RFC 8259 to the letter.
 */
#ifndef TRIBUTARY_PARSE_JSON_TEXT_H
#define TRIBUTARY_PARSE_JSON_TEXT_H

#include "base/buf.h"   /* buf */
#include "base/slice.h" /* slice */

/* One value as it stands in the text. */
struct json_piece {
	struct slice text; /* empty where no value begins */
	size_t values;     /* how many values are in it, roughly */
	size_t depth;      /* how deep its brackets nest */
	bool is_whole;     /* it ends before the text does */
};

/* Moves `*at` past white space; the character there, or '\0' at the end. */
char json_space(struct slice text, size_t *at);

/* The value at `*at`, and `*at` moved past it.  Brackets and quotes are matched, no more. */
struct json_piece json_skip(struct slice text, size_t *at);

/* What json_mend changed. */
#define JSON_MENDED_CONTROL   1U /* a control character in a string */
#define JSON_MENDED_ESCAPE    2U /* \' and the like: the backslash is gone */
#define JSON_MENDED_SURROGATE 4U /* half a surrogate pair is U+FFFD */
#define JSON_MENDED_COMMA     8U /* a comma before a closing bracket is gone */

/*
 * Puts `piece` so that jansson can load it, and returns what was changed.  Besides, without
 * being a fault: \u0000 becomes U+FFFD, and a number that is not an integer of at most 18 digits
 * becomes a string, for jansson refuses what no double holds and ids are kept as written.
 */
unsigned json_mend(struct slice piece, struct buf *out);

#endif
