/*
 * rss.c - RSS 0.90 to 2.0, RDF
 *
 * RSS 2.0 (https://www.rssboard.org/rss-specification), RSS 1.0
 * (https://web.resource.org/rss/1.0/). Items may stand in the channel, beside it, or in `rss`
 * without one.
 */
#include "base/limits.h"
#include "parse/draft.h"
#include "parse/format.h"
#include "parse/sniff.h"

static const struct {
	const char *version;
	enum feed_format format;
} versions[] = {
	{"0.9", FORMAT_RSS_090},
	{"0.90", FORMAT_RSS_090},
	{"0.91", FORMAT_RSS_091},
	{"0.92", FORMAT_RSS_092},
	{"0.93", FORMAT_RSS_093},
	{"0.94", FORMAT_RSS_094},
};

/* --- elements of its own */

static void read_guid(struct draft *d, int arg)
{
	struct slice said = slice_trim(xml_attribute(d->x, "isPermaLink"));
	bool is_permalink = !slice_is_fold(said, "false");

	(void)arg;
	if (!draft_takes(d, FIELD_ID))
		return;
	*d->id = reading_id(d->r, d->a, xml_text(d->x));
	d->item->guid_is_permalink = d->id->len == 0 ? TRI_UNKNOWN
				     : is_permalink  ? TRI_TRUE
						     : TRI_FALSE;
	d->permalink =
		is_permalink ? reading_fetchable(d->r, d->a, SLICE_NONE, *d->id) : SLICE_NONE;
}

static void add_link(struct draft *d, const struct attachment *t)
{
	struct link l = {.rel = SLICE("enclosure"), .href = t->url, .type = t->mime_type};

	l.length = t->size_in_bytes;
	draft_add_link(d, &l);
}

static void read_enclosure(struct draft *d, int arg)
{
	struct attachment t = {.duration_in_seconds = NUMBER_NONE};

	(void)arg;
	t.url = reading_link(d->r, d->a, xml_base(d->x), xml_attribute(d->x, "url"));
	if (t.url.len == 0)
		t.url = reading_link(d->r, d->a, xml_base(d->x), xml_attribute(d->x, "href"));
	t.mime_type = reading_line(d->r, d->a, xml_attribute(d->x, "type"), LIMIT_NAME_BYTES);
	t.size_in_bytes = reading_number(xml_attribute(d->x, "length"), 0, INT64_MAX);
	draft_add_attachment(d, &t, false);
	add_link(d, &t);
}

static void read_source(struct draft *d, int arg)
{
	struct origin *o = &d->item->source;

	(void)arg;
	if (!draft_takes(d, FIELD_SOURCE))
		return;
	o->feed_url = reading_link(d->r, d->a, xml_base(d->x), xml_attribute(d->x, "url"));
	o->title = reading_title(d->r, d->a, xml_text(d->x));
}

/* managingEditor, webMaster */
static void read_staff(struct draft *d, int is_webmaster)
{
	struct person *to = is_webmaster ? &d->feed->webmaster : &d->feed->editor;

	if (to->name.len == 0 && to->email.len == 0)
		*to = draft_person(d, xml_text(d->x));
}

static void read_ttl(struct draft *d, int arg)
{
	int64_t minutes = reading_number(xml_text(d->x), 1, INT64_C(525600));

	(void)arg;
	if (minutes != NUMBER_NONE && draft_takes(d, FIELD_INTERVAL))
		d->feed->update_interval_s = minutes * 60;
}

static void read_skip_hours(struct draft *d, int arg)
{
	size_t depth = xml_depth(d->x);

	(void)arg;
	while (xml_child(d->x, depth)) {
		int64_t hour = reading_number(xml_text(d->x), 0, 24);

		if (hour != NUMBER_NONE)
			d->feed->skip_hours |= UINT32_C(1) << hour % 24;
	}
}

static void read_skip_days(struct draft *d, int arg)
{
	size_t depth = xml_depth(d->x);

	(void)arg;
	while (xml_child(d->x, depth)) {
		struct slice day = slice_trim(xml_text(d->x));

		for (unsigned i = 0; i < 7; i++)
			if (slice_is_fold(day, feed_day_name(i)))
				d->feed->skip_days |= (uint8_t)(1U << i);
	}
}

static void read_image_part(struct draft *d, struct image *i)
{
	struct slice base = draft_base(d);

	if (xml_is(d->x, SPACE_OWN, "url"))
		i->url = reading_fetchable(d->r, d->a, base, xml_text(d->x));
	else if (xml_is(d->x, SPACE_OWN, "title") || xml_is(d->x, SPACE_DC, "title"))
		i->title = reading_title(d->r, d->a, xml_text(d->x));
	else if (xml_is(d->x, SPACE_OWN, "link"))
		i->link = reading_link(d->r, d->a, base, xml_text(d->x));
	else if (xml_is(d->x, SPACE_OWN, "width"))
		i->width = reading_number(xml_text(d->x), 1, 100000);
	else if (xml_is(d->x, SPACE_OWN, "height"))
		i->height = reading_number(xml_text(d->x), 1, 100000);
}

/* RSS 1.0's channel only points to its image, which stands beside it. */
static void read_image(struct draft *d, int arg)
{
	struct image i = {.width = NUMBER_NONE, .height = NUMBER_NONE};
	size_t depth = xml_depth(d->x);
	struct slice pointed = xml_attribute_in(d->x, SPACE_RDF, "resource");
	bool is_whole = false;

	(void)arg;
	if (pointed.len == 0)
		pointed = xml_attribute(d->x, "href");
	i.url = reading_fetchable(d->r, d->a, xml_base(d->x), pointed);
	for (; xml_child(d->x, depth); is_whole = true)
		read_image_part(d, &i);
	if (d->item != NULL)
		draft_set_image(d, i.url);
	else if (is_whole || d->feed->image.url.len == 0)
		d->feed->image = i;
}

static const struct element rows[] = {
	{SPACE_OWN, "title", 70, draft_read_title, draft_read_title, 0},
	{SPACE_OWN, "link", 70, draft_read_link, draft_read_link, 0},
	{SPACE_OWN, "description", 60, draft_read_description, draft_read_description, 0},
	{SPACE_OWN, "guid", 70, NULL, read_guid, 0},
	{SPACE_OWN, "pubdate", 70, draft_read_date, draft_read_date, FIELD_PUBLISHED},
	{SPACE_OWN, "lastbuilddate", 70, draft_read_date, NULL, FIELD_MODIFIED},
	/* Atom's, without its namespace: RSS has no such element, but many write them. */
	{SPACE_OWN, "published", 20, NULL, draft_read_date, FIELD_PUBLISHED},
	{SPACE_OWN, "updated", 20, draft_read_date, draft_read_date, FIELD_MODIFIED},
	{SPACE_OWN, "author", 70, draft_read_author, draft_read_author, 0},
	{SPACE_OWN, "category", 70, draft_read_category, draft_read_category, 0},
	{SPACE_OWN, "comments", 70, NULL, draft_read_comments, 0},
	{SPACE_OWN, "enclosure", 70, NULL, read_enclosure, 0},
	{SPACE_OWN, "source", 70, NULL, read_source, 0},
	{SPACE_OWN, "language", 70, draft_read_language, draft_read_language, 0},
	{SPACE_OWN, "copyright", 70, draft_read_rights, draft_read_rights, 0},
	{SPACE_OWN, "generator", 70, draft_read_generator, NULL, 0},
	{SPACE_OWN, "managingeditor", 70, read_staff, NULL, false},
	{SPACE_OWN, "webmaster", 70, read_staff, NULL, true},
	{SPACE_OWN, "ttl", 70, read_ttl, NULL, 0},
	{SPACE_OWN, "skiphours", 70, read_skip_hours, NULL, 0},
	{SPACE_OWN, "skipdays", 70, read_skip_days, NULL, 0},
	{SPACE_OWN, "image", 70, read_image, read_image, 0},
};
const struct element_table rss_elements = {rows, COUNT(rows)};

/* --- the document */

static enum feed_format version_of(const struct opening *o)
{
	struct slice version = slice_trim(sniff_attribute(o->root_tag, "version"));

	if (slice_is(o->root, "Channel") && space_find(o->root_space) == SPACE_OWN)
		return FORMAT_RSS_10;
	if (slice_is_fold(o->root, "RDF"))
		return slice_find(o->root_tag, SLICE("netscape.com/rdf/simple/0.9")) <
				       o->root_tag.len
			       ? FORMAT_RSS_090
			       : FORMAT_RSS_10;
	for (size_t i = 0; i < COUNT(versions); i++)
		if (slice_is(version, versions[i].version))
			return versions[i].format;
	return FORMAT_RSS_20;
}

static void take_about(struct draft *d)
{
	struct slice about = xml_attribute_in(d->x, SPACE_RDF, "about");

	d->rank = 50;
	if (about.len > 0 && draft_takes(d, FIELD_ID))
		*d->id = reading_id(d->r, d->a, about);
}

static void take_language(struct draft *d)
{
	struct slice language = reading_language(d->a, xml_language(d->x));

	d->rank = 20;
	if (language.len > 0 && draft_takes(d, FIELD_LANGUAGE))
		*d->language = language;
}

static void read_item(struct xml *x, struct reading *r)
{
	struct item item;
	struct draft d;

	draft_of_item(&d, x, r, SPACE_OWN, &item);
	take_about(&d);
	take_language(&d);
	element_read_children(&d);
	draft_finish(&d);
	reading_item(r, &item);
}

static bool is_item(const struct xml *x)
{
	return xml_is(x, SPACE_OWN, "item");
}

/* What stands in a channel, or beside it.  Returns how many elements of RSS there were. */
static size_t read_children(struct draft *head)
{
	struct xml *x = head->x;
	size_t n = 0, depth = xml_depth(x);

	while (!head->r->stopped && xml_child(x, depth)) {
		n += xml_space(x) == SPACE_OWN;
		if (is_item(x)) {
			read_item(x, head->r);
		} else if (xml_is(x, SPACE_OWN, "channel")) {
			take_about(head);
			take_language(head);
			n += read_children(head);
		} else if (xml_is(x, SPACE_OWN, "items")) {
			n += read_children(head); /* RSS 1.1 holds them there */
		} else {
			element_read(head);
		}
	}
	return n;
}

enum parse_verdict rss_read(struct slice text, struct reading *r)
{
	struct xml *x = xml_open(text, r->opening->root_at, r);
	enum parse_verdict verdict = PARSE_OK;
	struct draft head;
	size_t n = 0;

	r->feed.format = version_of(r->opening);
	draft_of_head(&head, x, r, SPACE_OWN, &r->feed, r->head);
	if (xml_next(x) == XML_START) {
		take_language(&head);
		n = read_children(&head);
	}
	draft_finish(&head);
	if (n == 0 && !xml_has_rss(x) && !slice_is_fold(r->opening->root, "rss"))
		verdict = reading_refuse(r, PARSE_NO_FEED, "no feed: an RDF document without RSS");
	xml_close(&x);
	return verdict;
}
