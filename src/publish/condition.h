/*
 * condition.h - has what a reader holds changed?  May it be compressed?
 *
 * Pure.  Conditional requests: RFC 9110 section 13, in the order of 13.2.2; dates in all three
 * forms of section 5.6.7; content coding: section 12.5.3.  What cannot be read counts as absent.
 */
#ifndef TRIBUTARY_PUBLISH_CONDITION_H
#define TRIBUTARY_PUBLISH_CONDITION_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

/* Fields of a request, as they came; .at NULL: not there.  Of one sent twice the last. */
struct conditions {
	struct slice if_match, if_none_match, if_modified_since, if_unmodified_since;
};

enum condition_verdict {
	CONDITION_SEND,      /* 200 */
	CONDITION_UNCHANGED, /* 304 */
	CONDITION_FAILED,    /* 412 */
};

/* For GET and HEAD of a representation with this strong tag (with its quotes) and this date. */
enum condition_verdict condition_judge(
	const struct conditions *c, struct slice etag, instant last_modified);

/* Takes an entity tag off the head of a list; false at its end or where it is malformed. */
bool condition_next_tag(struct slice *list, struct slice *tag_out, bool *weak_out);

/* Does Accept-Encoding let gzip through? */
bool condition_takes_gzip(struct slice accept_encoding);

/* An HTTP-date; false where it is none. */
bool condition_date(struct slice text, instant *at_out);

#endif
