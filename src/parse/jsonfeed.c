/*
 * jsonfeed.c - JSON Feed 1.0 and 1.1; jansson's door
 *
 * First the feed's members are loaded one by one and its items only found; where the version
 * says that it is a feed, the items are then loaded, read and freed one after the other.  So no
 * tree is larger than one item, and one that is broken takes no other with it.
 */
#include "parse/format.h"

#include "base/limits.h"
#include "parse/json_text.h"

#include <jansson.h>

#include <stdio.h>

struct document {
	struct reading *r;
	struct slice text;
	struct slice items; /* from its bracket on; empty: none */
	json_t *head;       /* the other members */
	struct buf mended;
	size_t lines_at; /* r->line is this place's */
};

static void set_line(struct document *d, size_t at)
{
	for (; d->lines_at < at; d->lines_at++)
		if (d->text.at[d->lines_at] == '\n')
			d->r->line++;
}

/* ---- loading ---- */

static void report_mended(struct reading *r, unsigned mended)
{
	static const struct {
		unsigned flag;
		const char *what;
	} rows[] = {
		{JSON_MENDED_CONTROL, "a control character within a JSON string"},
		{JSON_MENDED_ESCAPE, "an escape that JSON does not know"},
		{JSON_MENDED_COMMA, "a comma with nothing behind it"},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (mended & rows[i].flag)
			reading_mended(r, "%s", rows[i].what);
	if (mended & JSON_MENDED_SURROGATE)
		reading_problem(r, "half a character (a lone surrogate)");
}

/* A tree, or NULL and a problem. */
static json_t *load(struct document *d, const struct json_piece *piece, const char *what)
{
	json_error_t error;
	json_t *tree;

	if (!piece->is_whole) {
		d->r->feed.well_formed = false;
		reading_cut(d->r, "the document ends within %s", what);
		return NULL;
	}
	if (piece->text.len > LIMIT_JSON_BYTES || piece->values > LIMIT_JSON_VALUES ||
		piece->depth > LIMIT_DEPTH) {
		reading_cut(d->r, "%s is too large or too deep", what);
		return NULL;
	}
	buf_reset(&d->mended);
	report_mended(d->r, json_mend(piece->text, &d->mended));
	tree = json_loadb(d->mended.at, d->mended.len, JSON_DECODE_ANY, &error);
	if (tree == NULL)
		reading_mended(d->r, "%s that is no JSON: %s", what, error.text);
	return tree;
}

/* ---- values ---- */

/* A string, or a number as text, in `a`; else nothing. */
static struct slice text_of(struct arena *a, const json_t *value)
{
	char digits[24];

	if (json_is_string(value))
		return slice_copy(
			a, slice_from(json_string_value(value), json_string_length(value)));
	if (!json_is_integer(value))
		return SLICE_NONE;
	(void)snprintf(digits, sizeof digits, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	return slice_copy(a, slice_of(digits));
}

/*
 * Readers: `value` of a member into the field `to` of the feed or item, whose memory is `a`.
 */
static void read_title(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	*(struct slice *)to = reading_title(r, a, text_of(a, value));
}

/* Said to be plain, at times HTML all the same. */
static void read_plain(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	*(struct slice *)to = reading_plain(r, a, text_of(a, value));
}

static void read_text(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	*(struct slice *)to = reading_text(r, a, text_of(a, value));
}

static void read_html(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	*(struct slice *)to = reading_html(r, a, text_of(a, value), r->base);
}

static void read_id(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	*(struct slice *)to = reading_id(r, a, text_of(a, value));
}

static void read_link(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	struct slice ref = text_of(a, value);

	/* An empty reference is the document itself (RFC 3986 section 5.2.2): not meant here. */
	*(struct slice *)to = ref.len > 0 ? reading_link(r, a, r->base, ref) : SLICE_NONE;
}

static void read_fetchable(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	struct slice ref = text_of(a, value);

	*(struct slice *)to = ref.len > 0 ? reading_fetchable(r, a, r->base, ref) : SLICE_NONE;
}

static void read_language(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	(void)r;
	*(struct slice *)to = reading_language(a, text_of(a, value));
}

static void read_date(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	*(instant *)to = reading_date(r, text_of(a, value));
}

static void read_flag(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	(void)r, (void)a;
	if (json_is_boolean(value))
		*(enum tristate *)to = json_is_true(value) ? TRI_TRUE : TRI_FALSE;
}

/* An object; a bare string is a name. */
static void add_person(
	struct reading *r, struct arena *a, const json_t *value, struct person_list *to)
{
	const json_t *name = json_is_object(value) ? json_object_get(value, "name") : value;
	struct person p = {
		.name = reading_line(r, a, text_of(a, name), LIMIT_NAME_BYTES),
	};

	read_link(r, a, json_object_get(value, "url"), &p.url);
	read_fetchable(r, a, json_object_get(value, "avatar"), &p.avatar);
	if (p.name.len + p.url.len + p.avatar.len > 0 && to->n < LIMIT_PERSONS)
		*ARENA_PUSH(a, to) = p;
}

/* 1.1's `authors`; as an object too, as some write it. */
static void read_authors(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	if (!json_is_array(value))
		add_person(r, a, value, to);
	for (size_t i = 0; i < json_array_size(value); i++)
		add_person(r, a, json_array_get(value, i), to);
}

/* 1.0's `author` counts where there are no `authors`. */
static void read_author(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	const struct person_list *list = to;

	if (list->n == 0)
		read_authors(r, a, value, to);
}

static void add_tag(struct reading *r, struct arena *a, struct slice text, struct category_list *to)
{
	struct category c = {.term = reading_line(r, a, text, LIMIT_NAME_BYTES)};

	reading_add_category(r, a, to, &c);
}

/* A list of strings; as one string with commas too, as some write it. */
static void read_tags(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	struct slice rest = text_of(a, value);
	struct slice tag;

	for (size_t i = 0; i < json_array_size(value); i++)
		add_tag(r, a, text_of(a, json_array_get(value, i)), to);
	while (slice_cut(&rest, ',', &tag))
		add_tag(r, a, tag, to);
}

static void read_attachment(
	struct reading *r, struct arena *a, const json_t *value, struct attachment_list *to)
{
	struct slice size = text_of(a, json_object_get(value, "size_in_bytes"));
	struct slice duration = text_of(a, json_object_get(value, "duration_in_seconds"));
	struct attachment t = {
		.size_in_bytes = reading_number(size, 0, INT64_MAX),
		.duration_in_seconds = reading_duration(duration),
	};

	read_fetchable(r, a, json_object_get(value, "url"), &t.url);
	read_title(r, a, json_object_get(value, "title"), &t.title);
	t.mime_type = reading_line(
		r, a, text_of(a, json_object_get(value, "mime_type")), LIMIT_NAME_BYTES);
	if (t.url.len > 0)
		reading_add_attachment(r, a, to, &t);
	else if (t.mime_type.len > 0 && to->n < LIMIT_ATTACHMENTS)
		*ARENA_PUSH(a, to) = t; /* its address is missing, and that it is there is told */
}

static void read_attachments(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		read_attachment(r, a, json_array_get(value, i), to);
}

static void read_hubs(struct reading *r, struct arena *a, const json_t *value, void *to)
{
	(void)to;
	for (size_t i = 0; i < json_array_size(value); i++) {
		const json_t *hub = json_array_get(value, i);
		struct slice url = SLICE_NONE;

		read_fetchable(r, a, json_object_get(hub, "url"), &url);
		reading_add_hub(r,
			reading_line(
				r, a, text_of(a, json_object_get(hub, "type")), LIMIT_NAME_BYTES),
			url);
	}
}

struct member {
	const char *name;
	void (*read)(struct reading *r, struct arena *a, const json_t *value, void *to);
	size_t offset;
};

static const struct member feed_members[] = {
	{"title", read_title, offsetof(struct feed, title)},
	{"home_page_url", read_link, offsetof(struct feed, home_page_url)},
	{"feed_url", read_fetchable, offsetof(struct feed, feed_url)},
	{"description", read_plain, offsetof(struct feed, description)},
	{"next_url", read_fetchable, offsetof(struct feed, next_url)},
	{"icon", read_fetchable, offsetof(struct feed, icon)},
	{"favicon", read_fetchable, offsetof(struct feed, favicon)},
	{"authors", read_authors, offsetof(struct feed, authors)},
	{"author", read_author, offsetof(struct feed, authors)},
	{"language", read_language, offsetof(struct feed, language)},
	{"expired", read_flag, offsetof(struct feed, expired)},
	{"hubs", read_hubs, offsetof(struct feed, hubs)},
};

static const struct member item_members[] = {
	{"id", read_id, offsetof(struct item, id)},
	{"url", read_link, offsetof(struct item, url)},
	{"external_url", read_link, offsetof(struct item, external_url)},
	{"title", read_title, offsetof(struct item, title)},
	{"content_html", read_html, offsetof(struct item, content_html)},
	{"content_text", read_text, offsetof(struct item, content_text)},
	{"summary", read_plain, offsetof(struct item, summary)},
	{"image", read_fetchable, offsetof(struct item, image)},
	{"banner_image", read_fetchable, offsetof(struct item, banner_image)},
	{"date_published", read_date, offsetof(struct item, published)},
	{"date_modified", read_date, offsetof(struct item, modified)},
	{"authors", read_authors, offsetof(struct item, authors)},
	{"author", read_author, offsetof(struct item, authors)},
	{"tags", read_tags, offsetof(struct item, categories)},
	{"language", read_language, offsetof(struct item, language)},
	{"attachments", read_attachments, offsetof(struct item, attachments)},
};

static void read_members(struct reading *r, struct arena *a, const json_t *from,
	const struct member *members, size_t n, void *noun)
{
	for (size_t i = 0; i < n; i++) {
		const json_t *value = json_object_get(from, members[i].name);

		if (value != NULL && !json_is_null(value))
			members[i].read(r, a, value, (char *)noun + members[i].offset);
	}
}

/* ---- the document ---- */

/* The member whose name is `key` and whose value begins at `*at`. */
static void take_member(struct document *d, const json_t *key, size_t *at)
{
	struct json_piece value = json_skip(d->text, at);
	bool is_items = strcmp(json_string_value(key), "items") == 0;
	json_t *tree;

	if (is_items && d->items.len == 0 && slice_starts(value.text, "[")) {
		d->items = value.text;
		return;
	}
	tree = load(d, &value, is_items ? "a list of items" : "a member of the feed");
	if (tree != NULL)
		json_object_set_new(d->head, json_string_value(key), tree);
}

/* The name at `*at` and its colon, as a string; NULL, and `*at` moved on, where there is none. */
static json_t *take_key(struct document *d, size_t *at)
{
	struct json_piece piece = json_skip(d->text, at);
	json_t *key = NULL;

	if (piece.text.len == 0)
		++*at;
	else if (piece.text.at[0] == '"')
		key = load(d, &piece, "a name");
	if (key != NULL && json_space(d->text, at) == ':') {
		++*at;
		return key;
	}
	if (piece.is_whole)
		reading_mended(d->r, "something that is no member of a JSON object");
	json_decref(key);
	return NULL;
}

/* One member, or something else, at `*at`. */
static void walk_member(struct document *d, size_t *at)
{
	json_t *key = take_key(d, at);

	if (key != NULL)
		take_member(d, key, at);
	json_decref(key);
}

/* All members: to `head`, or `items`. */
static void walk_members(struct document *d)
{
	size_t at = 0;
	size_t n = 0;
	char c;

	json_space(d->text, &at);
	at++; /* its bracket */
	while ((c = json_space(d->text, &at)) != '}' && c != '\0' && n < LIMIT_JSON_MEMBERS) {
		set_line(d, at);
		if (c == ',') {
			at++;
			continue;
		}
		walk_member(d, &at);
		n++;
	}
	if (c == '\0') {
		d->r->feed.well_formed = false;
		reading_cut(d->r, "the document has no end");
	} else if (c != '}') {
		reading_cut(d->r, "a feed of more than %d members", LIMIT_JSON_MEMBERS);
	} else if (++at, json_space(d->text, &at) != '\0') {
		reading_mended(d->r, "something follows the feed");
	}
}

/* One of the items; false where it is none. */
static bool take_item(struct document *d, const struct json_piece *piece)
{
	struct reading *r = d->r;
	struct item i;
	json_t *tree;
	bool is_item;

	if (!slice_starts(piece->text, "{")) {
		reading_mended(r, "something that is no item");
		return false;
	}
	tree = load(d, piece, "an item");
	is_item = json_object_size(tree) > 0;
	if (is_item) {
		item_init(&i);
		read_members(r, r->item, tree, item_members, COUNT(item_members), &i);
		reading_item(r, &i);
	} else if (tree != NULL) {
		reading_problem(r, "an item that says nothing");
	}
	json_decref(tree);
	return is_item;
}

static void walk_items(struct document *d)
{
	size_t offset = d->items.len > 0 ? (size_t)(d->items.at - d->text.at) : 0;
	size_t at = 1;
	size_t others = 0;
	char c;

	d->lines_at = 0;
	d->r->line = 1;
	while ((c = json_space(d->items, &at)) != ']' && c != '\0' && !d->r->stopped) {
		struct json_piece piece;

		set_line(d, offset + at);
		if (c == ',') {
			at++;
			continue;
		}
		piece = json_skip(d->items, &at);
		at += piece.text.len == 0;
		if (!take_item(d, &piece) && ++others == LIMIT_ITEMS) {
			reading_cut(d->r, "too much that is no item");
			return;
		}
	}
}

/* The format that `version` names, or FORMAT_UNKNOWN. */
static enum feed_format format_of(const json_t *version)
{
	struct slice text = slice_of(json_string_value(version));
	struct slice mark = SLICE("jsonfeed.org/version/");
	size_t at = slice_find(text, mark);

	if (at == text.len)
		return FORMAT_UNKNOWN;
	text = slice_trim(slice_skip(text, at + mark.len));
	return slice_is(text, "1") || slice_is(text, "1/") || slice_is(text, "1.0")
		       ? FORMAT_JSON_10
		       : FORMAT_JSON_11;
}

enum parse_verdict jsonfeed_read(struct slice text, struct reading *r)
{
	struct document d = {.r = r, .text = text, .head = json_object()};
	enum parse_verdict verdict = PARSE_OK;
	size_t at = 0;

	buf_init(&d.mended, 2 * LIMIT_JSON_BYTES + 2);
	r->line = 1;
	if (json_space(text, &at) == '{')
		walk_members(&d);
	r->feed.format = format_of(json_object_get(d.head, "version"));
	if (r->feed.format == FORMAT_UNKNOWN) {
		verdict = reading_refuse(r, PARSE_NO_FEED, "JSON, but no JSON Feed");
	} else {
		walk_items(&d);
		r->line = 0;
		read_members(r, r->head, d.head, feed_members, COUNT(feed_members), &r->feed);
	}
	json_decref(d.head);
	buf_clear(&d.mended);
	return verdict;
}

void jsonfeed_warm_up(void)
{
	json_decref(json_object());
}
