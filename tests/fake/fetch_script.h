/*
 * fetch_script.h - the other side of tests/fake/fetch.c: what origins answer, what they were asked
 *
 * fetch_open takes no loop here: nothing happens before fetch_script_deliver.  Time is whatever
 * fetch_script_at says.
 */
#ifndef TRIBUTARY_TESTS_FAKE_FETCH_SCRIPT_H
#define TRIBUTARY_TESTS_FAKE_FETCH_SCRIPT_H

#include "poll/fetch.h"

/* What an address answers from now on; texts are copied. */
struct script_answer {
	struct slice url;
	enum fetch_failure failure; /* FETCH_ANSWERED: status, headers, body */
	long status;
	const struct slice *headers; /* "Name: value" */
	size_t n_headers;
	struct slice body;
	int64_t takes_ms;     /* from the request to the answer */
	struct slice address; /* that it is reached at; empty: it has none that anybody asks for */
	bool is_exact; /* 304 where the request bears the validators that these headers give */
};
void fetch_script_answer(struct fetcher *f, const struct script_answer *a);

/* One request that was made. */
struct script_request {
	int64_t at_ms;
	struct slice url;
	struct slice headers; /* lines that depend on the source: "If-None-Match: …\n" */
	size_t n_allow;
	size_t beside; /* others on their way at that moment */
};

/* All requests since the opening, the oldest first; NULL where there were none. */
const struct script_request *fetch_script_asked(const struct fetcher *f, size_t *n_out);

/* It is `now_ms`: requests are noted so. */
void fetch_script_at(struct fetcher *f, int64_t now_ms);

/* Tells the answers whose time has come; how many. */
size_t fetch_script_deliver(struct fetcher *f);

/* The name that every request bears. */
void fetch_script_agent(struct fetcher *f, struct slice agent);

/* What an auditor of etiquette.md counts, in all requests so far. */
struct script_score {
	size_t unechoed; /* bore no validator, or another one, though the address had given one */
	size_t most_unasked; /* of one address: requests without the validators that it gave, the
				most */
	size_t forbidden;    /* came while Retry-After forbade it, for the address or the domain */
};
struct script_score fetch_script_score(const struct fetcher *f);

/* When the next answer comes; INT64_MAX: nothing is on its way. */
int64_t fetch_script_next(const struct fetcher *f);

#endif
