/*
 * workers.c - tributaryd/workers.h without processes: documents are parsed here, when told to
 *
 * What is parsed goes over the border all the same: through the page of feed/answer.h.
 */
#include "workers_script.h"

#include "base/arena.h"
#include "base/log.h"
#include "parse/parse.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct task {
	struct task *next; /* the oldest first */
	struct arena a;
	struct work work;
	work_done *done;
	void *data;
};

struct workers {
	struct task *waiting;
};

struct workers *workers_open(struct ev_loop *loop, int most, const struct workers_needs *needs)
{
	struct workers *w = calloc(1, sizeof *w);

	(void)loop, (void)most, (void)needs;
	if (w == NULL)
		die("no memory for parsers that are none");
	return w;
}

static void task_free(struct task *t)
{
	close(t->work.body);
	arena_clear(&t->a);
	free(t);
}

void workers_close(struct workers **w)
{
	if (*w == NULL)
		return;
	while ((*w)->waiting != NULL) {
		struct task *t = (*w)->waiting;

		(*w)->waiting = t->next;
		task_free(t);
	}
	free(*w);
	*w = NULL;
}

void workers_configure(struct workers *w, int most)
{
	(void)w, (void)most;
}

void workers_arrived(struct workers *w, uint64_t id, int fd)
{
	(void)w, (void)id, (void)fd;
}

void workers_submit(struct workers *w, const struct work *work, work_done *done, void *data)
{
	struct task *t = calloc(1, sizeof *t);
	struct task **last = &w->waiting;
	struct slice *const texts[] = {&t->work.url, &t->work.content_type,
		&t->work.content_location, &t->work.content_language, &t->work.link,
		&t->work.page_item, &t->work.page_link, &t->work.page_heading,
		&t->work.page_summary, &t->work.page_date, &t->work.page_image, &t->work.page_next,
		&t->work.page_lang};

	if (t == NULL)
		die("no memory for a document");
	t->work = *work;
	t->work.body = fcntl(work->body, F_DUPFD_CLOEXEC, 3);
	for (size_t i = 0; i < COUNT(texts); i++)
		*texts[i] = slice_copy(&t->a, *texts[i]);
	t->done = done;
	t->data = data;
	while (*last != NULL)
		last = &(*last)->next;
	*last = t;
}

void workers_forget(struct workers *w, const void *data)
{
	for (struct task **at = &w->waiting; *at != NULL;) {
		struct task *t = *at;

		if (t->data != data) {
			at = &t->next;
			continue;
		}
		*at = t->next;
		task_free(t);
	}
}

size_t workers_load(const struct workers *w)
{
	size_t n = 0;

	for (const struct task *t = w->waiting; t != NULL; t = t->next)
		n++;
	return n;
}

/* Reads the document through a page as a parser would; `end_out` and `why` are what it says. */
static void read_document(struct task *t, struct slice body, struct answer_read *read,
	enum work_end *end_out, struct verdict_text *why)
{
	const struct work *k = &t->work;
	const struct selectors page = {k->page_item, k->page_link, k->page_heading, k->page_summary,
		k->page_date, k->page_image, k->page_next, k->page_lang};
	const struct hints hints = {.url = k->url,
		.content_type = k->content_type,
		.content_location = k->content_location,
		.content_language = k->content_language,
		.link = k->link,
		.is_gzip = k->is_gzip,
		.max_bytes = k->max_bytes,
		.page = page.item.len > 0 ? &page : NULL};
	size_t size = answer_size(k->max_bytes);
	struct error err = {""};
	int fd = answer_make(size, &err);
	struct answer to;
	const struct sink sink = {&to, answer_put_item, answer_put_feed};

	if (fd < 0 || answer_open(&to, fd, size) < 0)
		die("no page for an answer: %s", err.text);

	enum parse_verdict v = parse_document(body, &hints, &sink, why);
	size_t bytes = answer_close(&to);

	*end_out = WORK_REFUSED;
	if (v == PARSE_OK && bytes > 0)
		*end_out =
			answer_load(fd, bytes, &t->a, read, &err) == 0 ? WORK_PARSED : WORK_CRASHED;
	close(fd);
}

static void tell(struct task *t)
{
	struct answer_read read = {0};
	struct verdict_text why = {""};
	enum work_end end = WORK_CRASHED;
	char *at = mmap(NULL, t->work.body_bytes, PROT_READ, MAP_PRIVATE, t->work.body, 0);

	if (at == MAP_FAILED)
		die("a document cannot be read");

	struct slice body = slice_from(at, t->work.body_bytes);

	if (slice_find(body, SLICE(WORKERS_POISON)) == body.len)
		read_document(t, body, &read, &end, &why);
	munmap(at, t->work.body_bytes);
	t->done(t->data, end, end == WORK_PARSED ? &read : NULL,
		end == WORK_CRASHED ? SLICE("its parser was killed") : slice_of(why.text));
}

size_t workers_script_deliver(struct workers *w)
{
	size_t n = 0;

	for (; w->waiting != NULL; n++) {
		struct task *t = w->waiting;

		w->waiting = t->next;
		tell(t);
		task_free(t);
	}
	return n;
}
