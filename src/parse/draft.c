/*
 * draft.c - an item, or a feed's head, while it is being filled
 */
#include "parse/draft.h"

#include "base/limits.h"
#include "base/url.h"
#include "parse/sanitize.h"

static void init(struct draft *d, struct xml *x, struct reading *r, enum space own)
{
	*d = (struct draft){
		.x = x, .r = r, .own = own, .period_s = NUMBER_NONE, .frequency = NUMBER_NONE};
}

void draft_of_head(struct draft *d, struct xml *x, struct reading *r, enum space own,
	struct feed *f, struct arena *a)
{
	init(d, x, r, own);
	d->a = a;
	d->feed = f;
	d->title = &f->title;
	d->url = &f->home_page_url;
	d->id = &f->id;
	d->rights = &f->rights;
	d->language = &f->language;
	d->published = &f->published;
	d->modified = &f->updated;
	d->authors = &f->authors;
	d->contributors = &f->contributors;
	d->categories = &f->categories;
	d->links = &f->links;
	d->is_explicit = &f->is_explicit;
}

void draft_of_item(
	struct draft *d, struct xml *x, struct reading *r, enum space own, struct item *i)
{
	init(d, x, r, own);
	item_init(i);
	d->a = r->item;
	d->item = i;
	d->title = &i->title;
	d->url = &i->url;
	d->id = &i->id;
	d->rights = &i->rights;
	d->language = &i->language;
	d->published = &i->published;
	d->modified = &i->modified;
	d->authors = &i->authors;
	d->contributors = &i->contributors;
	d->categories = &i->categories;
	d->links = &i->links;
	d->is_explicit = &i->is_explicit;
}

bool draft_takes(struct draft *d, enum field field)
{
	if (d->rank <= d->ranks[field])
		return false;
	d->ranks[field] = (unsigned char)d->rank;
	return true;
}

/* A value that came to nothing has not been given. */
static void give_back(struct draft *d, enum field field, unsigned char rank)
{
	d->ranks[field] = rank;
}

struct slice draft_base(struct draft *d)
{
	return slice_copy(d->a, xml_base(d->x));
}

static struct slice html_of(struct draft *d)
{
	bool is_markup;

	return xml_content(d->x, &is_markup);
}

void draft_read_title(struct draft *d, int arg)
{
	unsigned char rank = d->ranks[FIELD_TITLE];

	(void)arg;
	if (!draft_takes(d, FIELD_TITLE))
		return;

	struct slice title = reading_title(d->r, d->a, html_of(d));

	if (title.len > 0)
		*d->title = title;
	else
		give_back(d, FIELD_TITLE, rank);
}

void draft_read_date(struct draft *d, int field)
{
	unsigned char rank = d->ranks[field];

	if (!draft_takes(d, (enum field)field))
		return;

	instant at = reading_date(d->r, xml_text(d->x));

	if (at == INSTANT_NONE)
		give_back(d, (enum field)field, rank);
	else if (field == FIELD_PUBLISHED)
		*d->published = at;
	else
		*d->modified = at;
}

/* --- content and summary */

void draft_set_body(
	struct draft *d, struct body *to, struct slice text, struct slice base, bool is_html)
{
	if (slice_trim(text).len == 0)
		return;
	to->text = slice_copy(d->a, text);
	to->base = base;
	to->is_html = is_html;
	to->rank = d->rank;
}

static void read_body(struct draft *d, struct body *to)
{
	struct slice base = draft_base(d);

	if (d->rank > to->rank)
		draft_set_body(d, to, html_of(d), base, true);
}

void draft_read_description(struct draft *d, int arg)
{
	(void)arg;
	read_body(d, &d->description);
}

void draft_read_content(struct draft *d, int arg)
{
	(void)arg;
	read_body(d, &d->content);
}

void draft_read_summary(struct draft *d, int arg)
{
	(void)arg;
	read_body(d, &d->summary);
}

static struct slice plain_of(struct draft *d, const struct body *b)
{
	return b->is_html ? reading_plain(d->r, d->a, b->text) : reading_text(d->r, d->a, b->text);
}

static void finish_summary(struct draft *d, const struct body *b)
{
	if (b->text.len == 0)
		return;
	d->item->summary = plain_of(d, b);
	if (b->is_html && sanitize_has_markup(b->text))
		d->item->summary_html = reading_html(d->r, d->a, b->text, b->base);
}

static void finish_item(struct draft *d)
{
	struct item *i = d->item;
	const struct body *content = d->content.text.len > 0 ? &d->content : &d->description;
	const struct body *summary = content == &d->content && d->description.text.len > 0
					     ? &d->description
					     : &d->summary;

	if (content->text.len > 0 && content->is_html)
		i->content_html = reading_html(d->r, d->a, content->text, content->base);
	else if (content->text.len > 0)
		i->content_text = reading_text(d->r, d->a, content->text);
	finish_summary(d, summary);
	if (i->url.len == 0)
		i->url = d->permalink;
	if (!i->has_geo && d->latitude.len > 0 && d->longitude.len > 0)
		draft_set_geo(d, d->latitude, d->longitude);
}

static void finish_head(struct draft *d)
{
	struct feed *f = d->feed;
	const struct body *b = d->description.text.len > 0 ? &d->description : &d->summary;

	if (f->description.len == 0 && b->text.len > 0)
		f->description = plain_of(d, b);
	if (f->updated == INSTANT_NONE)
		f->updated = f->published;
	if (d->period_s != NUMBER_NONE && f->update_interval_s == NUMBER_NONE)
		f->update_interval_s =
			d->period_s / (d->frequency == NUMBER_NONE ? 1 : d->frequency);
}

void draft_finish(struct draft *d)
{
	for (size_t i = 0; i < d->media.n; i++)
		reading_merge_attachment(d->r, d->a, &d->item->attachments, &d->media.at[i]);
	for (size_t i = 0; i < d->late_authors.n; i++)
		reading_add_person(d->r, d->a, d->authors, &d->late_authors.at[i]);
	for (size_t i = 0; i < d->source_authors.n && d->authors->n == 0; i++)
		reading_add_person(d->r, d->a, d->authors, &d->source_authors.at[i]);
	if (d->item != NULL)
		finish_item(d);
	else
		finish_head(d);
}

/* --- small values */

void draft_read_rights(struct draft *d, int arg)
{
	(void)arg;
	if (draft_takes(d, FIELD_RIGHTS))
		*d->rights = reading_title(d->r, d->a, html_of(d));
}

void draft_read_language(struct draft *d, int arg)
{
	(void)arg;
	if (draft_takes(d, FIELD_LANGUAGE))
		*d->language = reading_language(d->a, xml_text(d->x));
}

void draft_read_generator(struct draft *d, int arg)
{
	(void)arg;
	if (draft_takes(d, FIELD_GENERATOR))
		d->feed->generator = reading_title(d->r, d->a, html_of(d));
}

void draft_read_comments(struct draft *d, int arg)
{
	(void)arg;
	if (d->item->comments_url.len == 0) {
		struct slice base = draft_base(d);

		d->item->comments_url = reading_link(d->r, d->a, base, xml_text(d->x));
	}
}

void draft_set_geo(struct draft *d, struct slice latitude, struct slice longitude)
{
	double lat, lon;

	if (!draft_takes(d, FIELD_GEO))
		return;
	if (!reading_degrees(latitude, 90, &lat) || !reading_degrees(longitude, 180, &lon)) {
		d->ranks[FIELD_GEO] = 0;
		return;
	}
	d->item->has_geo = true;
	d->item->latitude = lat;
	d->item->longitude = lon;
}

void draft_set_image(struct draft *d, struct slice url)
{
	unsigned char rank = d->ranks[FIELD_IMAGE];
	struct slice absolute = reading_fetchable(d->r, d->a, xml_base(d->x), url);

	if (absolute.len == 0 || !draft_takes(d, FIELD_IMAGE)) {
		give_back(d, FIELD_IMAGE, absolute.len == 0 ? rank : d->ranks[FIELD_IMAGE]);
		return;
	}
	if (d->item != NULL)
		d->item->image = absolute;
	else
		d->feed->icon = absolute;
}

/* --- categories and links */

void draft_read_category(struct draft *d, int arg)
{
	struct category c = {{NULL, 0}, {NULL, 0}, {NULL, 0}};

	(void)arg;
	c.scheme = reading_line(d->r, d->a, xml_attribute(d->x, "domain"), LIMIT_URL_BYTES);
	c.term = reading_line(d->r, d->a, sanitize_line(d->a, html_of(d)), LIMIT_NAME_BYTES);
	reading_add_category(d->r, d->a, d->categories, &c);
}

void draft_add_link(struct draft *d, const struct link *l)
{
	reading_add_link(d->r, d->a, d->links, l);
}

void draft_read_link(struct draft *d, int arg)
{
	unsigned char rank = d->ranks[FIELD_URL];
	struct slice base = draft_base(d);
	struct slice href = xml_attribute(d->x, "href");
	struct link l = {.rel = SLICE("alternate"), .length = NUMBER_NONE};

	(void)arg;
	/* Some write Atom's link without its namespace. */
	if (href.len > 0) {
		draft_read_link_with_attributes(d, 0);
		return;
	}
	l.href = reading_link(d->r, d->a, base, xml_text(d->x));
	if (l.href.len == 0)
		return;
	draft_add_link(d, &l);
	if (draft_takes(d, FIELD_URL))
		*d->url = l.href;
	else
		give_back(d, FIELD_URL, d->ranks[FIELD_URL] > rank ? d->ranks[FIELD_URL] : rank);
}

static void add_enclosure(struct draft *d, const struct link *l)
{
	struct attachment t = {.url = l->href,
		.mime_type = l->type,
		.title = l->title,
		.size_in_bytes = l->length,
		.duration_in_seconds = NUMBER_NONE};

	if (d->item != NULL)
		draft_add_attachment(d, &t, false);
}

static bool is_page(struct slice type)
{
	return slice_starts_fold(type, "text/html") || slice_starts_fold(type, "application/xhtml");
}

/* rel=alternate: text/html before anything else, the first before the second. */
static void take_alternate(struct draft *d, const struct link *l)
{
	unsigned rank = d->rank;

	d->rank -= l->type.len == 0 || is_page(l->type) ? 0 : 1;
	if (draft_takes(d, FIELD_URL))
		*d->url = l->href;
	d->rank = rank;
}

static void take_relation(struct draft *d, const struct link *l)
{
	struct feed *f = d->feed;
	struct item *i = d->item;
	const struct slice rel = l->rel;

	if (slice_is_fold(rel, "alternate")) {
		take_alternate(d, l);
	} else if (i != NULL) {
		if (slice_is_fold(rel, "enclosure"))
			add_enclosure(d, l);
		else if (slice_is_fold(rel, "related") && i->external_url.len == 0)
			i->external_url = l->href;
		else if (slice_is_fold(rel, "replies") && is_page(l->type))
			i->comments_url = l->href;
		else if (slice_is_fold(rel, "replies") && i->comments_feed_url.len == 0)
			i->comments_feed_url = l->href;
	} else if (slice_is_fold(rel, "self")) {
		f->feed_url = f->feed_url.len > 0 ? f->feed_url : l->href;
	} else if (slice_is_fold(rel, "next")) {
		f->next_url = f->next_url.len > 0 ? f->next_url : l->href;
	} else if (slice_is_fold(rel, "prev-archive")) {
		f->prev_archive_url = f->prev_archive_url.len > 0 ? f->prev_archive_url : l->href;
	} else if (slice_is_fold(rel, "hub") && f == &d->r->feed) {
		reading_add_hub(d->r, SLICE("WebSub"), l->href);
	}
}

static struct slice attribute_line(struct draft *d, const char *name)
{
	return reading_line(d->r, d->a, xml_attribute(d->x, name), LIMIT_TITLE_BYTES);
}

/* "http://www.iana.org/assignments/relation/self" is "self" (RFC 4287 section 4.2.7.2). */
static struct slice short_relation(struct slice rel)
{
	static const char *const registries[] = {"http://www.iana.org/assignments/relation/",
		"http://www.iana.org/assignments/relation#"};

	for (size_t i = 0; i < COUNT(registries); i++)
		if (slice_starts_fold(rel, registries[i]))
			return slice_skip(rel, strlen(registries[i]));
	return rel;
}

void draft_read_link_with_attributes(struct draft *d, int arg)
{
	struct link l = {.length = NUMBER_NONE};
	struct slice href;

	(void)arg;
	l.rel = short_relation(attribute_line(d, "rel"));
	if (l.rel.len == 0)
		l.rel = SLICE("alternate");
	href = xml_attribute(d->x, "href");
	/* An empty one is the base, if it is there (RFC 3986 section 4.4). */
	if (href.at != NULL)
		l.href = url_resolve(d->a, xml_base(d->x), href, URL_LINK);
	l.type = attribute_line(d, "type");
	l.title = attribute_line(d, "title");
	l.hreflang = reading_language(d->a, xml_attribute(d->x, "hreflang"));
	l.length = reading_number(xml_attribute(d->x, "length"), 0, INT64_MAX);
	if (l.href.len == 0)
		return;
	draft_add_link(d, &l);
	take_relation(d, &l);
}

void draft_add_attachment(struct draft *d, const struct attachment *t, bool is_media)
{
	unsigned rank = d->rank;

	reading_add_attachment(d->r, d->a, is_media ? &d->media : &d->item->attachments, t);
	if (!slice_starts_fold(t->mime_type, "image/"))
		return;
	d->rank = DRAFT_RANK_PICTURE;
	if (draft_takes(d, FIELD_IMAGE))
		d->item->image = t->url;
	d->rank = rank;
}
