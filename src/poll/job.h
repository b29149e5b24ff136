/*
 * job.h - the life of one poll: states and events.  Pure.
 *
 *  WAITING --due--> FETCHING --body--> PARSING --parsed--> STORING --stored--> WAITING
 *                    |  ^  |             |                 ^  |
 *        redirected  +--+  +-------------+-----------------+  +--undone--> WAITING
 *                            unchanged, failed; refused, crashed
 *
 * Whatever came, STORING is next: each poll leaves a row of history.
 */
#ifndef TRIBUTARY_POLL_JOB_H
#define TRIBUTARY_POLL_JOB_H

enum job_state { JOB_WAITING, JOB_FETCHING, JOB_PARSING, JOB_STORING, JOB_STATES };

enum job_event {
	JOB_DUE,
	JOB_REDIRECTED, /* asked again at another address */
	JOB_BODY,       /* a whole body is there */
	JOB_UNCHANGED,  /* 304, or the same body again */
	JOB_FAILED,     /* no answer, or not what was asked for */
	JOB_PARSED,
	JOB_REFUSED, /* it is no feed */
	JOB_CRASHED, /* the parser died of it, or was killed */
	JOB_STORED,  /* committed */
	JOB_UNDONE,  /* the group was rolled back */
	JOB_EVENTS
};

/* The next state; an event that cannot happen in `state` is our own mistake (assert). */
enum job_state job_next(enum job_state state, enum job_event event);

const char *job_state_name(enum job_state state);

#endif
