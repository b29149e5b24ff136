/* test_health.c - a source against its own rhythm */
#include "poll/health.h"

#include "base/slice.h"

#include <criterion/criterion.h>

#define NOW INT64_C(1700000000)
#define DAY 86400

Test(health, alarms_begin_and_end)
{
	static const instant weekly[] = {NOW - 7 * DAY, NOW - 14 * DAY, NOW - 21 * DAY};
	static const instant daily[] = {NOW - 8 * DAY, NOW - 9 * DAY, NOW - 10 * DAY};
	static const struct {
		struct health h;
		enum health_alarm want;
	} rows[] = {
		{{.failures = 0, .last_new = INSTANT_NONE}, HEALTH_WELL},
		{{.failures = 2, .last_new = INSTANT_NONE}, HEALTH_WELL},
		{{.failures = 3, .last_new = INSTANT_NONE}, HEALTH_FAILING},
		{{.last_new = NOW - 7 * DAY, .recent = weekly, .n_recent = 3}, HEALTH_WELL},
		{{.last_new = NOW - 29 * DAY, .recent = weekly, .n_recent = 3}, HEALTH_SILENT},
		{{.last_new = NOW - 8 * DAY, .recent = daily, .n_recent = 3}, HEALTH_SILENT},
		{{.last_new = NOW - 6 * DAY, .recent = daily, .n_recent = 3}, HEALTH_WELL},
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		cr_expect_eq(health_judge(&rows[i].h, NOW), rows[i].want, "row %zu: %s", i,
			health_alarm_name(health_judge(&rows[i].h, NOW)));
}
