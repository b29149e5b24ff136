/* test_alarms.c - alarms are kept from their beginning to a month after their end */
#include "fixture.h"

#include "base/limits.h"

#include <criterion/criterion.h>

/* With the source's history, as the poller writes it. */
static void put(struct fixture *f, size_t s, enum alarm kind, bool begins)
{
	struct source_history h = f->sources[s].history;
	struct poll_result p = {.source = f->sources[s].number, .history = &h};

	h.polls++;
	h.last_poll = f->now;
	h.health.lively = h.health.newest = f->now;
	if (begins)
		h.health.alarms |= UINT32_C(1) << kind;
	else
		h.health.alarms &= ~(UINT32_C(1) << kind);
	cr_assert_eq(store_write_begin(f->w, &f->err), 0, "%s", f->err.text);
	cr_assert_eq(store_write_alarm(
			     f->w, p.source, kind, begins, f->now, SLICE("since a while"), &f->err),
		0, "%s", f->err.text);
	cr_assert_eq(store_write_poll(f->w, &p, f->now, &f->report, &f->err), 0);
	cr_assert_eq(store_write_commit(f->w, &f->err), 0, "%s", f->err.text);
	f->sources[s].history = h;
}

static size_t list(struct fixture *f, instant after, struct stored_alarm **out)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	size_t n;

	cr_assert_not_null(r);
	cr_assert_eq(
		store_read_alarms(r, after, 100, &f->a, out, &n, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return n;
}

static struct stored_source source(struct fixture *f, size_t i)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct stored_source *all;
	size_t n;

	cr_assert_not_null(r);
	cr_assert_eq(store_read_sources(r, false, &f->a, &all, &n, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return all[i];
}

Test(alarms, each_is_one_row_from_beginning_to_end)
{
	struct fixture f;
	struct stored_alarm *all;

	fixture_open(&f);
	put(&f, 0, ALARM_SILENT, true);
	f.now += HOUR;
	put(&f, 0, ALARM_SILENT, true);
	put(&f, 1, ALARM_EMPTY, true);
	cr_assert_eq(list(&f, NOON, &all), 2);
	cr_expect_eq(all[0].kind, ALARM_EMPTY, "the newest first");
	cr_expect_eq(all[1].since, NOON);
	cr_expect_eq(all[1].until, INSTANT_NONE);
	cr_expect(slice_is(all[1].detail, "since a while"));
	cr_expect_eq(source(&f, 0).n_alarms, 1);
	cr_expect_eq(source(&f, 0).alarms[0].kind, ALARM_SILENT);
	f.now += HOUR;
	put(&f, 0, ALARM_SILENT, false);
	put(&f, 0, ALARM_SILENT, false);
	cr_assert_eq(list(&f, NOON, &all), 2);
	cr_expect_eq(all[0].until, f.now, "what ended last stands first");
	cr_expect_eq(source(&f, 0).n_alarms, 0);
	cr_expect_eq(list(&f, f.now, &all), 1, "what ended before is not asked for");
	put(&f, 0, ALARM_SILENT, true);
	cr_expect_eq(list(&f, NOON, &all), 3, "it begins anew");
	fixture_close(&f);
}

Test(alarms, what_ended_long_ago_is_forgotten)
{
	struct fixture f;
	struct stored_alarm *all;

	fixture_open(&f);
	put(&f, 0, ALARM_SILENT, true);
	put(&f, 0, ALARM_SILENT, false);
	f.now += LIMIT_ALARM_KEEP_S + 1;
	put(&f, 1, ALARM_SILENT, true);
	put(&f, 1, ALARM_SILENT, false);
	cr_expect_eq(list(&f, 0, &all), 1);
	fixture_close(&f);
}

Test(alarms, what_is_not_followed_or_stands_elsewhere_has_none)
{
	struct fixture f;
	struct stored_alarm *all;

	fixture_open(&f);
	for (size_t s = 0; s < 3; s++)
		put(&f, s, ALARM_FAILING, true);
	f.conf[0].url = SLICE("https://a.example/new");
	f.conf[1].enabled = false;
	fixture_sources(&f, 2);
	for (size_t s = 0; s < 2; s++)
		cr_expect_eq(f.sources[s].history.health.alarms, 0, "source %zu", s);
	cr_expect_eq(list(&f, 0, &all), 2, "the retired one's are not shown");
	for (size_t i = 0; i < 2; i++)
		cr_expect_neq(all[i].until, INSTANT_NONE);
	fixture_sources(&f, 3);
	cr_expect_eq(f.sources[2].history.health.alarms, 0);
	fixture_close(&f);
}

Test(alarms, what_is_usual_survives_as_it_was)
{
	struct fixture f;
	struct health h = {.alarms = 5,
		.lively = NOON,
		.pause_s = 7,
		.newest = NOON - 1,
		.stuck = 3,
		.usual = 160,
		.tongue = "ar",
		.tongue_trust = 10};
	struct source_history with = {.health = h};
	struct poll_result p = {.history = &with};
	const struct health *kept;

	fixture_open(&f);
	p.source = f.sources[0].number;
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_assert_eq(store_write_poll(f.w, &p, f.now, &f.report, &f.err), 0, "%s", f.err.text);
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	fixture_sources(&f, 3);
	kept = &f.sources[0].history.health;
	cr_expect_eq(kept->alarms, h.alarms);
	cr_expect_eq(kept->lively, h.lively);
	cr_expect_eq(kept->pause_s, h.pause_s);
	cr_expect_eq(kept->newest, h.newest);
	cr_expect_eq(kept->stuck, h.stuck);
	cr_expect_eq(kept->usual, h.usual);
	cr_expect_str_eq(kept->tongue, h.tongue);
	cr_expect_eq(kept->tongue_trust, h.tongue_trust);
	cr_expect_eq(f.sources[1].history.health.lively, INSTANT_NONE, "nothing is known of it");
	fixture_close(&f);
}
