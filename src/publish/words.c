/* words.c - how the sources are, in a sentence */
#include "publish/words.h"
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"

#include <inttypes.h>

#define NAMED_MOST 3

const char *words_state(enum source_state s)
{
	static const char *const words[] = {
		[SOURCE_NEW] = "not asked yet",
		[SOURCE_OK] = "well",
		[SOURCE_FAILING] = "failing",
		[SOURCE_GONE] = "gone for good",
		[SOURCE_DISABLED] = "switched off",
		[SOURCE_RETIRED] = "no longer followed",
	};

	return words[s];
}

bool words_is_unwell(const struct stored_source *s)
{
	return s->state == SOURCE_FAILING || s->state == SOURCE_GONE || words_alarm(s) != NULL;
}

/* What readers miss news by.  The others are for the admin. */
const struct stored_alarm *words_alarm(const struct stored_source *s)
{
	static const bool matters[ALARMS] = {[ALARM_FAILING] = true,
		[ALARM_BLOCKED] = true,
		[ALARM_NO_FEED] = true,
		[ALARM_GONE] = true,
		[ALARM_EMPTY] = true,
		[ALARM_SHRUNK] = true,
		[ALARM_SILENT] = true,
		[ALARM_HELD] = true};

	for (size_t i = 0; i < s->n_alarms; i++)
		if (matters[s->alarms[i].kind])
			return &s->alarms[i];
	return NULL;
}

struct tally {
	size_t followed, well, unwell, unasked;
};

static struct tally take_tally(const struct outlet *o)
{
	struct tally t = {0};

	for (size_t i = 0; i < o->n_sources; i++) {
		const struct stored_source *s = &o->sources[i];

		t.followed += s->state != SOURCE_RETIRED && s->state != SOURCE_DISABLED;
		t.well += s->state == SOURCE_OK && !words_is_unwell(s);
		t.unasked += s->state == SOURCE_NEW;
		t.unwell += words_is_unwell(s);
	}
	return t;
}

static void put_unwell(struct buf *b, const struct stored_source *s, const char *up)
{
	buf_printf(b, "<a href=\"%ssources#s%" PRId64 "\">", up, s->number);
	out_html(b, parts_source_title(s));
	buf_puts(b, "</a>");
	if (words_alarm(s) != NULL && s->state == SOURCE_OK) {
		buf_printf(b, " %s", alarm_begun(words_alarm(s)->kind));
		return;
	}
	if (s->last_ok == INSTANT_NONE) {
		buf_puts(b, " (never yet)");
		return;
	}
	buf_puts(b, " since ");
	page_day_and_time(b, s->last_ok);
}

static void name_unwell(struct buf *b, const struct outlet *o, size_t unwell, const char *up)
{
	size_t n = 0;

	buf_puts(b, " <strong>Not well:</strong> ");
	for (size_t i = 0; i < o->n_sources && n < NAMED_MOST; i++) {
		if (!words_is_unwell(&o->sources[i]))
			continue;
		buf_puts(b, n++ > 0 ? "; " : "");
		put_unwell(b, &o->sources[i], up);
	}
	if (unwell > n)
		buf_printf(b, "; and <a href=\"%ssources\">%zu more</a>", up, unwell - n);
	buf_putc(b, '.');
}

void words_health(struct buf *b, const struct outlet *o, const char *up)
{
	struct tally t = take_tally(o);

	if (t.followed == 0) {
		buf_puts(b, "No source is followed yet.");
		return;
	}
	buf_printf(b, "<a href=\"%ssources\">", up);
	if (t.well == t.followed)
		buf_printf(b,
			t.followed == 1 ? "The one source</a> is well."
					: "All %zu sources</a> are well.",
			t.followed);
	else
		buf_printf(b, "%zu of %zu sources</a> %s well.", t.well, t.followed,
			t.well == 1 ? "is" : "are");
	if (t.unasked > 0)
		buf_printf(b, " %zu not asked yet.", t.unasked);
	if (t.unwell > 0)
		name_unwell(b, o, t.unwell, up);
}
