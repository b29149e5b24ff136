/*
 * changes.h - what an item said before, as a visible difference
 */
#ifndef TRIBUTARY_PUBLISH_CHANGES_H
#define TRIBUTARY_PUBLISH_CHANGES_H

#include "publish/render.h" /* stored_item, stored_revision */

/*
 * A section with each earlier text, the newest first, told apart from the text that took its
 * place: `<del>` and `<ins>` with some words around them.  Nothing where there is none.
 */
void changes_put(struct buf *b, const struct stored_item *i, struct slice lang,
	const struct stored_revision *revisions, size_t n);

#endif
