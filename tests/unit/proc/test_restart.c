#include "proc/restart.h"

#include <criterion/criterion.h>

Test(restart, one_that_has_served_comes_back_at_once_however_often_it_dies)
{
	struct restart r = {0};

	for (int i = 0; i < 100; i++)
		cr_expect_eq(restart_after_ms(&r, 10), RESTART_FIRST_MS);
}

Test(restart, one_that_keeps_dying_waits_longer_and_longer_to_a_limit)
{
	struct restart r = {0};
	int last = 0;

	for (int i = 0; i < 1000; i++) {
		int wait_ms = restart_after_ms(&r, 0);

		cr_expect(wait_ms >= last && wait_ms <= RESTART_MOST_MS);
		cr_expect(i > 3 || wait_ms <= 1000, "%d: %d", i, wait_ms);
		last = wait_ms;
	}
	cr_expect_eq(last, RESTART_MOST_MS);
	cr_expect_eq(restart_after_ms(&r, RESTART_SERVED_S), RESTART_FIRST_MS);
}

Test(restart, one_that_comes_up_and_dies_soon_never_waits_long)
{
	struct restart r = {0};

	for (int i = 0; i < 1000; i++)
		cr_expect(restart_after_ms(&r, 0.01) <= RESTART_AGAIN_MS);
	cr_expect(restart_after_ms(&r, 0) > RESTART_AGAIN_MS);
}
