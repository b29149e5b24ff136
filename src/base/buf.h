/*
 * buf.h - bytes that grow, up to the ceiling given at birth
 *
 * What would pass the ceiling is not put, not even in part, and `full` stays set: a writer puts
 * all it has and asks once at its end.  Memory that is not there ends the process (die).
 */
#ifndef TRIBUTARY_BASE_BUF_H
#define TRIBUTARY_BASE_BUF_H

#include "base/slice.h" /* slice */

#include <stdarg.h>

struct buf {
	char *at;   /* always followed by a NUL that does not count, once something was put */
	size_t len; /* bytes put */
	size_t cap;
	size_t max; /* the ceiling of len */
	bool full;  /* something did not fit */
};

void buf_init(struct buf *b, size_t max);
void buf_put(struct buf *b, const void *bytes, size_t len);
void buf_put_slice(struct buf *b, struct slice s);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Room for `len` more bytes at the end, or NULL (then `full`); buf_took says how many came. */
char *buf_room(struct buf *b, size_t len);
void buf_took(struct buf *b, size_t len);

/* What was put, borrowed until the next put. */
struct slice buf_slice(const struct buf *b);

/* Empties it and keeps its memory; `full` is off again. */
void buf_reset(struct buf *b);

/* Gives the memory back; the buf may be used again, under the same ceiling. */
void buf_clear(struct buf *b);

#endif
