/*
 * health.c - see health.h
 */
#include "poll/health.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"

#include <inttypes.h>
#include <string.h>

#define DAY_S       86400
#define SIXTEENTHS  16
#define SHRUNK_FROM 6 /* items: of fewer the third is no measure */
#define SHRUNK      3
#define PAUSES      20 /* of the first document's items, the newest */
#define TRUST_LEAST 3  /* documents in one language make it the usual one */
#define TRUST_MOST  10 /* so many in another change that */
#define SAY_BYTES   512

static void set(struct health *h, enum alarm a, bool is_on)
{
	if (is_on)
		h->alarms |= UINT32_C(1) << a;
	else
		h->alarms &= ~(UINT32_C(1) << a);
}

/* --- it failed */

static const enum alarm failures[] = {ALARM_FAILING, ALARM_BLOCKED, ALARM_NO_FEED};

/* The kind that it began with stays until it is well: reasons that take turns are one alarm. */
static void note_failure(struct health *h, const struct health_poll *p)
{
	bool is_on = false;

	set(h, ALARM_GONE, p->is_gone);
	for (size_t i = 0; i < COUNT(failures); i++)
		is_on |= health_has(h, failures[i]);
	if (!is_on && !p->is_gone && p->failures >= HEALTH_FAILURES)
		set(h, p->as, true);
}

static void note_answer(struct health *h, const struct health_poll *p)
{
	for (size_t i = 0; i < COUNT(failures); i++)
		set(h, failures[i], false);
	set(h, ALARM_GONE, false);
	set(h, ALARM_MOVED, p->is_moved);
	set(h, ALARM_HELD, p->is_held);
	if (p->cert_end != INSTANT_NONE)
		set(h, ALARM_CERTIFICATE, p->cert_end - p->now < HEALTH_CERTIFICATE);
}

/* --- when something new came */

/* Dates past the poll are no news. */
static instant newest_of(const struct health_poll *p)
{
	instant newest = INSTANT_NONE;

	for (size_t i = 0; i < p->n_items; i++) {
		instant at = p->items[i].published;

		if (at != INSTANT_NONE && at <= p->now && (newest == INSTANT_NONE || at > newest))
			newest = at;
	}
	return newest;
}

/* The PAUSES latest dates of the document, latest first. */
static size_t list_dates(const struct health_poll *p, instant dates[PAUSES])
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_items; i++) {
		instant at = p->items[i].published;
		size_t k = n < PAUSES ? n : PAUSES - 1;

		if (at == INSTANT_NONE || at > p->now || (n == PAUSES && dates[k] >= at))
			continue;
		for (; k > 0 && dates[k - 1] < at; k--)
			dates[k] = dates[k - 1];
		dates[k] = at;
		n += n < PAUSES;
	}
	return n;
}

static int64_t longest_pause(const struct health_poll *p)
{
	instant dates[PAUSES];
	size_t n = list_dates(p, dates);
	int64_t longest = 0;

	for (size_t i = 0; i + 1 < n; i++)
		if (dates[i] - dates[i + 1] > longest)
			longest = dates[i] - dates[i + 1];
	return longest;
}

static int64_t within(int64_t pause_s)
{
	return pause_s < HEALTH_PAUSE_MOST ? pause_s : HEALTH_PAUSE_MOST;
}

/* What it tells when it is first read: its items say how it was until now. */
static void begin(struct health *h, const struct health_poll *p)
{
	h->newest = newest_of(p);
	h->lively = h->newest != INSTANT_NONE ? h->newest : p->now;
	h->pause_s = within(longest_pause(p));
}

/* A long pause counts less with every shorter one after it. */
static void note_news(struct health *h, const struct health_poll *p)
{
	instant newest = newest_of(p);
	int64_t pause = p->now - h->lively;

	h->pause_s -= h->pause_s / 10;
	if (pause > h->pause_s)
		h->pause_s = within(pause);
	h->lively = p->now;
	if (newest == INSTANT_NONE)
		return;
	if (h->newest == INSTANT_NONE || newest > h->newest) {
		h->newest = newest;
		h->stuck = 0;
	} else {
		h->stuck += (int64_t)p->fresh;
	}
	set(h, ALARM_FROZEN, h->stuck >= HEALTH_STUCK && p->now - h->newest > HEALTH_STUCK_S);
}

static int64_t patience(const struct health *h)
{
	int64_t s = h->pause_s * HEALTH_SILENT;

	return s > HEALTH_SILENT_S ? s : HEALTH_SILENT_S;
}

static bool is_silent(const struct health *h, instant now)
{
	return h->lively != INSTANT_NONE && now - h->lively > patience(h);
}

/* --- how much, in which language, under which ids */

static void note_length(struct health *h, const struct health_poll *p)
{
	int64_t n = (int64_t)p->n_items * SIXTEENTHS;
	bool is_short = h->usual >= SHRUNK_FROM * SIXTEENTHS && n * SHRUNK < h->usual;

	set(h, ALARM_EMPTY, n == 0 && h->usual >= SIXTEENTHS);
	set(h, ALARM_SHRUNK, n > 0 && is_short);
	if (h->usual == 0)
		h->usual = n;
	else if (n > 0) /* an empty document is never usual */
		h->usual += (n - h->usual) / (is_short ? 32 : 8);
}

/* The primary subtag of a language tag (RFC 5646 section 2.2.1), lower case; else empty. */
static void put_tongue(char to[ALARM_TONGUE_BYTES], struct slice tag)
{
	size_t n = 0;

	memset(to, 0, ALARM_TONGUE_BYTES);
	for (; n < tag.len && n < ALARM_TONGUE_BYTES && tag.at[n] != '-' && tag.at[n] != '_'; n++) {
		char c = (char)(tag.at[n] | 0x20);

		if (n == ALARM_TONGUE_BYTES - 1 || c < 'a' || c > 'z')
			break;
		to[n] = c;
	}
	if (n < 2 || (n < tag.len && tag.at[n] != '-' && tag.at[n] != '_'))
		memset(to, 0, ALARM_TONGUE_BYTES);
}

/* The language that most of its items state, or the feed; empty where they do not agree. */
static void tongue_of(const struct health_poll *p, char to[ALARM_TONGUE_BYTES])
{
	size_t agree = 0, stated = 0;

	put_tongue(to, p->feed->language);
	for (size_t i = 0; i < p->n_items; i++) {
		char its[ALARM_TONGUE_BYTES];

		if (p->items[i].language.len == 0)
			continue;
		put_tongue(its, p->items[i].language);
		if (stated++ == 0)
			memcpy(to, its, ALARM_TONGUE_BYTES);
		agree += memcmp(its, to, ALARM_TONGUE_BYTES) == 0;
	}
	if (2 * agree < stated)
		memset(to, 0, ALARM_TONGUE_BYTES);
}

static void note_tongue(struct health *h, const struct health_poll *p)
{
	char tongue[ALARM_TONGUE_BYTES];

	tongue_of(p, tongue);
	if (tongue[0] == '\0')
		return;
	if (memcmp(tongue, h->tongue, ALARM_TONGUE_BYTES) == 0) {
		h->tongue_trust += h->tongue_trust < TRUST_MOST;
		set(h, ALARM_LANGUAGE, false);
	} else if (h->tongue_trust >= TRUST_LEAST) {
		h->tongue_trust--;
		set(h, ALARM_LANGUAGE, true);
	} else if (health_has(h, ALARM_LANGUAGE) && h->tongue_trust > 0) {
		h->tongue_trust--;
	} else {
		memcpy(h->tongue, tongue, ALARM_TONGUE_BYTES);
		h->tongue_trust = 1;
		set(h, ALARM_LANGUAGE, false);
	}
}

static void note_document(struct health *h, const struct health_poll *p)
{
	if (p->is_first || h->lively == INSTANT_NONE)
		begin(h, p);
	else if (p->fresh > 0)
		note_news(h, p);
	if (p->is_delta)
		return;
	note_length(h, p);
	note_tongue(h, p);
	if (p->n_items > 0)
		set(h, ALARM_RENAMED, p->renamed >= 3 && 2 * p->renamed >= p->n_items);
}

void health_note(struct health *h, const struct health_poll *p)
{
	if (p->failures > 0) {
		note_failure(h, p);
		return;
	}
	note_answer(h, p);
	if (p->feed != NULL)
		note_document(h, p);
	set(h, ALARM_SILENT, is_silent(h, p->now));
}

/* --- in words */

static void put_day(struct buf *b, instant at)
{
	char text[INSTANT_TEXT_BYTES];

	buf_put_slice(b, slice_head(slice_of(instant_put_rfc3339(text, at)), 10));
}

static void put_days(struct buf *b, int64_t s)
{
	int64_t days = (s + DAY_S / 2) / DAY_S;

	if (days > 1)
		buf_printf(b, "%" PRId64 " days", days);
	else
		buf_puts(b, "a day");
}

static void put_silence(struct buf *b, const struct health *h)
{
	buf_puts(b, "it answers, but has brought nothing new since ");
	put_day(b, h->lively);
	if (h->pause_s > 0) {
		buf_puts(b, "; it rarely pauses longer than ");
		put_days(b, h->pause_s);
	}
}

static void put_length(struct buf *b, const struct health *h, const struct health_poll *p)
{
	buf_printf(b, "%zu items, where %" PRId64 " are usual", p->n_items,
		(h->usual + SIXTEENTHS / 2) / SIXTEENTHS);
}

struct slice health_tell(
	const struct health *h, const struct health_poll *p, enum alarm alarm, struct arena *a)
{
	struct slice told;
	struct buf b;

	buf_init(&b, SAY_BYTES);
	switch (alarm) {
	case ALARM_SILENT:
		put_silence(&b, h);
		break;
	case ALARM_EMPTY:
	case ALARM_SHRUNK:
		put_length(&b, h, p);
		break;
	case ALARM_FROZEN:
		buf_printf(&b, "%" PRId64 " new items came, none dated after ", h->stuck);
		put_day(&b, h->newest);
		break;
	case ALARM_RENAMED:
		buf_printf(
			&b, "%zu of %zu items are known under other ids", p->renamed, p->n_items);
		break;
	case ALARM_LANGUAGE:
		buf_printf(&b, "it was in \"%s\" until now", h->tongue);
		break;
	case ALARM_CERTIFICATE:
		buf_puts(&b, "its certificate ends on ");
		put_day(&b, p->cert_end);
		break;
	case ALARM_FAILING:
	case ALARM_BLOCKED:
	case ALARM_NO_FEED:
	case ALARM_GONE:
	case ALARM_MOVED:
	case ALARM_HELD:
	case ALARMS:
		break; /* its error, its notice, its held items say it */
	}
	told = slice_copy(a, buf_slice(&b));
	buf_clear(&b);
	return told;
}
