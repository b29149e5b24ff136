/* render_health.c - what is and was wrong with the sources, as a feed for those who follow them */
#include "base/arena.h"
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"
#include "publish/render.h"

#include <stdlib.h>

#define MOST_ENTRIES ((size_t)LIMIT_PAGE_ENTRIES)

enum incident_kind { INCIDENT_ALARM, INCIDENT_GAP, INCIDENT_NOTICE };

struct incident {
	const struct stored_source *source;
	enum incident_kind kind;
	const struct stored_alarm *alarm; /* of an alarm */
	instant at;                       /* when it began or ended, as far as the store knows */
};

struct incidents {
	struct incident *at;
	size_t n;
};

static int newest_first(const void *a, const void *b)
{
	const struct incident *one = a, *other = b;

	if (one->at != other->at)
		return one->at < other->at ? 1 : -1;
	if (one->source->number != other->source->number)
		return one->source->number < other->source->number ? 1 : -1;
	if (one->kind != other->kind)
		return (int)one->kind - (int)other->kind;
	return one->kind == INCIDENT_ALARM ? (int)one->alarm->kind - (int)other->alarm->kind : 0;
}

static int by_number(const void *key, const void *element)
{
	int64_t number = *(const int64_t *)key;
	const struct stored_source *s = element;

	return (number > s->number) - (number < s->number);
}

static bool is_followed(const struct stored_source *s)
{
	return s != NULL && s->state != SOURCE_RETIRED && s->state != SOURCE_DISABLED;
}

static void add_alarms(
	struct incidents *to, const struct outlet *o, const struct stored_alarm *alarms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct stored_alarm *a = &alarms[i];
		const struct stored_source *s =
			o->n_sources == 0 ? NULL
					  : bsearch(&a->source, o->sources, o->n_sources,
						    sizeof *o->sources, by_number);

		if (is_followed(s))
			to->at[to->n++] = (struct incident){s, INCIDENT_ALARM, a,
				a->until != INSTANT_NONE ? a->until : a->since};
	}
}

/* An alarm of these tells it already. */
static bool is_told(const struct stored_source *s)
{
	for (size_t i = 0; i < s->n_alarms; i++)
		if (s->alarms[i].kind == ALARM_MOVED || s->alarms[i].kind == ALARM_GONE)
			return true;
	return false;
}

static void add_others(struct incidents *to, const struct stored_source *s)
{
	if (!is_followed(s))
		return;
	if (s->gap_to != INSTANT_NONE)
		to->at[to->n++] = (struct incident){s, INCIDENT_GAP, NULL, s->gap_to};
	if (s->notice.len > 0 && !is_told(s))
		to->at[to->n++] = (struct incident){s, INCIDENT_NOTICE, NULL,
			s->last_new != INSTANT_NONE ? s->last_new : s->last_ok};
}

/* One for each incident, the same as long as it lasts: of the source, its kind, when it began. */
static void put_id(struct buf *b, const struct outlet *o, const struct incident *i)
{
	const struct stored_source *s = i->source;
	char uuid[UUID_TEXT_BYTES], at[INSTANT_TEXT_BYTES];
	struct slice parts[] = {o->uuid, SLICE("notice"), s->name, s->notice, SLICE_NONE};

	if (i->kind != INCIDENT_NOTICE) {
		bool is_gap = i->kind == INCIDENT_GAP;

		parts[1] = is_gap ? SLICE("gap") : slice_of(alarm_name(i->alarm->kind));
		parts[3] = SLICE_NONE;
		parts[4] = slice_of(instant_put_rfc3339(at, is_gap ? i->at : i->alarm->since));
	}
	buf_printf(b, "<id>urn:uuid:%s</id>\n", digest_uuid5(uuid, parts, COUNT(parts)));
}

static const char *headline(const struct incident *i)
{
	switch (i->kind) {
	case INCIDENT_GAP:
		return "may have a gap";
	case INCIDENT_NOTICE:
		return "needs attention";
	case INCIDENT_ALARM:
		break;
	}
	return i->alarm->until != INSTANT_NONE ? alarm_ended(i->alarm->kind)
					       : alarm_begun(i->alarm->kind);
}

static void put_span(struct buf *b, const struct stored_source *s)
{
	buf_puts(b, "No item of the poll before was there any more. Some that came between ");
	out_instant(b, s->gap_from);
	buf_puts(b, " and ");
	out_instant(b, s->gap_to);
	buf_puts(b, " may be missing.");
}

static void put_alarm(struct buf *b, const struct stored_alarm *a)
{
	buf_printf(b, "%s since ", alarm_name(a->kind));
	out_instant(b, a->since);
	if (a->until != INSTANT_NONE) {
		buf_puts(b, " until ");
		out_instant(b, a->until);
	}
	if (a->detail.len > 0)
		buf_puts(b, ": ");
	out_xml(b, a->detail);
	buf_putc(b, '.');
}

static void put_words(struct buf *b, const struct incident *i)
{
	switch (i->kind) {
	case INCIDENT_ALARM:
		put_alarm(b, i->alarm);
		break;
	case INCIDENT_GAP:
		put_span(b, i->source);
		break;
	case INCIDENT_NOTICE:
		out_xml(b, i->source->notice);
		break;
	}
}

static void put_entry(struct buf *b, const struct outlet *o, const struct incident *i)
{
	buf_puts(b, "<entry xml:lang=\"en\">\n");
	put_id(b, o, i);
	buf_puts(b, "<title type=\"text\">");
	out_xml(b, parts_source_title(i->source));
	buf_printf(b, " %s</title>\n", headline(i));
	out_element_instant(b, "updated", i->at);
	buf_puts(b, "<author><name>tributary</name></author>\n<link rel=\"alternate\"");
	(void)out_attr_url(b, "href", o->page_url);
	buf_puts(b, "/>\n<category");
	out_attr(b, "term", i->source->name);
	buf_puts(b, "/>\n<content type=\"text\">");
	put_words(b, i);
	buf_puts(b, "</content>\n</entry>\n");
}

void render_health(struct buf *out, struct outlet *o, const struct stored_alarm *alarms,
	size_t n_alarms, struct arena *a)
{
	struct incidents list = {arena_array(a, 2 * o->n_sources + n_alarms, sizeof *list.at), 0};

	add_alarms(&list, o, alarms, n_alarms);
	for (size_t i = 0; i < o->n_sources; i++)
		add_others(&list, &o->sources[i]);
	if (list.n > 0)
		qsort(list.at, list.n, sizeof *list.at, newest_first);
	o->updated = list.n > 0 ? list.at[0].at : 0;
	render_atom.begin(out, o);
	for (size_t i = 0; i < list.n && i < MOST_ENTRIES; i++)
		put_entry(out, o, &list.at[i]);
	render_atom.end(out, o);
}
