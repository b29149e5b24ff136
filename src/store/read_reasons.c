/*
 * read_reasons.c - why an item stands as it stands, in sentences
 *
 * Nothing is decided here again: each sentence tells what a decision left behind.
 */
#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/identity.h"
#include "store/query.h"
#include "store/reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define LINE_BYTES 1024

struct reasons {
	struct store_reader *r;
	struct arena *a;
	const struct stored_item *item;
	struct slice_list *lines;
};

__attribute__((format(printf, 2, 3))) static void say(struct reasons *to, const char *format, ...)
{
	char line[LINE_BYTES];
	va_list more;

	va_start(more, format);
	vsnprintf(line, sizeof line, format, more);
	va_end(more);
	*ARENA_PUSH(to->a, to->lines) = slice_line(to->a, slice_copy(to->a, slice_of(line)));
}

static const char *when(struct reasons *to, instant at)
{
	char text[INSTANT_TEXT_BYTES];

	return slice_string(to->a, slice_of(instant_put_rfc3339(text, at)));
}

static const char *rung_name(int64_t rung)
{
	static const char *const names[] = {"its id", "its address", "its address and date",
		"its title and date", "a digest of all it says"};

	return rung >= 0 && rung < (int64_t)COUNT(names) ? names[rung] : "?";
}

static const char *sign_name(int64_t sign)
{
	static const char *const names[] = {
		[SIGN_KEY] = "the key that it came under",
		[SIGN_ADDRESS] = "the same canonical address",
		[SIGN_ID] = "the same global id at the same host",
		[SIGN_TEXT] = "the same title and text of 40 words or more",
		[SIGN_RUNG] = "a key of a kind that the source has left",
		[SIGN_BATCH] = "the same title, date and text when many keys changed at once",
		[SIGN_TWIN] = "the same address and text beside it in one document",
	};

	return sign >= 0 && sign < (int64_t)COUNT(names) ? names[sign] : "?";
}

/* --- what it is */

static const char *place_reason(const struct stored_item *i)
{
	if (i->place == i->published && i->place != i->first_seen)
		return "the date that it states";
	if (i->place == i->first_seen)
		return "when it was first seen";
	return "its date, held between the poll before and the one that brought it";
}

static void tell_record(struct reasons *to, bool home, bool held)
{
	const struct stored_item *i = to->item;

	if (i->n_sightings > 0)
		say(to, "text of record: %.*s, %s", SLICE_ARG(i->sightings[0].source_name),
			home ? "which is at the item's own domain" : "the first that carried it");
	say(to, "atom:id: %s",
		slice_equal(i->atom_id, i->item.id)
			? "its own, global and its source's to give"
			: "made of the source's name and the key that it came under");
	say(to, "place %s: %s", when(to, i->place), place_reason(i));
	if (held)
		say(to,
			"absent from all feeds: held back, one of more than %d new items in one "
			"poll,"
			" until `tributary release`",
			LIMIT_FLOOD_ITEMS);
	else
		say(to, "arrival %" PRId64 ": in archive %" PRId64 " once that is full", i->arrival,
			(i->arrival - 1) / LIMIT_ARCHIVE_ENTRIES + 1);
	if (i->withdrawn != INSTANT_NONE)
		say(to,
			"withdrawn at %s: its source says that it is complete, and carries it no "
			"more",
			when(to, i->withdrawn));
}

static int tell_item(struct reasons *to, struct error *err)
{
	static const char FIND[] = "SELECT home, held FROM item WHERE number = ?";
	struct query q = query_ask(&to->r->store, FIND);
	bool home = false, held = false;
	int got;

	query_put_int(&q, to->item->number);
	got = query_step(&q, err);
	if (got == 1) {
		home = query_int(&q) != 0;
		held = query_int(&q) != 0;
	}
	query_end(&q);
	if (got == 1)
		tell_record(to, home, held);
	return got < 0 ? -1 : 0;
}

/* --- who carries it, and under which keys */

static int tell_keys(struct reasons *to, const struct sighting *s, struct error *err)
{
	static const char FIND[] = "SELECT rung, how, count(*) FROM known WHERE source = ?1"
				   " AND item = ?2 GROUP BY rung, how ORDER BY how, rung";
	struct query q = query_ask(&to->r->store, FIND);
	int got;

	query_put_int(&q, s->source);
	query_put_int(&q, to->item->number);
	while ((got = query_step(&q, err)) == 1) {
		int64_t rung = query_int(&q), sign = query_int(&q), n = query_int(&q);

		if (sign == SIGN_KEY)
			say(to, "known in %.*s by %s", SLICE_ARG(s->source_name), rung_name(rung));
		else
			say(to, "known in %.*s by %s, of which %" PRId64 " %s taken for it: %s",
				SLICE_ARG(s->source_name), rung_name(rung), n,
				n > 1 ? "were" : "was", sign_name(sign));
	}
	query_end(&q);
	return got;
}

static int tell_sources(struct reasons *to, struct error *err)
{
	static const char FIND[] = "SELECT how FROM sighting WHERE item = ?1 AND source = ?2";
	const struct stored_item *i = to->item;

	for (size_t k = 0; k < i->n_sightings; k++) {
		const struct sighting *s = &i->sightings[k];
		struct query q = query_ask(&to->r->store, FIND);
		int64_t how = SIGN_KEY;
		int got;

		query_put_int(&q, i->number);
		query_put_int(&q, s->source);
		got = query_step(&q, err);
		if (got == 1)
			how = query_int(&q);
		query_end(&q);
		say(to, "%s %.*s at %s%s%s", how == SIGN_KEY ? "brought by" : "the same item in",
			SLICE_ARG(s->source_name), when(to, s->first_seen),
			how == SIGN_KEY ? "" : ": ", how == SIGN_KEY ? "" : sign_name(how));
		if (got < 0 || tell_keys(to, s, err) < 0)
			return -1;
	}
	return 0;
}

static int tell_ladder(struct reasons *to, struct error *err)
{
	static const char FIND[] = "SELECT name, rung FROM source WHERE number = ?";
	struct query q = query_ask(&to->r->store, FIND);
	int got;

	query_put_int(&q, to->item->source);
	got = query_step(&q, err);
	if (got == 1) {
		struct slice name = query_text(&q, to->a);
		int64_t rung = query_int(&q);

		say(to, "%.*s tells its items apart by %s%s", SLICE_ARG(name), rung_name(rung),
			rung == RUNG_ID ? "" : ": what stands higher repeats or changes there");
	}
	query_end(&q);
	return got < 0 ? -1 : 0;
}

static int tell_revisions(struct reasons *to, struct error *err)
{
	static const char FIND[] = "SELECT at FROM revision WHERE item = ? ORDER BY n";
	struct query q = query_ask(&to->r->store, FIND);
	int got;

	query_put_int(&q, to->item->number);
	while ((got = query_step(&q, err)) == 1)
		say(to, "revised at %s: its title, text, address or enclosures changed",
			when(to, query_int(&q)));
	query_end(&q);
	return got;
}

/* --- its story and its topics */

static void tell_how(struct reasons *to, struct slice how, double score)
{
	static const struct {
		const char *how, *name;
	} names[] = {
		{"guid", "the same id"},
		{"link", "the same address"},
		{"digest", "the same title and text"},
		{"text", "its words"},
		{"hand", "the admin's word"},
	};
	struct slice story = to->item->story;

	if (slice_is(how, "new"))
		say(to, "began story %.*s: no other came near, the best with score %.3f",
			SLICE_ARG(story), score);
	for (size_t i = 0; i < COUNT(names); i++)
		if (slice_is(how, names[i].how))
			say(to, "in story %.*s by %s, score %.3f", SLICE_ARG(story), names[i].name,
				score);
}

static int tell_near(struct reasons *to, int64_t near, struct error *err)
{
	struct stored_item other;
	int got = near == 0 ? 0 : read_item(to->r, near, to->a, &other, err);

	if (got == 1)
		say(to, "nearest in that story: item %" PRId64 ", \"%.200s\"", near,
			slice_string(to->a, other.item.title));
	return got < 0 ? -1 : 0;
}

static int tell_story(struct reasons *to, struct error *err)
{
	static const char FIND[] = "SELECT how, score, near FROM item_story WHERE item = ?";
	static const char APART[] = "SELECT story FROM story_apart WHERE item = ? ORDER BY story";
	struct query q = query_ask(&to->r->store, FIND);
	struct query apart;
	int64_t near = 0;
	int got;

	query_put_int(&q, to->item->number);
	got = query_step(&q, err);
	if (got == 1) {
		struct slice how = query_text(&q, to->a);
		double score = query_double(&q);

		near = query_int(&q);
		tell_how(to, how, score);
	}
	query_end(&q);
	if (got < 0 || tell_near(to, near, err) < 0)
		return -1;
	if (got == 0)
		say(to, "in no story");
	apart = query_ask(&to->r->store, APART);
	query_put_int(&apart, to->item->number);
	while ((got = query_step(&apart, err)) == 1)
		say(to, "kept out of story number %" PRId64 " by the admin", query_int(&apart));
	query_end(&apart);
	return got;
}

static int tell_topics(struct reasons *to, struct error *err)
{
	static const char FIND[] =
		"SELECT t.name, x.why FROM item_topic x INDEXED BY item_topic_by_item"
		" CROSS JOIN topic t ON t.number = x.topic WHERE x.item = ? ORDER BY t.name";
	struct query q = query_ask(&to->r->store, FIND);
	int got;

	query_put_int(&q, to->item->number);
	while ((got = query_step(&q, err)) == 1) {
		const char *name = slice_string(to->a, query_text(&q, to->a));

		say(to, "topic %s: %.500s", name, slice_string(to->a, query_text(&q, to->a)));
	}
	query_end(&q);
	return got;
}

static int tell_all(struct reasons *to, struct error *err)
{
	static int (*const tales[])(struct reasons *, struct error *) = {
		tell_item, tell_ladder, tell_sources, tell_revisions, tell_story, tell_topics};

	for (size_t i = 0; i < COUNT(tales); i++)
		if (tales[i](to, err) < 0)
			return -1;
	return 0;
}

int store_read_reasons(struct store_reader *r, int64_t number, struct arena *a,
	struct slice_list *lines_out, struct error *err)
{
	struct stored_item item;
	struct reasons to = {r, a, &item, lines_out};
	int got;

	*lines_out = (struct slice_list){0};
	if (store_read_begin(r, err) < 0)
		return -1;
	got = read_item(r, number, a, &item, err);
	if (got == 1)
		got = tell_all(&to, err);
	store_read_end(r);
	return got < 0 ? -1 : 0;
}
