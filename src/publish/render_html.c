/*
 * render_html.c - the river of news for a browser: items by day, filters, the state of sources
 *
 * Semantic HTML without a script; nothing in it is fetched but our own style sheet.
 */
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/render.h"

#define CHIPS_MOST 40 /* of one kind */

static bool same_day(instant a, instant b)
{
	int year, month, day;

	return instant_civil(a, &year, &month, &day) == instant_civil(b, &year, &month, &day);
}

/* Names that occur once, in the order of their first occurrence. */
struct chips {
	struct slice at[CHIPS_MOST];
	size_t n;
};

static void add_chip(struct chips *c, struct slice name)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_equal_fold(c->at[i], name))
			return;
	if (name.len > 0 && c->n < CHIPS_MOST)
		c->at[c->n++] = name;
}

static void put_chip(struct buf *b, const char *name, struct slice value, struct slice text,
	bool is_current, struct slice lang)
{
	buf_puts(b, "<li><a ");
	if (value.len > 0)
		page_filter(b, "./", name, value);
	else
		buf_puts(b, "href=\"./\"");
	if (is_current)
		buf_puts(b, " aria-current=\"true\"");
	out_attr(b, "lang", lang);
	buf_putc(b, '>');
	out_html(b, text);
	buf_puts(b, "</a></li>\n");
}

static void put_language_chips(struct buf *b, const struct outlet *o, const struct river *r)
{
	struct chips languages = {.n = 0};

	for (size_t i = 0; i < o->n_sources; i++) {
		const struct stored_source *s = &o->sources[i];
		struct slice lang = s->lang.len > 0 ? s->lang : s->feed.language;

		add_chip(&languages, slice_head(lang, slice_find_byte(lang, '-')));
	}
	if (languages.n < 2 && r->lang.len == 0)
		return;
	buf_puts(b, "<ul class=\"row\" aria-label=\"By language\">\n<li><b>Language</b></li>\n");
	put_chip(b, "lang", SLICE_NONE, SLICE("All"), r->lang.len == 0, SLICE_NONE);
	for (size_t i = 0; i < languages.n; i++)
		put_chip(b, "lang", languages.at[i], page_language(languages.at[i]),
			slice_equal_fold(r->lang, languages.at[i]), languages.at[i]);
	buf_puts(b, "</ul>\n");
}

static void put_tag_chips(struct buf *b, const struct outlet *o, const struct river *r)
{
	struct chips tags = {.n = 0};

	for (size_t i = 0; i < o->n_sources; i++)
		for (size_t k = 0; k < o->sources[i].tags.n; k++)
			add_chip(&tags, o->sources[i].tags.at[k]);
	if (tags.n == 0)
		return;
	buf_puts(b, "<ul class=\"row\" aria-label=\"By tag\">\n<li><b>Tag</b></li>\n");
	put_chip(b, "tag", SLICE_NONE, SLICE("All"), r->tag.len == 0, SLICE_NONE);
	for (size_t i = 0; i < tags.n; i++)
		put_chip(b, "tag", tags.at[i], tags.at[i], slice_equal(r->tag, tags.at[i]),
			SLICE_NONE);
	buf_puts(b, "</ul>\n");
}

static void put_feed_chips(struct buf *b, struct slice query)
{
	static const struct {
		const char *path, *name;
	} rows[] = {{"feed.atom", "Atom"}, {"feed.json", "JSON Feed"}, {"feed.rss", "RSS"}};

	buf_puts(b, "<ul class=\"row\" aria-label=\"Feeds\">\n<li><b>Feeds</b></li>\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_printf(b, "<li><a href=\"%s%s", rows[i].path, query.len > 0 ? "?" : "");
		out_html_attr(b, query);
		buf_printf(b, "\">%s</a></li>\n", rows[i].name);
	}
	buf_puts(b, "<li><a href=\"sources.opml\">OPML</a></li>\n</ul>\n");
}

static int64_t count_failing(const struct outlet *o)
{
	int64_t n = 0;

	for (size_t i = 0; i < o->n_sources; i++)
		n += o->sources[i].state == SOURCE_FAILING || o->sources[i].state == SOURCE_GONE;
	return n;
}

static size_t count_followed(const struct outlet *o)
{
	size_t n = 0;

	for (size_t i = 0; i < o->n_sources; i++)
		n += o->sources[i].state != SOURCE_RETIRED;
	return n;
}

static void put_head(struct buf *b, const struct outlet *o, const struct river *r)
{
	int64_t failing = count_failing(o);
	size_t followed = count_followed(o);

	buf_puts(b, "<a class=\"skip\" href=\"#river\">Skip to the items</a>\n"
		    "<header class=\"head\">\n<h1><a href=\"./\">");
	out_html(b, o->title);
	buf_printf(b, "</a></h1>\n<p>%zu %s, <a href=\"#sources\">", followed,
		followed == 1 ? "source" : "sources");
	if (failing > 0)
		buf_printf(b, "<span class=\"failing\">%d failing</span>", (int)failing);
	else
		buf_puts(b, "all in order");
	buf_puts(b, "</a></p>\n<nav aria-label=\"Filters and feeds\">\n");
	put_language_chips(b, o, r);
	put_tag_chips(b, o, r);
	put_feed_chips(b, r->query);
	buf_puts(b, "</nav>\n</header>\n");
}

static void put_meta(struct buf *b, const struct stored_item *i, const struct stored_source *s)
{
	buf_puts(b, "<p class=\"meta\" dir=\"ltr\" lang=\"en\">");
	page_time(b, i->place);
	if (s != NULL) {
		buf_puts(b, " \xC2\xB7 <a ");
		page_filter(b, "./", "source", s->name);
		buf_puts(b, "><bdi>");
		out_html(b, parts_source_title(s));
		buf_puts(b, "</bdi></a>");
	}
	buf_puts(b, " \xC2\xB7 <a href=\"item/");
	out_url_part(b, i->public_id);
	buf_puts(b, "\" aria-label=\"Text: ");
	out_html_attr(b, i->item.title);
	buf_puts(b, "\">Text</a>");
	if (out_is_address(i->item.image)) {
		buf_puts(b, " \xC2\xB7 ");
		page_link(b, i->item.image, SLICE("Picture"));
	}
	if (i->n_sightings > 1)
		buf_printf(b, " \xC2\xB7 in %zu sources", i->n_sightings);
	buf_puts(b, "</p>\n");
}

static void put_entry(struct buf *b, const struct outlet *o, const struct stored_item *i)
{
	const struct stored_source *s = parts_source(o, i->source);

	buf_puts(b, "<article");
	page_direction(b, parts_language(i, s));
	buf_puts(b, ">\n<h3>");
	page_link(b, i->item.url, i->item.title);
	buf_puts(b, "</h3>\n");
	put_meta(b, i, s);
	if (i->item.summary.len > 0) {
		buf_puts(b, "<p class=\"teaser\">");
		out_html(b, i->item.summary);
		buf_puts(b, "</p>\n");
	}
	buf_puts(b, "</article>\n");
}

static void put_river(struct buf *b, const struct outlet *o, const struct river *r)
{
	const struct item_page *page = r->page;

	buf_puts(b, "<main id=\"river\">\n");
	if (page->n == 0)
		buf_puts(b, "<p>There is nothing here yet.</p>\n");
	for (size_t i = 0; i < page->n; i++) {
		instant place = page->items[i].place;

		if (i == 0 || !same_day(page->items[i - 1].place, place)) {
			buf_puts(b, i == 0 ? "" : "</section>\n");
			buf_puts(b, "<section>\n<h2 class=\"day\">");
			page_day(b, place);
			buf_puts(b, "</h2>\n");
		}
		put_entry(b, o, &page->items[i]);
	}
	if (page->n > 0)
		buf_puts(b, "</section>\n");
	if (o->next_url.len > 0) {
		struct slice query = slice_skip(o->next_url, slice_find_byte(o->next_url, '?'));

		buf_puts(b, "<nav class=\"pages\" aria-label=\"Pages\"><a rel=\"next\" href=\"./");
		out_html_attr(b, query);
		buf_puts(b, "\">Older items</a></nav>\n");
	}
	buf_puts(b, "</main>\n");
}

static const char *state_in_words(enum source_state state)
{
	static const char *const words[] = {
		[SOURCE_NEW] = "not asked yet",
		[SOURCE_OK] = "in order",
		[SOURCE_FAILING] = "failing",
		[SOURCE_GONE] = "gone for good",
		[SOURCE_DISABLED] = "switched off",
		[SOURCE_RETIRED] = "no longer followed",
	};

	return words[state];
}

static void put_instant_cell(struct buf *b, instant at)
{
	buf_puts(b, "<td>");
	if (at == INSTANT_NONE)
		buf_puts(b, "never");
	else
		page_day_and_time(b, at);
	buf_puts(b, "</td>");
}

static void put_small(struct buf *b, struct slice text)
{
	if (text.len == 0)
		return;
	buf_puts(b, "<small dir=\"auto\">");
	out_html(b, text);
	buf_puts(b, "</small>");
}

static void put_source(struct buf *b, const struct stored_source *s)
{
	buf_puts(b, "<tr><th scope=\"row\"><a ");
	page_filter(b, "./", "source", s->name);
	out_attr(b, "lang", s->feed.language.len > 0 ? s->feed.language : s->lang);
	buf_puts(b, " dir=\"auto\">");
	out_html(b, parts_source_title(s));
	buf_puts(b, "</a>");
	if (out_is_address(s->feed.home_page_url)) {
		buf_puts(b, "<small>");
		page_link(b, s->feed.home_page_url, SLICE("home page"));
		buf_puts(b, "</small>");
	}
	buf_printf(b, "</th><td><span class=\"%s\">%s</span>", source_state_name(s->state),
		state_in_words(s->state));
	put_small(b, s->error);
	put_small(b, s->notice);
	buf_puts(b, "</td>");
	put_instant_cell(b, s->last_new);
	put_instant_cell(b, s->last_ok);
	buf_puts(b, "</tr>\n");
}

static void put_sources(struct buf *b, const struct outlet *o)
{
	buf_puts(b, "<section aria-labelledby=\"sources\">\n"
		    "<h2 class=\"part\" id=\"sources\">Sources</h2>\n<div class=\"wide\">"
		    "<table class=\"sources\">\n<thead><tr><th scope=\"col\">Source</th>"
		    "<th scope=\"col\">State</th><th scope=\"col\">Last new item</th>"
		    "<th scope=\"col\">Last answer</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < o->n_sources; i++)
		put_source(b, &o->sources[i]);
	buf_puts(b, "</tbody>\n</table></div>\n</section>\n");
}

void render_page(struct buf *out, const struct outlet *o, const struct river *r)
{
	page_begin(out, o, "", r->query, SLICE("en"));
	put_head(out, o, r);
	put_river(out, o, r);
	put_sources(out, o);
	buf_puts(out,
		"<footer>Times are UTC. <a href=\"status.json\">State as JSON</a>.</footer>\n");
	page_end(out);
}
