/*
 * rhythm.h - a small picture of how often a source has news, in SVG
 */
#ifndef TRIBUTARY_PUBLISH_RHYTHM_H
#define TRIBUTARY_PUBLISH_RHYTHM_H

#include "publish/render.h" /* rhythm */

/*
 * A bar a day, the highest as high as the picture, whose words say how many that was.  Inline,
 * without a script, a style or an address.
 */
void rhythm_put(struct buf *b, const struct rhythm *r);

#endif
