/*
 * control.h - the admin's socket: one JSON object a line, asked and answered
 *
 * The poller serves it (control_open), the command asks (control_ask).  A question is
 * {"ask": VERB, "sources": [NAME, …]}; an answer is {"ok": true, …} or {"ok": false,
 * "error": TEXT}.  At most LIMIT_CONTROL_PEERS at a time, LIMIT_CONTROL_BYTES a line; a peer
 * that sends something else is answered with an error and closed.
 */
#ifndef TRIBUTARY_IPC_CONTROL_H
#define TRIBUTARY_IPC_CONTROL_H

#include "base/buf.h" /* buf */

struct control;
struct ev_loop; /* ev.h */
struct error;   /* base/log.h */

#define CONTROL_SOURCES 10000

struct control_question {
	uint64_t id;           /* answers name it */
	struct slice verb;     /* "reload", "refresh", "release", "ping", "backup" … */
	struct slice *sources; /* names given, borrowed for the call */
	size_t n_sources;
};

/* Called for each question.  The answer is given by control_answer, at once or later. */
typedef void control_handler(void *data, const struct control_question *q);

/*
 * Reads one line as question `id` and hands it to `handler`; false where it is none.
 */
bool control_read(struct slice line, uint64_t id, control_handler *handler, void *data);

/* Serves `listen_fd` (owned from here on, set non-blocking). */
struct control *control_open(
	struct ev_loop *loop, int listen_fd, control_handler *handler, void *data);

/*
 * Answers question `id`: ok with `text` as "message" (may be empty), or not ok with `text` as
 * "error".  An asker who is gone is no error.
 */
void control_answer(struct control *c, uint64_t id, bool ok, struct slice text);

void control_close(struct control **c);

/*
 * Blocking, for the command: asks and waits at most `timeout_s`.  0 with the "message" in
 * `text_out`; 1 where the daemon answered not ok, with its "error" there; -1 and `err` where
 * there is no daemon or no answer.
 */
int control_ask(const char *socket_path, const char *verb, const char *const *sources,
	size_t n_sources, int timeout_s, struct buf *text_out, struct error *err);

#endif
