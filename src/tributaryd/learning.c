/*
 * learning.c - what a poll that went well showed of its source
 *
 * Its rhythm, a gap in what it told, a server whose validators lie, a second source that is the
 * same feed.  Called before the commit, for all of it is stored with the items.
 */
#include "tributaryd/watched.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"

#include <stdlib.h>

/* 64 bits that stand for an address or an id; 0: there is none. */
static uint64_t key_of(uint64_t kind, struct slice text)
{
	uint64_t key = text.len == 0 ? 0 : digest_fast(kind, text);

	return key == 0 && text.len > 0 ? 1 : key;
}

/* Two pages of one address may be read by other rules. */
static uint64_t address_key_of(const struct watched *s, struct slice address)
{
	return s->conf->is_page ? 0 : key_of(1, address);
}

void learning_name(struct watched *s, struct slice address, struct slice id)
{
	s->address_key = address_key_of(s, address);
	/* An id that is no address of any kind may be anybody's: "1", "feed". */
	s->id_key = s->conf->is_page || slice_find_byte(id, ':') == id.len ? 0 : key_of(2, id);
}

/* Another source that has one of this one's keys, or NULL. */
static const struct watched *twin_of(struct watched *s)
{
	const uint64_t keys[] = {s->address_key, s->id_key};

	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct watched *has =
			keys[i] == 0 ? s : twins_claim(&s->all->twins, keys[i], s);

		if (has != s)
			return has;
	}
	return NULL;
}

void learning_twins(struct watched *s)
{
	if (s->conf->enabled)
		twin_of(s);
}

bool learning_rests(struct watched *s)
{
	const struct watched *has;

	if (s->address_key == 0 || s->conf->at_least_s == 0 || !s->conf->enabled)
		return false;
	has = twins_claim(&s->all->twins, s->address_key, s);
	return has != s && has->known.history.failures == 0;
}

/* What the admin is to know; a move counts before a twin. */
static void put_notice(struct poll *p)
{
	const struct conf_source *c = p->source->conf;
	struct source_history *h = &p->after;
	const struct watched *twin = twin_of(p->source);
	struct buf line;

	buf_init(&line, 2 * LIMIT_PROBLEM_BYTES);
	if (h->moved_url.len > 0) {
		buf_puts(&line, "moved permanently: set its url to ");
		buf_put_slice(&line, url_public(&p->a, h->moved_url));
		buf_printf(&line, " in %.*s line %d%s", SLICE_ARG(c->file), c->line,
			h->moved_adopted ? " (it is asked there)" : "");
	} else if (twin != NULL) {
		buf_printf(&line, "the same feed as %s: remove one of the two, this one is in ",
			twin->name);
		buf_printf(&line, "%.*s line %d%s", SLICE_ARG(c->file), c->line,
			learning_rests(p->source) ? " (it is asked once a day)" : "");
	}
	h->notice = slice_copy(&p->a, slice_utf8_head(buf_slice(&line), LIMIT_PROBLEM_BYTES));
	buf_clear(&line);
}

static int later_first(const void *one, const void *other)
{
	instant a = *(const instant *)one, b = *(const instant *)other;

	return (a < b) - (a > b);
}

/* When its new items came: as they say, but neither before the last poll nor in the future. */
static size_t list_new(
	struct poll *p, const struct answer_read *read, instant *new_out, size_t most)
{
	instant before = p->source->known.history.last_ok;
	size_t n = 0;

	for (size_t i = 0; i < read->n_items && n < most; i++) {
		instant at = read->items[i].published;

		if (p->written[i].fate != FATE_FRESH)
			continue;
		if (at == INSTANT_NONE || at > p->asked)
			at = p->asked;
		if (before != INSTANT_NONE && at < before)
			at = p->asked;
		new_out[n++] = at;
	}
	qsort(new_out, n, sizeof *new_out, later_first);
	return n;
}

static void learn_rhythm(struct poll *p, const struct answer_read *read)
{
	struct source_known *k = &p->source->known;
	bool is_first = k->history.last_ok == INSTANT_NONE;
	instant fresh[COUNT(k->recent)] = {0};
	size_t most = COUNT(k->recent);
	size_t n = list_new(p, read, fresh, most);

	k->update_interval_s = read->feed.update_interval_s;
	k->skip_hours = read->feed.skip_hours;
	k->skip_days = read->feed.skip_days;
	p->after.items = (int64_t)read->n_items;
	p->after.fresh = is_first ? 0 : (int64_t)p->report.fresh;
	memmove(k->recent + n, k->recent, (most - n) * sizeof *k->recent);
	memcpy(k->recent, fresh, n * sizeof *fresh);
	k->n_recent = k->n_recent + n < most ? k->n_recent + n : most;
}

/* No item in common with the document before: some may have been missed. */
static bool note_gap(struct poll *p)
{
	const struct source_history *before = &p->source->known.history;

	if (before->last_ok == INSTANT_NONE || p->n_items == 0 || p->report.overlap > 0)
		return false;
	p->after.gap_from = before->last_ok;
	p->after.gap_to = p->asked;
	log_event(LOG_NOTICE, "poll.gap",
		"source=%s: no item in common with the poll before; some may have been missed",
		p->source->name);
	return true;
}

/* Other items under the same validators: a 304 of this server says nothing. */
static void note_lie(struct poll *p)
{
	if (!p->same_validators || p->is_delta || p->report.fresh + p->report.revised == 0)
		return;
	p->after.lied = p->asked;
	p->after.whole_asked = p->asked;
}

static int learn_document(struct poll *p, const struct answer_read *read, struct error *err)
{
	bool is_gap = !p->is_delta && note_gap(p);

	if (p->report.fresh > 0)
		p->after.last_new = p->asked;
	note_lie(p);
	if (p->is_delta)
		return 0;
	learn_rhythm(p, read);
	return walking_note(p, read, is_gap, err);
}

int learning_well(struct poll *p, const struct answer_read *read, struct error *err)
{
	int done = 0;

	if (p->is_walk)
		return walking_note(p, read, false, err);
	moving_note(p, read);
	p->after.items = p->after.fresh = 0;
	if (read != NULL)
		done = learn_document(p, read, err);
	p->source->address_key = address_key_of(p->source, p->url);
	if (read != NULL)
		learning_name(p->source, p->url, read->feed.id);
	put_notice(p);
	return done;
}
