/* screen.c - plain text for people: columns, colours, times */
#include "tributary/screen.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "feed/plain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static bool has_colour(void)
{
	const char *terminal = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') && terminal != NULL &&
	       strcmp(terminal, "dumb") != 0;
}

void screen_zone(struct slice name)
{
	char text[128];

	snprintf(text, sizeof text, "%.*s", SLICE_ARG(name));
	setenv("TZ", text, 1);
	tzset();
}

static size_t characters(struct slice s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.len; n++)
		slice_utf8_next(s, &at);
	return n;
}

void screen_put(enum screen_colour colour, struct slice text, size_t width)
{
	static const char *const codes[] = {[SCREEN_PLAIN] = "",
		[SCREEN_BOLD] = "1",
		[SCREEN_GOOD] = "32",
		[SCREEN_BAD] = "31",
		[SCREEN_DIM] = "2"};
	bool coloured = colour != SCREEN_PLAIN && has_colour();

	if (coloured)
		printf("\033[%sm", codes[colour]);
	printf("%.*s", SLICE_ARG(text));
	if (coloured)
		printf("\033[0m");
	for (size_t n = characters(text); n < width; n++)
		putchar(' ');
}

static struct slice formatted(struct arena *a, const char *text)
{
	return slice_copy(a, slice_of(text));
}

struct slice screen_time(struct arena *a, instant at)
{
	time_t seconds = (time_t)at;
	struct tm civil;
	char text[64];

	if (at == INSTANT_NONE || localtime_r(&seconds, &civil) == NULL)
		return SLICE("-");
	if (strftime(text, sizeof text, "%Y-%m-%d %H:%M", &civil) == 0)
		return SLICE("-");
	return formatted(a, text);
}

struct slice screen_ago(struct arena *a, instant at, instant now)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	int64_t apart;
	char text[64];
	size_t i = 0;

	if (at == INSTANT_NONE)
		return SLICE("never");
	apart = at > now ? at - now : now - at;
	if (apart == 0)
		return SLICE("now");
	while (apart < units[i].seconds)
		i++;
	/* 90 minutes say more than an hour: the smaller unit up to twice the larger. */
	if (i + 1 < COUNT(units) && apart < 2 * units[i].seconds)
		i++;
	snprintf(text, sizeof text, "%s%" PRId64 " %s%s", at > now ? "in " : "",
		apart / units[i].seconds, units[i].name, at > now ? "" : " ago");
	return formatted(a, text);
}

struct slice screen_number(struct arena *a, int64_t number)
{
	char text[32];

	snprintf(text, sizeof text, "%" PRId64, number);
	return formatted(a, text);
}

struct slice screen_html(struct arena *a, struct slice html)
{
	return slice_clean(a, plain_text(a, html));
}
