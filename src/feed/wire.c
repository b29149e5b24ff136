/*
 * wire.c - bytes to nouns, led by wire_fields.h's tables: nothing is believed
 */
#include "feed/wire.h"

#include "base/arena.h"
#include "base/limits.h"
#include "feed/wire_fields.h"

#include <assert.h>

static bool get_fields(
	struct slice from, const struct wire_shape *shape, struct arena *a, void *noun);

static uint64_t load_le(const char *at, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)(unsigned char)at[i] << (8 * i);
	return value;
}

/* The next `bytes` of `*rest`, or NULL where they are not there. */
static const char *take(struct slice *rest, size_t bytes)
{
	const char *at = rest->at;

	if (bytes > rest->len)
		return NULL;
	*rest = slice_from(at + bytes, rest->len - bytes);
	return at;
}

static bool take_number(struct slice *rest, size_t bytes, uint64_t *value_out)
{
	const char *at = take(rest, bytes);

	if (at == NULL)
		return false;
	*value_out = load_le(at, bytes);
	return true;
}

/* A length from 1 to `most`, and so much. */
static bool take_block(struct slice *rest, size_t most, struct slice *block_out)
{
	uint64_t length;

	if (!take_number(rest, 4, &length) || length == 0 || length > most)
		return false;
	block_out->at = take(rest, (size_t)length);
	block_out->len = (size_t)length;
	return block_out->at != NULL;
}

/*
 * After slice_utf8_valid: is the character at `at` one that text does not hold?  Controls but tab
 * and newline (U+0080 to U+009F as well) and the noncharacters (Unicode 23.7).
 */
static bool is_foul(const unsigned char *at)
{
	switch (at[0]) {
	case 0xc2:
		return at[1] < 0xa0;
	case 0xef:
		return (at[1] == 0xb7 && at[2] >= 0x90 && at[2] <= 0xaf) ||
		       (at[1] == 0xbf && at[2] >= 0xbe);
	case 0xf0:
	case 0xf1:
	case 0xf2:
	case 0xf3:
	case 0xf4:
		return (at[1] & 0xf) == 0xf && at[2] == 0xbf && at[3] >= 0xbe;
	default: /* also a byte within a character */
		return at[0] == 0x7f || (at[0] < 0x20 && at[0] != '\t' && at[0] != '\n');
	}
}

/* Are the eight bytes at `at` all within U+0020 and U+007E? */
static bool is_plain(const unsigned char *at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;

	memcpy(&word, at, sizeof word);
	return ((word | (word - 0x20 * ones) | (word + ones)) & (0x80 * ones)) == 0;
}

static bool text_is_clean(struct slice text, bool one_line)
{
	const unsigned char *at = (const unsigned char *)text.at;
	const unsigned char *end = at + text.len;

	if (!slice_utf8_valid(text))
		return false;
	while (at < end) {
		if (end - at >= 8 && is_plain(at)) {
			at += 8;
			continue;
		}
		if (is_foul(at) || (one_line && *at == '\n'))
			return false;
		at++;
	}
	return true;
}

static bool get_text(struct slice *rest, size_t most, bool one_line, struct slice *text_out)
{
	return take_block(rest, most, text_out) && text_is_clean(*text_out, one_line);
}

/* A count from 1 to the field's `most`; each element is at least a length and a byte. */
static bool take_count(struct slice *rest, const struct wire_field *field, size_t *count_out)
{
	uint64_t count;

	if (!take_number(rest, 4, &count) || count == 0 || count > field->most ||
		count > rest->len / 5)
		return false;
	*count_out = (size_t)count;
	return true;
}

/* A zeroed element's numbers to "not given"; no element holds an instant. */
static void blank(const struct wire_shape *shape, void *noun)
{
	for (size_t i = 0; i < shape->n; i++)
		if (shape->fields[i].kind == NUMBER)
			*(int64_t *)((char *)noun + shape->fields[i].offset) = NUMBER_NONE;
}

static bool get_noun(
	struct slice *rest, const struct wire_shape *shape, struct arena *a, void *noun)
{
	struct slice block;

	blank(shape, noun);
	return take_block(rest, SIZE_MAX, &block) && get_fields(block, shape, a, noun);
}

static bool get_nouns(struct slice *rest, const struct wire_field *field, struct arena *a, void *at)
{
	struct wire_list list;

	if (!take_count(rest, field, &list.n))
		return false;
	list.cap = list.n;
	list.at = arena_array(a, list.n, field->of->size);
	for (size_t i = 0; i < list.n; i++)
		if (!get_noun(rest, field->of, a, (char *)list.at + i * field->of->size))
			return false;
	memcpy(at, &list, sizeof list);
	return true;
}

static bool get_lines(struct slice *rest, const struct wire_field *field, struct arena *a,
	struct slice_list *list)
{
	size_t count;

	if (!take_count(rest, field, &count))
		return false;
	list->at = arena_array(a, count, sizeof *list->at);
	list->n = list->cap = count;
	for (size_t i = 0; i < count; i++)
		if (!get_text(rest, LIMIT_URL_BYTES, true, &list->at[i]))
			return false;
	return true;
}

static bool get_place(struct slice *rest, struct item *i)
{
	uint64_t latitude;
	uint64_t longitude;

	if (!take_number(rest, 8, &latitude) || !take_number(rest, 8, &longitude))
		return false;
	memcpy(&i->latitude, &latitude, sizeof latitude);
	memcpy(&i->longitude, &longitude, sizeof longitude);
	i->has_geo = true;
	return wire_place_is_sane(i->latitude, i->longitude);
}

static bool get_instant(struct slice *rest, instant *at)
{
	uint64_t value;

	if (!take_number(rest, 8, &value))
		return false;
	*at = (instant)value;
	return *at >= INSTANT_MIN && *at <= INSTANT_MAX;
}

static bool get_number(struct slice *rest, int64_t *at)
{
	uint64_t value;

	if (!take_number(rest, 8, &value))
		return false;
	*at = (int64_t)value;
	return *at >= 0;
}

/* From 1 to `most`. */
static bool get_scalar(struct slice *rest, size_t bytes, uint64_t most, uint32_t *value_out)
{
	uint64_t value;

	if (!take_number(rest, bytes, &value) || value == 0 || value > most)
		return false;
	*value_out = (uint32_t)value;
	return true;
}

static bool get_field(
	struct slice *rest, const struct wire_field *field, struct arena *a, void *noun)
{
	void *at = (char *)noun + field->offset;
	uint32_t value = 0;

	switch (field->kind) {
	case FLAG:
		*(bool *)at = true;
		return get_scalar(rest, 1, 1, &value);
	case CHOICE:
		return get_scalar(rest, 1, field->most, (unsigned *)at);
	case BITS8:
		if (!get_scalar(rest, 1, field->most, &value))
			return false;
		*(uint8_t *)at = (uint8_t)value;
		return true;
	case BITS32:
		return get_scalar(rest, 4, field->most, (uint32_t *)at);
	case NUMBER:
		return get_number(rest, at);
	case INSTANT:
		return get_instant(rest, at);
	case PLACE:
		return get_place(rest, noun);
	case LINE:
	case ADDRESS:
		return get_text(rest, field->most, true, at);
	case TEXT:
	case MARKUP:
		return get_text(rest, field->most, false, at);
	case NOUN:
		return get_noun(rest, field->of, a, at);
	case LINES:
		return get_lines(rest, field, a, at);
	case NOUNS:
		return get_nouns(rest, field, a, at);
	}
	return false;
}

/* All of `from`: known fields, each higher in number than the one before. */
static bool get_fields(
	struct slice from, const struct wire_shape *shape, struct arena *a, void *noun)
{
	size_t last = 0;
	uint64_t number;

	while (from.len > 0) {
		if (!take_number(&from, 1, &number) || number <= last || number > shape->n)
			return false;
		last = (size_t)number;
		assert(shape->fields[last - 1].number == last);
		if (!get_field(&from, &shape->fields[last - 1], a, noun))
			return false;
	}
	return true;
}

static bool get_version(struct slice *payload)
{
	uint64_t version;

	return take_number(payload, 1, &version) && version == WIRE_VERSION;
}

enum wire_verdict wire_next(
	struct slice *rest, enum wire_record *type_out, struct slice *payload_out)
{
	uint64_t type;
	uint64_t length;

	if (!take_number(rest, 1, &type) || !take_number(rest, 4, &length) || type > WIRE_FEED ||
		length > rest->len)
		return WIRE_BAD;
	*type_out = (enum wire_record)type;
	*payload_out = slice_head(*rest, (size_t)length);
	*rest = slice_skip(*rest, (size_t)length);
	if (*type_out != WIRE_END)
		return WIRE_OK;
	return length == 0 && rest->len == 0 ? WIRE_DONE : WIRE_BAD;
}

enum wire_verdict wire_get_item(struct slice payload, struct arena *a, struct item *item_out)
{
	item_init(item_out);
	if (!get_version(&payload) || !get_fields(payload, &wire_item_shape, a, item_out))
		return WIRE_BAD;
	return item_out->id.len > 0 ? WIRE_OK : WIRE_BAD;
}

enum wire_verdict wire_get_feed(struct slice payload, struct arena *a, struct feed *feed_out)
{
	feed_init(feed_out);
	if (!get_version(&payload) || !get_fields(payload, &wire_feed_shape, a, feed_out))
		return WIRE_BAD;
	return WIRE_OK;
}
