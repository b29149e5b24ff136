/*
 * delta.h - does a reader want what is new alone, and since when?
 *
 * Pure.  Delta encoding in HTTP (RFC 3229) with the instance manipulation `feed`: only the entries
 * that changed since the form that the client holds.  Its tag says which serial of the store that
 * was and of which feed, so that nothing is remembered of clients.
 */
#ifndef TRIBUTARY_PUBLISH_DELTA_H
#define TRIBUTARY_PUBLISH_DELTA_H

#include "base/slice.h" /* slice */

/*
 * Does A-IM name `feed`, and mean it?  feedparser sends it whatever the program behind it can
 * read, and rss2email for one takes 226 for a failure: its user would miss every new item.
 */
bool delta_wanted(struct slice a_im, struct slice user_agent);

/*
 * The newest tag of If-None-Match that is one of ours for the feed of that key, and older than
 * `now`: its serial, and the tag with its quotes, borrowed.  False where there is none.
 */
bool delta_base(struct slice if_none_match, uint32_t key, int64_t now, int64_t *serial_out,
	struct slice *tag_out);

#endif
