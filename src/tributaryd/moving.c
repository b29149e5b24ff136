/*
 * moving.c - where a source lives: permanent redirects, believed when they have stood the time
 *
 * etiquette.md 41 and 42, threats.md N3.  The configuration is the admin's: what is adopted is
 * kept beside it, told as a notice, and given up when it goes wrong.
 */
#include "tributaryd/watched.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"

#define WEEK_S          (7 * 86400)
#define FAILURES_ENOUGH 3 /* at the new address, and the old one counts again */

/* The old address is tried once in each week after the move, for LIMIT_MOVED_KEPT_S. */
static bool wants_old(const struct source_history *h, instant now)
{
	instant after = now - h->moved_since, before = h->last_poll - h->moved_since;

	return after < LIMIT_MOVED_KEPT_S && after / WEEK_S > before / WEEK_S;
}

struct slice moving_url(const struct watched *s)
{
	const struct source_history *h = &s->known.history;

	if (!h->moved_adopted || h->moved_url.len == 0 || wants_old(h, polling_now(s->all)))
		return s->conf->url;
	return h->moved_url;
}

static void stay(struct source_history *h)
{
	h->moved_url = SLICE_NONE;
	h->moved_count = 0;
	h->moved_since = INSTANT_NONE;
	h->moved_adopted = false;
}

/* A bare address is nobody's home for long. */
static bool has_name(struct poll *p, struct slice url)
{
	struct url_parts parts;
	struct slice digits = SLICE("0123456789.");

	if (!url_split(&p->a, url, &parts) || parts.host.len == 0 || parts.host.at[0] == '[')
		return false;
	for (size_t i = 0; i < parts.host.len; i++)
		if (slice_find_byte(digits, parts.host.at[i]) == digits.len)
			return true;
	return false;
}

static void adopt(struct poll *p)
{
	struct source_history *h = &p->after;

	if (h->moved_adopted || h->moved_count < LIMIT_MOVED ||
		p->asked - h->moved_since < LIMIT_MOVED_S || !has_name(p, h->moved_url))
		return;
	h->moved_adopted = true;
	h->moved_since = p->asked;
	log_event(LOG_NOTICE, "poll.moved", "source=%s to=%s", p->source->name,
		log_safe(url_public(&p->a, h->moved_url)));
}

void moving_note(struct poll *p, const struct answer_read *read)
{
	struct source_history *h = &p->after;
	bool is_first = p->source->known.history.last_ok == INSTANT_NONE;
	bool is_other = read != NULL && !is_first && !p->is_delta && p->report.overlap == 0;

	/* Asked at the new address, which is the feed's own. */
	if (h->moved_adopted && !p->is_old && p->permanent.len == 0)
		return;
	if (p->permanent.len == 0) {
		stay(h);
		return;
	}
	if (!slice_equal(h->moved_url, p->permanent)) {
		stay(h);
		h->moved_url = p->permanent;
		h->moved_since = p->asked;
	}
	/* Another feed at the other end: the count begins anew. */
	if (is_other && !h->moved_adopted) {
		h->moved_count = 0;
		h->moved_since = p->asked;
		return;
	}
	h->moved_count++;
	adopt(p);
}

void moving_failed(struct poll *p)
{
	struct source_history *h = &p->after;

	if (h->moved_adopted && h->failures >= FAILURES_ENOUGH && !p->held)
		stay(h);
}
