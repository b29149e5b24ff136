/* test_twins.c - two sources that are one feed are found */
#include "poll/twins.h"

#include <criterion/criterion.h>

struct owner {
	uint64_t key;
};

static bool has(const void *owner, uint64_t key)
{
	return ((const struct owner *)owner)->key == key;
}

Test(twins, the_first_keeps_a_key_until_it_has_another)
{
	struct owner a = {5}, b = {5};
	struct twins t;

	twins_init(&t, has);
	cr_expect_eq(twins_claim(&t, 5, &a), &a);
	cr_expect_eq(twins_claim(&t, 5, &b), &a);
	cr_expect_eq(twins_claim(&t, 5, &a), &a);
	a.key = 6;
	cr_expect_eq(twins_claim(&t, 6, &a), &a);
	cr_expect_eq(twins_claim(&t, 5, &b), &b);
	twins_clear(&t);
	cr_expect_eq(twins_claim(&t, 5, &b), &b);
	twins_clear(&t);
}

Test(twins, it_holds_no_more_than_what_owners_have)
{
	struct owner a = {0};
	struct twins t;

	twins_init(&t, has);
	for (a.key = 1; a.key <= 100000; a.key++)
		cr_assert_eq(twins_claim(&t, a.key, &a), &a);
	cr_expect_leq(t.cap, 256);
	twins_clear(&t);
}
