/*
 * supervisor.h - what the supervisor's three files share
 *
 * supervisor.c begins, hears and ends; life.c starts roles and parsers and starts them again;
 * reload.c hands the configuration on.
 */
#ifndef TRIBUTARY_TRIBUTARYD_SUPERVISOR_H
#define TRIBUTARY_TRIBUTARYD_SUPERVISOR_H

#include "base/arena.h"
#include "base/buf.h"
#include "ipc/channel.h"
#include "proc/restart.h"
#include "tributaryd/child.h"
#include "tributaryd/sockets.h"

struct supervisor;

/* The poller, or the publisher. */
struct role {
	struct child child; /* first, so that on_role_died finds us */
	struct supervisor *of;
	enum message_role as;
	struct channel *channel;
	struct restart past;
	ev_timer again, last_words;
	ev_tstamp hello_at; /* 0 until it has said HELLO */
	bool has_served;    /* one of its lives has */
};

struct parser {
	struct child child;
	struct supervisor *of;
	struct parser *next;
	uint64_t id;
};

struct supervisor {
	struct ev_loop *loop;
	const char *conf_path;
	struct conf *first, *conf; /* as at start; as in force (may be the same) */
	struct arena arena;
	int lock, doorbell;
	struct sockets sockets;
	struct role poller, publisher;
	struct parser *parsers;
	uint64_t n_parsers, next_parser;
	ev_signal on_term, on_int, on_hup;
	ev_timer stop_limit, strike;
	int strikes;
	bool once, is_ready, is_stopping, has_watchdog;
	int status;
};

/* --- supervisor.c */

/* What roles say, and that their channel has ended; `data` is the struct role. */
extern const struct channel_events supervisor_hears;

/* Ends all in order, then the daemon with `status`; asked twice, at once. */
void supervisor_stop(struct supervisor *s, int status);

/* Ends the loop where nothing is left to wait for. */
void supervisor_end_if_alone(struct supervisor *s);

/* --- life.c */

void role_init(struct role *r, struct supervisor *s, const char *name, enum message_role as);

/* Starts it now, or later where it cannot be started now. */
void role_start(struct role *r);

/* A parser, and its other end to the poller; an empty answer where it cannot be had. */
void parser_give(struct supervisor *s);

void parser_kill(const struct supervisor *s, uint64_t id);
void parser_kill_all(const struct supervisor *s);

/* --- reload.c */

/*
 * The configuration in force as a sealed text, but for what cannot change while we run: `state`,
 * `control` and `listen` are as at start.  The descriptor is the caller's; -1 and `err`.
 */
int conf_seal(const struct supervisor *s, uint64_t *bytes_out, struct error *err);

/* The files' configuration, or NULL with all that is wrong logged and, as lines, in `wrong`
 * (which may be NULL). */
struct conf *conf_load(const char *path, struct buf *wrong);

/* Reads the files again, for who asked by `question` on the control socket; 0: nobody. */
void conf_reload(struct supervisor *s, uint64_t question);

#endif
