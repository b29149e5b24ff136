/*
 * health.h - a source against its own rhythm: alarms that begin and end.  Pure.
 */
#ifndef TRIBUTARY_POLL_HEALTH_H
#define TRIBUTARY_POLL_HEALTH_H

#include "base/clock.h" /* instant */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct health {
	int64_t failures;
	instant failing_since;
	instant last_new;
	const instant *recent; /* newest first */
	size_t n_recent;
};

enum health_alarm { HEALTH_WELL, HEALTH_FAILING, HEALTH_SILENT };

/* FAILING from the third failure in a row on; SILENT when nothing new came for four times its
 * longest usual gap, at least 7 days. */
enum health_alarm health_judge(const struct health *h, instant now);

const char *health_alarm_name(enum health_alarm a);

#endif
