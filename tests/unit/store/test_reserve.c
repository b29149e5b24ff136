/* A disk that is full: a small one of our own, in a name space of our own. */
#include "fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#define DISK    "size=24m"
#define BALLAST (10 << 20)

/* False where this machine does not let us. */
static bool mount_disk(void)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("disk", "/tmp", "tmpfs", 0, DISK) == 0;
}

static bool has_reserve(const struct fixture *f)
{
	char path[128];

	snprintf(path, sizeof path, "%s/reserve", f->state);
	return access(path, F_OK) == 0;
}

static void put_ballast(void)
{
	int fd = open("/tmp/ballast", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	cr_assert_geq(fd, 0);
	cr_assert_eq(posix_fallocate(fd, 0, BALLAST), 0);
	close(fd);
}

/* One item; 0, or what went wrong. */
static int store_one(struct fixture *f, unsigned n)
{
	struct source_history h = f->sources[0].history;
	char id[32];
	struct row row;
	struct item item;
	struct feed feed;
	struct poll_result p = {.source = f->sources[0].number,
		.history = &h,
		.feed = &feed,
		.items = &item,
		.n_items = 1,
		.is_first = true};
	int done;

	snprintf(id, sizeof id, "item %u", n);
	row = (struct row){id, "", id, "", NOON};
	item = fixture_item(f, &row);
	item.content_html = long_text(&f->a, id, 2000);
	feed_init(&feed);
	done = store_write_begin(f->w, &f->err);
	if (done == 0)
		done = store_write_poll(f->w, &p, f->now, &f->report, &f->err);
	return done == 0 ? store_write_commit(f->w, &f->err) : done;
}

static void retire_all(struct fixture *f)
{
	bool more = true;

	f->now += 6 * 365 * DAY;
	for (int i = 0; more && i < 1000; i++)
		cr_assert_eq(store_write_keep(f->w, f->now, &more, &f->err), 0, "%s", f->err.text);
}

Test(reserve, a_full_disk_loses_nothing_and_heals_when_there_is_room)
{
	struct fixture f;
	unsigned n = 0;

	if (!mount_disk())
		cr_skip_test("no disk of our own may be mounted here");
	put_ballast();
	fixture_open(&f);
	while (n < 1000 && store_one(&f, n) == 0)
		n++;
	cr_expect_gt(n, 10);
	cr_assert_lt(n, 1000);
	cr_expect_not(has_reserve(&f), "it was let go");
	cr_expect_eq(store_write_begin(f.w, &f.err), -1, "nothing more is taken in");
	cr_expect(slice_starts(slice_of(f.err.text), "the disk is full"), "%s", f.err.text);
	cr_expect_eq(read_count(&f), n, "what was committed is there");
	cr_expect_eq(unlink("/tmp/ballast"), 0);
	cr_expect_eq(store_one(&f, n), 0, "%s", f.err.text);
	cr_expect(has_reserve(&f), "it was made anew");
	cr_expect_eq(read_count(&f), n + 1);
	fixture_close(&f);
}

Test(reserve, retention_goes_on_when_the_disk_is_full)
{
	struct fixture f;
	unsigned n = 0;

	if (!mount_disk())
		cr_skip_test("no disk of our own may be mounted here");
	fixture_open(&f);
	while (n < 1000 && store_one(&f, n) == 0)
		n++;
	cr_assert_lt(n, 1000);
	cr_expect_not(has_reserve(&f));
	retire_all(&f);
	cr_expect_eq(read_count(&f), 0);
	cr_expect_eq(store_one(&f, n), 0, "%s", f.err.text);
	fixture_close(&f);
}
