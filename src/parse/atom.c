/*
 * atom.c - Atom 0.3 and 1.0 (RFC 4287)
 */
#include "base/limits.h"
#include "parse/base64.h"
#include "parse/draft.h"
#include "parse/format.h"
#include "parse/sniff.h"

/* --- text constructs (RFC 4287 section 3.1, 4.1.3; Atom 0.3 section 3.1) */

static bool is_html_type(struct slice type)
{
	static const char *const types[] = {"html", "xhtml", "text/html", "text/xhtml",
		"application/xhtml+xml", "application/xhtml"};

	for (size_t i = 0; i < COUNT(types); i++)
		if (slice_is_fold(type, types[i]))
			return true;
	return false;
}

static bool is_text_type(struct slice type)
{
	return type.len == 0 || slice_is_fold(type, "text") || slice_is_fold(type, "plain") ||
	       slice_starts_fold(type, "text/");
}

static bool is_xml_type(struct slice type)
{
	return slice_ends(type, "+xml") || slice_ends(type, "/xml");
}

/*
 * The construct at hand: false where it is no text (a picture, say).  The text is borrowed from
 * the cursor, or made in d->a.
 */
static bool read_construct(struct draft *d, struct slice *text_out, bool *is_html_out)
{
	struct slice type = slice_copy(d->a, slice_trim(xml_attribute(d->x, "type")));
	struct slice mode = slice_copy(d->a, slice_trim(xml_attribute(d->x, "mode")));
	bool is_markup;

	type = slice_trim(slice_head(type, slice_find_byte(type, ';')));
	*text_out = xml_content(d->x, &is_markup);
	*is_html_out = is_markup || is_html_type(type);
	if (is_markup || slice_is_fold(mode, "escaped") || slice_is_fold(mode, "xml"))
		return true;
	if (!slice_is_fold(mode, "base64") &&
		(*is_html_out || is_text_type(type) || is_xml_type(type)))
		return true;
	if (!base64_decode(d->a, *text_out, text_out) ||
		!(is_text_type(type) || is_html_type(type)))
		return false;
	*text_out = slice_clean(d->a, *text_out);
	return true;
}

static void read_title(struct draft *d, int arg)
{
	struct slice text;
	bool is_html;

	(void)arg;
	if (!draft_takes(d, FIELD_TITLE) || !read_construct(d, &text, &is_html))
		return;
	*d->title = is_html ? reading_title(d->r, d->a, text)
			    : reading_line(d->r, d->a, text, LIMIT_TITLE_BYTES);
}

static void read_rights(struct draft *d, int arg)
{
	struct slice text;
	bool is_html;

	(void)arg;
	if (draft_takes(d, FIELD_RIGHTS) && read_construct(d, &text, &is_html))
		*d->rights = is_html ? reading_title(d->r, d->a, text)
				     : reading_line(d->r, d->a, text, LIMIT_TITLE_BYTES);
}

static void read_body(struct draft *d, struct body *to)
{
	struct slice text;
	struct slice base = draft_base(d);
	bool is_html;

	if (d->rank > to->rank && read_construct(d, &text, &is_html))
		draft_set_body(d, to, text, base, is_html);
}

static void read_content(struct draft *d, int arg)
{
	(void)arg;
	if (slice_starts_fold(slice_trim(xml_attribute(d->x, "type")), "multipart/"))
		element_read_children(d);
	else
		read_body(d, &d->content);
}

static void read_summary(struct draft *d, int arg)
{
	(void)arg;
	read_body(d, &d->summary);
}

/* --- the other elements */

static void read_id(struct draft *d, int arg)
{
	(void)arg;
	if (draft_takes(d, FIELD_ID))
		*d->id = reading_id(d->r, d->a, xml_text(d->x));
}

static void read_person_part(struct draft *d, struct person *p, struct slice base)
{
	if (slice_is_fold(xml_local(d->x), "name"))
		p->name = reading_line(d->r, d->a, xml_text(d->x), LIMIT_NAME_BYTES);
	else if (slice_is_fold(xml_local(d->x), "email"))
		p->email = reading_email(d->a, xml_text(d->x));
	else if (slice_is_fold(xml_local(d->x), "uri") || slice_is_fold(xml_local(d->x), "url") ||
		 slice_is_fold(xml_local(d->x), "homepage"))
		p->url = reading_link(d->r, d->a, base, xml_text(d->x));
}

/* A person construct; some hold nothing but a name. */
static void read_person(struct draft *d, int is_contributor)
{
	struct person p = {{NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
	size_t depth = xml_depth(d->x);
	bool has_parts = false;
	struct slice text = SLICE_NONE;

	for (;;) {
		enum xml_event event = xml_next(d->x);

		if (event == XML_DONE || xml_depth(d->x) < depth)
			break;
		if (event == XML_TEXT && text.len == 0 && xml_depth(d->x) == depth)
			text = slice_copy(d->a, slice_trim(xml_here(d->x)));
		if (event != XML_START)
			continue;
		has_parts = true;
		read_person_part(d, &p, draft_base(d));
	}
	if (!has_parts)
		p = draft_person(d, text);
	reading_add_person(d->r, d->a, is_contributor ? d->contributors : d->authors, &p);
}

static void read_category(struct draft *d, int arg)
{
	struct category c;

	(void)arg;
	c.term = reading_line(d->r, d->a, xml_attribute(d->x, "term"), LIMIT_NAME_BYTES);
	c.scheme = reading_line(d->r, d->a, xml_attribute(d->x, "scheme"), LIMIT_URL_BYTES);
	c.label = reading_line(d->r, d->a, xml_attribute(d->x, "label"), LIMIT_NAME_BYTES);
	reading_add_category(d->r, d->a, d->categories, &c);
}

/* logo is the icon, icon the favicon. */
static void read_picture(struct draft *d, int field)
{
	struct slice base = draft_base(d);
	struct slice *to = field == FIELD_ICON ? &d->feed->icon : &d->feed->favicon;

	if (draft_takes(d, (enum field)field))
		*to = reading_fetchable(d->r, d->a, base, xml_text(d->x));
}

/* An item's source is a small head of its own; its authors are the item's where it has none. */
static void read_source(struct draft *d, int arg)
{
	struct feed *f = arena_alloc(d->a, sizeof *f);
	struct draft inner;

	(void)arg;
	if (!draft_takes(d, FIELD_SOURCE))
		return;
	feed_init(f);
	draft_of_head(&inner, d->x, d->r, SPACE_ATOM, f, d->a);
	element_read_children(&inner);
	d->item->source = (struct origin){f->id, f->title, f->home_page_url, f->feed_url};
	d->source_authors = f->authors;
}

static const struct element rows[] = {
	{SPACE_ATOM, "title", 60, read_title, read_title, 0},
	{SPACE_ATOM, "id", 60, read_id, read_id, 0},
	{SPACE_ATOM, "link", 60, draft_read_link_with_attributes, draft_read_link_with_attributes,
		0},
	{SPACE_ATOM, "published", 60, draft_read_date, draft_read_date, FIELD_PUBLISHED},
	{SPACE_ATOM, "issued", 59, draft_read_date, draft_read_date, FIELD_PUBLISHED},
	{SPACE_ATOM, "created", 58, draft_read_date, draft_read_date, FIELD_PUBLISHED},
	{SPACE_ATOM, "updated", 60, draft_read_date, draft_read_date, FIELD_MODIFIED},
	{SPACE_ATOM, "modified", 60, draft_read_date, draft_read_date, FIELD_MODIFIED},
	{SPACE_ATOM, "content", 60, NULL, read_content, 0},
	{SPACE_ATOM, "summary", 60, NULL, read_summary, 0},
	{SPACE_ATOM, "subtitle", 60, read_summary, NULL, 0},
	{SPACE_ATOM, "tagline", 60, read_summary, NULL, 0},
	{SPACE_ATOM, "info", 40, read_summary, NULL, 0},
	{SPACE_ATOM, "author", 60, read_person, read_person, false},
	{SPACE_ATOM, "contributor", 60, read_person, read_person, true},
	{SPACE_ATOM, "category", 60, read_category, read_category, 0},
	{SPACE_ATOM, "rights", 60, read_rights, read_rights, 0},
	{SPACE_ATOM, "copyright", 60, read_rights, read_rights, 0},
	{SPACE_ATOM, "generator", 60, draft_read_generator, NULL, 0},
	{SPACE_ATOM, "icon", 60, read_picture, NULL, FIELD_FAVICON},
	{SPACE_ATOM, "logo", 60, read_picture, NULL, FIELD_ICON},
	{SPACE_ATOM, "source", 60, NULL, read_source, 0},
};
const struct element_table atom_elements = {rows, COUNT(rows)};

/* --- the document */

static void take_language(struct draft *d)
{
	struct slice language = reading_language(d->a, xml_language(d->x));

	d->rank = 20;
	if (language.len > 0 && draft_takes(d, FIELD_LANGUAGE))
		*d->language = language;
}

static void read_entry(struct xml *x, struct reading *r)
{
	struct item item;
	struct draft d;

	draft_of_item(&d, x, r, SPACE_ATOM, &item);
	take_language(&d);
	element_read_children(&d);
	draft_finish(&d);
	reading_item(r, &item);
}

static bool is_entry(const struct xml *x)
{
	return slice_is_fold(xml_local(x), "entry") &&
	       (xml_space(x) == SPACE_ATOM || xml_space(x) == SPACE_OWN);
}

static enum feed_format version_of(const struct opening *o)
{
	struct slice version = slice_trim(sniff_attribute(o->root_tag, "version"));
	bool is_old = slice_starts(version, "0.") ||
		      (o->root_space.len > 0 &&
			      slice_find(o->root_space, SLICE("2005/")) == o->root_space.len);

	return is_old ? FORMAT_ATOM_03 : FORMAT_ATOM_10;
}

static void read_feed(struct draft *head)
{
	size_t depth = xml_depth(head->x);

	take_language(head);
	while (!head->r->stopped && xml_child(head->x, depth)) {
		if (is_entry(head->x))
			read_entry(head->x, head->r);
		else
			element_read(head);
	}
	draft_finish(head);
}

enum parse_verdict atom_read(struct slice text, struct reading *r)
{
	struct xml *x = xml_open(text, r->opening->root_at, r);
	struct draft head;

	r->feed.format = version_of(r->opening);
	draft_of_head(&head, x, r, SPACE_ATOM, &r->feed, r->head);
	if (xml_next(x) == XML_START) {
		if (is_entry(x))
			read_entry(x, r);
		else
			read_feed(&head);
	}
	xml_close(&x);
	return PARSE_OK;
}
