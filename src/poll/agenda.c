/*
 * agenda.c - see agenda.h
 */
#include "poll/agenda.h"

#include "base/log.h"

#include <stdlib.h>

void agenda_init(struct agenda *g)
{
	*g = (struct agenda){0};
}

void agenda_clear(struct agenda *g)
{
	free(g->at);
	*g = (struct agenda){0};
}

static void set(struct agenda *g, size_t i, struct agenda_entry *e)
{
	g->at[i] = e;
	e->place = i + 1;
}

static void rise(struct agenda *g, size_t i, struct agenda_entry *e)
{
	while (i > 0 && g->at[(i - 1) / 2]->at_ms > e->at_ms) {
		set(g, i, g->at[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	set(g, i, e);
}

static void sink(struct agenda *g, size_t i, struct agenda_entry *e)
{
	for (;;) {
		size_t child = 2 * i + 1;

		if (child >= g->n)
			break;
		if (child + 1 < g->n && g->at[child + 1]->at_ms < g->at[child]->at_ms)
			child++;
		if (g->at[child]->at_ms >= e->at_ms)
			break;
		set(g, i, g->at[child]);
		i = child;
	}
	set(g, i, e);
}

/* Up or down from where it stands, whichever its instant says. */
static void settle(struct agenda *g, size_t i, struct agenda_entry *e)
{
	if (i > 0 && g->at[(i - 1) / 2]->at_ms > e->at_ms)
		rise(g, i, e);
	else
		sink(g, i, e);
}

static void make_room(struct agenda *g)
{
	if (g->n < g->cap)
		return;
	g->cap = g->cap == 0 ? 64 : 2 * g->cap;
	g->at = reallocarray(g->at, g->cap, sizeof *g->at);
	if (g->at == NULL)
		die("no memory for %zu sources", g->cap);
}

void agenda_put(struct agenda *g, struct agenda_entry *e, int64_t at_ms)
{
	e->at_ms = at_ms;
	if (e->place > 0) {
		settle(g, e->place - 1, e);
		return;
	}
	make_room(g);
	rise(g, g->n++, e);
}

void agenda_remove(struct agenda *g, struct agenda_entry *e)
{
	if (e->place == 0)
		return;

	size_t i = e->place - 1;
	struct agenda_entry *last = g->at[--g->n];

	e->place = 0;
	if (last != e)
		settle(g, i, last);
}

struct agenda_entry *agenda_first(const struct agenda *g)
{
	return g->n > 0 ? g->at[0] : NULL;
}
