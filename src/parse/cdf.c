/*
 * cdf.c - Channel Definition Format (https://www.w3.org/TR/NOTE-CDFsubmit.html)
 */
#include "base/limits.h"
#include "parse/draft.h"
#include "parse/format.h"

static struct slice address_of(struct draft *d)
{
	return reading_link(d->r, d->a, xml_base(d->x), xml_attribute(d->x, "HREF"));
}

static void read_logo(struct draft *d)
{
	struct slice style = slice_trim(xml_attribute(d->x, "STYLE"));
	struct slice url =
		reading_fetchable(d->r, d->a, xml_base(d->x), xml_attribute(d->x, "HREF"));

	if (d->item != NULL)
		d->item->image = url;
	else if (slice_is_fold(style, "ICON"))
		d->feed->favicon = url;
	else
		d->feed->icon = url;
}

/* A title, an abstract, a logo or an address, of the channel or of an item. */
static void read_part(struct draft *d)
{
	d->rank = ELEMENT_OWN_RANK;
	if (xml_is(d->x, SPACE_OWN, "TITLE")) {
		draft_read_title(d, 0);
	} else if (xml_is(d->x, SPACE_OWN, "ABSTRACT")) {
		draft_read_summary(d, 0);
	} else if (xml_is(d->x, SPACE_OWN, "LOGO")) {
		read_logo(d);
	} else if (xml_is(d->x, SPACE_OWN, "A")) {
		*d->url = d->url->len > 0 ? *d->url : address_of(d);
	} else {
		element_read(d);
	}
}

/* BASE is CDF's own xml:base. */
static void take_base(struct draft *d)
{
	struct slice base =
		reading_fetchable(d->r, d->r->head, xml_base(d->x), xml_attribute(d->x, "BASE"));

	if (base.len > 0 && base.len <= LIMIT_BASE_BYTES)
		xml_set_base(d->x, base);
}

static void read_address(struct draft *d)
{
	struct link l = {.rel = SLICE("alternate"), .length = NUMBER_NONE};

	*d->url = l.href = address_of(d);
	draft_add_link(d, &l);
}

static void read_item(struct xml *x, struct reading *r)
{
	struct item item;
	struct draft d;
	size_t depth = xml_depth(x);

	draft_of_item(&d, x, r, SPACE_OWN, &item);
	read_address(&d);
	*d.modified = reading_date(r, xml_attribute(x, "LASTMOD"));
	while (xml_child(x, depth))
		read_part(&d);
	draft_finish(&d);
	reading_item(r, &item);
}

/* A channel may hold channels: their items are its own. */
static void read_channel(struct draft *head)
{
	struct xml *x = head->x;
	size_t depth = xml_depth(x);

	while (!head->r->stopped && xml_child(x, depth)) {
		if (xml_is(x, SPACE_OWN, "ITEM"))
			read_item(x, head->r);
		else if (xml_is(x, SPACE_OWN, "CHANNEL"))
			read_channel(head);
		else if (depth == 1)
			read_part(head);
	}
}

enum parse_verdict cdf_read(struct slice text, struct reading *r)
{
	struct xml *x = xml_open(text, r->opening->root_at, r);
	struct draft head;

	r->feed.format = FORMAT_CDF;
	draft_of_head(&head, x, r, SPACE_OWN, &r->feed, r->head);
	if (xml_next(x) == XML_START) {
		take_base(&head);
		read_address(&head);
		*head.modified = reading_date(r, xml_attribute(x, "LASTMOD"));
		read_channel(&head);
		draft_finish(&head);
	}
	xml_close(&x);
	return PARSE_OK;
}
