/*
 * burden.h - can gumbo bear this markup?
 *
 * gumbo's time grows with the square of the depth, and formatting elements that are left open
 * come back in every block, attributes and all.  So the depth, the attributes and the formatting
 * elements that it will meet are estimated, always rather too high, in one pass.
 */
#ifndef TRIBUTARY_PARSE_BURDEN_H
#define TRIBUTARY_PARSE_BURDEN_H

#include "base/slice.h" /* slice */

/*
 * False where `html` may pass LIMIT_HTML_SOURCE_DEPTH, LIMIT_HTML_ATTRIBUTES,
 * LIMIT_HTML_FORMATTING or LIMIT_HTML_NODES.
 */
bool burden_is_bearable(struct slice html);

#endif
