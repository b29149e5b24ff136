/* expect.c - what must be so: the command `expect` of run.c */
#include "play.h"

#include "../fake/fetch_script.h"

#include <inttypes.h>

/* Does `got` keep to "5", "<=5", ">=5"? */
static void expect_number(struct play *p, const char *what, int64_t got, struct slice word)
{
	bool at_most = slice_starts(word, "<="), at_least = slice_starts(word, ">=");
	int64_t want = 0;

	if (!slice_int(slice_skip(word, at_most || at_least ? 2 : 0), INT64_MIN, INT64_MAX, &want))
		complain(p, "%.*s is no number", SLICE_ARG(word));
	else if ((at_most && got > want) || (at_least && got < want) ||
		 (!at_most && !at_least && got != want))
		complain(p, "%s: %" PRId64 ", not %.*s", what, got, SLICE_ARG(word));
}

/* The requests to `url` since the mark: the one before `*at`, counted down; NULL: no more. */
static const struct script_request *request_before(struct play *p, struct slice url, size_t *at)
{
	size_t n;
	const struct script_request *all = fetch_script_asked(p->w.fetcher, &n);

	while (*at > p->mark) {
		const struct script_request *q = &all[--*at];

		if (slice_is(url, "*") || slice_equal(q->url, url))
			return q;
	}
	return NULL;
}

static void expect_asked(struct play *p, struct words *in)
{
	struct slice url = words_next(in);
	int64_t count = 0;
	size_t at;

	fetch_script_asked(p->w.fetcher, &at);
	while (request_before(p, url, &at) != NULL)
		count++;
	expect_number(p, "asked", count, words_next(in));
}

static const struct script_request *last_request(struct play *p, struct slice url)
{
	size_t at;
	const struct script_request *q;

	fetch_script_asked(p->w.fetcher, &at);
	q = request_before(p, url, &at);
	if (q == NULL)
		complain(p, "%.*s was not asked", SLICE_ARG(url));
	return q;
}

static void expect_header(struct play *p, struct words *in)
{
	const struct script_request *q = last_request(p, words_next(in));
	struct slice want = words_next(in), rest, line;

	if (q == NULL)
		return;
	for (rest = q->headers; slice_cut(&rest, '\n', &line);)
		if (slice_equal(line, want))
			return;
	complain(p, "headers were: %s", log_safe(q->headers));
}

static void expect_began(struct play *p, struct words *in)
{
	const struct script_request *q = last_request(p, words_next(in));
	struct slice want = words_next(in), rest, line;

	if (q == NULL)
		return;
	for (rest = q->headers; slice_cut(&rest, '\n', &line);)
		if (line.len >= want.len && slice_equal(slice_head(line, want.len), want))
			return;
	complain(p, "headers were: %s", log_safe(q->headers));
}

static void expect_has(struct play *p, struct words *in)
{
	const struct script_request *q = last_request(p, words_next(in));
	struct slice want = words_next(in);

	if (q != NULL && slice_find(q->headers, want) == q->headers.len)
		complain(p, "headers were: %s", log_safe(q->headers));
}

static void expect_unechoed(struct play *p, struct words *in)
{
	expect_number(
		p, "unechoed", (int64_t)fetch_script_score(p->w.fetcher).unechoed, words_next(in));
}

static void expect_unasked(struct play *p, struct words *in)
{
	expect_number(p, "unasked", (int64_t)fetch_script_score(p->w.fetcher).most_unasked,
		words_next(in));
}

static void expect_forbidden(struct play *p, struct words *in)
{
	expect_number(p, "forbidden", (int64_t)fetch_script_score(p->w.fetcher).forbidden,
		words_next(in));
}

static void expect_withdrawn(struct play *p, struct words *in)
{
	expect_number(p, "withdrawn", world_withdrawn(&p->w), words_next(in));
}

static void expect_no(struct play *p, struct words *in)
{
	const struct script_request *q;

	words_next(in); /* header */
	q = last_request(p, words_next(in));
	if (q != NULL && slice_find(q->headers, words_rest(in)) < q->headers.len)
		complain(p, "headers were: %s", log_safe(q->headers));
}

static void expect_allow(struct play *p, struct words *in)
{
	const struct script_request *q = last_request(p, words_next(in));

	if (q != NULL)
		expect_number(p, "prefixes", (int64_t)q->n_allow, words_next(in));
}

static void expect_gap(struct play *p, struct words *in)
{
	struct slice url = words_next(in);
	int64_t gap = INT64_MAX;
	size_t at;
	const struct script_request *q, *after;

	fetch_script_asked(p->w.fetcher, &at);
	after = request_before(p, url, &at);
	for (; after != NULL && (q = request_before(p, url, &at)) != NULL; after = q)
		if (after->at_ms - q->at_ms < gap)
			gap = after->at_ms - q->at_ms;
	expect_number(p, "least gap", gap / 1000, words_next(in));
}

static void expect_last(struct play *p, struct words *in)
{
	const struct script_request *q = last_request(p, words_next(in));

	if (q != NULL)
		expect_number(p, "since", (p->w.now_ms - q->at_ms) / 1000, words_next(in));
}

static void expect_beside(struct play *p, struct words *in)
{
	const struct script_request *q;
	int64_t most = 0;
	size_t at;

	fetch_script_asked(p->w.fetcher, &at);
	while ((q = request_before(p, SLICE("*"), &at)) != NULL)
		most = (int64_t)q->beside > most ? (int64_t)q->beside : most;
	expect_number(p, "beside", most, words_next(in));
}

static void expect_busiest(struct play *p, struct words *in)
{
	int64_t span = 0, most = 0;
	size_t n, first = p->mark;
	const struct script_request *all = fetch_script_asked(p->w.fetcher, &n);

	words_duration(words_next(in), &span);
	for (size_t i = p->mark; i < n; i++) {
		while (all[i].at_ms - all[first].at_ms >= span * 1000)
			first++;
		most = (int64_t)(i - first + 1) > most ? (int64_t)(i - first + 1) : most;
	}
	expect_number(p, "busiest", most, words_next(in));
}

static void expect_items(struct play *p, struct words *in)
{
	expect_number(p, "items", world_items(&p->w), words_next(in));
}

static void expect_part(struct play *p, const char *what, struct slice got, struct slice want)
{
	if (slice_find(got, want) == got.len && want.len > 0)
		complain(p, "%s: %s", what, log_safe(got));
	if (want.len == 0 && got.len > 0)
		complain(p, "%s: %s", what, log_safe(got));
}

static void expect_source(struct play *p, struct slice what, struct words *in)
{
	struct stored_source s;
	struct slice name = words_next(in), want = words_next(in);

	if (!world_source(&p->w, name, &s))
		complain(p, "there is no source %.*s", SLICE_ARG(name));
	else if (slice_is(what, "state"))
		expect_part(p, "state", slice_of(source_state_name(s.state)), want);
	else if (slice_is(what, "error"))
		expect_part(p, "error", s.error, want);
	else if (slice_is(what, "notice"))
		expect_part(p, "notice", s.notice, want);
	else if (slice_is(what, "failures"))
		expect_number(p, "failures", s.failures, want);
	else if (slice_is(what, "polls"))
		expect_number(p, "polls", s.polls, want);
	else if (slice_is(what, "unchanged"))
		expect_number(p, "unchanged", s.unchanged, want);
	else if (slice_is(what, "requests"))
		expect_number(p, "requests", s.requests, want);
	else if (slice_is(what, "least-gap"))
		expect_number(p, "least gap", s.least_gap_ms / 1000, want);
	else if (slice_is(what, "gap-told"))
		expect_part(
			p, "gap told", s.gap_to == INSTANT_NONE ? SLICE("no") : SLICE("yes"), want);
	else
		complain(p, "expect what?");
}

void play_expect(struct play *p, struct words *in)
{
	static const struct {
		const char *what;
		void (*look)(struct play *p, struct words *in);
	} rows[] = {{"asked", expect_asked}, {"header", expect_header}, {"no", expect_no},
		{"allow", expect_allow}, {"gap", expect_gap}, {"last", expect_last},
		{"beside", expect_beside}, {"busiest", expect_busiest}, {"items", expect_items},
		{"began", expect_began}, {"has", expect_has}, {"unechoed", expect_unechoed}, {"unasked", expect_unasked},
		{"forbidden", expect_forbidden}, {"withdrawn", expect_withdrawn}};
	struct slice what = words_next(in);

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (slice_is(what, rows[i].what)) {
			rows[i].look(p, in);
			return;
		}
	}
	expect_source(p, what, in);
}
