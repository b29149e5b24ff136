/* filters.c - a table of kinds; every link is the question with one kind changed */
#include "publish/filters.h"
#include "base/arena.h"
#include "base/limits.h"
#include "publish/out.h"
#include "publish/parts.h"

#define CHOICES_MOST 24 /* of one kind */
#define DATE_BYTES   10 /* 2024-05-31 */
#define DASH         " \xE2\x80\x93 "

enum kind {
	KIND_SEARCH,
	KIND_SOURCE,
	KIND_TAG,
	KIND_LANG,
	KIND_TOPIC,
	KIND_SINCE,
	KIND_UNTIL,
	KINDS
};

static const struct {
	const char *name, *heading;
} kinds[KINDS] = {
	[KIND_SEARCH] = {"q", "Search"},
	[KIND_SOURCE] = {"source", "Source"},
	[KIND_TAG] = {"tag", "Tag"},
	[KIND_LANG] = {"lang", "Language"},
	[KIND_TOPIC] = {"topic", "Topic"},
	[KIND_SINCE] = {"since", "Since"},
	[KIND_UNTIL] = {"until", "Until"},
};

/* The filters of a kind that are on, and the texts of the two dates. */
struct chosen {
	const struct slice *at;
	size_t n;
	struct slice one;
	char date[INSTANT_TEXT_BYTES];
};

static void choose_date(struct chosen *c, instant at)
{
	if (at == INSTANT_NONE)
		return;
	c->one = slice_of(instant_put_rfc3339(c->date, at));
	c->at = &c->one;
	c->n = 1;
}

static void choose(struct chosen *c, const struct item_query *q, enum kind k)
{
	*c = (struct chosen){0};
	switch (k) {
	case KIND_SOURCE:
		c->at = q->sources, c->n = q->n_sources;
		break;
	case KIND_TAG:
		c->at = q->tags, c->n = q->n_tags;
		break;
	case KIND_LANG:
		c->at = q->langs, c->n = q->n_langs;
		break;
	case KIND_TOPIC:
		c->at = q->topics, c->n = q->n_topics;
		break;
	case KIND_SINCE:
		choose_date(c, q->since);
		break;
	case KIND_UNTIL:
		choose_date(c, q->until);
		break;
	case KIND_SEARCH:
	case KINDS:
		c->at = &q->q, c->n = q->q.len > 0;
		break;
	}
}

static bool is_on(const struct item_query *q, enum kind k, struct slice value)
{
	struct chosen c;

	choose(&c, q, k);
	for (size_t i = 0; i < c.n; i++)
		if (slice_equal_fold(c.at[i], value))
			return true;
	return false;
}

static void put_pair(struct buf *b, bool *first, const char *name, struct slice value)
{
	buf_puts(b, *first ? "?" : "&amp;");
	*first = false;
	buf_printf(b, "%s=", name);
	out_url_part(b, value);
}

/* ` href="…"`: the river with `value` in the place of what is on of kind `k`; empty: without. */
static void put_href(struct buf *b, const struct river *r, enum kind k, struct slice value)
{
	struct chosen c;
	bool first = true;

	buf_puts(b, " href=\"");
	for (enum kind i = 0; i < KINDS; i++) {
		choose(&c, r->asked, i);
		for (size_t n = 0; i != k && n < c.n; n++)
			put_pair(b, &first, kinds[i].name, c.at[n]);
		if (i == k && value.len > 0)
			put_pair(b, &first, kinds[i].name, value);
	}
	if (r->shows_all)
		put_pair(b, &first, "stories", SLICE("all"));
	if (first && r->view.len > 0)
		out_url_part(b, r->view);
	else if (first)
		buf_puts(b, "./");
	buf_putc(b, '"');
}

void filters_newest(struct buf *b, const struct river *r)
{
	put_href(b, r, KINDS, SLICE_NONE);
}

void filters_language(struct buf *b, const struct river *r, struct slice lang)
{
	put_href(b, r, KIND_LANG, slice_head(lang, slice_find_byte(lang, '-')));
}

static void put_hidden(struct buf *b, const char *name, struct slice value)
{
	buf_printf(b, "<input type=\"hidden\" name=\"%s\" value=\"", name);
	out_html_attr(b, value);
	buf_puts(b, "\">");
}

void filters_search(struct buf *b, const struct river *r)
{
	struct chosen c;

	buf_puts(b, "<form role=\"search\">");
	for (enum kind k = KIND_SEARCH + 1; k < KINDS; k++) {
		choose(&c, r->asked, k);
		for (size_t i = 0; i < c.n; i++)
			put_hidden(b, kinds[k].name, c.at[i]);
	}
	if (r->shows_all)
		put_hidden(b, "stories", SLICE("all"));
	buf_puts(b, "<input type=\"search\" name=\"q\" aria-label=\"Words to search for\"");
	buf_printf(b, " maxlength=\"%d\" required value=\"", LIMIT_QUERY_BYTES);
	out_html_attr(b, r->asked->q);
	buf_puts(b, "\"><button>Search</button></form>\n");
}

/* What a value is called; texts are borrowed. */
static struct slice called(const struct outlet *o, enum kind k, struct slice value)
{
	const struct stored_source *s = k == KIND_SOURCE ? page_find_source(o, value) : NULL;

	if (s != NULL)
		return parts_source_title(s);
	if (k == KIND_LANG)
		return page_language(value);
	if (k == KIND_SINCE || k == KIND_UNTIL)
		return slice_head(value, DATE_BYTES);
	for (size_t i = 0; k == KIND_TOPIC && i < o->n_topics; i++)
		if (slice_equal(o->topics[i].name, value))
			return o->topics[i].title;
	return value;
}

struct slice filters_title(const struct outlet *o, const struct river *r, struct arena *a)
{
	struct chosen c;
	struct slice title = o->site;
	struct buf text;

	for (size_t i = 0; i < r->n_views; i++)
		if (slice_equal(r->view, r->views[i].name))
			title = r->views[i].title;
	buf_init(&text, LIMIT_URL_BYTES);
	buf_put_slice(&text, title);
	for (enum kind k = 0; k < KINDS; k++) {
		choose(&c, r->asked, k);
		for (size_t i = 0; i < c.n; i++) {
			buf_puts(&text, text.len == title.len ? DASH : ", ");
			buf_put_slice(&text, called(o, k, c.at[i]));
		}
	}
	title = slice_copy(a, buf_slice(&text));
	buf_clear(&text);
	return title;
}

void filters_on(struct buf *b, const struct outlet *o, const struct river *r)
{
	struct chosen c;
	bool any = false;

	for (enum kind k = 0; k < KINDS; k++) {
		choose(&c, r->asked, k);
		if (c.n == 0)
			continue;
		buf_puts(b, any ? "" : "<ul class=\"on\" aria-label=\"Filters that are on\">\n");
		any = true;
		buf_puts(b, "<li><a");
		put_href(b, r, k, SLICE_NONE);
		buf_printf(b, ">%s: <bdi>", kinds[k].heading);
		for (size_t i = 0; i < c.n; i++) {
			buf_puts(b, i > 0 ? ", " : "");
			out_html(b, called(o, k, c.at[i]));
		}
		buf_puts(b, "</bdi><span class=\"v\">, remove this filter</span></a></li>\n");
	}
	buf_puts(b, any ? "</ul>\n" : "");
}

static void begin_list(struct buf *b, const char *heading)
{
	buf_printf(b, "<h2>%s</h2>\n<ul>\n", heading);
}

/* One that is on is marked, and leads to the river without it. */
static void put_choice(struct buf *b, const struct outlet *o, const struct river *r, enum kind k,
	struct slice value)
{
	bool on = is_on(r->asked, k, value);

	buf_puts(b, "<li><a");
	put_href(b, r, k, on ? SLICE_NONE : value);
	buf_puts(b, on ? " aria-current=\"true\"" : "");
	if (k == KIND_LANG)
		page_attr_language(b, value);
	buf_puts(b, k == KIND_SOURCE ? " dir=\"auto\">" : ">");
	out_html(b, called(o, k, value));
	buf_puts(b, on ? "<span class=\"v\">, remove this filter</span></a>" : "</a>");
}

/* Values that occur once, in the order of their first occurrence. */
struct choices {
	struct slice at[CHOICES_MOST];
	size_t n;
};

static void add_choice(struct choices *c, struct slice value)
{
	for (size_t i = 0; i < c->n; i++)
		if (slice_equal_fold(c->at[i], value))
			return;
	if (value.len > 0 && c->n < CHOICES_MOST)
		c->at[c->n++] = value;
}

static void put_choices(struct buf *b, const struct outlet *o, const struct river *r, enum kind k,
	const struct choices *c, size_t least)
{
	if (c->n < least)
		return;
	begin_list(b, kinds[k].heading);
	for (size_t i = 0; i < c->n; i++) {
		put_choice(b, o, r, k, c->at[i]);
		buf_puts(b, "</li>\n");
	}
	buf_puts(b, "</ul>\n");
}

static void put_languages(struct buf *b, const struct outlet *o, const struct river *r)
{
	struct choices c = {.n = 0};

	for (size_t i = 0; i < o->n_sources; i++) {
		const struct stored_source *s = &o->sources[i];
		struct slice lang = s->lang.len > 0 ? s->lang : s->feed.language;

		if (page_is_language(lang))
			add_choice(&c, slice_head(lang, slice_find_byte(lang, '-')));
	}
	put_choices(b, o, r, KIND_LANG, &c, r->asked->n_langs > 0 ? 1 : 2);
}

static void put_tags(struct buf *b, const struct outlet *o, const struct river *r)
{
	struct choices c = {.n = 0};

	for (size_t i = 0; i < o->n_sources; i++)
		for (size_t k = 0; k < o->sources[i].tags.n; k++)
			add_choice(&c, o->sources[i].tags.at[k]);
	put_choices(b, o, r, KIND_TAG, &c, 1);
}

static void put_topics(struct buf *b, const struct outlet *o, const struct river *r)
{
	struct choices c = {.n = 0};

	for (size_t i = 0; i < o->n_topics; i++)
		add_choice(&c, o->topics[i].name);
	put_choices(b, o, r, KIND_TOPIC, &c, 1);
}

/* The sources with the latest news, the latest first, else by number. */
struct latest {
	const struct stored_source *at[CHOICES_MOST];
	size_t n;
};

static void add_latest(struct latest *l, const struct stored_source *s)
{
	size_t to = l->n < CHOICES_MOST ? l->n++ : CHOICES_MOST - 1;

	if (to == CHOICES_MOST - 1 && l->at[to] != NULL && l->at[to]->last_new >= s->last_new)
		return;
	for (; to > 0 && l->at[to - 1]->last_new < s->last_new; to--)
		l->at[to] = l->at[to - 1];
	l->at[to] = s;
}

static void put_sources(
	struct buf *b, const struct outlet *o, const struct river *r, const struct page *p)
{
	struct latest latest = {.n = 0};
	struct choices c = {.n = 0};

	for (size_t i = 0; i < r->asked->n_sources; i++)
		add_choice(&c, r->asked->sources[i]);
	for (size_t i = 0; i < o->n_sources; i++)
		if (o->sources[i].state != SOURCE_RETIRED)
			add_latest(&latest, &o->sources[i]);
	for (size_t i = 0; i < latest.n; i++)
		add_choice(&c, latest.at[i]->name);
	put_choices(b, o, r, KIND_SOURCE, &c, 1);
	if (o->n_sources > c.n)
		buf_printf(b, "<p><a href=\"%ssources\">All %zu sources</a></p>\n", p->up,
			o->n_sources);
}

static void put_views(struct buf *b, const struct river *r, const struct page *p)
{
	if (r->n_views == 0)
		return;
	begin_list(b, "View");
	for (size_t i = 0; i < r->n_views; i++) {
		bool on = slice_equal(r->view, r->views[i].name);

		buf_printf(b, "<li><a href=\"%s", p->up);
		if (!on) {
			buf_puts(b, "view/");
			out_url_part(b, r->views[i].name);
		} else {
			buf_puts(b, p->up[0] != '\0' ? "" : "./");
		}
		buf_puts(b, on ? "\" aria-current=\"true\">" : "\">");
		out_html(b, r->views[i].title);
		buf_puts(b, "</a></li>\n");
	}
	buf_puts(b, "</ul>\n");
}

static void put_feeds(struct buf *b, const struct page *p)
{
	begin_list(b, "Feeds of this page");
	page_feeds(b, p);
	buf_puts(b, "</ul>\n");
}

void filters_all(struct buf *b, const struct outlet *o, const struct river *r, const struct page *p)
{
	buf_puts(b, "<nav id=\"filters\" aria-label=\"Filters and feeds\">\n");
	put_views(b, r, p);
	put_topics(b, o, r);
	put_languages(b, o, r);
	put_tags(b, o, r);
	put_sources(b, o, r, p);
	put_feeds(b, p);
	buf_puts(b, "</nav>\n");
}
