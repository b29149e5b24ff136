/*
 * page.c - an HTML page read as a feed, by the admin's XPath
 *
 * The selectors are XPath 1.0 (https://www.w3.org/TR/1999/REC-xpath-19991116/): `item` finds the
 * items' nodes in the page, the others a value within each; where they give nodes, the first
 * one's text counts, of `image` and `link` an address.  A page has no ids: an item's is its
 * address.
 */
#include "base/limits.h"
#include "parse/date.h"
#include "parse/format.h"
#include "parse/page_xpath.h"

enum selector { ITEM, LINK, HEADING, SUMMARY, DATE, IMAGE, NEXT, SELECTOR_COUNT };

static const struct {
	const char *name;
	const char *otherwise; /* where the admin gave none */
} selectors[SELECTOR_COUNT] = {
	[ITEM] = {"item", "//article"},
	[LINK] = {"link", "(descendant-or-self::a/@href)[1]"},
	[HEADING] = {"heading", "(descendant-or-self::a[@href])[1]"},
	[SUMMARY] = {"summary", NULL},
	[DATE] = {"date", NULL},
	[IMAGE] = {"image", NULL},
	[NEXT] = {"next", NULL},
};

struct page {
	struct reading *r;
	struct page_xpath xpath;
	xmlXPathCompExprPtr compiled[SELECTOR_COUNT]; /* NULL: none */
	struct slice base, lang;
	struct slice first;  /* the first item's address */
	size_t n_addresses;  /* items with an address, ... */
	bool is_one_address; /* ... which has been that of the first so far */
};

static struct slice given(const struct selectors *s, enum selector which)
{
	const struct slice all[SELECTOR_COUNT] = {
		s->item, s->link, s->heading, s->summary, s->date, s->image, s->next};

	return all[which];
}

/* False where a selector is no XPath; `*which_out` says which. */
static bool compile(struct page *p, enum selector *which_out)
{
	for (unsigned i = 0; i < SELECTOR_COUNT; i++) {
		struct slice text = slice_trim(given(p->r->hints->page, (enum selector)i));

		*which_out = (enum selector)i;
		if (text.len == 0)
			text = slice_of(selectors[i].otherwise);
		if (text.len == 0)
			continue;
		p->compiled[i] = xmlXPathCtxtCompile(
			p->xpath.context, (const xmlChar *)slice_string(p->r->head, text));
		if (p->compiled[i] == NULL)
			return false;
	}
	return true;
}

static xmlXPathObjectPtr evaluate(struct page *p, enum selector which, xmlNodePtr at)
{
	return p->compiled[which] != NULL ? page_xpath_ask(&p->xpath, p->compiled[which], at)
					  : NULL;
}

/* A date's element may say it twice: for people, and exactly in `datetime`. */
static xmlChar *string_of(xmlXPathObjectPtr found, enum selector which)
{
	xmlNodePtr node = found->type == XPATH_NODESET && !xmlXPathNodeSetIsEmpty(found->nodesetval)
				  ? found->nodesetval->nodeTab[0]
				  : NULL;
	const char *attribute = which == DATE    ? "datetime"
				: which == LINK  ? "href"
				: which == IMAGE ? "src"
						 : NULL;

	if (node != NULL && node->type == XML_ELEMENT_NODE && attribute != NULL) {
		xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)attribute);

		if (value != NULL)
			return value;
	}
	return xmlXPathCastToString(found);
}

/* What `which` gives at a node, in `a`; empty where it gives nothing. */
static struct slice value(struct page *p, struct arena *a, enum selector which, xmlNodePtr at)
{
	xmlXPathObjectPtr found = evaluate(p, which, at);
	struct slice text;
	xmlChar *string;

	if (found == NULL)
		return SLICE_NONE;
	string = string_of(found, which);
	text = slice_copy(a, slice_trim(slice_clean(a, slice_of((const char *)string))));
	xmlFree(string);
	xmlXPathFreeObject(found);
	return text;
}

static instant date_of(struct page *p, struct slice text)
{
	instant at = INSTANT_NONE;

	if (text.len == 0 || date_parse(text, &at) == DATE_OK ||
		date_find(slice_line(p->r->item, text), p->lang, &at) == DATE_OK)
		return at;
	return reading_date(p->r, text);
}

static void note_address(struct page *p, struct slice url)
{
	if (url.len == 0)
		return;
	if (p->n_addresses++ == 0) {
		p->first = slice_copy(p->r->head, url);
		p->is_one_address = true;
	}
	p->is_one_address = p->is_one_address && slice_equal(url, p->first);
}

static void read_item(struct page *p, xmlNodePtr node)
{
	struct reading *r = p->r;
	struct arena *a = r->item;
	struct item i;

	item_init(&i);
	i.url = reading_fetchable(r, a, p->base, value(p, a, LINK, node));
	i.title = reading_line(r, a, value(p, a, HEADING, node), LIMIT_TITLE_BYTES);
	i.summary = reading_text(r, a, value(p, a, SUMMARY, node));
	i.image = reading_fetchable(r, a, p->base, value(p, a, IMAGE, node));
	i.published = date_of(p, value(p, a, DATE, node));
	i.language = reading_language(a, p->lang);
	note_address(p, i.url);
	if (i.url.len > 0 || i.title.len > 0)
		reading_item(r, &i);
	else
		arena_reset(a);
}

/* The text, or an attribute, of the first element that a path of ours finds. */
static struct slice fixed(struct page *p, const char *path)
{
	return page_xpath_text(&p->xpath, p->r->head, path, xmlDocGetRootElement(p->xpath.doc));
}

static void read_head(struct page *p)
{
	struct reading *r = p->r;
	struct feed *f = &r->feed;
	struct slice base = reading_fetchable(r, r->head, r->base, fixed(p, "//base/@href"));

	p->base = base.len > 0 ? base : r->base;
	f->format = FORMAT_PAGE;
	f->title = reading_line(r, r->head, fixed(p, "/html/head/title"), LIMIT_TITLE_BYTES);
	f->home_page_url = r->base;
	f->language = reading_language(r->head, fixed(p, "/html/@lang"));
	p->lang = r->hints->page->lang.len > 0 ? r->hints->page->lang : f->language;
	f->next_url = reading_fetchable(
		r, r->head, p->base, value(p, r->head, NEXT, xmlDocGetRootElement(p->xpath.doc)));
}

static void read_items(struct page *p)
{
	xmlXPathObjectPtr found = evaluate(p, ITEM, xmlDocGetRootElement(p->xpath.doc));
	xmlNodePtr *nodes = NULL;
	size_t n = page_xpath_nodes(found, &nodes);

	for (size_t i = 0; i < n && !p->r->stopped; i++)
		if (nodes[i]->type == XML_ELEMENT_NODE)
			read_item(p, nodes[i]);
	xmlXPathFreeObject(found);
}

/*
 * A page that was redone is not an empty one: what its selectors find then is nothing, or one and
 * the same for all.  That is an error, for the admin to see.
 */
static enum parse_verdict judge_drift(struct page *p)
{
	struct reading *r = p->r;

	if (r->sink_full)
		return PARSE_OK;
	if (r->n_items == 0 && page_xpath_is_tired(&p->xpath))
		return reading_refuse(
			r, PARSE_TOO_LARGE, "too expensive: the selectors take too much work");
	if (r->n_items == 0)
		return reading_refuse(r, PARSE_NO_FEED,
			"no feed: the selector `item' finds nothing, or nothing with a link or a "
			"heading");
	if (p->n_addresses == 0)
		return reading_refuse(r, PARSE_NO_FEED,
			"no feed: the selector `link' finds no address in %zu items", r->n_items);
	if (p->n_addresses > 1 && p->is_one_address)
		return reading_refuse(r, PARSE_NO_FEED,
			"no feed: the selector `link' finds the same address for all of %zu items",
			p->n_addresses);
	return PARSE_OK;
}

static void close_page(struct page *p)
{
	for (unsigned i = 0; i < SELECTOR_COUNT; i++)
		xmlXPathFreeCompExpr(p->compiled[i]);
	page_xpath_close(&p->xpath);
}

enum parse_verdict page_read(struct slice text, struct reading *r)
{
	struct page p = {.r = r};
	enum selector which;
	enum parse_verdict verdict = PARSE_OK;

	if (text.len > LIMIT_PAGE_BYTES)
		reading_cut(r, "a page of more than %u bytes", LIMIT_PAGE_BYTES);
	if (!page_xpath_open(&p.xpath, slice_utf8_head(text, LIMIT_PAGE_BYTES)))
		return reading_refuse(
			r, PARSE_TOO_LARGE, "too large: a page that is too deep or too wild");
	if (!compile(&p, &which)) {
		verdict = reading_refuse(
			r, PARSE_BROKEN, "the selector `%s' is no XPath", selectors[which].name);
	} else {
		read_head(&p);
		read_items(&p);
		if (page_xpath_is_tired(&p.xpath))
			reading_cut(r, "the selectors take too much work");
		verdict = judge_drift(&p);
	}
	close_page(&p);
	return verdict;
}
