/* test_digest.c - SHA-256, UUIDs and a fast keyed hash */
#include "base/digest.h"

#include <criterion/criterion.h>
#include <inttypes.h>

Test(digest, bytes_alone_give_the_head_of_sha256)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		/* FIPS 180-4's examples */
		{"", "e3b0c44298fc1c149afbf4c8996fb924"},
		{"abc", "ba7816bf8f01cfea414140de5dae2223"},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
			"248d6a61d20638b8e5c026930c3e6039"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct digest d = digest_bytes(slice_of(rows[i].text));
		char text[DIGEST_HEX_BYTES];

		cr_expect_str_eq(digest_hex(text, &d), rows[i].want);
	}
}

Test(digest, parts_are_led_by_their_lengths)
{
	const struct slice one[] = {SLICE("a"), SLICE("bc")};
	const struct slice other[] = {SLICE("ab"), SLICE("c")};
	const struct slice with_empty[] = {SLICE("a"), SLICE_NONE, SLICE("bc")};
	struct digest d = digest_of(one, 2), e = digest_of(other, 2), f = digest_of(with_empty, 3);
	struct digest again = digest_of(one, 2);
	char text[DIGEST_HEX_BYTES];

	cr_expect_str_eq(digest_hex(text, &d), "9a8acca1b6c6c0befd3fbc756aed625d",
		"lengths in 8 bytes, the least first; stored keys depend on it");
	cr_expect_not(digest_equal(&d, &e));
	cr_expect_not(digest_equal(&d, &f));
	cr_expect(digest_equal(&d, &again));
}

Test(digest, a_uuid_of_a_name_never_changes)
{
	const struct slice parts[] = {SLICE("a"), SLICE("bc")};
	char text[UUID_TEXT_BYTES];

	cr_expect_str_eq(digest_uuid5(text, parts, 2), "7306a562-38d7-55d6-a17b-c52b9ff4a707",
		"published atom:ids depend on it");
}

Test(digest, a_random_uuid_has_its_version_and_is_new_each_time)
{
	char last[UUID_TEXT_BYTES] = "", text[UUID_TEXT_BYTES];

	for (int i = 0; i < 100; i++) {
		digest_uuid4(text);
		cr_assert_eq(strlen(text), UUID_TEXT_BYTES - 1);
		cr_assert_eq(strspn(text, "0123456789abcdef-"), strlen(text));
		cr_assert(text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-');
		cr_assert_eq(text[14], '4', "%s", text);
		cr_assert_not_null(strchr("89ab", text[19]), "%s", text);
		cr_assert_str_neq(text, last);
		memcpy(last, text, sizeof last);
	}
}

Test(digest, the_fast_hash_is_xxh3_under_its_key)
{
	cr_expect_eq(digest_fast(0, SLICE_NONE), UINT64_C(0x2d06800538d394c2));
	cr_expect_eq(digest_fast(0, SLICE("")), UINT64_C(0x2d06800538d394c2));
	cr_expect_eq(digest_fast(1, SLICE("abc")), UINT64_C(0x6b4467b443c76228));
	cr_expect_neq(digest_fast(1, SLICE("abc")), digest_fast(2, SLICE("abc")));
}

Test(digest, random_bytes_fill_all_that_was_asked_for)
{
	unsigned char bytes[600], seen[600] = {0};

	digest_random(bytes, 0);
	for (int round = 0; round < 20; round++) {
		memset(bytes, 0, sizeof bytes);
		digest_random(bytes, sizeof bytes);
		for (size_t i = 0; i < sizeof bytes; i++)
			seen[i] |= bytes[i];
	}
	for (size_t i = 0; i < sizeof seen; i++)
		cr_expect_neq(seen[i], 0, "byte %zu was never set", i);
}
