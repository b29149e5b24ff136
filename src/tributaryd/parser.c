/*
 * parser.c - the main of a parser: channel to parse to channel, one document at a time
 *
 * Jailed from its first document on: no path, no socket but the one it was given, memory and
 * time bounded.  It believes what its poller says (lengths, seals), and nothing of a document.
 */
#include "tributaryd/roles.h"

#include "base/limits.h"
#include "base/log.h"
#include "feed/answer.h"
#include "ipc/channel.h"
#include "parse/parse.h"
#include "proc/sandbox.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

/* A document past this much processor time ends its parser (SIGPROF); 0 stops the clock. */
static void limit_cpu(time_t seconds)
{
	struct itimerval left = {.it_value = {.tv_sec = seconds}};

	if (!sandbox_is_loose())
		setitimer(ITIMER_PROF, &left, NULL);
}

static void hints_from(const struct message *m, struct hints *h, struct selectors *page)
{
	*page = (struct selectors){
		.item = m->parts[ASK_PAGE_ITEM],
		.link = m->parts[ASK_PAGE_LINK],
		.heading = m->parts[ASK_PAGE_HEADING],
		.summary = m->parts[ASK_PAGE_SUMMARY],
		.date = m->parts[ASK_PAGE_DATE],
		.image = m->parts[ASK_PAGE_IMAGE],
		.next = m->parts[ASK_PAGE_NEXT],
		.lang = m->parts[ASK_PAGE_LANG],
	};
	*h = (struct hints){
		.url = m->parts[ASK_URL],
		.content_type = m->parts[ASK_CONTENT_TYPE],
		.content_location = m->parts[ASK_CONTENT_LOCATION],
		.content_language = m->parts[ASK_CONTENT_LANGUAGE],
		.link = m->parts[ASK_LINK],
		.is_gzip = slice_is(m->parts[ASK_CONTENT_ENCODING], "gzip"),
		.max_bytes = (size_t)m->number,
		.page = page->item.len > 0 ? page : NULL,
	};
}

/* Reads the document and fills in the answer. */
static void read_document(const struct message *m, struct slice body, struct message *answer)
{
	static struct verdict_text why;
	struct answer page;
	struct hints hints;
	struct selectors selectors;
	size_t size;
	bool is_packed;

	answer->kind = MESSAGE_REFUSED;
	answer->number = PARSE_TOO_LARGE;
	answer->n_parts = 1;
	answer->parts[0] = SLICE("no memory for the answer");
	hints_from(m, &hints, &selectors);
	is_packed = hints.is_gzip || slice_starts(body, "\x1f\x8b");
	size = answer_size(is_packed ? hints.max_bytes : body.len + 1);
	if (answer_open(&page, m->fds[1], size) < 0)
		return;

	const struct sink to = {.data = &page, .item = answer_put_item, .feed = answer_put_feed};
	enum parse_verdict v = parse_document(body, &hints, &to, &why);

	answer->bytes = answer_close(&page);
	answer->number = v;
	answer->parts[0] = slice_of(why.text);
	if (v == PARSE_OK && answer->bytes > 0) {
		answer->kind = MESSAGE_PARSED;
		answer->n_parts = 0;
	} else if (v == PARSE_OK) {
		answer->number = PARSE_TOO_LARGE;
		answer->parts[0] = SLICE("its answer would not fit");
	}
}

/* 0 answered, -1 the poller is gone. */
static int serve(const struct message *m)
{
	struct message answer = {.id = m->id};
	void *at =
		m->bytes == 0 ? NULL : mmap(NULL, m->bytes, PROT_READ, MAP_PRIVATE, m->fds[0], 0);

	if (at == MAP_FAILED) {
		answer.kind = MESSAGE_REFUSED;
		answer.number = PARSE_TOO_LARGE;
		answer.n_parts = 1;
		answer.parts[0] = SLICE("no memory for the document");
	} else {
		limit_cpu(LIMIT_PARSE_CPU_S);
		read_document(m, slice_from(at, m->bytes), &answer);
		limit_cpu(0);
	}
	if (at != NULL && at != MAP_FAILED)
		munmap(at, m->bytes);
	return channel_say(ROLE_FD_CHANNEL, &answer);
}

static void close_fds(const struct message *m)
{
	for (size_t i = 0; i < m->n_fds; i++)
		close(m->fds[i]);
}

/* Documents until the poller goes, or closes because we are worn; the exit status. */
static int serve_all(char *box)
{
	struct message m;

	for (;;) {
		int came = channel_wait(ROLE_FD_CHANNEL, ROLE_PARSER, ROLE_POLLER, box, &m);

		if (came <= 0)
			return came == 0 ? EXIT_WELL : EXIT_CRASH;

		bool is_whole = m.kind == MESSAGE_PARSE && m.n_fds == 2 && m.n_parts == ASK_COUNT;
		int said = is_whole ? serve(&m) : -1;

		close_fds(&m);
		if (said < 0)
			return EXIT_CRASH;
	}
}

int parser_main(void)
{
	struct message hello = {.kind = MESSAGE_HELLO};
	struct error err = {""};
	char *box = malloc(LIMIT_MESSAGE_BYTES);
	int status = EXIT_CRASH;

	if (box == NULL)
		die("no memory for messages");
	parse_warm_up();
	if (sandbox_enter(SANDBOX_PARSER, NULL, NULL, &err) < 0)
		die("cannot jail the parser: %s", err.text);
	if (channel_say(ROLE_FD_CHANNEL, &hello) == 0)
		status = serve_all(box);
	free(box);
	return status;
}
