/*
 * cmd_parse.c - `tributary parse`: a document to its normalised form, jailed, no daemon
 */
#include "tributary/commands.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/log.h"
#include "conf/conf.h"
#include "tributary/jailed.h"
#include "tributary/normalise.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES  (64U << 10)
#define FLUSH_BYTES (64U << 10)
#define HELD_BYTES  (1U << 20)

/* What the command line asks. */
struct task {
	const char *path, *conf_path, *source;
	struct hints hints;
	struct selectors selectors;
	struct arena room; /* of headers and of what the configuration says */
	struct slice body; /* `read`, or `mapped` */
	struct buf read;
	void *mapped;
	size_t mapped_bytes;
	struct buf out; /* what waits to be printed, */
	size_t held;    /* until it is so long */
};

static size_t max_bytes(const struct task *t)
{
	return t->hints.max_bytes > 0 ? t->hints.max_bytes : LIMIT_BODY_BYTES;
}

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

/* What cannot be mapped is read; one byte more than may be: the parser says that it is too large.
 */
static int read_stream(struct task *t, int fd)
{
	ssize_t n = 1;

	buf_init(&t->read, max_bytes(t) + 1);
	while (n > 0) {
		size_t left = t->read.max - t->read.len;
		size_t want = left < READ_BYTES ? left : READ_BYTES;
		char *at = want > 0 ? buf_room(&t->read, want) : NULL;

		if (at == NULL)
			break;
		do {
			n = read(fd, at, want);
		} while (n < 0 && errno == EINTR);
		if (n > 0)
			buf_took(&t->read, (size_t)n);
	}
	t->body = buf_slice(&t->read);
	return n < 0 ? -1 : 0;
}

/* A file's mapping is not read out here at all, and in the jail piece by piece. */
static int map_file(struct task *t, int fd, size_t size)
{
	void *at;

	t->mapped_bytes = size < max_bytes(t) + 1 ? size : max_bytes(t) + 1;
	at = mmap(NULL, t->mapped_bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return -1;
	t->mapped = at;
	t->body = slice_from(at, t->mapped_bytes);
	t->hints.passed = jailed_give_back;
	return 0;
}

static int read_file(struct task *t)
{
	bool is_input = strcmp(t->path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(t->path, O_RDONLY | O_CLOEXEC);
	struct stat s = {0};
	int status = fd < 0 || fstat(fd, &s) < 0 ? -1 : 0;

	if (status == 0 && !is_input && S_ISREG(s.st_mode) && s.st_size > 0)
		status = map_file(t, fd, (size_t)s.st_size);
	else if (status == 0)
		status = read_stream(t, fd);
	if (status < 0)
		wrong("%s: %s", log_safe(slice_of(t->path)), strerror(errno));
	if (fd >= 0 && !is_input)
		close(fd);
	return status < 0 ? COMMAND_USAGE : COMMAND_WELL;
}

/* --- the answer */

/*
 * What is printed last must be known to be last: nothing of a document that turns out to be none
 * may have been printed, so HELD_BYTES wait.  Of a longer one, the beginning may have been.
 */
static void flush(struct buf *out, size_t least)
{
	char last;

	if (out->len < least)
		return;
	/* By the last byte, the next member knows whether it is the first. */
	last = out->at[out->len - 1];
	fwrite(out->at, 1, out->len - 1, stdout);
	buf_reset(out);
	buf_putc(out, last);
}

static int print_item(void *data, const struct item *i)
{
	struct task *t = data;

	normalise_item(&t->out, i);
	if (t->out.len >= t->held) {
		flush(&t->out, t->held);
		t->held = FLUSH_BYTES;
	}
	return ferror(stdout) ? -1 : 0;
}

static int print_feed(void *data, const struct feed *f)
{
	struct task *t = data;

	normalise_end(&t->out, f);
	return 0;
}

static int run(struct task *t)
{
	const struct sink to = {t, print_item, print_feed};
	struct verdict_text why = {""};
	enum parse_verdict v;

	buf_init(&t->out, SIZE_MAX / 2);
	t->held = HELD_BYTES;
	normalise_begin(&t->out);
	v = jailed_parse(t->body, &t->hints, &to, &why);
	if (v == PARSE_OK) {
		flush(&t->out, 1);
		putchar('\n');
	}
	buf_clear(&t->out);
	if (ferror(stdout) || fflush(stdout) != 0)
		return wrong("cannot write: %s", strerror(errno));
	return v == PARSE_OK ? COMMAND_WELL : wrong("%s", why.text);
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
	if (t.mapped != NULL)
		munmap(t.mapped, t.mapped_bytes);
	buf_clear(&t.read);
	arena_clear(&t.room);
	return status;
}
