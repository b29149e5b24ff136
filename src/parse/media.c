/*
 * media.c - Media RSS (https://www.rssboard.org/media-rss)
 */
#include "base/limits.h"
#include "parse/draft.h"

/* `medium` says what `type` does not. */
static struct slice type_of(struct draft *d)
{
	struct slice type = xml_attribute(d->x, "type");

	if (type.len == 0 && slice_is_fold(slice_trim(xml_attribute(d->x, "medium")), "image"))
		return SLICE("image/*");
	return reading_line(d->r, d->a, type, LIMIT_NAME_BYTES);
}

static void read_content(struct draft *d, int arg)
{
	struct attachment t = {.duration_in_seconds = NUMBER_NONE};
	struct slice type = type_of(d);

	(void)arg;
	t.url = reading_link(d->r, d->a, xml_base(d->x), xml_attribute(d->x, "url"));
	t.mime_type = slice_is(type, "image/*") ? SLICE_NONE : type;
	t.size_in_bytes = reading_number(xml_attribute(d->x, "fileSize"), 0, INT64_MAX);
	t.duration_in_seconds = reading_duration(xml_attribute(d->x, "duration"));
	if (t.url.len > 0 && slice_starts_fold(type, "image/"))
		draft_set_image(d, t.url);
	if (t.url.len > 0)
		draft_add_attachment(d, &t, true);
	element_read_children(d);
}

static void read_group(struct draft *d, int arg)
{
	(void)arg;
	element_read_children(d);
}

static void read_thumbnail(struct draft *d, int arg)
{
	struct slice url = slice_copy(d->a, xml_attribute(d->x, "url"));
	struct slice base = draft_base(d);

	(void)arg;
	if (url.len == 0)
		url = slice_copy(d->a, xml_text(d->x));
	url = reading_fetchable(d->r, d->a, base, url);
	if (url.len > 0)
		draft_set_image(d, url);
}

static void read_category(struct draft *d, int arg)
{
	struct category c;

	(void)arg;
	c.scheme = reading_line(d->r, d->a, xml_attribute(d->x, "scheme"), LIMIT_URL_BYTES);
	c.label = reading_line(d->r, d->a, xml_attribute(d->x, "label"), LIMIT_NAME_BYTES);
	c.term = reading_line(d->r, d->a, xml_text(d->x), LIMIT_NAME_BYTES);
	reading_add_category(d->r, d->a, d->categories, &c);
}

/* rating and the older adult: of the "simple" scheme. */
static void read_rating(struct draft *d, int arg)
{
	struct slice said = slice_trim(xml_text(d->x));

	(void)arg;
	if (*d->is_explicit != TRI_UNKNOWN)
		return;
	if (slice_is_fold(said, "adult") || slice_is_fold(said, "true"))
		*d->is_explicit = TRI_TRUE;
	else if (slice_is_fold(said, "nonadult") || slice_is_fold(said, "false"))
		*d->is_explicit = TRI_FALSE;
}

static const struct element rows[] = {
	{SPACE_MEDIA, "content", 60, NULL, read_content, 0},
	{SPACE_MEDIA, "group", 60, NULL, read_group, 0},
	{SPACE_MEDIA, "thumbnail", 80, read_thumbnail, read_thumbnail, 0},
	{SPACE_MEDIA, "title", 20, draft_read_title, draft_read_title, 0},
	{SPACE_MEDIA, "description", 25, draft_read_summary, draft_read_summary, 0},
	{SPACE_MEDIA, "category", 50, read_category, read_category, 0},
	{SPACE_MEDIA, "copyright", 30, draft_read_rights, draft_read_rights, 0},
	{SPACE_MEDIA, "rating", 50, read_rating, read_rating, 0},
	{SPACE_MEDIA, "adult", 50, read_rating, read_rating, 0},
};
const struct element_table media_elements = {rows, COUNT(rows)};
