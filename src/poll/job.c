/*
 * job.c - see job.h
 */
#include "poll/job.h"

#include <assert.h>

/* One more than the next state; 0: it cannot happen. */
#define TO(state) ((state) + 1)

static const unsigned char next[JOB_STATES][JOB_EVENTS] = {
	[JOB_WAITING] = {[JOB_DUE] = TO(JOB_FETCHING)},
	[JOB_FETCHING] = {[JOB_REDIRECTED] = TO(JOB_FETCHING),
		[JOB_BODY] = TO(JOB_PARSING),
		[JOB_UNCHANGED] = TO(JOB_STORING),
		[JOB_FAILED] = TO(JOB_STORING)},
	[JOB_PARSING] = {[JOB_FAILED] = TO(JOB_STORING),
		[JOB_PARSED] = TO(JOB_STORING),
		[JOB_REFUSED] = TO(JOB_STORING),
		[JOB_CRASHED] = TO(JOB_STORING)},
	[JOB_STORING] = {[JOB_STORED] = TO(JOB_WAITING), [JOB_UNDONE] = TO(JOB_WAITING)},
};

enum job_state job_next(enum job_state state, enum job_event event)
{
	assert(state < JOB_STATES && event < JOB_EVENTS);
	assert(next[state][event] != 0);
	return (enum job_state)(next[state][event] - 1);
}

const char *job_state_name(enum job_state state)
{
	static const char *const names[JOB_STATES] = {"waiting", "fetching", "parsing", "storing"};

	return state < JOB_STATES ? names[state] : "";
}
