/*
 * run.c - plays tests/scenario/NNN-what.scn and says in TAP how it went
 *
 * A line is a command, its words parted by blanks; "…" is one word, \" a quote in it; # begins a
 * comment.  DURATION is a number and s, m, h or d.  URL * is any.
 *
 * The configuration, which `reload` or the first `run` applies:
 *   global TEXT                  a line at its top
 *   source NAME { OPTIONS }      a source; one of the same name is replaced
 *   drop NAME
 *   reload
 * The origins:
 *   answer URL WHAT "Header: value"… [takes DURATION] [at ADDRESS] [BODY]
 *        what URL answers from now on.  WHAT: a status, or no-host, no-connect, refused, tls,
 *        timeout, too-large, cut, broken; `exact` before BODY: 304 to who has its validators.  BODY
 * is the rest of the line: `body TEXT`, `rss` and items: ID, or ID@DURATION published so long ago,
 * or <element> of the channel What happens: run DURATION                 time passes, from one
 * event to the next jump DURATION                the clock alone; -DURATION: back restart the
 * poller ends in order and begins again refresh NAME                 as the admin asks for it;
 * `refused refresh NAME`: it must not work disk full, disk free repeat N COMMAND             with
 * each %d a number from 1 to N mark                         requests before are not counted any
 * more What must be so; NUMBER may be led by <= or >=: expect asked URL NUMBER      so many
 * requests expect header URL TEXT       the last request had that line; `expect no header URL NAME`
 *   expect allow URL NUMBER      the last request might reach so many private prefixes
 *   expect gap URL NUMBER        seconds between two requests, the least
 *   expect last URL NUMBER       seconds since the last request
 *   expect beside NUMBER         the most requests on their way at once, but one
 *   expect busiest DURATION NUMBER     requests within such a time, the most
 *   expect items NUMBER          that readers can see
 *   expect state|error|notice NAME TEXT    of the source; error and notice: a part of it
 *   expect failures|polls|unchanged|requests|least-gap NAME NUMBER
 *   expect gap-told NAME yes|no  a possible gap stands in its history
 *   expect withdrawn NUMBER      items that their source took back
 *   expect began URL TEXT        the last request had a line that begins so
 *   expect has URL TEXT          the headers of the last request held it
 *   expect unechoed NUMBER       requests that did not give back what validators there were
 *   expect unasked NUMBER        of these, to one address and with none at all, the most
 *   expect forbidden NUMBER      requests within a Retry-After
 * A comment `# mutant FILE: OLD ==> NEW` names a change that the scenario must catch: see
 * tests/check/mutants.py.
 */
#include "play.h"

#include "../fake/fetch_script.h"
#include "base/buf.h"
#include "tributaryd/polling.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

void complain(struct play *p, const char *format, ...)
{
	va_list args;

	p->bad = true;
	printf("# %s:%d: ", p->file, p->line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
}

/* --- the configuration */

static void do_reload(struct play *p, struct words *in)
{
	struct error err = {""};
	struct buf text;

	(void)in;
	buf_init(&text, 1U << 24);
	for (size_t i = 0; i < p->parts.n; i++)
		buf_printf(&text, "%.*s\n", SLICE_ARG(p->parts.at[i].text));
	if (world_configure(&p->w, buf_slice(&text), &err) < 0)
		complain(p, "%s", err.text);
	p->is_applied = true;
	buf_clear(&text);
}

static void drop(struct play *p, struct slice name)
{
	for (size_t i = 0; i < p->parts.n; i++)
		if (slice_equal(p->parts.at[i].name, name))
			p->parts.at[i].text = SLICE_NONE;
}

static void do_drop(struct play *p, struct words *in)
{
	drop(p, words_next(in));
}

static void do_global(struct play *p, struct words *in)
{
	*ARENA_PUSH(&p->w.a, &p->parts) =
		(struct part){SLICE_NONE, slice_copy(&p->w.a, words_rest(in))};
}

static void do_source(struct play *p, struct words *in)
{
	struct slice whole = words_rest(in);
	struct part *part;
	char *text = arena_alloc(&p->w.a, whole.len + 16);

	snprintf(text, whole.len + 16, "source %.*s", SLICE_ARG(whole));
	drop(p, words_next(in));
	part = ARENA_PUSH(&p->w.a, &p->parts);
	part->text = slice_of(text);
	part->name = slice_copy(&p->w.a, words_first(whole));
}

/* --- the origins */

static void put_rss(struct play *p, struct words *in, struct buf *out)
{
	struct slice word;

	buf_puts(out, "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" "
		      "xmlns:atom=\"http://www.w3.org/2005/Atom\" "
		      "xmlns:fh=\"http://purl.org/syndication/history/1.0\" "
		      "xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/"
		      "\"><channel><title>t</title>"
		      "<link>https://t.example/</link><description>d</description>\n");
	while ((word = words_next(in)).len > 0) {
		struct slice rest = word, id;
		int64_t age;
		char date[INSTANT_TEXT_BYTES];

		if (word.at[0] == '<') {
			buf_put_slice(out, word);
			continue;
		}
		slice_cut(&rest, '@', &id);
		buf_printf(out,
			"<item><guid isPermaLink=\"false\">%.*s</guid><title>Title %.*s</title>"
			"<link>https://t.example/%.*s</link><description>Text of %.*s"
			"</description>",
			SLICE_ARG(id), SLICE_ARG(id), SLICE_ARG(id), SLICE_ARG(id));
		if (rest.len > 0 && words_duration(rest, &age))
			buf_printf(out, "<pubDate>%s</pubDate>",
				instant_put_http(date, p->w.now_ms / 1000 - age));
		buf_puts(out, "</item>\n");
	}
	buf_puts(out, "</channel></rss>\n");
}

static bool read_what(struct slice word, struct script_answer *a)
{
	static const struct {
		const char *name;
		enum fetch_failure failure;
	} rows[] = {{"no-host", FETCH_NO_HOST}, {"no-connect", FETCH_NO_CONNECT},
		{"refused", FETCH_REFUSED_ADDRESS}, {"tls", FETCH_TLS}, {"timeout", FETCH_TIMEOUT},
		{"too-large", FETCH_TOO_LARGE}, {"cut", FETCH_CUT}, {"broken", FETCH_BROKEN}};
	int64_t status;

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (slice_is(word, rows[i].name)) {
			a->failure = rows[i].failure;
			a->status =
				rows[i].failure == FETCH_CUT || rows[i].failure == FETCH_TOO_LARGE
					? 200
					: 0;
			return true;
		}
	}
	if (!slice_int(word, 100, 599, &status))
		return false;
	a->status = (long)status;
	return true;
}

static void do_answer(struct play *p, struct words *in)
{
	struct slice headers[16], word;
	struct script_answer a = {.url = words_next(in), .headers = headers};
	struct buf body;
	int64_t takes;

	buf_init(&body, 1U << 26);
	if (!read_what(words_next(in), &a))
		complain(p, "no status and no failure");
	while ((word = words_next(in)).len > 0) {
		if (slice_is(word, "takes") && words_duration(words_next(in), &takes))
			a.takes_ms = takes * 1000;
		else if (slice_is(word, "at"))
			a.address = words_next(in);
		else if (slice_is(word, "exact"))
			a.is_exact = true;
		else if (slice_is(word, "rss"))
			put_rss(p, in, &body);
		else if (slice_is(word, "body"))
			buf_put_slice(&body, words_next(in));
		else if (a.n_headers < COUNT(headers))
			headers[a.n_headers++] = word;
	}
	a.body = buf_slice(&body);
	fetch_script_answer(p->w.fetcher, &a);
	buf_clear(&body);
}

/* --- what happens */

static void do_run(struct play *p, struct words *in)
{
	int64_t seconds;

	if (!words_duration(words_next(in), &seconds)) {
		complain(p, "no duration");
		return;
	}
	if (!p->is_applied)
		do_reload(p, in);
	world_run(&p->w, seconds);
}

static void do_jump(struct play *p, struct words *in)
{
	struct slice word = words_next(in);
	bool back = slice_starts(word, "-");
	int64_t seconds;

	if (!words_duration(slice_skip(word, back), &seconds)) {
		complain(p, "no duration");
		return;
	}
	p->w.now_ms += (back ? -seconds : seconds) * 1000;
	fetch_script_at(p->w.fetcher, p->w.now_ms);
}

static void do_restart(struct play *p, struct words *in)
{
	world_stop(&p->w);
	do_reload(p, in);
}

static int refresh(struct play *p, struct words *in, struct error *err)
{
	struct slice name = words_next(in);

	return polling_refresh(p->w.polling, &name, 1, err);
}

static void do_refresh(struct play *p, struct words *in)
{
	struct error err = {""};

	if (refresh(p, in, &err) < 0)
		complain(p, "%s", err.text);
}

static void do_refused(struct play *p, struct words *in)
{
	struct error err;

	if (slice_is(words_next(in), "refresh") && refresh(p, in, &err) >= 0)
		complain(p, "it was done");
}

static void do_disk(struct play *p, struct words *in)
{
	p->w.disk_is_full = slice_is(words_next(in), "full");
}

static void do_mark(struct play *p, struct words *in)
{
	(void)in;
	fetch_script_asked(p->w.fetcher, &p->mark);
}

/* --- the play */

static void play_line(struct play *p, struct slice line);

static void do_repeat(struct play *p, struct words *in)
{
	struct slice line;
	int64_t n = 0;

	slice_int(words_next(in), 1, 100000, &n);
	line = words_rest(in);
	for (int64_t i = 1; i <= n; i++) {
		struct slice rest = line, part;
		struct buf text;

		buf_init(&text, 1U << 20);
		while (slice_find(rest, SLICE("%d")) < rest.len) {
			part = slice_head(rest, slice_find(rest, SLICE("%d")));
			buf_printf(&text, "%.*s%" PRId64, SLICE_ARG(part), i);
			rest = slice_skip(rest, part.len + 2);
		}
		buf_put_slice(&text, rest);
		play_line(p, buf_slice(&text));
		buf_clear(&text);
	}
}

static void play_line(struct play *p, struct slice line)
{
	static const struct {
		const char *name;
		void (*act)(struct play *p, struct words *in);
	} rows[] = {{"global", do_global}, {"source", do_source}, {"drop", do_drop},
		{"reload", do_reload}, {"answer", do_answer}, {"run", do_run}, {"jump", do_jump},
		{"restart", do_restart}, {"refresh", do_refresh}, {"refused", do_refused},
		{"disk", do_disk}, {"repeat", do_repeat}, {"mark", do_mark},
		{"expect", play_expect}};
	struct words in;
	struct slice name;

	words_init(&in, line);
	name = words_next(&in);
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (slice_is(name, rows[i].name)) {
			rows[i].act(p, &in);
			words_clear(&in);
			return;
		}
	}
	if (name.len > 0)
		complain(p, "what is %.*s?", SLICE_ARG(name));
	words_clear(&in);
}

/* 0 where all was as expected. */
static int play(const char *path)
{
	struct play p = {.file = path};
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;

	if (file == NULL)
		die("%s cannot be read", path);
	world_open(&p.w);
	while ((len = getline(&line, &cap, file)) >= 0) {
		p.line++;
		play_line(&p, slice_from(line, (size_t)len));
	}
	free(line);
	fclose(file);
	world_close(&p.w);
	return p.bad;
}

/* In a process of its own: a scenario that crashes costs itself. */
static int play_apart(const char *path)
{
	int status = 1;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		exit(play(path));
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 1;
	if (WIFSIGNALED(status))
		printf("# ended by signal %d\n", WTERMSIG(status));
	return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

static int is_scenario(const struct dirent *entry)
{
	return slice_ends(slice_of(entry->d_name), ".scn");
}

/* All in SRC_DIR/tests/scenario (`make check` sets it), or those that are named. */
int main(int argc, char **argv)
{
	const char *src = getenv("SRC_DIR");
	struct dirent **found = NULL;
	char path[4096];
	int n = 0, bad = 0;

	/* SCENARIO_LOG: also what the poller says of it. */
	log_open("scenario", getenv("SCENARIO_LOG") != NULL ? LOG_INFO : (enum log_level)0, false);
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-')
			continue;
		n++;
		bad += play_apart(argv[i]);
	}
	if (n > 0)
		return bad > 0;
	snprintf(path, sizeof path, "%s/tests/scenario", src == NULL ? "." : src);
	n = scandir(path, &found, is_scenario, alphasort);
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		snprintf(path, sizeof path, "%s/tests/scenario/%s", src == NULL ? "." : src,
			found[i]->d_name);
		if (play_apart(path) != 0) {
			printf("not ");
			bad++;
		}
		printf("ok %d - %s\n", i + 1, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return bad > 0 || n <= 0;
}
