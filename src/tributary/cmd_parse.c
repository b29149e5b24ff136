/*
 * cmd_parse.c - `tributary parse`: a document to its normalised form, jailed, no daemon
 *
 * The same parent and child as in the daemon: the child reads the document in the jail and writes
 * wire records to a page of memory whose size is sealed; the parent waits at most
 * LIMIT_PARSE_WALL_S, proves what is there, and only then prints.
 */
#include "tributary/commands.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/conf.h"
#include "feed/answer.h"
#include "feed/canon.h"
#include "feed/wire.h"
#include "parse/parse.h"
#include "proc/sandbox.h"
#include "tributary/normalise.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES  (64U << 10)
#define FLUSH_BYTES (64U << 10)

/* What the command line asks. */
struct task {
	const char *path, *conf_path, *source;
	struct hints hints;
	struct selectors selectors;
	struct arena room; /* of headers and of what the configuration says */
	struct buf body;
};

/* What the child says when it is done. */
struct said {
	int32_t verdict;
	uint64_t bytes;
	struct verdict_text why;
};

/* --- the command line */

static int usage(void)
{
	fputs("usage: tributary parse [--url URL] [--header 'Name: value']... [--max-size SIZE] "
	      "[-c FILE] [--source NAME] FILE|-\n",
		stderr);
	return COMMAND_USAGE;
}

/* "16M": bytes, or so many K, M or G of them. */
static bool read_size(const char *text, size_t *out)
{
	static const char units[] = "KMG";
	struct slice number = slice_of(text);
	unsigned shift = 0;
	int64_t value;

	for (unsigned i = 0; i < 3 && number.len > 0; i++)
		if ((number.at[number.len - 1] & ~0x20) == units[i])
			shift = 10 * (i + 1);
	number.len -= shift > 0;
	if (!slice_int(number, 1, LIMIT_MAX_SIZE, &value) ||
		value > (int64_t)LIMIT_MAX_SIZE >> shift)
		return false;
	*out = (size_t)value << shift;
	return true;
}

/* Several headers of one name count as one, parted by commas (RFC 9110 section 5.3). */
static void join(struct task *t, struct slice *to, struct slice value)
{
	struct buf both;

	buf_init(&both, LIMIT_HEADER_BYTES);
	buf_put_slice(&both, *to);
	buf_puts(&both, to->len > 0 ? ", " : "");
	buf_put_slice(&both, value);
	*to = slice_copy(&t->room, buf_slice(&both));
	buf_clear(&both);
}

static bool read_header(struct task *t, const char *text)
{
	struct slice line = slice_of(text);
	size_t colon = slice_find_byte(line, ':');
	struct slice name = slice_head(line, colon),
		     value = slice_trim(slice_skip(line, colon + 1));

	if (colon == line.len)
		return false;
	if (slice_is_fold(name, "content-type"))
		t->hints.content_type = value;
	else if (slice_is_fold(name, "content-location"))
		t->hints.content_location = value;
	else if (slice_is_fold(name, "content-language"))
		t->hints.content_language = value;
	else if (slice_is_fold(name, "content-encoding"))
		t->hints.is_gzip = slice_is_fold(value, "gzip") || slice_is_fold(value, "x-gzip");
	else if (slice_is_fold(name, "link"))
		join(t, &t->hints.link, value);
	return true;
}

static bool read_arguments(struct task *t, int argc, char **argv)
{
	static const struct option longs[] = {{"url", required_argument, NULL, 'u'},
		{"header", required_argument, NULL, 'h'},
		{"max-size", required_argument, NULL, 'm'},
		{"source", required_argument, NULL, 's'}, {"config", required_argument, NULL, 'c'},
		{0}};
	int c;
	bool is_right = true;

	optind = 0;
	while (is_right && (c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
		if (c == 'u')
			t->hints.url = slice_of(optarg);
		else if (c == 'h')
			is_right = read_header(t, optarg);
		else if (c == 'm')
			is_right = read_size(optarg, &t->hints.max_bytes);
		else if (c == 's')
			t->source = optarg;
		else if (c == 'c')
			t->conf_path = optarg;
		else
			is_right = false;
	}
	if (!is_right || argc - optind != 1)
		return false;
	t->path = argv[optind];
	return true;
}

/* How a source of the configuration is to be read: its selectors, address and largest size. */
static void take_source(struct task *t, const struct conf_source *s)
{
	const struct slice *from[] = {&s->item, &s->link, &s->heading, &s->summary, &s->date,
		&s->image, &s->next, &s->lang};
	struct selectors *p = &t->selectors;
	struct slice *to[] = {&p->item, &p->link, &p->heading, &p->summary, &p->date, &p->image,
		&p->next, &p->lang};

	for (size_t i = 0; i < COUNT(to); i++)
		*to[i] = slice_copy(&t->room, *from[i]);
	if (s->is_page)
		t->hints.page = p;
	if (t->hints.url.len == 0)
		t->hints.url = slice_copy(&t->room, s->url);
	if (t->hints.max_bytes == 0)
		t->hints.max_bytes = (size_t)s->max_bytes;
}

static int find_source(struct task *t)
{
	const struct request r = {.conf_path = t->conf_path};
	struct conf *conf = request_conf(&r);
	bool is_there = false;

	if (conf == NULL)
		return COMMAND_USAGE;
	for (size_t i = 0; i < conf->n_sources && !is_there; i++) {
		is_there = slice_is(conf->sources[i].name, t->source);
		if (is_there)
			take_source(t, &conf->sources[i]);
	}
	conf_free(&conf);
	if (is_there)
		return COMMAND_WELL;
	wrong("no source %s in %s", log_safe(slice_of(t->source)), t->conf_path);
	return COMMAND_USAGE;
}

static int read_file(struct task *t)
{
	bool is_input = strcmp(t->path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(t->path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : 0;
	char *at = NULL;

	/* One byte more than may be: the parser says that it is too large. */
	buf_init(&t->body, (t->hints.max_bytes > 0 ? t->hints.max_bytes : LIMIT_BODY_BYTES) + 1);
	while (n >= 0) {
		size_t left = t->body.max - t->body.len;

		at = left > 0 ? buf_room(&t->body, left < READ_BYTES ? left : READ_BYTES) : NULL;
		if (at == NULL)
			break;
		n = read(fd, at, left < READ_BYTES ? left : READ_BYTES);
		if (n == 0)
			break;
		if (n > 0)
			buf_took(&t->body, (size_t)n);
		else if (errno == EINTR)
			n = 0;
	}
	if (n < 0) {
		wrong("%s: %s", log_safe(slice_of(t->path)), strerror(errno));
		return COMMAND_USAGE;
	}
	if (!is_input)
		close(fd);
	return COMMAND_WELL;
}

/* The page for the answer: by the document's own size, unless that is packed. */
static size_t page_size(const struct task *t)
{
	bool is_packed = t->hints.is_gzip || slice_starts(buf_slice(&t->body), "\x1f\x8b");
	size_t size = answer_size(is_packed ? t->hints.max_bytes : t->body.len + 1);

	/* The jail's address space holds the document, too. */
	return size < LIMIT_WORKER_BYTES / 2 ? size : LIMIT_WORKER_BYTES / 2;
}

/* --- the child */

static void shut_in(void)
{
	struct itimerval cpu = {.it_value = {.tv_sec = LIMIT_PARSE_CPU_S}};
	struct error err = {""};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	parse_warm_up();
	/* What goes wrong in here is the parent's to say, in one line. */
	if (null < 0 || dup2(null, STDERR_FILENO) < 0)
		_exit(COMMAND_USAGE);
	if (!sandbox_is_loose())
		setitimer(ITIMER_PROF, &cpu, NULL);
	if (sandbox_enter(SANDBOX_PARSER, NULL, NULL, &err) < 0)
		_exit(COMMAND_USAGE);
}

static _Noreturn void be_child(struct task *t, int page, int out)
{
	struct answer answer;
	struct said said = {.verdict = PARSE_TOO_LARGE, .why = {"no memory for the answer"}};
	const struct sink to = {&answer, answer_put_item, answer_put_feed};

	shut_in();
	if (answer_open(&answer, page, page_size(t)) == 0) {
		said.verdict =
			(int32_t)parse_document(buf_slice(&t->body), &t->hints, &to, &said.why);
		said.bytes = answer_close(&answer);
	}
	if (write(out, &said, sizeof said) != (ssize_t)sizeof said)
		_exit(COMMAND_USAGE);
	_exit(COMMAND_WELL);
}

/* --- the parent */

/* Waits for what the child says; false where it said nothing in its time, and is gone now. */
static bool wait_for(pid_t child, int in, struct said *said)
{
	struct pollfd ready = {.fd = in, .events = POLLIN};
	int n;
	bool is_said;

	do {
		n = poll(&ready, 1, LIMIT_PARSE_WALL_S * 1000);
	} while (n < 0 && errno == EINTR);
	is_said = n > 0 && read(in, said, sizeof *said) == (ssize_t)sizeof *said;
	kill(child, SIGKILL); /* it has nothing more to say, whatever it is doing */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		continue;
	return is_said;
}

/* One record, proved; where `out` is given, it is printed too. */
static bool take_record(
	enum wire_record type, struct slice payload, struct arena *room, struct buf *out)
{
	struct item item;
	struct feed feed;

	if (type == WIRE_ITEM) {
		if (wire_get_item(payload, room, &item) != WIRE_OK)
			return false;
		if (out == NULL)
			return canon_check(item.content_html, NULL) &&
			       canon_check(item.summary_html, NULL);
		normalise_item(out, &item);
		return true;
	}
	if (wire_get_feed(payload, room, &feed) != WIRE_OK)
		return false;
	if (out != NULL)
		normalise_end(out, &feed);
	return true;
}

/* Prints what is there but its last byte, by which the next member knows whether it is the first.
 */
static void flush(struct buf *out, size_t least)
{
	char last;

	if (out == NULL || out->len < least)
		return;
	last = out->at[out->len - 1];
	fwrite(out->at, 1, out->len - 1, stdout);
	buf_reset(out);
	buf_putc(out, last);
}

/* All records; false where they are not what a parser that keeps the rules writes. */
static bool take_records(struct slice records, struct buf *out)
{
	struct arena room = {NULL, 0};
	enum wire_record type;
	struct slice payload;
	enum wire_verdict v;
	bool has_feed = false, is_right = true;

	while (is_right && (v = wire_next(&records, &type, &payload)) == WIRE_OK) {
		is_right = !has_feed && take_record(type, payload, &room, out);
		has_feed = type == WIRE_FEED;
		arena_reset(&room);
		flush(out, FLUSH_BYTES);
	}
	arena_clear(&room);
	return is_right && v == WIRE_DONE && has_feed;
}

/* The child is gone, so that nobody writes to the page any more: proved first, then printed. */
static int print(int page, size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ, MAP_PRIVATE, page, 0);
	struct slice records = slice_from(at, bytes);
	struct buf out;

	if (at == MAP_FAILED)
		return wrong("no memory for the answer");
	if (!take_records(records, NULL)) {
		munmap(at, bytes);
		return wrong("broken: its reader broke the rules");
	}
	buf_init(&out, SIZE_MAX / 2);
	normalise_begin(&out);
	take_records(records, &out);
	flush(&out, 1);
	putchar('\n');
	buf_clear(&out);
	munmap(at, bytes);
	return fflush(stdout) == 0 ? COMMAND_WELL : wrong("cannot write: %s", strerror(errno));
}

static int run(struct task *t)
{
	struct error err = {""};
	struct said said;
	int ends[2], page = answer_make(page_size(t), &err), status;
	pid_t child;

	if (page < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return wrong("%s", page < 0 ? err.text : strerror(errno));
	child = fork();
	if (child < 0)
		return wrong("%s", strerror(errno));
	if (child == 0)
		be_child(t, page, ends[1]);
	close(ends[1]);
	if (!wait_for(child, ends[0], &said))
		status = wrong("too expensive: it took too much time or memory");
	else if (said.verdict != PARSE_OK)
		status = wrong("%.*s", (int)sizeof said.why.text - 1, said.why.text);
	else if (said.bytes == 0 || said.bytes > page_size(t))
		status = wrong("too large: its answer would not fit");
	else
		status = print(page, (size_t)said.bytes);
	close(ends[0]);
	close(page);
	return status;
}

int cmd_parse(int argc, char **argv)
{
	struct task t = {.conf_path = conf_default_path};
	int status;

	if (!read_arguments(&t, argc, argv)) {
		arena_clear(&t.room);
		return usage();
	}
	status = t.source != NULL ? find_source(&t) : COMMAND_WELL;
	if (status == COMMAND_WELL)
		status = read_file(&t);
	if (status == COMMAND_WELL)
		status = run(&t);
	buf_clear(&t.body);
	arena_clear(&t.room);
	return status;
}
