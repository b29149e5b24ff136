/* render_health.c - what is wrong with the sources, as a feed for those who look after them */
#include "base/arena.h"
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"

#include <stdlib.h>

#define SILENT_S     (14 * 86400) /* nothing new for so long, though it answers */
#define FAILURES     3            /* in a row: one or two happen to everybody */
#define MOST_ENTRIES ((size_t)LIMIT_PAGE_ENTRIES)

enum trouble {
	TROUBLE_GONE,
	TROUBLE_FAILING,
	TROUBLE_SILENT,
	TROUBLE_GAP,
	TROUBLE_NOTICE,
	TROUBLES
};

struct incident {
	const struct stored_source *source;
	enum trouble trouble;
	instant at; /* when it began, as far as the store knows */
};

/* When it began, or INSTANT_NONE: it is not so.  Dates of the store, so that they stay. */
static instant began(const struct stored_source *s, enum trouble t)
{
	bool answered = s->last_ok != INSTANT_NONE;

	switch (t) {
	case TROUBLE_GONE:
		return s->state != SOURCE_GONE ? INSTANT_NONE
		       : answered              ? s->last_ok
					       : s->last_poll;
	case TROUBLE_FAILING:
		if (s->state != SOURCE_FAILING || s->failures < FAILURES)
			return INSTANT_NONE;
		return answered ? s->last_ok : s->last_poll;
	case TROUBLE_SILENT:
		if (!answered || s->last_new == INSTANT_NONE || s->last_ok - s->last_new < SILENT_S)
			return INSTANT_NONE;
		return s->last_new + SILENT_S;
	case TROUBLE_GAP:
		return s->gap_to;
	case TROUBLE_NOTICE:
		if (s->notice.len == 0)
			return INSTANT_NONE;
		return s->last_new != INSTANT_NONE ? s->last_new : s->last_ok;
	case TROUBLES:
		break;
	}
	return INSTANT_NONE;
}

static int newest_first(const void *a, const void *b)
{
	const struct incident *one = a, *other = b;

	if (one->at != other->at)
		return one->at < other->at ? 1 : -1;
	if (one->source->number != other->source->number)
		return one->source->number < other->source->number ? 1 : -1;
	return (int)one->trouble - (int)other->trouble;
}

static size_t collect(const struct outlet *o, struct incident *to)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_sources; i++) {
		const struct stored_source *s = &o->sources[i];

		if (s->state == SOURCE_RETIRED || s->state == SOURCE_DISABLED)
			continue;
		for (int t = 0; t < TROUBLES; t++) {
			instant at = began(s, (enum trouble)t);

			if (at != INSTANT_NONE)
				to[n++] = (struct incident){s, (enum trouble)t, at};
		}
	}
	if (n > 0)
		qsort(to, n, sizeof *to, newest_first);
	return n < MOST_ENTRIES ? n : MOST_ENTRIES;
}

/* One for each incident, the same as long as it lasts: of the source, its kind, when it began. */
static void put_id(struct buf *b, const struct outlet *o, const struct incident *i)
{
	static const char *const kinds[] = {"gone", "failing", "silent", "gap", "notice"};
	const struct stored_source *s = i->source;
	bool told = i->trouble == TROUBLE_NOTICE, failed = i->trouble == TROUBLE_FAILING;
	char uuid[UUID_TEXT_BYTES], at[INSTANT_TEXT_BYTES];
	bool fresh = told || (failed && s->last_ok == INSTANT_NONE);
	struct slice parts[] = {o->uuid, slice_of(kinds[i->trouble]), s->name,
		told ? s->notice : SLICE_NONE,
		fresh ? SLICE_NONE : slice_of(instant_put_rfc3339(at, i->at))};

	buf_printf(b, "<id>urn:uuid:%s</id>\n", digest_uuid5(uuid, parts, COUNT(parts)));
}

static void put_span(struct buf *b, const struct stored_source *s)
{
	buf_puts(b, "No item of the poll before was there any more. Some that came between ");
	out_instant(b, s->gap_from);
	buf_puts(b, " and ");
	out_instant(b, s->gap_to);
	buf_puts(b, " may be missing.");
}

static void put_words(struct buf *b, const struct incident *i)
{
	const struct stored_source *s = i->source;

	switch (i->trouble) {
	case TROUBLE_GONE:
		buf_puts(b, "It says that it is gone for good, and is not asked any more.");
		break;
	case TROUBLE_FAILING:
		out_xml(b, s->error.len > 0 ? s->error : SLICE("It does not answer."));
		break;
	case TROUBLE_SILENT:
		buf_puts(b, "It answers, but has brought nothing new since ");
		out_instant(b, s->last_new);
		buf_puts(b, ".");
		break;
	case TROUBLE_GAP:
		put_span(b, s);
		break;
	case TROUBLE_NOTICE:
	case TROUBLES:
		out_xml(b, s->notice);
		break;
	}
}

static void put_entry(struct buf *b, const struct outlet *o, const struct incident *i)
{
	static const char *const says[] = {
		" is gone", " fails", " has fallen silent", " may have a gap", " needs attention"};

	buf_puts(b, "<entry xml:lang=\"en\">\n");
	put_id(b, o, i);
	buf_puts(b, "<title type=\"text\">");
	out_xml(b, parts_source_title(i->source));
	buf_printf(b, "%s</title>\n", says[i->trouble]);
	out_element_instant(b, "updated", i->at);
	buf_puts(b, "<author><name>tributary</name></author>\n<link rel=\"alternate\"");
	(void)out_attr_url(b, "href", o->page_url);
	buf_puts(b, "/>\n<category");
	out_attr(b, "term", i->source->name);
	buf_puts(b, "/>\n<content type=\"text\">");
	put_words(b, i);
	buf_puts(b, "</content>\n</entry>\n");
}

void render_health(struct buf *out, struct outlet *o, struct arena *a)
{
	struct incident *list = arena_array(a, o->n_sources * TROUBLES, sizeof *list);
	size_t n = collect(o, list);

	o->updated = n > 0 ? list[0].at : 0;
	render_atom.begin(out, o);
	for (size_t i = 0; i < n; i++)
		put_entry(out, o, &list[i]);
	render_atom.end(out, o);
}
