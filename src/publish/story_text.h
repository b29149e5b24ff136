/*
 * story_text.h - the text of an entry that stands for a whole story
 *
 * Pure.  Its lead's text, then the others as a list of links.
 */
#ifndef TRIBUTARY_PUBLISH_STORY_TEXT_H
#define TRIBUTARY_PUBLISH_STORY_TEXT_H

#include "publish/render.h" /* stored_item */

/* A ceiling for it: an item's longest text, escaped, and its siblings. */
#define STORY_TEXT_BYTES ((size_t)8 << 20)

/* Appends HTML. */
void story_text(struct buf *out, const struct stored_item *i);

#endif
