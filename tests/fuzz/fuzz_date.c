/*
 * fuzz_date.c - any bytes as a date
 *
 * What is read lies in our years and is read again as we write it; the quick way reads what the
 * long one reads.
 */
#include "parse/date.h"
#include "parse/date_shape.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect_ours(instant at)
{
	char text[INSTANT_TEXT_BYTES];
	instant again = 0;

	if (at < INSTANT_MIN || at > INSTANT_MAX)
		abort();
	if (date_parse(slice_of(instant_put_rfc3339(text, at)), &again) != DATE_OK || again != at)
		abort();
	if (date_parse(slice_of(instant_put_http(text, at)), &again) != DATE_OK || again != at)
		abort();
}

static void expect_one_reading(struct slice text)
{
	struct date_token tokens[DATE_TOKENS];
	struct date_parts quick, slow;
	bool cut;
	size_t n;

	if (!date_shape(text, &quick))
		return;
	n = date_tokens(text, true, tokens, &cut);
	if (cut || !date_parts(tokens, n, MONTH_FIRST, &slow) || quick.year != slow.year ||
		quick.month != slow.month || quick.day != slow.day || quick.hour != slow.hour ||
		quick.minute != slow.minute || quick.second != slow.second ||
		quick.offset_minutes != slow.offset_minutes)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_from((const char *)data, size);
	instant at = INSTANT_NONE;

	expect_one_reading(text);
	if (date_parse(text, &at) == DATE_OK)
		expect_ours(at);
	if (date_find(text, SLICE("fr"), &at) == DATE_OK)
		expect_ours(at);
	return 0;
}
