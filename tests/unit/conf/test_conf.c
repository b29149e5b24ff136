/* test_conf.c - files to a configuration, and every mistake by its name */
#include "conf/conf.h"

#include "base/arena.h"
#include "base/log.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A folder of our own, and files in it. */
static char folder[64], main_path[128];

static void make_folder(void)
{
	snprintf(folder, sizeof folder, "/tmp/test_conf.XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	snprintf(main_path, sizeof main_path, "%s/t.conf", folder);
}

static void remove_folder(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s", folder);
	cr_assert_eq(system(command), 0);
}

static void put_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "w");
	cr_assert_not_null(f);
	fputs(text, f);
	fclose(f);
	chmod(path, 0640);
}

static struct conf *read_text(const char *text, struct conf_errors *errors)
{
	conf_errors_init(errors);
	put_file("t.conf", text);
	return conf_read(main_path, errors);
}

static struct conf *read_well(const char *text)
{
	struct conf_errors errors;
	struct conf *c = read_text(text, &errors);

	cr_assert_not_null(c, "%s\n%s", text, errors.lines.at);
	cr_assert_eq(errors.n, 0);
	conf_errors_clear(&errors);
	return c;
}

TestSuite(conf, .init = make_folder, .fini = remove_folder);

Test(conf, an_empty_file_is_every_default)
{
	struct conf *c = read_well("");

	cr_expect(slice_is(c->title, "tributary"));
	cr_expect(slice_is(c->state, "/var/lib/tributary"));
	cr_expect(slice_is(c->control, "/run/tributary/control/control.sock"));
	cr_expect_eq(c->n_listen, 1);
	cr_expect_eq(c->listen[0].kind, CONF_LISTEN_UNIX);
	cr_expect(slice_is(c->listen[0].path, "/run/tributary/http/http.sock"));
	cr_expect(slice_is(c->timezone, "UTC"));
	cr_expect_eq(c->parsers, 2);
	cr_expect_eq(c->connections, 64);
	cr_expect_eq(c->per_domain, 1);
	cr_expect_eq(c->gap_s, 1);
	cr_expect(c->stories);
	cr_expect_eq(c->keep_backups, 0);
	cr_expect_eq(c->n_sources + c->n_topics + c->n_views, 0);
	conf_free(&c);
	cr_expect_null(c);
}

Test(conf, a_source_has_the_defaults_that_it_does_not_set)
{
	struct conf *c =
		read_well("source a { url = \"https://a.example/f\" }\n"
			  "source b { url = \"https://b.example/f\" timeout = 30s }\n"
			  "source c { url = \"http://127.0.0.1:8080/\" every = 0s at_least = 0s"
			  " allow = { \"127.0.0.0/8\", \"::1\" } }\n"
			  "source d { url = \"https://d.example/\" headers = {} }\n"
			  "defaults { timeout = 10s keep_items = 5 max_size = 512k"
			  " headers = { \"X-A: b\" } }\n");
	const struct conf_source *s = c->sources;

	cr_assert_eq(c->n_sources, 4);
	cr_expect(slice_is(s[0].name, "a"));
	cr_expect(slice_is(s[0].url, "https://a.example/f"));
	cr_expect_not(s[0].is_page);
	cr_expect_eq(s[0].every_s, CONF_AUTO);
	cr_expect_eq(s[0].at_least_s, 900);
	cr_expect_eq(s[0].at_most_s, 86400);
	cr_expect_eq(s[0].timeout_s, 10);
	cr_expect_eq(s[0].max_bytes, 512 << 10);
	cr_expect_eq(s[0].keep_s, INT64_C(5) * 365 * 86400);
	cr_expect_eq(s[0].keep_items, 5);
	cr_expect(s[0].enabled);
	cr_expect_eq(s[0].headers.n, 1);
	cr_expect_eq(s[0].line, 1);
	cr_expect(slice_is(s[0].file, main_path));
	cr_expect_eq(s[1].timeout_s, 30);
	cr_expect_eq(s[2].every_s, 0);
	cr_expect_eq(s[2].at_least_s, 0);
	cr_expect_eq(s[2].allow.n, 2);
	cr_expect(slice_is(s[2].allow.at[1], "::1/128"));
	cr_expect_eq(s[3].headers.n, 0, "an empty list takes the default away");
	conf_free(&c);
}

Test(conf, pages_topics_and_views_are_read_as_the_manual_writes_them)
{
	struct conf *c = read_well(
		"source iom {            # no feed; // and /* are no comments in quotes\n"
		"    page  = \"https://www.iom.example/search?sort=created_DESC\"\n"
		"    item  = \"//div[contains(@class,'article-detail')]/..\"\n"
		"    link  = './/a/@href'  heading = \".//h5\"  date = "
		"\".//div[@class=\\\"d\\\"]\"\n"
		"    tags = { \"un\", iom } lang = \"en\"\n"
		"}\n"
		"/* a comment\n of two lines */ topic migration { match = \"migra* OR refugee*\" "
		"}\n"
		"view compact { title = \"Compact\" sources = { iom } topics = { \"migration\" }\n"
		"    limit = 50 stories = one q = \"a b\" langs = { \"en\", \"pt-BR\" } }\n");

	cr_assert_eq(c->n_sources, 1);
	cr_expect(c->sources[0].is_page);
	cr_expect(slice_is(c->sources[0].item, "//div[contains(@class,'article-detail')]/.."));
	cr_expect(slice_is(c->sources[0].link, ".//a/@href"));
	cr_expect(slice_is(c->sources[0].date, ".//div[@class=\"d\"]"));
	cr_expect_eq(c->sources[0].tags.n, 2);
	cr_assert_eq(c->n_topics, 1);
	cr_expect(slice_is(c->topics[0].match, "migra* OR refugee*"));
	cr_assert_eq(c->n_views, 1);
	cr_expect_eq(c->views[0].limit, 50);
	cr_expect(slice_is(c->views[0].stories, "one"));
	cr_expect_eq(c->views[0].langs.n, 2);
	conf_free(&c);
}

Test(conf, conf_d_is_read_in_the_order_of_names)
{
	char path[128];
	struct conf *c;

	snprintf(path, sizeof path, "%s/conf.d", folder);
	mkdir(path, 0755);
	put_file("conf.d/20.conf", "source c { url = \"http://c.example/\" }");
	put_file("conf.d/10.conf", "source b { url = \"http://b.example/\" } # no newline");
	put_file("conf.d/.hidden.conf", "nonsense");
	put_file("conf.d/30.conf~", "nonsense");
	c = read_well("source a { url = \"http://a.example/\" }\n");
	cr_assert_eq(c->n_sources, 3);
	cr_expect(slice_is(c->sources[1].name, "b"));
	cr_expect(slice_is(c->sources[2].name, "c"));
	conf_free(&c);
}

Test(conf, a_syntax_error_ends_its_file_only)
{
	char path[128];
	struct conf_errors e;

	snprintf(path, sizeof path, "%s/conf.d", folder);
	mkdir(path, 0755);
	put_file("conf.d/10.conf", "source b { url }\nsource c { gap = 1s }\n");
	put_file("conf.d/20.conf", "source d { evry = 1s url = \"http://d.example/\" }");
	cr_expect_null(read_text("title = \"a\n", &e));
	cr_expect_not_null(strstr(e.lines.at, "t.conf:1: syntax: "), "%s", e.lines.at);
	cr_expect_not_null(strstr(e.lines.at, "10.conf:1: syntax: "), "%s", e.lines.at);
	cr_expect_not_null(strstr(e.lines.at, "20.conf:1: evry: "), "%s", e.lines.at);
	conf_errors_clear(&e);
}

/* A text with one mistake, and the line that names it (FILE and its colon aside). */
static const struct mistake {
	const char *text, *line;
} mistakes[] = {
#define A     "url = \"http://a.example/\""
#define LOCAL "url = \"http://127.0.0.1/\""
	{"titel = x", "1: titel: expected an option or a section, there is none of this name"},
	{"\n\nsorce a { url = \"x\"\n y = { a }\n}\ngap = 1x",
		"3: sorce: expected an option or a section, there is none of this name"},
	{"sorce a { gap = 5 }\ngap = 1x", "2: gap: expected a duration from 0s to 1h, not 1x"},
	{"source a { " A "\nevry = 1h }",
		"2: evry: expected an option, there is none of this name"},
	{"source a { " A "\nhidden { x = 1 } every = 5 }",
		"2: every: expected auto, or a duration"},
	{"source a { " A " gap = 1s }", "1: gap: expected in the top level, not here"},
	{"url = \"http://a.example/\"", "1: url: expected in a source, not here"},
	{"every = 1h", "1: every: expected in defaults or a source, not here"},
	{"match = x", "1: match: expected in a topic, not here"},
	{"include(\"x\")", "1: include: expected no such thing: further files stand in conf.d"},
	{"/* one */ /* two\n*/ // three\ngap = 1x", "3: gap: "},
	{"title = \"a\nb\"\ngap = 1x", "3: gap: "},
	{"title = \"\"", "1: title: expected one line of text, not \"\""},
	{"title = \"a\" title = \"b\"", "1: title: expected once, it stands in line 1 already"},
	{"title = \"${HOME}\"", "1: syntax: expected no ${: variables are not replaced"},
	{"# ${HOME}\ntitle = '${HOME}'", "2: syntax: expected no ${"},
	{"title = \"open\n\n", "1: syntax: expected a closing \" for the one in this line"},
	{"title = 'open\n\n", "1: syntax: expected a closing ' for the one in this line"},
	{"title \"a\"", "1: syntax: missing equal sign after option 'title'"},
	{"title = }", "1: syntax: "},
	{"}", "1: syntax: unexpected closing brace"},
	{"source a {\n" A "\n", "1: syntax: expected a closing } for the { of the section"},
	{"source a {\ntimeout = 0s\n", "2: timeout: "},
	{"source { " A " }", "1: syntax: missing title for section 'source'"},
	{"source a " A, "1: syntax: missing opening brace for section 'source'"},
	{"x = { a, b", "1: syntax: expected a closing } for the { in this line"},
	{"source a { url = http://a.example/ }",
		"1: syntax: expected quotes around http://a.example/"},
	{"source a { url = a*b }", "1: syntax: expected quotes around a *"},
	{"title = \"\xff\"", "1: syntax: expected UTF-8"},
	{"\n\ntitle = \"a\\x07\"", "3: title: expected one line of text"},
	{"state = \"var/lib\"", "1: state: expected an absolute path in quotes, not var/lib"},
	{"listen = {}", "listen: expected at least one socket"},
	{"listen = { \"unix:/a\", \"unix:/a\" }", "listen: expected once: unix:/a"},
	{"listen = { \"unix:/0\", \"unix:/1\", \"unix:/2\", \"unix:/3\", \"unix:/4\", \"unix:/5\","
	 "\"unix:/6\", \"unix:/7\", \"unix:/8\", \"unix:/9\", \"unix:/a\", \"unix:/b\", "
	 "\"unix:/c\","
	 "\"unix:/d\", \"unix:/e\", \"unix:/f\", \"unix:/g\" }",
		"listen: expected at most 16 sockets"},
	{"listen = { \"unix:a\" }", "1: listen: expected \"unix:/path\" or "},
	{"listen = { \"127.0.0.1:80\" }", "1: listen: expected \"unix:/path\" or "},
	{"listen = { \"tcp:127.0.0.1\" }", "1: listen: expected \"unix:/path\" or "},
	{"listen = { \"tcp:127.0.0.1:0\" }", "1: listen: expected \"unix:/path\" or "},
	{"listen = { \"tcp:[::1]:65536\" }", "1: listen: expected \"unix:/path\" or "},
	{"listen = { \"tcp:::1:80\" }", "1: listen: expected \"unix:/path\" or "},
	{"listen = { \"tcp:localhost:80\" }", "1: listen: expected a numeric address"},
	{"listen = { \"tcp:0.0.0.0:80\" }", "1: listen: expected a loopback address, 127.0.0.1 or "
					    "[::1]: a public one belongs to "
					    "nginx"},
	{"listen = { \"tcp:[::]:80\" }", "1: listen: expected a loopback address"},
	{"listen = { \"tcp:192.0.2.1:80\" }", "1: listen: expected a loopback address"},
	{"control = \"tcp:127.0.0.1:1\"", "1: control: expected \"unix:/path\" or \"/path\""},
	{"base_url = \"https://a.example/?q\"", "1: base_url: expected an http or https address"},
	{"base_url = \"ftp://a.example/\"", "1: base_url: expected an http or https address"},
	{"hosts = { \"a.example:80\" }", "1: hosts: expected names of hosts, without port"},
	{"contact = \"(a)\"", "1: contact: expected an address of a page or of mail"},
	{"contact = \"a\\r\\nX: y\"", "1: contact: expected an address of a page or of mail"},
	{"proxy = \"a.example:3128\"", "1: proxy: expected none, or \"http://host:port\""},
	{"timezone = \"Nowhere/Land\"", "1: timezone: expected the name of a time zone"},
	{"timezone = \"../../../etc/passwd\"", "1: timezone: expected the name of a time zone"},
	{"parsers = 0", "1: parsers: expected a number from 1 to 64, not 0"},
	{"parsers = 65", "1: parsers: expected a number from 1 to 64, not 65"},
	{"connections = -1", "1: connections: expected a number from 1 to 1024, not -1"},
	{"per_domain = 1.5", "1: per_domain: expected a number"},
	{"gap = 61m", "1: gap: expected a duration from 0s to 1h, not 61m"},
	{"gap = 99999999999999999999s", "1: gap: expected a duration"},
	{"gap = 5", "1: gap: expected a duration"},
	{"gap = -5s", "1: gap: expected a duration"},
	{"stories = maybe", "1: stories: expected yes or no, not maybe"},
	{"keep_backups = many", "1: keep_backups: expected a number"},
	{"source A { " A " }", "1: source A: expected a name of 1 to 64 of a-z 0-9 . _ -"},
	{"source \"\" { " A " }", "1: source \"\": expected a name of 1 to 64"},
	{"source a { " A " }\nsource a { " A " }", "2: source a: expected a name of its own, "},
	{"source a {\n}", "1: source a: expected url or page"},
	{"source a { tags = { \"x\" }\n}", "1: source a: expected url or page"},
	{"source a { " A "\npage = \"http://a.example/\" item = \"a\" link = \"b\" }",
		"2: source a: expected url or page, not both"},
	{"source a { page = \"http://a.example/\" link = \"b\" }",
		"1: source a: expected item beside page"},
	{"source a { page = \"http://a.example/\" item = \"b\" }",
		"1: source a: expected link beside page"},
	{"source a { " A " \n date = \"b\" }",
		"2: date: expected beside page only, source a has none"},
	{"source a { page = \"http://a.example/\" item = \"\" link = \"b\" }",
		"1: item: expected an XPath in quotes, not \"\""},
	{"source a { url = \"a.example\" }",
		"1: url: expected an http or https address in quotes, not a.example"},
	{"source a { url = \"file:///etc/passwd\" }", "1: url: expected an http or https address"},
	{"source a { url = \"javascript:1\" }", "1: url: expected an http or https address"},
	{"source a { url = \"http://a.example:22/\" }",
		"1: url: expected an address with port 80, 443"},
	{"source a { url = \"unix:/a\" }", "1: url: expected an http or https address"},
	{"source a { " A " every = 59s }",
		"1: every: expected 60s or more: source a is not on a loopback"},
	{"source a { " A " at_least = 59s }", "1: at_least: expected 60s or more"},
	{"source a { " LOCAL " at_least = 0s }", "1: at_least: expected 60s or more"},
	{"source a { " LOCAL " at_least = 0s allow = { \"10.0.0.0/8\" } }",
		"1: at_least: expected 60s"},
	{"source a { url = \"http://10.1.1.1/\" at_least = 0s allow = { \"10.0.0.0/8\" } }",
		"1: at_least: expected 60s"},
	{"source a { " A " every = 10m }",
		"1: every: expected at least 15m, the at_least of source a"},
	{"source a { " A " every = 2d }", "1: every: expected at most 1d, the at_most of source a"},
	{"source a { " A " every = 8d }", "1: every: expected auto, or a duration from 60s to 7d"},
	{"source a { " A " at_most = 10m }",
		"1: at_least: expected at most 10m, the at_most of source a"},
	{"defaults { every = 1m }\nsource a { " A " }", "2: every: expected at least 15m"},
	{"defaults { every = 1m every = 2m }", "1: every: expected once"},
	{"defaults { url = \"http://a.example/\" }", "1: url: expected in a source, not here"},
	{"source a { " A " timeout = 11m }", "1: timeout: expected a duration from 1s to 10m"},
	{"source a { " A " max_size = 513M }", "1: max_size: expected a size from 1k to 512M"},
	{"source a { " A " max_size = 16m }", "1: max_size: expected a size"},
	{"source a { " A " keep = 5m }", "1: keep: expected a duration from 1h to 100y"},
	{"source a { " A " keep_items = 0 }", "1: keep_items: expected unlimited, or a number"},
	{"source a { " A " allow = { \"8.8.8.0/24\" } }", "1: allow: expected private prefixes"},
	{"source a { " A " allow = { \"0.0.0.0/0\" } }", "1: allow: expected private prefixes"},
	{"source a { " A " allow = { \"10.0.0.1/8\" } }", "1: allow: expected private prefixes"},
	{"source a { " A " allow = { \"10.0.0.0/33\" } }", "1: allow: expected private prefixes"},
	{"source a { " A " allow = { \"localhost\" } }", "1: allow: expected private prefixes"},
	{"source a { " A " enabled = 1 }", "1: enabled: expected yes or no, not 1"},
	{"source a { " A " user = \"u\" }",
		"1: user: expected password_file beside it in source a"},
	{"source a { " A " password = \"u\" }", "1: password: expected password_file"},
	{"source a { " A " user = u password_file = \"p\" }",
		"1: password_file: expected an absolute path"},
	{"source a { " A " user = u password_file = \"/nonexistent\" }",
		"1: password_file: expected a file that can be opened"},
	{"source a { " A " headers = { \"a b: c\" } }", "1: headers: expected \"Name: value\""},
	{"source a { " A " headers = { \"abc\" } }", "1: headers: expected \"Name: value\""},
	{"source a { " A " headers = { \"a: \" } }", "1: headers: expected \"Name: value\""},
	{"source a { " A " headers = { \"a: b\\r\\nc: d\" } }",
		"1: headers: expected \"Name: value\""},
	{"source a { " A " headers = { \"Host: b\" } }",
		"1: headers: expected a header that tributary does not send by itself"},
	{"source a { " A " tags = { \"\" } }", "1: tags: expected tags of 1 to 64 bytes"},
	{"source a { " A " lang = \"english language\" }", "1: lang: expected a language tag"},
	{"source a { " A " was = \"A\" }", "1: was: expected the former name"},
	{"source a { " A " was = \"a\" }", "1: was: expected a name that no source has now, not a"},
	{"source a { " A " was = \"c\" }\nsource b { " A " was = \"c\" }",
		"2: was c: expected a name of its own"},
	{"topic t { title = \"x\" }", "1: topic t: expected match or categories"},
	{"topic t { match = \"\" }",
		"1: match: expected a word, a phrase in quotes, or ( in column 1 of the rule"},
	{"topic t { match = \"a1 OR (b1\" }",
		"1: match: expected a closing ) in column 10 of the rule"},
	{"topic t {\n match = 'a1 OR\n  b* OR\n  c1'\n words = 2 }",
		"3: match: expected two letters at least before * in column 4 of this line"},
	{"topic t {\n match = \"a1 OR\n  b1 or\n  c1\" }",
		"3: match: expected OR in capitals (the word itself in quotes) in column 6 of "
		"this line"},
	{"topic t { match = \"a1\" words = 0 }", "1: words: expected a number from 1 to 20"},
	{"view v { sources = { \"a\" } }",
		"1: sources: expected names of sources, there is no source a (view v)"},
	{"view v { topics = { \"a\" } }",
		"1: topics: expected names of topics, there is no topic a (view v)"},
	{"view v { stories = two }", "1: stories: expected all or one, not two"},
	{"view v { limit = 1001 }", "1: limit: expected auto, or a number from 1 to 1000"},
	{"view v { q = \"a b c d e f g h i j k l m n o p q\" }",
		"1: q: expected words to search for"},
	{"view v { langs = { \"1\" } }", "1: langs: expected language tags"},
	{"view V { }", "1: view V: expected a name"},
	{"view v { }\nview v { }", "2: view v: expected a name of its own, "},
#undef A
#undef LOCAL
};

Test(conf, every_mistake_is_named_with_its_line_and_what_was_expected)
{
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct conf_errors e;
		struct conf *c = read_text(mistakes[i].text, &e);

		cr_expect_null(c, "%s", mistakes[i].text);
		cr_expect(e.n > 0 && e.lines.at != NULL && strstr(e.lines.at, mistakes[i].line),
			"%s\n  wanted %s\n  got %s", mistakes[i].text, mistakes[i].line,
			e.lines.at == NULL ? "nothing" : e.lines.at);
		conf_free(&c);
		conf_errors_clear(&e);
	}
}

Test(conf, one_mistake_makes_one_line)
{
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct conf_errors e;
		struct conf *c = read_text(mistakes[i].text, &e);
		size_t lines = 0;

		for (size_t j = 0; j < e.lines.len; j++)
			lines += e.lines.at[j] == '\n';
		cr_expect_eq(lines, e.n, "%s", mistakes[i].text);
		conf_free(&c);
		conf_errors_clear(&e);
	}
}

Test(conf, all_mistakes_of_a_file_are_said_at_once)
{
	struct conf_errors e;
	char text[8192] = "";

	for (int i = 0; i < 60; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "unknown%d = 1\n", i);
	cr_expect_null(read_text(text, &e));
	cr_expect_eq(e.n, 60);
	cr_expect_not_null(strstr(e.lines.at, "t.conf:50: unknown49: "));
	cr_expect_not_null(strstr(e.lines.at, "and 10 more\n"));
	conf_errors_clear(&e);
}

Test(conf, a_file_that_cannot_be_trusted_or_read_is_not)
{
	struct conf_errors e;
	char link[128];
	static const struct {
		const char *path, *line;
	} rows[] = {{"/nonexistent/t.conf", ": expected a file that can be opened"},
		{"/tmp", ": expected a file, this is a folder"},
		{"/dev/null", ": expected an ordinary file"}};

	for (size_t i = 0; i < COUNT(rows); i++) {
		conf_errors_init(&e);
		cr_expect_null(conf_read(rows[i].path, &e));
		cr_expect_not_null(strstr(e.lines.at, rows[i].line), "%s", e.lines.at);
		conf_errors_clear(&e);
	}
	put_file("t.conf", "");
	chmod(main_path, 0666);
	conf_errors_init(&e);
	cr_expect_null(conf_read(main_path, &e));
	cr_expect_not_null(strstr(e.lines.at, "others cannot write"), "%s", e.lines.at);
	conf_errors_clear(&e);
	chmod(main_path, 0644);
	snprintf(link, sizeof link, "%s/link.conf", folder);
	cr_assert_eq(symlink(main_path, link), 0);
	conf_errors_init(&e);
	cr_expect_null(conf_read(link, &e));
	cr_expect_not_null(strstr(e.lines.at, "symbolic link"), "%s", e.lines.at);
	conf_errors_clear(&e);
}

Test(conf, a_password_comes_out_of_a_file_that_others_cannot_read)
{
	char text[512], path[128];
	struct conf_errors e;
	struct conf *c;

	snprintf(path, sizeof path, "%s/secret", folder);
	snprintf(text, sizeof text,
		"source a { url = \"https://a.example/\" user = \"u\" password_file = \"%s\" }",
		path);
	put_file("secret", "pass word\n");
	c = read_well(text);
	cr_expect(slice_is(c->sources[0].password, "pass word"));
	conf_free(&c);
	chmod(path, 0644);
	cr_expect_null(read_text(text, &e));
	cr_expect_not_null(
		strstr(e.lines.at, "password_file: expected a file that others can neither"), "%s",
		e.lines.at);
	conf_errors_clear(&e);
	put_file("secret", "two\nlines\n");
	cr_expect_null(read_text(text, &e));
	cr_expect_not_null(strstr(e.lines.at, "password_file: expected a file of one line"));
	cr_expect_null(strstr(e.lines.at, "lines\n\n"));
	conf_errors_clear(&e);
}

Test(conf, a_file_that_is_too_large_is_refused)
{
	struct conf_errors e;

	put_file("t.conf", "");
	cr_assert_eq(truncate(main_path, (64 << 20) + 1), 0);
	conf_errors_init(&e);
	cr_expect_null(conf_read(main_path, &e));
	cr_expect_not_null(strstr(e.lines.at, "expected a file of at most"), "%s", e.lines.at);
	conf_errors_clear(&e);
}

/* --- what conf_print writes is what conf_parse reads */

static uint64_t seed = 1;

static unsigned chance(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

static void put_string(struct buf *out)
{
	static const char *const pieces[] = {"a", "\\\"", "\\\\", "'", " ", "ü", "{", "}", "#", "=",
		"\\x24{HOME}", "//", "/*", "*/", ",", "$ ", "(", "語", "+="};

	buf_puts(out, "\"x");
	for (unsigned i = chance(12); i > 0; i--)
		buf_puts(out, pieces[chance(COUNT(pieces))]);
	buf_putc(out, '"');
}

static void put_text(struct buf *out, const char *name)
{
	if (chance(2) == 0)
		return;
	buf_printf(out, " %s = ", name);
	put_string(out);
	buf_putc(out, '\n');
}

static void put_list(struct buf *out, const char *name)
{
	unsigned n = chance(4);

	buf_printf(out, " %s = {", name);
	for (unsigned i = 0; i < n; i++) {
		buf_puts(out, i > 0 ? "," : "");
		put_string(out);
	}
	buf_puts(out, "}\n");
}

static void put_shared(struct buf *out)
{
	if (chance(2) == 0)
		buf_printf(out, " at_least = %ds", 60 + (int)chance(60));
	if (chance(2) == 0)
		buf_printf(out, " every = %dm", 2 + (int)chance(50) + 60);
	if (chance(2) == 0)
		buf_printf(out, " timeout = %ds max_size = %uk", 1 + (int)chance(60),
			1 + chance(9999));
	if (chance(2) == 0)
		buf_printf(out, " keep = %ud keep_items = %u", 1 + chance(99), 1 + chance(99));
	if (chance(2) == 0)
		buf_printf(out, " enabled = %s", chance(2) == 0 ? "yes" : "no");
	if (chance(2) == 0)
		buf_puts(out, " allow = { \"10.0.0.0/8\", \"fc00::/7\" }");
	if (chance(2) == 0)
		buf_puts(out, " headers = { \"X-A: \\\"b\\\" \\\\ \" }");
}

static void put_everything(struct buf *out)
{
	put_text(out, "title");
	if (chance(2) == 0)
		buf_puts(out,
			"listen = { \"unix:/a b\", \"tcp:127.0.0.1:80\", \"tcp:[::1]:8080\" }\n");
	if (chance(2) == 0)
		buf_printf(out, "gap = %us parsers = %u stories = no\n", chance(60), 1 + chance(9));
	buf_puts(out, "defaults {");
	put_shared(out);
	buf_puts(out, "}\n");
	for (unsigned i = 0; i < 4; i++) {
		bool page = chance(2) == 0;

		buf_printf(out, "source s%u { %s = \"http://a.example/%u\"\n", i,
			page ? "page" : "url", i);
		put_text(out, "title");
		put_list(out, "tags");
		put_shared(out);
		if (page)
			buf_puts(out, " item = \"//a[@b='c']\nd\" link = '@href'");
		buf_puts(out, "}\n");
	}
	buf_puts(out, "topic t { match = \"ab*\"\n");
	put_text(out, "title");
	put_list(out, "categories");
	buf_puts(out, "}\nview v { topics = { t } \n");
	put_text(out, "title");
	put_list(out, "tags");
	buf_puts(out, "}\n");
}

Test(conf, what_is_printed_for_the_roles_reads_as_the_same)
{
	for (int round = 0; round < 200; round++) {
		struct buf text, once, twice;
		struct conf_errors e;
		struct conf *c, *again;

		buf_init(&text, 1 << 20);
		buf_init(&once, 1 << 20);
		buf_init(&twice, 1 << 20);
		put_everything(&text);
		c = read_well(text.at);
		conf_print(c, &once);
		conf_errors_init(&e);
		again = conf_parse(buf_slice(&once), &e);
		cr_assert_not_null(again, "%s\n%s\n%s", text.at, once.at, e.lines.at);
		conf_print(again, &twice);
		cr_expect(slice_equal(buf_slice(&once), buf_slice(&twice)), "%s\n%s", once.at,
			twice.at);
		cr_assert_eq(again->n_sources, c->n_sources);
		for (size_t i = 0; i < c->n_sources; i++) {
			cr_expect(slice_equal(c->sources[i].title, again->sources[i].title));
			cr_expect(slice_equal(c->sources[i].item, again->sources[i].item));
			cr_expect(slice_equal(c->sources[i].file, again->sources[i].file));
			cr_expect_eq(c->sources[i].line, again->sources[i].line);
			cr_expect_eq(c->sources[i].every_s, again->sources[i].every_s);
			cr_expect_eq(c->sources[i].enabled, again->sources[i].enabled);
			cr_expect_eq(c->sources[i].is_page, again->sources[i].is_page);
		}
		conf_free(&c);
		conf_free(&again);
		conf_errors_clear(&e);
		buf_clear(&text);
		buf_clear(&once);
		buf_clear(&twice);
	}
}

Test(conf, secrets_reach_the_roles)
{
	char text[512];
	struct buf out;
	struct conf_errors e;
	struct conf *c, *again;

	put_file("secret", "p\"$\\\n");
	snprintf(text, sizeof text,
		"defaults { user = \"u\" password_file = \"%s/secret\" }\n"
		"source a { url = \"https://a.example/\" }",
		folder);
	c = read_well(text);
	buf_init(&out, 1 << 20);
	conf_print(c, &out);
	conf_errors_init(&e);
	again = conf_parse(buf_slice(&out), &e);
	cr_assert_not_null(again, "%s%s", out.at, e.lines.at);
	cr_expect(slice_is(again->sources[0].password, "p\"$\\"));
	cr_expect(slice_is(again->sources[0].user, "u"));
	buf_clear(&out);
	conf_free(&c);
	conf_free(&again);
	conf_errors_clear(&e);
}

Test(conf, many_sources_are_read_in_linear_time)
{
	struct buf text;
	struct conf *c;

	buf_init(&text, 32 << 20);
	for (int i = 0; i < 20000; i++)
		buf_printf(&text, "source s%d { url = \"http://a.example/%d\" }\n", i, i);
	c = read_well(text.at);
	cr_expect_eq(c->n_sources, 20000);
	cr_expect_eq(c->sources[19999].line, 20000);
	conf_free(&c);
	buf_clear(&text);
}
