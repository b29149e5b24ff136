/* test_agenda.c - what is due first */
#include "poll/agenda.h"

#include <criterion/criterion.h>

#define ENTRIES 500

/* A small generator of our own: the same numbers each time. */
static uint32_t next_number(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

Test(agenda, gives_entries_in_the_order_of_their_instants)
{
	static struct agenda_entry entries[ENTRIES];
	struct agenda g;
	uint32_t state = 7;
	int64_t last = -1;
	size_t n = 0;

	agenda_init(&g);
	for (size_t i = 0; i < ENTRIES; i++)
		agenda_put(&g, &entries[i], next_number(&state) % 1000);
	for (size_t i = 0; i < ENTRIES; i += 3) /* some are moved ... */
		agenda_put(&g, &entries[i], next_number(&state) % 1000);
	for (size_t i = 0; i < ENTRIES; i += 7) /* ... and some go */
		agenda_remove(&g, &entries[i]);
	for (struct agenda_entry *e; (e = agenda_first(&g)) != NULL; n++) {
		cr_assert_geq(e->at_ms, last);
		last = e->at_ms;
		agenda_remove(&g, e);
		cr_assert_eq(e->place, 0);
	}
	cr_expect_eq(n, ENTRIES - (ENTRIES + 6) / 7);
	agenda_clear(&g);
}

Test(agenda, removing_what_is_not_in_changes_nothing)
{
	struct agenda g;
	struct agenda_entry in = {0}, out = {0};

	agenda_init(&g);
	agenda_put(&g, &in, 5);
	agenda_remove(&g, &out);
	cr_expect_eq(agenda_first(&g), &in);
	agenda_remove(&g, &in);
	cr_expect_null(agenda_first(&g));
	agenda_clear(&g);
}
