/*
 * normal.h - text as it is compared: what looks the same is the same
 *
 * Pure.  A cosmetic edit must change nothing, a copy in another source must be known again: so
 * case, white space, typographic quotes and dashes, invisible characters and markup that makes no
 * difference to the words do not count.
 */
#ifndef TRIBUTARY_STORE_NORMAL_H
#define TRIBUTARY_STORE_NORMAL_H

#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

/* One line, folded (NFKC_Casefold where it is not ASCII). */
struct slice normal_line(struct arena *a, struct slice line);

/*
 * Plain text, or canonical HTML without its tags (a tag that parts words is a space), its three
 * character references read.  ASCII is folded, the rest stays as it is: texts are long.
 */
struct slice normal_text(struct arena *a, struct slice text, bool is_html);

/*
 * Has a normalised text so many words?  Two characters of a script that does not part its words
 * (Han, kana, Thai) count as one.
 */
bool normal_has_words(struct slice text, size_t least);

#endif
