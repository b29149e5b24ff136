#include "fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>

static void keep(struct fixture *f)
{
	bool more = true;

	for (int i = 0; more; i++) {
		cr_assert_lt(i, 10000, "it comes to an end");
		cr_assert_eq(store_write_keep(f->w, f->now, &more, &f->err), 0, "%s", f->err.text);
	}
}

Test(keep, what_is_too_old_goes_and_does_not_come_back)
{
	struct fixture f;
	int64_t serial;

	fixture_open(&f);
	f.conf[0].keep_s = 30 * DAY;
	fixture_sources(&f, 3);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON},
		{"2", "https://a.example/2", "two", "text", NOON - 300 * DAY});
	keep(&f);
	cr_expect_eq(read_count(&f), 2, "kept from when it came");
	f.now += 20 * DAY;
	POLL(&f, 0, {"3", "https://a.example/3", "three", "text", f.now});
	f.now += 20 * DAY;
	serial = read_serial(&f);
	keep(&f);
	cr_expect_eq(read_count(&f), 1);
	cr_expect_eq(read_all(&f).n, 1);
	cr_expect_gt(read_serial(&f), serial);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON},
		{"1 again", "https://a.example/1", "one", "text", NOON});
	POLL(&f, 1, {"x", "https://a.example/2", "two", "text", NOON});
	cr_expect_eq(read_count(&f), 1, "not under its id, nor another, nor from elsewhere");
	for (int day = 0; day < 390; day += 30, f.now += 30 * DAY) {
		POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
		keep(&f);
	}
	cr_expect_eq(f.report.fresh, 0, "as long as it is seen");
	f.now += 500 * DAY;
	keep(&f);
	f.now += 2 * DAY;
	keep(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	cr_expect_eq(f.report.fresh, 1, "what was forgotten is new");
	fixture_close(&f);
}

Test(keep, no_more_than_so_many)
{
	struct fixture f;

	fixture_open(&f);
	f.conf[0].keep_items = 3;
	fixture_sources(&f, 3);
	for (int i = 0; i < 200; i++, f.now += 60) {
		char id[16];

		snprintf(id, sizeof id, "%d", i);
		POLL(&f, 0, {id, "", id, "text", NOON});
	}
	POLL(&f, 1, {"1", "https://b.example/1", "other", "text", NOON});
	keep(&f);
	cr_expect_eq(read_count(&f), 4);
	cr_expect_eq(read_titled(&f, "199").n_sightings, 1);
	cr_expect_eq(read_titled(&f, "196").number, 0);
	fixture_close(&f);
}

static int64_t file_bytes(const struct fixture *f)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof path, "%s/tributary.db", f->state);
	cr_assert_eq(stat(path, &st), 0);
	return st.st_size;
}

Test(keep, much_room_that_stands_empty_goes_back_to_the_disk)
{
	enum { ITEMS = 400, BYTES = 64 << 10 };
	struct fixture f;
	struct item *items;
	char *text;
	int64_t full;

	fixture_open(&f);
	text = arena_alloc(&f.a, BYTES + 1);
	memset(text, 'x', BYTES);
	text[BYTES] = '\0';
	items = arena_array(&f.a, ITEMS, sizeof *items);
	for (int i = 0; i < ITEMS; i++) {
		char id[32];
		struct row row = {.id = id, .url = "", .title = id, .text = text};

		snprintf(id, sizeof id, "item %d", i);
		items[i] = fixture_item(&f, &row);
		items[i].id = items[i].title = slice_copy(&f.a, slice_of(id));
	}
	poll_items(&f, 0, items, ITEMS);
	keep(&f);
	full = file_bytes(&f);
	cr_assert_gt(full, ITEMS * BYTES);
	f.now += 2 * DAY;
	keep(&f);
	cr_expect_eq(file_bytes(&f), full, "nothing stands empty");
	f.conf[0].keep_items = 3;
	fixture_sources(&f, 3);
	f.now += 2 * DAY;
	keep(&f);
	fixture_reopen(&f);
	cr_expect_lt(file_bytes(&f), full * 3 / 4, "%lld of %lld", (long long)file_bytes(&f),
		(long long)full);
	cr_expect_eq(read_count(&f), 3);
	fixture_close(&f);
}
