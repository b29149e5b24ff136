/* render_sources.c - the page of all sources: how each is, and how often it has news */
#include "publish/out.h"
#include "publish/page.h"
#include "publish/parts.h"
#include "publish/render.h"
#include "publish/rhythm.h"
#include "publish/words.h"

#include <inttypes.h>

/* What needs a look first. */
static const struct {
	const char *heading;
	bool states[SOURCE_RETIRED + 1];
} groups[] = {
	{"Not well", {[SOURCE_FAILING] = true, [SOURCE_GONE] = true}},
	{"Well", {[SOURCE_OK] = true}},
	{"Not asked yet", {[SOURCE_NEW] = true}},
	{"Not asked", {[SOURCE_DISABLED] = true, [SOURCE_RETIRED] = true}},
};

static bool is_in(const struct stored_source *s, size_t group)
{
	return s->state == SOURCE_OK && words_is_unwell(s) ? group == 0
							   : groups[group].states[s->state];
}

static void put_line(struct buf *b, const char *class, const char *what, struct slice text)
{
	if (text.len == 0)
		return;
	buf_printf(b, "<p class=\"%s\">%s<bdi>", class, what);
	out_html(b, text);
	buf_puts(b, "</bdi></p>\n");
}

static void put_state(struct buf *b, const struct stored_source *s)
{
	buf_printf(b, "<p><span class=\"%s\">%s</span>", words_is_unwell(s) ? "bad" : "good",
		s->state == SOURCE_OK && words_is_unwell(s) ? "not well" : words_state(s->state));
	if (s->state == SOURCE_FAILING || s->state == SOURCE_GONE) {
		buf_puts(b, s->last_ok == INSTANT_NONE ? ", never well yet" : ", last well ");
		if (s->last_ok != INSTANT_NONE)
			page_day_and_time(b, s->last_ok);
	}
	buf_puts(b, " \xC2\xB7 last news ");
	page_day_and_time(b, s->last_new);
	if (s->state == SOURCE_OK || s->state == SOURCE_FAILING) {
		buf_puts(b, " \xC2\xB7 next asked ");
		page_day_and_time(b, s->next_poll);
	}
	buf_puts(b, "</p>\n");
}

/* "It has fallen silent since 3 May 2024, 14:05: …".  Its error and its state say the others. */
static void put_alarms(struct buf *b, const struct stored_source *s)
{
	for (size_t i = 0; i < s->n_alarms; i++) {
		const struct stored_alarm *a = &s->alarms[i];

		if (a->kind == ALARM_FAILING || a->kind == ALARM_GONE || a->kind == ALARM_MOVED)
			continue;
		buf_printf(b, "<p class=\"notice\">It %s, seen ", alarm_begun(a->kind));
		page_day_and_time(b, a->since);
		buf_puts(b, a->detail.len > 0 ? ": <bdi>" : ".");
		out_html(b, a->detail);
		buf_puts(b, a->detail.len > 0 ? "</bdi></p>\n" : "</p>\n");
	}
}

static void put_gap(struct buf *b, const struct stored_source *s)
{
	if (s->gap_from == INSTANT_NONE || s->gap_to == INSTANT_NONE)
		return;
	buf_puts(b, "<p class=\"notice\">Items may be missing between ");
	page_day_and_time(b, s->gap_from);
	buf_puts(b, " and ");
	page_day_and_time(b, s->gap_to);
	buf_puts(b, ".</p>\n");
}

static void put_links(struct buf *b, const struct stored_source *s)
{
	struct slice lang = s->lang.len > 0 ? s->lang : s->feed.language;

	buf_puts(b, "<p class=\"m\">");
	if (page_is_language(lang)) {
		buf_puts(b, "<span");
		page_attr_language(b, lang);
		buf_putc(b, '>');
		page_language_name(b, lang);
		buf_puts(b, "</span> \xC2\xB7 ");
	}
	page_link(b, s->url, s->is_page ? SLICE("Its page that is read") : SLICE("Its feed"));
	if (out_is_address(s->feed.home_page_url)) {
		buf_puts(b, " \xC2\xB7 ");
		page_link(b, s->feed.home_page_url, SLICE("Its home page"));
	}
	buf_puts(b, " \xC2\xB7 <a href=\"feed.atom?source=");
	out_url_part(b, s->name);
	buf_puts(b, "\">Our feed of it</a></p>\n");
}

static void put_source(struct buf *b, const struct stored_source *s, const struct rhythm *r)
{
	buf_printf(b, "<li id=\"s%" PRId64 "\">\n", s->number);
	rhythm_put(b, r);
	buf_puts(b, "<h3>");
	page_source(b, "./", s);
	buf_puts(b, "</h3>\n");
	put_state(b, s);
	put_line(b, "bad", "", s->error);
	put_line(b, "notice", "", s->notice);
	put_alarms(b, s);
	put_gap(b, s);
	put_links(b, s);
	buf_puts(b, "</li>\n");
}

static void put_group(struct buf *b, const struct source_list *list, size_t group)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += is_in(list->at[i], group);
	if (n == 0)
		return;
	buf_printf(b,
		"<section>\n<h2>%s <span class=\"m\">%zu</span></h2>\n<ul class=\"sources\">\n",
		groups[group].heading, n);
	for (size_t i = 0; i < list->n; i++)
		if (is_in(list->at[i], group))
			put_source(b, list->at[i], &list->rhythms[i]);
	buf_puts(b, "</ul>\n</section>\n");
}

static void put_rest(struct buf *b, const struct outlet *o, const struct source_list *list)
{
	if (o->n_sources > list->n)
		buf_printf(b,
			"<p>And %zu more, which <a href=\"status.json\">the state as JSON</a> and "
			"<a href=\"sources.opml\">OPML</a> list.</p>\n",
			o->n_sources - list->n);
}

void render_sources(struct buf *out, const struct outlet *o, const struct source_list *list)
{
	const struct page p = {.up = "", .feeds = "health", .n_forms = 1};

	page_open(out, o, &p);
	buf_puts(out, "<main id=\"main\">\n<h1>Sources</h1>\n<p class=\"health\">");
	words_health(out, o, "");
	buf_puts(out,
		" The bars are the items of each day of 8 weeks. <a href=\"health.atom\">What "
		"is wrong, as a feed</a>.</p>\n");
	for (size_t g = 0; g < COUNT(groups); g++)
		put_group(out, list, g);
	put_rest(out, o, list);
	buf_puts(out, "</main>\n");
	page_end(out, o, &p);
}
