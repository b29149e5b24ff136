/*
 * restart.h - how long to wait before a role that ended is started again
 *
 * A pure decision.  A role that has served for a while comes back at once; one that keeps dying
 * is given more time each time, for it burns what others need.  One that comes up each time is
 * missed by readers or origins, so that it never waits long.
 */
#ifndef TRIBUTARY_PROC_RESTART_H
#define TRIBUTARY_PROC_RESTART_H

#define RESTART_FIRST_MS 100
#define RESTART_MOST_MS  20000 /* less than the watchdog's 30 s, so that readers are served on */
#define RESTART_AGAIN_MS 1000  /* the most for one that did serve */
#define RESTART_SERVED_S 3     /* having served so long is no failure to come up */

struct restart {
	unsigned failures; /* in a row; all zero at birth */
};

/* Milliseconds to wait, after the role has served for `served_s` (0: it never did). */
int restart_after_ms(struct restart *r, double served_s);

#endif
