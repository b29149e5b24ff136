/*
 * digest.h - SHA-256 and a fast keyed hash
 *
 * SHA-256 (FIPS 180-4) by libcrypto for what lasts or what strangers would like to collide:
 * identities, revisions, ETags.  XXH3 by xxHash, keyed, for tables in memory.
 *
 * The first SHA-256 of a process makes libcrypto read its openssl.cnf: a process that locks
 * itself in digests something before.
 */
#ifndef TRIBUTARY_BASE_DIGEST_H
#define TRIBUTARY_BASE_DIGEST_H

#include "base/slice.h" /* slice */

#define DIGEST_BYTES     16 /* of SHA-256 kept as a key: 128 bits */
#define DIGEST_HEX_BYTES (2 * DIGEST_BYTES + 1)
#define UUID_TEXT_BYTES  37

struct digest {
	unsigned char at[DIGEST_BYTES];
};

/*
 * The first 16 bytes of the SHA-256 of `n` parts, each led by its length (so that "a","bc" and
 * "ab","c" differ).  Cannot fail but for memory, which ends the process.
 */
struct digest digest_of(const struct slice *parts, size_t n);

/* Of one part alone, without a length before it. */
struct digest digest_bytes(struct slice s);

bool digest_equal(const struct digest *a, const struct digest *b);
const char *digest_hex(char text[DIGEST_HEX_BYTES], const struct digest *d);

/* A UUID version 5 (RFC 9562 section 5.5) of a name in our own name space; version 4 for random. */
const char *digest_uuid5(char text[UUID_TEXT_BYTES], const struct slice *parts, size_t n);
const char *digest_uuid4(char text[UUID_TEXT_BYTES]);

/* 64 bits for tables in memory and for jitter, under the given key. */
uint64_t digest_fast(uint64_t key, struct slice s);

/* `len` random bytes of the kernel (getrandom); ends the process where there are none. */
void digest_random(void *at, size_t len);

#endif
