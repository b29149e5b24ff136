/* digest.c - libcrypto's and xxHash's door */
#include "base/digest.h"
#include "base/log.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/random.h>
#include <xxhash.h>

#define SHA256_BYTES 32
#define UUID_BYTES   16

_Static_assert(DIGEST_BYTES <= SHA256_BYTES, "a key is the head of a SHA-256");

/* Our own name space: 171e10ce-7783-4dc4-837e-47ad67eb057b, drawn once.  It must never change. */
static const unsigned char NAME_SPACE[UUID_BYTES] = {
	0x17,
	0x1e,
	0x10,
	0xce,
	0x77,
	0x83,
	0x4d,
	0xc4,
	0x83,
	0x7e,
	0x47,
	0xad,
	0x67,
	0xeb,
	0x05,
	0x7b,
};

/*
 * One context and two algorithms for the life of the process: to look an algorithm up costs more
 * than to digest an item's identity.  No process of ours digests in two threads.
 */
struct sha {
	const char *name;
	EVP_MD *algorithm;
};
static struct sha sha256 = {"SHA256", NULL};
static struct sha sha1 = {"SHA1", NULL};
static EVP_MD_CTX *context;

static void need(bool done)
{
	if (!done)
		die("libcrypto: out of memory, or without SHA-2");
}

static void sha_begin(struct sha *sha)
{
	if (context == NULL)
		need((context = EVP_MD_CTX_new()) != NULL);
	if (sha->algorithm == NULL)
		need((sha->algorithm = EVP_MD_fetch(NULL, sha->name, NULL)) != NULL);
	need(EVP_DigestInit_ex2(context, sha->algorithm, NULL) == 1);
}

static void sha_put(const void *bytes, size_t len)
{
	if (len > 0)
		need(EVP_DigestUpdate(context, bytes, len) == 1);
}

/* Each led by its length in eight bytes, the least first, whatever the machine. */
static void sha_put_parts(const struct slice *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char len[8];

		for (size_t k = 0; k < sizeof len; k++)
			len[k] = (unsigned char)((uint64_t)parts[i].len >> (8 * k));
		sha_put(len, sizeof len);
		sha_put(parts[i].at, parts[i].len);
	}
}

static void sha_end(unsigned char *to, size_t len)
{
	unsigned char all[EVP_MAX_MD_SIZE];

	need(EVP_DigestFinal_ex(context, all, NULL) == 1);
	memcpy(to, all, len);
}

static void put_hex(char *text, const unsigned char *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
}

/* RFC 9562 section 4: 8-4-4-4-12 digits; the version and the variant stand over the name's bits. */
static const char *put_uuid(char *text, unsigned char bytes[UUID_BYTES], unsigned version)
{
	static const struct {
		size_t from, len, at;
	} groups[] = {{0, 4, 0}, {4, 2, 9}, {6, 2, 14}, {8, 2, 19}, {10, 6, 24}};

	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | version << 4);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0; i < COUNT(groups); i++) {
		put_hex(text + groups[i].at, bytes + groups[i].from, groups[i].len);
		if (i + 1 < COUNT(groups))
			text[groups[i].at + 2 * groups[i].len] = '-';
	}
	return text;
}

struct digest digest_of(const struct slice *parts, size_t n)
{
	struct digest d = {{0}};

	sha_begin(&sha256);
	sha_put_parts(parts, n);
	sha_end(d.at, sizeof d.at);
	return d;
}

struct digest digest_bytes(struct slice s)
{
	struct digest d = {{0}};

	sha_begin(&sha256);
	sha_put(s.at, s.len);
	sha_end(d.at, sizeof d.at);
	return d;
}

bool digest_equal(const struct digest *a, const struct digest *b)
{
	return memcmp(a->at, b->at, sizeof a->at) == 0;
}

const char *digest_hex(char text[DIGEST_HEX_BYTES], const struct digest *d)
{
	put_hex(text, d->at, sizeof d->at);
	return text;
}

const char *digest_uuid5(char text[UUID_TEXT_BYTES], const struct slice *parts, size_t n)
{
	unsigned char bytes[UUID_BYTES];

	sha_begin(&sha1);
	sha_put(NAME_SPACE, sizeof NAME_SPACE);
	sha_put_parts(parts, n);
	sha_end(bytes, sizeof bytes);
	return put_uuid(text, bytes, 5);
}

const char *digest_uuid4(char text[UUID_TEXT_BYTES])
{
	unsigned char bytes[UUID_BYTES];

	digest_random(bytes, sizeof bytes);
	return put_uuid(text, bytes, 4);
}

uint64_t digest_fast(uint64_t key, struct slice s)
{
	return XXH3_64bits_withSeed(s.len > 0 ? s.at : "", s.len, key);
}

void digest_random(void *at, size_t len)
{
	char *to = at;

	while (len > 0) {
		ssize_t got = getrandom(to, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			die("no random bytes: %s", strerror(errno));
		to += got;
		len -= (size_t)got;
	}
}
