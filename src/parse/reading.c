/*
 * reading.c - one document being read: what all formats' readers share
 */
#include "parse/reading.h"

#include "base/digest.h"
#include "base/limits.h"
#include "base/url.h"
#include "parse/date.h"
#include "parse/sanitize.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOWN_BYTES 60 /* of a value that a problem is about */

/* What is clean already comes back as it was: then it is borrowed from a stranger still. */
static struct slice owned(struct arena *a, struct slice s, struct slice from)
{
	bool is_borrowed = (uintptr_t)s.at >= (uintptr_t)from.at &&
			   (uintptr_t)s.at <= (uintptr_t)from.at + from.len;

	return is_borrowed ? slice_copy(a, s) : s;
}

/* --- problems */

static void add_problem(struct reading *r, const char *format, va_list args)
{
	char text[LIMIT_PROBLEM_BYTES];
	int n = 0;

	if (r->feed.problems.n >= LIMIT_PROBLEMS)
		return;
	if (r->line > 0)
		n = snprintf(text, sizeof text, "line %zu: ", r->line);
	vsnprintf(text + n, sizeof text - (size_t)n, format, args);
	*ARENA_PUSH(r->head, &r->feed.problems) =
		owned(r->head, slice_line(r->head, slice_of(text)), slice_of(text));
}

void reading_problem(struct reading *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_problem(r, format, args);
	va_end(args);
}

void reading_mended(struct reading *r, const char *format, ...)
{
	va_list args;

	r->feed.well_formed = false;
	va_start(args, format);
	add_problem(r, format, args);
	va_end(args);
}

void reading_cut(struct reading *r, const char *format, ...)
{
	va_list args;

	r->feed.complete = false;
	va_start(args, format);
	add_problem(r, format, args);
	va_end(args);
}

enum parse_verdict reading_refuse(struct reading *r, enum parse_verdict v, const char *format, ...)
{
	char text[sizeof r->why->text];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);

	struct slice line = slice_utf8_head(slice_line(r->head, slice_of(text)), sizeof text - 1);

	memcpy(r->why->text, line.at != NULL ? line.at : "", line.len);
	r->why->text[line.len] = '\0';
	return v;
}

/* --- items */

/* What an item without an id and an address says of itself, so that it is known again. */
static struct slice digest_id(struct reading *r, const struct item *i)
{
	char hex[DIGEST_HEX_BYTES], text[16 + DIGEST_HEX_BYTES];
	char when[INSTANT_TEXT_BYTES] = "";
	struct slice parts[] = {i->title, i->content_html, i->content_text, i->summary, SLICE_NONE,
		i->attachments.n > 0 ? i->attachments.at[0].url : SLICE_NONE, i->external_url};

	if (i->title.len == 0 && i->content_html.len == 0 && i->summary.len == 0 &&
		i->published != INSTANT_NONE)
		instant_put_rfc3339(when, i->published);
	parts[4] = slice_of(when);

	/* Left away where it is empty: the ids of items without one were made before it counted. */
	struct digest d = digest_of(parts, COUNT(parts) - (i->external_url.len == 0));

	snprintf(text, sizeof text, "sha256:%s", digest_hex(hex, &d));
	return slice_copy(r->item, slice_of(text));
}

bool reading_item(struct reading *r, struct item *i)
{
	i->id_is_given = i->id.len > 0;
	if (i->id.len == 0)
		i->id = i->url.len > 0 ? slice_utf8_head(i->url, LIMIT_ID_BYTES) : digest_id(r, i);
	if (r->sink->item(r->sink->data, i) != 0) {
		r->sink_full = r->stopped = true;
		reading_cut(r, "there is no room for more items");
	} else if (++r->n_items == LIMIT_ITEMS) {
		r->stopped = true;
		reading_cut(r, "more than %d items", LIMIT_ITEMS);
	}
	arena_reset(r->item);
	r->over = NULL;
	return !r->stopped;
}

/* --- values */

static struct slice shortened(struct reading *r, struct slice text, size_t max, const char *what)
{
	if (text.len <= max)
		return text;
	reading_problem(r, "%s is too long and was cut", what);
	return slice_utf8_head(text, max);
}

struct slice reading_line(struct reading *r, struct arena *a, struct slice text, size_t max)
{
	struct slice line = slice_line(a, slice_utf8_head(text, LIMIT_TEXT_BYTES));

	/* Cutting may open a bidirectional control that was closed; slice_line closes it again. */
	if (line.len > max)
		line = slice_line(a, shortened(r, line, max - 16, "a line of text"));
	return owned(a, line, text);
}

struct slice reading_text(struct reading *r, struct arena *a, struct slice text)
{
	struct slice clean = slice_trim(slice_clean(a, text));

	return owned(a, shortened(r, clean, LIMIT_TEXT_BYTES, "a text"), text);
}

struct slice reading_title(struct reading *r, struct arena *a, struct slice html)
{
	return reading_line(r, a, sanitize_line(a, html), LIMIT_TITLE_BYTES);
}

struct slice reading_html(struct reading *r, struct arena *a, struct slice html, struct slice base)
{
	struct slice canonical = SLICE_NONE;

	switch (sanitize_html(a, html, base, &canonical)) {
	case SANITIZE_TOO_WILD:
		reading_problem(r, "markup that is too deep or too wild: read as text");
		break;
	case SANITIZE_CUT:
		reading_problem(r, "a content is too long and was cut");
		break;
	case SANITIZE_PLAIN:
	case SANITIZE_SOUP:
		break;
	}
	return canonical;
}

struct slice reading_escaped(struct reading *r, struct arena *a, struct slice text)
{
	return sanitize_escape(a, reading_text(r, a, text));
}

struct slice reading_plain(struct reading *r, struct arena *a, struct slice html)
{
	return shortened(r, slice_trim(sanitize_text(a, html)), LIMIT_TEXT_BYTES, "a text");
}

/* An empty reference would be the base itself: nobody means that. */
static struct slice resolved(struct arena *a, struct slice base, struct slice ref, enum url_use use)
{
	ref = slice_trim(ref);
	return ref.len > 0 ? url_resolve(a, base, ref, use) : SLICE_NONE;
}

struct slice reading_link(struct reading *r, struct arena *a, struct slice base, struct slice ref)
{
	(void)r;
	return resolved(a, base, ref, URL_LINK);
}

struct slice reading_fetchable(
	struct reading *r, struct arena *a, struct slice base, struct slice ref)
{
	(void)r;
	return resolved(a, base, ref, URL_FETCH);
}

instant reading_date(struct reading *r, struct slice text)
{
	instant at = INSTANT_NONE;
	struct slice shown = slice_utf8_head(slice_trim(text), SHOWN_BYTES);

	if (shown.len == 0)
		return INSTANT_NONE;
	switch (date_parse(text, &at)) {
	case DATE_OK:
		return at;
	case DATE_UNREADABLE:
		reading_problem(r, "a date that cannot be read: %.*s", SLICE_ARG(shown));
		break;
	case DATE_OUT_OF_RANGE:
		reading_problem(r, "a date out of range: %.*s", SLICE_ARG(shown));
		break;
	}
	return INSTANT_NONE;
}

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

struct slice reading_language(struct arena *a, struct slice text)
{
	struct slice tag = slice_copy(a, slice_trim(text));
	char *at = (char *)(uintptr_t)tag.at;
	size_t part = 0;

	if (tag.len == 0 || tag.len > 35)
		return SLICE_NONE;
	for (size_t i = 0; i < tag.len; i++) {
		if (at[i] == '_')
			at[i] = '-';
		if (at[i] == '-') {
			if (part == 0)
				return SLICE_NONE;
			part = 0;
		} else if (!is_alphanumeric(at[i]) || ++part > 8) {
			return SLICE_NONE;
		}
	}
	return part > 0 ? tag : SLICE_NONE;
}

int64_t reading_number(struct slice text, int64_t least, int64_t most)
{
	int64_t value;

	return slice_int(slice_trim(text), least, most, &value) ? value : NUMBER_NONE;
}

bool reading_degrees(struct slice text, double most, double *value_out)
{
	char room[32], *end;
	struct slice digits = slice_trim(text);

	if (digits.len == 0 || digits.len >= sizeof room)
		return false;
	for (size_t i = 0; i < digits.len; i++)
		if (strchr("+-.0123456789eE", digits.at[i]) == NULL || digits.at[i] == '\0')
			return false;
	memcpy(room, digits.at, digits.len);
	room[digits.len] = '\0';
	*value_out = strtod(room, &end);
	return *end == '\0' && *value_out >= -most && *value_out <= most;
}

int64_t reading_duration(struct slice text)
{
	int64_t seconds = 0;
	struct slice part, rest = slice_trim(text);
	int n = 0;

	rest = slice_head(rest, slice_find_byte(rest, '.'));
	while (slice_cut(&rest, ':', &part)) {
		int64_t value = reading_number(part, 0, INT64_C(1000000000));

		if (value == NUMBER_NONE || ++n > 3)
			return NUMBER_NONE;
		seconds = seconds * 60 + value;
	}
	return n > 0 ? seconds : NUMBER_NONE;
}

struct slice reading_id(struct reading *r, struct arena *a, struct slice text)
{
	char hex[DIGEST_HEX_BYTES];
	struct slice id = slice_line(a, text);

	if (id.len <= LIMIT_ID_BYTES)
		return owned(a, id, text);

	struct digest d = digest_bytes(id);
	struct slice head = slice_utf8_head(id, LIMIT_ID_BYTES - DIGEST_HEX_BYTES);
	char *at = arena_alloc(a, head.len + DIGEST_HEX_BYTES);

	reading_problem(r, "an id is too long");
	memcpy(at, head.at, head.len);
	memcpy(at + head.len, digest_hex(hex, &d), DIGEST_HEX_BYTES - 1);
	return slice_from(at, head.len + DIGEST_HEX_BYTES - 1);
}

struct slice reading_email(struct arena *a, struct slice text)
{
	struct slice email = slice_trim(text);
	size_t at;

	if (slice_starts_fold(email, "mailto:"))
		email = slice_skip(email, 7);
	at = slice_find_byte(email, '@');
	if (at == 0 || at + 1 >= email.len || email.len > 254 ||
		slice_find_byte(slice_skip(email, at + 1), '@') < email.len - at - 1)
		return SLICE_NONE;
	for (size_t i = 0; i < email.len; i++)
		if (email.at[i] <= ' ' || email.at[i] > '~' ||
			strchr("<>()[],;:\"\\", email.at[i]) != NULL)
			return SLICE_NONE;
	return slice_copy(a, email);
}

/* --- lists */

/* Is there room for one more in a list of n?  Where there is none, it is said once an item. */
static bool has_room(struct reading *r, size_t n, size_t max, const char *what)
{
	if (n == max && r->over != what)
		reading_problem(r, "more than %zu %s", max, what);
	r->over = n == max ? what : r->over;
	return n < max;
}

void reading_add_person(
	struct reading *r, struct arena *a, struct person_list *to, const struct person *p)
{
	if (p->name.len == 0 && p->email.len == 0 && p->url.len == 0 && p->avatar.len == 0)
		return;
	for (size_t i = 0; i < to->n; i++) {
		struct person *known = &to->at[i];

		if (!slice_equal(known->name, p->name) ||
			(known->email.len > 0 && p->email.len > 0 &&
				!slice_equal(known->email, p->email)) ||
			(known->url.len > 0 && p->url.len > 0 && !slice_equal(known->url, p->url)))
			continue;
		known->email = known->email.len > 0 ? known->email : p->email;
		known->url = known->url.len > 0 ? known->url : p->url;
		known->avatar = known->avatar.len > 0 ? known->avatar : p->avatar;
		return;
	}
	if (has_room(r, to->n, LIMIT_PERSONS, "persons"))
		*ARENA_PUSH(a, to) = *p;
}

void reading_add_category(
	struct reading *r, struct arena *a, struct category_list *to, const struct category *c)
{
	if ((c->term.len == 0 && c->label.len == 0) ||
		!has_room(r, to->n, LIMIT_CATEGORIES, "categories"))
		return;
	for (size_t i = 0; i < to->n; i++)
		if (slice_equal(to->at[i].term, c->term) &&
			slice_equal(to->at[i].scheme, c->scheme) &&
			slice_equal(to->at[i].label, c->label))
			return;
	*ARENA_PUSH(a, to) = *c;
}

void reading_add_link(
	struct reading *r, struct arena *a, struct link_list *to, const struct link *l)
{
	if (l->href.len > 0 && has_room(r, to->n, LIMIT_LINKS, "links"))
		*ARENA_PUSH(a, to) = *l;
}

void reading_add_attachment(
	struct reading *r, struct arena *a, struct attachment_list *to, const struct attachment *t)
{
	if (t->url.len > 0 && has_room(r, to->n, LIMIT_ATTACHMENTS, "attachments"))
		*ARENA_PUSH(a, to) = *t;
}

void reading_merge_attachment(
	struct reading *r, struct arena *a, struct attachment_list *to, const struct attachment *t)
{
	for (size_t i = 0; i < to->n; i++) {
		struct attachment *known = &to->at[i];

		if (!slice_equal(known->url, t->url))
			continue;
		if (known->mime_type.len == 0)
			known->mime_type = t->mime_type;
		if (known->title.len == 0)
			known->title = t->title;
		if (known->size_in_bytes == NUMBER_NONE)
			known->size_in_bytes = t->size_in_bytes;
		if (known->duration_in_seconds == NUMBER_NONE)
			known->duration_in_seconds = t->duration_in_seconds;
		return;
	}
	reading_add_attachment(r, a, to, t);
}

void reading_add_hub(struct reading *r, struct slice type, struct slice url)
{
	struct hub_list *hubs = &r->feed.hubs;

	for (size_t i = 0; i < hubs->n; i++)
		if (slice_equal(hubs->at[i].url, url))
			return;
	if (url.len > 0 && has_room(r, hubs->n, LIMIT_LINKS, "hubs"))
		*ARENA_PUSH(r->head, hubs) = (struct hub){type, url};
}
