/*
 * quiet.h - an item's text for our own page: nobody else is asked
 *
 * Canonical HTML (feed/canon.h) in, the same out with pictures, sound and film as links to them.
 */
#ifndef TRIBUTARY_PUBLISH_QUIET_H
#define TRIBUTARY_PUBLISH_QUIET_H

#include "base/buf.h" /* buf */

void quiet_put(struct buf *out, struct slice canonical_html);

#endif
