#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct stored_source *read_sources(struct fixture *f, size_t *n_out)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct stored_source *all;

	cr_assert_not_null(r);
	cr_assert_eq(
		store_read_sources(r, true, &f->a, &all, n_out, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return all;
}

Test(sources, a_removed_one_keeps_its_items_and_shows_as_retired)
{
	struct fixture f;
	struct stored_source *all;
	size_t n;

	fixture_open(&f);
	POLL(&f, 2, {"1", "https://c.example/1", "one", "text", NOON});
	fixture_sources(&f, 2);
	all = read_sources(&f, &n);
	cr_assert_eq(n, 3);
	cr_expect_eq(all[2].state, SOURCE_RETIRED);
	cr_expect_eq(all[2].items, 1);
	cr_expect_eq(all[0].state, SOURCE_NEW);
	cr_expect_eq(read_all(&f).n, 1);
	fixture_sources(&f, 3);
	all = read_sources(&f, &n);
	cr_expect_eq(all[2].state, SOURCE_OK);
	fixture_close(&f);
}

Test(sources, was_renames_and_a_new_address_keeps_items_and_drops_validators)
{
	struct fixture f;
	struct source_history h = {.polls = 1,
		.etag = SLICE("\"e\""),
		.validators_url = SLICE("https://a.example/feed"),
		.last_ok = NOON,
		.last_poll = NOON,
		.next_poll = NOON + DAY,
		.failures = 3};
	struct poll_result p = {.history = &h};
	int64_t number;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	number = p.source = f.sources[0].number;
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_assert_eq(store_write_poll(f.w, &p, f.now, &f.report, &f.err), 0);
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	f.conf[0].name = SLICE("alpha");
	f.conf[0].was = SLICE("a");
	fixture_sources(&f, 3);
	cr_expect_eq(f.sources[0].number, number);
	cr_expect(slice_is(f.sources[0].history.etag, "\"e\""));
	cr_expect_eq(f.sources[0].state, SOURCE_FAILING);
	cr_expect_eq(f.sources[0].n_recent, 1);
	f.conf[0].url = SLICE("https://a.example/new");
	fixture_sources(&f, 3);
	cr_expect_eq(f.sources[0].history.etag.len, 0);
	cr_expect_eq(f.sources[0].history.failures, 0);
	cr_expect_leq(f.sources[0].history.next_poll, NOON);
	cr_expect_eq(f.sources[0].history.last_ok, NOON, "it was read before");
	cr_expect(slice_is(read_titled(&f, "one").sightings[0].source_name, "alpha"));
	fixture_close(&f);
}

Test(sources, the_same_configuration_again_changes_nothing)
{
	struct fixture f;
	int64_t serial;

	fixture_open(&f);
	serial = read_serial(&f);
	fixture_sources(&f, 3);
	cr_expect_eq(read_serial(&f), serial);
	f.conf[1].title = SLICE("Another");
	fixture_sources(&f, 3);
	cr_expect_eq(read_serial(&f), serial + 1);
	fixture_close(&f);
}

Test(sources, history_survives_as_it_was)
{
	struct fixture f;
	struct source_history h = {.etag = SLICE("\"e\""),
		.last_modified = SLICE("yesterday"),
		.validators_url = SLICE("u"),
		.body = {{1, 2, 3}},
		.last_poll = 1,
		.last_ok = 2,
		.last_new = INSTANT_NONE,
		.next_poll = 4,
		.not_before = 5,
		.interval_s = 6,
		.fresh_s = NUMBER_NONE,
		.failures = 8,
		.status = 304,
		.gone = 1,
		.gone_since = 10,
		.moved_url = SLICE("m"),
		.moved_count = 11,
		.moved_since = 12,
		.moved_adopted = true,
		.error = SLICE("no"),
		.notice = SLICE("look"),
		.polls = 13,
		.unchanged = 14,
		.bytes = 15,
		.crashes = 16,
		.crashed_body = {{9}},
		.gap_from = 17,
		.gap_to = 18};
	struct poll_result p = {.history = &h};
	const struct source_history *got;
	int64_t asked;

	fixture_open(&f);
	asked = p.source = f.sources[1].number;
	cr_assert_eq(store_write_asked(f.w, &asked, 1, 77, &f.err), 0, "%s", f.err.text);
	cr_assert_eq(store_write_begin(f.w, &f.err), 0);
	cr_assert_eq(store_write_poll(f.w, &p, f.now, &f.report, &f.err), 0);
	cr_expect_not(f.report.visible);
	cr_expect_eq(store_write_rows(f.w), 1, "one small row");
	cr_assert_eq(store_write_commit(f.w, &f.err), 0);
	fixture_reopen(&f);
	fixture_sources(&f, 3);
	got = &f.sources[1].history;
	cr_expect_eq(f.sources[1].asked, 77);
	cr_expect_eq(f.sources[0].asked, INSTANT_NONE);
	cr_expect(slice_is(got->etag, "\"e\"") && slice_is(got->last_modified, "yesterday"));
	cr_expect(slice_is(got->validators_url, "u") && slice_is(got->moved_url, "m"));
	cr_expect(slice_is(got->error, "no") && slice_is(got->notice, "look"));
	cr_expect(digest_equal(&got->body, &h.body));
	cr_expect(digest_equal(&got->crashed_body, &h.crashed_body));
	cr_expect_eq(got->last_new, INSTANT_NONE);
	cr_expect_eq(got->last_poll + got->last_ok + got->next_poll + got->not_before, 12);
	cr_expect_eq(got->interval_s + got->fresh_s + got->failures + got->status, 317);
	cr_expect_eq(got->gone + got->gone_since + got->moved_count + got->moved_since, 34);
	cr_expect_eq(got->polls + got->unchanged + got->bytes + got->crashes, 58);
	cr_expect_eq(got->gap_from + got->gap_to, 35);
	cr_expect(got->moved_adopted);
	fixture_close(&f);
}

Test(sources, views_and_the_merged_feed_have_ids_for_ever)
{
	struct fixture f;
	struct slice views[] = {SLICE("compact"), SLICE("other")};
	char one[UUID_TEXT_BYTES], again[UUID_TEXT_BYTES], unused[UUID_TEXT_BYTES];
	struct store_identity id, id_again;
	struct store_reader *r;

	fixture_open(&f);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(store_write_sources(
				     f.w, f.conf, 3, views, 2, f.now, &f.a, &f.sources, &f.err),
			0);
		r = store_read_open(f.state, &f.err);
		cr_assert(store_read_view_uuid(r, views[0], i == 0 ? one : again));
		cr_assert_not(store_read_view_uuid(r, SLICE("none"), unused));
		cr_assert_eq(store_read_identity(r, i == 0 ? &id : &id_again, &f.err), 0);
		store_read_close(&r);
		fixture_reopen(&f);
	}
	cr_expect_str_eq(one, again);
	cr_expect_str_eq(id.merged_uuid, id_again.merged_uuid);
	fixture_close(&f);
}
