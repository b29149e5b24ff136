/* buf.c - bytes that grow by doubling, up to their ceiling */
#include "base/buf.h"
#include "base/log.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define CAP_LEAST ((size_t)64)

/* Room for `len` more bytes and the NUL; false where that passes the ceiling. */
static bool reserve(struct buf *b, size_t len)
{
	size_t cap = b->cap;
	size_t need;
	char *at;

	if (len > b->max - b->len) {
		b->full = true;
		return false;
	}
	need = b->len + len + 1;
	if (need <= cap)
		return true;
	cap = cap < CAP_LEAST ? CAP_LEAST : 2 * cap;
	cap = cap > b->max ? b->max + 1 : cap;
	cap = cap < need ? need : cap;
	at = realloc(b->at, cap);
	if (at == NULL)
		die("out of memory (a buffer of %zu bytes)", cap);
	b->at = at;
	b->cap = cap;
	return true;
}

void buf_init(struct buf *b, size_t max)
{
	/* No object is larger than that, and so no sum below wraps. */
	*b = (struct buf){.max = max > PTRDIFF_MAX - 1 ? PTRDIFF_MAX - 1 : max};
}

char *buf_room(struct buf *b, size_t len)
{
	return reserve(b, len) ? b->at + b->len : NULL;
}

void buf_took(struct buf *b, size_t len)
{
	assert(b->at != NULL && len < b->cap - b->len);
	b->len += len;
	b->at[b->len] = '\0';
}

void buf_put(struct buf *b, const void *bytes, size_t len)
{
	char *to = buf_room(b, len);

	if (to == NULL)
		return;
	if (len > 0)
		memcpy(to, bytes, len);
	buf_took(b, len);
}

void buf_put_slice(struct buf *b, struct slice s)
{
	buf_put(b, s.at, s.len);
}

void buf_puts(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_vprintf(b, format, args);
	va_end(args);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
	va_list again;
	size_t spare = b->cap - b->len;
	int len;

	va_copy(again, args);
	len = vsnprintf(spare > 0 ? b->at + b->len : NULL, spare, format, args);
	assert(len >= 0);
	if (buf_room(b, (size_t)len) != NULL) {
		if ((size_t)len >= spare)
			(void)vsnprintf(b->at + b->len, (size_t)len + 1, format, again);
		buf_took(b, (size_t)len);
	} else if (b->at != NULL) {
		b->at[b->len] = '\0'; /* what did not fit was written over it */
	}
	va_end(again);
}

struct slice buf_slice(const struct buf *b)
{
	return slice_from(b->at, b->len);
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->full = false;
	if (b->at != NULL)
		b->at[0] = '\0';
}

void buf_clear(struct buf *b)
{
	free(b->at);
	buf_init(b, b->max);
}
