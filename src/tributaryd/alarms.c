/* alarms.c - what is wrong with a source, kept with its polls */
#include "tributaryd/watched.h"

#include "base/limits.h"
#include "base/log.h"
#include "poll/health.h"

#include <inttypes.h>

static struct health_poll shown(const struct poll *p, const struct answer_read *read)
{
	const struct source_history *before = &p->source->known.history;
	struct health_poll shown = {.now = p->asked,
		.failures = p->failed ? p->after.failures : 0,
		.as = p->failed_as,
		.is_gone = p->after.gone >= LIMIT_GONE,
		.is_moved = p->after.moved_adopted,
		.cert_end = p->cert_end};

	if (read == NULL || p->failed)
		return shown;
	shown.feed = &read->feed;
	shown.items = read->items;
	shown.n_items = read->n_items;
	shown.is_delta = p->is_delta;
	shown.is_first = before->last_ok == INSTANT_NONE;
	shown.fresh = p->report.fresh + p->report.sighted;
	shown.renamed = p->report.renamed;
	return shown;
}

/* Held items are let go by the admin, between two polls: the store knows. */
static int look_at_held(const struct poll *p, struct health_poll *to, struct error *err)
{
	int held = p->report.held > 0;

	if (held == 0 && health_has(&p->after.health, ALARM_HELD))
		held = store_write_holds(p->source->all->setup.store, p->source->known.number, err);
	to->is_held = held > 0;
	return held < 0 ? -1 : 0;
}

/* What the history says in words already is taken from there. */
static struct slice detail(struct poll *p, const struct health_poll *shown, enum alarm a)
{
	struct slice said = health_tell(&p->after.health, shown, a, &p->a);

	if (said.len > 0)
		return said;
	if (a == ALARM_MOVED || a == ALARM_GONE)
		return p->after.notice;
	return p->failed ? p->after.error : SLICE_NONE;
}

static bool was_begun(const struct poll *p, enum alarm a)
{
	return health_has(&p->source->known.history.health, a);
}

int alarms_note(struct poll *p, const struct answer_read *read, struct error *err)
{
	struct health_poll seen = shown(p, read);
	struct store_writer *w = p->source->all->setup.store;

	if (p->is_walk || p->is_void || p->held)
		return 0;
	if (look_at_held(p, &seen, err) < 0)
		return -1;
	health_note(&p->after.health, &seen);
	for (int a = 0; a < ALARMS; a++) {
		enum alarm kind = (enum alarm)a;
		bool is_on = health_has(&p->after.health, kind);

		if (is_on != was_begun(p, kind) &&
			store_write_alarm(w, p->source->known.number, kind, is_on, p->asked,
				is_on ? detail(p, &seen, kind) : SLICE_NONE, err) < 0)
			return -1;
	}
	return 0;
}

void alarms_tell(const struct poll *p)
{
	for (int a = 0; a < ALARMS; a++) {
		enum alarm kind = (enum alarm)a;
		bool is_on = health_has(&p->after.health, kind);

		if (is_on == was_begun(p, kind))
			continue;
		if (is_on)
			log_event(LOG_WARNING, "alarm.begun", "source=%s alarm=%s: it %s",
				p->source->name, alarm_name(kind), alarm_begun(kind));
		else
			log_event(LOG_NOTICE, "alarm.ended", "source=%s alarm=%s: it %s",
				p->source->name, alarm_name(kind), alarm_ended(kind));
	}
}
