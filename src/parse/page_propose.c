/*
 * page_propose.c - how a page might be read: the structure that repeats (page_find.h)
 *
 * An item of a list is an element like its neighbours, by its class or by the class of what it
 * stands in, and holds a link of its own.  Each such kind of element is tried: what leads to many
 * addresses, has long titles, dates, and does not stand in the page's frame is most likely news.
 * What an item's parts are is tried in the same way, from tables.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "parse/date.h"
#include "parse/page_find.h"
#include "parse/page_xpath.h"
#include "parse/reading.h"

#define KINDS       1024 /* that are counted, a power of 2, and ... */
#define KINDS_MOST  600  /* ... so many of them used */
#define TRIED_MOST  250
#define ITEMS_LEAST 3
#define ITEMS_MOST  500
#define ITEMS_TRIED 30 /* of a kind: enough to judge it */
#define ANCESTORS   8  /* of a link: what is further off is no item of a list */
#define TOKENS      8
#define TOKEN_BYTES 60
#define PATH_BYTES  400
#define TITLE_LEAST 12

#define HEADINGS      "self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6"
#define CLASSED(word) "(.//*[contains(@class,'" word "')])[1]"

enum part { LINK, HEADING, DATE, SUMMARY, IMAGE, PART_COUNT };

static const char *const names[PART_COUNT] = {"link", "heading", "date", "summary", "image"};

/* The frame of a page: what stands in it is hardly ever its news. */
static const char frame[] =
	"ancestor-or-self::*[not(self::body or self::html)][self::nav or self::header or "
	"self::footer or self::aside or contains(@class,'menu') or contains(@class,'nav') or "
	"contains(@class,'breadcrumb') or contains(@class,'pager') or "
	"contains(@class,'pagination') or contains(@class,'footer') or "
	"contains(@class,'social') or contains(@class,'sidebar') or contains(@class,'language')]";

/* Where a part stands in an item, the surest first. */
static const struct {
	enum part part;
	const char *path;
} ways[] = {
	{LINK, "@href"},
	{LINK, "(.//*[" HEADINGS "]//a/@href)[1]"},
	{LINK, "(.//*[contains(@class,'title')]//a/@href)[1]"},
	{LINK, "(.//a[normalize-space()]/@href)[1]"},
	{LINK, "(.//a[string-length(normalize-space())>20]/@href)[1]"},
	{LINK, "(.//a/@href)[1]"},
	{HEADING, "(.//*[" HEADINGS "])[1]"},
	{HEADING, CLASSED("title")},
	{HEADING, CLASSED("heading")},
	{HEADING, CLASSED("headline")},
	{HEADING, "(descendant-or-self::a[normalize-space()])[1]"},
	{HEADING, "(.//a[string-length(normalize-space())>20])[1]"},
	{HEADING, "(descendant-or-self::a/@title)[1]"},
	{DATE, "(.//time)[1]"},
	{DATE, CLASSED("date")},
	{DATE, CLASSED("time")},
	{DATE, CLASSED("publish")},
	{DATE, CLASSED("posted")},
	{DATE, "(.//*[not(*)][string-length(normalize-space())<30][contains(.,'20')])[1]"},
	{SUMMARY, CLASSED("summary")},
	{SUMMARY, CLASSED("teaser")},
	{SUMMARY, CLASSED("excerpt")},
	{SUMMARY, CLASSED("description")},
	{SUMMARY, CLASSED("lead")},
	{SUMMARY, CLASSED("intro")},
	{SUMMARY, "(.//p[string-length(normalize-space())>40])[1]"},
	{IMAGE, "(.//img/@src)[1]"},
	{IMAGE, "(.//img/@data-src)[1]"},
};

/* A kind of element: the XPath that finds it, how often links led to one, and what it is worth. */
struct kind {
	struct slice path;
	uint64_t hash;
	size_t n;
	double worth;
	int ways[PART_COUNT]; /* -1: it has no such part */
};

struct proposing {
	struct page_xpath *xpath;
	struct reading *r;
	struct slice base, lang;
	xmlXPathCompExprPtr frame, compiled[COUNT(ways)];
	struct kind kinds[KINDS];
	size_t n_kinds;
};

/* --- which kinds of elements there are */

static struct kind *kind_of(struct proposing *p, struct slice path)
{
	uint64_t hash = digest_fast(0, path);
	size_t at = hash & (KINDS - 1);

	while (p->kinds[at].n > 0 &&
		(p->kinds[at].hash != hash || !slice_equal(p->kinds[at].path, path)))
		at = (at + 1) & (KINDS - 1);
	if (p->kinds[at].n == 0) {
		if (p->n_kinds == KINDS_MOST)
			return NULL;
		p->n_kinds++;
		p->kinds[at] = (struct kind){.path = slice_copy(p->r->head, path), .hash = hash};
	}
	return &p->kinds[at];
}

static void count(struct proposing *p, const char *of, struct slice token, const char *within)
{
	char path[PATH_BYTES];
	int n = snprintf(path, sizeof path,
		"//%s[contains(concat(' ',normalize-space(@class),' '),' %.*s ')]%s", of,
		SLICE_ARG(token), within);
	struct kind *k = n > 0 && (size_t)n < sizeof path ? kind_of(p, slice_of(path)) : NULL;

	if (k != NULL)
		k->n++;
}

/* A class that can be named in XPath and may be shared by others. */
static bool is_fit(struct slice token)
{
	return token.len > 0 && token.len <= TOKEN_BYTES &&
	       slice_find_byte(token, '\'') == token.len &&
	       slice_find_byte(token, '&') == token.len;
}

/* How `node`'s classes name it, or what stands `within` it.  False where it has none. */
static bool count_classes(struct proposing *p, xmlNodePtr node, const char *within)
{
	xmlChar *class = xmlGetNoNsProp(node, (const xmlChar *)"class");
	struct slice token, rest = slice_of((const char *)class);
	size_t n = 0;

	for (rest = slice_trim(rest); n < TOKENS && slice_cut(&rest, ' ', &token);) {
		token = slice_trim(token);
		if (!is_fit(token))
			continue;
		count(p, (const char *)node->name, token, within);
		n++;
	}
	xmlFree(class);
	return n > 0;
}

/* By its own classes, and by those of the nearest above that has any. */
static void count_element(struct proposing *p, xmlNodePtr node)
{
	char within[PATH_BYTES], longer[PATH_BYTES];
	xmlNodePtr up = node->parent;

	count_classes(p, node, "");
	snprintf(within, sizeof within, "/%s", (const char *)node->name);
	for (int i = 0; i < 3 && up != NULL && up->type == XML_ELEMENT_NODE; i++) {
		if (count_classes(p, up, within))
			return;
		int n = snprintf(longer, sizeof longer, "/%s%s", (const char *)up->name, within);

		if (n < 0 || (size_t)n >= sizeof longer)
			return;
		memcpy(within, longer, (size_t)n + 1);
		up = up->parent;
	}
}

/* The link and what it stands in, each element once: _private says which were. */
static void count_around(struct proposing *p, xmlNodePtr link)
{
	xmlNodePtr node = link;

	for (int i = 0; i < ANCESTORS && node != NULL && node->type == XML_ELEMENT_NODE; i++) {
		if (node->_private == p)
			return;
		node->_private = p;
		count_element(p, node);
		node = node->parent;
	}
}

static void count_kinds(struct proposing *p)
{
	xmlXPathCompExprPtr what =
		xmlXPathCtxtCompile(p->xpath->context, (const xmlChar *)"//body//a[@href]");
	xmlXPathObjectPtr found =
		what != NULL ? page_xpath_ask(p->xpath, what, xmlDocGetRootElement(p->xpath->doc))
			     : NULL;
	xmlNodePtr *nodes = NULL;
	size_t n = page_xpath_nodes(found, &nodes);
	struct kind *articles;

	for (size_t i = 0; i < n; i++)
		count_around(p, nodes[i]);
	xmlXPathFreeObject(found);
	xmlXPathFreeCompExpr(what);
	articles = kind_of(p, SLICE("//article"));
	if (articles != NULL)
		articles->n = ITEMS_LEAST;
}

/* --- what a kind is worth */

static struct slice text_at(struct proposing *p, size_t way, xmlNodePtr node)
{
	xmlXPathObjectPtr found = page_xpath_ask(p->xpath, p->compiled[way], node);
	struct slice text = SLICE_NONE;

	if (found != NULL) {
		xmlNodePtr *nodes = NULL;
		xmlChar *exact = page_xpath_nodes(found, &nodes) > 0 &&
						 nodes[0]->type == XML_ELEMENT_NODE &&
						 ways[way].part == DATE
					 ? xmlGetNoNsProp(nodes[0], (const xmlChar *)"datetime")
					 : NULL;
		xmlChar *string = exact != NULL ? exact : xmlXPathCastToString(found);

		text = slice_copy(
			p->r->item, slice_line(p->r->item, slice_of((const char *)string)));
		xmlFree(string);
	}
	xmlXPathFreeObject(found);
	return text;
}

/* What a way yields, as it would be used; empty where it yields nothing of use. */
static struct slice yield_of(struct proposing *p, size_t way, xmlNodePtr node)
{
	struct slice text = text_at(p, way, node);
	instant at;

	switch (ways[way].part) {
	case LINK:
	case IMAGE:
		if (slice_starts(text, "#"))
			return SLICE_NONE;
		text = reading_fetchable(p->r, p->r->item, p->base, text);
		return slice_equal(text, p->base) ? SLICE_NONE : text;
	case DATE:
		return text.len <= LIMIT_DATE_LINE_BYTES &&
				       (date_parse(text, &at) == DATE_OK ||
					       date_find(text, p->lang, &at) == DATE_OK)
			       ? text
			       : SLICE_NONE;
	case SUMMARY:
		return text.len > 40 ? text : SLICE_NONE;
	case HEADING:
	case PART_COUNT:
		break;
	}
	return text;
}

struct yield {
	double given, distinct; /* of the nodes: 0 to 1 */
	double length;          /* of a text, on average */
};

static struct yield measure(struct proposing *p, size_t way, xmlNodePtr *nodes, size_t n)
{
	struct slice seen[ITEMS_TRIED];
	size_t given = 0, distinct = 0, length = 0;

	for (size_t i = 0; i < n; i++) {
		struct slice text = yield_of(p, way, nodes[i]);
		bool is_known = false;

		given += text.len > 0;
		for (size_t s = 0; s < distinct && !is_known; s++)
			is_known = slice_equal(seen[s], text);
		if (text.len == 0 || is_known)
			continue;
		seen[distinct++] = text;
		length += slice_utf8_head(text, 100).len;
	}
	return (struct yield){(double)given / (double)n, (double)distinct / (double)n,
		distinct > 0 ? (double)length / (double)distinct : 0};
}

/* How good a way is for its part, at most about 1. */
static double goodness(enum part part, const struct yield *y)
{
	switch (part) {
	case LINK:
		return y->distinct;
	case HEADING:
		return y->length < TITLE_LEAST
			       ? 0
			       : y->distinct * (y->length < 40 ? y->length / 40 : 1);
	case DATE:
		return y->given >= 0.5 ? y->given : 0;
	case SUMMARY:
	case IMAGE:
		return y->distinct >= 0.5 ? y->distinct : 0;
	case PART_COUNT:
		break;
	}
	return 0;
}

/* The best way to `part`; of equals, the first.  Its goodness; 0 and -1 where there is none. */
static double choose(struct proposing *p, enum part part, xmlNodePtr *nodes, size_t n, int *way_out)
{
	double best = 0;

	*way_out = -1;
	for (size_t i = 0; i < COUNT(ways); i++) {
		struct yield y;
		double g;

		if (ways[i].part != part || p->compiled[i] == NULL)
			continue;
		y = measure(p, i, nodes, n);
		g = goodness(part, &y);
		if (g > best + 0.05) {
			best = g;
			*way_out = (int)i;
		}
	}
	arena_reset(p->r->item);
	return best;
}

static bool is_framed(struct proposing *p, xmlNodePtr node)
{
	xmlXPathObjectPtr found = page_xpath_ask(p->xpath, p->frame, node);
	xmlNodePtr *nodes = NULL;
	bool is = page_xpath_nodes(found, &nodes) > 0;

	xmlXPathFreeObject(found);
	return is;
}

/* Does one of them stand within another?  Then it is no list. */
static bool is_nested(xmlNodePtr *nodes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		nodes[i]->_private = nodes;
	for (size_t i = 0; i < n; i++)
		for (xmlNodePtr up = nodes[i]->parent; up != NULL; up = up->parent)
			if (up->type == XML_ELEMENT_NODE && up->_private == nodes)
				return true;
	return false;
}

static void judge_nodes(struct proposing *p, struct kind *k, xmlNodePtr *nodes, size_t all)
{
	size_t n = all < ITEMS_TRIED ? all : ITEMS_TRIED, framed = 0;
	double links, heading;

	links = choose(p, LINK, nodes, n, &k->ways[LINK]);
	if (links * (double)n < ITEMS_LEAST - 0.5)
		return;
	heading = choose(p, HEADING, nodes, n, &k->ways[HEADING]);
	if (heading <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		framed += is_framed(p, nodes[i]);
	k->worth = links * links * heading * (double)(n < 12 ? n + 4 : 16) *
		   (framed * 2 > n ? 0.1 : 1);
	k->worth *= 1 + choose(p, DATE, nodes, n, &k->ways[DATE]);
	k->worth *= 1 + 0.1 * choose(p, SUMMARY, nodes, n, &k->ways[SUMMARY]);
	k->worth *= 1 + 0.1 * choose(p, IMAGE, nodes, n, &k->ways[IMAGE]);
}

static void judge(struct proposing *p, struct kind *k)
{
	xmlXPathCompExprPtr what = xmlXPathCtxtCompile(
		p->xpath->context, (const xmlChar *)slice_string(p->r->item, k->path));
	xmlXPathObjectPtr found =
		what != NULL ? page_xpath_ask(p->xpath, what, xmlDocGetRootElement(p->xpath->doc))
			     : NULL;
	xmlNodePtr *nodes = NULL;
	size_t n = page_xpath_nodes(found, &nodes);

	if (n >= ITEMS_LEAST && n <= ITEMS_MOST && !is_nested(nodes, n))
		judge_nodes(p, k, nodes, n);
	xmlXPathFreeObject(found);
	xmlXPathFreeCompExpr(what);
	arena_reset(p->r->item);
}

static const struct kind *best_of(struct proposing *p)
{
	const struct kind *best = NULL;
	size_t tried = 0;

	for (size_t i = 0; i < KINDS && tried < TRIED_MOST; i++) {
		struct kind *k = &p->kinds[i];

		if (k->n < ITEMS_LEAST || page_xpath_is_tired(p->xpath))
			continue;
		tried++;
		judge(p, k);
		/* Of two that yield the same, the shorter path stands longer. */
		if (k->worth > 0 &&
			(best == NULL || k->worth > best->worth * 1.001 ||
				(k->worth > best->worth * 0.999 && k->path.len < best->path.len)))
			best = k;
	}
	return best;
}

/* --- what stands in the list and leads elsewhere */

static struct slice host_of(struct proposing *p, size_t way, xmlNodePtr node)
{
	struct slice rest = yield_of(p, way, node);

	rest = slice_skip(rest, slice_find(rest, SLICE("://")) + 3);
	return slice_head(rest, slice_find_byte(rest, '/'));
}

/* The host that more than half of the links lead to; empty where all do, or none is so common. */
static struct slice main_host(struct proposing *p, size_t way, xmlNodePtr *nodes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct slice host = host_of(p, way, nodes[i]);
		size_t same = 0;

		for (size_t other = 0; other < n; other++)
			same += slice_equal(host, host_of(p, way, nodes[other]));
		if (same * 2 > n && host.len > 0 && slice_find_byte(host, '\'') == host.len)
			return same < n ? host : SLICE_NONE;
	}
	return SLICE_NONE;
}

/* Partners and pictures elsewhere look like news, too: the item's path, without them. */
static struct slice narrowed(struct proposing *p, const struct kind *k)
{
	xmlXPathCompExprPtr what = xmlXPathCtxtCompile(
		p->xpath->context, (const xmlChar *)slice_string(p->r->head, k->path));
	xmlXPathObjectPtr found =
		what != NULL ? page_xpath_ask(p->xpath, what, xmlDocGetRootElement(p->xpath->doc))
			     : NULL;
	size_t way = (size_t)k->ways[LINK];
	xmlNodePtr *nodes = NULL;
	size_t n = page_xpath_nodes(found, &nodes);
	struct slice host = main_host(p, way, nodes, n < ITEMS_TRIED ? n : ITEMS_TRIED),
		     path = k->path;
	char longer[2 * PATH_BYTES];

	if (host.len > 0) {
		int len = snprintf(longer, sizeof longer,
			"%.*s[%s[not(contains(.,'://')) or contains(.,'//%.*s/')]]",
			SLICE_ARG(path), ways[way].path, SLICE_ARG(host));

		if (len > 0 && (size_t)len < sizeof longer)
			path = slice_copy(p->r->head, slice_of(longer));
	}
	xmlXPathFreeObject(found);
	xmlXPathFreeCompExpr(what);
	arena_reset(p->r->item);
	return path;
}

/* --- the answer */

static void propose(struct reading *r, const char *name, struct slice path)
{
	const struct category c = {.term = path, .scheme = slice_of(name)};

	reading_add_category(r, r->head, &r->feed.categories, &c);
}

void page_propose(struct page_xpath *xpath, struct reading *r, struct slice base)
{
	struct proposing *p = arena_alloc(r->head, sizeof *p);
	const struct kind *best;

	*p = (struct proposing){.xpath = xpath, .r = r, .base = base, .lang = r->feed.language};
	p->frame = xmlXPathCtxtCompile(xpath->context, (const xmlChar *)frame);
	for (size_t i = 0; i < COUNT(ways); i++)
		p->compiled[i] = xmlXPathCtxtCompile(xpath->context, (const xmlChar *)ways[i].path);
	count_kinds(p);
	best = best_of(p);
	if (best != NULL) {
		propose(r, "item", narrowed(p, best));
		for (unsigned i = 0; i < PART_COUNT; i++)
			if (best->ways[i] >= 0)
				propose(r, names[i], slice_of(ways[best->ways[i]].path));
	}
	for (size_t i = 0; i < COUNT(ways); i++)
		xmlXPathFreeCompExpr(p->compiled[i]);
	xmlXPathFreeCompExpr(p->frame);
}
