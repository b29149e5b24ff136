/*
 * wire_fields.c - the number and the kind of every field, for ever
 *
 * The store keeps items by these numbers: none is ever changed or used again.  A new field takes
 * the next number at the end of its table; a field that goes out of use leaves its row.
 */
#include "feed/wire_fields.h"

#include "base/limits.h"

/* HTML is cut to LIMIT_HTML_BYTES before its text is escaped and its links made absolute. */
#define MARKUP_BYTES ((size_t)LIMIT_ANSWER_FACTOR * LIMIT_HTML_BYTES)

#define NAME_OF(noun, member)               LINE, offsetof(struct noun, member), LIMIT_NAME_BYTES, NULL
#define TITLE_OF(noun, member)              LINE, offsetof(struct noun, member), LIMIT_TITLE_BYTES, NULL
#define ID_OF(noun, member)                 LINE, offsetof(struct noun, member), LIMIT_ID_BYTES, NULL
#define TEXT_OF(noun, member)               TEXT, offsetof(struct noun, member), LIMIT_TEXT_BYTES, NULL
#define ADDRESS_OF(noun, member)            ADDRESS, offsetof(struct noun, member), LIMIT_URL_BYTES, NULL
#define MARKUP_OF(noun, member)             MARKUP, offsetof(struct noun, member), MARKUP_BYTES, NULL
#define NUMBER_OF(noun, member)             NUMBER, offsetof(struct noun, member), 0, NULL
#define INSTANT_OF(noun, member)            INSTANT, offsetof(struct noun, member), 0, NULL
#define FLAG_OF(noun, member)               FLAG, offsetof(struct noun, member), 1, NULL
#define TRI_OF(noun, member)                CHOICE, offsetof(struct noun, member), TRI_TRUE, NULL
#define NOUN_OF(noun, member, shape)        NOUN, offsetof(struct noun, member), 0, &(shape)
#define NOUNS_OF(noun, member, most, shape) NOUNS, offsetof(struct noun, member), most, &(shape)
#define LINES_OF(noun, member, most)        LINES, offsetof(struct noun, member), most, NULL

/* clang-format off */
static const struct wire_field person_fields[] = {
	{1, NAME_OF(person, name)},
	{2, ADDRESS_OF(person, url)},
	{3, ADDRESS_OF(person, avatar)},
	{4, NAME_OF(person, email)},
};
static const struct wire_shape person_shape = {
	person_fields, COUNT(person_fields), sizeof(struct person)};

static const struct wire_field link_fields[] = {
	{1, NAME_OF(link, rel)},
	{2, ADDRESS_OF(link, href)},
	{3, NAME_OF(link, type)},
	{4, TITLE_OF(link, title)},
	{5, NAME_OF(link, hreflang)},
	{6, NUMBER_OF(link, length)},
};
static const struct wire_shape link_shape = {link_fields, COUNT(link_fields), sizeof(struct link)};

static const struct wire_field category_fields[] = {
	{1, NAME_OF(category, term)},
	{2, ADDRESS_OF(category, scheme)},
	{3, NAME_OF(category, label)},
};
static const struct wire_shape category_shape = {
	category_fields, COUNT(category_fields), sizeof(struct category)};

static const struct wire_field attachment_fields[] = {
	{1, ADDRESS_OF(attachment, url)},
	{2, NAME_OF(attachment, mime_type)},
	{3, TITLE_OF(attachment, title)},
	{4, NUMBER_OF(attachment, size_in_bytes)},
	{5, NUMBER_OF(attachment, duration_in_seconds)},
};
static const struct wire_shape attachment_shape = {
	attachment_fields, COUNT(attachment_fields), sizeof(struct attachment)};

static const struct wire_field hub_fields[] = {
	{1, NAME_OF(hub, type)},
	{2, ADDRESS_OF(hub, url)},
};
static const struct wire_shape hub_shape = {hub_fields, COUNT(hub_fields), sizeof(struct hub)};

static const struct wire_field origin_fields[] = {
	{1, ID_OF(origin, id)},
	{2, TITLE_OF(origin, title)},
	{3, ADDRESS_OF(origin, url)},
	{4, ADDRESS_OF(origin, feed_url)},
};
static const struct wire_shape origin_shape = {
	origin_fields, COUNT(origin_fields), sizeof(struct origin)};

static const struct wire_field image_fields[] = {
	{1, ADDRESS_OF(image, url)},
	{2, TITLE_OF(image, title)},
	{3, ADDRESS_OF(image, link)},
	{4, NUMBER_OF(image, width)},
	{5, NUMBER_OF(image, height)},
};
static const struct wire_shape image_shape = {image_fields, COUNT(image_fields), sizeof(struct image)};

static const struct wire_field item_fields[] = {
	{1, ID_OF(item, id)},
	{2, FLAG_OF(item, id_is_given)},
	{3, ADDRESS_OF(item, url)},
	{4, ADDRESS_OF(item, external_url)},
	{5, TITLE_OF(item, title)},
	{6, MARKUP_OF(item, content_html)},
	{7, TEXT_OF(item, content_text)},
	{8, TEXT_OF(item, summary)},
	{9, MARKUP_OF(item, summary_html)},
	{10, ADDRESS_OF(item, image)},
	{11, ADDRESS_OF(item, banner_image)},
	{12, INSTANT_OF(item, published)},
	{13, INSTANT_OF(item, modified)},
	{14, NOUNS_OF(item, authors, LIMIT_PERSONS, person_shape)},
	{15, NOUNS_OF(item, contributors, LIMIT_PERSONS, person_shape)},
	{16, NOUNS_OF(item, categories, LIMIT_CATEGORIES, category_shape)},
	{17, NAME_OF(item, language)},
	{18, NOUNS_OF(item, attachments, LIMIT_ATTACHMENTS, attachment_shape)},
	{19, NOUNS_OF(item, links, LIMIT_LINKS, link_shape)},
	{20, TEXT_OF(item, rights)},
	{21, ADDRESS_OF(item, comments_url)},
	{22, ADDRESS_OF(item, comments_feed_url)},
	{23, NUMBER_OF(item, comments_count)},
	{24, NOUN_OF(item, source, origin_shape)},
	{25, PLACE, offsetof(struct item, has_geo), 0, NULL},
	{26, LINES_OF(item, in_reply_to, LIMIT_LINKS)},
	{27, TRI_OF(item, guid_is_permalink)},
	{28, TRI_OF(item, is_explicit)},
	{29, NUMBER_OF(item, duration_in_seconds)},
};
const struct wire_shape wire_item_shape = {item_fields, COUNT(item_fields), sizeof(struct item)};

static const struct wire_field feed_fields[] = {
	{1, CHOICE, offsetof(struct feed, format), FORMAT_COUNT - 1, NULL},
	{2, NAME_OF(feed, encoding)},
	{3, FLAG_OF(feed, well_formed)},
	{4, FLAG_OF(feed, complete)},
	{5, FLAG_OF(feed, is_complete_set)},
	{6, FLAG_OF(feed, is_archive)},
	{7, LINES_OF(feed, problems, LIMIT_PROBLEMS)},
	{8, TITLE_OF(feed, title)},
	{9, ADDRESS_OF(feed, home_page_url)},
	{10, ADDRESS_OF(feed, feed_url)},
	{11, ADDRESS_OF(feed, next_url)},
	{12, ADDRESS_OF(feed, prev_archive_url)},
	{13, TEXT_OF(feed, description)},
	{14, ADDRESS_OF(feed, icon)},
	{15, ADDRESS_OF(feed, favicon)},
	{16, NAME_OF(feed, language)},
	{17, NOUNS_OF(feed, authors, LIMIT_PERSONS, person_shape)},
	{18, NOUNS_OF(feed, contributors, LIMIT_PERSONS, person_shape)},
	{19, NOUN_OF(feed, webmaster, person_shape)},
	{20, NOUN_OF(feed, editor, person_shape)},
	{21, NOUNS_OF(feed, hubs, LIMIT_LINKS, hub_shape)},
	{22, TRI_OF(feed, expired)},
	{23, TRI_OF(feed, is_explicit)},
	{24, ID_OF(feed, id)},
	{25, INSTANT_OF(feed, published)},
	{26, INSTANT_OF(feed, updated)},
	{27, TEXT_OF(feed, rights)},
	{28, TEXT_OF(feed, generator)},
	{29, NOUNS_OF(feed, categories, LIMIT_CATEGORIES, category_shape)},
	{30, NOUNS_OF(feed, links, LIMIT_LINKS, link_shape)},
	{31, NOUN_OF(feed, image, image_shape)},
	{32, NUMBER_OF(feed, update_interval_s)},
	{33, BITS32, offsetof(struct feed, skip_hours), (1U << 24) - 1, NULL},
	{34, BITS8, offsetof(struct feed, skip_days), (1U << 7) - 1, NULL},
};
const struct wire_shape wire_feed_shape = {feed_fields, COUNT(feed_fields), sizeof(struct feed)};
/* clang-format on */
