/*
 * cmd_add.c - `tributary add`: an address to the section that follows it
 *
 * Asks the address, what its page names, and then the usual ones, one at a time; each is read in
 * the jail.  Prints; the configuration is the admin's to write.
 */
#include "tributary/commands.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/url.h"
#include "conf/conf.h"
#include "parse/parse.h"
#include "tributary/fetched.h"
#include "tributary/jailed.h"
#include "tributary/proposal.h"

#include <getopt.h>
#include <stdio.h>
#include <unistd.h>

#define ALLOW_MOST 16
#define ASKED_MOST 6 /* of a page's links: each is a request */

/* Where feeds are found whose page does not say so, the likeliest first. */
static const char *const usual[] = {
	"feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss", "feed.json"};

struct adding {
	struct arena a;
	const char *conf_path;
	bool is_conf_given, json;
	struct slice url, allow[ALLOW_MOST];
	size_t n_allow;
	struct conf *conf; /* NULL: none is there */
	struct asker *asker;
	struct proposal_list found;
};

static int usage(void)
{
	fputs("usage: tributary add [--json] [--allow PREFIX]... [-c FILE] URL\n", stderr);
	return COMMAND_USAGE;
}

static bool read_arguments(struct adding *add, int argc, char **argv)
{
	static const struct option longs[] = {{"allow", required_argument, NULL, 'a'},
		{"json", no_argument, NULL, 'j'}, {"config", required_argument, NULL, 'c'}, {0}};
	struct slice text;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
		if (c == 'a' && add->n_allow < ALLOW_MOST) {
			add->allow[add->n_allow++] = slice_of(optarg);
		} else if (c == 'j') {
			add->json = true;
		} else if (c == 'c') {
			add->conf_path = optarg;
			add->is_conf_given = true;
		} else {
			return false;
		}
	}
	if (argc - optind != 1)
		return false;
	text = slice_of(argv[optind]);
	if (slice_find(text, SLICE("://")) == text.len) {
		struct buf whole;

		buf_init(&whole, LIMIT_URL_BYTES);
		buf_puts(&whole, "https://");
		buf_put_slice(&whole, text);
		text = slice_copy(&add->a, buf_slice(&whole));
		buf_clear(&whole);
	}
	add->url = url_resolve(&add->a, SLICE_NONE, text, URL_FETCH);
	return add->url.len > 0;
}

/* The configuration, for its names, proxy and contact: it need not be there. */
static bool read_conf(struct adding *add)
{
	const struct request r = {.conf_path = add->conf_path};

	if (!add->is_conf_given && access(add->conf_path, R_OK) < 0)
		return true;
	add->conf = request_conf(&r);
	return add->conf != NULL;
}

/* --- one document */

/* Reads it in the jail as `h` says beside what the answer did. */
static enum parse_verdict read_as(
	struct fetched *f, struct hints h, struct proposal *to, struct verdict_text *why)
{
	const struct sink sink = {to, proposal_take_item, proposal_take_feed};

	h.url = f->url;
	h.content_type = f->content_type;
	h.content_location = f->content_location;
	h.content_language = f->content_language;
	h.link = f->link;
	h.is_gzip = f->is_gzip;
	return jailed_parse(f->body, &h, &sink, why);
}

static struct proposal *propose(struct adding *add, struct slice url)
{
	struct proposal *p = ARENA_PUSH(&add->a, &add->found);

	*p = (struct proposal){
		.a = &add->a, .url = url, .allow = add->allow, .n_allow = add->n_allow};
	p->name = proposal_name(&add->a, url, add->conf, &add->found);
	return p;
}

/* Is it a feed?  Then it is proposed. */
static bool try_feed(struct adding *add, struct fetched *f, struct slice asked)
{
	struct proposal *p = propose(add, f->is_moved ? f->url : asked);
	struct verdict_text why;

	if (read_as(f, (struct hints){0}, p, &why) == PARSE_OK)
		return true;
	add->found.n--;
	return false;
}

/* Asks an address that may be a feed's. */
static void try_address(struct adding *add, struct slice url)
{
	struct fetched f = {0};
	struct error err = {""};

	for (size_t i = 0; i < add->found.n; i++)
		if (slice_equal(add->found.at[i].url, url))
			return;
	if (asker_get(add->asker, &add->a, url, &f, &err) == 0)
		try_feed(add, &f, url);
	fetched_clear(&f);
}

/* --- a page */

static void try_links(struct adding *add, const struct proposal *page)
{
	for (size_t i = 0; i < page->links.n && i < ASKED_MOST; i++)
		try_address(add, page->links.at[i]);
}

static void try_usual(struct adding *add, struct slice base)
{
	for (size_t i = 0; i < COUNT(usual) && add->found.n == 0; i++) {
		struct buf path;

		buf_init(&path, 64);
		buf_printf(&path, "/%s", usual[i]);
		try_address(add, url_resolve(&add->a, base, buf_slice(&path), URL_FETCH));
		buf_clear(&path);
	}
}

/* The page itself, by the selectors that its structure suggests. */
static void try_page(struct adding *add, struct fetched *f, const struct proposal *page)
{
	struct proposal *p;
	struct verdict_text why;

	if (page->selectors.item.len == 0 || page->selectors.link.len == 0)
		return;
	p = propose(add, f->url);
	p->is_page = true;
	p->selectors = page->selectors;
	p->selectors.lang = page->lang;
	if (read_as(f, (struct hints){.page = &p->selectors}, p, &why) != PARSE_OK ||
		p->n_items == 0)
		add->found.n--;
}

static int try_all(struct adding *add, struct fetched *f)
{
	struct proposal page = {.a = &add->a};
	struct verdict_text why = {""};

	if (try_feed(add, f, add->url))
		return COMMAND_WELL;
	if (read_as(f, (struct hints){.is_discovery = true}, &page, &why) != PARSE_OK)
		return wrong("%s: %s", log_safe(url_public(&add->a, f->url)), why.text);
	try_links(add, &page);
	if (add->found.n == 0)
		try_usual(add, f->url);
	if (add->found.n == 0)
		try_page(add, f, &page);
	return add->found.n > 0 ? COMMAND_WELL
				: wrong("%s: no feed, and nothing on the page that looks like "
					"a list of news",
					  log_safe(url_public(&add->a, f->url)));
}

static int run(struct adding *add)
{
	struct fetched f = {0};
	struct error err = {""};
	int status;

	add->asker = asker_open(add->conf, add->allow, add->n_allow, &err);
	if (add->asker == NULL)
		return wrong("%s", err.text);
	if (asker_get(add->asker, &add->a, add->url, &f, &err) < 0)
		status = wrong("%s: %s", log_safe(url_public(&add->a, add->url)), err.text);
	else
		status = try_all(add, &f);
	fetched_clear(&f);
	asker_close(&add->asker);
	if (status == COMMAND_WELL)
		proposal_print(&add->found, add->json);
	return status;
}

int cmd_add(int argc, char **argv)
{
	struct adding add = {.conf_path = conf_default_path};
	int status;

	if (!read_arguments(&add, argc, argv))
		status = usage();
	else
		status = read_conf(&add) ? run(&add) : COMMAND_WRONG;
	if (add.conf != NULL)
		conf_free(&add.conf);
	arena_clear(&add.a);
	return status;
}
