/*
 * parse.c - bytes and headers in; items one by one and the feed's head out
 */
#include "parse/parse.h"

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "base/url.h"
#include "parse/encoding.h"
#include "parse/format.h"
#include "parse/inflate.h"
#include "parse/page_find.h"
#include "parse/sniff.h"
#include "parse/xml.h"

/* --- the table of formats */

static bool is_json(const struct opening *o)
{
	return o->is_json;
}

static bool is_atom(const struct opening *o)
{
	enum space space = space_find(o->root_space);

	if (slice_is_fold(o->root, "feed"))
		return space == SPACE_ATOM || o->root_space.len == 0;
	return slice_is_fold(o->root, "entry") && space == SPACE_ATOM;
}

static bool is_cdf(const struct opening *o)
{
	return slice_is_fold(o->root, "channel") &&
	       (slice_is(o->root, "CHANNEL") || sniff_attribute(o->root_tag, "href").len > 0);
}

static bool is_rss(const struct opening *o)
{
	return slice_is_fold(o->root, "rss") || slice_is_fold(o->root, "RDF") ||
	       slice_is_fold(o->root, "channel");
}

static const struct format formats[] = {
	{"JSON Feed", is_json, jsonfeed_read},
	{"Atom", is_atom, atom_read},
	{"CDF", is_cdf, cdf_read},
	{"RSS", is_rss, rss_read},
};

/* What people put where a feed belongs. */
static const struct {
	const char *root, *name;
} others[] = {
	{"html", "an HTML page"},
	{"opml", "an OPML document"},
	{"kml", "a KML document"},
	{"OpenSearchDescription", "an OpenSearch description"},
	{"service", "an Atom service document"},
	{"categories", "an Atom category document"},
	{"urlset", "a sitemap"},
	{"sitemapindex", "a sitemap"},
	{"svg", "an SVG picture"},
	{"Envelope", "a SOAP message"},
};

static enum parse_verdict refuse(struct reading *r, const struct opening *o)
{
	if (o->is_html)
		return reading_refuse(r, PARSE_NO_FEED, "no feed: an HTML page");
	if (o->root.len == 0)
		return reading_refuse(r, PARSE_NO_FEED, "no feed: something without markup");
	for (size_t i = 0; i < COUNT(others); i++)
		if (slice_is_fold(o->root, others[i].root))
			return reading_refuse(r, PARSE_NO_FEED, "no feed: %s", others[i].name);
	return reading_refuse(r, PARSE_NO_FEED, "no feed: an XML document whose root is <%.*s>",
		SLICE_ARG(slice_utf8_head(o->root, 40)));
}

/* --- from the headers */

/* The value of a link's parameter `name` (RFC 8288 section 3). */
static struct slice parameter_of(struct slice parameters, const char *name)
{
	struct slice part, value;

	while (slice_cut(&parameters, ';', &part)) {
		part = slice_trim(part);
		if (!slice_is_fold(slice_trim(slice_head(part, slice_find_byte(part, '='))), name))
			continue;
		value = slice_trim(slice_skip(part, slice_find_byte(part, '=') + 1));
		return value.len >= 2 && value.at[0] == '"'
			       ? slice_head(slice_skip(value, 1), value.len - 2)
			       : value;
	}
	return SLICE_NONE;
}

/* One link of a Link header into hubs, self and next; where feeds are looked for, into links. */
static void take_header_link(struct reading *r, struct slice link)
{
	size_t from = slice_find_byte(link, '<'), to = slice_find_byte(link, '>');
	struct slice part, rel, parameters = slice_skip(link, to + 1);

	if (from >= to || to == link.len)
		return;
	rel = parameter_of(parameters, "rel");

	struct slice url = url_resolve(
		r->head, r->base, slice_from(link.at + from + 1, to - from - 1), URL_FETCH);

	while (slice_cut(&rel, ' ', &part)) {
		if (slice_is_fold(part, "hub"))
			reading_add_hub(r, SLICE("WebSub"), url);
		else if (slice_is_fold(part, "self") && r->feed.feed_url.len == 0)
			r->feed.feed_url = url;
		else if (slice_is_fold(part, "next") && r->feed.next_url.len == 0)
			r->feed.next_url = url;
		else if (slice_is_fold(part, "alternate") && r->hints->is_discovery)
			page_find_header(r, url, parameter_of(parameters, "type"));
	}
}

/* Commas part links, but not within <…>. */
static void take_header_links(struct reading *r)
{
	struct slice left = r->hints->link;

	while (left.len > 0) {
		size_t end = slice_find_byte(left, '>');

		end = end < left.len ? end + slice_find_byte(slice_skip(left, end), ',') : end;
		take_header_link(r, slice_head(left, end));
		left = slice_skip(left, end + 1);
	}
}

static void take_hints(struct reading *r)
{
	const struct hints *h = r->hints;

	r->base = url_resolve(r->head, h->url, h->content_location, URL_FETCH);
	if (h->content_location.len == 0 || r->base.len == 0)
		r->base = url_resolve(r->head, SLICE_NONE, h->url, URL_FETCH);
}

/* What only the headers say, where the document does not. */
static void complete_head(struct reading *r)
{
	take_header_links(r);
	if (r->feed.feed_url.len == 0)
		r->feed.feed_url = url_resolve(r->head, SLICE_NONE, r->hints->url, URL_FETCH);
	if (r->feed.language.len == 0)
		r->feed.language = reading_language(r->head, r->hints->content_language);
	if (r->feed.icon.len == 0)
		r->feed.icon = r->feed.image.url;
}

/* --- the document */

static enum parse_verdict read_opened(struct reading *r, struct slice text)
{
	if (r->hints->is_discovery) {
		take_header_links(r);
		return page_find(text, r);
	}
	if (r->hints->page != NULL)
		return page_read(text, r);
	for (size_t i = 0; i < COUNT(formats); i++)
		if (formats[i].is(r->opening))
			return formats[i].read(text, r);
	return refuse(r, r->opening);
}

static enum parse_verdict read_text(struct reading *r, struct slice text)
{
	struct opening o;
	enum parse_verdict verdict;

	sniff_opening(text, &o);
	if (slice_trim(text).len == 0)
		return reading_refuse(r, PARSE_EMPTY, "nothing but white space");
	r->opening = &o;
	verdict = read_opened(r, text);
	r->opening = NULL;
	return verdict;
}

static enum parse_verdict read_characters(struct reading *r, struct slice body)
{
	struct sniffed s;
	struct buf room;

	sniff_characters(body, r->hints->content_type,
		r->hints->page != NULL || r->hints->is_discovery, r->passed, &room, &s);
	if (room.len > 0)
		r->passed = NULL;
	r->feed.encoding = slice_of(s.encoding);
	if (s.is_misdeclared)
		reading_mended(r, "it is not in the encoding that it says: read as %s", s.encoding);
	if (s.replaced > 0)
		reading_mended(r, "%zu bytes are no characters in %s", s.replaced, s.encoding);

	enum parse_verdict verdict = read_text(r, s.text);

	if (verdict == PARSE_OK) {
		complete_head(r);
		r->sink_full = r->sink->feed(r->sink->data, &r->feed) != 0 || r->sink_full;
	}
	buf_clear(&room);
	return verdict == PARSE_OK && r->sink_full
		       ? reading_refuse(
				 r, PARSE_TOO_LARGE, "too large: more than the answer has room for")
		       : verdict;
}

static enum parse_verdict read_packed(struct reading *r, struct slice body, size_t max)
{
	struct buf plain;
	enum parse_verdict verdict = PARSE_BROKEN;

	buf_init(&plain, max);
	switch (inflate_gzip(body, &plain)) {
	case INFLATE_CUT:
		reading_cut(r, "the compressed document is cut, or something follows it");
		verdict = read_characters(r, buf_slice(&plain));
		break;
	case INFLATE_OK:
		verdict = read_characters(r, buf_slice(&plain));
		break;
	case INFLATE_BROKEN:
		reading_refuse(r, verdict, "broken: not the gzip that it should be");
		break;
	case INFLATE_TOO_LARGE:
		verdict = reading_refuse(r, PARSE_TOO_LARGE, "too large: more than %zu bytes", max);
		break;
	}
	buf_clear(&plain);
	return verdict;
}

static enum parse_verdict read_body(struct reading *r, struct slice body)
{
	r->passed = r->hints->passed;
	return read_characters(r, body);
}

enum parse_verdict parse_document(struct slice body, const struct hints *h, const struct sink *to,
	struct verdict_text *why_out)
{
	struct arena head = {NULL, 0}, item = {NULL, 0};
	struct reading r = {.hints = h, .sink = to, .head = &head, .item = &item, .why = why_out};
	size_t max = h->max_bytes > 0 ? h->max_bytes : LIMIT_BODY_BYTES;
	enum parse_verdict verdict;

	why_out->text[0] = '\0';
	feed_init(&r.feed);
	r.feed.well_formed = r.feed.complete = true;
	take_hints(&r);
	if (body.len == 0)
		verdict = reading_refuse(&r, PARSE_EMPTY, "empty");
	else if (h->is_gzip || inflate_is_gzip(body))
		verdict = read_packed(&r, body, max);
	else if (body.len > max)
		verdict =
			reading_refuse(&r, PARSE_TOO_LARGE, "too large: more than %zu bytes", max);
	else
		verdict = read_body(&r, body);
	arena_clear(&item);
	arena_clear(&head);
	return verdict;
}

const char *parse_verdict_name(enum parse_verdict v)
{
	switch (v) {
	case PARSE_OK:
		return "read";
	case PARSE_NO_FEED:
		return "no feed";
	case PARSE_EMPTY:
		return "empty";
	case PARSE_TOO_LARGE:
		return "too large";
	case PARSE_BROKEN:
		return "broken";
	}
	return "unknown";
}

void parse_warm_up(void)
{
	encoding_warm_up();
	sniff_warm_up();
	digest_bytes(SLICE_NONE); /* libcrypto reads its configuration at the first */
	xml_warm_up();
	jsonfeed_warm_up();
}
