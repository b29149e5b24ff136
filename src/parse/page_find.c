/*
 * page_find.c - see page_find.h
 *
 * https://html.spec.whatwg.org/multipage/links.html#rel-alternate, and what people click: links
 * whose address looks like a feed's.
 */
#include "parse/page_find.h"

#include "base/limits.h"
#include "parse/page_xpath.h"
#include "parse/reading.h"

#define FIND_LINKS 12 /* more are no help: each has to be asked */

/* In <link>: these say so; text/xml and others might. */
static const char *const types[] = {"application/rss+xml", "application/atom+xml",
	"application/feed+json", "application/rdf+xml", "application/json", "application/xml",
	"text/xml"};

/* How the path of a feed ends. */
static const char *const ends[] = {"/feed", "/feed/", "/rss", "/rss/", "/atom", "/atom/", ".rss",
	".atom", ".rdf", "/feed.xml", "/rss.xml", "/atom.xml", "/feed.json", "/index.xml"};

static bool is_type(struct slice type)
{
	struct slice essence = slice_trim(slice_head(type, slice_find_byte(type, ';')));

	for (size_t i = 0; i < COUNT(types); i++)
		if (slice_is_fold(essence, types[i]))
			return true;
	return false;
}

static bool is_feedlike(struct slice url)
{
	struct slice path = slice_head(url, slice_find_byte(url, '#'));

	path = slice_head(path, slice_find_byte(path, '?'));
	for (size_t i = 0; i < COUNT(ends); i++)
		if (slice_ends(path, ends[i]))
			return true;
	return false;
}

static void add(struct reading *r, const struct link *link)
{
	const struct link_list *known = &r->feed.links;
	bool is_known = link->href.len == 0 || known->n >= FIND_LINKS;

	for (size_t i = 0; i < known->n && !is_known; i++)
		is_known = slice_equal(known->at[i].href, link->href);
	if (!is_known)
		reading_add_link(r, r->head, &r->feed.links, link);
}

static struct link link_of(
	struct page_xpath *p, struct reading *r, struct slice base, xmlNodePtr node)
{
	struct slice href = page_xpath_text(p, r->head, "@href", node);
	struct slice title = page_xpath_text(p, r->head, "@title", node);
	struct slice type = page_xpath_text(p, r->head, "@type", node);

	return (struct link){
		.rel = SLICE("alternate"),
		.href = reading_fetchable(r, r->head, base, href),
		.type = reading_line(r, r->head, type, LIMIT_NAME_BYTES),
		.title = reading_line(r, r->head, title, LIMIT_NAME_BYTES),
		.length = NUMBER_NONE,
	};
}

/* Those that a path finds and that look like feeds, by their type or by their address. */
static void find(
	struct page_xpath *p, struct reading *r, struct slice base, const char *path, bool by_type)
{
	xmlXPathCompExprPtr what = xmlXPathCtxtCompile(p->context, (const xmlChar *)path);
	xmlXPathObjectPtr found =
		what != NULL ? page_xpath_ask(p, what, xmlDocGetRootElement(p->doc)) : NULL;
	xmlNodePtr *nodes = NULL;
	size_t n = page_xpath_nodes(found, &nodes);

	for (size_t i = 0; i < n; i++) {
		struct link link = link_of(p, r, base, nodes[i]);

		if (by_type ? is_type(link.type) : is_feedlike(link.href))
			add(r, &link);
	}
	xmlXPathFreeObject(found);
	xmlXPathFreeCompExpr(what);
}

void page_find_header(struct reading *r, struct slice url, struct slice type)
{
	const struct link link = {.rel = SLICE("alternate"),
		.href = url,
		.type = reading_line(r, r->head, type, LIMIT_NAME_BYTES),
		.length = NUMBER_NONE};

	if (is_type(type))
		add(r, &link);
}

enum parse_verdict page_find(struct slice text, struct reading *r)
{
	struct page_xpath p;
	xmlNodePtr root;
	struct slice base;

	if (!page_xpath_open(&p, slice_utf8_head(text, LIMIT_PAGE_BYTES)))
		return reading_refuse(
			r, PARSE_TOO_LARGE, "too large: a page that is too deep or too wild");
	root = xmlDocGetRootElement(p.doc);
	base = reading_fetchable(
		r, r->head, r->base, page_xpath_text(&p, r->head, "//base/@href", root));
	base = base.len > 0 ? base : r->base;
	r->feed.format = FORMAT_PAGE;
	r->feed.title = reading_line(r, r->head,
		page_xpath_text(&p, r->head, "/html/head/title", root), LIMIT_TITLE_BYTES);
	r->feed.language =
		reading_language(r->head, page_xpath_text(&p, r->head, "/html/@lang", root));
	find(&p, r, base,
		"//link[@href][contains(concat(' ',translate(@rel,'ALTERN','altern'),' '),' "
		"alternate ')]",
		true);
	find(&p, r, base, "//a[@href]", false);
	page_propose(&p, r, base);
	page_xpath_close(&p);
	return PARSE_OK;
}
