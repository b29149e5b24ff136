/*
 * normalise.h - a feed and its items as the normalised document (tributary-feed(5))
 *
 * JSON Feed 1.1 with what it has no field for under `_tributary`.  Items come first, one by one,
 * the feed's head behind them: the members of a JSON object have no order.
 */
#ifndef TRIBUTARY_TRIBUTARY_NORMALISE_H
#define TRIBUTARY_TRIBUTARY_NORMALISE_H

#include "base/buf.h" /* buf */

struct feed; /* feed/feed.h */
struct item; /* feed/feed.h */

void normalise_begin(struct buf *out);
void normalise_item(struct buf *out, const struct item *i);
void normalise_end(struct buf *out, const struct feed *f);

#endif
