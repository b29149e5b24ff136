/*
 * fetch_answer.h - what fetch.c gathers of one transfer's answer
 *
 * The headers that decisions need are copied out of libcurl's; the body goes into a memfd with a
 * ceiling, as it came, and is sealed when it is whole.
 */
#ifndef TRIBUTARY_POLL_FETCH_ANSWER_H
#define TRIBUTARY_POLL_FETCH_ANSWER_H

#include "base/arena.h" /* arena */
#include "poll/fetch.h" /* fetch_answer */

/* A body on its way. */
struct fetch_body {
	int fd; /* -1: nothing came yet */
	uint64_t bytes, most;
	bool is_too_large, is_broken; /* broken: no memory for it */
};

/* Appends to the body; false where it passes its ceiling or there is no memory. */
bool fetch_body_put(struct fetch_body *b, const void *at, size_t len);

/* Seals it: nobody can change it from here on.  False where the kernel will not. */
bool fetch_body_seal(struct fetch_body *b);
void fetch_body_drop(struct fetch_body *b);

/* Copies the headers of the last response of `easy` (a CURL *) into `a`. */
void fetch_answer_headers(void *easy, struct arena *a, struct fetch_answer *answer);

/* What an error of libcurl's (a CURLcode) is to us. */
enum fetch_failure fetch_failure_of(int code);

#endif
