/* crowd.c - three lists in the order of their deadlines */
#include "publish/crowd.h"
#include "base/limits.h"

static const double patience[GUEST_STATES] = {
	[GUEST_ASKING] = LIMIT_HEADER_S,
	[GUEST_ANSWERED] = LIMIT_ANSWER_S,
	[GUEST_IDLE] = LIMIT_KEEPALIVE_S,
};

static void unlink_guest(struct guest_list *list, struct guest *g)
{
	*(g->before != NULL ? &g->before->after : &list->first) = g->after;
	*(g->after != NULL ? &g->after->before : &list->last) = g->before;
	g->before = g->after = NULL;
}

static void append(struct guest_list *list, struct guest *g)
{
	g->before = list->last;
	g->after = NULL;
	*(list->last != NULL ? &list->last->after : &list->first) = g;
	list->last = g;
}

void crowd_init(struct crowd *c, size_t most)
{
	*c = (struct crowd){.most = most};
}

void crowd_add(struct crowd *c, struct guest *g, double now)
{
	*g = (struct guest){.state = GUEST_ASKING, .deadline = now + patience[GUEST_ASKING]};
	append(&c->lists[GUEST_ASKING], g);
	c->n++;
}

void crowd_move(struct crowd *c, struct guest *g, enum guest_state state, double now)
{
	unlink_guest(&c->lists[g->state], g);
	g->state = state;
	g->deadline = now + patience[state];
	append(&c->lists[state], g);
}

void crowd_remove(struct crowd *c, struct guest *g)
{
	unlink_guest(&c->lists[g->state], g);
	c->n--;
}

double crowd_next(const struct crowd *c)
{
	double next = -1;

	for (int s = 0; s < GUEST_CLOSING; s++) {
		const struct guest *first = c->lists[s].first;

		if (first != NULL && (next < 0 || first->deadline < next))
			next = first->deadline;
	}
	return next;
}

struct guest *crowd_due(const struct crowd *c, double now)
{
	for (int s = 0; s < GUEST_CLOSING; s++)
		if (c->lists[s].first != NULL && c->lists[s].first->deadline <= now)
			return c->lists[s].first;
	return NULL;
}

struct guest *crowd_excess(const struct crowd *c)
{
	static const enum guest_state order[] = {GUEST_IDLE, GUEST_ASKING, GUEST_ANSWERED};

	if (c->n < c->most)
		return NULL;
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		if (c->lists[order[i]].first != NULL)
			return c->lists[order[i]].first;
	return NULL;
}
