/*
 * extension.c - elements that feeds of all formats borrow
 *
 * Dublin Core, content, xhtml, iTunes, GeoRSS, geo, slash, wfw, sy, thr, history, admin.
 */
#include "base/limits.h"
#include "parse/draft.h"
#include "parse/sanitize.h"

/* --- Dublin Core, and what is as simple */

static void read_subject(struct draft *d, int arg)
{
	struct category c = {{NULL, 0}, {NULL, 0}, {NULL, 0}};

	(void)arg;
	c.term = reading_line(d->r, d->a, sanitize_line(d->a, xml_text(d->x)), LIMIT_NAME_BYTES);
	reading_add_category(d->r, d->a, d->categories, &c);
}

static void read_reference(struct draft *d, int arg)
{
	(void)arg;
	if (draft_takes(d, FIELD_GENERATOR))
		d->feed->generator = reading_line(d->r, d->a,
			xml_attribute_in(d->x, SPACE_RDF, "resource"), LIMIT_TITLE_BYTES);
}

/* --- sy, slash, wfw, thr, history */

static void read_period(struct draft *d, int arg)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} periods[] = {{"hourly", 3600}, {"daily", 86400}, {"weekly", 7 * 86400},
		{"monthly", 30 * 86400}, {"yearly", 365 * 86400}};
	struct slice name = slice_trim(xml_text(d->x));

	(void)arg;
	for (size_t i = 0; i < COUNT(periods); i++)
		if (slice_is_fold(name, periods[i].name))
			d->period_s = periods[i].seconds;
}

static void read_frequency(struct draft *d, int arg)
{
	(void)arg;
	d->frequency = reading_number(xml_text(d->x), 1, 10000);
	if (d->period_s == NUMBER_NONE)
		d->period_s = 86400;
}

static void read_comments_count(struct draft *d, int arg)
{
	int64_t count = reading_number(xml_text(d->x), 0, INT64_C(1000000000));

	(void)arg;
	if (count != NUMBER_NONE && draft_takes(d, FIELD_COMMENTS_COUNT))
		d->item->comments_count = count;
}

static void read_comments_feed(struct draft *d, int arg)
{
	struct slice base = draft_base(d);

	(void)arg;
	if (d->item->comments_feed_url.len == 0)
		d->item->comments_feed_url = reading_link(d->r, d->a, base, xml_text(d->x));
}

static void read_in_reply_to(struct draft *d, int arg)
{
	struct slice_list *to = &d->item->in_reply_to;
	struct slice url = reading_link(d->r, d->a, xml_base(d->x), xml_attribute(d->x, "href"));

	(void)arg;
	if (url.len == 0)
		url = reading_link(d->r, d->a, SLICE_NONE, xml_attribute(d->x, "ref"));
	if (url.len > 0 && to->n < LIMIT_LINKS)
		*ARENA_PUSH(d->a, to) = url;
}

static void read_history(struct draft *d, int is_archive)
{
	if (is_archive)
		d->feed->is_archive = true;
	else
		d->feed->is_complete_set = true;
}

/* --- where */

static void read_point(struct draft *d, int arg)
{
	struct slice text = slice_copy(d->a, slice_trim(xml_text(d->x)));
	size_t n = 0;

	(void)arg;
	while (n < text.len && strchr(" \t\r\n,;", text.at[n]) == NULL)
		n++;

	struct slice rest = slice_skip(text, n);

	while (rest.len > 0 && strchr(" \t\r\n,;", rest.at[0]) != NULL)
		rest = slice_skip(rest, 1);
	for (size_t i = 0; i < rest.len; i++)
		if (strchr(" \t\r\n,;", rest.at[i]) != NULL)
			rest.len = i;
	draft_set_geo(d, slice_head(text, n), rest);
}

static void read_latitude(struct draft *d, int arg)
{
	(void)arg;
	d->latitude = slice_copy(d->a, slice_trim(xml_text(d->x)));
}

static void read_longitude(struct draft *d, int arg)
{
	(void)arg;
	d->longitude = slice_copy(d->a, slice_trim(xml_text(d->x)));
}

/* An element that only holds others. */
static void read_within(struct draft *d, int arg)
{
	(void)arg;
	element_read_children(d);
}

/* --- iTunes */

static void read_late_author(struct draft *d, int arg)
{
	struct person p = draft_person(d, xml_text(d->x));

	(void)arg;
	reading_add_person(d->r, d->a, &d->late_authors, &p);
}

static void read_picture(struct draft *d, int arg)
{
	struct slice base = draft_base(d);
	struct slice href = slice_copy(d->a, xml_attribute(d->x, "href"));

	(void)arg;
	if (href.len == 0)
		href = slice_copy(d->a, xml_attribute(d->x, "url"));
	if (href.len == 0)
		href = slice_copy(d->a, xml_text(d->x));
	href = reading_fetchable(d->r, d->a, base, href);
	if (href.len > 0)
		draft_set_image(d, href);
}

static void read_duration(struct draft *d, int arg)
{
	int64_t seconds = reading_duration(xml_text(d->x));

	(void)arg;
	if (seconds != NUMBER_NONE && draft_takes(d, FIELD_DURATION))
		d->item->duration_in_seconds = seconds;
}

static void read_explicit(struct draft *d, int arg)
{
	static const char *const yes[] = {"yes", "true", "explicit", "1"};
	static const char *const no[] = {"no", "false", "clean", "0"};
	struct slice said = slice_trim(xml_text(d->x));

	(void)arg;
	for (size_t i = 0; i < COUNT(yes); i++)
		if (slice_is_fold(said, yes[i]))
			*d->is_explicit = TRI_TRUE;
	for (size_t i = 0; i < COUNT(no); i++)
		if (slice_is_fold(said, no[i]))
			*d->is_explicit = TRI_FALSE;
}

static void read_itunes_category(struct draft *d, int arg)
{
	struct category c = {{NULL, 0}, SLICE("http://www.itunes.com/"), {NULL, 0}};

	(void)arg;
	c.term = reading_line(d->r, d->a, xml_attribute(d->x, "text"), LIMIT_NAME_BYTES);
	reading_add_category(d->r, d->a, d->categories, &c);
	element_read_children(d);
}

static void read_keywords(struct draft *d, int arg)
{
	struct slice part, rest = slice_copy(d->a, xml_text(d->x));

	(void)arg;
	while (slice_cut(&rest, ',', &part)) {
		struct category c = {.scheme = SLICE("http://www.itunes.com/")};

		c.term = reading_line(d->r, d->a, part, LIMIT_NAME_BYTES);
		reading_add_category(d->r, d->a, d->categories, &c);
	}
}

static const struct element rows[] = {
	{SPACE_DC, "title", 50, draft_read_title, draft_read_title, 0},
	{SPACE_DC, "creator", 50, draft_read_author, draft_read_author, 0},
	{SPACE_DC, "author", 50, draft_read_author, draft_read_author, 0},
	{SPACE_DC, "contributor", 50, draft_read_contributor, draft_read_contributor, 0},
	{SPACE_DC, "date", 50, draft_read_date, draft_read_date, FIELD_PUBLISHED},
	{SPACE_DC, "description", 30, draft_read_summary, draft_read_summary, 0},
	{SPACE_DC, "subject", 50, read_subject, read_subject, 0},
	{SPACE_DC, "language", 50, draft_read_language, draft_read_language, 0},
	{SPACE_DC, "rights", 50, draft_read_rights, draft_read_rights, 0},
	{SPACE_DCTERMS, "title", 45, draft_read_title, draft_read_title, 0},
	{SPACE_DCTERMS, "creator", 45, draft_read_author, draft_read_author, 0},
	{SPACE_DCTERMS, "created", 52, draft_read_date, draft_read_date, FIELD_PUBLISHED},
	{SPACE_DCTERMS, "issued", 53, draft_read_date, draft_read_date, FIELD_PUBLISHED},
	{SPACE_DCTERMS, "modified", 52, draft_read_date, draft_read_date, FIELD_MODIFIED},
	{SPACE_DCTERMS, "rights", 45, draft_read_rights, draft_read_rights, 0},
	{SPACE_CONTENT, "encoded", 80, NULL, draft_read_content, 0},
	{SPACE_XHTML, "body", 70, NULL, draft_read_content, 0},
	{SPACE_XHTML, "div", 65, NULL, draft_read_content, 0},
	{SPACE_ITUNES, "title", 30, draft_read_title, draft_read_title, 0},
	{SPACE_ITUNES, "author", 50, read_late_author, read_late_author, 0},
	{SPACE_ITUNES, "summary", 41, draft_read_summary, draft_read_summary, 0},
	{SPACE_ITUNES, "subtitle", 40, draft_read_summary, draft_read_summary, 0},
	{SPACE_ITUNES, "image", 70, read_picture, read_picture, 0},
	{SPACE_ITUNES, "duration", 50, NULL, read_duration, 0},
	{SPACE_ITUNES, "explicit", 50, read_explicit, read_explicit, 0},
	{SPACE_ITUNES, "category", 50, read_itunes_category, read_itunes_category, 0},
	{SPACE_ITUNES, "keywords", 50, read_keywords, read_keywords, 0},
	{SPACE_GOOGLEPLAY, "author", 40, read_late_author, read_late_author, 0},
	{SPACE_GOOGLEPLAY, "description", 35, draft_read_summary, draft_read_summary, 0},
	{SPACE_GOOGLEPLAY, "image", 60, read_picture, read_picture, 0},
	{SPACE_GOOGLEPLAY, "explicit", 40, read_explicit, read_explicit, 0},
	{SPACE_GEORSS, "point", 50, NULL, read_point, 0},
	{SPACE_GEORSS, "where", 50, NULL, read_within, 0},
	{SPACE_GML, "point", 50, NULL, read_within, 0},
	{SPACE_GML, "pos", 50, NULL, read_point, 0},
	{SPACE_GEO, "point", 50, NULL, read_within, 0},
	{SPACE_GEO, "lat", 50, NULL, read_latitude, 0},
	{SPACE_GEO, "latitude", 50, NULL, read_latitude, 0},
	{SPACE_GEO, "long", 50, NULL, read_longitude, 0},
	{SPACE_GEO, "lon", 50, NULL, read_longitude, 0},
	{SPACE_GEO, "longitude", 50, NULL, read_longitude, 0},
	{SPACE_ICBM, "latitude", 50, NULL, read_latitude, 0},
	{SPACE_ICBM, "longitude", 50, NULL, read_longitude, 0},
	{SPACE_SLASH, "comments", 50, NULL, read_comments_count, 0},
	{SPACE_THR, "total", 60, NULL, read_comments_count, 0},
	{SPACE_THR, "in-reply-to", 50, NULL, read_in_reply_to, 0},
	{SPACE_WFW, "commentrss", 50, NULL, read_comments_feed, 0},
	{SPACE_SY, "updateperiod", 50, read_period, NULL, 0},
	{SPACE_SY, "updatefrequency", 50, read_frequency, NULL, 0},
	{SPACE_HISTORY, "complete", 50, read_history, NULL, false},
	{SPACE_HISTORY, "archive", 50, read_history, NULL, true},
	{SPACE_ADMIN, "generatoragent", 50, read_reference, NULL, 0},
};
const struct element_table extension_elements = {rows, COUNT(rows)};
