/*
 * bench_parse.c - what reading costs, beside libxml2's bare push parser over the same bytes
 *
 *	bench_parse [-n ROUNDS] FILE...
 *	bench_parse [-n ROUNDS] -l LIST		files, one a line
 *	bench_parse				a document of its own, 20 MB
 *
 * Each round reads all files both ways in turn; the cheapest round of each counts.  The sanitiser
 * is measured within the reading (linked with --wrap), so that reading is told with and without.
 * Nothing is printed of the items: `tributary parse` does that.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "parse/parse.h"
#include "parse/sanitize.h"

#include <libxml/parser.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PART_BYTES    16384
#define OWN_BYTES     (20U << 20)
#define MOST_BYTES    (512U << 20)
#define ROUNDS_OF_OWN 3

struct files {
	char **at;
	size_t n, cap;
};

static struct {
	double total_s;
	size_t calls, bytes, plain_bytes;
} sanitised;

static double now_s(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* --- the sanitiser, overheard */

enum sanitize_way __real_sanitize_html(
	struct arena *a, struct slice html, struct slice base, struct slice *canonical_out);
enum sanitize_way __wrap_sanitize_html(
	struct arena *a, struct slice html, struct slice base, struct slice *canonical_out);

enum sanitize_way __wrap_sanitize_html(
	struct arena *a, struct slice html, struct slice base, struct slice *canonical_out)
{
	double from = now_s(CLOCK_MONOTONIC);
	enum sanitize_way way = __real_sanitize_html(a, html, base, canonical_out);

	sanitised.total_s += now_s(CLOCK_MONOTONIC) - from;
	sanitised.calls++;
	sanitised.bytes += html.len;
	sanitised.plain_bytes += way == SANITIZE_PLAIN ? html.len : 0;
	return way;
}

/* --- the two ways */

static void on_start(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
	int n_namespaces, const xmlChar **namespaces, int n, int n_defaulted, const xmlChar **list)
{
	(void)name, (void)prefix, (void)uri, (void)n_namespaces, (void)namespaces, (void)n,
		(void)n_defaulted, (void)list;
	++*(size_t *)data;
}

static void on_text(void *data, const xmlChar *text, int len)
{
	(void)text;
	*(size_t *)data += (size_t)len;
}

static void be_silent(void *data, xmlErrorPtr error)
{
	(void)data, (void)error;
}

static void push(struct slice body)
{
	xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.characters = on_text,
		.cdataBlock = on_text,
		.serror = be_silent};
	size_t seen = 0;
	xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&sax, &seen, NULL, 0, NULL);

	xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_RECOVER);
	for (size_t at = 0; at < body.len; at += PART_BYTES) {
		size_t len = body.len - at < PART_BYTES ? body.len - at : PART_BYTES;

		xmlParseChunk(parser, body.at + at, (int)len, 0);
	}
	xmlParseChunk(parser, "", 0, 1);
	xmlFreeDoc(parser->myDoc);
	xmlFreeParserCtxt(parser);
}

static size_t n_items, n_read;

static int count_item(void *data, const struct item *i)
{
	(void)data, (void)i;
	n_items++;
	return 0;
}

static int count_feed(void *data, const struct feed *f)
{
	(void)data, (void)f;
	n_read++;
	return 0;
}

static void read_whole(struct slice body)
{
	static const struct sink to = {NULL, count_item, count_feed};
	const struct hints hints = {
		.url = SLICE("https://example.org/feed"), .max_bytes = MOST_BYTES};
	struct verdict_text why;

	parse_document(body, &hints, &to, &why);
}

/* --- files */

static struct slice map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat s;
	void *at = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &s) == 0 && s.st_size > 0)
		at = mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (at == MAP_FAILED) {
		fprintf(stderr, "bench_parse: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	close(fd);
	return slice_from(at, (size_t)s.st_size);
}

static void read_list(struct files *files, struct arena *a, const char *path)
{
	struct slice line, rest = map_file(path);

	while (slice_cut(&rest, '\n', &line))
		if (line.len > 0)
			*ARENA_PUSH(a, files) = (char *)(uintptr_t)slice_string(a, line);
}

/* A processor's seconds of `way` over all files. */
static double cost_s(const struct files *files, struct slice own, void (*way)(struct slice))
{
	double total = 0;

	for (size_t i = 0; i < files->n; i++) {
		struct slice body = map_file(files->at[i]);
		double from = now_s(CLOCK_PROCESS_CPUTIME_ID);

		way(body);
		total += now_s(CLOCK_PROCESS_CPUTIME_ID) - from;
		munmap((void *)(uintptr_t)body.at, body.len);
	}
	if (files->n == 0) {
		double from = now_s(CLOCK_PROCESS_CPUTIME_ID);

		way(own);
		total = now_s(CLOCK_PROCESS_CPUTIME_ID) - from;
	}
	return total;
}

static size_t size_of(const struct files *files, struct slice own)
{
	size_t total = files->n == 0 ? own.len : 0;
	struct stat s;

	for (size_t i = 0; i < files->n; i++)
		total += stat(files->at[i], &s) == 0 ? (size_t)s.st_size : 0;
	return total;
}

static struct slice make_own(struct buf *room)
{
	buf_init(room, (size_t)OWN_BYTES + 4096);
	buf_puts(room, "<?xml version='1.0'?><rss version='2.0'><channel><title>Own</title>");
	for (unsigned n = 0; room->len < OWN_BYTES; n++) {
		buf_printf(room,
			"<item><title>What has come to pass at %u</title><link>https://"
			"example.org/news/%u</link><guid>%u</guid><pubDate>Sat, 02 May 2026 "
			"10:00:00 GMT</pubDate><description><![CDATA[",
			n, n, n);
		for (unsigned k = 0; k < 12; k++)
			buf_printf(room,
				"<p>It was said in <a href=\"/of/%u\">place %u</a> that <em>much"
				"</em> of it is known &amp; the rest will be told later, when "
				"those who know have been asked.</p>\n",
				k, n);
		buf_puts(room, "]]></description></item>\n");
	}
	buf_puts(room, "</channel></rss>");
	return buf_slice(room);
}

static void print(const char *what, double s, size_t bytes, double limit_s)
{
	printf("%-34s %7.3f s  %7.1f MB/s  %5.2f x\n", what, s, 1e-6 * (double)bytes / s,
		s / limit_s);
}

static void run(const struct files *files, struct slice own, unsigned rounds)
{
	double bare = 1e9, whole = 1e9, sanitiser = 0;
	size_t bytes = size_of(files, own);
	struct rusage used;

	for (unsigned i = 0; i < rounds; i++) {
		double push_s = cost_s(files, own, push), read_s;

		memset(&sanitised, 0, sizeof sanitised);
		n_items = n_read = 0;
		read_s = cost_s(files, own, read_whole);
		bare = push_s < bare ? push_s : bare;
		if (read_s < whole) {
			whole = read_s;
			sanitiser = sanitised.total_s;
		}
	}
	getrusage(RUSAGE_SELF, &used);
	printf("%zu documents, %.1f MB; %zu feeds read, %zu items; max RSS %ld KB\n",
		files->n > 0 ? files->n : 1, 1e-6 * (double)bytes, n_read, n_items, used.ru_maxrss);
	print("libxml2, bare SAX push", bare, bytes, bare);
	print("read, without the sanitiser", whole - sanitiser, bytes, bare);
	print("read", whole, bytes, bare);
	if (sanitised.bytes > 0)
		printf("%-34s %7.3f s  %7.1f MB/s  %.1f MB in %zu texts, %.1f %% in one pass\n",
			"the sanitiser", sanitiser, 1e-6 * (double)sanitised.bytes / sanitiser,
			1e-6 * (double)sanitised.bytes, sanitised.calls,
			100 * (double)sanitised.plain_bytes / (double)sanitised.bytes);
}

int main(int argc, char **argv)
{
	struct arena a = {NULL, 0};
	struct files files = {0};
	struct buf room = {0};
	unsigned rounds = ROUNDS_OF_OWN;
	int c;

	while ((c = getopt(argc, argv, "n:l:")) != -1) {
		if (c == 'n')
			rounds = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'l')
			read_list(&files, &a, optarg);
		else
			return 2;
	}
	for (int i = optind; i < argc; i++)
		*ARENA_PUSH(&a, &files) = argv[i];
	parse_warm_up();
	run(&files, files.n == 0 ? make_own(&room) : SLICE_NONE, rounds > 0 ? rounds : 1);
	buf_clear(&room);
	arena_clear(&a);
	return 0;
}
