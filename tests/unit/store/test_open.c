#include "fixture.h"

#include "base/buf.h"
#include "store/schema.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void put_file(const struct fixture *f, const void *bytes, size_t len)
{
	char path[128];
	FILE *to;

	snprintf(path, sizeof path, "%s/tributary.db", f->state);
	to = fopen(path, "wb");
	cr_assert_not_null(to);
	cr_assert_eq(fwrite(bytes, 1, len, to), len);
	fclose(to);
}

static void get_file(const struct fixture *f, void *bytes, size_t len)
{
	char path[128];
	FILE *from;

	snprintf(path, sizeof path, "%s/tributary.db", f->state);
	from = fopen(path, "rb");
	cr_assert_not_null(from);
	cr_assert_eq(fread(bytes, 1, len, from), len);
	fclose(from);
}

Test(open, what_is_not_ours_is_refused_and_left_as_it_is)
{
	static const struct {
		const char *why;
		int version, application;
		bool is_text;
	} rows[] = {{"text", 0, 0, true}, {"of a newer version", 99, 0x54726962, false},
		{"of a program that numbers nothing", 0, 0, false},
		{"of another program", 3, 0x12345678, false},
		{"of another program without an id", 3, 0, false}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		unsigned char page[4096] = "SQLite format 3", after[4096];
		struct fixture f;

		fixture_open(&f);
		store_write_close(&f.w);
		page[43] = 7;
		page[63] = (unsigned char)rows[i].version;
		for (int k = 0; k < 4; k++)
			page[68 + k] = (unsigned char)(rows[i].application >> (24 - 8 * k));
		if (rows[i].is_text)
			memset(page, 'x', sizeof page);
		put_file(&f, page, sizeof page);
		cr_expect_eq(store_write_open(f.state, fixture_domain, &f.w, &f.err),
			STORE_OPEN_REFUSED, "%s", rows[i].why);
		cr_expect_null(f.w);
		cr_expect_gt(strlen(f.err.text), 0);
		get_file(&f, after, sizeof after);
		cr_expect_arr_eq(page, after, sizeof page, "%s: touched", rows[i].why);
		fixture_close(&f);
	}
}

/* A store as the first `steps` of the schema make it. */
static void make_older(const struct fixture *f, size_t steps)
{
	char path[128];
	struct buf sql;
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/tributary.db", f->state);
	remove(path);
	buf_init(&sql, 1 << 16);
	for (size_t i = 0; i < steps; i++)
		for (const char *const *line = schema_steps[i].lines; *line != NULL; line++)
			buf_puts(&sql, *line);
	buf_printf(
		&sql, "PRAGMA application_id = %d; PRAGMA user_version = %zu;", 0x54726962, steps);
	cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
	cr_assert_eq(
		sqlite3_exec(db, sql.at, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
	buf_clear(&sql);
}

Test(open, an_older_store_is_brought_to_our_version_by_the_writer_alone)
{
	struct fixture f;
	struct store_reader *r;

	fixture_open(&f);
	cr_expect(!store_read_is_older(f.state), "of our own version");
	for (size_t steps = 1; steps < schema_n; steps++) {
		store_write_close(&f.w);
		make_older(&f, steps);
		cr_expect_null(store_read_open(f.state, &f.err));
		cr_expect_not_null(strstr(f.err.text, "when it starts"), "%s", f.err.text);
		cr_expect(store_read_is_older(f.state));
		fixture_reopen(&f);
		cr_expect(!store_read_is_older(f.state));
		r = store_read_open(f.state, &f.err);
		cr_expect_not_null(r, "%s", f.err.text);
		store_read_close(&r);
	}
	fixture_close(&f);
}

Test(open, a_link_is_not_followed)
{
	struct fixture f;
	char path[128];

	fixture_open(&f);
	store_write_close(&f.w);
	snprintf(path, sizeof path, "%s/tributary.db", f.state);
	cr_assert_eq(unlink(path), 0);
	cr_assert_eq(symlink("/tmp/tributary-elsewhere", path), 0);
	cr_expect_eq(store_write_open(f.state, fixture_domain, &f.w, &f.err), STORE_OPEN_REFUSED);
	cr_expect_neq(access("/tmp/tributary-elsewhere", F_OK), 0);
	fixture_close(&f);
}

Test(open, a_folder_that_is_not_there_is_the_worlds_fault)
{
	struct fixture f;

	fixture_open(&f);
	store_write_close(&f.w);
	cr_expect_eq(store_write_open("/tmp/tributary-no-such", fixture_domain, &f.w, &f.err),
		STORE_OPEN_FAILED);
	cr_expect_null(store_read_open("/tmp/tributary-no-such", &f.err));
	fixture_close(&f);
}

Test(open, the_file_is_not_open_to_the_world)
{
	struct fixture f;
	char path[128];
	struct stat st;

	fixture_open(&f);
	snprintf(path, sizeof path, "%s/tributary.db", f.state);
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0137, 0, "%o", (unsigned)st.st_mode);
	cr_assert_eq(chmod(path, 0666), 0);
	store_write_close(&f.w);
	cr_expect_eq(store_write_open(f.state, fixture_domain, &f.w, &f.err), STORE_OPEN_REFUSED);
	fixture_close(&f);
}

Test(open, readers_read_whether_a_writer_lives_or_not)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	cr_expect_eq(read_all(&f).n, 1);
	store_write_close(&f.w);
	cr_expect_eq(read_all(&f).n, 1);
	fixture_reopen(&f);
	cr_expect_eq(read_all(&f).n, 1);
	fixture_close(&f);
}

Test(open, a_reader_before_any_writer_says_so)
{
	struct fixture f;

	fixture_open(&f);
	store_write_close(&f.w);
	put_file(&f, "", 0);
	cr_expect_null(store_read_open(f.state, &f.err));
	cr_expect_gt(strlen(f.err.text), 0);
	fixture_close(&f);
}

Test(open, a_path_may_hold_what_means_something_in_an_address)
{
	struct fixture f;
	char name[64];

	fixture_open(&f);
	snprintf(name, sizeof name, "%.40s%%41 ?a#b", f.state);
	cr_assert_eq(mkdir(name, 0700), 0);
	store_write_close(&f.w);
	fixture_close(&f);
	memcpy(f.state, name, sizeof name);
	cr_assert_eq(store_write_open(f.state, fixture_domain, &f.w, &f.err), STORE_OPEN_OK);
	cr_expect_eq(read_count(&f), 0);
	fixture_close(&f);
}
