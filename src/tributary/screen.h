/*
 * screen.h - plain text for people: columns, colours, times
 *
 * Colour and nothing else depends on whether standard output is a terminal (NO_COLOR and
 * TERM=dumb turn it off).
 */
#ifndef TRIBUTARY_TRIBUTARY_SCREEN_H
#define TRIBUTARY_TRIBUTARY_SCREEN_H

#include "base/clock.h" /* instant */
#include "base/slice.h" /* slice */

struct arena; /* base/arena.h */

enum screen_colour { SCREEN_PLAIN, SCREEN_BOLD, SCREEN_GOOD, SCREEN_BAD, SCREEN_DIM };

/* The time zone of screen_time, by its name; once, first. */
void screen_zone(struct slice name);

/* Text for the terminal, in `colour` where it is one, padded with spaces to `width` characters. */
void screen_put(enum screen_colour colour, struct slice text, size_t width);

/* "2026-11-23 20:15" in the zone of screen_zone, "-" for INSTANT_NONE; in `a`. */
struct slice screen_time(struct arena *a, instant at);

/* "3 min ago", "in 2 h", "now", "never" for INSTANT_NONE; in `a`. */
struct slice screen_ago(struct arena *a, instant at, instant now);

/* A number as text, in `a`. */
struct slice screen_number(struct arena *a, int64_t number);

/*
 * Canonical HTML (feed/canon.h) as plain text with a line for each block, in `a`: tags go,
 * references are resolved.
 */
struct slice screen_html(struct arena *a, struct slice html);

#endif
