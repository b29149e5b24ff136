/* test_crowd.c - deadlines and who goes first */
#include "publish/crowd.h"
#include "base/limits.h"

#include <criterion/criterion.h>

Test(crowd, each_state_has_its_own_patience)
{
	struct guest g[3];
	struct crowd c;

	crowd_init(&c, 10);
	cr_expect_lt(crowd_next(&c), 0);
	for (int i = 0; i < 3; i++)
		crowd_add(&c, &g[i], 100 + i);
	cr_expect_eq(crowd_next(&c), 100 + LIMIT_HEADER_S);
	crowd_move(&c, &g[0], GUEST_ANSWERED, 105);
	cr_expect_eq(crowd_next(&c), 101 + LIMIT_HEADER_S);
	crowd_move(&c, &g[1], GUEST_IDLE, 106);
	cr_expect_eq(crowd_next(&c), 102 + LIMIT_HEADER_S);
	crowd_remove(&c, &g[2]);
	cr_expect_eq(crowd_next(&c), 106 + LIMIT_KEEPALIVE_S);
	cr_expect_null(crowd_due(&c, 105.9 + LIMIT_KEEPALIVE_S));
	cr_expect_eq(crowd_due(&c, 106 + LIMIT_KEEPALIVE_S), &g[1]);
	crowd_move(&c, &g[1], GUEST_CLOSING, 121);
	cr_expect_null(crowd_due(&c, 122));
	cr_expect_eq(crowd_due(&c, 105 + LIMIT_ANSWER_S), &g[0]);
	cr_expect_eq(c.n, 2);
}

Test(crowd, the_oldest_idle_makes_room)
{
	struct guest g[4];
	struct crowd c;

	crowd_init(&c, 4);
	for (int i = 0; i < 3; i++)
		crowd_add(&c, &g[i], i);
	cr_expect_null(crowd_excess(&c), "there is room");
	crowd_add(&c, &g[3], 3);
	cr_expect_eq(crowd_excess(&c), &g[0], "nobody is idle: who has been asking longest");
	crowd_move(&c, &g[2], GUEST_IDLE, 4);
	crowd_move(&c, &g[1], GUEST_IDLE, 5);
	cr_expect_eq(crowd_excess(&c), &g[2]);
	crowd_move(&c, &g[2], GUEST_ANSWERED, 6);
	cr_expect_eq(crowd_excess(&c), &g[1]);
	for (int i = 0; i < 4; i++)
		crowd_move(&c, &g[i], GUEST_ANSWERED, 7 + i);
	cr_expect_eq(crowd_excess(&c), &g[0]);
	for (int i = 0; i < 4; i++)
		crowd_move(&c, &g[i], GUEST_CLOSING, 12);
	cr_expect_null(crowd_excess(&c), "all go already");
	cr_expect_lt(crowd_next(&c), 0);
}
