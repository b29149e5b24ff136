/*
 * test_json_text.c - pieces of JSON text
 */
#include "parse/json_text.h"

#include <criterion/criterion.h>

Test(json_text, a_value_is_skipped_whole)
{
	static const struct {
		const char *text, *value;
		size_t depth;
		bool is_whole;
	} rows[] = {
		{" \n\t\"a\\\"]b\" ,", "\"a\\\"]b\"", 0, true},
		{"12.5e3]", "12.5e3", 0, true},
		{"true", "true", 0, false}, /* it may go on */
		{"[1,[\"]\"],{\"a\":\"}\"}] ", "[1,[\"]\"],{\"a\":\"}\"}]", 2, true},
		{"{\"a\":[{}]}", "{\"a\":[{}]}", 3, true},
		{"[1,2", "[1,2", 1, false},
		{"\"abc", "\"abc", 0, false},
		{"\"abc\\", "\"abc\\", 0, false},
		{",1", "", 0, true},
		{"", "", 0, false},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t at = 0;
		struct json_piece piece = json_skip(slice_of(rows[i].text), &at);

		cr_expect(slice_is(piece.text, rows[i].value), "%s", rows[i].text);
		cr_expect_eq(piece.depth, rows[i].depth, "%s", rows[i].text);
		cr_expect_eq(piece.is_whole, rows[i].is_whole, "%s", rows[i].text);
	}
}

Test(json_text, values_are_counted)
{
	size_t at = 0;
	struct json_piece piece = json_skip(SLICE("[1,2,[3,\",,\"],{}]"), &at);

	cr_expect_geq(piece.values, 6);
	cr_expect_leq(piece.values, 12);
}

Test(json_text, what_jansson_would_refuse_is_mended)
{
	static const struct {
		const char *text, *want;
		unsigned mended;
	} rows[] = {
		{"{\"a\" : [1, -2, true, null, \"b\"]}", "{\"a\" : [1 ,-2 ,true ,null ,\"b\"]}", 0},
		{"\"a\tb\nc\x01\"", "\"a\\tb\\nc \"", JSON_MENDED_CONTROL},
		{"\"it\\'s \\x\"", "\"it's x\"", JSON_MENDED_ESCAPE},
		{"\"\\uD83D\\uDE00\"", "\"\\uD83D\\uDE00\"", 0},
		{"\"\\uD83D\"", "\"\xef\xbf\xbd\"", JSON_MENDED_SURROGATE},
		{"\"\\uDE00\\uD83D\"", "\"\xef\xbf\xbd\xef\xbf\xbd\"", JSON_MENDED_SURROGATE},
		{"\"\\uD83Dx\\uD83D\\n\"", "\"\xef\xbf\xbdx\xef\xbf\xbd\\n\"",
			JSON_MENDED_SURROGATE},
		{"\"\\u12\"",
			"\"\xef\xbf\xbd"
			"12\"",
			JSON_MENDED_ESCAPE},
		{"\"\\u0000\"", "\"\xef\xbf\xbd\"", 0},
		{"[1,2, ]", "[1,2 ]", JSON_MENDED_COMMA},
		{"{\"a\":1,}", "{\"a\":1}", JSON_MENDED_COMMA},
		{"[1,,2]", "[1,,2]", 0},
		{"[\",]\"]", "[\",]\"]", 0},
		{"123456789012345678", "123456789012345678", 0},
		{"1234567890123456789", "\"1234567890123456789\"", 0},
		{"-1e999", "\"-1e999\"", 0},
		{"12.50", "\"12.50\"", 0},
		{"012", "012", 0},
		{"1.", "1.", 0},
		{"1e", "1e", 0},
		{"-", "-", 0},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out;
		unsigned mended;

		buf_init(&out, 1000);
		mended = json_mend(slice_of(rows[i].text), &out);
		cr_expect(slice_is(buf_slice(&out), rows[i].want), "%s: %.*s", rows[i].text,
			SLICE_ARG(buf_slice(&out)));
		cr_expect_eq(mended, rows[i].mended, "%s: %u", rows[i].text, mended);
		buf_clear(&out);
	}
}
