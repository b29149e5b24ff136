/* test_job.c - the life of one poll */
#include "poll/job.h"

#include <criterion/criterion.h>
#include <signal.h>

Test(job, every_way_leads_back_to_waiting)
{
	static const struct {
		enum job_event events[6];
		int n;
	} ways[] = {
		{{JOB_DUE, JOB_BODY, JOB_PARSED, JOB_STORED}, 4},
		{{JOB_DUE, JOB_REDIRECTED, JOB_REDIRECTED, JOB_BODY, JOB_PARSED, JOB_UNDONE}, 6},
		{{JOB_DUE, JOB_UNCHANGED, JOB_STORED}, 3},
		{{JOB_DUE, JOB_FAILED, JOB_STORED}, 3},
		{{JOB_DUE, JOB_BODY, JOB_REFUSED, JOB_STORED}, 4},
		{{JOB_DUE, JOB_BODY, JOB_CRASHED, JOB_UNDONE}, 4},
	};

	for (size_t w = 0; w < sizeof ways / sizeof *ways; w++) {
		enum job_state state = JOB_WAITING;

		for (int e = 0; e < ways[w].n; e++) {
			state = job_next(state, ways[w].events[e]);
			cr_expect(e + 1 == ways[w].n || state != JOB_WAITING, "way %zu, event %d",
				w, e);
		}
		cr_expect_eq(state, JOB_WAITING, "way %zu ends %s", w, job_state_name(state));
	}
}

Test(job, what_cannot_happen_is_our_own_mistake, .signal = SIGABRT)
{
	job_next(JOB_WAITING, JOB_PARSED);
}
