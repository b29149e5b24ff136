#include "fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static struct slice_list reasons(struct fixture *f, int64_t number)
{
	struct store_reader *r = store_read_open(f->state, &f->err);
	struct slice_list lines;

	cr_assert_not_null(r, "%s", f->err.text);
	cr_assert_eq(store_read_reasons(r, number, &f->a, &lines, &f->err), 0, "%s", f->err.text);
	store_read_close(&r);
	return lines;
}

static bool says(struct slice_list lines, const char *part)
{
	for (size_t i = 0; i < lines.n; i++)
		if (slice_find(lines.at[i], slice_of(part)) < lines.at[i].len)
			return true;
	return false;
}

static void group(struct fixture *f, int64_t item, int64_t near)
{
	const struct slice name = SLICE("migration"), why = SLICE("\"refugee\" in the title");
	struct story_item_row row = {.item = item,
		.story = 1,
		.how = near == 0 ? SLICE("new") : SLICE("text"),
		.score = near == 0 ? 0 : .4375,
		.near = near};

	cr_assert_eq(store_write_begin(f->w, &f->err), 0);
	cr_assert_eq(store_write_story_item(f->w, &row, &f->err), 0, "%s", f->err.text);
	cr_assert_eq(store_write_topics(f->w, item, &name, &why, 1, &f->err), 0);
	cr_assert_eq(store_write_story_apart(f->w, item, 5, &f->err), 0);
	cr_assert_eq(store_write_commit(f->w, &f->err), 0);
}

Test(reasons, each_decision_is_told_with_its_rule)
{
	static const char *const parts[] = {
		"text of record: a, which is at the item's own domain",
		"atom:id: its own",
		"place 2023-11-14T22:13:20Z",
		"arrival 2",
		"a tells its items apart by its id",
		"known in a by its id",
		"brought by a",
		"the same item in b at 2023-11-14T23:13:20Z: the same canonical address",
		"revised at 2023-11-15T22:13:20Z",
		"by its words, score 0.438",
		"nearest in that story: item 1, \"one\"",
		"kept out of story number 5",
		"topic migration: \"refugee\" in the title",
	};
	struct fixture f;
	struct slice_list lines;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON - 9},
		{"tag:a.example,2023:2", "https://a.example/2", "two", "text", NOON});
	f.now += HOUR;
	POLL(&f, 1, {"b2", "https://a.example/2", "two", "text", NOON});
	f.now = NOON + DAY;
	POLL(&f, 0, {"tag:a.example,2023:2", "https://a.example/2", "two", "new text", NOON});
	group(&f, 1, 0);
	group(&f, 2, 1);
	lines = reasons(&f, 2);
	for (size_t i = 0; i < COUNT(parts); i++)
		cr_expect(says(lines, parts[i]), "%s", parts[i]);
	cr_expect(says(reasons(&f, 1), "began story"));
	fixture_close(&f);
}

Test(reasons, what_is_new_under_an_old_name_is_told)
{
	struct fixture f;

	fixture_open(&f);
	POLL(&f, 0, {"1", "https://a.example/1", "one", "text", NOON});
	f.now += HOUR;
	POLL(&f, 0, {"another", "https://a.example/1", "one", "text", NOON});
	cr_expect(says(reasons(&f, 1), "of which 1 was taken for it: the same canonical address"));
	cr_expect(says(reasons(&f, 1), "in no story"));
	f.is_complete_set = true;
	f.now += HOUR;
	POLL(&f, 0, {"2", "https://a.example/2", "two", "text", NOON});
	cr_expect(says(reasons(&f, 1), "withdrawn at"));
	fixture_close(&f);
}
