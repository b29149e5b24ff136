/*
 * fetch_handle.h - a handle of libcurl as we want it: limits, manners, and one request's headers
 */
#ifndef TRIBUTARY_POLL_FETCH_HANDLE_H
#define TRIBUTARY_POLL_FETCH_HANDLE_H

#include "poll/fetch.h" /* fetch_request */

struct arena; /* base/arena.h */

/*
 * A CURL * with everything set that stays from request to request; the text must outlive it.  NULL
 * where there is no memory.
 */
void *fetch_handle_new(const char *user_agent);

/*
 * Sets what belongs to this request: address, headers, credentials, proxy (empty: none), timeout;
 * texts live in `a`. Returns the list of headers (a struct curl_slist *), the caller's to free once
 * the request is over.  A header with a byte that could end its line is left out (threats.md N10).
 */
void *fetch_handle_ask(void *easy, struct arena *a, const struct fetch_request *r);

#endif
