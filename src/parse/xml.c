/*
 * xml.c - a cursor over a document; libxml2's door
 */
#include "parse/xml.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "parse/element.h"
#include "parse/gate.h"
#include "parse/xhtml.h"
#include "parse/xml_name.h"
#include "parse/reading.h"

#include <libxml/catalog.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
#include <stdlib.h>

#define PART_BYTES   (16U << 10)
#define GATHER_BYTES (LIMIT_HTML_BYTES + 2 * PART_BYTES) /* more of one element is cut */

struct attribute {
	const struct xml_name *name;
	size_t at, len; /* of the value, in `text` */
};

struct event {
	enum xml_event kind;
	const struct xml_name *name;
	size_t at, len; /* of text, in `text`; of attributes, in `attributes` */
	size_t line;
};

struct level {
	struct buf base_room, language_room;
	struct slice base, language;
};

struct xml {
	struct reading *r;
	struct gate *gate;
	xmlParserCtxtPtr parser;
	bool is_over; /* the gate has nothing left */
	size_t first_line, n_errors;
	size_t depth;
	struct buf part, text, gather;
	struct event *events;
	size_t n_events, cap_events, next;
	struct attribute *attributes;
	size_t n_attributes, cap_attributes;
	const struct event *here;
	struct xml_names names;
	struct level levels[LIMIT_DEPTH + 2];
	bool has_root, has_rss;
};

/* --- what libxml2 says */

static void *grown(void *at, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return at;
	*cap = *cap == 0 ? 256 : *cap * 2;

	void *more = realloc(at, *cap * size);

	if (more == NULL)
		die("out of memory");
	return more;
}

static struct event *push_event(struct xml *x, enum xml_event kind)
{
	x->events = grown(x->events, x->n_events, &x->cap_events, sizeof *x->events);

	struct event *e = &x->events[x->n_events++];

	*e = (struct event){
		.kind = kind, .line = x->first_line + (size_t)x->parser->input->line - 1};
	return e;
}

static void on_start(void *data, const xmlChar *local, const xmlChar *prefix,
	const xmlChar *address, int n_spaces, const xmlChar **spaces, int n_attributes,
	int n_defaulted, const xmlChar **a)
{
	struct xml *x = data;

	(void)n_spaces, (void)spaces, (void)n_defaulted;
	if (!x->has_root)
		x->names.root_space = prefix == NULL ? address : NULL;
	x->has_root = true;

	struct event *e = push_event(x, XML_START);

	e->name = xml_name_find(&x->names, local, prefix, address);
	x->has_rss = x->has_rss || (e->name->space == SPACE_OWN && address != NULL);
	e->at = x->n_attributes;
	e->len = (size_t)n_attributes;
	for (int i = 0; i < n_attributes; i++, a += 5) {
		x->attributes = grown(
			x->attributes, x->n_attributes, &x->cap_attributes, sizeof *x->attributes);

		struct attribute *to = &x->attributes[x->n_attributes++];

		to->name = xml_name_find(&x->names, a[0], a[1], a[2]);
		to->at = x->text.len;
		to->len = (size_t)(a[4] - a[3]);
		buf_put(&x->text, a[3], to->len);
	}
}

static void on_end(void *data, const xmlChar *local, const xmlChar *prefix, const xmlChar *address)
{
	(void)local, (void)prefix, (void)address;
	push_event(data, XML_END);
}

static void on_text(void *data, const xmlChar *text, int len)
{
	struct xml *x = data;
	struct event *e = x->n_events > 0 ? &x->events[x->n_events - 1] : NULL;

	if (e == NULL || e->kind != XML_TEXT) {
		e = push_event(x, XML_TEXT);
		e->at = x->text.len;
	}
	buf_put(&x->text, text, (size_t)len);
	e->len += (size_t)len;
}

static xmlEntityPtr no_entity(void *data, const xmlChar *name)
{
	(void)data, (void)name;
	return NULL;
}

/* The gate should leave nothing to complain of; what is left is said, and ends the reading. */
static void on_error(void *data, xmlErrorPtr error)
{
	struct xml *x = data;

	if (error->level < XML_ERR_ERROR)
		return;
	x->r->line = x->first_line + (size_t)error->line - 1;
	reading_mended(x->r, "%s", error->message != NULL ? error->message : "not well formed");
	if (++x->n_errors == LIMIT_XML_ERRORS) {
		reading_cut(x->r, "too much is not well formed");
		xmlStopParser(x->parser);
		x->is_over = true;
	}
}

static xmlParserInputPtr no_file(const char *address, const char *id, xmlParserCtxtPtr parser)
{
	(void)address, (void)id, (void)parser;
	return NULL;
}

void xml_warm_up(void)
{
	xmlInitParser();
	xmlSetExternalEntityLoader(no_file);
	xmlCatalogSetDefaults(XML_CATA_ALLOW_NONE);
}

static xmlParserCtxtPtr new_parser(struct xml *x)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.cdataBlock = on_text,
		.ignorableWhitespace = on_text,
		.getEntity = no_entity,
		.getParameterEntity = no_entity,
		.serror = on_error,
	};
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);

	if (parser == NULL)
		die("out of memory");
	xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_RECOVER | XML_PARSE_NOENT);
	xmlSwitchEncoding(parser, XML_CHAR_ENCODING_UTF8);
	return parser;
}

struct xml *xml_open(struct slice text, size_t root_at, struct reading *r)
{
	struct xml *x = arena_alloc(r->head, sizeof *x);

	xml_warm_up();
	x->r = r;
	x->gate = gate_new(text, root_at, r);
	x->first_line = gate_first_line(x->gate);
	x->parser = new_parser(x);
	buf_init(&x->part, SIZE_MAX / 2);
	buf_init(&x->text, SIZE_MAX / 2);
	buf_init(&x->gather, GATHER_BYTES);
	x->levels[0].base = r->base;
	return x;
}

void xml_close(struct xml **x)
{
	struct xml *old = *x;

	for (size_t i = 0; i < COUNT(old->levels); i++) {
		buf_clear(&old->levels[i].base_room);
		buf_clear(&old->levels[i].language_room);
	}
	xmlFreeParserCtxt(old->parser);
	xml_names_clear(&old->names);
	buf_clear(&old->part);
	buf_clear(&old->text);
	buf_clear(&old->gather);
	free(old->events);
	free(old->attributes);
	*x = NULL;
}

/* --- the cursor */

/* Parts are parsed until there is an event.  False: there is none left. */
static bool fill(struct xml *x)
{
	x->n_events = x->next = x->n_attributes = 0;
	buf_reset(&x->text);
	xml_names_trim(&x->names);
	while (x->n_events == 0 && !x->is_over) {
		buf_reset(&x->part);
		x->is_over = !gate_next(x->gate, &x->part, PART_BYTES);
		xmlParseChunk(
			x->parser, x->part.len > 0 ? x->part.at : "", (int)x->part.len, x->is_over);
	}
	return x->n_events > 0;
}

static struct slice value_of(const struct xml *x, const struct attribute *a)
{
	return slice_from(x->text.at + a->at, a->len);
}

static void set(struct buf *room, struct slice text, struct slice *out)
{
	buf_init(room, SIZE_MAX / 2);
	buf_put_slice(room, text);
	*out = buf_slice(room);
}

/* xml:base and xml:lang of the element at hand come into force. */
static void enter(struct xml *x)
{
	struct level *outer = &x->levels[x->depth], *inner = &x->levels[x->depth + 1];

	x->depth++;
	inner->base = outer->base;
	inner->language = outer->language;
	for (size_t i = 0; i < x->here->len; i++) {
		const struct attribute *a = &x->attributes[x->here->at + i];

		if (a->name->space != SPACE_XML)
			continue;
		if (slice_is(a->name->local, "lang")) {
			buf_clear(&inner->language_room);
			set(&inner->language_room, slice_head(value_of(x, a), LIMIT_NAME_BYTES),
				&inner->language);
		} else if (slice_is(a->name->local, "base")) {
			struct arena room = {NULL, 0};
			struct slice base =
				url_resolve(&room, outer->base, value_of(x, a), URL_FETCH);

			buf_clear(&inner->base_room);
			if (base.len > 0 && base.len <= LIMIT_BASE_BYTES)
				set(&inner->base_room, base, &inner->base);
			arena_clear(&room);
		}
	}
}

enum xml_event xml_next(struct xml *x)
{
	if (x->next == x->n_events && !fill(x))
		return XML_DONE;
	x->here = &x->events[x->next++];
	x->r->line = x->here->line;
	if (x->here->kind == XML_START)
		enter(x);
	else if (x->here->kind == XML_END)
		x->depth--;
	return x->here->kind;
}

size_t xml_depth(const struct xml *x)
{
	return x->depth;
}

enum space xml_space(const struct xml *x)
{
	return x->here->name->space;
}

struct slice xml_local(const struct xml *x)
{
	return x->here->name->local;
}

const struct element *xml_element(const struct xml *x)
{
	return x->here->name->element;
}

bool xml_is(const struct xml *x, enum space space, const char *local)
{
	return xml_space(x) == space && slice_is_fold(xml_local(x), local);
}

struct slice xml_attribute_in(const struct xml *x, enum space space, const char *local)
{
	for (size_t i = 0; i < x->here->len; i++) {
		const struct attribute *a = &x->attributes[x->here->at + i];

		if (a->name->space == space && slice_is_fold(a->name->local, local))
			return value_of(x, a);
	}
	return SLICE_NONE;
}

struct slice xml_attribute(const struct xml *x, const char *local)
{
	return xml_attribute_in(x, SPACE_OWN, local);
}

struct slice xml_base(const struct xml *x)
{
	return x->levels[x->depth].base;
}

void xml_set_base(struct xml *x, struct slice base)
{
	x->levels[x->depth].base = base;
}

struct slice xml_language(const struct xml *x)
{
	return x->levels[x->depth].language;
}

bool xml_child(struct xml *x, size_t depth)
{
	for (;;) {
		enum xml_event event = xml_next(x);

		if (event == XML_DONE || (event == XML_END && x->depth < depth))
			return false;
		if (event == XML_START && x->depth == depth + 1)
			return true;
	}
}

void xml_skip(struct xml *x)
{
	size_t depth = x->depth;
	enum xml_event event;

	do {
		event = xml_next(x);
	} while (event != XML_DONE && x->depth >= depth);
}

/* What was gathered; text that was encoded twice is brought back. */
static struct slice once_encoded(struct xml *x)
{
	if (xhtml_is_encoded_twice(buf_slice(&x->gather))) {
		reading_problem(x->r, "text that was encoded twice");
		xhtml_decode_once(&x->gather);
	}
	return buf_slice(&x->gather);
}

bool xml_has_rss(const struct xml *x)
{
	return x->has_rss;
}

struct slice xml_text(struct xml *x)
{
	size_t depth = x->depth;

	buf_reset(&x->gather);
	for (;;) {
		enum xml_event event = xml_next(x);

		if (event == XML_TEXT)
			buf_put(&x->gather, x->text.at + x->here->at, x->here->len);
		else if (event == XML_DONE || x->depth < depth)
			return once_encoded(x);
	}
}

struct slice xml_here(const struct xml *x)
{
	return slice_from(x->text.at + x->here->at, x->here->len);
}

static void put_start(struct xml *x, struct slice base)
{
	bool is_other_base = !slice_equal(base, xml_base(x));

	xhtml_put_start(&x->gather, xml_local(x));
	for (size_t i = 0; i < x->here->len; i++) {
		const struct attribute *a = &x->attributes[x->here->at + i];

		if (a->name->space != SPACE_OWN)
			continue;
		xhtml_put_attribute(&x->gather, a->name->local, value_of(x, a),
			is_other_base ? xml_base(x) : SLICE_NONE);
	}
	buf_putc(&x->gather, '>');
}

/* Has the element a place in HTML? */
static bool is_markup(const struct xml *x)
{
	const enum space space = xml_space(x);

	return space == SPACE_OWN || space == SPACE_ATOM || space == SPACE_XHTML ||
	       space == SPACE_SVG || space == SPACE_MATHML;
}

/* The gathered text was no markup so far: from here on it is. */
static void become_markup(struct xml *x)
{
	struct buf text = x->gather;

	buf_init(&x->gather, GATHER_BYTES);
	xhtml_put_text(&x->gather, buf_slice(&text));
	buf_clear(&text);
}

struct slice xml_content(struct xml *x, bool *is_markup_out)
{
	size_t depth = x->depth;
	struct slice open[LIMIT_DEPTH + 2] = {{NULL, 0}};
	struct arena room = {NULL, 0};
	struct slice base = slice_copy(&room, xml_base(x));

	*is_markup_out = false;
	buf_reset(&x->gather);
	for (;;) {
		enum xml_event event = xml_next(x);

		if (event == XML_DONE || x->depth < depth)
			break;
		if (event == XML_TEXT && !*is_markup_out) {
			buf_put_slice(&x->gather, xml_here(x));
		} else if (event == XML_TEXT) {
			xhtml_put_text(&x->gather, xml_here(x));
		} else if (event == XML_START) {
			if (!*is_markup_out)
				become_markup(x);
			*is_markup_out = true;
			open[x->depth] = is_markup(x) ? xml_local(x) : SLICE_NONE;
			if (open[x->depth].len > 0)
				put_start(x, base);
		} else if (open[x->depth + 1].len > 0) {
			xhtml_put_end(&x->gather, open[x->depth + 1]);
		}
	}
	arena_clear(&room);
	return once_encoded(x);
}
