/*
 * restart.c - first at once, then twice as long each time
 */
#include "proc/restart.h"

int restart_after_ms(struct restart *r, double served_s)
{
	int wait_ms = RESTART_FIRST_MS;

	if (served_s >= RESTART_SERVED_S)
		r->failures = 0;
	for (unsigned i = 0; i < r->failures && wait_ms < RESTART_MOST_MS; i++)
		wait_ms *= 2;
	r->failures++;
	return wait_ms < RESTART_MOST_MS ? wait_ms : RESTART_MOST_MS;
}
