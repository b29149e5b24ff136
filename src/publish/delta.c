/* delta.c - tags that say what a client holds */
#include "publish/delta.h"
#include "publish/condition.h"

#define KEY_DIGITS    8
#define DIGEST_DIGITS 32

bool delta_wanted(struct slice a_im, struct slice user_agent)
{
	struct slice part;

	if (slice_starts_fold(user_agent, "feedparser/"))
		return false;
	while (slice_cut(&a_im, ',', &part)) {
		size_t end = slice_find_byte(part, ';');

		if (slice_is_fold(slice_trim(slice_head(part, end)), "feed"))
			return slice_find(part, SLICE("q=0")) == part.len ||
			       slice_find(part, SLICE("q=0.")) < part.len;
	}
	return false;
}

/* Lower-case hexadecimal as we print it, `most` digits at most; -1: it is none. */
static int64_t read_hex(struct slice s, size_t most)
{
	int64_t value = 0;

	if (s.len == 0 || s.len > most)
		return -1;
	for (size_t i = 0; i < s.len; i++) {
		bool digit = s.at[i] >= '0' && s.at[i] <= '9';

		if (!digit && (s.at[i] < 'a' || s.at[i] > 'f'))
			return -1;
		value = value * 16 + (digit ? s.at[i] - '0' : s.at[i] - 'a' + 10);
	}
	return value;
}

static bool is_digest(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (read_hex(slice_from(s.at + i, 1), 1) < 0)
			return false;
	return s.len == DIGEST_DIGITS;
}

/* "digest-key-serial", or that and "-gz": the serial, or -1. */
static int64_t serial_of(struct slice tag, uint32_t key)
{
	struct slice rest = slice_from(tag.at + 1, tag.len - 2), digest, name, serial;

	if (!slice_cut(&rest, '-', &digest) || !slice_cut(&rest, '-', &name) ||
		!slice_cut(&rest, '-', &serial))
		return -1;
	if (!is_digest(digest) || name.len != KEY_DIGITS ||
		read_hex(name, KEY_DIGITS) != (int64_t)key)
		return -1;
	if (rest.len > 0 && !slice_is(rest, "gz"))
		return -1;
	return read_hex(serial, 15);
}

bool delta_base(struct slice if_none_match, uint32_t key, int64_t now, int64_t *serial_out,
	struct slice *tag_out)
{
	struct slice tag;
	bool weak;

	*serial_out = -1;
	while (condition_next_tag(&if_none_match, &tag, &weak)) {
		int64_t serial = serial_of(tag, key);

		if (serial <= *serial_out || serial > now || serial < 1)
			continue;
		*serial_out = serial;
		*tag_out = tag;
	}
	return *serial_out >= 1;
}
