/* test_render.c - whatever an item holds, what is made of it is well formed and says it */
#include "publish/render.h"
#include "base/arena.h"
#include "base/limits.h"
#include "fake_store.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#define NASTY "<script>alert('1')</script> & \"q\" ]]> \xF0\x9F\x98\x80 \x01\x0B\xEF\xBF\xBE\xFF"

static struct arena arena;
static struct buf out;
static struct stored_source sources[2];
static struct outlet outlet;

static void begin(void)
{
	buf_init(&out, 1 << 22);
	fake_source(&sources[0], 1, "one");
	fake_source(&sources[1], 2, "two");
	outlet = (struct outlet){.uuid = SLICE("11111111-2222-4333-8444-555555555555"),
		.title = SLICE("All " NASTY),
		.self_url = SLICE("http://localhost/feed.atom?tag=a&lang=b"),
		.base_url = SLICE("http://localhost"),
		.home_url = SLICE("http://localhost/"),
		.next_url = SLICE("http://localhost/feed.atom?after=1.2&limit=3"),
		.updated = 1700000000,
		.sources = sources,
		.n_sources = 2};
}

static void end(void)
{
	buf_clear(&out);
	arena_clear(&arena);
	fake_empty();
	xmlCleanupParser();
}

TestSuite(render, .init = begin, .fini = end);

static void make_nasty(struct stored_item *i)
{
	const struct slice nasty = SLICE(NASTY);
	struct item *it = &i->item;
	struct link *l;
	struct category *c;
	struct attachment *e;

	fake_item(i, 1, NASTY);
	i->sightings = arena_array(&arena, 2, sizeof *i->sightings);
	i->n_sightings = 2;
	i->sightings[0] = (struct sighting){.source = 1, .url = it->url};
	i->sightings[1] =
		(struct sighting){.source = 2, .url = SLICE("https://other.example/?a&b")};
	it->content_html = SLICE("<p title=\"x\">" NASTY "</p>");
	it->summary = it->rights = it->content_text = nasty;
	it->language = SLICE("ar");
	it->external_url = SLICE("https://ext.example/\">");
	it->image = SLICE("https://pic.example/\"'<>&");
	it->comments_url = SLICE("javascript:alert(1)");
	it->comments_count = 3;
	it->has_geo = true;
	it->latitude = 1.5;
	*ARENA_PUSH(&arena, &it->authors) = (struct person){
		.name = nasty, .email = SLICE("a@b.example"), .url = SLICE("https://me.example/")};
	*ARENA_PUSH(&arena, &it->authors) = (struct person){.email = SLICE("no mailbox")};
	*ARENA_PUSH(&arena, &it->contributors) = (struct person){.name = nasty};
	*ARENA_PUSH(&arena, &it->in_reply_to) = SLICE("https://re.example/\"");
	c = ARENA_PUSH(&arena, &it->categories);
	*c = (struct category){.term = nasty, .scheme = SLICE("no scheme"), .label = nasty};
	e = ARENA_PUSH(&arena, &it->attachments);
	*e = (struct attachment){.url = SLICE("https://a.example/\"<"),
		.mime_type = SLICE("audio/mpeg"),
		.title = nasty,
		.size_in_bytes = 7,
		.duration_in_seconds = NUMBER_NONE};
	e = ARENA_PUSH(&arena, &it->attachments);
	*e = (struct attachment){.url = SLICE("data:text/html,x"),
		.mime_type = nasty,
		.size_in_bytes = NUMBER_NONE,
		.duration_in_seconds = NUMBER_NONE};
	l = ARENA_PUSH(&arena, &it->links);
	*l = (struct link){.rel = SLICE("related"),
		.href = SLICE("https://rel.example/"),
		.title = nasty,
		.length = NUMBER_NONE};
	sources[0].feed.title = sources[0].feed.description = sources[0].feed.rights = nasty;
	sources[0].feed.generator = nasty;
	sources[0].feed.id = SLICE("tag:news.example,2020:a b\"");
	*ARENA_PUSH(&arena, &sources[0].feed.authors) = (struct person){.name = nasty};
	*ARENA_PUSH(&arena, &sources[0].feed.categories) = *c;
}

/* An item with nothing but what every item has. */
static void make_bare(struct stored_item *i)
{
	fake_item(i, 2, "");
	i->item.url = SLICE_NONE;
	i->item.language = SLICE_NONE;
	i->source = 2;
	i->published = i->updated = INSTANT_MIN - 5;
}

static void render(const struct rendering *form)
{
	struct stored_item nasty, bare;

	make_nasty(&nasty);
	make_bare(&bare);
	form->begin(&out, &outlet);
	form->item(&out, &outlet, &nasty, 0);
	form->item(&out, &outlet, &bare, 1);
	form->end(&out, &outlet);
	cr_assert(!out.full);
}

static xmlDocPtr parse_xml(void)
{
	xmlDocPtr d = xmlReadMemory(out.at, (int)out.len, "out.xml", NULL, XML_PARSE_NONET);

	cr_assert_not_null(d, "%s", out.at);
	cr_assert_null(strstr(out.at, "alert(1)"), "an address that is none");
	cr_assert_null(strstr(out.at, "secret"), "userinfo");
	return d;
}

static int64_t count(xmlDocPtr d, const char *xpath)
{
	xmlXPathContextPtr c = xmlXPathNewContext(d);
	xmlXPathObjectPtr o;
	int64_t n;

	xmlXPathRegisterNs(c, BAD_CAST "a", BAD_CAST "http://www.w3.org/2005/Atom");
	xmlXPathRegisterNs(c, BAD_CAST "dc", BAD_CAST "http://purl.org/dc/elements/1.1/");
	xmlXPathRegisterNs(c, BAD_CAST "thr", BAD_CAST "http://purl.org/syndication/thread/1.0");
	xmlXPathRegisterNs(
		c, BAD_CAST "content", BAD_CAST "http://purl.org/rss/1.0/modules/content/");
	o = xmlXPathEval(BAD_CAST xpath, c);
	cr_assert_not_null(o, "%s", xpath);
	n = o->nodesetval == NULL ? 0 : o->nodesetval->nodeNr;
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(c);
	return n;
}

struct expectation {
	const char *xpath;
	int64_t n;
};

static void expect_all(xmlDocPtr d, const struct expectation *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cr_expect_eq(count(d, rows[i].xpath), rows[i].n, "%s: %d", rows[i].xpath,
			(int)count(d, rows[i].xpath));
}

Test(render, atom_has_what_rfc_4287_asks_for)
{
	static const struct expectation rows[] = {
		{"/a:feed[a:id and a:title and a:updated and a:generator]", 1},
		{"/a:feed/a:link[@rel='self'][@href='http://localhost/feed.atom?tag=a&lang=b']", 1},
		{"/a:feed/a:link[@rel='alternate'][@href='http://localhost/']", 1},
		{"/a:feed/a:link[@rel='next']", 1},
		{"/a:feed/a:entry", 2},
		{"//a:entry[count(a:id)=1 and count(a:title[string-length()>0])=1 and a:updated "
		 "and a:published and a:author/a:name]",
			2},
		{"//a:entry[count(a:link[@rel='alternate'])=1]", 2},
		{"//a:entry/a:source[a:id and a:title and a:updated]", 2},
		{"//a:entry[1][@xml:lang='ar']/a:author", 2},
		{"//a:entry[1]/a:author/a:email", 1},
		{"//a:entry[2]/a:author[a:name='News number 2']", 1},
		{"//a:entry[2]/a:title[.='Untitled']", 1},
		{"//a:entry[2]/a:link[starts-with(@href,'http://localhost/item/')]", 1},
		{"//a:entry[1]/a:link[@rel='enclosure'][@length='7'][@type='audio/mpeg']", 1},
		{"//a:entry[1]/a:link[@rel='enclosure']", 1},
		{"//a:entry[1]/a:link[@rel='via'][@href='https://other.example/?a&b']", 1},
		{"//a:entry[1]/a:link[@rel='related']", 2},
		{"//a:entry[1]/a:link[@rel='replies']", 0},
		{"//a:entry[1]/a:category[@term and @label and not(@scheme)]", 1},
		{"//a:entry[1]/a:content[@type='html']", 1},
		{"//a:entry[1]/thr:total[.='3']", 1},
		{"//a:source[1]/a:id[.='tag:news.example,2020:a%20b%22']", 1},
	};
	render(&render_atom);
	xmlDocPtr d = parse_xml();

	expect_all(d, rows, COUNT(rows));
	xmlFreeDoc(d);
}

Test(render, rss_has_what_rss_2_0_asks_for)
{
	static const struct expectation rows[] = {
		{"/rss[@version='2.0']/channel[title and link and description]", 1},
		{"//channel/a:link[@rel='self']", 1},
		{"//item", 2},
		{"//item[title and link and guid[@isPermaLink='false'] and pubDate and "
		 "source/@url]",
			2},
		{"//item[1]/title[contains(.,'&lt;script&gt;')]", 1},
		{"//item[1]/enclosure[@url and @length='7' and @type='audio/mpeg']", 1},
		{"//item[1]/dc:creator", 2},
		{"//item[1]/content:encoded[contains(.,'<p ')]", 1},
		{"//item[1]/description[contains(.,'&lt;script&gt;')]", 1},
		{"//item[1]/category", 1},
		{"//item[1]/comments", 0},
	};
	render(&render_rss);
	xmlDocPtr d = parse_xml();

	expect_all(d, rows, COUNT(rows));
	xmlFreeDoc(d);
}

Test(render, a_text_without_a_summary_is_the_description_in_rss)
{
	struct stored_item i;

	fake_item(&i, 1, "T");
	i.item.content_html = SLICE("<p>x</p>");
	render_rss.begin(&out, &outlet);
	render_rss.item(&out, &outlet, &i, 0);
	render_rss.end(&out, &outlet);
	cr_expect_not_null(strstr(out.at, "<description>&lt;p&gt;x&lt;/p&gt;</description>"));
	cr_expect_null(strstr(out.at, "<content:encoded>"));
}

Test(render, json_is_strict_and_has_what_json_feed_asks_for)
{
	json_error_t error;
	json_t *feed, *item;
	size_t i;

	render(&render_json);
	feed = json_loadb(out.at, out.len, JSON_REJECT_DUPLICATES, &error);
	cr_assert_not_null(feed, "%s at %d: %s", error.text, error.position, out.at);
	cr_expect_str_eq(json_string_value(json_object_get(feed, "version")),
		"https://jsonfeed.org/version/1.1");
	cr_expect_eq(json_array_size(json_object_get(feed, "items")), 2);
	json_array_foreach(json_object_get(feed, "items"), i, item)
	{
		cr_expect(json_is_string(json_object_get(item, "id")));
		cr_expect(json_is_string(json_object_get(item, "content_html")) ||
			  json_is_string(json_object_get(item, "content_text")));
	}
	item = json_array_get(json_object_get(feed, "items"), 0);
	cr_expect_eq(json_array_size(json_object_get(item, "attachments")), 1);
	cr_expect_eq(json_array_size(json_object_get(item, "authors")), 2);
	cr_expect_null(strstr(out.at, "secret"));
	json_decref(feed);
}

Test(render, opml_leaves_out_what_is_not_followed_any_more)
{
	static const struct expectation rows[] = {
		{"/opml[@version='2.0']/head/title", 1},
		{"//outline", 1},
		{"//outline[@type='rss'][@xmlUrl='https://news.example/feed/1'][@text]", 1},
		{"//outline[@category='/un']", 1},
	};
	sources[1].state = SOURCE_RETIRED;
	sources[0].title = SLICE(NASTY);
	*ARENA_PUSH(&arena, &sources[0].tags) = SLICE("un");
	*ARENA_PUSH(&arena, &sources[0].tags) = SLICE("a,b");
	render_opml(&out, &outlet);
	xmlDocPtr d = parse_xml();

	expect_all(d, rows, COUNT(rows));
	xmlFreeDoc(d);
}

Test(render, status_counts_and_names_what_fails)
{
	const struct status_totals totals = {.items = 7, .now = INSTANT_NONE};
	json_t *status, *first;

	sources[0].state = SOURCE_FAILING;
	sources[0].error = SLICE(NASTY);
	sources[1].state = SOURCE_RETIRED;
	sources[1].next_poll = INSTANT_NONE;
	render_status(&out, sources, 2, &totals);
	status = json_loadb(out.at, out.len, JSON_REJECT_DUPLICATES, NULL);
	cr_assert_not_null(status, "%s", out.at);
	cr_expect_eq(json_integer_value(json_object_get(status, "items")), 7);
	cr_expect_eq(json_integer_value(json_object_get(status, "sources")), 1);
	cr_expect_eq(json_integer_value(json_object_get(status, "failing")), 1);
	first = json_array_get(json_object_get(status, "source_list"), 0);
	cr_expect_str_eq(json_string_value(json_object_get(first, "name")), "one");
	cr_expect_str_eq(json_string_value(json_object_get(first, "state")), "failing");
	cr_expect_str_eq(
		json_string_value(json_object_get(first, "url")), "https://news.example/feed/1");
	cr_expect_str_eq(
		json_string_value(json_object_get(first, "last_ok")), "2023-11-14T22:16:40Z");
	json_decref(status);
}

Test(render, pages_hold_no_markup_of_strangers)
{
	static const struct item_query asked = {
		.since = INSTANT_NONE, .until = INSTANT_NONE, .q = {"<script>", 8}};
	const struct river river = {.asked = &asked, .filter = SLICE("q=x&lang=en")};
	struct stored_item items[2];

	make_nasty(&items[0]);
	make_bare(&items[1]);
	sources[1].error = SLICE(NASTY);
	items[0].item.content_html = SLICE("<p>canonical</p>");
	render_river_begin(&out, &outlet, &river);
	render_river_entry(&out, &outlet, &river, &items[0], INSTANT_NONE);
	render_river_entry(&out, &outlet, &river, &items[1], items[0].place);
	render_river_end(&out, &outlet, &river, 2);
	cr_expect_null(strstr(out.at, "<script"));
	cr_expect_null(strstr(out.at, "javascript:"));
	cr_expect_not_null(strstr(out.at, "<article lang=\"ar\""));
	cr_expect_not_null(strstr(out.at, "rel=\"next\" href=\"?after=1.2&amp;limit=3\""));
	buf_reset(&out);
	render_item(&out, &outlet, &items[0], NULL, 0);
	cr_expect_null(strstr(out.at, "<script"));
	cr_expect_not_null(strstr(out.at, "<p>canonical</p>"));
}

static struct sibling siblings[] = {
	{.url = {"https://b.example/1", 19}, .title = {"B <1>", 5}, .lang = {"en", 2}},
	{.url = {"https://c.example/1", 19}, .title = {"C", 1}, .lang = {"fr", 2}, .across = true},
	{.url = {"https://d.example/1", 19}, .title = {"D", 1}, .lang = {"fr", 2}, .across = true},
	{.url = {"javascript:alert(1)", 19}, .title = {"E", 1}, .lang = {"?", 1}, .across = true},
};

static void make_told(struct stored_item *i)
{
	fake_item(i, 1, "Lead");
	i->item.content_html = SLICE("<p>text</p>");
	i->story = SLICE("000102030405060708090a0b0c0d0e0f");
	i->story_atom_id = SLICE("urn:uuid:99999999-0000-4000-8000-000000000000");
	i->siblings = siblings;
	i->n_siblings = COUNT(siblings);
	i->revisions = 1;
	*ARENA_PUSH(&arena, &i->topics) = SLICE("sea");
}

static void render_one(const struct rendering *form, const struct stored_item *i)
{
	buf_reset(&out);
	form->begin(&out, &outlet);
	form->item(&out, &outlet, i, 0);
	form->end(&out, &outlet);
}

Test(render, siblings_are_related_and_one_a_language_an_alternate)
{
	struct stored_item told;
	xmlDocPtr d;

	make_told(&told);
	render_one(&render_atom, &told);
	d = parse_xml();
	cr_expect_eq(count(d, "//a:entry/a:link[@rel='related'][@href='https://b.example/1']"), 1);
	cr_expect_eq(count(d, "//a:entry/a:link[@rel='related'][@href='https://d.example/1']"), 1);
	cr_expect_eq(
		count(d, "//a:entry/a:link[@rel='related'][contains(@href,'/story/0001')]"), 1);
	cr_expect_eq(count(d, "//a:entry/a:link[@rel='alternate']"), 3);
	cr_expect_eq(count(d, "//a:entry/a:link[@rel='alternate'][1][not(@hreflang)]"), 1);
	cr_expect_eq(count(d, "//a:entry/a:link[@rel='alternate'][@hreflang='fr']"), 1);
	cr_expect_eq(count(d, "//a:entry/a:link[@rel='alternate'][last()][@hreflang='en']"), 1);
	cr_expect_eq(count(d, "//a:entry/a:link[@rel='version-history']"), 1);
	cr_expect_eq(count(d, "//a:entry/a:category[@term='sea'][contains(@scheme,'?topic=')]"), 1);
	xmlFreeDoc(d);
}

Test(render, one_entry_a_story_has_its_id_and_lists_the_others)
{
	static const struct rendering *const forms[] = {&render_atom, &render_rss, &render_json};
	struct stored_item told;

	make_told(&told);
	outlet.one_per_story = true;
	told.place = told.updated + 100;
	for (size_t i = 0; i < COUNT(forms); i++) {
		render_one(forms[i], &told);
		cr_expect_not_null(strstr(out.at, "urn:uuid:99999999"), "%s", forms[i]->extension);
		cr_expect_null(strstr(out.at, "8000-000000000001"), "%s", forms[i]->extension);
		cr_expect_not_null(
			strstr(out.at, "https://b.example/1"), "%s", forms[i]->extension);
	}
	render_one(&render_atom, &told);
	cr_expect_not_null(
		strstr(out.at, "2023-11-14T22:16:40Z</updated>\n<published>"), "%s", out.at);
	xmlFreeDoc(parse_xml());
}

Test(render, what_is_withdrawn_is_a_tombstone_in_atom_and_nothing_elsewhere)
{
	struct stored_item gone;

	fake_item(&gone, 1, "Gone");
	gone.withdrawn = 1700000300;
	render_one(&render_atom, &gone);
	cr_expect_not_null(strstr(out.at, "<at:deleted-entry ref=\"urn:uuid:00000000-0000-4000-"
					  "8000-000000000001\" when=\"2023-11-14T22:18:20Z\"/>"));
	cr_expect_null(strstr(out.at, "<entry"));
	xmlFreeDoc(parse_xml());
	render_one(&render_rss, &gone);
	cr_expect_null(strstr(out.at, "<item"));
	render_one(&render_json, &gone);
	cr_expect_null(strstr(out.at, "Gone"));
	outlet.shows_withdrawn = true;
	render_one(&render_json, &gone);
	cr_expect_not_null(strstr(out.at, "\"withdrawn\":\"2023-11-14T22:18:20Z\""));
}
