/*
 * zone.h - instants as the pages' readers count days and hours
 *
 * One zone for the whole process, as the option `timezone` names it, out of the system's tables.
 */
#ifndef TRIBUTARY_PUBLISH_ZONE_H
#define TRIBUTARY_PUBLISH_ZONE_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

/* What a clock on the wall and a calendar show. */
struct zone_time {
	int year, month, day; /* month and day from 1 */
	unsigned weekday;     /* 0 Monday to 6 Sunday */
	int hour, minute;
};

/* The zone from here on ("Europe/Zurich"); empty, or one that the system does not know: UTC. */
void zone_set(struct slice name);

/* `at` in it; an instant out of the years that we print is brought to their border. */
struct zone_time zone_time(instant at);

/* The instant at which the day of `at` began there. */
instant zone_midnight(instant at);

#endif
