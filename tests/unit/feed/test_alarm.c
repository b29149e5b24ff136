/* test_alarm.c - alarms have names and words */
#include "feed/alarm.h"

#include <criterion/criterion.h>

Test(alarm, each_has_a_name_of_its_own_that_leads_back_to_it)
{
	for (int a = 0; a < ALARMS; a++) {
		enum alarm kind = (enum alarm)a;

		cr_expect_eq(alarm_of(slice_of(alarm_name(kind))), kind, "%s", alarm_name(kind));
		cr_expect_gt(strlen(alarm_begun(kind)), 0);
		cr_expect_gt(strlen(alarm_ended(kind)), 0);
	}
	cr_expect_eq(alarm_of(SLICE("")), ALARMS);
	cr_expect_eq(alarm_of(SLICE("fail")), ALARMS);
}
