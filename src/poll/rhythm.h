/*
 * rhythm.h - when a source's next item is to be expected, by its weekdays and hours.  Pure.
 *
 * Its last items are counted by day of the week and by part of the day, as far as they reach: the
 * hours after three days, the weekdays after three weeks.  Everything is UTC.
 */
#ifndef TRIBUTARY_POLL_RHYTHM_H
#define TRIBUTARY_POLL_RHYTHM_H

#include "base/clock.h" /* instant */

#include <stddef.h>

#define RHYTHM_PARTS 8 /* of a day, three hours each */

struct rhythm {
	double usual_s;            /* between two items, on the whole; 0: not known yet */
	double part[RHYTHM_PARTS]; /* how much more than that the part of a day brings, */
	double weekday[7];         /* and the weekday, Monday first; 1: as much */
};

/* `recent`: when its newest items came, newest first.  Silence since then lengthens `usual_s`. */
struct rhythm rhythm_of(const instant *recent, size_t n, instant now);

/*
 * How many seconds after `from` half an item is to be expected, so that an item waits half of the
 * usual time at most; `most` where that is later.  0 where the rhythm is not known.
 */
int64_t rhythm_wait(const struct rhythm *r, instant from, int64_t most);

#endif
