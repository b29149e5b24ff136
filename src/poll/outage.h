/*
 * outage.h - is it them, or is the network here gone?  Pure.
 *
 * etiquette.md 21: while nobody can be reached from here, no source is blamed for it.  The word of
 * one source is no proof: two registrable domains must be lost with no answer from anyone between.
 */
#ifndef TRIBUTARY_POLL_OUTAGE_H
#define TRIBUTARY_POLL_OUTAGE_H

#include "base/clock.h" /* instant */

#include <stdbool.h>
#include <stdint.h>

struct fetch_answer; /* poll/fetch.h */

/* What an answer shows of the network here. */
enum outage_sign {
	OUTAGE_NOTHING, /* neither: it was cancelled, or a box on the way may have spoken (TLS) */
	OUTAGE_LOST,    /* nobody was reached */
	OUTAGE_LIFE     /* somebody answered, or began to */
};

/* Whose poll was lost. */
enum outage_witness {
	OUTAGE_ILL,  /* it failed before: proves nothing */
	OUTAGE_HELD, /* an outage held it, and it was not well since: proves nothing alone */
	OUTAGE_WELL
};

struct outage {
	uint64_t silence;  /* between two signs of life: their number, from 1 on */
	instant since;     /* the first proof in this one; INSTANT_NONE: none */
	instant decide_at; /* enough is proved; until then a poll on its way may speak against it */
	uint64_t domain;   /* that was lost first */
	bool is_many;      /* another one too */
	bool has_well;     /* one of the witnesses was well */
	bool is_on;
};

void outage_init(struct outage *o);

enum outage_sign outage_sign(const struct fetch_answer *answer);

/* A poll was lost; `domain` is any number that stands for its registrable domain. */
void outage_lost(struct outage *o, uint64_t domain, enum outage_witness w, instant now);

/* Somebody answered.  True where that ends an outage. */
bool outage_life(struct outage *o);

/* True where an outage begins now; `quiet`: no poll is on its way. */
bool outage_decide(struct outage *o, bool quiet, instant now);

/*
 * While it lasts, or has just ended: when a source that was asked just now is asked again.  A
 * minute at least, a quarter of an hour at most; the longer it has lasted, the later.
 */
instant outage_hold(const struct outage *o, uint64_t chance, instant now);

/* It ended: when a source that was held, and asked last at `asked`, is asked again. */
instant outage_resume(instant planned, instant asked, uint64_t chance, instant now);

#endif
