/*
 * wire_fields.h - which field of a noun has which number and is of which kind
 *
 * Shared by wire.c, which gets, and wire_put.c, which puts; nobody else needs it.
 *
 * Values, all numbers little endian:
 *	FLAG, CHOICE, BITS8           1 byte
 *	BITS32                        4 bytes
 *	NUMBER, INSTANT               8 bytes, two's complement
 *	PLACE                         latitude, longitude: 8 bytes each, IEEE 754 binary64
 *	LINE, TEXT, ADDRESS, MARKUP   length (4 bytes), UTF-8
 *	NOUN                          length (4 bytes), its own fields
 *	LINES, NOUNS                  count (4 bytes), then each as above
 *
 * Fields stand in the order of their numbers, each once, and only where something is given: so
 * there is one way to write a noun, and who reads it need not ask what a second one would mean.
 */
#ifndef TRIBUTARY_FEED_WIRE_FIELDS_H
#define TRIBUTARY_FEED_WIRE_FIELDS_H

#include "feed/feed.h" /* item */

#define WIRE_HEADER_BYTES 5 /* of a record: its type and its length */

enum wire_kind {
	FLAG,    /* bool; written where true */
	CHOICE,  /* an enum from 1 to `most`; 0 is "not given" */
	BITS8,   /* uint8_t of at most `most`; 0 is "not given" */
	BITS32,  /* uint32_t, the same */
	NUMBER,  /* int64_t from 0 */
	INSTANT, /* within INSTANT_MIN and INSTANT_MAX */
	PLACE,   /* an item's latitude and longitude; the offset is has_geo's */
	LINE,    /* text of at most `most` bytes without a newline */
	TEXT,    /* text of at most `most` bytes */
	ADDRESS, /* as LINE; worth nothing where cut */
	MARKUP,  /* as TEXT; worth nothing where cut */
	NOUN,    /* a struct `of` that shape */
	LINES,   /* a slice_list: at most `most` of LIMIT_URL_BYTES each */
	NOUNS,   /* a list of at most `most` structs `of` that shape */
};

struct wire_shape;

struct wire_field {
	uint8_t number;
	enum wire_kind kind;
	size_t offset;
	size_t most;
	const struct wire_shape *of;
};

struct wire_shape {
	const struct wire_field *fields; /* the field numbered n stands at n - 1 */
	size_t n;
	size_t size; /* of the struct */
};

/* All our lists look like this one. */
struct wire_list {
	void *at;
	size_t n, cap;
};

extern const struct wire_shape wire_item_shape, wire_feed_shape;

/* Degrees that are on the globe; no NaN. */
static inline bool wire_place_is_sane(double latitude, double longitude)
{
	return latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180;
}

#endif
