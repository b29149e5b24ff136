/*
 * validator.c - see validator.h
 */
#include "poll/validator.h"

#include "base/limits.h"
#include "feed/feed.h"
#include "poll/fetch.h"
#include "poll/httpdate.h"

#include <stdio.h>

struct validators validator_request(const struct validators *stored, struct slice url)
{
	if (slice_equal(stored->url, url))
		return *stored;
	return (struct validators){0};
}

static bool is_html(struct slice content_type)
{
	return slice_starts_fold(slice_trim(content_type), "text/html");
}

/* etiquette.md 39: a wall between us and the feed, not the feed's own answer. */
static bool is_challenge(const struct fetch_answer *a)
{
	bool refused = a->status == 403 || a->status == 503;

	return a->cf_mitigated.len > 0 && (refused || is_html(a->content_type));
}

static enum verdict judge_redirect(const struct fetch_answer *a)
{
	if (a->location.len == 0)
		return VERDICT_FAILED;
	return a->status == 301 || a->status == 308 ? VERDICT_MOVED : VERDICT_REDIRECT;
}

enum verdict validator_judge(const struct fetch_answer *a, bool was_conditional)
{
	if (a->failure != FETCH_ANSWERED)
		return VERDICT_FAILED;
	if (is_challenge(a))
		return VERDICT_BLOCKED;
	switch (a->status) {
	case 200:
	case 203:
		return VERDICT_FRESH;
	case 226:
		return was_conditional && slice_is_fold(slice_trim(a->im), "feed") ? VERDICT_DELTA
										   : VERDICT_FAILED;
	case 304:
		return was_conditional ? VERDICT_UNCHANGED : VERDICT_FAILED;
	case 301:
	case 302:
	case 303:
	case 307:
	case 308:
		return judge_redirect(a);
	case 410:
		return VERDICT_GONE;
	case 429:
		return VERDICT_LATER_DOMAIN;
	case 503:
		return a->retry_after.len > 0 ? VERDICT_LATER : VERDICT_FAILED;
	default:
		return VERDICT_FAILED;
	}
}

/* What people call the usual ones (RFC 9110 section 15). */
static const char *status_words(long status)
{
	static const struct {
		long status;
		const char *words;
	} rows[] = {
		{226, ": a part of a feed, though none was asked for"},
		{304, ": not modified, though nothing was asked of the kind"},
		{401, ": it wants a user and a password"},
		{403, ": forbidden"},
		{404, ": not found"},
		{410, ": gone for good"},
		{429, ": too many requests"},
		{500, ": the server failed"},
		{502, ": the server behind it failed"},
		{503, ": not available now"},
		{504, ": the server behind it did not answer"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].status == status)
			return rows[i].words;
	return "";
}

const char *validator_explain(const struct fetch_answer *a, char text[256])
{
	if (a->failure == FETCH_ANSWERED)
		snprintf(text, 256, "HTTP %ld%s", a->status, status_words(a->status));
	else if (a->detail.len > 0)
		snprintf(text, 256, "%s: %.*s", fetch_failure_name(a->failure),
			SLICE_ARG(a->detail));
	else
		snprintf(text, 256, "%s", fetch_failure_name(a->failure));
	return text;
}

/* The seconds of `name`=N in a Cache-Control; -1: not there. */
static int64_t directive_seconds(struct slice directive, const char *name)
{
	struct slice value = directive, found;
	int64_t seconds;

	if (!slice_cut(&value, '=', &found) || !slice_is_fold(slice_trim(found), name))
		return NUMBER_NONE;
	value = slice_trim(value);
	if (value.len > 1 && value.at[0] == '"' && value.at[value.len - 1] == '"')
		value = slice_from(value.at + 1, value.len - 2);
	return slice_int(value, 0, INT64_C(1) << 40, &seconds) ? seconds : NUMBER_NONE;
}

/* RFC 9111 section 5.2.2: max-age for a private cache; no-cache and no-store keep nothing. */
static int64_t max_age(struct slice cache_control)
{
	struct slice rest = cache_control, directive;
	int64_t age = NUMBER_NONE;

	while (slice_cut(&rest, ',', &directive)) {
		struct slice word = slice_trim(directive);
		int64_t seconds = directive_seconds(word, "max-age");

		if (slice_starts_fold(word, "no-cache") || slice_starts_fold(word, "no-store"))
			return 0;
		if (seconds != NUMBER_NONE && (age == NUMBER_NONE || seconds < age))
			age = seconds;
	}
	return age;
}

/* Their "now" where they say it, for their clock need not be ours. */
static instant their_now(const struct fetch_answer *a, instant now)
{
	instant date = httpdate_parse(a->date);

	return date == INSTANT_NONE ? now : date;
}

static int64_t lifetime(const struct fetch_answer *a, instant now)
{
	int64_t seconds = max_age(a->cache_control), age = 0;
	instant expires = httpdate_parse(a->expires);

	if (seconds == NUMBER_NONE && a->expires.len > 0)
		seconds = expires == INSTANT_NONE ? 0 : expires - their_now(a, now);
	if (seconds == NUMBER_NONE)
		return NUMBER_NONE;
	if (slice_int(slice_trim(a->age), 0, INT64_C(1) << 40, &age))
		seconds -= age;
	return seconds > 0 ? seconds : 0;
}

/* RFC 9110 section 10.2.3: seconds or a date; not longer than a week, never in the past. */
static instant retry_after(const struct fetch_answer *a, instant now)
{
	struct slice text = slice_trim(a->retry_after);
	int64_t seconds = NUMBER_NONE;
	instant date = httpdate_parse(text);

	if (text.len == 0)
		return INSTANT_NONE;
	if (!slice_int(text, 0, INT64_MAX, &seconds) && date != INSTANT_NONE)
		seconds = date - their_now(a, now);
	if (seconds < 0)
		return INSTANT_NONE;
	return now + (seconds < LIMIT_POLL_MAX_S ? seconds : LIMIT_POLL_MAX_S);
}

struct freshness validator_freshness(const struct fetch_answer *a, instant now)
{
	return (struct freshness){
		.lifetime_s = lifetime(a, now), .retry_after = retry_after(a, now)};
}
