/*
 * render_html.c - the river of news for a browser: by day, an entry a story
 *
 * Semantic HTML without a script; nothing in it is fetched but our own style sheet.
 */
#include "base/limits.h"
#include "publish/filters.h"
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/render.h"
#include "publish/words.h"
#include "publish/zone.h"

#define TEASER_CHARS   120
#define TEXT_BYTES     (64U << 10)
#define SOURCES_SHOWN  3
#define SIBLINGS_SHOWN 3

static struct page frame(const struct river *r)
{
	bool is_view = r->view.len > 0;

	return (struct page){.up = is_view ? "../" : "",
		.feeds = is_view ? "view/" : "feed",
		.name = r->view,
		.query = r->feed_query,
		.n_forms = 3,
		.is_home = !is_view && r->filter.len == 0};
}

/* What is behind the site's title and a dash. */
static struct slice own_title(const struct outlet *o)
{
	static const struct slice dash = {" \xE2\x80\x93 ", 5};
	struct slice rest = slice_skip(o->title, o->site.len);

	if (!slice_equal(slice_head(o->title, o->site.len), o->site))
		return o->title;
	return slice_equal(slice_head(rest, dash.len), dash) ? slice_skip(rest, dash.len)
							     : o->title;
}

void render_river_begin(struct buf *out, const struct outlet *o, const struct river *r)
{
	struct page p = frame(r);

	page_begin(out, o, &p);
	buf_puts(out, "<a class=\"to\" href=\"#filters\">Filters and feeds</a>\n");
	filters_search(out, r);
	buf_puts(out, "</header>\n<div class=\"river\">\n<main id=\"main\">\n");
	if (!p.is_home) {
		buf_puts(out, "<h1><bdi>");
		out_html(out, own_title(o));
		buf_puts(out, "</bdi></h1>\n");
	}
	filters_on(out, o, r);
	buf_puts(out, "<p class=\"health\">");
	words_health(out, o, p.up);
	buf_puts(out, "</p>\n");
}

static bool is_same_day(instant a, instant b)
{
	struct zone_time one = zone_time(a), other = zone_time(b);

	return one.year == other.year && one.month == other.month && one.day == other.day;
}

static void put_day(struct buf *b, instant at, instant before)
{
	if (before != INSTANT_NONE && is_same_day(at, before))
		return;
	buf_puts(b, before != INSTANT_NONE ? "</section>\n<section>\n<h2>" : "<section>\n<h2>");
	page_day(b, at);
	buf_puts(b, "</h2>\n");
}

static void put_item_address(struct buf *b, const struct page *p, struct slice public_id)
{
	buf_printf(b, "<a href=\"%sitem/", p->up);
	out_url_part(b, public_id);
	buf_putc(b, '"');
}

/* Sources, each once, the first few by name. */
struct tellers {
	const struct stored_source *at[SOURCES_SHOWN];
	size_t n;
	bool more;
};

static void add_teller(struct tellers *t, const struct stored_source *s)
{
	size_t known = 0;

	while (known < t->n && t->at[known] != s)
		known++;
	if (s == NULL || known < t->n)
		return;
	if (t->n < SOURCES_SHOWN)
		t->at[t->n++] = s;
	else
		t->more = true;
}

/* The source of record, then who else carried it or tells the same story. */
static void put_sources(
	struct buf *b, const struct outlet *o, const struct stored_item *i, const struct page *p)
{
	struct tellers t = {.n = 0};

	add_teller(&t, parts_source(o, i->source));
	for (size_t k = 0; k < i->n_sightings; k++)
		add_teller(&t, parts_source(o, i->sightings[k].source));
	for (size_t k = 0; o->one_per_story && k < i->n_siblings; k++)
		if (!i->siblings[k].across)
			add_teller(&t, page_find_source(o, i->siblings[k].source_name));
	for (size_t k = 0; k < t.n; k++) {
		buf_puts(b, k > 0 ? ", " : " ");
		page_source(b, p->up, t.at[k]);
	}
	if (t.more)
		buf_puts(b, ", <bdi>and others</bdi>");
}

/* What the same story says in other languages, one link each. */
static void put_languages(struct buf *b, const struct stored_item *i, const struct page *p)
{
	bool any = false;

	for (size_t k = 0; k < i->n_siblings; k++) {
		const struct sibling *s = &i->siblings[k];

		if (!s->across || !page_is_language(s->lang))
			continue;
		buf_puts(b, any ? ", " : " \xC2\xB7 also in ");
		any = true;
		put_item_address(b, p, s->public_id);
		page_attr_language(b, s->lang);
		buf_putc(b, '>');
		page_language_name(b, s->lang);
		buf_puts(b, "</a>");
	}
}

static size_t count_siblings(const struct stored_item *i)
{
	size_t n = 0;

	for (size_t k = 0; k < i->n_siblings; k++)
		n += !i->siblings[k].across;
	return n;
}

static void put_meta(struct buf *b, const struct outlet *o, const struct river *r,
	const struct stored_item *i, struct slice lang, const struct page *p)
{
	size_t siblings = count_siblings(i);

	buf_puts(b, page_is_own(lang) ? "<p class=\"m\">" : "<p class=\"m\" lang=\"en\">");
	put_item_address(b, p, i->public_id);
	buf_putc(b, '>');
	page_time(b, i->place);
	buf_puts(b, "</a>");
	put_sources(b, o, i, p);
	if (!page_is_own(lang) && page_is_language(lang)) {
		buf_puts(b, " \xC2\xB7 <a");
		filters_language(b, r, lang);
		page_attr_language(b, lang);
		buf_putc(b, '>');
		page_language_name(b, lang);
		buf_puts(b, "</a>");
	}
	put_languages(b, i, p);
	if (siblings > 0 && i->story.len > 0) {
		buf_printf(b, " \xC2\xB7 <a href=\"%sstory/%.*s\">", p->up, SLICE_ARG(i->story));
		page_count(b, siblings + 1, "item",
			siblings + 1 > LIMIT_SIBLINGS ? "items and more" : "items");
		buf_puts(b, "</a>");
	}
	if (i->revisions > 0) {
		buf_puts(b, " \xC2\xB7 ");
		buf_printf(b, "<a href=\"%sitem/%.*s#changes\">edited</a>", p->up,
			SLICE_ARG(i->public_id));
	}
	if (i->withdrawn != INSTANT_NONE)
		buf_puts(b, " \xC2\xB7 withdrawn");
	buf_puts(b, "</p>\n");
}

static void put_siblings(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	size_t n = 0;

	for (size_t k = 0; k < i->n_siblings && n < SIBLINGS_SHOWN; k++) {
		const struct sibling *s = &i->siblings[k];
		const struct stored_source *source = page_find_source(o, s->source_name);

		if (s->across || s->title.len == 0)
			continue;
		buf_puts(b, n++ == 0 ? "<ul>\n<li" : "<li");
		page_direction(b, s->lang, s->title);
		buf_putc(b, '>');
		page_link(b, s->url, s->title);
		if (source != NULL) {
			buf_puts(b, " <bdi>");
			out_html(b, parts_source_title(source));
			buf_puts(b, "</bdi>");
		}
		buf_puts(b, "</li>\n");
	}
	buf_puts(b, n > 0 ? "</ul>\n" : "");
}

static void put_title(
	struct buf *b, const struct stored_item *i, struct slice title, const struct page *p)
{
	buf_puts(b, "<h3>");
	if (out_is_address(i->item.url)) {
		page_link(b, i->item.url, title);
	} else {
		put_item_address(b, p, i->public_id);
		buf_putc(b, '>');
		out_html(b, title);
		buf_puts(b, "</a>");
	}
	buf_puts(b, "</h3>\n");
}

void render_river_entry(struct buf *out, const struct outlet *o, const struct river *r,
	const struct stored_item *i, instant before)
{
	struct slice lang = parts_language(i, parts_source(o, i->source));
	struct page p = frame(r);
	struct buf title, teaser;

	buf_init(&title, TEXT_BYTES);
	buf_init(&teaser, TEXT_BYTES);
	parts_title(&title, &i->item);
	if (i->item.title.len > 0)
		parts_teaser(&teaser, &i->item);
	put_day(out, i->place, before);
	buf_puts(out, "<article");
	page_direction(out, lang, buf_slice(&title));
	buf_puts(out, ">\n");
	put_title(out, i, buf_slice(&title), &p);
	if (teaser.len > 0) {
		buf_puts(out, "<p>");
		page_cut(out, buf_slice(&teaser), TEASER_CHARS);
		buf_puts(out, "</p>\n");
	}
	put_meta(out, o, r, i, lang, &p);
	if (o->one_per_story)
		put_siblings(out, o, i);
	buf_puts(out, "</article>\n");
	buf_clear(&title);
	buf_clear(&teaser);
}

/* `next` of the outlet is a whole address, for feeds; here what is behind its path is enough. */
static void put_pages(struct buf *b, const struct outlet *o, const struct river *r)
{
	bool is_older = r->asked->after != NULL;

	if (!is_older && o->next_url.len == 0)
		return;
	buf_puts(b, "<nav class=\"pages\" aria-label=\"Pages\">");
	if (is_older) {
		buf_puts(b, "<a rel=\"first\"");
		filters_newest(b, r);
		buf_puts(b, ">Newest</a> ");
	}
	if (o->next_url.len > 0) {
		buf_puts(b, "<a rel=\"next\" href=\"");
		out_html_attr(b, slice_skip(o->next_url, slice_find_byte(o->next_url, '?')));
		buf_puts(b, "\">Older</a>");
	}
	buf_puts(b, "</nav>\n");
}

static void put_nothing(struct buf *b, const struct river *r)
{
	if (r->complaint.len == 0) {
		buf_puts(b, "<p>Nothing matches.</p>\n");
		return;
	}
	buf_puts(b, "<p class=\"bad\">This cannot be searched for: ");
	out_html(b, r->complaint);
	buf_puts(b, "</p>\n");
}

void render_river_end(struct buf *out, const struct outlet *o, const struct river *r, size_t n)
{
	struct page p = frame(r);

	if (n > 0)
		buf_puts(out, "</section>\n");
	else
		put_nothing(out, r);
	put_pages(out, o, r);
	buf_puts(out, "</main>\n");
	filters_all(out, o, r, &p);
	buf_puts(out, "</div>\n");
	page_end(out, o, &p);
}
