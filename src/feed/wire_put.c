/*
 * wire_put.c - nouns to bytes, led by wire_fields.h's tables
 *
 * What limits.h or the globe do not let pass is cut or left out here, at the latest: whatever was
 * put in can be got out.
 */
#include "feed/wire.h"

#include "base/limits.h"
#include "feed/wire_fields.h"

#include <assert.h>

static void put_fields(struct buf *out, const struct wire_shape *shape, const void *noun);

static void store_le(unsigned char *at, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> (8 * i));
}

static void put_number(struct buf *out, uint64_t value, size_t bytes)
{
	unsigned char text[sizeof value];

	store_le(text, value, bytes);
	buf_put(out, text, bytes);
}

static void put_value(struct buf *out, const struct wire_field *field, uint64_t value, size_t bytes)
{
	unsigned char text[1 + sizeof value];

	text[0] = field->number;
	store_le(text + 1, value, bytes);
	buf_put(out, text, 1 + bytes);
}

/* A length or a count that was put as 0 before it was known. */
static void mend_number(struct buf *out, size_t at, size_t value)
{
	if (!out->full)
		store_le((unsigned char *)out->at + at, value, 4);
}

static void take_back(struct buf *out, size_t len)
{
	out->len = len;
	if (out->at != NULL)
		out->at[len] = '\0';
}

/* A length and a noun's fields; nothing, and false, where nothing is given. */
static bool put_block(struct buf *out, const struct wire_shape *shape, const void *noun)
{
	size_t start = out->len;

	put_number(out, 0, 4);
	put_fields(out, shape, noun);
	if (out->full || out->len == start + 4) {
		take_back(out, start);
		return false;
	}
	mend_number(out, start, out->len - start - 4);
	return true;
}

static void put_noun(struct buf *out, const struct wire_field *field, const void *noun)
{
	size_t start = out->len;

	buf_putc(out, (char)field->number);
	if (!put_block(out, field->of, noun))
		take_back(out, start);
}

static void put_nouns(struct buf *out, const struct wire_field *field, const void *at)
{
	size_t start = out->len;
	size_t count = 0;
	struct wire_list list;

	memcpy(&list, at, sizeof list);
	put_value(out, field, 0, 4);
	for (size_t i = 0; i < list.n && count < field->most; i++)
		count += put_block(out, field->of, (const char *)list.at + i * field->of->size);
	if (count > 0)
		mend_number(out, start + 1, count);
	else
		take_back(out, start);
}

/* A text's head that may pass; nothing of what a cut would spoil. */
static struct slice fitting(struct slice text, const struct wire_field *field)
{
	if (text.len <= field->most)
		return text;
	if (field->kind == ADDRESS || field->kind == MARKUP)
		return SLICE_NONE;
	return slice_utf8_head(text, field->most);
}

static void put_text(struct buf *out, const struct wire_field *field, const void *at)
{
	struct slice text = fitting(*(const struct slice *)at, field);

	if (text.len == 0)
		return;
	put_value(out, field, text.len, 4);
	buf_put_slice(out, text);
}

static void put_lines(struct buf *out, const struct wire_field *field, const void *at)
{
	const struct slice_list *list = at;
	size_t start = out->len;
	size_t count = 0;

	put_value(out, field, 0, 4);
	for (size_t i = 0; i < list->n && count < field->most; i++) {
		struct slice line = slice_utf8_head(list->at[i], LIMIT_URL_BYTES);

		if (line.len == 0)
			continue;
		put_number(out, line.len, 4);
		buf_put_slice(out, line);
		count++;
	}
	if (count > 0)
		mend_number(out, start + 1, count);
	else
		take_back(out, start);
}

static void put_place(struct buf *out, const struct wire_field *field, const struct item *i)
{
	uint64_t latitude;
	uint64_t longitude;

	if (!i->has_geo || !wire_place_is_sane(i->latitude, i->longitude))
		return;
	memcpy(&latitude, &i->latitude, sizeof latitude);
	memcpy(&longitude, &i->longitude, sizeof longitude);
	put_value(out, field, latitude, 8);
	put_number(out, longitude, 8);
}

static void put_instant(struct buf *out, const struct wire_field *field, instant at)
{
	if (at >= INSTANT_MIN && at <= INSTANT_MAX)
		put_value(out, field, (uint64_t)at, 8);
}

static void put_scalar(
	struct buf *out, const struct wire_field *field, uint64_t value, size_t bytes)
{
	assert(value <= field->most);
	if (value > 0)
		put_value(out, field, value, bytes);
}

static void put_fields(struct buf *out, const struct wire_shape *shape, const void *noun)
{
	for (const struct wire_field *field = shape->fields; field < shape->fields + shape->n;
		field++) {
		const void *at = (const char *)noun + field->offset;

		switch (field->kind) {
		case FLAG:
			put_scalar(out, field, *(const bool *)at, 1);
			break;
		case CHOICE:
			put_scalar(out, field, *(const unsigned *)at, 1);
			break;
		case BITS8:
			put_scalar(out, field, *(const uint8_t *)at, 1);
			break;
		case BITS32:
			put_scalar(out, field, *(const uint32_t *)at, 4);
			break;
		case NUMBER:
			if (*(const int64_t *)at >= 0)
				put_value(out, field, (uint64_t) * (const int64_t *)at, 8);
			break;
		case INSTANT:
			put_instant(out, field, *(const instant *)at);
			break;
		case PLACE:
			put_place(out, field, noun);
			break;
		case LINE:
		case TEXT:
		case ADDRESS:
		case MARKUP:
			put_text(out, field, at);
			break;
		case NOUN:
			put_noun(out, field, at);
			break;
		case LINES:
			put_lines(out, field, at);
			break;
		case NOUNS:
			put_nouns(out, field, at);
			break;
		}
	}
}

/* A whole record or, where it does not fit, nothing of it. */
static void put_record(
	struct buf *out, enum wire_record type, const struct wire_shape *shape, const void *noun)
{
	size_t start = out->len;

	buf_putc(out, (char)type);
	put_number(out, 0, 4);
	buf_putc(out, WIRE_VERSION);
	put_fields(out, shape, noun);
	if (out->full)
		take_back(out, start);
	else
		mend_number(out, start + 1, out->len - start - WIRE_HEADER_BYTES);
}

void wire_put_item(struct buf *out, const struct item *i)
{
	assert(i->id.len > 0);
	put_record(out, WIRE_ITEM, &wire_item_shape, i);
}

void wire_put_feed(struct buf *out, const struct feed *f)
{
	put_record(out, WIRE_FEED, &wire_feed_shape, f);
}

void wire_put_end(struct buf *out)
{
	static const char end[WIRE_HEADER_BYTES] = {WIRE_END};

	if (!out->full)
		buf_put(out, end, sizeof end);
}
