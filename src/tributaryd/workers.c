/*
 * workers.c - see workers.h
 */
#include "tributaryd/workers.h"

#include "base/arena.h"
#include "base/limits.h"
#include "base/log.h"
#include "ipc/channel.h"
#include "parse/parse.h" /* PARSE_NO_FEED */
#include "proc/sandbox.h"

#include <ev.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

/* So long after a parser could not be had, or did not begin, the next is asked for. */
#define AGAIN_S 1.

/* A document and who waits for it. */
struct task {
	struct task *next;
	struct arena texts;
	struct work work;
	int answer; /* the page; -1 until it is given to a parser */
	uint64_t job;
	work_done *done;
	void *data; /* NULL done: forgotten */
};

/*  STARTING --HELLO--> IDLE --PARSE--> BUSY --PARSED, REFUSED--> IDLE
 *  and gone from anywhere on: its channel ended, or it was killed                      */
enum worker_state { WORKER_STARTING, WORKER_IDLE, WORKER_BUSY };

struct worker {
	struct worker *next;
	struct workers *all;
	uint64_t id;
	enum worker_state state;
	struct channel *channel;
	struct task *task; /* in hand */
	size_t read;       /* documents so far */
	ev_tstamp born;
	ev_timer clock; /* busy: how long it may take; idle: how long it may wait */
};

struct workers {
	struct ev_loop *loop;
	struct workers_needs needs;
	size_t most, wanted; /* asked for, not arrived */
	struct worker *first;
	struct task *queue, **queue_end;
	size_t load;
	uint64_t jobs;
	ev_timer soon; /* to hand out work, and to ask again where a parser could not be had */
};

/* gzip that its origin did not declare is inflated, too (RFC 1952 section 2.3.1). */
static bool looks_packed(int body)
{
	unsigned char magic[2] = {0};

	return pread(body, magic, sizeof magic, 0) == (ssize_t)sizeof magic && magic[0] == 0x1F &&
	       magic[1] == 0x8B;
}

/* Only what is inflated can be longer than it came. */
static size_t page_size(const struct work *d)
{
	bool is_packed = d->is_gzip || looks_packed(d->body);

	return answer_size(is_packed ? d->max_bytes : (size_t)d->body_bytes + 1);
}

static double wall_s(void)
{
	return sandbox_is_loose() ? 20.0 * LIMIT_PARSE_WALL_S : LIMIT_PARSE_WALL_S;
}

static void hand_out_in(struct workers *w, double seconds)
{
	ev_timer_stop(w->loop, &w->soon);
	ev_timer_set(&w->soon, seconds, 0.);
	ev_timer_start(w->loop, &w->soon);
}

static void task_free(struct workers *w, struct task *t)
{
	if (t->work.body >= 0)
		close(t->work.body);
	if (t->answer >= 0)
		close(t->answer);
	arena_clear(&t->texts);
	free(t);
	w->load--;
}

static void task_end(struct workers *w, struct task *t, enum work_end end,
	const struct answer_read *read, struct slice why)
{
	if (t->done != NULL)
		t->done(t->data, end, read, why);
	task_free(w, t);
}

/*
 * Takes the worker out of the list and gives it back; its task is told why.  Where one did not
 * even begin, the next may not either: it is not asked for at once.
 */
static void worker_end(struct worker *gone, struct slice why)
{
	struct workers *w = gone->all;
	struct task *t = gone->task;
	double pause_s = gone->state == WORKER_STARTING ? AGAIN_S : 0.;

	for (struct worker **at = &w->first; *at != NULL; at = &(*at)->next) {
		if (*at == gone) {
			*at = gone->next;
			break;
		}
	}
	ev_timer_stop(w->loop, &gone->clock);
	channel_free(&gone->channel);
	free(gone);
	if (t != NULL)
		task_end(w, t, WORK_CRASHED, NULL, why);
	if (w->queue != NULL)
		hand_out_in(w, pause_s);
}

static void worker_kill(struct worker *bad, struct slice why)
{
	log_event(LOG_WARNING, "parser.killed", "id=%" PRIu64 " why=%s", bad->id, log_safe(why));
	bad->all->needs.kill(bad->all->needs.data, bad->id);
	worker_end(bad, why);
}

static void clock_set(struct worker *k, double seconds)
{
	ev_timer_stop(k->all->loop, &k->clock);
	ev_timer_set(&k->clock, seconds, 0.);
	ev_timer_start(k->all->loop, &k->clock);
}

static void on_clock(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct worker *k = timer->data;

	(void)loop, (void)revents;
	if (k->state == WORKER_IDLE)
		worker_end(k, SLICE_NONE);
	else if (k->state == WORKER_BUSY)
		worker_kill(k, SLICE("too expensive: it took too long to read"));
	else
		worker_kill(k, SLICE("the parser did not begin"));
}

/* After many documents, or a long time, another takes its place: libraries leak. */
static bool is_worn(const struct worker *k)
{
	return k->read >= LIMIT_WORKER_DOCS || ev_now(k->all->loop) - k->born >= LIMIT_WORKER_S;
}

/* Its task, if it had one, is the caller's by now. */
static void become_idle(struct worker *k)
{
	hand_out_in(k->all, 0.);
	if (is_worn(k)) {
		worker_end(k, SLICE_NONE);
		return;
	}
	k->state = WORKER_IDLE;
	clock_set(k, LIMIT_WORKER_IDLE_S);
}

static void on_parsed(struct worker *k, const struct message *m)
{
	struct workers *w = k->all;
	struct task *t = k->task;
	struct answer_read read;
	struct arena a;
	struct error err = {""};

	arena_init(&a);
	if (m->bytes > page_size(&t->work) ||
		answer_load(t->answer, (size_t)m->bytes, &a, &read, &err) < 0) {
		worker_kill(k, SLICE("the parser broke the rules"));
	} else {
		k->task = NULL;
		k->read++;
		become_idle(k);
		task_end(w, t, WORK_PARSED, &read, SLICE_NONE);
	}
	arena_clear(&a);
}

static void on_refused(struct worker *k, const struct message *m)
{
	struct workers *w = k->all;
	struct task *t = k->task;
	struct arena a;
	struct slice why;

	arena_init(&a);
	why = slice_line(&a, m->n_parts > 0 ? m->parts[0] : SLICE("no feed"));
	k->task = NULL;
	k->read++;
	become_idle(k);
	task_end(w, t, m->number == PARSE_NO_FEED ? WORK_NO_FEED : WORK_REFUSED, NULL,
		slice_utf8_head(why, LIMIT_PROBLEM_BYTES));
	arena_clear(&a);
}

static void on_message(void *data, struct message *m)
{
	struct worker *k = data;
	bool is_answer = (m->kind == MESSAGE_PARSED || m->kind == MESSAGE_REFUSED) &&
			 k->state == WORKER_BUSY && m->id == k->task->job;

	if (m->kind == MESSAGE_HELLO && k->state == WORKER_STARTING)
		become_idle(k);
	else if (!is_answer)
		worker_kill(k, SLICE("the parser broke the rules"));
	else if (m->kind == MESSAGE_PARSED)
		on_parsed(k, m);
	else
		on_refused(k, m);
}

static void on_ended(void *data, enum channel_end how)
{
	struct worker *k = data;

	if (how == CHANNEL_BROKEN) {
		worker_kill(k, SLICE("the parser broke the rules"));
		return;
	}
	/* Dead by now, or else it closed its channel and would live on unwatched. */
	k->all->needs.kill(k->all->needs.data, k->id);
	worker_end(k, SLICE("its parser died of it"));
}

static bool task_give(struct worker *k, struct task *t)
{
	const struct work *d = &t->work;
	struct message m = {.kind = MESSAGE_PARSE,
		.id = t->job,
		.bytes = d->body_bytes,
		.number = d->max_bytes,
		.n_parts = ASK_COUNT,
		.fds = {d->body, t->answer},
		.n_fds = 2};

	m.parts[ASK_URL] = d->url;
	m.parts[ASK_CONTENT_TYPE] = d->content_type;
	m.parts[ASK_CONTENT_LOCATION] = d->content_location;
	m.parts[ASK_CONTENT_LANGUAGE] = d->content_language;
	m.parts[ASK_LINK] = d->link;
	m.parts[ASK_CONTENT_ENCODING] = d->is_gzip ? SLICE("gzip") : SLICE_NONE;
	m.parts[ASK_PAGE_ITEM] = d->page_item;
	m.parts[ASK_PAGE_LINK] = d->page_link;
	m.parts[ASK_PAGE_HEADING] = d->page_heading;
	m.parts[ASK_PAGE_SUMMARY] = d->page_summary;
	m.parts[ASK_PAGE_DATE] = d->page_date;
	m.parts[ASK_PAGE_IMAGE] = d->page_image;
	m.parts[ASK_PAGE_NEXT] = d->page_next;
	m.parts[ASK_PAGE_LANG] = d->page_lang;
	return channel_send(k->channel, &m) == 0;
}

/* The first of the queue goes to this idle worker. */
static void give_first(struct workers *w, struct worker *k)
{
	struct task *t = w->queue;
	struct error err = {""};

	w->queue = t->next;
	if (w->queue == NULL)
		w->queue_end = &w->queue;
	t->next = NULL;
	if (t->done == NULL) {
		task_free(w, t);
		return;
	}
	if (t->work.body < 0)
		error_set(&err, "no descriptor for the document");
	else
		t->answer = answer_make(page_size(&t->work), &err);
	if (t->answer < 0) {
		task_end(w, t, WORK_FAILED, NULL, slice_of(err.text));
		return;
	}
	k->task = t;
	k->state = WORKER_BUSY;
	clock_set(k, wall_s());
	if (!task_give(k, t))
		worker_kill(k, SLICE("the parser does not listen"));
}

static struct worker *find_idle(struct workers *w)
{
	for (struct worker *k = w->first; k != NULL; k = k->next)
		if (k->state == WORKER_IDLE)
			return k;
	return NULL;
}

static size_t count(const struct workers *w)
{
	size_t n = 0;

	for (const struct worker *k = w->first; k != NULL; k = k->next)
		n++;
	return n;
}

static size_t count_starting(const struct workers *w)
{
	size_t n = w->wanted;

	for (const struct worker *k = w->first; k != NULL; k = k->next)
		n += k->state == WORKER_STARTING;
	return n;
}

static void on_soon(struct ev_loop *loop, ev_timer *timer, int revents)
{
	struct workers *w = timer->data;

	(void)loop, (void)revents;
	for (struct worker *k; w->queue != NULL && (k = find_idle(w)) != NULL;)
		give_first(w, k);
	if (w->queue != NULL && count(w) + w->wanted < w->most && count_starting(w) < w->load) {
		w->wanted++;
		w->needs.want(w->needs.data);
	}
}

struct workers *workers_open(struct ev_loop *loop, int most, const struct workers_needs *needs)
{
	struct workers *w = calloc(1, sizeof *w);

	if (w == NULL)
		die("no memory for the table of parsers");
	w->loop = loop;
	w->needs = *needs;
	w->queue_end = &w->queue;
	ev_init(&w->soon, on_soon);
	w->soon.data = w;
	workers_configure(w, most);
	return w;
}

void workers_close(struct workers **w)
{
	if (*w == NULL)
		return;
	while ((*w)->first != NULL) {
		struct worker *k = (*w)->first;

		if (k->task != NULL)
			k->task->done = NULL;
		worker_end(k, SLICE_NONE);
	}
	while ((*w)->queue != NULL) {
		struct task *t = (*w)->queue;

		(*w)->queue = t->next;
		task_free(*w, t);
	}
	ev_timer_stop((*w)->loop, &(*w)->soon);
	free(*w);
	*w = NULL;
}

void workers_configure(struct workers *w, int most)
{
	w->most = most > 0 ? (size_t)most : 1;
}

void workers_arrived(struct workers *w, uint64_t id, int fd)
{
	static const struct channel_events events = {.message = on_message, .ended = on_ended};
	struct worker *k;

	if (w->wanted > 0)
		w->wanted--;
	if (fd < 0) {
		if (w->queue != NULL)
			hand_out_in(w, AGAIN_S);
		return;
	}
	k = calloc(1, sizeof *k);
	if (k == NULL)
		die("no memory for a parser");
	k->all = w;
	k->id = id;
	k->born = ev_now(w->loop);
	k->next = w->first;
	w->first = k;
	k->channel = channel_new(w->loop, fd, ROLE_POLLER, ROLE_PARSER, &events, k);
	ev_init(&k->clock, on_clock);
	k->clock.data = k;
	clock_set(k, wall_s());
}

static struct slice keep(struct task *t, struct slice s)
{
	return slice_copy(&t->texts, s);
}

static void task_copy(struct task *t, const struct work *from)
{
	struct work *d = &t->work;

	*d = *from;
	d->url = keep(t, from->url);
	d->content_type = keep(t, from->content_type);
	d->content_location = keep(t, from->content_location);
	d->content_language = keep(t, from->content_language);
	d->link = keep(t, from->link);
	d->page_item = keep(t, from->page_item);
	d->page_link = keep(t, from->page_link);
	d->page_heading = keep(t, from->page_heading);
	d->page_summary = keep(t, from->page_summary);
	d->page_date = keep(t, from->page_date);
	d->page_image = keep(t, from->page_image);
	d->page_next = keep(t, from->page_next);
	d->page_lang = keep(t, from->page_lang);
	d->body = fcntl(from->body, F_DUPFD_CLOEXEC, 10);
}

void workers_submit(struct workers *w, const struct work *work, work_done *done, void *data)
{
	struct task *t = calloc(1, sizeof *t);

	if (t == NULL)
		die("no memory for a document to read");
	arena_init(&t->texts);
	task_copy(t, work);
	t->answer = -1;
	t->job = ++w->jobs;
	t->done = done;
	t->data = data;
	*w->queue_end = t;
	w->queue_end = &t->next;
	w->load++;
	hand_out_in(w, 0.);
}

void workers_forget(struct workers *w, const void *data)
{
	for (struct task *t = w->queue; t != NULL; t = t->next)
		if (t->data == data)
			t->done = NULL;
	for (struct worker *k = w->first; k != NULL; k = k->next)
		if (k->task != NULL && k->task->data == data)
			k->task->done = NULL;
}

size_t workers_load(const struct workers *w)
{
	return w->load;
}
