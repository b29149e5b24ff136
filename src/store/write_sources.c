/* write_sources.c - the store's sources become those of the configuration */
#include "base/log.h"
#include "feed/wire.h"
#include "store/query.h"
#include "store/source_row.h"
#include "store/writer.h"

#include <stdlib.h>

struct change {
	const struct source_conf *conf;
	size_t n;
	const struct slice *views;
	size_t n_views;
	instant now;
	struct arena *a;
	struct source_known *out;
};

/* Tags as one text, each led by a newline and one more at its end: one search finds any of them. */
static struct slice tags_of(struct arena *a, const struct source_conf *c)
{
	size_t len = 1;
	char *at, *to;

	if (c->n_tags == 0)
		return SLICE_NONE;
	for (size_t i = 0; i < c->n_tags; i++)
		len += 1 + c->tags[i].len;
	to = at = arena_alloc(a, len);
	for (size_t i = 0; i < c->n_tags; i++) {
		*to++ = '\n';
		memcpy(to, c->tags[i].len > 0 ? c->tags[i].at : "", c->tags[i].len);
		to += c->tags[i].len;
	}
	*to = '\n';
	return slice_from(at, len);
}

/* 1 and its number and address, 0 there is none, -1 error. */
static int find_source(struct store_writer *w, struct slice name, struct arena *a,
	int64_t *number_out, struct slice *url_out, struct error *err)
{
	static const char FIND[] = "SELECT number, url FROM source WHERE name = ?";
	struct query q = query_ask(&w->store, FIND);
	int got;

	query_put_text(&q, name);
	got = query_step(&q, err);
	if (got == 1) {
		*number_out = query_int(&q);
		*url_out = query_text(&q, a);
	}
	query_end(&q);
	return got;
}

static bool is_configured(const struct change *c, struct slice name)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_equal(c->conf[i].name, name))
			return true;
	return false;
}

/* The name that the source had is no other's now: the source takes its new one. */
static int rename_source(
	struct store_writer *w, struct change *c, const struct source_conf *conf, struct error *err)
{
	static const char PUT[] = "UPDATE source SET name = ? WHERE number = ?";
	struct query q;
	struct slice url;
	int64_t number;
	int got;

	if (conf->was.len == 0 || is_configured(c, conf->was))
		return 0;
	got = find_source(w, conf->was, c->a, &number, &url, err);
	if (got <= 0)
		return got;
	q = query_ask(&w->store, PUT);
	query_put_text(&q, conf->name);
	query_put_int(&q, number);
	w->tally.visible = true;
	return write_run(w, &q, err) < 0 ? -1 : 1;
}

static int add_source(struct store_writer *w, const struct source_conf *conf, struct error *err)
{
	static const char PUT[] =
		"INSERT INTO source (name, url, title, lang, tags, is_page, enabled, keep_s,"
		" keep_items) VALUES (?, ?, '', '', '', 0, 1, 0, -1)";
	struct query q = query_ask(&w->store, PUT);

	query_put_text(&q, conf->name);
	query_put_text(&q, conf->url);
	w->tally.visible = true;
	return write_run(w, &q, err);
}

/* Another address answers for itself: what the old one said of its state is not true of it. */
static int forget_answers(struct store_writer *w, int64_t number, instant now, struct error *err)
{
	static const char PUT[] =
		"UPDATE history SET etag = NULL, last_modified = NULL, validators_url = NULL,"
		" body = NULL, not_before = NULL, fresh_s = -1, failures = 0, gone = 0,"
		" gone_since = NULL, moved_url = NULL, moved_count = 0, moved_since = NULL,"
		" moved_adopted = 0, error = NULL, notice = NULL, crashes = 0, crashed_body = NULL,"
		" lied = NULL, whole_asked = NULL,"
		" next_poll = min(coalesce(next_poll, ?1), ?1) WHERE source = ?2";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, now);
	query_put_int(&q, number);
	return write_run(w, &q, err) < 0 ? -1 : alarms_end(w, number, now, err);
}

/* Writes only what differs, so that a reload of the same configuration writes nothing. */
static int put_conf(struct store_writer *w, struct change *c, const struct source_conf *conf,
	int64_t number, struct error *err)
{
	static const char PUT[] =
		"UPDATE source SET url = ?1, title = ?2, lang = ?3, tags = ?4, is_page = ?5,"
		" enabled = ?6, keep_s = ?7, keep_items = ?8, retired = 0 WHERE number = ?9"
		" AND (url IS NOT ?1 OR title IS NOT ?2 OR lang IS NOT ?3 OR tags IS NOT ?4 OR"
		" is_page IS NOT ?5 OR enabled IS NOT ?6 OR keep_s IS NOT ?7 OR keep_items IS NOT "
		"?8"
		" OR retired <> 0) RETURNING number";
	struct query q = query_ask(&w->store, PUT);
	int got;

	query_put_text(&q, conf->url);
	query_put_text(&q, conf->title);
	query_put_text(&q, conf->lang);
	query_put_text(&q, tags_of(c->a, conf));
	query_put_int(&q, conf->is_page);
	query_put_int(&q, conf->enabled);
	query_put_int(&q, conf->keep_s);
	query_put_int(&q, conf->keep_items);
	query_put_int(&q, number);
	got = query_step(&q, err);
	query_end(&q);
	if (got == 1) {
		w->tally.rows++;
		w->tally.visible = true;
	}
	return got < 0 ? -1 : 0;
}

static int put_source(struct store_writer *w, struct change *c, const struct source_conf *conf,
	struct source_known *out, struct error *err)
{
	struct slice url;
	int got = find_source(w, conf->name, c->a, &out->number, &url, err);

	if (got == 0)
		got = rename_source(w, c, conf, err);
	if (got == 0)
		got = add_source(w, conf, err);
	if (got < 0 || find_source(w, conf->name, c->a, &out->number, &url, err) < 0)
		return -1;
	if (!slice_equal(url, conf->url) && forget_answers(w, out->number, c->now, err) < 0)
		return -1;
	return put_conf(w, c, conf, out->number, err);
}

static int retire_one(struct store_writer *w, int64_t number, struct error *err)
{
	static const char PUT[] = "UPDATE source SET retired = 1 WHERE number = ?";
	struct query q = query_ask(&w->store, PUT);

	query_put_int(&q, number);
	w->tally.visible = true;
	return write_run(w, &q, err);
}

static int compare_numbers(const void *one, const void *other)
{
	int64_t a = ((const struct source_known *)one)->number;
	int64_t b = ((const struct source_known *)other)->number;

	return a < b ? -1 : a > b;
}

/* Those in force that the configuration names no more. */
static int retire_missing(struct store_writer *w, struct change *c, struct error *err)
{
	static const char FIND[] = "SELECT number FROM source WHERE retired = 0 ORDER BY number";
	struct source_known *sorted = arena_array(c->a, c->n, sizeof *sorted);
	struct {
		int64_t *at;
		size_t n, cap;
	} gone = {0};
	struct query q = query_ask(&w->store, FIND);
	int got;

	memcpy(sorted, c->out, c->n * sizeof *sorted);
	qsort(sorted, c->n, sizeof *sorted, compare_numbers);
	while ((got = query_step(&q, err)) == 1) {
		struct source_known one = {.number = query_int(&q)};

		if (bsearch(&one, sorted, c->n, sizeof *sorted, compare_numbers) == NULL)
			*ARENA_PUSH(c->a, &gone) = one.number;
	}
	query_end(&q);
	for (size_t i = 0; got == 0 && i < gone.n; i++)
		got = retire_one(w, gone.at[i], err);
	return got;
}

/* What is not followed has nothing wrong. */
static int end_alarms(struct store_writer *w, const struct change *c, struct error *err)
{
	static const char FIND[] =
		"SELECT DISTINCT a.source FROM alarm a JOIN source s ON s.number = a.source"
		" WHERE a.until IS NULL AND (s.retired <> 0 OR s.enabled = 0)";
	struct {
		int64_t *at;
		size_t n, cap;
	} sources = {0};
	struct query q = query_ask(&w->store, FIND);
	int got;

	while ((got = query_step(&q, err)) == 1)
		*ARENA_PUSH(c->a, &sources) = query_int(&q);
	query_end(&q);
	for (size_t i = 0; got == 0 && i < sources.n; i++)
		got = alarms_end(w, sources.at[i], c->now, err);
	return got;
}

static int put_views(struct store_writer *w, const struct change *c, struct error *err)
{
	static const char PUT[] = "INSERT INTO view (name, uuid) VALUES (?, ?)"
				  " ON CONFLICT (name) DO NOTHING RETURNING name";

	for (size_t i = 0; i < c->n_views; i++) {
		struct query q = query_ask(&w->store, PUT);
		char uuid[UUID_TEXT_BYTES];
		int got;

		query_put_text(&q, c->views[i]);
		query_put_text(&q, slice_of(digest_uuid4(uuid)));
		got = query_step(&q, err);
		query_end(&q);
		if (got < 0)
			return -1;
		w->tally.rows += got == 1;
	}
	return 0;
}

static int put_all(struct store_writer *w, void *with, struct error *err)
{
	struct change *c = with;

	for (size_t i = 0; i < c->n; i++)
		if (put_source(w, c, &c->conf[i], &c->out[i], err) < 0)
			return -1;
	if (retire_missing(w, c, err) < 0 || end_alarms(w, c, err) < 0)
		return -1;
	return put_views(w, c, err);
}

/* --- what the poller must know of them */

int store_write_sources(struct store_writer *w, const struct source_conf *conf, size_t n,
	const struct slice *views, size_t n_views, instant now, struct arena *a,
	struct source_known **sources_out, struct error *err)
{
	struct change c = {conf, n, views, n_views, now, a, NULL};

	write_mind_time(w, now);
	c.out = arena_array(a, n, sizeof *c.out);
	if (write_alone(w, put_all, &c, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (source_row_known(&w->store, &c.out[i], a, err) < 0)
			return -1;
	*sources_out = c.out;
	return 0;
}
