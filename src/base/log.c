/*
 * log.c - lines to standard error
 *
 * A line is one write(2), so that the lines of our processes do not mix in the journal or in a
 * pipe (PIPE_BUF is 4096).
 */
#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LINE_BYTES   1024
#define SAFE_BYTES   200
#define SAFE_BUFFERS 8

static const char *speaker = "tributary";
static enum log_level least_level = LOG_INFO;
static bool levels_lead;

int error_set(struct error *err, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return -1;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof err->text, format, args);
	va_end(args);
	return -1;
}

void log_open(const char *who, enum log_level least, bool levels)
{
	speaker = who;
	least_level = least;
	levels_lead = levels;
}

/* What snprintf says it wrote into `room` bytes, and what it really did. */
static size_t written(int len, size_t room)
{
	return len < 0 ? 0 : (size_t)len < room ? (size_t)len : room - 1;
}

/*
 * Level, speaker, event (may be NULL) and text, cut where it is too long; what would end or bend
 * the line (a library's message may hold a newline) becomes a space.
 */
static void put_line(enum log_level level, const char *event, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
static void put_line(enum log_level level, const char *event, const char *format, va_list args)
{
	char line[LINE_BYTES];
	size_t room = sizeof line - 1; /* one byte for the newline */
	size_t len = 0;
	int saved = errno;

	if (levels_lead)
		len += written(snprintf(line, room, "<%d>", (int)level), room);
	len += written(snprintf(line + len, room - len, "%s: ", speaker), room - len);
	if (event != NULL)
		len += written(snprintf(line + len, room - len, "%s ", event), room - len);
	len += written(vsnprintf(line + len, room - len, format, args), room - len);
	while (len > 0 && line[len - 1] == ' ')
		len--;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = ' ';
	line[len++] = '\n';
	while (write(STDERR_FILENO, line, len) < 0 && errno == EINTR)
		continue;
	errno = saved;
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	va_list args;

	if (level > least_level)
		return;
	va_start(args, format);
	put_line(level, event, format, args);
	va_end(args);
}

void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(LOG_ERROR, NULL, format, args);
	va_end(args);
	exit(2);
}

/* Would it end a line, bend its direction or its words, or pass for nothing at all? */
static bool is_unsafe(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} unsafe[] = {
		{0x00, 0x1f},
		{'"', '"'},
		{'\\', '\\'},
		{0x7f, 0x9f},
		{0xad, 0xad},
		{0x61c, 0x61c},
		{0x200b, 0x200f},
		{0x2028, 0x202e},
		{0x2060, 0x206f},
		{0xfeff, 0xfeff},
		{0xfff0, 0xffff},
		{0xe0000, 0x10ffff},
	};

	for (size_t i = 0; i < COUNT(unsafe); i++)
		if (c >= unsafe[i].first && c <= unsafe[i].last)
			return true;
	return false;
}

const char *log_safe(struct slice s)
{
	static char buffers[SAFE_BUFFERS][SAFE_BYTES + 1];
	static unsigned turn;
	char *const text = buffers[turn++ % SAFE_BUFFERS];
	size_t len = 1; /* text[0] is the quote's, should there be need of it */
	size_t i = 0;
	bool quoted = s.len == 0;

	while (i < s.len) {
		size_t next = i;
		uint32_t c =
			slice_utf8_next(s, &next); /* U+FFFD, which is unsafe, for a bad byte */
		size_t need = is_unsafe(c) ? 4 * (next - i) : next - i;

		if (len + need > SAFE_BYTES - (next < s.len ? 4 : 1)) {
			len += (size_t)snprintf(text + len, 4, "...");
			break;
		}
		for (; i < next; i++)
			if (is_unsafe(c))
				len += (size_t)snprintf(
					text + len, 5, "\\x%02x", (unsigned)(unsigned char)s.at[i]);
			else
				text[len++] = s.at[i];
		quoted = quoted || c == ' ';
	}
	if (quoted) {
		text[0] = '"';
		text[len++] = '"';
	}
	text[len] = '\0';
	return quoted ? text : text + 1;
}
