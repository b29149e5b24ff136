/*
 * outcome.c - what becomes of an answer: parsed, unchanged, moved, gone, failed
 *
 * The history that a poll leaves is made here, in p->after; it is stored with the items in one
 * commit (group.c).  Validators change only with a document that was whole.
 */
#include "tributaryd/watched.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"

#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

static bool has_digest(const struct digest *d)
{
	static const struct digest none = {{0}};

	return !digest_equal(d, &none);
}

/* One failure more; what was known stays as it was. */
void outcome_failure(struct poll *p, struct slice why)
{
	struct source_history *h = &p->after;

	if (p->source->state != JOB_STORING)
		p->source->state = job_next(p->source->state, JOB_FAILED);
	h->polls++;
	p->failed = true;
	if (p->is_walk) {
		group_add(p, NULL);
		return;
	}
	h->last_poll = p->asked;
	/* The address of before a move may be dead: the source is not. */
	if (p->is_old) {
		p->failed = false;
		p->is_void = true;
		group_add(p, NULL);
		return;
	}
	h->failures++;
	moving_failed(p);
	h->error = slice_copy(&p->a, slice_utf8_head(slice_line(&p->a, why), LIMIT_PROBLEM_BYTES));
	if (p->held)
		watched_hold(p->source, &p->a, h);
	group_add(p, NULL);
}

static void well(struct poll *p)
{
	struct source_history *h = &p->after;
	struct url_parts parts;

	if (url_split(&p->a, p->url, &parts))
		domain_well(p->source->all->domains, parts.host);
	if (p->is_walk) {
		h->polls++;
		return;
	}
	h->last_poll = p->asked;
	h->last_ok = p->asked;
	h->failures = 0;
	h->polls++;
	h->error = SLICE_NONE;
}

static void keep_validators(struct poll *p, const struct fetch_answer *answer)
{
	p->after.etag = slice_copy(&p->a, answer->etag);
	p->after.last_modified = slice_copy(&p->a, answer->last_modified);
	p->after.validators_url = p->url;
}

static void unchanged(struct poll *p)
{
	well(p);
	p->after.unchanged++;
	p->source->state = job_next(p->source->state, JOB_UNCHANGED);
	group_add(p, NULL);
}

/* RFC 9111 4.3.4: a validator in a 304 takes the old one's place; none leaves it. */
static void not_modified(struct poll *p, const struct fetch_answer *answer)
{
	if (answer->etag.len > 0)
		p->after.etag = slice_copy(&p->a, answer->etag);
	if (answer->last_modified.len > 0)
		p->after.last_modified = slice_copy(&p->a, answer->last_modified);
	unchanged(p);
}

/* The digest of a body that lies sealed in memory; false where it cannot be read. */
static bool digest_body(int fd, uint64_t bytes, struct digest *digest_out)
{
	void *at;

	if (bytes == 0) {
		*digest_out = digest_bytes(SLICE_NONE);
		return true;
	}
	at = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return false;
	*digest_out = digest_bytes(slice_from(at, bytes));
	munmap(at, bytes);
	return true;
}

static struct slice keep(struct poll *p, struct slice s)
{
	return slice_copy(&p->a, s);
}

/* What the parser is told, kept until it is asked. */
static void describe(struct poll *p, const struct fetch_answer *answer)
{
	const struct conf_source *c = p->source->conf;
	struct slice coding = slice_trim(answer->content_encoding);

	p->work = (struct work){
		.body = p->body,
		.body_bytes = p->body_bytes,
		.max_bytes = (size_t)c->max_bytes,
		.url = p->url,
		.content_type = keep(p, answer->content_type),
		.content_location = keep(p, answer->content_location),
		.content_language = keep(p, answer->content_language),
		.link = keep(p, slice_utf8_head(answer->link, LIMIT_URL_BYTES)),
		.is_gzip = slice_is_fold(coding, "gzip") || slice_is_fold(coding, "x-gzip"),
	};
	if (!c->is_page)
		return;
	p->work.page_item = c->item;
	p->work.page_link = c->link;
	p->work.page_heading = c->heading;
	p->work.page_summary = c->summary;
	p->work.page_date = c->date;
	p->work.page_image = c->image;
	p->work.page_next = c->next;
	p->work.page_lang = c->lang;
}

static bool coding_is_readable(struct slice coding)
{
	struct slice one = slice_trim(coding);

	return one.len == 0 || slice_is_fold(one, "gzip") || slice_is_fold(one, "x-gzip") ||
	       slice_is_fold(one, "identity");
}

/* A document that has ended its parser so often is not given to another until it changes. */
static bool is_quarantined(const struct poll *p)
{
	return p->after.crashes >= LIMIT_QUARANTINE &&
	       digest_equal(&p->after.crashed_body, &p->digest);
}

static void fresh(struct poll *p, const struct fetch_answer *answer)
{
	p->body = answer->body;
	p->body_bytes = answer->body_bytes;
	if (!coding_is_readable(answer->content_encoding)) {
		outcome_failure(p, SLICE("a content coding that was not asked for"));
		return;
	}
	if (p->body < 0 || p->body_bytes == 0) {
		outcome_failure(p, SLICE("an empty answer"));
		return;
	}
	if (!digest_body(p->body, p->body_bytes, &p->digest)) {
		outcome_failure(p, SLICE("no memory for its answer"));
		return;
	}
	if (p->after.lied != INSTANT_NONE)
		p->after.whole_asked = p->asked;
	if (!p->is_delta && !p->is_walk && has_digest(&p->after.body) &&
		digest_equal(&p->digest, &p->after.body)) {
		keep_validators(p, answer);
		unchanged(p);
		return;
	}
	if (!p->is_walk && is_quarantined(p)) {
		outcome_failure(p, SLICE("its document ended its parser three times: left alone "
					 "until it changes"));
		return;
	}
	p->same_validators = p->after.etag.len + p->after.last_modified.len > 0 &&
			     slice_equal(p->after.validators_url, p->url) &&
			     slice_equal(p->after.etag, answer->etag) &&
			     slice_equal(p->after.last_modified, answer->last_modified);
	/* Kept for outcome_parsed, which decides whether they stand. */
	p->after.etag = keep(p, answer->etag);
	p->after.last_modified = keep(p, answer->last_modified);
	p->source->state = job_next(p->source->state, JOB_BODY);
	describe(p, answer);
	workers_submit(p->source->all->setup.workers, &p->work, outcome_parsed, p);
}

/* Three times over at least a day, and it is left alone; until then it may be a mistake. */
static void gone(struct poll *p)
{
	const struct conf_source *c = p->source->conf;
	struct source_history *h = &p->after;
	struct buf line;

	if (h->gone == 0)
		h->gone_since = p->asked;
	if (h->gone < LIMIT_GONE - 1 || p->asked - h->gone_since >= LIMIT_GONE_S)
		h->gone++;
	if (h->gone >= LIMIT_GONE) {
		buf_init(&line, LIMIT_PROBLEM_BYTES);
		buf_printf(&line,
			"gone for good, so it says: remove it from %.*s line %d, or "
			"`tributary refresh %s` asks again",
			SLICE_ARG(c->file), c->line, p->source->name);
		h->notice = slice_copy(&p->a, buf_slice(&line));
		buf_clear(&line);
	}
	outcome_failure(p, SLICE("HTTP 410: it says that it is gone for good"));
}

/* Another answer came than 410: those before are not in a row any more. */
static void not_gone(struct poll *p)
{
	if (p->after.gone >= LIMIT_GONE)
		p->after.notice = SLICE_NONE;
	p->after.gone = 0;
	p->after.gone_since = INSTANT_NONE;
}

/* 429 is said for the domain; 503 for the address, and for the domain where several say it. */
static void later(struct poll *p, bool whole_domain)
{
	struct polling *all = p->source->all;
	struct url_parts parts;
	instant until = p->freshness.retry_after;

	if (until == INSTANT_NONE || !url_split(&p->a, p->url, &parts))
		return;
	if (whole_domain)
		domain_cool(all->domains, parts.host, until * 1000);
	else if (domain_unwell(all->domains, parts.host, digest_fast(all->setup.seed, p->url),
			 until * 1000, polling_now_ms(all)))
		log_event(LOG_NOTICE, "poll.unwell",
			"domain=%s: several of its addresses are not available; it rests",
			log_safe(domain_of(parts.host)));
}

static void failed(struct poll *p, const struct fetch_answer *answer, enum verdict v)
{
	char text[256];

	if (v == VERDICT_LATER || v == VERDICT_LATER_DOMAIN)
		later(p, v == VERDICT_LATER_DOMAIN);
	if (v != VERDICT_BLOCKED) {
		outcome_failure(p, slice_of(validator_explain(answer, text)));
		return;
	}
	p->failed_as = ALARM_BLOCKED;
	outcome_failure(p, SLICE("blocked: a challenge page came instead of the feed"));
}

/* A source that was just lost, as a witness. */
static enum outage_witness witness(const struct watched *s)
{
	if (s->known.history.failures > 0)
		return OUTAGE_ILL;
	return s->was_held ? OUTAGE_HELD : OUTAGE_WELL;
}

static void lost(struct poll *p)
{
	struct watched *s = p->source;
	struct polling *all = s->all;
	struct url_parts parts;
	uint64_t domain = 0;

	if (url_split(&p->a, p->url, &parts))
		domain = digest_fast(all->setup.seed, domain_of(parts.host));
	outage_lost(&all->outage, domain, witness(s), polling_now(all));
	watched_lost(s);
	p->held = p->held || all->outage.is_on;
}

/* What the answer shows of the network here.  An origin that is the admin's own shows nothing. */
static void look_at_network(struct poll *p, const struct fetch_answer *answer)
{
	struct watched *s = p->source;
	enum outage_sign sign = outage_sign(answer);

	if (s->conf->allow.n > 0)
		p->held = false;
	if (s->conf->allow.n > 0 || sign == OUTAGE_NOTHING)
		return;
	if (sign == OUTAGE_LOST) {
		lost(p);
		return;
	}
	p->held = s->held = s->was_held = false;
	if (outage_life(&s->all->outage))
		watched_online(s->all);
}

/* What a server asks for in vain is told: it may mean something by it. */
static void look_at_retry_after(
	const struct poll *p, const struct fetch_answer *answer, instant now)
{
	instant until = p->freshness.retry_after;

	if (answer->retry_after.len == 0 ||
		(until != INSTANT_NONE && until < now + LIMIT_POLL_MAX_S))
		return;
	log_event(LOG_NOTICE, "poll.retry-after", "source=%s: Retry-After: %s: %s", p->source->name,
		log_safe(slice_utf8_head(answer->retry_after, LIMIT_DATE_BYTES)),
		until == INSTANT_NONE ? "it is ignored" : "a week is kept");
}

void outcome_answer(struct poll *p, const struct fetch_answer *answer)
{
	enum verdict v = validator_judge(answer, p->is_conditional);
	instant now = polling_now(p->source->all);

	look_at_network(p, answer);
	p->cert_end = answer->cert_end;
	p->after.bytes += (int64_t)answer->wire_bytes;
	p->freshness = validator_freshness(answer, now);
	look_at_retry_after(p, answer, now);
	if (!p->is_walk || v == VERDICT_LATER_DOMAIN)
		p->after.status = answer->status;
	if (!p->is_walk && p->freshness.lifetime_s != NUMBER_NONE)
		p->after.fresh_s = p->freshness.lifetime_s;
	if (answer->failure == FETCH_ANSWERED && answer->location.len == 0 && v != VERDICT_GONE &&
		!p->is_walk && !p->is_old)
		not_gone(p);
	if (v != VERDICT_FRESH && v != VERDICT_DELTA && answer->body >= 0)
		close(answer->body);
	switch (v) {
	case VERDICT_DELTA:
		p->is_delta = true;
		fresh(p, answer);
		break;
	case VERDICT_FRESH:
		fresh(p, answer);
		break;
	case VERDICT_UNCHANGED:
		not_modified(p, answer);
		break;
	case VERDICT_REDIRECT:
	case VERDICT_MOVED:
		asking_hop(p, answer, v == VERDICT_MOVED);
		break;
	case VERDICT_GONE:
		if (p->is_walk || p->is_old)
			failed(p, answer, v);
		else
			gone(p);
		break;
	case VERDICT_LATER_DOMAIN:
	case VERDICT_LATER:
	case VERDICT_BLOCKED:
	case VERDICT_FAILED:
		failed(p, answer, v);
		break;
	}
}

/* A document that was cut or mended at its end must be asked for again: its items stay, the
 * validators do not, for a 304 would seal the loss (threats.md g 4). */
static void settle_validators(struct poll *p, const struct feed *f)
{
	const struct source_history *before = &p->source->known.history;

	if (f->complete && !p->is_walk && !(p->is_delta && p->after.etag.len == 0)) {
		p->after.validators_url = p->url;
		p->after.body = p->is_delta ? (struct digest){{0}} : p->digest;
		return;
	}
	p->after.etag = before->etag;
	p->after.last_modified = before->last_modified;
	p->after.body = before->body;
}

static void not_parsed(struct poll *p, enum work_end end, struct slice why)
{
	const struct source_history *before = &p->source->known.history;

	p->after.etag = before->etag;
	p->after.last_modified = before->last_modified;
	if (end == WORK_CRASHED && !p->is_walk) {
		if (!digest_equal(&p->after.crashed_body, &p->digest))
			p->after.crashes = 0;
		p->after.crashed_body = p->digest;
		p->after.crashes++;
	}
	if (end == WORK_NO_FEED && !p->source->conf->is_page)
		p->failed_as = ALARM_NO_FEED;
	p->source->state =
		job_next(p->source->state, end == WORK_CRASHED ? JOB_CRASHED : JOB_REFUSED);
	outcome_failure(p, why);
}

static void parsed(struct poll *p, const struct answer_read *read)
{
	if (p->is_walk && !read->feed.complete) {
		not_parsed(p, WORK_REFUSED, SLICE("an older page that was cut"));
		return;
	}
	well(p);
	settle_validators(p, &read->feed);
	if (!p->is_walk)
		p->after.crashes = 0;
	p->n_items = read->n_items;
	p->source->state = job_next(p->source->state, JOB_PARSED);
	group_add(p, read);
}

void outcome_parsed(void *poll, enum work_end end, const struct answer_read *read, struct slice why)
{
	struct poll *p = poll;

	close(p->body);
	p->body = -1;
	if (end == WORK_PARSED)
		parsed(p, read);
	else
		not_parsed(p, end, why);
}
