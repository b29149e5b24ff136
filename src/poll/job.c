/*
 * job.c - see job.h
 */
#include "poll/job.h"

#include <assert.h>

#define NEVER JOB_STATES

static const enum job_state next[JOB_STATES][JOB_EVENTS] = {
	[JOB_WAITING] = {[JOB_DUE] = JOB_FETCHING,
		[JOB_REDIRECTED] = NEVER,
		[JOB_BODY] = NEVER,
		[JOB_UNCHANGED] = NEVER,
		[JOB_FAILED] = NEVER,
		[JOB_PARSED] = NEVER,
		[JOB_REFUSED] = NEVER,
		[JOB_CRASHED] = NEVER,
		[JOB_STORED] = NEVER,
		[JOB_UNDONE] = NEVER},
	[JOB_FETCHING] = {[JOB_DUE] = NEVER,
		[JOB_REDIRECTED] = JOB_FETCHING,
		[JOB_BODY] = JOB_PARSING,
		[JOB_UNCHANGED] = JOB_STORING,
		[JOB_FAILED] = JOB_STORING,
		[JOB_PARSED] = NEVER,
		[JOB_REFUSED] = NEVER,
		[JOB_CRASHED] = NEVER,
		[JOB_STORED] = NEVER,
		[JOB_UNDONE] = NEVER},
	[JOB_PARSING] = {[JOB_DUE] = NEVER,
		[JOB_REDIRECTED] = NEVER,
		[JOB_BODY] = NEVER,
		[JOB_UNCHANGED] = NEVER,
		[JOB_FAILED] = JOB_STORING,
		[JOB_PARSED] = JOB_STORING,
		[JOB_REFUSED] = JOB_STORING,
		[JOB_CRASHED] = JOB_STORING,
		[JOB_STORED] = NEVER,
		[JOB_UNDONE] = NEVER},
	[JOB_STORING] = {[JOB_DUE] = NEVER,
		[JOB_REDIRECTED] = NEVER,
		[JOB_BODY] = NEVER,
		[JOB_UNCHANGED] = NEVER,
		[JOB_FAILED] = NEVER,
		[JOB_PARSED] = NEVER,
		[JOB_REFUSED] = NEVER,
		[JOB_CRASHED] = NEVER,
		[JOB_STORED] = JOB_WAITING,
		[JOB_UNDONE] = JOB_WAITING},
};

enum job_state job_next(enum job_state state, enum job_event event)
{
	assert(state < JOB_STATES && event < JOB_EVENTS);
	assert(next[state][event] != NEVER);
	return next[state][event];
}

const char *job_state_name(enum job_state state)
{
	static const char *const names[JOB_STATES] = {"waiting", "fetching", "parsing", "storing"};

	return state < JOB_STATES ? names[state] : "";
}
