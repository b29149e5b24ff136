/*
 * proposal.c - see proposal.h
 */
#include "tributary/proposal.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/url.h"
#include "conf/conf.h"
#include "conf/value.h"
#include "publish/out.h"

#include <stdio.h>

#define NAME_BYTES  56 /* of the 64 that a name may have: a number may follow */
#define PRINT_BYTES (4U << 20)

int proposal_take_item(void *proposal, const struct item *i)
{
	struct proposal *p = proposal;

	if (p->n_items < PROPOSAL_ITEMS) {
		p->items[p->n_items].title = slice_copy(p->a, i->title);
		p->items[p->n_items].url = slice_copy(p->a, i->url);
		p->items[p->n_items].published = i->published;
	}
	p->n_items++;
	return 0;
}

static void take_selector(struct proposal *p, const struct category *c)
{
	struct selectors *s = &p->selectors;
	const struct {
		const char *name;
		struct slice *to;
	} all[] = {{"item", &s->item}, {"link", &s->link}, {"heading", &s->heading},
		{"summary", &s->summary}, {"date", &s->date}, {"image", &s->image}};

	for (size_t i = 0; i < COUNT(all); i++)
		if (slice_is(c->scheme, all[i].name))
			*all[i].to = slice_copy(p->a, c->term);
}

int proposal_take_feed(void *proposal, const struct feed *f)
{
	struct proposal *p = proposal;

	p->title = slice_copy(p->a, f->title);
	p->lang = slice_copy(p->a, f->language);
	if (p->url.len > 0) /* else it is the page, of which is asked what it names */
		return 0;
	for (size_t i = 0; i < f->links.n; i++) {
		struct slice url = url_resolve(p->a, SLICE_NONE, f->links.at[i].href, URL_FETCH);

		if (url.len > 0 && slice_is(f->links.at[i].rel, "alternate"))
			*ARENA_PUSH(p->a, &p->links) = url;
	}
	for (size_t i = 0; i < f->categories.n; i++)
		take_selector(p, &f->categories.at[i]);
	return 0;
}

/* --- names */

static bool is_taken(struct slice name, const struct conf *c, const struct proposal_list *others)
{
	for (size_t i = 0; c != NULL && i < c->n_sources; i++)
		if (slice_equal(c->sources[i].name, name))
			return true;
	for (size_t i = 0; i < others->n; i++)
		if (slice_equal(others->at[i].name, name))
			return true;
	return false;
}

/* The host without "www." as a name: "news.un.org" is "news-un-org". */
static void put_base(struct buf *out, struct slice host)
{
	host = slice_skip(host, slice_starts(host, "www.") ? 4 : 0);
	for (size_t i = 0; i < host.len && out->len < NAME_BYTES; i++) {
		char c = host.at[i];
		bool is_fit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (is_fit || out->len > 0)
			buf_putc(out, is_fit ? c : '-');
	}
	if (out->len == 0)
		buf_puts(out, "source");
}

struct slice proposal_name(
	struct arena *a, struct slice url, const struct conf *c, const struct proposal_list *others)
{
	struct url_parts parts;
	struct buf name;
	struct slice made;
	size_t base;

	buf_init(&name, NAME_BYTES + 8);
	put_base(&name, url_split(a, url, &parts) ? parts.host : SLICE_NONE);
	base = name.len;
	for (unsigned n = 2; is_taken(buf_slice(&name), c, others); n++) {
		name.len = base;
		buf_printf(&name, "-%u", n);
	}
	made = slice_copy(a, buf_slice(&name));
	buf_clear(&name);
	return made;
}

/* --- as a section */

static void put_option(struct buf *out, const char *name, struct slice value)
{
	if (value.len == 0)
		return;
	buf_printf(out, "    %s = ", name);
	value_print_string(out, value);
	buf_putc(out, '\n');
}

static void put_allow(struct buf *out, const struct proposal *p)
{
	if (p->n_allow == 0)
		return;
	buf_puts(out, "    allow = {");
	for (size_t i = 0; i < p->n_allow; i++) {
		buf_puts(out, i > 0 ? ", " : " ");
		value_print_string(out, p->allow[i]);
	}
	buf_puts(out, " }\n");
}

static void put_items(struct buf *out, const struct proposal *p)
{
	buf_printf(out, "# %zu item%s\n", p->n_items, p->n_items == 1 ? "" : "s");
	for (size_t i = 0; i < p->n_items && i < PROPOSAL_ITEMS; i++) {
		char when[INSTANT_TEXT_BYTES] = "no date";

		if (p->items[i].published != INSTANT_NONE)
			instant_put_rfc3339(when, p->items[i].published);
		buf_printf(out, "#   %.10s  %.*s\n#     %.*s\n", when,
			SLICE_ARG(slice_utf8_head(p->items[i].title, 100)),
			SLICE_ARG(p->items[i].url));
	}
}

static void put_section(struct buf *out, const struct proposal *p)
{
	const struct selectors *s = &p->selectors;

	put_items(out, p);
	buf_printf(out, "source %.*s {\n", SLICE_ARG(p->name));
	put_option(out, p->is_page ? "page" : "url", p->url);
	put_option(out, "title", p->title);
	put_option(out, "lang", p->lang);
	if (p->is_page) {
		put_option(out, "item", s->item);
		put_option(out, "link", s->link);
		put_option(out, "heading", s->heading);
		put_option(out, "summary", s->summary);
		put_option(out, "date", s->date);
		put_option(out, "image", s->image);
	}
	put_allow(out, p);
	buf_puts(out, "}\n");
}

/* --- as JSON */

static void put_json_items(struct buf *out, const struct proposal *p)
{
	out_json_name(out, "items");
	buf_putc(out, '[');
	for (size_t i = 0; i < p->n_items && i < PROPOSAL_ITEMS; i++) {
		out_json_next(out);
		buf_putc(out, '{');
		out_json_text(out, "title", p->items[i].title);
		out_json_text(out, "url", p->items[i].url);
		out_json_instant(out, "date_published", p->items[i].published);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_json(struct buf *out, const struct proposal *p)
{
	const struct selectors *s = &p->selectors;
	struct buf section;

	out_json_next(out);
	buf_putc(out, '{');
	out_json_text(out, "name", p->name);
	out_json_text(out, p->is_page ? "page" : "url", p->url);
	out_json_text(out, "title", p->title);
	out_json_text(out, "lang", p->lang);
	if (p->is_page) {
		out_json_text(out, "item", s->item);
		out_json_text(out, "link", s->link);
		out_json_text(out, "heading", s->heading);
		out_json_text(out, "summary", s->summary);
		out_json_text(out, "date", s->date);
		out_json_text(out, "image", s->image);
	}
	out_json_number(out, "item_count", (int64_t)p->n_items);
	put_json_items(out, p);
	buf_init(&section, PRINT_BYTES);
	put_section(&section, p);
	out_json_text(out, "section", buf_slice(&section));
	buf_clear(&section);
	buf_putc(out, '}');
}

void proposal_print(const struct proposal_list *list, bool json)
{
	struct buf out;

	buf_init(&out, PRINT_BYTES);
	if (json)
		buf_puts(&out, "{\"sources\":[");
	for (size_t i = 0; i < list->n; i++) {
		if (json)
			put_json(&out, &list->at[i]);
		else
			put_section(&out, &list->at[i]);
	}
	if (json)
		buf_puts(&out, "]}\n");
	fwrite(out.at, 1, out.len, stdout);
	buf_clear(&out);
}
