/*
 * restart.c - first at once, then twice as long each time
 */
#include "proc/restart.h"

int restart_after_ms(struct restart *r, double served_s)
{
	int most_ms = served_s > 0 ? RESTART_AGAIN_MS : RESTART_MOST_MS;
	int wait_ms = RESTART_FIRST_MS;

	if (served_s >= RESTART_SERVED_S)
		r->failures = 0;
	for (unsigned i = 0; i < r->failures && wait_ms < most_ms; i++)
		wait_ms *= 2;
	r->failures++;
	return wait_ms < most_ms ? wait_ms : most_ms;
}
