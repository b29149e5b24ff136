/* test_backup.c - copies of the store, and what stands after damage */
#include "fixture.h"

#include "store/backups.h"
#include "store/query.h"
#include "store/reader.h"
#include "store/writer.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE 4096

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	return remove(path);
}

/* With all that stands there. */
static void close_all(struct fixture *f)
{
	store_write_close(&f->w);
	nftw(f->state, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_clear(&f->a);
}

static const char *in_state(struct fixture *f, const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", f->state, name);
	return slice_string(&f->a, slice_of(path));
}

/* How many names in a folder begin so. */
static size_t count_names(struct fixture *f, const char *folder, const char *begin)
{
	DIR *all = opendir(in_state(f, folder));
	struct dirent *one;
	size_t n = 0;

	if (all == NULL)
		return 0;
	while ((one = readdir(all)) != NULL)
		n += slice_starts(slice_of(one->d_name), begin);
	closedir(all);
	return n;
}

static void poll_many(struct fixture *f, size_t s, size_t n, const char *about)
{
	struct item *items = arena_array(&f->a, n, sizeof *items);

	for (size_t i = 0; i < n; i++) {
		char id[80];

		snprintf(id, sizeof id, "https://%c.example/%s/%zu", (char)('a' + s), about, i);
		items[i] = fixture_item(f, &(struct row){.id = "",
						   .url = id,
						   .title = about,
						   .text = "",
						   .published = NOON});
		items[i].url = slice_copy(&f->a, slice_of(id));
		items[i].id = items[i].url;
		items[i].content_html = long_text(&f->a, about, 100);
	}
	poll_items(f, s, items, n);
}

static void backup_day(struct fixture *f, int64_t keep)
{
	bool more = true;

	while (more)
		cr_assert_eq(store_write_backup(f->w, keep, f->now, &more, &f->err), 0, "%s",
			f->err.text);
}

/* How many items a copy holds: it is opened in a folder of its own. */
static int64_t count_in(struct fixture *f, const char *path)
{
	struct fixture other = {.now = NOON};
	int64_t n;

	snprintf(other.state, sizeof other.state, "/tmp/tributary-test-XXXXXX");
	cr_assert_not_null(mkdtemp(other.state));
	cr_assert_eq(rename(path, in_state(&other, "tributary.db")), 0);
	cr_assert_eq(store_write_open(other.state, fixture_domain, &other.w, &f->err),
		STORE_OPEN_OK, "%s", f->err.text);
	n = read_count(&other);
	cr_expect_eq((int64_t)read_all(&other).n, n < 1000 ? n : 1000);
	cr_expect_eq(count_names(&other, ".", "tributary.db.damaged"), 0);
	close_all(&other);
	return n;
}

Test(backup, is_a_store_by_itself)
{
	struct fixture f;
	struct store_reader *r;
	struct stat st;
	const char *path;

	fixture_open(&f);
	path = in_state(&f, "copy");
	poll_many(&f, 0, 200, "apples");
	r = store_read_open(f.state, &f.err);
	cr_assert_not_null(r);
	cr_assert_eq(store_read_backup(r, path, false, &f.err), 0, "%s", f.err.text);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0137, 0, "not open to the world: %o", st.st_mode);
	cr_expect_eq(store_read_backup(r, path, false, &f.err), -1, "not over another file");
	cr_expect(slice_ends(slice_of(f.err.text), "there is such a file already"));
	cr_expect_eq(store_read_backup(r, path, true, &f.err), 0, "but where that is said");
	cr_expect_eq(store_read_backup(r, "/nonexistent/copy", false, &f.err), -1);
	store_read_close(&r);
	cr_expect_eq(count_names(&f, ".", "copy"), 1, "nothing beside it");
	cr_expect_eq(count_in(&f, path), 200);
	close_all(&f);
}

Test(backup, of_the_day_is_made_once_and_the_newest_are_kept)
{
	struct fixture f;
	char newest[BACKUPS_NAME_BYTES];
	int foreign;

	fixture_open(&f);
	poll_many(&f, 0, 20, "apples");
	backup_day(&f, 0);
	cr_expect_eq(count_names(&f, ".", "backups"), 0, "none is asked for");
	for (int day = 0; day < 5; day++, f.now += DAY) {
		backup_day(&f, 2);
		backup_day(&f, 2);
		cr_expect_eq(count_names(&f, "backups", "tributary-"), day == 0 ? 1 : 2);
		if (day == 0) {
			foreign = open(in_state(&f, "backups/mine.db"), O_CREAT | O_WRONLY, 0600);
			close(foreign);
		}
	}
	cr_expect_eq(count_names(&f, "backups", "mine.db"), 1);
	cr_expect(backups_newest(in_state(&f, "backups"), NULL, newest));
	cr_expect_str_eq(newest, "tributary-2023-11-18.db");
	cr_expect_eq(count_names(&f, "backups", "tributary-2023-11-17.db"), 1);
	close_all(&f);
}

Test(backup, follows_what_is_written_meanwhile)
{
	struct fixture f;
	bool more = true;
	int slices = 0;

	fixture_open(&f);
	poll_many(&f, 0, 2500, "apples");
	while (more) {
		cr_assert_eq(store_write_backup(f.w, 1, f.now, &more, &f.err), 0, "%s", f.err.text);
		if (slices++ == 1)
			poll_many(&f, 1, 50, "pears");
	}
	cr_expect_gt(slices, 3);
	cr_expect_eq(count_in(&f, in_state(&f, "backups/tributary-2023-11-14.db")), 2550);
	close_all(&f);
}

Test(backup, that_dies_leaves_no_file_that_looks_whole)
{
	struct fixture f;
	bool more;

	fixture_open(&f);
	poll_many(&f, 0, 2000, "apples");
	cr_assert_eq(store_write_backup(f.w, 1, f.now, &more, &f.err), 0);
	cr_assert(more);
	cr_expect_eq(count_names(&f, "backups", "tributary-2023-11-14.db.part"), 1);
	fixture_reopen(&f);
	cr_expect_eq(count_names(&f, "backups", "tributary-"), 0);
	backup_day(&f, 1);
	cr_expect_eq(count_names(&f, "backups", "tributary-"), 1);
	close_all(&f);
}

/* --- damage */

/* Pages `from` on, each `step`th, overwritten. */
static void damage(const char *path, off_t from, off_t step)
{
	char junk[PAGE];
	struct stat st;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(fstat(fd, &st), 0);
	memset(junk, 0x5a, sizeof junk);
	for (off_t at = from * PAGE; at + PAGE <= st.st_size; at += step * PAGE)
		cr_assert_eq(pwrite(fd, junk, sizeof junk, at), (ssize_t)sizeof junk);
	close(fd);
}

static void open_again(struct fixture *f)
{
	cr_assert_eq(store_write_open(f->state, fixture_domain, &f->w, &f->err), STORE_OPEN_OK,
		"%s", f->err.text);
	f->conf[0].name = SLICE("a");
	fixture_sources(f, 3);
}

/* As a crash leaves it: the next start looks at every page. */
static void note_damage(struct fixture *f)
{
	int fd = open(in_state(f, "tributary.db-damaged"), O_CREAT | O_WRONLY, 0640);

	cr_assert_geq(fd, 0);
	close(fd);
}

Test(damage, gives_way_to_the_newest_backup)
{
	static const off_t steps[][2] = {{0, 1}, {1, 1}, {0, 1000000}, {1, 7}, {5, 3}};

	for (size_t i = 0; i < COUNT(steps); i++) {
		struct store_reader *r;
		struct fixture f;
		int64_t serial;

		fixture_open(&f);
		poll_many(&f, 0, 100, "apples");
		backup_day(&f, 2);
		poll_many(&f, 0, 100, "pears");
		f.sources[0].history.etag = SLICE("\"e\"");
		poll_unchanged(&f, 0);
		store_write_close(&f.w);
		r = store_read_open(f.state, &f.err);
		cr_assert_not_null(r, "%s", f.err.text);
		note_damage(&f);
		damage(in_state(&f, "tributary.db"), steps[i][0], steps[i][1]);
		open_again(&f);
		cr_expect_eq(store_read_serial(r, &serial, &f.err), -1, "not the old file's");
		store_read_close(&r);
		cr_expect_eq(read_count(&f), 100, "%zu: %" PRId64, i, read_count(&f));
		cr_expect_eq(count_names(&f, ".", "tributary.db.damaged-20"), 2,
			"%zu: it and its log are kept", i);
		cr_expect_eq(count_names(&f, ".", "tributary.db-damaged"), 0);
		cr_expect_eq(f.sources[0].history.etag.len, 0, "all is asked for again");
		close_all(&f);
	}
}

Test(damage, of_a_backup_gives_way_to_the_one_before)
{
	struct fixture f;

	fixture_open(&f);
	poll_many(&f, 0, 100, "apples");
	backup_day(&f, 3);
	f.now += DAY;
	poll_many(&f, 0, 100, "pears");
	backup_day(&f, 3);
	store_write_close(&f.w);
	note_damage(&f);
	damage(in_state(&f, "tributary.db"), 1, 1);
	damage(in_state(&f, "backups/tributary-2023-11-15.db"), 1, 1);
	open_again(&f);
	cr_expect_eq(read_count(&f), 100);
	cr_expect_eq(count_names(&f, "backups", "tributary-"), 2, "backups stay as they are");
	close_all(&f);
}

Test(damage, without_a_backup_begins_a_new_store_and_keeps_the_old_file)
{
	struct fixture f;
	struct stat before, after;
	const char *path;

	fixture_open(&f);
	path = in_state(&f, "tributary.db");
	poll_many(&f, 0, 100, "apples");
	store_write_close(&f.w);
	note_damage(&f);
	damage(path, 1, 1);
	cr_assert_eq(stat(path, &before), 0);
	open_again(&f);
	cr_expect_eq(read_count(&f), 0);
	cr_expect_eq(stat(path, &after), 0);
	cr_expect_neq(before.st_ino, after.st_ino);
	cr_expect_eq(count_names(&f, ".", "tributary.db.damaged-20"), 2);
	poll_many(&f, 0, 100, "apples");
	cr_expect_eq(read_count(&f), 100);
	close_all(&f);
}

Test(damage, that_cut_the_file_off_is_seen)
{
	struct fixture f;
	const char *path;

	fixture_open(&f);
	path = in_state(&f, "tributary.db");
	poll_many(&f, 0, 100, "apples");
	backup_day(&f, 1);
	store_write_close(&f.w);
	cr_assert_eq(truncate(path, 0), 0);
	open_again(&f);
	cr_expect_eq(read_count(&f), 100);
	store_write_close(&f.w);
	note_damage(&f);
	cr_assert_eq(truncate(path, 10 * PAGE), 0);
	open_again(&f);
	cr_expect_eq(read_count(&f), 100);
	close_all(&f);
}

Test(damage, met_while_running_is_told_and_mended_by_the_next_start)
{
	struct fixture f;
	struct item item;
	struct feed feed;
	struct poll_result p;
	struct source_history h = {.polls = 1};
	int failed = 0;

	fixture_open(&f);
	poll_many(&f, 0, 2000, "apples");
	backup_day(&f, 1);
	fixture_reopen(&f);
	damage(in_state(&f, "tributary.db"), 1, 1);
	cr_assert_eq(store_run(&f.w->store, "PRAGMA shrink_memory", &f.err), 0);
	feed_init(&feed);
	feed.format = FORMAT_RSS_20;
	item = fixture_item(
		&f, &(struct row){.url = "https://a.example/new", .title = "New", .text = "x"});
	p = (struct poll_result){.source = f.sources[0].number,
		.history = &h,
		.feed = &feed,
		.items = &item,
		.n_items = 1,
		.previous = INSTANT_NONE};
	cr_expect_not(store_write_is_damaged(f.w));
	for (int i = 0; i < 3 && !store_write_is_damaged(f.w); i++) {
		if (store_write_begin(f.w, &f.err) < 0 ||
			store_write_poll(f.w, &p, f.now, &f.report, &f.err) < 0 ||
			store_write_commit(f.w, &f.err) < 0)
			failed++;
	}
	cr_expect_gt(failed, 0);
	cr_expect(store_write_is_damaged(f.w), "%s", f.err.text);
	store_write_close(&f.w);
	open_again(&f);
	cr_expect_eq(read_count(&f), 2000);
	close_all(&f);
}
